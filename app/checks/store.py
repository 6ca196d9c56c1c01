"""Looks at a BigCommerce store: the token and its scopes, the clock, the hooks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from app.checks.lines import Line, fail, ok, warn
from app.checks.reading import Check, Pair, Read, Values
from app.settings.variables import PER_CONNECTION_VARIABLES, variable_name
from connectors.bigcommerce import store as itself
from connectors.bigcommerce.client import is_missing, page_v2
from connectors.bigcommerce.hooks import list_hooks
from connectors.errors import Rejected
from tasks.hooks import scopes

SKEW_SEEN, SKEW_BAD = 30.0, 240.0  # seconds; signatures older than five minutes are refused
PATH = "/webhooks/bigcommerce/"


def _variable(pair: Pair, name: str) -> str:
    row = next(row for row in PER_CONNECTION_VARIABLES if row.name == name)
    return variable_name(pair.chosen.name, row)


def _token(pair: Pair) -> str:
    return (
        f"compare {pair.key}.store.store_hash and {_variable(pair, 'BIGCOMMERCE_TOKEN')} with the store's API "
        "account; a deleted account's token is dead for good"
    )


def scope_remedy(scope: str, note: str = "") -> Callable[[Pair], str]:
    """Scopes are fixed when an account is made (BigCommerce, api-accounts)."""

    def remedy(pair: Pair) -> str:
        said = f"the scope {scope} is missing" + (f" ({note})" if note else "")
        return (
            f"{said}: an account's scopes cannot be changed, so make a new API account with it "
            f"(docs/commands.md lists all) and put its token in {_variable(pair, 'BIGCOMMERCE_TOKEN')}"
        )

    return remedy


def _orders(pair: Pair, _values: Values) -> list[dict[str, Any]]:
    params = {"limit": 1, "sort": "id:desc"}
    return page_v2(pair.made.store, "/v2/orders", params, purpose="check")


def _of_order(tail: str) -> Callable[[Pair, Values], Any]:
    """A part of the newest order; that there is no order says nothing against the scope."""

    def ask(pair: Pair, values: Values) -> Any:
        number = next((row["id"] for row in values.get("orders", ())), 1)
        try:
            return pair.made.store.call(
                "GET", f"/v3/orders/{number}/{tail}", params={"limit": 1}, purpose="check"
            )
        except Rejected as error:
            if not is_missing(error):
                raise
            return None

    return ask


def _first_of(path: str) -> Callable[[Pair, Values], Any]:
    return lambda pair, _values: pair.made.store.call("GET", path, params={"limit": 1}, purpose="check")


def _hooks(pair: Pair, _values: Values) -> list[dict[str, Any]]:
    """Hooks need no scope: what is refused here is the token."""
    return list_hooks(pair.made.store, purpose="check")


def _information(pair: Pair, _values: Values) -> dict[str, Any]:
    return itself.store_information(pair.made.store)


def _time(pair: Pair, _values: Values) -> datetime:
    return itself.store_time(pair.made.store)


def _currencies(pair: Pair, _values: Values) -> list[dict[str, Any]]:
    return page_v2(pair.made.store, "/v2/currencies", {}, purpose="check")


def _marks_by_metafield(pair: Pair) -> bool:
    return pair.chosen.orders.mark == "metafield"


KNOW_STORE = scope_remedy("Information & Settings: read-only")
PAY = scope_remedy("Order Transactions: read-only")
SELL = scope_remedy("Products: read-only", "orders do without it, what comes for products does not")
BUY = scope_remedy("Customers: read-only", "orders do without it, what comes for customers does not")
READ = "may be read"

STORE_READS: tuple[Read, ...] = (
    Read("store login", _hooks, _token, "the token is taken", gate=True),
    Read("information", _information, KNOW_STORE, READ),
    Read("clock", _time, KNOW_STORE),
    Read("store currencies", _currencies, KNOW_STORE),
    Read("orders", _orders, scope_remedy("Orders: modify"), READ),
    Read("transactions", _of_order("transactions"), PAY, READ),
    Read("products", _first_of("/v3/catalog/products"), SELL, READ, level="warn"),
    Read("customers", _first_of("/v3/customers"), BUY, READ, level="warn"),
    Read(
        "metafields",
        _of_order("metafields"),
        scope_remedy("Metafields: write"),
        READ,
        wanted=_marks_by_metafield,
    ),
)


def store_hash(pair: Pair, values: Values) -> Iterator[Line]:
    """The store that answers is the one whose hash stands in every document's key."""
    told, chosen = str(values["information"].get("id") or ""), pair.chosen.store.store_hash
    if told and told != chosen:
        yield fail(
            "store hash",
            f"{pair.chosen.store.base_url} answers as {told}, the settings say {chosen}",
            f'set {pair.key}.store.store_hash = "{told}" before the first document, or correct store.base_url',
        )
    else:
        yield ok("store hash", f"{chosen} answers")


def clock(pair: Pair, values: Values) -> Iterator[Line]:
    """Signatures carry a time, and sweeps ask for what changed since one."""
    del pair
    apart = abs(values["clock"].timestamp() - time.time())
    said = f"{apart:.0f} s between the store's clock and ours"
    remedy = "let this machine keep its time by NTP"
    if apart >= SKEW_BAD:
        yield fail("clock", said, f"{remedy}: signed callbacks are refused from five minutes on")
    elif apart >= SKEW_SEEN:
        yield warn("clock", said, remedy)
    else:
        yield ok("clock", said)


def hooks(pair: Pair, values: Values) -> Iterator[Line]:
    """One active hook on each scope, at our address, with our header; none that leads to a former address."""
    if not pair.made.hook_destination:
        every = pair.chosen.schedule.order_interval
        yield warn(
            "callbacks",
            f"none: {pair.key}.store.public_url is empty, orders are only found by looking every {every} s",
            "set it to the https address that leads to `web`, then run `cartbooks webhooks register`",
        )
        return
    ours = [hook for hook in values["store login"] if hook["destination"] == pair.made.hook_destination]
    for scope in scopes(pair.made):
        yield _hook(pair, scope, [hook for hook in ours if hook["scope"] == scope])
    yield from _former(pair, values["store login"])


def _hook(pair: Pair, scope: str, found: list[Mapping[str, Any]]) -> Line:
    remedy = "run `cartbooks webhooks register`; the schedule does it by itself within ten minutes"
    if not found:
        return fail("callbacks", f"no hook on {scope} leads to {pair.made.hook_destination}", remedy)
    hook = found[0]
    if not hook["is_active"]:
        return fail("callbacks", f"hook {hook['id']} on {scope} is switched off", remedy)
    if (hook.get("headers") or {}) != dict(pair.made.hook_headers):
        return fail("callbacks", f"hook {hook['id']} on {scope} does not carry our secret header", remedy)
    return ok(
        "callbacks", f"hook {hook['id']} on {scope} is active and leads to {pair.made.hook_destination}"
    )


def _former(pair: Pair, every: list[Mapping[str, Any]]) -> Iterator[Line]:
    path = PATH + pair.chosen.name
    for hook in every:
        there = urlsplit(str(hook["destination"]))
        if there.path == path and hook["destination"] != pair.made.hook_destination:
            yield warn(
                "callbacks",
                f"hook {hook['id']} on {hook['scope']} leads to another address, {there.netloc}",
                "if nobody listens there any more, set public_url to it, run `cartbooks webhooks remove`, set it back",
            )


STORE_CHECKS: tuple[Check, ...] = (
    Check(("information",), store_hash),
    Check(("clock",), clock),
    Check(("store login",), hooks),
)
