"""Looks at a Zoho organization: the login and its scopes, the plan, and what documents will refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.checks.accounts import accounts, has_accounts
from app.checks.key_field import KEY_FIELD_CHECKS
from app.checks.lines import Line, fail, ok, warn
from app.checks.reading import Check, Pair, Read, Values
from connectors.errors import Rejected, Unauthorized
from connectors.zoho import settings
from connectors.zoho.documents import KINDS
from connectors.zoho.items import find_items_by_sku
from connectors.zoho.oauth import access_token
from ledger import links
from tasks.goods import KIND as ITEM

RECENT = {"page": 1, "per_page": 10, "sort_column": "created_time", "sort_order": "D"}
NEAR, SPENT = 0.8, 0.98  # shares of the day's calls


def _login(pair: Pair, _values: Values) -> Any:
    zoho = pair.made.zoho
    if not zoho.login.refresh_token:
        raise Unauthorized("zoho", "nobody has logged in yet")
    return access_token(zoho.tokens, zoho.session, zoho.login)


def _reconnect(pair: Pair) -> str:
    zoho = pair.chosen.zoho
    return (
        f"run `cartbooks connect zoho --connection {pair.chosen.name}` with a new grant code; "
        f"{pair.key}.zoho.client_id and its data_center ({zoho.data_center}) must be those of the API console"
    )


def _scope(*modules: str) -> Callable[[Pair], str]:
    """Zoho tells a missing scope and a missing role alike (401, code 57)."""

    def remedy(pair: Pair) -> str:
        product = "ZohoInventory" if pair.chosen.zoho.product == "inventory" else "ZohoBooks"
        scopes = ", ".join(f"{product}.{module}" for module in modules)
        return (
            f"make a grant code with the scope {scopes} (docs/commands.md lists all) and run `cartbooks connect zoho`; "
            "the user's role must allow it, too"
        )

    return remedy


def _organization(pair: Pair, _values: Values) -> dict[str, Any]:
    rows = settings.organizations(pair.made.zoho)
    wanted = pair.made.organization
    found = next((dict(row) for row in rows if str(row.get("organization_id")) == wanted), None)
    if found is None:
        seen = ", ".join(str(row.get("organization_id")) for row in rows) or "none"
        raise Rejected(404, 6041, f"the login does not see organization {wanted}; it sees {seen}")
    return found


def _other_organization(pair: Pair) -> str:
    return f"correct {pair.key}.zoho.organization_id or zoho.data_center, or connect as a user of that organization"


def _list(path: str, key: str) -> Callable[[Pair, Values], list[dict[str, Any]]]:
    return lambda pair, _: list(pair.made.zoho.call("GET", path, params=RECENT).get(key) or [])


def _documents(pair: Pair, _values: Values) -> list[dict[str, Any]]:
    words = KINDS[pair.made.book_rules.document]
    return _list(words.path, words.many)(pair, {})


def _documents_scope(pair: Pair) -> str:
    module = "invoices" if pair.made.book_rules.document == "invoice" else "salesorders"
    return _scope(f"{module}.ALL")(pair)


def _skus(pair: Pair) -> tuple[str, ...]:
    chosen = pair.chosen.orders
    catch_all = (chosen.catch_all_sku,) if chosen.missing_product == "catch_all" else ()
    unused = {"shipping"} if chosen.shipping == "charge" else set()
    return (*(sku for name, sku in chosen.skus.items() if name not in unused), *catch_all)


def _items(pair: Pair, _values: Values) -> dict[str, list[dict[str, Any]] | None]:
    """Rows by SKU; None where an order has used the item already, which costs no call."""
    made = pair.made
    known = links.get_many(
        made.ledger, made.organization, ITEM, [f"sku:{sku.casefold()}" for sku in _skus(pair)]
    )
    used = {key for key, link in known.items() if link.state == "linked"}
    return {
        sku: None if f"sku:{sku.casefold()}" in used else find_items_by_sku(made.zoho, sku)
        for sku in _skus(pair)
    }


BOOKS_READS: tuple[Read, ...] = (
    Read("Zoho login", _login, _reconnect, "a token is given", gate=True),
    Read("organization", _organization, _other_organization, gate=True),
    Read("taxes", lambda pair, _: settings.taxes(pair.made.zoho), _scope("settings.READ")),
    Read("currencies", lambda pair, _: settings.currencies(pair.made.zoho), _scope("settings.READ")),
    Read("contacts", _list("/contacts", "contacts"), _scope("contacts.ALL"), "may be read"),
    Read("documents", _documents, _documents_scope, "may be read"),
    Read("payments", _list("/customerpayments", "customerpayments"), _scope("customerpayments.ALL"), "may be read"),
    Read("credit notes", _list("/creditnotes", "creditnotes"), _scope("creditnotes.ALL"), "may be read",
         wanted=lambda pair: pair.made.book_rules.document == "invoice"),
    Read("sales orders", _list("/salesorders", "salesorders"), _scope("salesorders.ALL"), "may be read",
         wanted=lambda pair: bool(pair.made.book_rules.invoice_when)),
    Read("estimates", _list("/estimates", "estimates"), _scope("estimates.ALL"), "may be read",
         wanted=lambda pair: bool(pair.made.book_rules.estimate_statuses)),
    Read("purchase orders", _list("/purchaseorders", "purchaseorders"), _scope("purchaseorders.ALL"), "may be read",
         wanted=lambda pair: pair.made.book_rules.drop_ship == "on"),
    Read("service items", _items, lambda pair: _scope(_item_module(pair))(pair)),
    Read("accounts", lambda pair, _: settings.accounts(pair.made.zoho), _scope("accountants.READ"),
         level="warn", wanted=lambda pair: has_accounts(pair.chosen.orders) and pair.chosen.zoho.product == "books"),
)  # fmt: skip


def _item_module(pair: Pair) -> str:
    """Items belong to the settings scope in Books and have one of their own in Inventory."""
    return "items.ALL" if pair.chosen.zoho.product == "inventory" else "settings.ALL"


def organization(pair: Pair, values: Values) -> Iterator[Line]:
    told = values["organization"]
    zone, chosen = str(told.get("time_zone") or ""), pair.chosen.schedule.time_zone
    yield ok(
        "organization",
        f"{pair.made.organization} is seen: {told.get('currency_code')}, {zone}, plan {told.get('plan_name') or '?'}",
    )
    dated = chosen or str(
        (values.get("information", {}).get("timezone") or {}).get("name") or "the store's zone"
    )
    if dated != zone:
        yield warn(
            "time zone",
            f"documents are dated in {dated}, the organization keeps {zone}: late orders fall on another day, "
            "and so does the end of the day's calls",
            f'set {pair.key}.schedule.time_zone = "{zone}" unless this is meant',
        )
    else:
        yield ok("time zone", f"documents are dated in {zone}, as the organization does")


def quota(pair: Pair, values: Values) -> Iterator[Line]:
    """What is used of the day, by our count and by Zoho's headers, the worse of both."""
    del values
    usage, planned = pair.made.zoho.budget.usage(), pair.chosen.zoho.plan.per_day
    said = f"{usage.day_used} of {usage.day_limit} calls used today, {usage.day_limit - usage.day_used} left"
    if usage.day_used >= SPENT * usage.day_limit:
        yield fail("plan", said, "nothing is lost, orders go on after midnight; a larger plan has more calls")
    elif usage.day_used >= NEAR * usage.day_limit:
        yield warn("plan", said, "orders keep a reserve; what can wait, waits until midnight")
    else:
        yield ok("plan", said)
    if usage.day_limit < planned:
        yield warn(
            "plan",
            f"{pair.key}.zoho.plan.per_day says {planned}, Zoho allows {usage.day_limit}",
            f"set it to {usage.day_limit}",
        )
    if usage.frozen_until is not None:
        yield warn("plan", "Zoho has asked for silence after too many calls", "it ends by itself")


