"""The work rows: one per record of a flow, and the row is the job; a Celery message only wakes a worker.

A row is due from its `due_at` on. A claim pushes that time forward by the lease, so a worker that dies leaves
a row that becomes due again by itself. The fence tells a worker that came back too late, the generation a
change that was noted while the record was being worked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, or_, select, update

from ledger.errors import LeaseLost
from ledger.pauses import Pause, not_paused, pause, paused, resume
from ledger.store import Ledger, insert, reading, writing
from ledger.tables import work as table
from ledger.text import clean
from ledger.work_views import (
    Count,
    Work,
    counts,
    find,
    find_id,
    held,
    known_stamps,
    latencies,
    oldest_due,
)

__all__ = [
    "Claim",
    "Count",
    "LeaseLost",
    "Pause",
    "Work",
    "claim",
    "claim_due",
    "counts",
    "due",
    "find",
    "find_id",
    "finish",
    "held",
    "known_stamps",
    "latencies",
    "later",
    "note",
    "oldest_due",
    "pause",
    "paused",
    "renew",
    "resume",
    "retry",
]

CHUNK = 500  # rows per transaction, so that the lock is free again within 50 ms


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work one record until `leased_until`; outcome, reason, fingerprint are the last run's."""

    id: int
    connection: str
    flow: str
    record: str
    generation: int
    fence: int
    attempts: int
    leased_until: float
    outcome: str
    reason: str
    fingerprint: str
    source_stamp: str
    noted_at: float
    urgent: bool


@dataclass(frozen=True, slots=True)
class _Note:
    """What one call of `note` says of all its records."""

    connection: str
    flow: str
    now: float
    due_at: float
    urgent: bool
    stamps: Mapping[str, str] = field(default_factory=dict)

    def of_mine(self, records: Sequence[str]) -> ColumnElement[bool]:
        return (
            (table.c.connection == self.connection)
            & (table.c.flow == self.flow)
            & table.c.record.in_(records)
        )


def note(
    ledger: Ledger,
    connection: str,
    flow: str,
    records: Iterable[str],
    now: float,
    *,
    delay: float = 0.0,
    stamp: Mapping[str, str] | None = None,
    urgent: bool = False,
) -> list[int]:
    """Write down that these records must be looked at; give the ids of the rows that are due because of this.

    What already waits is not noted twice. What is being worked becomes due again when that work ends, and
    what is done or held is due again now (`delay` seconds from now). `stamp` is what the source says of each
    record's last change, for `known_stamps`.
    """
    noted = _Note(connection, flow, now, now + delay, urgent, stamp or {})
    wanted = list(dict.fromkeys(records))
    newly: list[int] = []
    for start in range(0, len(wanted), CHUNK):
        newly += _note_chunk(ledger, noted, wanted[start : start + CHUNK])
    return newly


def _note_chunk(ledger: Ledger, noted: _Note, records: list[str]) -> list[int]:
    # Reading takes no lock, and a burst of callbacks of a waiting record writes nothing. That is safe:
    # whoever claims the row after this look also reads the source after it.
    with reading(ledger) as c:
        rows = {row.record: row for row in c.execute(select(table).where(noted.of_mine(records)))}
    touched = [r for r in records if r not in rows or _changes(rows[r], noted)]
    if not touched:
        return []
    with writing(ledger) as c:
        due_now = _insert_missing(c, noted, sorted(touched))
        due_now |= _note_again(c, noted, [r for r in touched if r not in due_now])
    return [due_now[r] for r in records if r in due_now]


def _insert_missing(c: Connection, noted: _Note, records: list[str]) -> dict[str, int]:
    rows = [_new_row(noted, record) for record in records]
    insertion = insert(c, table).values(rows).on_conflict_do_nothing()
    return {row.record: row.id for row in c.execute(insertion.returning(table.c.id, table.c.record))}


def _new_row(noted: _Note, record: str) -> dict[str, Any]:
    words = dict.fromkeys(("outcome", "reason", "what", "remedy", "why", "fingerprint"), "")
    numbers = {"generation": 1, "taken_generation": 0, "fence": 0, "attempts": 0}
    return {
        "connection": noted.connection,
        "flow": noted.flow,
        "record": record,
        "state": "waiting",
        "due_at": noted.due_at,
        "noted_at": noted.now,
        "urgent": noted.urgent,
        "source_stamp": noted.stamps.get(record, ""),
        **words,
        **numbers,
    }


