"""The proof that nothing is missing: both platforms' lists are compared, and what differs is said in sentences.

Independent of what we remember: our ledger is asked only why an order that differs does so (held, on its way), which
kinds of documents orders were ever booked in, and when a sales order is to be invoiced, where settings have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from connectors.bigcommerce import order_pages, orders
from ledger import work
from ledger.work import Work
from mappings.errors import Unmappable
from mappings.reconcile import compare, store
from mappings.reconcile.compare import Terms
from mappings.reconcile.words import Booked, Known, Line, Report, Sold
from mappings.rules import BookRules
from mappings.zoho.stages import by_moment
from tasks import begun, look_up, reconcile_reading
from tasks.reconcile_reading import Days, Read, Tell
from tasks.services import Connection

FLOW = "orders"
OPENED = 200  # documents that are opened for their tax unless all are asked for
AGAIN = 200  # orders that are read a second time
YOUNG = 600.0  # seconds in which an order may be unknown to us
ON_ITS_WAY = 86_400.0  # seconds for which waiting explains anything


@dataclass
class _Comparison:
    """What is at hand while one report is made."""

    connection: Connection
    rules: BookRules
    terms: Terms
    days: Days
    both: Read
    tell: Tell
    opened: int = 0
    left: int = 0
    again: int = 0
    unread: int = 0
    older: list[Line] = field(default_factory=list)


def reconcile(
    connection: Connection,
    first: date,
    last: date,
    *,
    details: bool = False,
    tell: Tell = lambda _what, _many: None,
) -> Report:
    """Compare the orders made from `first` to `last`, days of the merchant's zone; `details`: open every document."""
    rules = look_up.rules_of(connection)
    days = Days(first, last, ZoneInfo(rules.time_zone))
    both = reconcile_reading.read(connection, rules, days, tell)
    at_hand = _Comparison(connection, rules, _terms(connection, rules, days), days, both, tell)
    _open(at_hand, every=details)
    lines = [*_listed(at_hand), *_elsewhere(at_hand)]
    return Report(
        store=connection.store_hash,
        organization=connection.organization,
        zone=rules.time_zone,
        first=first,
        last=last,
        at=datetime.fromtimestamp(connection.clock(), UTC).astimezone(days.zone),
        lines=tuple(sorted(lines, key=lambda line: (line.day, int(line.order)))),
        older=tuple(at_hand.older),
        documents=both.many,
        taxes_read=at_hand.opened,
        taxes_left=at_hand.left,
        unread=at_hand.unread,
        remarks=tuple(_remarks(at_hand)),
    )


def _terms(connection: Connection, rules: BookRules, days: Days) -> Terms:
    return Terms(
        statuses=connection.order_rules.statuses,
        quotes=rules.estimate_statuses,
        endings=rules.endings,
        tax_limit=rules.adjustment_limit,
        zone=days.zone,
        money=rules.document == "invoice",
        invoice_when=rules.invoice_when,
    )


def _remarks(at_hand: _Comparison) -> Iterator[str]:
    if not at_hand.both.keyed and at_hand.both.documents:
        yield (
            "No document bears our key: they were told by their reference number, and documents of orders that the "
            "store does not list were not looked for."
        )
    if not at_hand.terms.money:
        yield "Sales orders do not tell what was paid: money was not compared."
    if by_moment(at_hand.rules):
        yield "Invoices bear the day on which they became due, the sums here go by the order's day."


def _open(at_hand: _Comparison, *, every: bool) -> None:
    """Read the tax of the documents that something happened to, or of all."""
    for documents in at_hand.both.documents.values():
        for number, one in enumerate(documents):
            if one.tax is not None or not one.counts or not (every or one.changed):
                continue
            if not every and at_hand.opened >= OPENED:
                at_hand.left += 1
                continue
            documents[number] = reconcile_reading.open_one(at_hand.connection, one)
            at_hand.opened += 1
            at_hand.tell("documents opened", at_hand.opened)


def _listed(at_hand: _Comparison) -> Iterator[Line]:
    """Every order that the store lists in the period."""
    for order, row in at_hand.both.orders.items():
        documents = at_hand.both.documents.get(order, ())
        try:
            sold = store.sold(row, at_hand.both.refunds.get(order, ()), at_hand.connection.order_rules)
        except Unmappable as error:
            yield _with_reason(at_hand, compare.unreadable(order, at_hand.days.first, error.what))
        else:
            yield _sure(at_hand, _line_of(at_hand, sold, documents))


def _line_of(at_hand: _Comparison, sold: Sold, documents: Sequence[Booked]) -> Line:
    """Whether a sales order is to be invoiced, and when, is told by how its order was begun, which we remember."""
    terms = at_hand.terms
    if any(one.ordered for one in documents):
        way = begun.as_begun(at_hand.connection, sold.order)
        terms = replace(terms, invoice_when=way.book_rules.invoice_when)
    return compare.line_of(sold, documents, terms)


