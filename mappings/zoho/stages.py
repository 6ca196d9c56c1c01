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
from mappings.statuses import DUE
from mappings.zoho import payments


class OtherLines(Unmappable):
    """A sales order has other lines than its order would be given by the settings of now."""


def has_come(order: Order, rules: BookRules) -> bool:
    """Whether what books the order is a sales order that is to be invoiced now; never while the order is no sale."""
    if not rules.invoice_when or rules.document != "sales_order":
        return False
    if rules.is_over(order.ended):
        return False
    if rules.invoice_when == "paid":
        return summed([payment.amount for payment in order.payments]) >= order.total
    return order.status_id in DUE[rules.invoice_when]


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
    order: Order, rows: Sequence[Mapping[str, Any]], read: Mapping[str, Any], rules: BookRules
) -> list[dict[str, Any]]:
    """The invoice's rows, each with the sales order's line that it invoices: they answer to one another one to one."""
    if rules.part:
        return _of_part(rows, read)
    lines = list(read.get("line_items") or ())
    if [_what(row) for row in rows] != [_what(line) for line in lines]:
        raise OtherLines(
            "changed-after-posting",
            f"the lines of sales order {read.get('salesorder_number')} are not those of order {order.id}, whose "
            "invoice is to be made from it",
            "Correct the sales order in Zoho, or make its invoice there by hand and leave the order held; then retry.",
        )
    pairs = zip(rows, lines, strict=True)
    return [{**row, "salesorder_item_id": str(line["line_item_id"])} for row, line in pairs]


def _of_part(rows: Sequence[Mapping[str, Any]], read: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a part's invoice, each with the line of the sales order that it invoices, by item: lines of one item
    are laid end to end, and a row is split where one ends. What is more than the sales order has left is linked to
    nothing.
    """
    left = {str(line["line_item_id"]): _left(line) for line in read.get("line_items") or ()}
    items = {str(line["line_item_id"]): str(line.get("item_id")) for line in read.get("line_items") or ()}
    made: list[dict[str, Any]] = []
    for row in rows:
        rest = dict(row)
        for line in (line for line, item in items.items() if item == str(row["item_id"])):
            taken = min(left[line], rest["quantity"])
            if taken > 0:
                left[line] -= taken
                first, rest = _cut(rest, taken)
                made.append({**first, "salesorder_item_id": line})
        made += [rest] if rest["quantity"] else []
    return made


def _left(line: Mapping[str, Any]) -> Decimal:
    return _number(line, "quantity") - _number(line, "quantity_invoiced")


def _cut(row: Mapping[str, Any], at: Decimal) -> tuple[dict[str, Any], dict[str, Any]]:
    """A row in two that come to the same: rates are whole cents, and what is off it is off the first as far as that
    goes. 3 at 3.34 less 0.02 becomes 1 at 3.34 less 0.02, which is 3.32, and 2 at 3.34, which is 6.68: 10.00.
    """
    off = Decimal(row.get("discount", 0))
    first = {**row, "quantity": at, "discount": min(off, row["rate"] * at)}
    second = {**row, "quantity": row["quantity"] - at, "discount": off - first["discount"]}
    one, other = (
        {name: told for name, told in half.items() if name != "discount" or told} for half in (first, second)
    )
    return one, other


def links_of(made: Mapping[str, Any]) -> dict[str, str]:
    """How many pieces of which lines of a sales order an invoice says, as Zoho answers it."""
    told: dict[str, Decimal] = {}
    for row in made.get("line_items") or ():
        if line := str(row.get("salesorder_item_id") or ""):
            told[line] = told.get(line, ZERO) + _number(row, "quantity")
    return {line: str(quantity) for line, quantity in told.items()}


def with_ours(read: Mapping[str, Any], ours: Mapping[str, Decimal]) -> dict[str, Any]:
    """The sales order with what our invoices say of its lines, should Zoho not tell that (yet)."""
    rows = [
        {
            **line,
            "quantity_invoiced": max(
                _number(line, "quantity_invoiced"), ours.get(str(line["line_item_id"]), ZERO)
            ),
        }
        for line in read.get("line_items") or ()
    ]
    return {**read, "line_items": rows}


def refuse_strangers(read: Mapping[str, Any], ours: Mapping[str, Decimal], order: Order) -> None:
    """Somebody else has invoiced of the sales order what none of our invoices says."""
    lines = read.get("line_items") or ()
    more = any(
        _number(line, "quantity_invoiced") > ours.get(str(line["line_item_id"]), ZERO) for line in lines
    )
    some = read.get("invoiced_status") not in ("", None, "not_invoiced")
    if more or (some and not ours):
        raise Unmappable(
            "changed-after-posting",
            f"sales order {read.get('salesorder_number')} of order {order.id} was invoiced by somebody else, wholly or "
            "in part",
            "Make that invoice void in Zoho and retry, or invoice what is left by hand and leave the order held.",
        )


def is_linked(read: Mapping[str, Any]) -> bool:
    """An invoice that was made from a sales order: more than that holds, it may not say."""
    return any(row.get("salesorder_item_id") for row in read.get("line_items") or ())


def _what(row: Mapping[str, Any]) -> tuple[str, Decimal]:
    return str(row.get("item_id")), _number(row, "quantity")


def _number(row: Mapping[str, Any], name: str) -> Decimal:
    return Decimal(str(row.get(name) or 0))
