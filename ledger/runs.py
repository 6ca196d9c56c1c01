"""Runs that a person starts: their period, how far they are, and which records they noted."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Join, Row, and_, func, literal, select, update

from ledger.claims import Claim
from ledger.errors import LeaseLost
from ledger.store import Ledger, insert, insert_if_new, reading, writing
from ledger.tables import history, run_records, work
from ledger.tables import runs as table
from ledger.text import clean

CHUNK = 500
UNDONE = "undone"
"""The fingerprint of a work row whose order a person has taken back: nobody takes it up again without being told."""


@dataclass(frozen=True, slots=True)
class Run:
    """`since` and `until` are instants of ISO 8601; `most` is the number of orders it may note. State: open | ended |
    undoing | undone.
    """

    connection: str
    name: str
    kind: str
    since: str
    until: str
    most: int | None
    cursor: str
    state: str
    began: float
    ended: float | None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """`fresh`: it was not in the books when the run noted it; `remains`: what a person must see to."""

    connection: str
    run: str
    record: str
    at: float
    fresh: bool
    undone_at: float | None
    remains: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of a run's records stand so."""

    state: str
    outcome: str
    reason: str
    number: int


def begin(
    ledger: Ledger,
    connection: str,
    kind: str,
    now: float,
    *,
    since: str = "",
    until: str = "",
    most: int | None = None,
) -> Run:
    """A new run under a short name of its day, such as 2026-11-22-a1b2."""
    day = datetime.fromtimestamp(now, UTC).date().isoformat()
    while True:
        name = f"{day}-{secrets.token_hex(2)}"
        made = Run(connection, name, kind, since, until, most, "", "open", now, None)
        with writing(ledger) as c:
            if insert_if_new(c, table, {field: getattr(made, field) for field in Run.__dataclass_fields__}):
                return made


def get(ledger: Ledger, connection: str, name: str) -> Run | None:
    """Give the run of this name."""
    return next(iter(_runs(ledger, _is(connection, name))), None)


def all_of(ledger: Ledger, connection: str) -> list[Run]:
    """Give every run, the oldest first."""
    return _runs(ledger, table.c.connection == connection)


def unfinished(ledger: Ledger, connection: str, kind: str) -> Run | None:
    """Give the last run of this kind that was stopped before its end."""
    mine = (table.c.connection == connection) & (table.c.kind == kind) & (table.c.state == "open")
    return next(reversed(_runs(ledger, mine)), None)


def set_state(ledger: Ledger, run: Run, state: str, now: float) -> None:
    """Write down that it has ended, or is being taken back, or was."""
    with writing(ledger) as c:
        c.execute(update(table).where(_is(run.connection, run.name)).values(state=state, ended=now))


def move(ledger: Ledger, run: Run, cursor: str) -> None:
    """Write down how far it is; call it after what it has passed is noted."""
    with writing(ledger) as c:
        c.execute(update(table).where(_is(run.connection, run.name)).values(cursor=cursor))


def add(ledger: Ledger, run: Run, records: Mapping[str, bool], now: float) -> None:
    """Write down that the run is about to note these records, each with whether it is fresh; what was said first
    stands.
    """
    rows = [
        {"connection": run.connection, "run": run.name, "record": record, "at": now, "fresh": fresh}
        | {"undone_at": None, "remains": ""}
        for record, fresh in sorted(records.items())
    ]
    for start in range(0, len(rows), CHUNK):
        with writing(ledger) as c:
            c.execute(insert(c, run_records).values(rows[start : start + CHUNK]).on_conflict_do_nothing())


