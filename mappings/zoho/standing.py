"""How an order's sale document stands: as Zoho answered it just now, else as we remember it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import ZERO
from mappings.plans import Ref
from mappings.records import SILENT, Order
from mappings.rules import BookRules
from mappings.zoho import payments, stages
from mappings.zoho.documents import Id
from mappings.zoho.found import Found, FoundDocument, FoundNote


@dataclass(frozen=True)
class Sale:
    """The document that books an order as sold, as the steps planned so far leave it.

    `open` is what is neither paid nor credited of it; `live` is False once it was made void or wholly credited, `void`
    says which of the two.
    """

    id: Id
    number: str | Ref
    status: str
    customer: Id
    generation: int
    open: Decimal
    live: bool = True
    void: bool = False


def amount_of(answer: Mapping[str, Any], field: str) -> Decimal:
    """A figure of one of Zoho's answers; 0 where it says nothing."""
    return Decimal(str(answer.get(field) or 0))


def status_of(document: FoundDocument) -> str:
    """As read, else as last heard; of a sales order whether it is a draft, confirmed or void."""
    read = document.read or {}
    return str(read.get("order_status") or read.get("status") or document.status)


def customer_of(document: FoundDocument, found: Found) -> str:
    """Whose document it is: payments and credits must name the same contact."""
    read = document.read or {}
    itself = str(read.get("customer_id") or "") or document.customer_id
    return itself or (found.contact.contact_id if found.contact else "")


def day_of(order: Order, document: FoundDocument, rules: BookRules) -> str:
    """The day that the document bears (YYYY-MM-DD)."""
    read = document.read or {}
    return str(read.get("date") or "") or stages.day(order, rules)


def reversal_of(found: Found, generation: int) -> FoundNote | None:
    return found.notes.get(f"reversal:{generation}")


def is_ended(found: Found, document: FoundDocument) -> bool:
    """We took it back ourselves, or have begun to."""
    return bool(document.ended) or reversal_of(found, document.generation) is not None


def credit_left(note: FoundNote) -> Decimal:
    """What is left of a credit note."""
    return ZERO if note.status in ("closed", "void") else note.balance


def open_of(order: Order, found: Found, document: FoundDocument) -> Decimal:
    """What is open on the document once the payments that the store voided are deleted."""
    recorded = payments.recorded_of(order, found)
    read = document.read
    if read is None:
        return max(order.total - recorded, ZERO) if document.status != "paid" else ZERO
    if gone_payments(order, found):
        return max(amount_of(read, "total") - amount_of(read, "credits_applied") - recorded, ZERO)
    return amount_of(read, "balance")


def gone_payments(order: Order, found: Found) -> tuple[str, ...]:
    """Payments that we recorded and that the store no longer counts: voided, or told otherwise since.

    A payment that nothing but the status told of stays when the order ends: the new status says nothing of the money.
    """
    counted = {payment.key for payment in order.payments}
    if order.ended in SILENT:
        counted.add("offline")
    return tuple(sorted(key for key in found.payments if payments.counted_as(key) not in counted))


def refuse_closed(day: str, what: str, rules: BookRules) -> None:
    """Unmappable where something is dated in a period that the merchant has closed (YYYY-MM-DD compares as text)."""
    if day and rules.lock_date and day <= rules.lock_date:
        raise Unmappable(
            "period-closed",
            f"{what}, dated {day}, and the books are closed up to {rules.lock_date}",
            "Book the difference by hand in an open period and leave the order held, or move orders.lock_date; then "
            "retry.",
        )
