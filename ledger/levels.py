"""What each item's stock was when both sides last agreed: the memory that differences are measured against."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, tuple_

from ledger.store import Ledger, insert, reading, writing
from ledger.tables import levels as table

CHUNK = 500  # rows per transaction, so that the lock is free again within 50 ms
PAGE = 1000
KEY = ("connection", "item", "location")


@dataclass(frozen=True, slots=True)
class Level:
    """An item at one of the store's locations, as of `at` (epoch seconds, before what it rests on was read).

    `base`: Zoho's figure as if no document of ours had taken anything; `store`: the store's level; `taken`: what
    its orders had taken by then. `proven`: a read has shown that level since it was written. `pending`: a write or a
    suspicion under way, as its task left it.
    """

    item: str
    location: int
    base: Decimal
    store: int
    taken: int
    at: float
    proven: bool = True
    pending: Mapping[str, Any] = field(default_factory=dict)


_COLUMNS = tuple(table.c[name] for name in Level.__dataclass_fields__)
_TOLD = ("base", "store", "taken", "at", "proven", "pending")


def get_many(ledger: Ledger, connection: str, items: Iterable[str]) -> dict[str, dict[int, Level]]:
    """Give the levels of these items, by item and location; what was never agreed on is absent."""
    wanted = list(dict.fromkeys(items))
    found: dict[str, dict[int, Level]] = {}
    with reading(ledger) as c:
        for start in range(0, len(wanted), CHUNK):
            some = table.c.item.in_(wanted[start : start + CHUNK])
            for row in c.execute(select(*_COLUMNS).where(_of(connection), some)):
                found.setdefault(row.item, {})[row.location] = _level(row)
    return found


def put_many(ledger: Ledger, connection: str, levels: Iterable[Level]) -> None:
    """Remember these instead of what was known of them; of one that comes twice the last counts."""
    newest = {(level.item, level.location): level for level in levels}
    values = [_row(connection, newest[key]) for key in sorted(newest)]  # in one order: no two writers wait
    for start in range(0, len(values), CHUNK):
        with writing(ledger) as c:
            new = insert(c, table)
            told = {name: new.excluded[name] for name in _TOLD}
            c.execute(new.on_conflict_do_update(index_elements=KEY, set_=told), values[start : start + CHUNK])


def forget(ledger: Ledger, connection: str, items: Iterable[str]) -> int:
    """Drop what is known of these items, so that the next look meets them for the first time; give how many rows."""
    wanted = sorted(set(items))
    gone = 0
    for start in range(0, len(wanted), CHUNK):
        mine = _of(connection) & table.c.item.in_(wanted[start : start + CHUNK])
        with writing(ledger) as c:
            c.execute(
                select(table.c.item).where(mine).order_by(table.c.item, table.c.location).with_for_update()
            )
            gone += int(c.execute(delete(table).where(mine)).rowcount)
    return gone


def walk(ledger: Ledger, connection: str) -> Iterator[Level]:
    """Give every level, by item; no transaction stays open while the caller works on them."""
    place = tuple_(table.c.item, table.c.location)
    rest = _of(connection)
    while True:
        look = select(*_COLUMNS).where(rest).order_by(table.c.item, table.c.location).limit(PAGE)
        with reading(ledger) as c:
            page = [_level(row) for row in c.execute(look)]
        yield from page
        if len(page) < PAGE:
            return
        rest = _of(connection) & (place > (page[-1].item, page[-1].location))


def _of(connection: str) -> ColumnElement[bool]:
    return table.c.connection == connection


def _level(row: Row[Any]) -> Level:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    return Level(**{**told, "base": Decimal(row.base)})


def _row(connection: str, level: Level) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(level, name) for name in Level.__dataclass_fields__}
    return {**told, "connection": connection, "base": str(level.base), "pending": dict(level.pending)}
