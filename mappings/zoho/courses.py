"""Which way an order's document goes, told from the order and the document alone: from the state, not from events."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from mappings.errors import Unmappable
from mappings.money import ZERO, summed
from mappings.plans import Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import notes
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import Found, FoundDocument
from mappings.zoho.keys import key
from mappings.zoho.standing import (
    Sale,
    amount_of,
    customer_of,
    gone_payments,
    is_ended,
    open_of,
    reversal_of,
    status_of,
)

NO_SALE = frozenset({"cancelled", "declined"})
"""Endings of orders that are booked by no setting: to keep one leaves it as it is, also where it was taken back while
something else was chosen. One that was to be kept all along may be in the middle of an edit."""
Course = Literal["keep", "edit", "end", "renew", "over"]
"""keep: it is as the order says; edit: the order changed; end: it is no sale any more; renew: it is one again; over: it
is none any more, and was taken back already."""


def course_of(order: Order, found: Found, document: FoundDocument, rules: BookRules) -> Course:
    """Which way the document goes. Raises Unmappable where a person must decide first."""
    if not document.ours:
        raise foreign(order.id, document)
    notes.refuse_lost_refunds(order, found)
    ended, wish = is_ended(found, document), rules.endings.get(order.ended, "keep")
    if not ended and status_of(document) == "void":
        if order.ended and wish == "reverse":
            return "over"
        raise _voided(document)
    if order.ended and wish == "hold" and not ended:
        raise _held(order, document)
    if order.ended and wish != "keep":
        return "over" if ended else "end"
    if ended:
        return "over" if order.ended in NO_SALE and not found.begun else "renew"
    changed = document.fingerprint and document.fingerprint != fingerprint(order)
    return "edit" if changed else "keep"


def standing(order: Order, found: Found, document: FoundDocument) -> Sale:
    """The document as it is before anything is done, but for voided payments, which are deleted first."""
    sale = standing_of(found, document)
    reopened = sale.status == "paid" and gone_payments(order, found)
    open_ = ZERO if sale.void else open_of(order, found, document)
    return replace(sale, open=open_, status="sent" if reopened else sale.status)


def standing_of(found: Found, document: FoundDocument) -> Sale:
    """The same where no order is left to say what was paid: from what Zoho answered."""
    status = status_of(document)
    void = status == "void" or document.ended == "void"
    credited = reversal_of(found, document.generation) is not None or document.ended == "credited"
    return Sale(
        id=document.id,
        number=document.number,
        status=status,
        customer=customer_of(document, found),
        generation=document.generation,
        open=ZERO if void else amount_of(document.read or {}, "balance"),
        live=not void and not credited,
        void=void,
    )


def unpaid(order: Order, found: Found, document: FoundDocument, rules: BookRules) -> tuple[Step, ...]:
    """Payments that the store voided leave the books, where the setting says so and nothing was built on them."""
    gone = gone_payments(order, found)
    if not gone:
        return ()
    built_on = document.generation > 1 or any(
        name.startswith("reversal:") or note.repaid for name, note in found.notes.items()
    )
    nameless = any(
        " " in found.payments[payment] for payment in gone
    )  # it was recorded together with the document
    if rules.voided_payments == "hold" or built_on or nameless:
        raise Unmappable(
            "changed-after-posting",
            f"payment {', '.join(gone)} of order {order.id} is in the books, and the store no longer counts it",
            "See in the store what became of the money, correct the payment in Zoho by hand, and leave the order held.",
        )
    return tuple(
        Step("delete", "payment", key(order, rules, "unpay", payment), {}, found.payments[payment])
        for payment in gone
    )


def paid_of(order: Order, found: Found) -> Decimal:
    """The money that is in the books for the order once the plan is done, what a person recorded by hand among it."""
    counted = summed([payment.amount for payment in order.payments])
    document = found.document
    if document is None or document.generation > 1 or gone_payments(order, found):
        return counted
    return max(counted, amount_of(document.read or {}, "payment_made"))


def foreign(record: str, document: FoundDocument) -> Unmappable:
    return Unmappable(
        "foreign-document",
        f"document {document.id} carries the number of order {record}, but Cartbooks did not make it",
        "If it books this order, leave the order held and book on by hand; else take the reference number off that "
        "document, then retry.",
    )


def _voided(document: FoundDocument) -> Unmappable:
    return Unmappable(
        "changed-in-zoho",
        f"document {document.number or document.id} was made void in Zoho, and the order stands in the store",
        "Cancel the order in the store, or reopen the document in Zoho, then retry; or choose with `cartbooks "
        "resolve`.",
    )


def _held(order: Order, document: FoundDocument) -> Unmappable:
    return Unmappable(
        "changed-after-posting",
        f"order {order.id} is {order.ended} in the store, and document {document.number or document.id} books "
        f"{order.total} {order.currency} for it",
        f"Void or credit the document in Zoho and leave the order held, or set orders.{order.ended} and retry.",
    )
