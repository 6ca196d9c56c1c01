"""Writes down that a record must be looked at: by callbacks, by sweeps, and by people who say retry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, select, update

from ledger.claims import lock
from ledger.store import Ledger, insert, reading, writing
from ledger.tables import history
from ledger.tables import work as table

CHUNK = 500  # rows per transaction, so that the lock is free again within 50 ms


@dataclass(frozen=True, slots=True)
class _Note:
    """What one call of `note` says of all its records."""

    connection: str
    flow: str
    now: float
    due_at: float
    urgent: bool
    patient: bool = False
    stamps: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Any] | None = None

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
    patient: bool = False,
    told: Mapping[str, Any] | None = None,
) -> list[int]:
    """Write down that these records must be looked at; give the ids of the rows that are due because of this.

    What already waits is not noted twice. What is being worked becomes due again when that work ends, and
    what is done or held is due again now (`delay` seconds from now). `stamp` is what the source says of each
    record's last change, for `known_stamps`. `told`: who says so; a line "noted" with it goes into the history of
    each record that is looked at because of it, or sooner, in the same transaction. `patient`: whatever else is due
    goes first, until somebody who is not notes the record, too.
    """
    noted = _Note(connection, flow, now, now + delay, urgent, patient, stamp or {}, told)
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
        again, heard = _note_again(c, noted, [r for r in touched if r not in due_now])
        if noted.told is not None:
            _tell(c, noted, [*due_now, *heard])
        due_now |= again
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
        "patient": noted.patient,
        "source_stamp": noted.stamps.get(record, ""),
        **words,
        **numbers,
    }


def _tell(c: Connection, noted: _Note, records: Sequence[str]) -> None:
    about = {"connection": noted.connection, "flow": noted.flow, "at": noted.now, "event": "noted"}
    if records:
        lines = [{**about, "record": record, "detail": dict(noted.told or {})} for record in records]
        c.execute(history.insert(), lines)


def _note_again(c: Connection, noted: _Note, records: list[str]) -> tuple[dict[str, int], list[str]]:
    """Note rows that are there already; locks them in one order, so that no two notes wait for each other.

    Gives those that are due because of it, and those for which it was news: what waits as long as before heard nothing.
    """
    if not records:
        return {}, []
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
        "patient",
        "source_stamp",
    )
    if rows:
        again = update(table).where(table.c.id == bindparam("row_id"))
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
        c.execute(again.values(values), [_full(row, changes, columns) for row, changes in rows])
    due = {row.record: row.id for row, changes in rows if "due_at" in changes}
    return due, [row.record for row, changes in rows if changes.keys() & {"noted_at", "due_at"}]


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
    if row.patient and not noted.patient:
        changes["patient"] = False
    if row.state == "waiting":
        if noted.due_at < row.due_at:
            changes |= {"due_at": noted.due_at, "nudged_at": None}
    elif row.state == "working":
        if row.generation == row.taken_generation:  # else the next run is already promised
            changes |= {"generation": row.generation + 1, "noted_at": noted.now}
    else:
        changes |= {"generation": row.generation + 1, "noted_at": noted.now, "state": "waiting"}
        changes |= {"due_at": noted.due_at, "nudged_at": None, "attempts": 0, "why": ""}
        changes |= {"patient": noted.patient}
    return changes


def retry(
    ledger: Ledger, which: Iterable[int] | str, now: float, told: Mapping[str, Any] | None = None
) -> list[int]:
    """Make rows due now: those of these ids, or all that a connection (by its name) holds. Gives their ids.

    Forgets the fingerprint, because a person who says retry wants it done even when the source is unchanged. `told`:
    why; a line "released" with it goes into the history of each, in the same transaction.
    """
    if isinstance(which, str):
        return _retry(ledger, (table.c.connection == which) & (table.c.state == "held"), now, told)
    ids = sorted(set(which))
    some = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return [row for few in some for row in _retry(ledger, table.c.id.in_(few), now, told)]


def _retry(
    ledger: Ledger, mine: ColumnElement[bool], now: float, told: Mapping[str, Any] | None
) -> list[int]:
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
    named = ("connection", "flow", "record")
    with writing(ledger) as c:
        lock(c, mine)
        rows = c.execute(again.returning(table.c.id, *(table.c[name] for name in named))).all()
        if rows and told is not None:
            line = {"at": now, "event": "released", "detail": dict(told)}
            lines = [{**{name: getattr(row, name) for name in named}, **line} for row in rows]
            c.execute(history.insert(), lines)
    return sorted(row.id for row in rows)
