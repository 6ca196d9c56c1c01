"""A shipment of Zoho Inventory as what left the house: pieces by item, and how they are tracked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from mappings.errors import Unmappable


@dataclass(frozen=True)
class Sent:
    """`pieces` by item id, summed over the packages; `tracking` and `carrier` are "" where nobody told them."""

    id: str
    number: str
    sales_order: str
    tracking: str
    carrier: str
    pieces: Mapping[str, Decimal]


def sent(told: Mapping[str, Any]) -> Sent:
    """What a shipment order says."""
    pieces: dict[str, Decimal] = {}
    for row in told.get("line_items") or ():
        item = str(row.get("item_id") or "")
        pieces[item] = pieces.get(item, Decimal(0)) + _quantity(row)
    return Sent(
        id=str(told["shipment_id"]),
        number=str(told.get("shipment_number") or told["shipment_id"]),
        sales_order=str(told.get("salesorder_id") or ""),
        tracking=str(told.get("tracking_number") or "").strip(),
        carrier=str(told.get("carrier") or told.get("delivery_method") or "").strip(),
        pieces={item: count for item, count in pieces.items() if count},
    )


def shipment_of(package: Mapping[str, Any]) -> str:
    """Id of the shipment that a package left with, "" before."""
    inner = package.get("shipment_order")
    nested = inner.get("shipment_id") if isinstance(inner, Mapping) else ""
    return str(package.get("shipment_id") or nested or "")


def _quantity(row: Mapping[str, Any]) -> Decimal:
    try:
        return Decimal(str(row.get("quantity") or 0))
    except InvalidOperation:
        raise Unmappable(
            "field-missing",
            "line_items.quantity of the shipment cannot be read",
            "Look at the shipment in Zoho, then retry.",
        ) from None
