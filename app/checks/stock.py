"""Looks at what stock needs of both sides: who moves it when, whose locations they are, calls, callbacks, scopes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.checks.lines import Line, fail, ok, warn
from app.checks.reading import Check, Pair, Read, Values
from app.checks.store import scope_remedy
from app.wiring import zoho_destination
from connectors.bigcommerce import inventory
from connectors.zoho import locations
from connectors.zoho.client import in_inventory
from mappings.bigcommerce.stock import habits
from tasks import stock_plan, zoho_hooks

METHODS = {
    "scheduled": "by looking every now and then; Zoho is always right",
    "one_way": "in real time; Zoho is always right",
    "two_way": "in real time and both ways: what is changed in the store becomes an adjustment in Zoho",
}
FIGURES = {
    ("available", "accounting"): "what is there by bills and invoices, less what sales orders promise",
    ("available", "physical"): "what is there by receives and shipments, less what sales orders promise",
    ("on_hand", "accounting"): "what is there by bills and invoices",
    ("on_hand", "physical"): "what is there by receives and shipments",
}
WITHOUT_RULES = ("free", "standard")  # plans of Zoho without workflow rules
LEVELS_READ = "the store's levels may be read; whether they may be set, the first write tells"
LATER = 1.25  # looks that come so much later than the setting says are told of


def _is_on(pair: Pair) -> bool:
    return pair.made.stock_on


def _both_ways(pair: Pair) -> bool:
    return pair.chosen.stock.method == "two_way"


def _levels(pair: Pair, _values: Values) -> Any:
    return pair.made.store.call("GET", inventory.ITEMS, params={"limit": 1}, purpose="check")


def _adjustments(pair: Pair, _values: Values) -> Any:
    return in_inventory(pair.made.zoho).call(
        "GET", "/inventoryadjustments", params={"page": 1, "per_page": 1}
    )


def _inventory_scope(_pair: Pair) -> str:
    return (
        "two_way writes inventory adjustments, which only Zoho Inventory has: subscribe the organization to it, "
        "make a grant code with the scope ZohoInventory.inventoryadjustments.ALL (docs/commands.md lists all) and "
        "run `cartbooks connect zoho`; or choose one_way"
    )


STOCK_READS: tuple[Read, ...] = (
    Read("levels", _levels, scope_remedy("Store Inventory: modify"), LEVELS_READ,
         wanted=_is_on),
    Read("store locations", lambda pair, _: inventory.locations(pair.made.store),
         scope_remedy("Store Locations: read-only"), wanted=_is_on),
    Read("inventory settings", lambda pair, _: inventory.settings(pair.made.store),
         scope_remedy("Information & Settings: read-only"), level="warn", wanted=_is_on),
    Read("Zoho locations", lambda pair, _: locations.locations(pair.made.zoho),
         lambda _: "make a grant code with the scope settings.READ (docs/commands.md) and run `cartbooks connect zoho`",
         wanted=lambda pair: _is_on(pair) and bool(pair.chosen.stock.locations)),
    Read("adjustments", _adjustments, _inventory_scope, "inventory adjustments may be read", wanted=_both_ways),
)  # fmt: skip


def switch(pair: Pair, values: Values) -> Iterator[Line]:
    """What is on, which figure the store shows, and how fresh it can be; costs no call to tell."""
    del values
    chosen = pair.chosen.stock
    if not chosen.on:
        yield ok("stock", f"{pair.key}.stock.method is off: the store's levels stay as they are")
        return
    held_back = f", less a buffer of {chosen.buffer}" if chosen.buffer else ""
    yield ok("stock", f"the store follows {METHODS[chosen.method]}")
    yield ok("stock", f"it shows {FIGURES[chosen.figure, chosen.mode]}{held_back}")
    yield _freshness(pair)


def _freshness(pair: Pair) -> Line:
    told, chosen = stock_plan.freshness(pair.made), pair.chosen.stock.interval
    possible = stock_plan.interval(pair.made) * pair.made.pace
    if possible > LATER * chosen and "paired yet" not in told:
        return warn(
            "freshness",
            f"{told}; {pair.key}.stock.interval says every {chosen} s",
            "a larger plan has more calls; orders keep their reserve in any case",
        )
    return ok("freshness", told)


def store_locations(pair: Pair, values: Values) -> Iterator[Line]:
    """Each location of the settings is there in the store, and takes part."""
    chosen = pair.chosen.stock
    there: dict[int, Mapping[str, Any]] = {int(row["id"]): row for row in values["store locations"]}
    for number in sorted({chosen.order_location, *chosen.locations.values()}):
        key = "order_location" if number == chosen.order_location else "locations"
        if number not in there:
            known = ", ".join(str(one) for one in sorted(there)) or "none"
            yield fail(
                "locations",
                f"the store has no location {number}: no level could be set there",
                f"correct {pair.key}.stock.{key}; the store has {known}",
            )
        elif there[number].get("enabled") is False:
            yield warn(
                "locations",
                f"location {number} of the store is switched off: nobody sees its level",
                f"switch it on in the store, or correct {pair.key}.stock.{key}",
            )
        else:
            yield ok("locations", f"location {number} of the store shows {_sources(pair, number)}")


def _sources(pair: Pair, number: int) -> str:
    chosen = pair.chosen.stock
    sources = [place for place, shown in chosen.locations.items() if shown == number]
    orders = ", and orders are taken from it" if number == chosen.order_location else ""
    added = " together" if len(sources) > 1 else ""
    return (f"Zoho's {', '.join(sources)}{added}" if sources else "all that Zoho has") + orders


def zoho_locations(pair: Pair, values: Values) -> Iterator[Line]:
    """Each location of the map is there in Zoho; what is not on the map is shown nowhere."""
    there = {place.id: place for place in values["Zoho locations"]}
    chosen = pair.chosen.stock.locations
    for number in chosen:
        if number not in there:
            known = ", ".join(sorted(there)) or "none: locations are not switched on there"
            yield fail(
                "locations",
                f"Zoho has no location {number}: every item would be held as places-missing, or shown as less",
                f"correct {pair.key}.stock.locations; Zoho has {known}",
            )
        elif not there[number].active:
            yield warn(
                "locations",
                f"location {number} is inactive in Zoho",
                f"take it out of {pair.key}.stock.locations, or mark it as active",
            )
    left_out = [place.id for place in there.values() if place.active and place.id not in chosen]
    if left_out:
        yield ok("locations", f"what lies at Zoho's {', '.join(sorted(left_out))} is shown nowhere")


def behaviour(pair: Pair, values: Values) -> Iterator[Line]:
    """When the store lowers and raises stock by itself, and what follows from it for us."""
    del pair
    told = habits(values["inventory settings"])
    if told.when == "order_placed":
        yield ok("the store's own doing", "it takes goods off its stock as soon as an order is placed")
    else:
        yield ok(
            "the store's own doing",
            "it takes goods off its stock only when an order is completed or shipped; until then we take off what "
            "open orders will need",
        )
    edited = "moves" if told.edits else "does not move"
    back = (
        "come back"
        if told.restocks
        else "do not come back: put them back by hand where they are for sale again"
    )
    yield ok("the store's own doing", f"editing an order {edited} stock; goods of cancelled orders {back}")


def real_time(pair: Pair, values: Values) -> Iterator[Line]:
    """Whether Zoho can tell of what moves stock: its plan, its webhooks; the rules that fire them nobody can see."""
    if not pair.chosen.stock.at_once:
        return
    plan = str(values["organization"].get("plan_name") or "")
    every = f"changes are found by looking every {pair.chosen.stock.interval} s"
    if any(word in plan.casefold() for word in WITHOUT_RULES):
        yield warn(
            "Zoho calls us",
            f'the plan "{plan}" has no workflow rules, which real time needs: {every}',
            'choose a plan with workflow rules (Professional or higher), or set stock.method = "scheduled"',
        )
    by_hand = ", ".join(zoho_hooks.MODULES[one] for one in zoho_hooks.by_hand(pair.made))
    yield from _webhooks(pair, values, every)
    if by_hand:
        yield ok(
            "Zoho calls us",
            f"whether it tells of {by_hand} cannot be seen from here; `cartbooks webhooks register` says what to enter",
        )


def _webhooks(pair: Pair, values: Values, every: str) -> Iterator[Line]:
    if "Zoho webhooks" not in values:
        return
    url = zoho_destination(pair.chosen)
    missing = zoho_hooks.missing(pair.made, values["Zoho webhooks"])
    if missing:
        named = ", ".join(zoho_hooks.MODULES[one] for one in missing)
        yield warn(
            "Zoho calls us",
            f"no webhook of Zoho for {named} leads to {url}: {every}",
            "run `cartbooks webhooks register`; it also says which workflow rules to make",
        )
    else:
        yield ok(
            "Zoho calls us",
            f"webhooks for what moves stock lead to {url}; they need a plan with workflow rules, and whether the rules "
            "are made cannot be seen",
        )


STOCK_CHECKS: tuple[Check, ...] = (
    Check(("organization",), switch),
    Check(("inventory settings",), behaviour),
    Check(("store locations",), store_locations),
    Check(("Zoho locations",), zoho_locations),
    Check(("organization",), real_time),
)