def _note_again(c: Connection, noted: _Note, records: list[str]) -> dict[str, int]:
    """Note rows that are there already; locks them in one order, so that no two notes wait for each other."""
    if not records:
        return {}
    mine = select(table).where(noted.of_mine(records)).order_by(table.c.record).with_for_update()
    rows = [(row, changes) for row in c.execute(mine) if (changes := _changes(row, noted))]
    columns = (
        "generation",
        "due_at",
        "nudged_at",
        "state",
        "attempts",
        "why",
        "noted_at",
        "urgent",
        "source_stamp",
    )
    if rows:
        again = update(table).where(table.c.id == bindparam("row_id"))
        values = {name: bindparam(f"new_{name}") for name in columns}
        c.execute(again.values(values), [_full(row, changes, columns) for row, changes in rows])
    return {row.record: row.id for row, changes in rows if "due_at" in changes}


def _full(row: Row[Any], changes: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    kept = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    return {"row_id": row.id, **{f"new_{name}": changes.get(name, kept[name]) for name in columns}}


def _changes(row: Row[Any], noted: _Note) -> dict[str, Any]:
    """Say what a note changes in a row that is there: nothing, when it already waits for as early a time."""
    changes: dict[str, Any] = {}
    stamp = noted.stamps.get(row.record)
    if stamp is not None and stamp != row.source_stamp:
        changes["source_stamp"] = stamp
    if noted.urgent and not row.urgent:
        changes["urgent"] = True
    if row.state == "waiting":
        if noted.due_at < row.due_at:
            changes |= {"due_at": noted.due_at, "nudged_at": None}
    elif row.state == "working":
        if row.generation == row.taken_generation:  # else the next run is already promised
            changes |= {"generation": row.generation + 1, "noted_at": noted.now}
    else:
        changes |= {"generation": row.generation + 1, "noted_at": noted.now, "state": "waiting"}
        changes |= {"due_at": noted.due_at, "nudged_at": None, "attempts": 0, "why": ""}
    return changes


def due(ledger: Ledger, now: float, limit: int, *, renudge_after: float = 10.0) -> list[tuple[int, str, str]]:
    """Hand out up to `limit` due rows as (work id, flow, connection), again after `renudge_after` seconds.

    What was never handed out comes first, so that rows which nobody takes cannot hold up the others.
    """
    ready = _is_due(now) & or_(table.c.nudged_at.is_(None), table.c.nudged_at <= now - renudge_after)
    order = (table.c.nudged_at.is_not(None), table.c.urgent.desc(), table.c.due_at, table.c.id)
    look = select(table.c.id, table.c.flow, table.c.connection).where(ready).order_by(*order).limit(limit)
    with reading(ledger) as c:  # most looks find nothing, and a look must not lock
        rows = c.execute(look).all()
    if not rows:
        return []
    mine = update(table).where(table.c.id.in_([row.id for row in rows]), ready).values(nudged_at=now)
    with writing(ledger) as c:
        handed_out = set(c.execute(mine.returning(table.c.id)).scalars())
    return [(row.id, row.flow, row.connection) for row in rows if row.id in handed_out]


def _is_due(now: float) -> ColumnElement[bool]:
    return (table.c.due_at <= now) & not_paused(now)


def claim(ledger: Ledger, work_id: int, now: float, lease: float) -> Claim | None:
    """Take one row for `lease` seconds; None when it is not due, or its connection rests."""
    ready = (table.c.id == work_id) & _is_due(now)
    with reading(ledger) as c:  # a message that came twice must not lock
        if c.execute(select(table.c.id).where(ready)).first() is None:
            return None
    with writing(ledger) as c:
        taken = _take(c, ready, now, lease)
    return taken[0] if taken else None


def claim_due(
    ledger: Ledger, connection: str, flow: str, now: float, lease: float, limit: int
) -> list[Claim]:
    """Take up to `limit` due rows of one flow at once, the most urgent first."""
    ready = (table.c.connection == connection) & (table.c.flow == flow) & _is_due(now)
    order = (table.c.urgent.desc(), table.c.due_at, table.c.id)
    first = select(table.c.id).where(ready).order_by(*order).limit(limit)
    with reading(ledger) as c:
        if c.execute(first.limit(1)).first() is None:
            return []
    with writing(ledger) as c:
        ids = list(c.execute(first.with_for_update(skip_locked=True)).scalars())
        taken = {row.id: row for row in _take(c, table.c.id.in_(ids) & ready, now, lease)}
    return [taken[i] for i in ids if i in taken]


def _take(c: Connection, ready: ColumnElement[bool], now: float, lease: float) -> list[Claim]:
    # A row that is still `working` when it is due was dropped by somebody who died: that counts as an
    # attempt, or a record that kills its worker would do so for ever.
    died = case((table.c.state == "working", 1), else_=0)
    take = update(table).where(ready)
    take = take.values(
        state="working",
        fence=table.c.fence + 1,
        taken_generation=table.c.generation,
        attempts=table.c.attempts + died,
        due_at=now + lease,
        leased_until=now + lease,
        nudged_at=None,
    )
    names = list(Claim.__dataclass_fields__)
    rows = c.execute(take.returning(*(table.c[name] for name in names)))
    return [Claim(*row) for row in rows]


def renew(ledger: Ledger, claim: Claim, now: float, lease: float) -> None:
    """Keep a row `lease` seconds longer from now on. Raises LeaseLost when somebody else has claimed it."""
    with writing(ledger) as c:
        _write_as_holder(c, claim, due_at=now + lease, leased_until=now + lease)


def finish(
    ledger: Ledger,
    claim: Claim,
    now: float,
    *,
    state: str,
    outcome: str,
    reason: str = "",
    what: str = "",
    remedy: str = "",
    fingerprint: str | None = None,
    stamp: str | None = None,
) -> bool:
    """Write down how it ended (`state`: done | held); True when a change noted meanwhile made it due again.

    Raises LeaseLost, and writes nothing, when somebody else has claimed the row since.
    """
    changed = table.c.generation > claim.generation
    values: dict[str, Any] = {
        "state": case((changed, "waiting"), else_=state),
        "due_at": case((changed, now), else_=None),
        "urgent": case((changed, table.c.urgent), else_=False),
        "outcome": outcome,
        "reason": reason,
        "what": clean(what),
        "remedy": clean(remedy),
        "finished_at": now,
        "attempts": 0,
        **_at_rest(""),
    }
    if fingerprint is not None:
        values["fingerprint"] = fingerprint
    if stamp is not None:  # the stamp of the newer note stands, or the sweep would note it once more
        values["source_stamp"] = case((changed, table.c.source_stamp), else_=stamp)
    with writing(ledger) as c:
        return _write_as_holder(c, claim, **values) > claim.generation


def later(ledger: Ledger, claim: Claim, until: float, *, count_attempt: bool, why: str) -> None:
    """Put a row back until then. Waiting for budget counts no attempt. Raises LeaseLost like `finish`."""
    attempts = table.c.attempts + (1 if count_attempt else 0)
    with writing(ledger) as c:
        _write_as_holder(c, claim, state="waiting", due_at=until, attempts=attempts, **_at_rest(clean(why)))


def _at_rest(why: str) -> dict[str, Any]:
    return {"leased_until": None, "nudged_at": None, "why": why}


def _write_as_holder(c: Connection, claim: Claim, **values: Any) -> int:
    """Write to a claimed row if the claim still holds, and give the row's generation."""
    mine = (table.c.id == claim.id) & (table.c.fence == claim.fence) & (table.c.state == "working")
    row = c.execute(update(table).where(mine).values(**values).returning(table.c.generation)).first()
    if row is None:
        raise LeaseLost(
            f"{claim.flow} {claim.record} of {claim.connection} was claimed again by another worker"
        )
    return int(row.generation)


def retry(ledger: Ledger, which: Iterable[int] | str, now: float) -> list[int]:
    """Make rows due now: those of these ids, or all that a connection (by its name) holds. Gives their ids.

    Forgets the fingerprint, because a person who says retry wants it done even when the source is unchanged.
    """
    mine = (table.c.connection == which) & (table.c.state == "held")
    if not isinstance(which, str):
        mine = table.c.id.in_(list(which))
    working = table.c.state == "working"
    again = update(table).where(mine)
    again = again.values(
        generation=table.c.generation + 1,
        state=case((working, "working"), else_="waiting"),
        due_at=case((working, table.c.due_at), else_=now),
        noted_at=now,
        nudged_at=None,
        attempts=0,
        fingerprint="",
        why="",
    )
    with writing(ledger) as c:
        return sorted(c.execute(again.returning(table.c.id)).scalars())
