"""A document whose making went unheard, and that a person has made void before anybody asked: its key is used up."""

from __future__ import annotations

from connectors.zoho import documents
from ledger import intents
from mappings.records import Order
from mappings.zoho.documents import fingerprint
from tasks import memory, standing
from tasks.hand import Hand
from tasks.memory import DOCUMENT


def remember(hand: Hand, order: Order) -> bool:
    """After a refusal: whether such a document is there. It is remembered, and whoever reads it asks the person."""
    connection = hand.connection
    kind, field = connection.book_rules.document, connection.book_rules.key_field
    refused = _refused(hand, kind)
    rows = documents.find_documents(connection.zoho, kind, order.id) if refused else []
    for row in rows:
        key, found = documents.custom_field(row, field), standing.standing(kind, row)
        if found.status == "void" and key in refused and not memory.document_by_id(connection, found.id):
            extra = {
                "number": found.number,
                "status": "sent",
                "fingerprint": fingerprint(order),
                "paid_with": [],
            }
            extra |= {"customer_id": found.customer_id, "total": str(found.total)}
            memory.bind(connection, DOCUMENT, key, found.id, {**extra, "verified": True, "doubtful": True})
            return True
    return False


def _refused(hand: Hand, kind: str) -> set[str]:
    """The keys under which Zoho did not take a document of this order."""
    stem = f"{hand.claim.flow}:{hand.claim.record}:create"
    every = intents.of_record(hand.connection.ledger, hand.connection.name, stem)
    return {one.key.split(":", 3)[3] for one in every if one.kind == kind and one.state == "rejected"}
