"""Documents and notes that were written and never heard of, and that the plan of now has no more: found out first.

A worker died after its write, and the order has changed since: it was cancelled, stands again, or is gone. Nobody would
ask about that write again, and what it made would stay in the books for nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from connectors.zoho import creditnotes, documents
from ledger import intents
from ledger.intents import Intent
from mappings.plans import Step
from mappings.records import Refund
from mappings.zoho.keys import part_of
from tasks import memory, notes, standing
from tasks.fates import Later
from tasks.hand import Hand
from tasks.memory import DOCUMENT

NOTE = "credit_note"
IDENTITIES = {
    "invoice": "invoice_id",
    "sales_order": "salesorder_id",
    "estimate": "estimate_id",
    NOTE: "creditnote_id",
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
        if all(
            _key_of(hand, row) for row in rows
        ):  # one without any key may be it: left to who asks by amounts
            intents.settle(connection.ledger, connection.name, intent.key, "rejected", "", hand.now)
        return False
    target = str(row[IDENTITIES[intent.kind]])
    if memory.document_by_id(connection, target) is not None:  # the store's mark has led us to it before
        intents.settle(connection.ledger, connection.name, intent.key, "done", target, hand.now)
        return False
    if intent.kind == NOTE:
        notes.adopt_one(connection, hand.claim.record, refunds, _key(intent), target)
    else:
        _bind_document(hand, intent, row)
    intents.settle(connection.ledger, connection.name, intent.key, "done", target, hand.now)
    hand.tell("found", kind=intent.kind, key=_key(intent), id=target)
    return True


def _named(hand: Hand, intent: Intent) -> list[Mapping[str, Any]]:
    """What names the order in Zoho and is not void."""
    connection = hand.connection
    if intent.kind == NOTE:
        rows = creditnotes.find_notes(connection.zoho, hand.claim.record)
    else:
        rows = documents.find_documents(connection.zoho, connection.book_rules.document, hand.claim.record)
    return [row for row in rows if row.get("status") != "void"]


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
