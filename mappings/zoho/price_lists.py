"""A price list of Zoho in our words: one percentage over every rate, or prices item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mappings.errors import Skip, Unmappable
from mappings.money import ZERO
from mappings.reading import Part
from mappings.records import Entry, PriceList, Tier
from mappings.zoho.item_rows import load_price_list


def price_list(detail: Mapping[str, Any], currencies: Mapping[str, str], base: str) -> PriceList:
    """`currencies`: id to code; `base`: the organization's own, in which rates of items are. Of one that is inactive
    nothing but that is read: whatever else is wrong with it, nobody buys by it.
    """
    told = load_price_list(detail)
    list_id, kind = told["pricebook_id"], told["pricebook_type"]
    if told["sales_or_purchase_type"] != "sales":
        raise Skip("purchase-list", f"price list {list_id} is for purchases")
    if told["status"].casefold() != "active":
        return _inactive(told, base)
    if kind not in ("per_item", "fixed_percentage"):
        raise _unfit(list_id, f'is of the type "{kind}", which is not known here')
    if kind == "fixed_percentage" and told["percentage"] is None:
        raise _unfit(list_id, "names no percentage")
    entries = tuple(_entries(told)) if kind == "per_item" else ()
    currency = _currency(told, currencies, base)
    if currency != base and (kind == "fixed_percentage" or any(_reckoned(entry) for entry in entries)):
        raise Unmappable(
            "currency-differs",
            f"price list {list_id} is in {currency} and takes percentages off rates that are in {base}",
            f"Give the list prices item by item, or make it a list in {base}; then retry. Nothing is converted here.",
        )
    return PriceList(
        id=list_id,
        name=told["name"] or told["pricebook_name"],
        currency=currency,
        active=True,
        kind=kind,
        entries=entries,
        percentage=(told["percentage"] or ZERO) * (1 if told["is_increase"] else -1),
        rounding=told["rounding_type"] or "no_rounding",
        places=told["decimal_place"],
    )


def _inactive(told: Part, base: str) -> PriceList:
    name = told["name"] or told["pricebook_name"]
    return PriceList(told["pricebook_id"], name, base, False, "per_item", (), ZERO, "no_rounding", 2)


def _currency(told: Part, currencies: Mapping[str, str], base: str) -> str:
    code = told["currency_code"] or currencies.get(told["currency_id"], "")
    if not code and told["currency_id"]:
        raise Unmappable(
            "currency-unmapped",
            f"price list {told['pricebook_id']} is in a currency that the organization does not list",
            "Add the currency in Zoho, or choose another one for the list; then retry.",
        )
    return str(code or base).upper()


def _entries(told: Part) -> Iterable[Entry]:
    for row in told["pricebook_items"]:
        item_id = row["item_id"]
        scheme = row["pricing_scheme"] or told["pricing_scheme"] or "unit"
        tiers = tuple(_tiers(row, told["pricebook_id"])) if scheme == "volume" else ()
        discount = _percent(row["pricebook_discount"], told["pricebook_id"])
        if tiers:
            yield Entry(item_id, None, tiers)
        elif discount is not None:
            yield Entry(item_id, None, (), discount)
        elif row["pricebook_rate"] is not None:
            yield Entry(item_id, row["pricebook_rate"], ())


def _tiers(row: Part, list_id: str) -> Iterable[Tier]:
    """Brackets that say neither price nor discount sell at the item's own rate, like what lies between brackets."""
    for bracket in sorted(row["price_brackets"], key=lambda one: one["start_quantity"]):
        first, last = bracket["start_quantity"], bracket["end_quantity"]
        discount = _percent(bracket["pricebook_discount"], list_id)
        price = bracket["pricebook_rate"] if discount is None else None
        if price is None and discount is None:
            continue
        yield Tier(_pieces(first, list_id), _pieces(last, list_id) if last else None, price, discount)


def _pieces(quantity: Decimal, list_id: str) -> int:
    if quantity != int(quantity):
        raise _unfit(list_id, f"has a bracket that begins or ends at {quantity.normalize():f} pieces")
    return max(int(quantity), 1)


def _percent(text: str, list_id: str) -> Decimal | None:
    """5% is 5; 0% and nothing are no discount. Always with the sign, as Zoho documents it."""
    if not text:
        return None
    try:
        percentage = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        percentage = None
    if percentage is None or not text.endswith("%") or not 0 <= percentage <= 100:
        raise _unfit(list_id, f'has the discount "{text}", which is no percentage')
    return percentage or None


def _reckoned(entry: Entry) -> bool:
    return entry.discount is not None or any(tier.discount is not None for tier in entry.tiers)


def _unfit(list_id: str, complaint: str) -> Unmappable:
    remedy = "Open the price list in Zoho and correct it, or make it inactive; then retry."
    return Unmappable("value-unfit", f"price list {list_id} {complaint}", remedy)
