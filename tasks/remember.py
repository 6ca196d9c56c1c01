"""Does one step of an order's plan and remembers at once what it brought to life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from connectors.errors import Rejected
from connectors.zoho import documents
from ledger import links
from mappings.errors import Unmappable
from mappings.plans import Step
from mappings.zoho import prints
from mappings.zoho.stages import links_of
from tasks import (
    begun,
    checking,
    goods,
    memory,
    needless,
    notes,
    order_stock,
    organization,
    people,
    quotes,
    stages,
    taken_back,
    told_money,
    unused_money,
)
from tasks.apply import FOUND, take
from tasks.fates import Later
from tasks.goods import KIND as ITEM
from tasks.goods import link_key
from tasks.hand import Hand
from tasks.lessons import ANOTHER, Replan
from tasks.memory import DOCUMENT, MARK, PAYMENT
from tasks.note_ways import WITH_DOCUMENT
from tasks.people import KIND as CONTACT
from tasks.people import contact_key
from tasks.posting import Posting
from tasks.ways import ANSWERS, WAYS, Answer


def do_and_remember(posting: Posting, hand: Hand, step: Step) -> Answer:
    """One step, done and remembered; the next step may build on it."""
    answer = None
    if (step.verb, step.kind) == ("create", "sales_order"):
        begun.remember(hand.connection, hand.claim.record)
    if step.verb == "create" and step.kind in (CONTACT, ITEM):
        key = _still_ours(posting, hand, step)
        answer = _left_behind(hand, step, key)
        if answer is None and step.kind == ITEM:
            goods.guess(hand, key, step.body["rate"])
    if answer is None:
        answer = _done(posting, hand, step)
    keep = KEEP.get((step.verb, step.kind))
    if keep is not None:
        keep(posting, hand, step, answer)
    return answer


def _done(posting: Posting, hand: Hand, step: Step) -> Answer:
    if (step.verb, step.kind) == ("create", "payment"):
        return _pay(posting, hand, step)
    if (step.verb, step.kind) == ("create", "credit_note"):
        return notes.write(hand, step)
    if step.verb in ANSWERS:
        return quotes.answer(hand, step)
    if (step.verb, step.kind) == ("send", "estimate"):
        return quotes.offer(hand, step)
    if taken_back.is_rewrite(step):
        return taken_back.rewritten(hand, step)
    return needless.taken(hand, step)


def _still_ours(posting: Posting, hand: Hand, step: Step) -> str:
    """A reservation may have been taken over while this order was slow; then its new holder creates."""
    connection = hand.connection
    if step.kind == CONTACT:
        key = contact_key(connection, posting.needs)
    else:
        key = link_key(hand, next(need for need in posting.needs.items if need.key == step.expect["item"]))
    if not links.touch(connection.ledger, connection.organization, step.kind, key, hand.now, hand.name):
        raise Later(hand.now + 2.0 / connection.pace, f"another order has taken over the {step.kind}")
    return key


def _left_behind(hand: Hand, step: Step, key: str) -> Answer | None:
    """What the dead, whose reservation we took over, may have created; what has no SKU was not looked for before."""
    connection = hand.connection
    link = links.get(connection.ledger, connection.organization, step.kind, key)
    find = WAYS[step.verb, step.kind].find
    if link is None or find is None or not link.extra.get("taken_over"):
        return None
    found = find(connection, step)
    if found is not None:
        hand.tell("found", kind=step.kind, key=step.key, id=str(found["id"]))
    return found


def _contact(posting: Posting, hand: Hand, step: Step, answer: Answer) -> None:
    extra = people.remembered(
        hand.connection, answer, profile=step.expect["profile"], written_by=posting.order.id
    )
    known = dict(posting.found.contact.addresses) if posting.found.contact else {}
    _bind_contact(posting, hand, str(answer["id"]), {**extra, "addresses": known | extra["addresses"]})


def _address(posting: Posting, hand: Hand, step: Step, answer: Answer) -> None:
    key = contact_key(hand.connection, posting.needs)
    link = links.get(hand.connection.ledger, hand.connection.organization, CONTACT, key)
    if link is not None:
        addresses = {**link.extra["addresses"], step.expect["fingerprint"]: str(answer["id"])}
        _bind_contact(posting, hand, link.id, {**link.extra, "addresses": addresses})


def _bind_contact(posting: Posting, hand: Hand, contact_id: str, extra: Mapping[str, Any]) -> None:
    connection = hand.connection
    key = contact_key(connection, posting.needs)
    links.bind(connection.ledger, connection.organization, CONTACT, key, contact_id, extra, hand.now)


def _item(posting: Posting, hand: Hand, step: Step, answer: Answer) -> None:
    need = next(need for need in posting.needs.items if need.key == step.expect["item"])
    connection = hand.connection
    key = link_key(hand, need)
    extra = goods.guessed(hand, key, answer)
    links.bind(connection.ledger, connection.organization, ITEM, key, str(answer["id"]), extra, hand.now)


def _document(posting: Posting, hand: Hand, step: Step, answer: Answer) -> None:
    """Kept before it is looked at, so that a doubtful one is not made a second time; then verified."""
    bind_document(hand, posting, step, answer, verified=False)
    if documents.custom_field(answer, posting.rules.key_field) == step.key:
        organization.learn(
            hand.connection, "estimates_keep_key" if step.kind == "estimate" else "keeps_key", True
        )
    final = _verified(hand, posting, step, answer)
    paid = checking.paid_with(final, posting, found=bool(answer.get(FOUND)))
    for key, extra in paid.items():
        memory.bind(hand.connection, PAYMENT, key, WITH_DOCUMENT, extra)
    bind_document(hand, posting, step, final, verified=True)
    if set(paid) != set(step.expect.get("payments", ())):
        raise Replan(checking.OTHERWISE_PAID)


def _verified(hand: Hand, posting: Posting, step: Step, answer: Answer) -> Answer:
    """One that was found and is not right may be of the order as it was when it was sent: it is read and rewritten."""
    try:
        return checking.verified(hand, posting, step, answer)
    except Unmappable as wrong:
        if not answer.get(FOUND):
            raise
        raise Replan(ANOTHER) from wrong


def bind_document(hand: Hand, posting: Posting, step: Step, answer: Answer, *, verified: bool) -> None:
    """`step.key` is the document's own; `print` tells what of it is ours, should a person change it in Zoho."""
    extra: dict[str, Any] = {
        "number": answer["number"],
        "status": answer["status"],
        "fingerprint": step.expect.get("fingerprint", ""),
        "customer_id": str(answer.get("customer_id", "")),
        "total": str(answer["total"]),
        "verified": verified,
        "paid_with": list(step.expect.get("payments", ())),
    }
    if linked := links_of(answer):
        extra["linked"] = linked
    if not verified and answer.get(FOUND):
        extra[FOUND] = True
    if verified:
        extra["print"] = prints.owned(answer, posting.rules)
    memory.bind(hand.connection, DOCUMENT, step.key, str(answer["id"]), extra)


