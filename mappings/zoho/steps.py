"""The single writes of an order's plan, each only where it is still missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import in_coins
from mappings.plans import Ref, Step, refs
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import contacts, editions, items, payments
from mappings.zoho.documents import ADJUSTMENT_SENTENCE, Draft, Id, fingerprint
from mappings.zoho.found import Found, FoundDocument
from mappings.zoho.keys import document_key, key
from mappings.zoho.verdicts import expected


def contact_key(order: Order, rules: BookRules) -> str:
    return key(order, rules, "contact")


def contact_create(order: Order, found: Found, rules: BookRules) -> Iterator[Step]:
    if found.contact is None:
        currency_id = found.organization.currencies.get(order.currency, "")
        body = contacts.create_body(order, rules, currency_id, found.pricebook_id)
        if not contacts.is_walk_in(order, rules):
            place = editions.place_of(order, found.organization, rules)
            body |= editions.of_contact(place, found.organization, rules)
        names = contacts.names(order, rules)
        expect = {"profile": contacts.profile(order, rules, found.digest), "names": names}
        yield Step("create", "contact", contact_key(order, rules), body, expect=expect)


def contact_update(order: Order, found: Found, rules: BookRules) -> Iterator[Step]:
    """Only when the person changed since we last wrote, and never back to what an older order said."""
    contact, told = found.contact, contacts.profile(order, rules, found.digest)
    if contact is None or not told or not contact.profile or contact.profile == told:
        return
    if _number(order.id) < _number(contact.written_by):
        return
    body = contacts.update_body(order)
    yield Step("update", "contact", contact_key(order, rules), body, contact.contact_id, {"profile": told})


def _number(order_id: str) -> int:
    return int(order_id) if order_id.isdecimal() else 0


def shipping_address(order: Order, found: Found, rules: BookRules) -> tuple[Id | None, tuple[Step, ...]]:
    """The address to name on the document. A new contact is made with it, so Zoho puts it there by itself."""
    if order.shipping_address is None or found.contact is None or contacts.is_walk_in(order, rules):
        return None, ()
    body = contacts.address_body(order.shipping_address)
    if not body:
        return None, ()
    seen = contacts.address_fingerprint(body, found.digest)
    if seen in found.contact.addresses:
        return found.contact.addresses[seen], ()
    step_key = key(order, rules, "address")
    step = Step("create", "address", step_key, body, found.contact.contact_id, {"fingerprint": seen})
    return Ref(step_key), (step,)


def item_creates(order: Order, found: Found, rules: BookRules, written: Draft) -> Iterator[Step]:
    """One for every item that the document's lines name and nobody has made yet."""
    wanted = dict.fromkeys(ref.step for ref in refs(written.body["line_items"]))
    for line in order.lines:
        item, _ = items.booked_on(line, found.items, rules)
        step_key = key(order, rules, "item", item)
        if step_key in wanted:
            del wanted[step_key]
            body = items.create_body(line, order, rules)
            expect = {"item": item, "names": items.names(body, item)}
            yield Step("create", "item", step_key, body, expect=expect)


def document_create(order: Order, rules: BookRules, written: Draft, generation: int = 1) -> Step:
    """With `payments = "with_invoice"` the money travels in the same call; its keys stand in `expect["payments"]`.

    Not with a later generation: what was paid is recorded by then, or waits for what a credit leaves open.
    """
    body: dict[str, Any] = dict(written.body)
    expect = promise(order, body)
    together = rules.payments == "with_invoice" and rules.document == "invoice" and generation == 1
    if together and order.payments:
        body["batch_payments"] = [payments.batch_row(payment, rules) for payment in order.payments]
        expect["payments"] = tuple(payments.payment_key(payment, order, rules) for payment in order.payments)
    return Step("create", rules.document, document_key(order, rules, generation), body, expect=expect)


def promise(order: Order, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the answer for the order's document must say, and under which fingerprint it is remembered."""
    return {**expected(order), "lines": len(body["line_items"]), "fingerprint": fingerprint(order)}


def confirm(order: Order, rules: BookRules, document: Id, status: str, generation: int = 1) -> Iterator[Step]:
    """A draft sales order commits no stock."""
    if rules.document == "sales_order" and status == "draft":
        yield Step("confirm", "sales_order", key(order, rules, "confirm", str(generation)), {}, document)


def send(
    order: Order,
    found: Found,
    rules: BookRules,
    document: Id,
    status: str,
    *,
    money_to_come: bool,
    generation: int = 1,
) -> Iterator[Step]:
    """A draft is in nobody's books: a payment opens it where the organization takes one on a draft, else we do; what
    was paid for an order may have gone to its other parts.
    """
    if rules.document != "invoice" or status != "draft":
        return
    refused = money_to_come and found.organization.drafts_take_payments is False
    unpaid = not order.payments or (rules.part and not money_to_come)
    if refused or (unpaid and rules.unpaid == "sent"):
        yield opened(order, rules, document, generation)


def opened(order: Order | str, rules: BookRules, document: Id, generation: int = 1) -> Step:
    return Step("send", "invoice", key(order, rules, "send", str(generation)), {}, document)


def payment_creates(
    order: Order, found: Found, rules: BookRules, customer: Id, document: Id, left: Decimal | None = None
) -> Iterator[Step]:
    """Every payment that is not recorded yet; `left` is what is open on the document, all of it where it is None."""
    open_ = order.total if left is None else left
    for payment in payments.owed(order, found):
        applied = min(payment.amount, open_)
        open_ -= applied
        body = payments.create_body(payment, order, rules, customer, document, applied)
        body |= editions.exchange(order, found.organization, rules)
        expect = {"amount": payment.amount, "payment": payment.key}
        yield Step("create", "payment", payments.payment_key(payment, order, rules), body, expect=expect)


def amend(order: Order, document: FoundDocument, rules: BookRules) -> Iterator[Step]:
    """The document that is there carries another total: within the limit one adjustment mends it, beyond it is held."""
    difference = order.total - document.total if document.total is not None else None
    if not difference:
        return
    adjusted = document.adjustment + difference
    if abs(adjusted) > in_coins(rules.adjustment_limit, order.currency):
        raise Unmappable(
            "total-differs",
            f"the order's total is {order.total}, its document's {document.total}",
            "Open the document in Zoho: correct or delete it, then retry.",
        )
    body = {"adjustment": adjusted, "adjustment_description": ADJUSTMENT_SENTENCE}
    mended = {**expected(order), "fingerprint": fingerprint(order)}
    step_key = key(order, rules, "amend", str(document.generation))
    yield Step("amend", rules.document, step_key, body, document.id, mended)


def mark(
    order: Order, found: Found, rules: BookRules, number: str | Ref, generation: int = 1
) -> Iterator[Step]:
    """The document's number goes to the store, once; our own earlier one may be overwritten, somebody else's never. It
    is the sales order's where an order is invoiced in parts.
    """
    if rules.mark == "none" or rules.part or (number and number in (order.external_order_id, found.marked)):
        return
    if not number and found.marked:
        return
    foreign = bool(order.external_order_id) and order.external_order_id != found.marked
    field = "metafield" if foreign else rules.mark
    yield Step(
        "mark",
        "order",
        key(order, rules, "mark", str(generation)),
        {"field": field, "value": number},
        order.id,
    )
