"""The plan of an order in Zoho: what it needs, which writes are still missing, and what their answers mean."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.errors import Unmappable
from mappings.plans import Plan, Ref, Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import contacts, items, payments, steps
from mappings.zoho.documents import Id, draft, fingerprint
from mappings.zoho.found import (
    Found,
    FoundContact,
    FoundDocument,
    FoundNote,
    ItemNeed,
    Needs,
    Organization,
    Verdict,
    ZohoTax,
)
from mappings.zoho.keys import document_key
from mappings.zoho.verdicts import expected, verify

__all__ = [
    "Found",
    "FoundContact",
    "FoundDocument",
    "FoundNote",
    "ItemNeed",
    "Needs",
    "Organization",
    "Verdict",
    "ZohoTax",
    "asks",
    "expected",
    "needs",
    "plan",
    "take_back",
    "verify",
]


def needs(order: Order, rules: BookRules, generation: int = 1) -> Needs:
    """What must be looked up before an order can be planned; `generation` is that of the newest document we know."""
    walk_in = contacts.is_walk_in(order, rules)
    email = contacts.normalized_email(order.customer.email)
    return Needs(
        email=email,
        customer_id=None if email or walk_in else order.customer.customer_id,
        walk_in=walk_in,
        names=contacts.names(order, rules),
        currency=order.currency,
        items=items.item_needs(order, rules),
        key=document_key(order, rules, generation),
        reference=order.id,
        payment_keys=tuple(payments.payment_key(payment, order, rules) for payment in order.payments),
    )


def asks(order: Order, found: Found, rules: BookRules) -> frozenset[str]:
    """What must still be looked up before `plan` may be called for an order whose document is known; asked once.

    "document": `found.document.read` is to be Zoho's answer of this moment. "items": lines will be written, so
    `found.items` is to hold what `needs` names. Empty where nothing but the found is needed, and where the order has no
    document: then everything is looked up at once. Raises what `plan` would raise, so that no call is made for it.
    """
    del order, found, rules
    return frozenset()


def take_back(record: str, found: Found, rules: BookRules) -> Plan:
    """What ends an order of which only the id and the documents are left: deleted in the store, and the setting says
    "reverse". `found.document.read` is needed unless we ended the document ourselves.
    """
    raise NotImplementedError(record, found, rules)


def plan(order: Order, found: Found, rules: BookRules) -> Plan:
    """Every write that is still missing, in the order in which they must happen; none where all is there.

    Step keys are `{store_hash}:{order}:{kind}:{n}`; a document's and a payment's are also their unique keys in
    Zoho, and a new generation of the document has its own. Raises Unmappable with the reasons of docs/held.md: all of
    an order can be planned, or none of it; Skip("status") for an order that ended before it was ever booked.
    """
    if found.document is not None:
        return Plan(tuple(_missing(order, found, found.document, rules)))
    customer: Id = Ref(steps.contact_key(order, rules))
    if found.contact is not None:
        customer = found.contact.contact_id
    address, address_steps = steps.shipping_address(order, found, rules)
    written = draft(order, found, rules, customer, address)
    document = steps.document_create(order, rules, written)
    born = Ref(document.key)
    owed = () if "payments" in document.expect else steps.payment_creates(order, found, rules, customer, born)
    planned = (
        *steps.contact_create(order, found, rules),
        *steps.contact_update(order, found, rules),
        *address_steps,
        *steps.item_creates(order, found, rules, written),
        document,
        *_settled(order, found, rules, born, status="draft", owed=tuple(owed)),
        *steps.mark(order, found, rules, Ref(document.key, "number")),
    )
    return Plan(planned, written.arithmetic)


def _settled(
    order: Order, found: Found, rules: BookRules, document: Id, *, status: str, owed: tuple[Step, ...]
) -> Iterator[Step]:
    """What follows once the document is there: confirmed or opened, and paid."""
    yield from steps.confirm(order, rules, document, status)
    yield from steps.send(order, found, rules, document, status, money_to_come=bool(owed))
    yield from owed


def _missing(order: Order, found: Found, document: FoundDocument, rules: BookRules) -> Iterator[Step]:
    """What is still missing of an order whose document is there; Unmappable where the two have parted."""
    _refuse(order, document)
    _refuse_lost_money(order, found)
    yield from steps.contact_update(order, found, rules)
    yield from steps.amend(order, document, rules)
    customer = document.customer_id or (found.contact.contact_id if found.contact else "")
    paid = document.status == "paid"
    owed = () if paid else tuple(steps.payment_creates(order, found, rules, customer, document.id))
    yield from _settled(order, found, rules, document.id, status=document.status, owed=owed)
    yield from steps.mark(order, found, rules, document.number)


def _refuse_lost_money(order: Order, found: Found) -> None:
    """A payment that we recorded and that the store no longer counts: voided, or told otherwise since."""
    gone = sorted(set(found.payments) - {payment.key for payment in order.payments})
    if gone:
        raise Unmappable(
            "changed-after-posting",
            f"payment {', '.join(gone)} of order {order.id} is in the books, and the store no longer counts it",
            "See in the store what became of the money, correct the payment in Zoho by hand, and leave the order held.",
        )


def _refuse(order: Order, document: FoundDocument) -> None:
    if not document.ours:
        raise Unmappable(
            "foreign-document",
            f"document {document.id} carries the number of order {order.id}, but Cartbooks did not make it",
            "If it books this order, leave the order held and book on by hand; else take the reference number off that "
            "document, then retry.",
        )
    if document.status == "void":
        raise Unmappable(
            "changed-after-posting",
            f"document {document.id} was made void in Zoho, and the order stands in the store",
            "Cancel the order in the store, or reopen the document in Zoho, then retry.",
        )
    if document.fingerprint and document.fingerprint != fingerprint(order):
        raise Unmappable(
            "changed-after-posting",
            f"the lines, quantities or amounts of the order are not those of document {document.id} any more",
            "Correct the document in Zoho by hand; Cartbooks does not rewrite a posted document in this version.",
        )
