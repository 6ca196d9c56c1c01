"""Makes Zoho call us when an item changes, as far as its API goes: the rule that fires a webhook a person must make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.zoho import webhooks
from tasks.services import Connection

HEADER = "X-Cartbooks-Secret"
ENTITY = "item"
DESCRIPTION = "Tells Cartbooks which item has changed."


@dataclass(frozen=True)
class Wanted:
    """The webhook as it must be: its name in Zoho, our address, and the secret that proves it is Zoho's."""

    name: str
    url: str
    secret: str = field(repr=False)


def register(connection: Connection, wanted: Wanted) -> str:
    """Create the webhook where there is none; what was found or done, in a sentence. Raises NotOffered (Inventory)."""
    found = ours(connection, wanted.url)
    if not found:
        made = webhooks.create_webhook(connection.zoho, _body(wanted))
        return f"webhook {made['webhook_id']} for items created in Zoho"
    told = f"webhook {found[0]['webhook_id']} for items is there in Zoho"
    if _headers(found[0]).get(HEADER, wanted.secret) != wanted.secret:
        return f"{told}, with an old secret: delete it and its rules there, then run this again"
    return told


def ours(connection: Connection, url: str) -> list[dict[str, Any]]:
    """The webhooks of Zoho that lead to this address. Raises NotOffered (Inventory)."""
    return [row for row in webhooks.list_webhooks(connection.zoho) if str(row.get("url")) == url]


def _body(wanted: Wanted) -> dict[str, Any]:
    """Its payload is Zoho's default, the whole record as JSON; we take the id and read the item afresh."""
    return {
        "webhook_name": wanted.name,
        "description": DESCRIPTION,
        "entity": ENTITY,
        "method": "POST",
        "url": wanted.url,
        "headers": [{"param_name": HEADER, "param_value": wanted.secret}],
        "secret": wanted.secret,
    }


def _headers(row: Mapping[str, Any]) -> dict[str, str]:
    told = row.get("headers")
    rows = told if isinstance(told, list) else []
    return {
        str(one.get("param_name")): str(one.get("param_value")) for one in rows if isinstance(one, Mapping)
    }
