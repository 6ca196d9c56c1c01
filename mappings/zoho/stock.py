"""Stock as Zoho tells it: the figure that is published, by location, and the adjustment that changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mappings.errors import Skip, Unmappable
from mappings.reading import number
from mappings.rules import StockRules

REASON = "Changed in the store"
_SERVICES = ("service", "digital_service")
_PLACES = {"locations": "location", "warehouses": "warehouse"}
_PHYSICAL = "actual_available_stock"  # what is there, or that less what is committed: nobody says which
_ON_HAND = {"accounting": "stock_on_hand", "physical": _PHYSICAL}
_COMMITTED = {"accounting": "committed_stock", "physical": "actual_committed_stock"}
_AVAILABLE = {"accounting": "available_for_sale_stock", "physical": "actual_available_for_sale_stock"}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class AdjustmentLine:
    """`quantity` is signed; without a location it is the organization's primary one."""

    item_id: str
    quantity: Decimal
    location_id: str = ""


def figures(row: Row, rules: StockRules) -> dict[int, Decimal]:
    """By location of the store, from an item in detail.

    Raises Skip("untracked-in-zoho") and, where the setting maps locations and the item names none,
    Unmappable("places-missing").
    """
    whole = _figure(row, "", rules)
    if whole is None or not is_tracked(row):
        raise Skip("untracked-in-zoho", f"Zoho keeps no stock of item {row.get('item_id', '?')}")
    if not rules.locations:
        return {rules.order_location: whole}
    places = _places(row, rules)
    if not places:
        raise Unmappable(
            "places-missing",
            f"item {row.get('item_id', '?')} does not tell its stock by location",
            "Switch locations on in Zoho, or take the location map out of the settings (stock.locations); then retry.",
        )
    found = dict.fromkeys(rules.locations.values(), Decimal(0))
    for place, location in rules.locations.items():
        found[location] += places.get(place, Decimal(0))
    return found


def in_list(row: Row, rules: StockRules) -> Decimal | None:
    """The same where a row of a list can tell it: lists know no locations, and nothing of what is committed."""
    if not listed(rules) or not is_tracked(row):
        return None
    return number(row.get(_ON_HAND[rules.mode]))


def listed(rules: StockRules) -> bool:
    """Whether rows of lists tell the figure at all."""
    return rules.figure == "on_hand" and rules.mode == "accounting" and not rules.locations


def is_tracked(row: Row) -> bool:
    """Whether Zoho keeps stock of an item; a service never has any."""
    if str(row.get("product_type") or "").casefold() in _SERVICES:
        return False
    told = row.get("track_inventory")
    if told in (None, ""):
        return str(row.get("item_type") or "").casefold() == "inventory"
    return str(told).casefold() == "true"


def adjustment(lines: Sequence[AdjustmentLine], reference: str, date: str) -> dict[str, Any]:
    """`POST /inventoryadjustments`: one document for all lines, found again by its reference."""
    return {
        "date": date,
        "reason": REASON,
        "adjustment_type": "quantity",
        "reference_number": reference,
        "line_items": [_line(line) for line in lines],
    }


def _line(line: AdjustmentLine) -> dict[str, Any]:
    told = {"item_id": line.item_id, "quantity_adjusted": line.quantity}
    return told | ({"location_id": line.location_id} if line.location_id else {})


def _places(row: Row, rules: StockRules) -> dict[str, Decimal]:
    """Older organizations say warehouse, newer ones location; migrated ones both, with equal ids."""
    found: dict[str, Decimal] = {}
    for name, word in _PLACES.items():
        for place in row.get(name) or ():
            figure = _figure(place, f"{word}_", rules)
            if figure is not None:
                found.setdefault(str(place.get(f"{word}_id") or ""), figure)
    return found


def _figure(row: Row, prefix: str, rules: StockRules) -> Decimal | None:
    """None where the answer does not tell it: goods that are not tracked have empty texts there."""
    on_hand = number(row.get(prefix + _ON_HAND[rules.mode]))
    available = number(row.get(prefix + _AVAILABLE[rules.mode]))
    committed = number(row.get(prefix + _COMMITTED[rules.mode]))
    if rules.figure == "on_hand":
        if rules.mode == "accounting" or available is None or committed is None:
            return on_hand
        return available + committed
    if available is not None or on_hand is None:
        return available
    return None if committed is None else on_hand - committed
