"""What a source's list has shown us, row by row: which record each belongs to, how it stood, when it was last seen.

A list tells what is there and never what is gone: what a whole walk did not show again is `unseen`, and asked by id.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from ledger.store import Ledger, insert, reading, writing
from ledger.tables import sightings as table

CHUNK = 500  # rows per transaction, so that the lock is free again within 50 ms
KEY = ("connection", "flow", "record")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sighting:
    """`belongs` is the work record that `record` is a part of (a product of its variants), `stamp` how it stood."""

    record: str
    belongs: str
    stamp: str
    seen_at: float


_COLUMNS = tuple(table.c[name] for name in Sighting.__dataclass_fields__)


def stamps(ledger: Ledger, connection: str, flow: str, records: Iterable[str]) -> dict[str, Sighting]:
    """Give what is known of these records, by record; what was never seen is absent."""
    found: dict[str, Sighting] = {}
    with reading(ledger) as c:
        for some in _chunks(dict.fromkeys(records)):
            rows = c.execute(select(*_COLUMNS).where(_of(connection, flow) & table.c.record.in_(some)))
            found |= {row.record: Sighting(*row) for row in rows}
    return found


def see(ledger: Ledger, connection: str, flow: str, rows: Iterable[tuple[str, str, str]], now: float) -> None:
    """Write down rows of (record, belongs, stamp) as seen now; call it after what they changed is noted."""
    newest = {record: (belongs, stamp) for record, belongs, stamp in rows}
    for some in _chunks(sorted(newest)):  # in one order, so that no two writers wait for each other
        values = [
            {"connection": connection, "flow": flow, "record": record, "seen_at": now}
            | dict(zip(("belongs", "stamp"), newest[record], strict=True))
            for record in some
        ]
        with writing(ledger) as c:
            new = insert(c, table)
            seen = {name: new.excluded[name] for name in ("belongs", "stamp", "seen_at")}
            c.execute(new.on_conflict_do_update(index_elements=KEY, set_=seen), values)


def touch(ledger: Ledger, connection: str, flow: str, records: Iterable[str], now: float) -> None:
    """These were seen again and stood as before; what was never seen stays unknown."""

    def again(c: Connection, mine: ColumnElement[bool]) -> None:
        c.execute(update(table).where(mine).values(seen_at=now))

    _each(ledger, _of(connection, flow), records, again)


def unseen(
    ledger: Ledger, connection: str, flow: str, before: float, limit: int, after: str = ""
) -> list[Sighting]:
    """Give up to `limit` of those last seen before then, by record, from behind `after` on."""
    mine = _of(connection, flow) & (table.c.seen_at < before) & (table.c.record > after)
    with reading(ledger) as c:
        rows = c.execute(select(*_COLUMNS).where(mine).order_by(table.c.record).limit(limit))
        return [Sighting(*row) for row in rows]


def members(ledger: Ledger, connection: str, flow: str, belongs: Iterable[str]) -> dict[str, list[str]]:
    """Give the records that belong to each of these work records, in order; those without any are absent."""
    found: dict[str, list[str]] = {}
    with reading(ledger) as c:
        for some in _chunks(dict.fromkeys(belongs)):
            mine = _of(connection, flow) & table.c.belongs.in_(some)
            look = select(table.c.belongs, table.c.record).where(mine).order_by(table.c.record)
            for row in c.execute(look):
                found.setdefault(row.belongs, []).append(row.record)
    return found


def forget(ledger: Ledger, connection: str, flow: str, records: Iterable[str]) -> int:
    """Drop what is gone for good; give how many that were."""
    gone = 0

    def drop(c: Connection, mine: ColumnElement[bool]) -> None:
        nonlocal gone
        gone += int(c.execute(delete(table).where(mine)).rowcount)

    _each(ledger, _of(connection, flow), records, drop)
    return gone


def count(ledger: Ledger, connection: str, flow: str) -> int:
    """Tell how many records are known."""
    with reading(ledger) as c:
        return int(
            c.execute(select(func.count()).select_from(table).where(_of(connection, flow))).scalar_one()
        )


def _of(connection: str, flow: str) -> ColumnElement[bool]:
    return (table.c.connection == connection) & (table.c.flow == flow)


def _each(
    ledger: Ledger,
    all_of: ColumnElement[bool],
    records: Iterable[str],
    write: Callable[[Connection, ColumnElement[bool]], None],
) -> None:
    """A transaction per chunk; its rows are locked in one order, so that no two writers wait for each other."""
    for some in _chunks(sorted(set(records))):
        mine = all_of & table.c.record.in_(some)
        with writing(ledger) as c:
            c.execute(select(table.c.record).where(mine).order_by(table.c.record).with_for_update())
            write(c, mine)


def _chunks(rows: Iterable[T]) -> Iterator[Sequence[T]]:
    left = iter(rows)
    while some := list(islice(left, CHUNK)):
        yield some
