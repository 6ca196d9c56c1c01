"""Looks at what the catalogue needs of both sides: one currency, price lists, whom they are for, calls, callbacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.checks.lines import Line, fail, ok, warn
from app.checks.reading import Check, Pair, Read, Values
from app.wiring import zoho_destination
from connectors.bigcommerce import catalog, channels, customers
from connectors.bigcommerce import price_lists as store_lists
from connectors.errors import NotOffered
from connectors.zoho import price_lists as zoho_lists
from ledger import links, sightings
from tasks import catalogue_walk, zoho_hooks

LARGE = 0.25
"""Of the day's calls for the catalogue: a full look that takes more leaves little for what changes."""


def _items_on(pair: Pair) -> bool:
    return pair.made.items_on


def _lists_on(pair: Pair) -> bool:
    return pair.made.price_lists_on


def _assigned(place: int) -> Callable[[Pair], bool]:
    return lambda pair: _lists_on(pair) and any(one[place] for one in pair.chosen.catalogue.assignments)


def _offered(pair: Pair, _values: Values) -> list[dict[str, Any]] | None:
    """None where the store's plan has no price lists: that is a finding, not a failure."""
    try:
        return store_lists.price_lists(pair.made.store)
    except NotOffered:
        return None


def _hooks(pair: Pair, _values: Values) -> list[dict[str, Any]]:
    return zoho_hooks.ours(pair.made, zoho_destination(pair.chosen))


def _has_hooks(pair: Pair) -> bool:
    wanted = bool(zoho_hooks.entities(pair.made)) and bool(zoho_destination(pair.chosen))
    return wanted and pair.chosen.zoho.product == "books"


def _scope(scope: str) -> Callable[[Pair], str]:
    return lambda _pair: f"make a new API account with the scope {scope} (docs/commands.md lists all)"


def _books_scope(_pair: Pair) -> str:
    return "make a grant code with the scope settings.ALL (docs/commands.md) and run `cartbooks connect zoho`"


def _switched_on(pair: Pair) -> str:
    return f"switch price lists on in Zoho (Settings > Items); if they are, {_books_scope(pair)}"


CATALOGUE_READS: tuple[Read, ...] = (
    Read("store price lists", _offered, _scope("Products: modify"), wanted=_lists_on),
    Read("customer groups", lambda pair, _: customers.customer_groups(pair.made.store),
         _scope("Customers: read-only"), wanted=_assigned(1)),
    Read("channels", lambda pair, _: channels.channels(pair.made.store),
         _scope("Channel Settings: read-only"), level="warn", wanted=_assigned(2)),
    Read("categories", lambda pair, _: catalog.categories(pair.made.store), _scope("Products: modify"),
         wanted=lambda pair: _items_on(pair) and bool(pair.chosen.catalogue.categories)),
    Read("Zoho price lists", lambda pair, _: zoho_lists.list_price_lists(pair.made.zoho), _switched_on,
         wanted=_lists_on),
    Read("Zoho webhooks", _hooks, _books_scope, level="warn", wanted=_has_hooks),
)  # fmt: skip


def switch(pair: Pair, values: Values) -> Iterator[Line]:
    """What is on, and what stands against it on the store's side."""
    if not pair.made.items_on:
        yield ok("catalogue", f"{pair.key}.catalogue.items is off: products stay as they are")
        return
    lists = "on" if pair.made.price_lists_on else "off"
    yield ok("catalogue", f"items are on, price lists are {lists}")
    if "products" not in values:
        yield fail("catalogue", "the store's products may not be read", _scope("Products: modify")(pair))


def currency(pair: Pair, values: Values) -> Iterator[Line]:
    """Rates of Zoho are in its base currency, prices of the store in the store's."""
    store, books = (str(values[one].get(name) or "") for one, name in
                    (("information", "currency"), ("organization", "currency_code")))  # fmt: skip
    if not pair.made.items_on:
        return
    if store != books:
        yield fail(
            "catalogue",
            f"the store sells in {store}, Zoho's rates are in {books}: every item would be held",
            "give the store the organization's base currency, or switch catalogue.items off",
        )
        return
    sides = ("without tax", "with tax")
    priced = sides[bool(values["information"].get("is_price_entered_with_tax"))]
    rated = sides[pair.chosen.catalogue.rates == "inclusive"]
    said = "written as they are" if priced == rated else "converted with each item's tax"
    yield ok(
        "catalogue", f"prices in {store}; the store keeps them {priced}, Zoho's rates are {rated}: {said}"
    )


