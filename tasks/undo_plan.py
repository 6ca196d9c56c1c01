"""What taking one order of a run out of the books means: the steps, or what a person must see to first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from connectors.errors import Rejected
from connectors.zoho import documents, payments, purchaseorders
from connectors.zoho.client import is_missing
from ledger import links
from ledger.links import Link
from mappings.plans import Step
from mappings.zoho import estimates, prints
from mappings.zoho.purchases import CANCELLED, DRAFT
from tasks import begun, memory, purchases, stages, standing
from tasks.memory import APPLIED, DOCUMENT, MARK, PAYMENT, REPAID
from tasks.note_ways import WITH_DOCUMENT
from tasks.services import Connection

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Undo:
    """`numbers`: the order's documents; `remains`: why nothing of it is touched. `fence`: the claim before it."""

    order: str
    steps: tuple[Step, ...] = ()
    numbers: tuple[str, ...] = ()
    remains: str = ""
    fence: int = 0

    @property
    def calls(self) -> int:
        return sum(step.calls for step in self.steps if step.kind != "order")


class LeftToPerson(Exception):
    """Somebody else has had his hand in it."""


def plan_of(connection: Connection, order: str, fence: int = 0) -> Undo:
    """What books the order, and the estimate that came before it."""
    undo = _booked(connection, order, fence)
    if undo.remains:
        return undo
    try:
        quote = tuple(_estimate(stages.quoted(connection), order))
    except LeftToPerson as person:
        return Undo(order, (), undo.numbers, str(person), fence)
    return replace(undo, steps=(*undo.steps, *quote))


def _estimate(quoted: Connection, order: str) -> Iterator[Step]:
    """A draft never was, and one that was sent is declined; one that was answered stays as it is."""
    link = memory.newest(quoted, order)
    made = _read(quoted, link) if link is not None else None
    if link is None or made is None:
        return
    if made["status"] == "draft":
        yield Step("delete", "estimate", link.key, {}, link.id)
    else:
        quote = standing.standing("estimate", made)
        quote = replace(quote, generation=memory.generation(link))
        yield from estimates.answered(order, quote, quoted.book_rules, "decline")


def _booked(connection: Connection, order: str, fence: int) -> Undo:
    """What books the order goes first, its parts among it, then the sales order that it was made of, where there is
    one; their payments before all.
    """
    connection = begun.as_begun(connection, order)
    parts = [stages.of_part(connection, part) for part in memory.parts_of(connection, order)]
    twofold = bool(connection.book_rules.invoice_when or parts)
    all_of_it = (*parts, connection, *([stages.ordered(connection)] if twofold else ()))
    plans = [_plan_of(one, order, fence) for one in all_of_it]
    if remaining := next((one for one in plans if one.remains), None):
        return remaining
    steps = {(step.verb, step.kind, step.key): step for one in plans for step in one.steps}
    ranked = sorted(steps.values(), key=lambda step: bool(parts) and step.kind != "payment")
    return Undo(order, tuple(ranked), tuple(number for one in plans for number in one.numbers), "", fence)


def _plan_of(connection: Connection, order: str, fence: int) -> Undo:
    """Every document of the order is read first. Payments go first: should Zoho keep one, for its statement was
    reconciled, nothing else has been touched.
    """
    known = memory.documents_of(connection, order)
    numbers = tuple(str(link.extra.get("number", link.id)) for link in known)
    try:
        there = [(link, made) for link in known if (made := _read(connection, link)) is not None]
        paid = (*_purchases(connection, order), *_payments(connection, order, there))
    except LeftToPerson as person:
        return Undo(order, (), numbers, str(person), fence)
    back = (*_notes(connection, order), *_documents(connection, there), *_mark(connection, order))
    return Undo(order, (*paid, *back), numbers, "", fence)


def _read(connection: Connection, link: Link) -> Row | None:
    """The document as it stands; None where it is out of the books already."""
    if link.extra.get("ended") == "void":
        return None
    kind = connection.book_rules.document
    try:
        made = documents.get_document(connection.zoho, kind, link.id)
    except Rejected as error:
        if is_missing(error):
            return None
        raise
    if made["status"] == "void":
        return None
    _refuse(connection, link, made)
    return made


def _refuse(connection: Connection, link: Link, made: Row) -> None:
    """Raises LeftToPerson for what a person changed or added, and for closed periods."""
    number, rules = link.extra.get("number", link.id), connection.book_rules
    if link.extra.get(standing.CHOICE) == standing.STOP:
        raise LeftToPerson(f"document {number} is kept by hand, as a person has said")
    before = link.extra.get("print")
    if before and (changed := prints.differences(before, prints.owned(made, rules))):
        raise LeftToPerson(f"document {number} was changed in Zoho: {'; '.join(changed)}")
    if rules.lock_date and str(made.get("date", "")) <= rules.lock_date:
        raise LeftToPerson(
            f"document {number} is of {made['date']}, and the books are closed until {rules.lock_date}"
        )
    if made.get("packages"):
        raise LeftToPerson(
            f"goods were packed for {number}: delete its shipments and packages in Zoho first, then undo again"
        )
    used = links.below(connection.ledger, link.scope, APPLIED, _stem(link))
    ours = sum((Decimal(str(one.extra["amount"])) for one in used if one.id == link.id), Decimal(0))
    if (credit := Decimal(str(made.get("credits_applied") or 0))) != ours:
        raise LeftToPerson(f"{credit} of credit is used on document {number}, {ours} of it by us")


