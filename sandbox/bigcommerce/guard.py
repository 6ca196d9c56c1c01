"""Who may pass: the token, its scopes, and the rate window of the store."""

import re

from flask import Request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import filters, later, stock_moves
from sandbox.bigcommerce.answers import (
    RELATIVE_TYPE,
    as_json,
    error,
    v2_error,
    v2_unsupported,
    v3_error,
)
from sandbox.bigcommerce.store import Account
from sandbox.world import World

PATH = re.compile(r"^/bigcommerce/stores/(?P<hash>[^/]+)/(?P<version>v2|v3)(?P<rest>/.*)?$")
STRANGER = (
    "Unauthorized - the v3 Auth client ID or token in the request are not a valid combination for this store."
)
NO_PLAN = {
    "403": "Price lists are not available on the plan of this store.",
    "404": "The route is not found, check the URL",
}
NO_SCOPE = "You don't have a required scope to access the endpoint"

# beginning of the path below v2 or v3 -> scopes of which one is enough; the first row that fits counts
ORDERS, MONEY = "store_v2_orders", "store_v2_transactions"
SCOPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"/orders/\d+/transactions", (MONEY,)),
    (r"/orders/(\d+/)?payment_actions", (ORDERS, MONEY)),
    (r"/orders", (ORDERS,)),
    (r"/order_statuses", (ORDERS,)),
    (r"/(catalog|pricelists|products|brands|categories|options|option_sets)", ("store_v2_products",)),
    (r"/(customers|customer_groups)", ("store_v2_customers",)),
    (r"/(store|settings|tax|tax_classes|currencies|shipping)(/|$)", ("store_v2_information",)),
    (r"/(coupons|banners|gift_certificates)", ("store_v2_marketing",)),
    (r"/inventory/(items|adjustments|locations/\d+/items)", ("store_inventory",)),
    (r"/inventory/locations", ("store_locations",)),
    (r"/channels", ("store_channel_settings",)),
    (r"/(hooks|time)", ()),
)


def guard(world: World, request: Request) -> Response | None:
    """None, or the refusal: 401 for strangers, 403 without the scope, 429 when the window is spent."""
    store = world.bigcommerce
    stock_moves.happen(world)
    later.happen(world)
    match = PATH.match(request.path)
    if match is None:
        return v3_error(404, "The route is not found, check the URL")
    account = store.accounts.get(request.headers.get("X-Auth-Token", ""))
    if account is None or match["hash"] != store.hash:
        return _stranger(request)
    rest = (match["rest"] or "/").removesuffix(".json")
    if not _allowed(account, request.method, rest):
        return _no_scope(world, match["version"])
    if match["version"] == "v2" and _wants_xml(request):
        return v2_error(406, "This sandbox answers in JSON; the XML of v2 is not pretended.")
    plan = world.switches["bigcommerce_price_lists"]
    if plan != "on" and rest.startswith("/pricelists"):
        return v3_error(int(plan), NO_PLAN[plan])
    if not store.window.admit(world.clock.epoch(), world.switches):
        return too_many(world, with_headers=world.switches["limit_headers"])
    return _unfiltered(world, request, match["version"], rest) or _crowded(world, request, rest)


def _unfiltered(world: World, request: Request, version: str, rest: str) -> Response | None:
    """A list does not answer with everything when it is asked by what it does not know."""
    if world.switches["unknown_filter"] == "ignored":
        return None
    if version == "v2":
        strange = filters.unknown_in_v2(request.method, rest, request.args)
        return v2_unsupported(strange[0]).response if strange else None
    names = ", ".join(filters.unknown(request.method, rest, request.args))
    return v3_error(422, f"The filter(s): {names} are not valid filter parameter(s).") if names else None


def _crowded(world: World, request: Request, rest: str) -> Response | None:
    """A call of a kind that is under way too often already is refused although the window has room."""
    leave = world.bigcommerce.crowd.enter(request.method, rest, world.switches)
    if leave is None:
        response = v3_error(429, "Too many requests", kind=RELATIVE_TYPE)
        response.headers.update(world.bigcommerce.window.headers(world.clock.epoch(), world.switches))
        return response
    request.environ["sandbox.leave"] = leave
    return None


def account_of(world: World, request: Request) -> Account:
    """The account behind a call that the guard let through."""
    return world.bigcommerce.accounts[request.headers["X-Auth-Token"]]


def _stranger(request: Request) -> Response:
    if not request.headers.get("X-Auth-Token"):
        return v3_error(401, "X-Auth-Token header is required")
    return v3_error(401, STRANGER)


def _wants_xml(request: Request) -> bool:
    told = request.accept_mimetypes
    return bool(told.quality("application/xml")) and not told.quality("application/json")


def _allowed(account: Account, method: str, path: str) -> bool:
    if "*" in account.scopes:
        return True
    wanted = next((scopes for pattern, scopes in SCOPES if re.match(pattern, path)), ())
    reads = [scope + "_read_only" for scope in wanted] if method in ("GET", "HEAD") else []
    return not wanted or any(scope in account.scopes for scope in [*wanted, *reads])


def _no_scope(world: World, version: str) -> Response:
    if version == "v3":
        return v3_error(403, NO_SCOPE)
    message = "You are authorized but your scope does not include this resource."
    if world.switches["v2_scope_error"] == "array":
        return v2_error(403, message)
    return as_json({"error": message}, 403)


def too_many(world: World, *, with_headers: bool) -> Response:
    response = v3_error(429, "Too many requests", kind=RELATIVE_TYPE)
    if with_headers:
        now, window = world.clock.epoch(), world.bigcommerce.window
        response.headers.update({**window.headers(now, world.switches), "X-Rate-Limit-Requests-Left": "0"})
        # whole seconds of the store's own time, which in a hurry (pace) are shorter
        seconds = max(1, round(window.resets_in(now) * world.options.pace))
        response.headers["X-Retry-After"] = f"{seconds / world.options.pace:g}"
    return response


def misbehave(world: World, request: Request, kind: str, status: int) -> Response:
    """How this platform looks when a mood strikes."""
    match = PATH.match(request.path)
    version = match["version"] if match else "v3"
    if kind in ("rate_limit", "rate_limit_bare"):
        return too_many(world, with_headers=kind == "rate_limit")
    if kind == "expired_token":
        return v3_error(401, STRANGER)
    if kind == "html":
        page = f"<!DOCTYPE html><html><head><title>{status}</title></head><body>Bad gateway</body></html>"
        return Response(page, status, content_type="text/html; charset=UTF-8")
    return error(version, status, "The store is temporarily unavailable.")
