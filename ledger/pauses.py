"""Which connections rest, until when and why: a dead login pauses one, and nothing of it is lost."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, or_, select, update

from ledger.store import Ledger, insert_if_new, reading, writing
from ledger.tables import pauses as table
from ledger.tables import work
from ledger.text import clean


@dataclass(frozen=True, slots=True)
class Pause:
    connection: str
    until: float | None
    why: str


def pause(
    ledger: Ledger, connection: str, until: float | None, why: str, *, awake_since: float = 0.0
) -> bool:
    """Let a connection rest until then, or (None) until `resume`. True when it had been awake since before
    `awake_since` (epoch seconds): a rest that is made longer, or that follows the last one, is no news.

    A rest is never made shorter, and of many workers that meet the same dead login one hears True: it alerts.
    """
    row = {"connection": connection, "until": until, "why": clean(why)}
    with writing(ledger) as c:
        if insert_if_new(c, table, row):
            return True
        before = select(table.c.until).where(table.c.connection == connection).with_for_update()
        last = c.execute(before).scalar()
        shorter = table.c.until.is_not(None) if until is None else table.c.until < until
        longer = update(table).where(table.c.connection == connection, shorter).values(row)
        return bool(c.execute(longer).rowcount) and last is not None and last < awake_since


def resume(ledger: Ledger, connection: str) -> bool:
    """End a pause; True when there was one."""
    with writing(ledger) as c:
        return bool(c.execute(delete(table).where(table.c.connection == connection)).rowcount)


def paused(ledger: Ledger, now: float) -> dict[str, Pause]:
    """Give the pauses in force, by connection."""
    with reading(ledger) as c:
        rows = c.execute(select(table).where(_in_force(now)))
        return {row.connection: Pause(row.connection, row.until, row.why) for row in rows}


def not_paused(now: float) -> ColumnElement[bool]:
    """Give the condition under which a work row may be handed out."""
    return work.c.connection.not_in(select(table.c.connection).where(_in_force(now)))


def _in_force(now: float) -> ColumnElement[bool]:
    return or_(table.c.until.is_(None), table.c.until > now)
