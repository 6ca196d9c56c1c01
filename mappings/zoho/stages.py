"""A sales order first, its invoice when the moment has come: when that is, and which rows invoice which lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import ZERO, summed
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import payments

SHIPPED, COMPLETED = frozenset({2, 10}), frozenset({10})  # status ids


def has_come(order: Order, rules: BookRules) -> bool:
    """Whether the order's sales order is to be invoiced now; never while the order is no sale."""
    if order.ended and rules.endings.get(order.ended, "keep") != "keep":
        return False
    if rules.invoice_when == "paid":
        return summed([payment.amount for payment in order.payments]) >= order.total
    return order.status_id in (SHIPPED if rules.invoice_when == "shipped" else COMPLETED)


def by_moment(rules: BookRules) -> bool:
    """Whether the document bears the day on which it became due to be made."""
    return rules.document == "invoice" and bool(rules.invoice_when) and rules.invoice_date == "moment"


def day(order: Order, rules: BookRules) -> str:
    """The day that a new document of the order bears (YYYY-MM-DD)."""
    moment = moment_of(order, rules) if by_moment(rules) else None
    return payments.local_date(moment or order.created, rules)


def moment_of(order: Order, rules: BookRules) -> datetime | None:
    """When the invoice became due, by what does not move later: the payment that completed the sum, or the day on which
    the store says the goods left. It tells none of the day of Completed: that of Shipped stands for it. None where
    neither is told, and never before the order itself.
    """
    told = order.invoiced or (_completed(order) if rules.invoice_when == "paid" else order.shipped)
    return max(told, order.created) if told else None


def _completed(order: Order) -> datetime | None:
    """The last payment that was needed; the last one where an edit has made the order dearer since."""
    at, came = None, ZERO
    for payment in sorted(order.payments, key=lambda one: one.at):
        at, came = payment.at, came + payment.amount
        if came >= order.total:
            break
    return at


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
