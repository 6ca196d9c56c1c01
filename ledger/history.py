"""What happened to a record, in the order it happened: for the person who asks why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from ledger.store import Ledger, reading, writing
from ledger.tables import history as table
from ledger.tables import work

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    connection: str
    flow: str
    record: str
    at: float
    event: str
    detail: Mapping[str, Any]


def append(
    ledger: Ledger, connection: str, flow: str, record: str, now: float, event: str, detail: Mapping[str, Any]
) -> None:
    """Add one event; `detail` is plain JSON (Decimal becomes text): ids, amounts and reasons only."""
    append_many(ledger, [(connection, flow, record, now, event, detail)])


def append_many(ledger: Ledger, rows: Iterable[tuple[str, str, str, float, str, Mapping[str, Any]]]) -> None:
    """Add events, each (connection, flow, record, at, event, detail), in this order."""
    names = ("connection", "flow", "record", "at", "event")
    values = ({**dict(zip(names, row[:5], strict=True)), "detail": dict(row[5])} for row in rows)
    while some := list(islice(values, CHUNK)):
        with writing(ledger) as c:
            c.execute(table.insert(), some)


def of(ledger: Ledger, connection: str, flow: str, record: str) -> list[Event]:
    """Give what happened to one record, the oldest first."""
    mine = (table.c.connection == connection) & (table.c.flow == flow) & (table.c.record == record)
    return _select(ledger, mine)


def since(ledger: Ledger, connection: str, start: float) -> list[Event]:
    """Give what happened in a connection from then on, the oldest first."""
    return _select(ledger, (table.c.connection == connection) & (table.c.at >= start))


def zoho_calls(ledger: Ledger, connection: str, flow: str, start: float, end: float) -> int:
    """Sum up what a flow's records cost in a span of time, as their "calls" events say; what was no hurry does not
    count.
    """
    mine = (table.c.connection == connection) & (table.c.flow == flow) & (table.c.event == "calls")
    span = (table.c.at >= start) & (table.c.at < end)
    with reading(ledger) as c:
        return sum(
            int(detail.get("zoho", 0))
            for detail in c.execute(select(table.c.detail).where(mine, span)).scalars()
            if not detail.get("patient")
        )


def prune(ledger: Ledger, before: float, connection: str | None = None) -> int:
    """Forget what is older, of one connection or of all; give how many events that were.

    What is told of a record that is held stays, however old: somebody has yet to read it.
    """
    old = table.c.at < before
    if connection is not None:
        old &= table.c.connection == connection
    names = ("connection", "flow", "record")
    same = [work.c[name] == table.c[name] for name in names]
    held = or_(work.c.state == "held", work.c.outcome == "held")  # the latter: it is just being tried again
    old &= ~select(work.c.id).where(held, *same).exists()
    gone, some = 0, CHUNK
    while some == CHUNK:  # in portions, so that the lock is free again within 50 ms
        part = select(table.c.id).where(old).order_by(table.c.at).limit(CHUNK).scalar_subquery()
        with writing(ledger) as c:
            some = int(c.execute(delete(table).where(table.c.id.in_(part))).rowcount)
        gone += some
    return gone


def _select(ledger: Ledger, condition: ColumnElement[bool]) -> list[Event]:
    with reading(ledger) as c:
        rows = c.execute(select(table).where(condition).order_by(table.c.id))
        return [Event(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's documented name