def taxes(pair: Pair, values: Values) -> Iterator[Line]:
    """Every tax id of the settings exists; other taxes are found by name and rate when they are charged."""
    known = {str(row["tax_id"]): row for row in values["taxes"]}
    for name, tax_id in pair.chosen.orders.taxes.items():
        if tax_id not in known:
            yield fail(
                "taxes",
                f'{pair.key}.orders.taxes "{name}" = {tax_id}: Zoho has no active tax or tax group with this id',
                "copy the id of the tax from its address in Zoho's tax settings",
            )
    if not known:
        yield warn(
            "taxes", "Zoho has none: every order with tax will be held", "make the store's taxes in Zoho"
        )
    else:
        set_by_id = (
            f", {len(pair.chosen.orders.taxes)} of the store's set by id" if pair.chosen.orders.taxes else ""
        )
        yield ok("taxes", f"{len(known)} taxes and tax groups{set_by_id}; others are found by name and rate")


def currencies(pair: Pair, values: Values) -> Iterator[Line]:
    """Orders come in the store's transactional currencies; one that Zoho lacks is held."""
    del pair
    known = {str(row["currency_code"]) for row in values["currencies"]}
    charged = [
        row
        for row in values.get("store currencies", ())
        if row.get("is_transactional") and row.get("enabled")
    ]
    missing = sorted({str(row["currency_code"]) for row in charged} - known)
    own = {str(row["currency_code"]) for row in charged if row.get("is_default")}
    if own & set(missing):
        yield fail("currencies", f"Zoho does not know the store's own, {', '.join(own)}", _ADD_CURRENCY)
    elif missing:
        yield warn(
            "currencies", f"Zoho does not know {', '.join(missing)}: orders in it will be held", _ADD_CURRENCY
        )
    else:
        yield ok("currencies", f"all {len(charged)} of the store are known in Zoho")


_ADD_CURRENCY = "add it in Zoho: Settings, Currencies"


def service_items(pair: Pair, values: Values) -> Iterator[Line]:
    """What is no product is booked on items of its own; a missing one is made at its first use."""
    told: Mapping[str, list[Mapping[str, Any]] | None] = values["service items"]
    chosen = pair.chosen.orders
    for sku, rows in told.items():
        yield from _item(sku, rows)
    if chosen.missing_product == "catch_all" and told[chosen.catch_all_sku] == []:
        yield fail(
            "service items",
            f"the catch-all item (SKU {chosen.catch_all_sku}) is not in Zoho",
            f"make it, or choose another {pair.key}.orders.missing_product",
        )
    there = [sku for sku, rows in told.items() if rows is None or rows]
    absent = [sku for sku in told if sku not in there]
    made = f"; made at their first use: {', '.join(absent)}" if absent else ""
    yield ok("service items", f"in Zoho: {', '.join(there) or 'none yet'}{made}")


def _item(sku: str, rows: list[Mapping[str, Any]] | None) -> Iterator[Line]:
    active = [row for row in rows or () if row.get("status") != "inactive"]
    if rows and not active:
        yield fail("service items", f"{sku} is inactive in Zoho", "mark the item as active")
    if len(active) > 1:
        yield warn(
            "service items", f"{len(active)} active items have the SKU {sku}", "keep one of them active"
        )


BOOKS_CHECKS: tuple[Check, ...] = (
    Check(("organization",), organization),
    Check(("organization",), quota),
    Check(("taxes",), taxes),
    Check(("currencies", "store currencies"), currencies),
    Check(("service items",), service_items),
    Check(("organization",), accounts),
    *KEY_FIELD_CHECKS,
)
