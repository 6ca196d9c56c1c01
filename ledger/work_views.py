"""What people, gauges and sweeps ask about the work rows; nothing here changes one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from ledger.pauses import not_paused
from ledger.store import Ledger, reading
from ledger.tables import work as table

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Work:
    """A whole work row, as `ledger.tables` describes it; times are epoch seconds."""

    id: int
    connection: str
    flow: str
    record: str
    generation: int
    taken_generation: int
    due_at: float | None
    nudged_at: float | None
    leased_until: float | None
    fence: int
    attempts: int
    state: str
    outcome: str
    reason: str
    what: str
    remedy: str
    why: str
    fingerprint: str
    source_stamp: str
    noted_at: float
    finished_at: float | None
    urgent: bool
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    connection: str
    flow: str
    state: str
    outcome: str
    number: int


def find(ledger: Ledger, connection: str, flow: str, record: str) -> Work | None:
    """Give the row of one record."""
    mine = (table.c.connection == connection) & (table.c.flow == flow) & (table.c.record == record)
    return next(iter(_rows(ledger, select(table).where(mine))), None)


def find_id(ledger: Ledger, work_id: int) -> Work | None:
    """Give the row of one id."""
    return next(iter(_rows(ledger, select(table).where(table.c.id == work_id))), None)


def held(ledger: Ledger, connection: str | None = None) -> list[Work]:
    """Give what waits for a person, the oldest first."""
    rows = select(table).where(table.c.state == "held").order_by(table.c.finished_at, table.c.id)
    return _rows(ledger, rows if connection is None else rows.where(table.c.connection == connection))


def finished_since(
    ledger: Ledger, connection: str, flow: str, since: float, *, rules: Collection[str] = ()
) -> dict[str, str]:
    """Give the records that ended as posted or held since then, or as skipped by one of these rules, with the source's
    last known change of each.
    """
    mine = (table.c.connection == connection) & (table.c.flow == flow)
    skipped = (table.c.outcome == "skipped") & table.c.reason.in_(rules)
    ended = (table.c.outcome.in_(["posted", "held"]) | skipped) & (table.c.finished_at >= since)
    with reading(ledger) as c:
        rows = c.execute(select(table.c.record, table.c.source_stamp).where(mine, ended).order_by(table.c.id))
        return {row.record: row.source_stamp for row in rows}


def known_stamps(ledger: Ledger, connection: str, flow: str, records: Iterable[str]) -> dict[str, str]:
    """Give the source's last known change of each record that has a row: a sweep notes only the rest."""
    wanted = list(dict.fromkeys(records))
    stamps: dict[str, str] = {}
    mine = (table.c.connection == connection) & (table.c.flow == flow)
    with reading(ledger) as c:
        for start in range(0, len(wanted), CHUNK):
            some = table.c.record.in_(wanted[start : start + CHUNK])
            rows = c.execute(select(table.c.record, table.c.source_stamp).where(mine, some))
            stamps |= {row.record: row.source_stamp for row in rows}
    return stamps


def counts(ledger: Ledger) -> list[Count]:
    """Count the rows by connection, flow, state and the outcome of their last run."""
    by = (table.c.connection, table.c.flow, table.c.state, table.c.outcome)
    with reading(ledger) as c:
        rows = c.execute(select(*by, func.count()).group_by(*by).order_by(*by))
        return [Count(*row) for row in rows]


def oldest_due(ledger: Ledger, now: float) -> float | None:
    """Give the seconds for which the oldest due row has waited for a worker; None when none is due. What is in no hurry
    does not count.
    """
    ready = (table.c.due_at <= now) & not_paused(now) & ~table.c.patient
    with reading(ledger) as c:
        first = c.execute(select(func.min(table.c.due_at)).where(ready)).scalar()
    return None if first is None else now - float(first)


def latencies(ledger: Ledger, connection: str, flow: str, since: float = 0.0) -> list[float]:
    """Give the seconds from note to end of every row that ended since then, the shortest first."""
    mine = (table.c.connection == connection) & (table.c.flow == flow) & table.c.state.in_(("done", "held"))
    ended = select(table.c.finished_at - table.c.noted_at).where(mine, table.c.finished_at >= since)
    with reading(ledger) as c:
        return sorted(float(seconds) for seconds in c.execute(ended).scalars())


def _rows(ledger: Ledger, query: Select[Any]) -> list[Work]:
    with reading(ledger) as c:
        return [Work(**row._mapping) for row in c.execute(query)]  # noqa: SLF001 - SQLAlchemy's documented name