def _payments(connection: Connection, order: str, there: list[tuple[Link, Row]]) -> Iterator[Step]:
    """Ours, and those that were recorded in the document's own call; a person's payment is his."""
    known = memory.of_order(connection, PAYMENT, order, "payment")
    ours = {one.id: key for key, one in known.items() if one.id != WITH_DOCUMENT}
    together = [key for key, one in known.items() if one.id == WITH_DOCUMENT]
    found = {one: link for link, made in there for one in _paid_on(connection, link, made)}
    strangers = [one for one in found if one not in ours]
    if len(strangers) > len(together):
        number = found[strangers[0]].extra.get("number", "")
        raise LeftToPerson(f"a payment on document {number} is not ours (id {', '.join(strangers)})")
    for identity, key in {**ours, **dict(zip(strangers, together, strict=False))}.items():
        unpaid = f"{memory.stem(connection, order)}:unpay:{key}"
        yield Step("delete", "payment", unpaid, {}, identity)


def _purchases(connection: Connection, order: str) -> Iterator[Step]:
    """What no vendor has seen goes first."""
    for link in purchases.of(connection, order):
        made = purchaseorders.get_purchase(connection.zoho, link.id)
        if made is None or made["status"] == CANCELLED:
            continue
        if made["status"] != DRAFT or not link.extra["ours"]:
            number = link.extra["number"]
            raise LeftToPerson(
                f"purchase order {number} is {made['status']}: cancel it with its vendor first"
            )
        yield Step("delete", "purchase_order", link.key, {}, link.id)


def _paid_on(connection: Connection, link: Link, made: Row) -> list[str]:
    if connection.book_rules.document != "invoice" or not Decimal(str(made.get("payment_made") or 0)):
        return []
    return [str(row["payment_id"]) for row in payments.payments_of(connection.zoho, link.id)]


def _notes(connection: Connection, order: str) -> Iterator[Step]:
    """A credit note goes once nothing of it is used."""
    repaid = memory.of_order(connection, REPAID, order, "repaid").values()
    applied = memory.of_order(connection, APPLIED, order, "apply").values()
    for link in memory.notes_of(connection, order).values():
        for use in [one for one in repaid if one.extra.get("note") == link.id]:
            yield Step("unrefund", "credit_note", use.key, {"refund": use.id}, link.id)
        for use in [one for one in applied if one.extra.get("note") == link.id]:
            yield Step("unapply", "credit_note", use.key, {"document": use.id}, link.id, calls=2)
        yield Step("delete", "credit_note", link.key, {}, link.id)


def _documents(connection: Connection, there: list[tuple[Link, Row]]) -> Iterator[Step]:
    """A draft never was; what was sent keeps its number, and is void."""
    kind = connection.book_rules.document
    for link, made in reversed(there):
        if made["status"] == "draft":
            yield Step("delete", kind, link.key, {}, link.id)
        else:
            key = f"{_stem(link)}:void:{memory.generation(link)}"
            yield Step("void", kind, key, {}, link.id)


def _mark(connection: Connection, order: str) -> Iterator[Step]:
    key = memory.mark_key(connection, order)
    link = links.get(connection.ledger, connection.name, MARK, key)
    if link is not None:
        body = {"value": link.id, "field": str(link.extra.get("field", "external_order_id"))}
        yield Step("unmark", "order", key, body, order, calls=2)


def _stem(link: Link) -> str:
    """How every key begins that belongs to the document."""
    return ":".join(link.key.split(":")[:2])


def forgotten(connection: Connection, step: Step) -> None:
    """What was taken back is remembered no more; of a void document its number is used up, so that stays."""
    kinds = {
        ("delete", "payment"): (PAYMENT, f"{step.key.replace(':unpay:', ':payment:', 1)}"),
        ("unrefund", "credit_note"): (REPAID, step.key),
        ("unapply", "credit_note"): (APPLIED, step.key),
        ("delete", "credit_note"): (memory.NOTE, step.key),
        ("delete", "invoice"): (DOCUMENT, step.key),
        ("delete", "sales_order"): (DOCUMENT, step.key),
        ("delete", "estimate"): (DOCUMENT, step.key),
        ("unmark", "order"): (MARK, step.key),
    }
    found = kinds.get((step.verb, step.kind))
    if found is not None:
        links.forget(connection.ledger, connection.name, *found)
