"""A sales order first, its invoice when the moment has come: when that is, and which rows invoice which lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import summed
from mappings.records import Order
from mappings.rules import BookRules

SHIPPED, COMPLETED = frozenset({2, 10}), frozenset({10})  # status ids


def has_come(order: Order, rules: BookRules) -> bool:
    """Whether the order's sales order is to be invoiced now; never while the order is no sale."""
    if order.ended and rules.endings.get(order.ended, "keep") != "keep":
        return False
    if rules.invoice_when == "paid":
        return summed([payment.amount for payment in order.payments]) >= order.total
    return order.status_id in (SHIPPED if rules.invoice_when == "shipped" else COMPLETED)


def of_sales_order(
    order: Order, rows: Sequence[Mapping[str, Any]], read: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The invoice's rows, each with the sales order's line that it invoices: they answer to one another one to one."""
    lines = list(read.get("line_items") or ())
    if [_what(row) for row in rows] != [_what(line) for line in lines]:
        raise Unmappable(
            "changed-after-posting",
            f"the lines of sales order {read.get('salesorder_number')} are not those of order {order.id}, whose "
            "invoice is to be made from it",
            "Correct the sales order in Zoho, or make its invoice there by hand and leave the order held; then retry.",
        )
    pairs = zip(rows, lines, strict=True)
    return [{**row, "salesorder_item_id": str(line["line_item_id"])} for row, line in pairs]


def is_linked(read: Mapping[str, Any]) -> bool:
    """An invoice that was made from a sales order: more than that holds, it may not say."""
    return any(row.get("salesorder_item_id") for row in read.get("line_items") or ())


def _what(row: Mapping[str, Any]) -> tuple[str, Decimal]:
    return str(row.get("item_id")), Decimal(str(row.get("quantity") or 0))
