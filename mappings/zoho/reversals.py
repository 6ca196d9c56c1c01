"""The credit note that takes a whole document back: Zoho's own rows once more, or what refunds have left of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import summed
from mappings.plans import Step
from mappings.records import Line, Order
from mappings.rules import BookRules
from mappings.zoho import editions, refund_lines, steps
from mappings.zoho.documents import Draft, fingerprint, header, written
from mappings.zoho.found import Found, FoundDocument
from mappings.zoho.keys import note_key
from mappings.zoho.notes import creation_of, refunds_of
from mappings.zoho.standing import Sale, amount_of

_ROW = ("item_id", "name", "description", "tax_id", "tax_exemption_id", "account_id", "location_id")


def mirror(
    record: str, document: FoundDocument, rules: BookRules, sale: Sale, day: str
) -> tuple[list[Step], list[str]]:
    """The whole document, from Zoho's own rows: so it comes to the same cent, whatever the taxes are by now."""
    read = document.read or {}
    unique = note_key(record, rules, f"reversal:{document.generation}")
    body: dict[str, Any] = {
        "customer_id": sale.customer,
        "reference_number": record,
        "date": day,
        "is_inclusive_tax": bool(read.get("is_inclusive_tax")),
        "custom_fields": [{"api_name": rules.key_field, "value": unique}],
        "line_items": [_row(row) for row in read["line_items"]],
        **editions.copied(read, rules),
        **_discount(read),
        **_charge(read),
        **_adjustment(read),
    }
    total, tax = amount_of(read, "total"), amount_of(read, "tax_total")
    currency = str(read.get("currency_code") or "")
    step = creation_of(unique, body, total=total, tax=tax, currency=currency, sale=sale.id)
    return [step], [
        f"{document.number or document.id}: all of its {total} {currency} credited".replace("  ", " ")
    ]


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {name: str(row[name]) for name in _ROW if row.get(name)}
    told |= {"rate": amount_of(row, "rate"), "quantity": amount_of(row, "quantity")}
    if row.get("discount") and row["discount"] != "0%":
        told["discount"] = row["discount"]
    return told | {"invoice_item_id": str(row["line_item_id"])}


def _discount(read: Mapping[str, Any]) -> dict[str, Any]:
    """How amounts off a line, or off the whole, were counted."""
    lines = any(row.get("discount") for row in read["line_items"])
    whole = read.get("discount_type") == "entity_level" and read.get("discount")
    if not lines and not whole:
        return {}
    kind = {"discount_type": read.get("discount_type") or "item_level"}
    before = {"is_discount_before_tax": bool(read.get("is_discount_before_tax", True))}
    return kind | before | ({"discount": read["discount"]} if whole else {})


def _charge(read: Mapping[str, Any]) -> dict[str, Any]:
    if not amount_of(read, "shipping_charge"):
        return {}
    told: dict[str, Any] = {"shipping_charge": amount_of(read, "shipping_charge")}
    tax = str(read.get("shipping_charge_tax_id") or "")
    return told | ({"shipping_charge_tax_id": tax} if tax else {})


def _adjustment(read: Mapping[str, Any]) -> dict[str, Any]:
    if not amount_of(read, "adjustment"):
        return {}
    why = str(read.get("adjustment_description") or "")
    return {"adjustment": amount_of(read, "adjustment"), "adjustment_description": why}


def left_over(
    order: Order, found: Found, document: FoundDocument, rules: BookRules, sale: Sale, day: str
) -> tuple[list[Step], list[str]]:
    """What refunds have left of the document, line by line; nothing where they gave everything back.

    Raises Unmappable("changed-after-posting") where the document does not have the order's lines any more.
    """
    total = order.total - summed([refund.total for refund in refunds_of(order)])
    lines = tuple(_left(order, rules))
    known = document.fingerprint in ("", fingerprint(order))
    same = known and amount_of(document.read or {}, "total") == order.total
    less = [_less(line, order) for line in order.lines]
    if not same or any(min(line.net, line.tax, line.quantity) < 0 for line in less):
        raise Unmappable(
            "changed-after-posting",
            f"order {order.id} is no sale any more, {total} {order.currency} of it was not refunded, and its document "
            "does not have the lines that were refunded",
            "Credit the rest of the document in Zoho by hand, and leave the order held.",
        )
    if not total:
        return [], []
    like = replace(order, lines=lines, total=total, tax=summed([line.tax for line in lines]))
    unique = note_key(order, rules, f"reversal:{document.generation}")
    head = header(order, rules, sale.customer, day, unique)
    draft = written(like, found, replace(rules, shipping="item"), head, document.read)
    step = creation_of(unique, draft.body, total=total, tax=like.tax, currency=order.currency, sale=sale.id)
    told = [f"{document.number or document.id}: {total} {order.currency} is left of it and credited"]
    items = steps.item_creates(like, found, rules, Draft(draft.body, ()))
    return [*items, step], [*told, *draft.arithmetic]


def _left(order: Order, rules: BookRules) -> Iterator[Line]:
    """The order's lines less what was given back of them, and money given back on no line taken off again."""
    for line in order.lines:
        left = _less(line, order)
        if left.net or left.tax or not line.gross:
            yield left
    sold = {line.key for line in order.lines}
    for refund in refunds_of(order):
        apart = tuple(line for line in refund.lines if line.key not in sold or line.kind == "tax")
        for line in refund_lines.booked(replace(refund, lines=apart), order, rules):
            yield replace(line, key=f"refund {refund.key}: {line.key}", net=-line.net, tax=-line.tax)


def _less(line: Line, order: Order) -> Line:
    """A line less its refunds; where all pieces are back and money is left, that is no piece of goods any more."""
    pairs = [
        (refund, back)
        for refund in refunds_of(order)
        for back in refund.lines
        if back.key == line.key and back.kind != "tax"
    ]
    if not pairs:
        return line
    pieces = summed([back.quantity for refund, back in pairs if back.key in refund.returned])
    left = replace(
        line,
        net=line.net - summed([back.net for _, back in pairs]),
        tax=line.tax - summed([back.tax for _, back in pairs]),
        quantity=line.quantity - pieces,
        discounts=(),
    )
    return left if left.quantity > 0 else refund_lines.on_refund_item(left)


def day_after(*days: str, lock_date: str) -> str:
    """The day of a note that takes back: the latest of what is known, and never in a closed period (YYYY-MM-DD)."""
    opened = (date.fromisoformat(lock_date) + timedelta(days=1)).isoformat() if lock_date else ""
    return max(*days, opened)


def total_of(created: list[Step]) -> Decimal:
    """What the note among the steps is over; 0 where there is none."""
    return summed([step.expect["total"] for step in created if step.kind == "credit_note"])
