"""What people do at the screen: the same rules as the API, without tokens and limits."""

from typing import Any

from sandbox.zoho import routes
from sandbox.zoho.call import Call
from sandbox.zoho.organization import Organization


def ask(org: Organization, method: str, path: str, body: dict[str, Any], edition: str = "") -> dict[str, Any]:
    """One action, such as ("PUT", "/invoices/460...", {"notes": "..."}); raises Refused as the API would.

    Without an edition it is done in Books, or in Inventory where Books has no such path.
    """
    path, _, query = path.partition("?")
    args = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
    edition = edition or routes.edition_with(path)
    route, ids = routes.find(edition, method, path)
    return route.view(Call(org, edition, args, {}, body, ids, person=True)).payload