def records(ledger: Ledger, run: Run) -> list[RunRecord]:
    """Give what the run noted, in the order of their numbers."""
    by = (func.length(run_records.c.record), run_records.c.record)
    with reading(ledger) as c:
        rows = c.execute(select(run_records).where(_of(run)).order_by(*by))
        return [RunRecord(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's documented name


def count(ledger: Ledger, run: Run) -> int:
    """Tell how many records it noted."""
    with reading(ledger) as c:
        return int(c.execute(select(func.count()).select_from(run_records).where(_of(run))).scalar_one())


def settle(ledger: Ledger, run: Run, record: str, *, undone_at: float | None, remains: str = "") -> None:
    """Write down what came of taking one record back."""
    mine = _of(run) & (run_records.c.record == record)
    with writing(ledger) as c:
        c.execute(update(run_records).where(mine).values(undone_at=undone_at, remains=clean(remains)))


def standings(ledger: Ledger, run: Run) -> list[Standing]:
    """Count the run's records by how their work stands."""
    by = (work.c.state, work.c.outcome, work.c.reason)
    look = select(*by, func.count()).select_from(_joined()).where(_of(run)).group_by(*by).order_by(*by)
    with reading(ledger) as c:
        return [Standing(*row) for row in c.execute(look)]


def calls(ledger: Ledger, run: Run) -> dict[str, int]:
    """Sum up by platform what the run's records have cost since it noted them."""
    mine = (history.c.connection == run.connection) & (history.c.flow == "orders")
    same = and_(run_records.c.record == history.c.record, run_records.c.connection == history.c.connection)
    look = select(history.c.detail).select_from(history.join(run_records, same))
    look = look.where(mine, history.c.event == "calls", _of(run), history.c.at >= run_records.c.at)
    spent = {"zoho": 0, "bigcommerce": 0}
    with reading(ledger) as c:
        for detail in c.execute(look).scalars():
            for platform in spent:
                spent[platform] += int(detail.get(platform, 0))
    return spent


def made(ledger: Ledger, run: Run, kind: str) -> list[str]:
    """Give the ids of what the run's fresh records brought to life of one kind, such as contacts."""
    created = (history.c.event == "create") & (history.c.connection == run.connection)
    same = and_(run_records.c.record == history.c.record, run_records.c.connection == history.c.connection)
    look = select(history.c.detail).select_from(history.join(run_records, same)).order_by(history.c.id)
    look = look.where(created, history.c.flow == "orders", _of(run), run_records.c.fresh)
    look = look.where(history.c.at >= run_records.c.at)
    with reading(ledger) as c:
        found = [str(d.get("id", "")) for d in c.execute(look).scalars() if d.get("kind") == kind]
    return list(dict.fromkeys(filter(None, found)))


def patient(ledger: Ledger, connection: str) -> int:
    """Tell how many rows wait, or are worked, behind all others."""
    mine = (work.c.connection == connection) & work.c.patient & work.c.state.in_(("waiting", "working"))
    with reading(ledger) as c:
        return int(c.execute(select(func.count()).select_from(work).where(mine)).scalar_one())


def untouchable(ledger: Ledger, connection: str, orders: Iterable[str]) -> tuple[set[str], set[str]]:
    """Of these orders those that are on their way already, and those that a person has taken back."""
    wanted = list(orders)
    mine = (work.c.connection == connection) & (work.c.flow == "orders")
    look = select(work.c.record, work.c.state, work.c.fingerprint).where(mine, work.c.record.in_(wanted))
    with reading(ledger) as c:
        rows = c.execute(look).all()
    under_way = {row.record for row in rows if row.state in ("waiting", "working")}
    return under_way, {row.record for row in rows if row.fingerprint == UNDONE} - under_way


def set_aside(ledger: Ledger, claim: Claim) -> None:
    """Mark a row that is being worked as taken back, before anything of it is. Raises LeaseLost where it is
    another's.
    """
    mine = (work.c.id == claim.id) & (work.c.fence == claim.fence) & (work.c.state == "working")
    values = {"fingerprint": UNDONE, "outcome": "skipped", "reason": UNDONE}
    with writing(ledger) as c:
        if c.execute(update(work).where(mine).values(values).returning(literal(1))).first() is None:
            raise LeaseLost(f"{claim.flow} {claim.record} of {claim.connection} was claimed again")


def _joined() -> Join:
    same = and_(
        work.c.connection == run_records.c.connection,
        work.c.flow == "orders",
        work.c.record == run_records.c.record,
    )
    return run_records.join(work, same)


def _runs(ledger: Ledger, condition: ColumnElement[bool]) -> list[Run]:
    with reading(ledger) as c:
        rows = c.execute(select(table).where(condition).order_by(table.c.began, table.c.name))
        return [_run(row) for row in rows]


def _run(row: Row[tuple[object, ...]]) -> Run:
    return Run(**row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name


def _is(connection: str, name: str) -> ColumnElement[bool]:
    return (table.c.connection == connection) & (table.c.name == name)


def _of(run: Run) -> ColumnElement[bool]:
    return (run_records.c.connection == run.connection) & (run_records.c.run == run.name)
