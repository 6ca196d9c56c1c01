"""Documents, notes and payments that were written and never heard of, and that the plan of now has no more: found out
first.

A worker died after its write, and the order has changed since: it was cancelled, stands again, is gone, or its payment
was made void. Nobody would ask about that write again, and what it made would stay in the books for nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from connectors.zoho import creditnotes, documents, payments
from ledger import intents
from ledger.intents import Intent
from mappings.plans import Step
from mappings.records import Refund
from mappings.zoho.keys import part_of
from tasks import memory, notes, stages, standing, unused_money
from tasks.fates import Later
from tasks.hand import Hand
from tasks.memory import DOCUMENT, PAYMENT

NOTE = "credit_note"
IDENTITIES = {
    "invoice": "invoice_id",
    "sales_order": "salesorder_id",
    "estimate": "estimate_id",
    NOTE: "creditnote_id",
    PAYMENT: "payment_id",
}


def remember(hand: Hand, planned: Collection[Step], refunds: Collection[Refund] = ()) -> bool:
    """Ask what became of every such write; True where one is there, which changes the plan. `planned`: the steps, which
    ask for themselves; `refunds`: those of the order, if there is one.
    """
    return (
        sum(_remembered(hand, intent, refunds) for intent in _open(hand, planned, refunds)) > 0
    )  # all of them


def _open(hand: Hand, planned: Collection[Step], refunds: Collection[Refund]) -> Iterator[Intent]:
    asked = {step.key for step in planned}
    for intent in _unsettled(hand):
        if _is_ours(hand, intent, refunds) and _key(intent) not in asked:
            yield intent


def _unsettled(hand: Hand) -> Iterator[Intent]:
    stem = f"{hand.claim.flow}:{hand.claim.record}:create"
    for intent in intents.of_record(hand.connection.ledger, hand.connection.name, stem):
        if intent.state in ("intended", "unknown"):
            yield intent


def _is_ours(hand: Hand, intent: Intent, refunds: Collection[Refund]) -> bool:
    """Of the part that this is about; refunds are asked about where the order's are known, which is with its last."""
    rules = hand.connection.book_rules
    if intent.kind == NOTE and ":refund:" in intent.key:
        return rules.document == "invoice" and (bool(refunds) or not rules.part)
    if intent.kind == PAYMENT:  # of the whole order, whichever part or stage of it is looked at
        return True
    return intent.kind in (rules.document, NOTE) and part_of(_key(intent)) == rules.part


def parts_of(hand: Hand) -> set[str]:
    """The parts of which an invoice was sent and never heard of."""
    return {part_of(_key(intent)) for intent in _unsettled(hand) if intent.kind == "invoice"} - {""}


def _key(intent: Intent) -> str:
    """The step's, which is the unique key in Zoho as well."""
    return intent.key.split(":", 3)[3]


def _remembered(hand: Hand, intent: Intent, refunds: Collection[Refund]) -> bool:
    connection = hand.connection
    asked_at = intent.attempt_at + connection.ask_after[-1]
    if hand.now < asked_at:  # a list may lag behind, and a write may be late
        raise Later(asked_at, f"asking whether {intent.verb} {intent.kind} took effect")
    rows = _named(hand, intent)
    row = next((row for row in rows if _key_of(hand, row) == _key(intent)), None)
    if row is None:
        if _tells(hand, intent, rows):
            intents.settle(connection.ledger, connection.name, intent.key, "rejected", "", hand.now)
        return False
    target = str(row[IDENTITIES[intent.kind]])
    known = memory.document_by_id(connection, target) is not None  # the store's mark has led us to it before
    if not known:
        _adopt(hand, intent, refunds, row)
        hand.tell("found", kind=intent.kind, key=_key(intent), id=target)
    intents.settle(connection.ledger, connection.name, intent.key, "done", target, hand.now)
    return not known


def _tells(hand: Hand, intent: Intent, rows: Collection[Mapping[str, Any]]) -> bool:
    """Whether rows among which it is not say that it is not there: one without any key may be it, and is left to who
    asks by amounts. What else a customer pays may be anybody's.
    """
    keys = [_key_of(hand, row) for row in rows]
    return any(keys) or not keys if intent.kind == PAYMENT else all(keys)


def _adopt(hand: Hand, intent: Intent, refunds: Collection[Refund], row: Mapping[str, Any]) -> None:
    connection, target = hand.connection, str(row[IDENTITIES[intent.kind]])
    if intent.kind == NOTE:
        notes.adopt_one(connection, hand.claim.record, refunds, _key(intent), target)
    elif intent.kind == PAYMENT:
        extra = {"amount": str(row["amount"]), "applied": str(unused_money.applied_at_once(row, row))}
        memory.bind(connection, PAYMENT, _key(intent), target, extra)
    else:
        _bind_document(hand, intent, row)


def _named(hand: Hand, intent: Intent) -> list[Mapping[str, Any]]:
    """What names the order in Zoho and is not void."""
    connection = hand.connection
    rows: Sequence[Mapping[str, Any]]
    if intent.kind == NOTE:
        rows = creditnotes.find_notes(connection.zoho, hand.claim.record)
    elif intent.kind == PAYMENT:
        rows = _paid_by(hand)
    else:
        rows = documents.find_documents(connection.zoho, connection.book_rules.document, hand.claim.record)
    return [row for row in rows if row.get("status") != "void"]


def _paid_by(hand: Hand) -> list[Mapping[str, Any]]:
    """All that the order's customer has paid: by which name the store's payment went is not known any more."""
    booked = stages.booked(hand.connection, hand.claim.record)
    customers = {str(link.extra["customer_id"]) for _, link in booked if link.extra.get("customer_id")}
    found = [payments.find_payments(hand.connection.zoho, customer_id=one) for one in sorted(customers)]
    return [row for rows in found for row in rows]


def _key_of(hand: Hand, row: Mapping[str, Any]) -> str:
    return documents.custom_field(row, hand.connection.book_rules.key_field)


def _bind_document(hand: Hand, intent: Intent, row: Mapping[str, Any]) -> None:
    """Not verified, so it is read before anything else; what it says is of an order that was another one then."""
    found = standing.standing(intent.kind, row)
    extra = {
        "number": found.number,
        "status": found.status,
        "fingerprint": standing.DIFFERS,
        "customer_id": found.customer_id,
        "total": str(found.total),
        "verified": False,
        "paid_with": [],
    }
    memory.bind(hand.connection, DOCUMENT, _key(intent), found.id, extra)
