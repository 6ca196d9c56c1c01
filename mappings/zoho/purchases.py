"""Purchase orders to vendors as they stand, and what goods say of being bought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import ZERO
from mappings.plans import Step
from mappings.rules import BookRules
from mappings.zoho.documents import Id

DRAFT, CANCELLED, GONE = "draft", "cancelled", "gone"


@dataclass(frozen=True)
class Ware:
    """What an item says of being bought: `vendor` is "" where nobody is preferred, `rate` what one piece costs.

    `trouble`: why it cannot be ordered, "" where it can.
    """

    item: str
    sku: str
    vendor: str = ""
    rate: Decimal = ZERO
    trouble: str = ""

    @property
    def name(self) -> str:
        return f"SKU {self.sku}" if self.sku else f"item {self.item}"


@dataclass(frozen=True)
class Row:
    """So many of an item; `line` is the sales order's, "" where nobody told it."""

    item: str
    quantity: Decimal
    line: str = ""
    sku: str = ""


@dataclass(frozen=True)
class Purchase:
    """A purchase order for the order. `status` as Zoho tells it, "gone" where it was deleted; `ours`: we made it, and
    nobody has changed it since.
    """

    vendor: str
    id: str
    number: str
    status: str
    rows: tuple[Row, ...]
    ours: bool = True

    @property
    def over(self) -> bool:
        return self.status in (CANCELLED, GONE)


@dataclass(frozen=True)
class Sold:
    """What is sold by the sales order `id`: `rows` of goods, none where the order is no sale any more.

    `opens`: vendors may be asked for more, for the goods have not left. `invoiced`: it changed after its sales order
    was invoiced, and `rows` is what it says now.
    """

    order: str
    id: Id = ""
    customer: Id = ""
    day: str = ""
    rows: tuple[Row, ...] = ()
    opens: bool = True
    invoiced: bool = False


@dataclass(frozen=True)
class Bought:
    """The steps that are missing, what is told of them, and what a person must see to."""

    steps: tuple[Step, ...] = ()
    told: tuple[str, ...] = ()
    held: tuple[Unmappable, ...] = ()


def purchase_key(order: str, rules: BookRules, vendor: str) -> str:
    """One purchase order for each vendor of an order; also its unique key in Zoho."""
    return f"{rules.store_hash}:{order}:drop-ship:{vendor}"


def ware_of(item: Mapping[str, Any]) -> Ware:
    """An item as Zoho tells it in full; services are nothing that a vendor sends."""
    one = Ware(str(item["item_id"]), str(item.get("sku") or ""))
    if str(item.get("product_type") or "goods") != "goods":
        return one
    rate, trouble = Decimal(str(item.get("purchase_rate") or 0)), ""
    if rate <= 0:
        trouble = f"{one.name} has no purchase price in Zoho"
    elif item.get("status") == "inactive":
        trouble = f"{one.name} is inactive in Zoho"
    return Ware(one.item, one.sku, _preferred(item), rate, trouble)


def _preferred(item: Mapping[str, Any]) -> str:
    named = [row for row in item.get("preferred_vendors") or () if isinstance(row, Mapping)]
    first = [row for row in named if row.get("is_primary")] or (named if len(named) == 1 else [])
    return str(item.get("vendor_id") or (first[0].get("vendor_id") if first else "") or "")


def rows_of(answer: Mapping[str, Any]) -> tuple[Row, ...]:
    """The lines of a purchase order as Zoho answers it."""
    return tuple(
        Row(
            str(line.get("item_id") or ""),
            Decimal(str(line.get("quantity") or 0)),
            str(line.get("salesorder_item_id") or ""),
            str(line.get("sku") or ""),
        )
        for line in answer.get("line_items") or ()
    )


def sold_rows(answer: Mapping[str, Any], goods: frozenset[str]) -> tuple[Row, ...]:
    """The lines of the sales order that are goods."""
    rows = [
        Row(
            str(line.get("item_id") or ""), Decimal(str(line.get("quantity") or 0)), str(line["line_item_id"])
        )
        for line in answer.get("line_items") or ()
    ]
    return tuple(row for row in rows if row.item in goods and row.quantity > 0)
