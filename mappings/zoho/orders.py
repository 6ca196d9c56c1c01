"""The plan of an order in Zoho: what it needs, which writes are still missing, and what their answers mean."""

from __future__ import annotations

from dataclasses import replace

from mappings.errors import Skip
from mappings.plans import Plan, Ref
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import contacts, estimates, items, life, stages, steps, unused
from mappings.zoho.documents import Id, draft
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
from mappings.zoho.standing import Sale
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
    "refuse_never_booked",
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
    )


def asks(order: Order, found: Found, rules: BookRules) -> frozenset[str]:
    """What must still be looked up before `plan` may be called for an order whose document is known; asked once.

    "document": `found.document.read` is to be Zoho's answer of this moment. "items": lines will be written, so
    `found.items` is to hold what `needs` names. Empty where nothing but the found is needed, and where the order has no
    document: then everything is looked up at once. Raises what `plan` would raise, so that no call is made for it.
    """
    return estimates.asks(order, found, rules) if _is_estimated(rules) else life.asks(order, found, rules)


def take_back(record: str, found: Found, rules: BookRules) -> Plan:
    """What ends an order of which only the id and the documents are left: deleted in the store, and the setting says
    "reverse". `found.document.read` is needed unless we ended the document ourselves.
    """
    return life.take_back(record, found, rules)


def plan(order: Order, found: Found, rules: BookRules) -> Plan:
    """Every write that is still missing, in the order in which they must happen; none where all is there.

    Step keys are `{store_hash}:{order}:{kind}:{n}`; a document's and a payment's are also their unique keys in
    Zoho, and a new generation of the document has its own. Raises Unmappable with the reasons of docs/held.md: all of
    an order can be planned, or none of it; Skip("status") for an order that ended before it was ever booked.
    """
    if _is_estimated(rules):
        return estimates.plan(order, found, rules)
    if found.document is not None:
        return life.plan(order, found, found.document, rules)
    refuse_never_booked(order, rules)
    life.refuse_refunds_of_orders(order, rules)
    return _new(order, found, rules)


def _is_estimated(rules: BookRules) -> bool:
    """These are the rules of a quote; see `tasks.stages`."""
    return rules.document == "estimate"


def refuse_never_booked(order: Order, rules: BookRules) -> None:
    """An order without a document that is no sale any more."""
    if rules.is_over(order.ended):
        raise Skip("status", f"the order is {order.ended} and was never booked")


def _new(order: Order, found: Found, rules: BookRules) -> Plan:
    """An order that was never booked: all of it in one go, its refunds among it."""
    customer: Id = Ref(steps.contact_key(order, rules))
    if found.contact is not None:
        customer = found.contact.contact_id
    address, address_steps = steps.shipping_address(order, found, rules)
    written = draft(order, found, rules, customer, address)
    if found.sales_order is not None:
        rows = stages.of_sales_order(order, written.body["line_items"], found.sales_order, rules)
        written = replace(written, body={**written.body, "line_items": rows})
    written = replace(written, body={**written.body, **estimates.named(found, rules)})
    document = steps.document_create(order, rules, written)
    number = Ref(document.key, "number")
    sale = Sale(Ref(document.key), number, "draft", customer, 1, open=order.total)
    sale, advances = unused.used_on(order.id, found, rules, sale)
    together = "payments" in document.expect
    owed = () if together else tuple(steps.payment_creates(order, found, rules, customer, sale.id, sale.open))
    after, told = life.after(order, found, rules, sale, owed, paid_with=together)
    planned = (
        *steps.contact_create(order, found, rules),
        *steps.contact_update(order, found, rules),
        *address_steps,
        *steps.item_creates(order, found, rules, written),
        *estimates.answered(order, found.estimate, rules, "accept"),
        document,
        *advances,
        *after,
        *steps.mark(order, found, rules, number),
    )
    life.refuse_closed_steps(planned, order, rules)
    return Plan(life.once(planned), (*written.arithmetic, *told))
