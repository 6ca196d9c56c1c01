"""Orders that are only a quote: their estimate is seen to, and nothing else, until they are a sale or have come to an
end. What the estimate is to say stands in `mappings/zoho/estimates.py`.
"""

from __future__ import annotations

from connectors.errors import Rejected
from connectors.zoho import documents
from connectors.zoho.client import is_missing
from mappings.plans import Plan, Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import estimates
from mappings.zoho.orders import needs
from tasks import look_up, memory, stages, telling, unheard
from tasks.apply import take
from tasks.hand import Hand
from tasks.services import Connection
from tasks.ways import ANSWERS, Answer

LEFT = "left"  # status of an estimate that Zoho did not let us answer


def is_quote(hand: Hand, order: Order, *, dry: bool = False) -> bool:
    """Whether nothing books the order, and nothing is to. Raises Skip where it is neither a quote nor a sale."""
    connection, rules = hand.connection, hand.connection.book_rules
    if memory.newest(connection, order.id) is not None:
        return False
    known = stages.estimate(connection, order.id) is not None
    if not known and not rules.estimate_statuses:
        return False
    if not known and not dry and order.status_id not in rules.estimate_statuses:
        known = unheard.remember(stages.quoting(hand), ())
    quote = estimates.is_quote(order, rules, connection.order_rules.statuses, known=known)
    return quote and not _was_booked(hand, order, known=known, dry=dry)


def _was_booked(hand: Hand, order: Order, *, known: bool, dry: bool) -> bool:
    """By a document of which we have not heard, or one that was made before our memory: no such order is a quote."""
    if not dry and unheard.remember(hand, (), order.refunds):
        return True
    if known:
        return False
    rules = look_up.rules_of(hand.connection)
    return look_up.document_of(hand, order, needs(order, rules), dry=dry) is not None


def found_out(hand: Hand) -> bool:
    """Whether there is an estimate of which we had not heard."""
    return unheard.remember(stages.quoting(hand), ())


def gone(hand: Hand, rules: BookRules, why: str) -> None:
    """The store has no such order any more, and nothing books it: its estimate is declined, as the setting says."""
    found_out(hand)
    record = hand.claim.record
    quote = stages.estimate(hand.connection, record)
    declined = estimates.answered(record, quote, rules, "decline")
    chosen = rules.endings.get("deleted", "hold")
    if not declined or quote is None or chosen == "keep":
        return
    if chosen == "hold":
        raise estimates.still_open(record, quote.number, why)
    hand.hold()
    telling.planned(hand, Plan(declined))
    for step in declined:
        answer(hand, step)


def offer(hand: Hand, step: Step) -> Answer:
    """Mark an estimate as sent; one that was found again may be further than that, and stays as it is."""
    link = memory.document_by_id(hand.connection, str(step.target))
    status = "" if link is None else link.extra["status"]
    if status in ("", "draft"):
        return {**take(hand, step), "status": "sent"}
    return {"id": str(step.target), "status": status}


def answer(hand: Hand, step: Step) -> Answer:
    """Accept or decline an estimate. Where a person was faster, or took it away, that is told and holds no order."""
    connection, said, identity = hand.connection, ANSWERS[step.verb], str(step.target)
    try:
        told = {**take(hand, step), "status": said}
    except Rejected as error:
        status = _status(connection, identity)
        if status != said:
            hand.tell(
                "not answered", kind=step.kind, key=step.key, id=identity, why=f"it is {status or 'deleted'}"
            )
        told = {"id": identity, "code": error.code, "status": status if status in estimates.CLOSED else LEFT}
    link = memory.document_by_id(connection, identity)
    if link is not None:
        ended = "void" if (step.verb, told["status"]) == ("decline", "declined") else None
        memory.change(connection, link, status=told["status"], ended=ended)
    return told


def _status(connection: Connection, identity: str) -> str:
    try:
        return str(documents.get_document(connection.zoho, "estimate", identity)["status"])
    except Rejected as error:
        if is_missing(error):
            return "deleted"
        raise