def _amended(posting: Posting, hand: Hand, step: Step, answer: Answer) -> None:
    """The document says what the order says now, or one that was held for its total is right."""
    link = memory.document_by_id(hand.connection, str(answer["id"]))
    key = link.key if link else posting.needs.key
    kept = link.extra.get("fingerprint", "") if link else ""
    known = replace(step, key=key, expect={"fingerprint": kept, **step.expect})
    if "lines" in step.expect:
        bind_document(hand, posting, known, answer, verified=False)
        answer = checking.amended(hand, posting, known, answer)
        order_stock.rewritten(hand, step.kind)
    bind_document(hand, posting, known, answer, verified=True)


def _voided(_posting: Posting, hand: Hand, step: Step, _answer: Answer) -> None:
    taken_back.voided(hand, step)


def _opened(_posting: Posting, hand: Hand, step: Step, answer: Answer) -> None:
    _is_open(hand, str(step.target), str(answer["status"] if step.kind == "estimate" else "sent"))


def _is_open(hand: Hand, document: str, status: str = "sent") -> None:
    link = memory.document_by_id(hand.connection, document)
    if link is not None:
        memory.change(hand.connection, link, status=status)


def _payment(posting: Posting, hand: Hand, step: Step, answer: Answer) -> None:
    # one that only the status tells of may grow with its order
    amount = unused_money.recorded(step.body, answer)
    extra = {"amount": str(amount), **told_money.beside(posting.order, step.expect["payment"], amount)}
    if posting.rules.document == "invoice" or posting.rules.invoice_when:
        extra["applied"] = str(unused_money.applied_at_once(step.body, answer))
    memory.bind(hand.connection, PAYMENT, step.key, str(answer["id"]), extra)
    if step.body.get("invoices") or posting.rules.document == "sales_order":
        _is_open(hand, _paid_document(hand, step))