def _elsewhere(at_hand: _Comparison) -> Iterator[Line]:
    """Orders that the list does not show and that a document or a refund of the period names: archived ones, deleted
    ones, and those made before the period.
    """
    for order in _named_elsewhere(at_hand.both, at_hand.days):
        row = orders.get_order(at_hand.connection.store, order, purpose="reconcile")
        documents = at_hand.both.documents.get(order, [])
        if row is None:
            if documents:
                yield _with_reason(at_hand, compare.stranger(order, documents, at_hand.terms))
            continue
        backs = at_hand.both.refunds.get(order, ())
        sold = store.sold(row, backs, at_hand.connection.order_rules)
        if sold.created in at_hand.days:
            yield _sure(at_hand, _line_of(at_hand, sold, documents))
        elif (line := _of_older(at_hand, sold, documents)) is not None:
            at_hand.older.append(_with_reason(at_hand, line))


def _of_older(at_hand: _Comparison, sold: Sold, documents: Sequence[Booked]) -> Line | None:
    """An invoice that came due later than its order's day is compared as the list tells it: our key is single, so the
    first of its order has none beside it. Of anything else there may be more on other days.
    """
    sales = [one for one in documents if one.role == "sale"]
    if by_moment(at_hand.rules) and sales and all(one.n == "1" for one in sales):
        line = _line_of(at_hand, sold, documents)
        if not line.findings:
            return line
    return _read_again(at_hand, sold.order)


def _named_elsewhere(both: Read, days: Days) -> list[str]:
    """Their ids. A refund whose credit note is there and equal needs no further look."""
    found = dict.fromkeys(
        order
        for order, documents in both.documents.items()
        if both.keyed and order not in both.orders and any(_asks(one, both, days) for one in documents)
    )
    for order, backs in both.refunds.items():
        notes = both.documents.get(order, ())
        fresh = [back for back in backs if back.at in days]
        if order not in both.orders and not all(_is_noted(back.key, back.total, notes) for back in fresh):
            found[order] = None
    return sorted(found, key=int)


def _asks(document: Booked, both: Read, days: Days) -> bool:
    if document.day not in days or not document.counts:
        return False
    backs = both.refunds.get(document.order, ())
    return not any(_is_noted(back.key, back.total, [document]) for back in backs)


def _is_noted(key: str, total: object, notes: Iterable[Booked]) -> bool:
    return any(
        note.role == "refund" and note.n == key and note.total == total for note in notes if note.counts
    )


def _sure(at_hand: _Comparison, line: Line) -> Line:
    """What differs is read a second time before it is said, unless our memory explains it."""
    line = _with_reason(at_hand, line)
    if line.result != "unexplained":
        return line
    if at_hand.again >= AGAIN:
        at_hand.unread += 1
        return line
    second = _read_again(at_hand, line.order)
    return line if second is None else _with_reason(at_hand, second)


def _read_again(at_hand: _Comparison, order: str) -> Line | None:
    """The line of an order read afresh from both sides; None where neither has anything of it."""
    at_hand.again += 1
    at_hand.tell("orders read again", at_hand.again)
    try:
        sold, documents = reconcile_reading.again(at_hand.connection, at_hand.rules, order, at_hand.both)
    except Unmappable as error:
        return compare.unreadable(order, at_hand.days.first, error.what)
    if sold is None:
        return compare.stranger(order, documents, at_hand.terms) if documents else None
    return _line_of(at_hand, sold, documents)


def _with_reason(at_hand: _Comparison, line: Line) -> Line:
    if not line.findings:
        return line
    connection = at_hand.connection
    row = work.find(connection.ledger, connection.name, FLOW, line.order)
    return compare.explained(line, _known(connection, row, at_hand.both, line))


def _known(connection: Connection, row: Work | None, both: Read, line: Line) -> Known:
    """Held by a reason, skipped because a person wants it so, or on its way."""
    now = connection.clock()
    if row is None:
        listed = both.orders.get(line.order)
        young = listed and now - order_pages.created(listed).timestamp() < YOUNG / connection.pace
        return Known("waiting", "", "nobody has told us of it yet") if young else Known()
    if row.state == "held":
        return Known("held", row.reason, f"{row.what}. {row.remedy}")
    if row.state in ("waiting", "working") and now - row.noted_at < ON_ITS_WAY:
        return Known("waiting", row.why)
    if row.outcome == "skipped" and row.reason in ("left-to-person", "undone"):
        return Known("skipped", row.reason)
    return Known()
