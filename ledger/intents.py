"""Writes that we were about to send, so that a crash between a platform's answer and our note of it shows.

An intent is written before the call and settled after it. Whoever finds one unsettled asks the platform
before sending the write again.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from ledger.errors import LeaseLost
from ledger.store import Ledger, insert_if_new, reading, writing
from ledger.tables import intents as table
from ledger.text import clean

__all__ = [
    "Intent",
    "LeaseLost",
    "again",
    "forget",
    "intend",
    "mark_asked",
    "of_record",
    "settle",
]


@dataclass(frozen=True, slots=True)
class Intent:
    """`state`: intended | done | unknown | rejected. `fresh`: this very call wrote it: nothing was sent yet.

    `asked` counts the questions to the platform since the last attempt, `attempts` the attempts.
    """

    connection: str
    key: str
    verb: str
    kind: str
    state: str
    attempt_at: float
    attempts: int
    asked: int
    asked_at: float | None
    target: str
    fingerprint: str
    message: str
    fence: int
    settled_at: float | None
    fresh: bool = False


def intend(
    ledger: Ledger, connection: str, key: str, verb: str, kind: str, fingerprint: str, now: float, fence: int
) -> Intent:
    """Write down a write before it is sent, and give the intent; when one was there, that one as it was.

    Fresh (send it): there was none, or the platform had rejected it and so made nothing. Not fresh: `done`
    has its target; `intended` and `unknown` must be asked about, then `settle` or `again`.
    Raises LeaseLost when a worker with a newer claim has been here: this one was overtaken and must stop.
    """
    new: dict[str, Any] = {"connection": connection, "key": key, "verb": verb, "kind": kind, "fence": fence}
    new |= {"state": "intended", "attempt_at": now, "attempts": 1, "asked": 0, "asked_at": None}
    new |= {"fingerprint": fingerprint, "target": "", "message": "", "settled_at": None}
    with writing(ledger) as c:
        if insert_if_new(c, table, new):
            return Intent(**new, fresh=True)
        there = _mine(c, connection, key, fence)
        if there.state != "rejected":
            c.execute(update(table).where(_is(connection, key)).values(fence=fence))
            return _intent(there)
        new["attempts"] = there.attempts + 1
        c.execute(update(table).where(_is(connection, key)).values(new))
    return Intent(**new, fresh=True)


def again(ledger: Ledger, connection: str, key: str, fingerprint: str, now: float, fence: int) -> Intent:
    """Write down that the platform, asked, knows nothing of the write, and that it is sent again."""
    with writing(ledger) as c:
        there = _mine(c, connection, key, fence)
        values: dict[str, Any] = {"state": "intended", "attempt_at": now, "attempts": there.attempts + 1}
        values |= {
            "asked": 0,
            "asked_at": None,
            "fingerprint": fingerprint,
            "fence": fence,
            "settled_at": None,
        }
        row = c.execute(update(table).where(_is(connection, key)).values(values).returning(*table.c)).one()
    return _intent(row, fresh=True)


def settle(
    ledger: Ledger, connection: str, key: str, state: str, target: str, now: float, message: str = ""
) -> None:
    """Write down what became of it: done (with the platform's id), unknown, or rejected (with its message).

    What is done stays done: a late `unknown` of an overtaken worker does not take the id away.
    Raises LookupError when something is done that was never intended.
    """
    open_still = _is(connection, key)
    if state != "done":
        open_still &= table.c.state != "done"
    values = {"state": state, "target": target, "settled_at": now, "message": clean(message)}
    with writing(ledger) as c:
        written = c.execute(update(table).where(open_still).values(values)).rowcount
    if state == "done" and not written:
        raise LookupError(f"{key} of {connection} was never intended")


def mark_asked(ledger: Ledger, connection: str, key: str, now: float) -> int:
    """Count one question to the platform about this write; give their number since the last attempt."""
    asked = update(table).where(_is(connection, key)).values(asked=table.c.asked + 1, asked_at=now)
    with writing(ledger) as c:
        return int(c.execute(asked.returning(table.c.asked)).scalar() or 0)


def of_record(ledger: Ledger, connection: str, prefix: str) -> list[Intent]:
    """Give the intents whose key begins with `prefix` as whole parts: `store:12` is not `store:123:...`."""
    start = prefix.removesuffix(":")
    below = (table.c.key > f"{start}:") & (
        table.c.key < f"{start};"
    )  # the semicolon follows the colon in ASCII
    of = (table.c.connection == connection) & ((table.c.key == start) | below)
    with reading(ledger) as c:
        rows = c.execute(select(table).where(of).order_by(table.c.attempt_at, table.c.key))
        return [_intent(row) for row in rows]


def forget(ledger: Ledger, connection: str, prefix: str) -> int:
    """Drop the intents of a record (as `of_record` takes it): nothing of what was written is there any more."""
    of = [intent.key for intent in of_record(ledger, connection, prefix)]
    with writing(ledger) as c:
        gone = delete(table).where(table.c.connection == connection, table.c.key.in_(of))
        return int(c.execute(gone).rowcount)


def _mine(c: Connection, connection: str, key: str, fence: int) -> Row[Any]:
    row = c.execute(select(table).where(_is(connection, key)).with_for_update()).one()
    if row.fence > fence:
        raise LeaseLost(f"{key} of {connection} is in the hands of a newer claim")
    return row


def _is(connection: str, key: str) -> ColumnElement[bool]:
    return (table.c.connection == connection) & (table.c.key == key)


def _intent(row: Row[Any], *, fresh: bool = False) -> Intent:
    return Intent(**row._mapping, fresh=fresh)  # noqa: SLF001 - SQLAlchemy's documented name