def _paid_document(hand: Hand, step: Step) -> str:
    """The invoice that a payment is for; of a sales order, for which money is an advance, the order itself."""
    parts = step.body.get("invoices")
    link = memory.newest(hand.connection, hand.claim.record)
    return str(parts[0]["invoice_id"]) if parts else link.id if link else ""


def _unpaid(_posting: Posting, hand: Hand, step: Step, _answer: Answer) -> None:
    """The store does not count this money any more: what it paid is open again."""
    connection, key = hand.connection, step.key.replace(":unpay:", ":payment:", 1)
    links.forget(connection.ledger, connection.name, PAYMENT, key)
    for one, link in stages.booked(connection, hand.claim.record):
        if link.extra["status"] == "paid" and not memory.ended(one, link):
            memory.change(connection, link, status="sent")


def _note(posting: Posting, hand: Hand, step: Step, answer: Answer) -> None:
    taken_back.noted(hand, posting.rules, step, answer)


def _used(_posting: Posting, hand: Hand, step: Step, answer: Answer) -> None:
    notes.remember_use(hand, step, answer)


def _put_to_use(_posting: Posting, hand: Hand, step: Step, _answer: Answer) -> None:
    unused_money.remember(hand.connection, step.key, str(step.target), step.body["invoice_payments"][0])
    _is_open(hand, str(step.target), "paid" if step.expect.get("paid") else "sent")


def _marked(posting: Posting, hand: Hand, step: Step, _answer: Answer) -> None:
    key = memory.mark_key(hand.connection, posting.order.id)
    memory.bind(hand.connection, MARK, key, str(step.body["value"]), {"field": step.body["field"]})


def _pay(posting: Posting, hand: Hand, step: Step) -> Answer:
    """Whether an organization takes a payment on a draft is uncertain: try, open the document where it refuses, and
    remember which.
    """
    takes = posting.found.organization.drafts_take_payments
    link = memory.document_by_id(hand.connection, _paid_document(hand, step))
    draft = link is not None and link.extra["status"] == "draft" and step.body.get("invoices")
    try:
        answer = take(hand, step)
    except Rejected:
        if not draft or link is None:
            raise
        sent = Step("send", "invoice", f"{link.key}:send", {}, link.id)
        _opened(posting, hand, sent, take(hand, sent))
        answer = take(hand, step)
        organization.learn(hand.connection, "drafts_take_payments", False)
        return answer
    if draft and takes is None:
        organization.learn(hand.connection, "drafts_take_payments", True)
    return answer


Keep = Callable[[Posting, Hand, Step, Answer], None]
KEEP: Mapping[tuple[str, str], Keep] = {
    ("create", "contact"): _contact,
    ("update", "contact"): _contact,
    ("create", "address"): _address,
    ("create", "item"): _item,
    ("create", "invoice"): _document,
    ("create", "sales_order"): _document,
    ("create", "estimate"): _document,
    ("amend", "invoice"): _amended,
    ("amend", "sales_order"): _amended,
    ("amend", "estimate"): _amended,
    ("send", "invoice"): _opened,
    ("send", "estimate"): _opened,
    ("confirm", "sales_order"): _opened,
    ("create", "payment"): _payment,
    ("delete", "payment"): _unpaid,
    ("void", "invoice"): _voided,
    ("void", "sales_order"): _voided,
    ("create", "credit_note"): _note,
    ("apply", "credit_note"): _used,
    ("refund", "credit_note"): _used,
    ("apply", "payment"): _put_to_use,
    ("mark", "order"): _marked,
}