def price_lists(pair: Pair, values: Values) -> Iterator[Line]:
    rows = values["store price lists"]
    if rows is None:
        yield warn(
            "price lists",
            "the store's plan has none: the feature stays off for this connection, everything else goes on",
            f'set {pair.key}.catalogue.price_lists = "off", or change the plan; it is looked at again once a day',
        )
    else:
        ours = links.count(pair.made.ledger, pair.made.name, "price_list")
        yield ok("price lists", f"offered by the store's plan: {len(rows)} there, {ours} of them follow Zoho")


def assignments(pair: Pair, values: Values) -> Iterator[Line]:
    """Whom the settings name exists, and the lists do, too."""
    chosen = pair.chosen.catalogue.assignments
    named = {"customer groups": {one[1] for one in chosen}, "channels": {one[2] for one in chosen}}
    for what, ids in named.items():
        if what in values:
            yield from _missing(pair, what[:-1], ids - {None}, {int(row["id"]) for row in values[what]})
    if "Zoho price lists" in values and chosen:
        there = {str(row.get("name") or "").strip().casefold() for row in values["Zoho price lists"]}
        for name in dict.fromkeys(one[0] for one in chosen):
            if name.casefold() not in there:
                yield warn(
                    "assignments",
                    f'Zoho has no sales price list "{name}"',
                    f"correct {pair.key}.catalogue.assignments, or make the price list in Zoho",
                )


def _missing(pair: Pair, what: str, ids: set[Any], there: set[int]) -> Iterator[Line]:
    absent = ", ".join(str(one) for one in sorted(ids - there))
    if absent:
        known = ", ".join(str(one) for one in sorted(there)) or "none"
        remedy = f"correct {pair.key}.catalogue.assignments; the store has {known}"
        yield fail("assignments", f"the store has no {what} {absent}", remedy)
    elif ids:
        yield ok("assignments", f"every {what} that is named exists")


def categories(pair: Pair, values: Values) -> Iterator[Line]:
    there = {int(row["category_id"]) for row in values["categories"]}
    absent = [str(one) for one in pair.chosen.catalogue.categories if one not in there]
    if absent:
        yield fail(
            "catalogue",
            f"the store has no category {', '.join(absent)}: no product could be made",
            f"correct {pair.key}.catalogue.categories",
        )


def cost(pair: Pair, values: Values) -> Iterator[Line]:
    """What a full look takes of the day; costs no call to tell."""
    del values
    if not pair.made.items_on:
        return
    known = sightings.count(pair.made.ledger, pair.made.name, "items")
    calls, room = catalogue_walk.cost(pair.made), catalogue_walk.room(pair.made)
    if calls is None:
        yield ok("full look", f"none yet; it takes a Zoho call for each 200 items, {room:,} are left today")
        return
    said = f"{known:,} items: {calls:,} Zoho calls, {room:,} are left for the catalogue today"
    if calls > LARGE * pair.chosen.zoho.plan.per_day:
        yield warn("full look", said, "a larger plan has more calls; orders keep their reserve in any case")
    else:
        yield ok("full look", said)


def callbacks(pair: Pair, values: Values) -> Iterator[Line]:
    """Whether Zoho tells of changed items; whether a rule fires its webhook, its API does not say."""
    if not pair.made.items_on:
        return
    every, url = pair.chosen.catalogue.items_interval, zoho_destination(pair.chosen)
    signed = {"off": "are not looked at", "required": "are required"}.get(
        pair.chosen.zoho.webhook_signature, "are checked where they are"
    )
    if not url:
        yield warn(
            "Zoho's callbacks",
            f"none: {pair.key}.store.public_url is empty, changed items are only found by looking every {every} s",
            "set it to the https address that leads to `web`, then run `cartbooks webhooks register`",
        )
    elif pair.chosen.zoho.product != "books":
        yield ok(
            "Zoho's callbacks", f"Inventory does not tell of its webhooks; {url} listens, signatures {signed}"
        )
    elif "Zoho webhooks" in values and not _has_one_for_items(values):
        yield warn(
            "Zoho's callbacks",
            f"no webhook of Zoho leads to {url}: changed items are found by looking every {every} s",
            "run `cartbooks webhooks register`; it also says which workflow rule to make",
        )
    elif "Zoho webhooks" in values:
        yield ok(
            "Zoho's callbacks",
            f"a webhook leads to {url}; signatures {signed}; its workflow rule cannot be seen",
        )


def _has_one_for_items(values: Values) -> bool:
    return any(zoho_hooks.entity_of(row) == zoho_hooks.ITEM for row in values["Zoho webhooks"])


CATALOGUE_CHECKS: tuple[Check, ...] = (
    Check(("store login",), switch),
    Check(("information", "organization"), currency),
    Check(("store price lists",), price_lists),
    Check(("store login",), assignments),
    Check(("categories",), categories),
    Check(("organization",), cost),
    Check(("organization",), callbacks),
)
