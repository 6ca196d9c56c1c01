"""The items of a price list: a rate or a discount each, or brackets of quantities with such."""

import itertools
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call, named, rows_of
from sandbox.zoho.money import half_up, number, text
from sandbox.zoho.organization import Record


def taken(call: Call, scheme: str) -> dict[str, Record]:
    """The entries of a body by item; an item stands in a list once."""
    entries: dict[str, Record] = {}
    for told in rows_of(call.body, "pricebook_items"):
        item = named(call, "items", told.get("item_id"), 2006, "Item does not exist.")
        if item["item_id"] in entries:
            raise Refused(2, "Invalid value passed for item_id")
        entries[item["item_id"]] = _entry(call, told, item["item_id"], scheme)
    return entries


def _entry(call: Call, told: dict[str, Any], item_id: str, scheme: str) -> Record:
    own = text(told, "pricing_scheme", 20, scheme) or scheme
    if own not in {"unit", "volume"}:
        raise Refused(2, "Invalid value passed for pricing_scheme")
    entry: Record = {"pricebook_item_id": call.org.new_id(), "item_id": item_id, "pricing_scheme": own}
    if own == "unit":
        if told.get("price_brackets"):
            raise Refused(2, "Invalid value passed for price_brackets")
        return {**entry, **_price(told), "price_brackets": []}
    brackets = [_bracket(call, row) for row in rows_of(told, "price_brackets")]
    _check_ranges(brackets)
    return {**entry, "pricebook_rate": "", "pricebook_discount": "", "price_brackets": brackets}


def _price(told: dict[str, Any]) -> Record:
    """A rate, or a share taken off the item's own rate."""
    discount = text(told, "pricebook_discount", 20)
    if told.get("pricebook_rate") in (None, "") and discount:
        _share(discount)
        return {"pricebook_rate": "", "pricebook_discount": discount}
    rate = number(told, "pricebook_rate", None)
    if rate < 0:
        raise Refused(2, "Invalid value passed for pricebook_rate")
    return {"pricebook_rate": rate, "pricebook_discount": discount}


def _share(discount: str) -> Decimal:
    try:
        share = Decimal(discount.strip().removesuffix("%")) if discount.strip().endswith("%") else None
    except InvalidOperation:
        share = None
    if share is None or not 0 <= share <= 100:
        raise Refused(2, "Invalid value passed for pricebook_discount")
    return share


def _bracket(call: Call, told: dict[str, Any]) -> Record:
    """An end that is absent or empty means: and more."""
    start = number(told, "start_quantity", None)
    end = number(told, "end_quantity") if told.get("end_quantity") not in (None, "") else None
    if start < 0 or (end is not None and end < start):
        raise Refused(2, "Invalid value passed for start_quantity")
    return {
        "pricebook_item_id": call.org.new_id(),
        "start_quantity": start,
        "end_quantity": "" if end is None else end,
        **_price(told),
    }


def _check_ranges(brackets: list[Record]) -> None:
    """At least one bracket; they rise, do not overlap, and only the last is open."""
    if not brackets:
        raise Refused(4, "Invalid value passed for price_brackets")
    for lower, upper in itertools.pairwise(brackets):
        if lower["end_quantity"] == "" or upper["start_quantity"] <= lower["end_quantity"]:
            raise Refused(2, "Invalid value passed for price_brackets")


def shown(call: Call, entries: Iterable[Record]) -> list[Record]:
    """Entries with the rate that a discount makes of the item's rate as it is now."""
    made = []
    for entry in entries:
        rate = call.org.records["items"][entry["item_id"]]["rate"]
        brackets = [{**each, **_reckoned(call, each, rate)} for each in entry["price_brackets"]]
        made.append({**entry, **_reckoned(call, entry, rate), "price_brackets": brackets})
    return made


def _reckoned(call: Call, entry: Record, rate: Decimal) -> Record:
    if entry["pricebook_rate"] != "" or not entry["pricebook_discount"]:
        return {}
    places = int((call.org.currency(call.org.base) or {})["price_precision"])
    return {"pricebook_rate": half_up(rate * (100 - _share(entry["pricebook_discount"])) / 100, places)}
