"""Hands out the work rows that are due, to one worker each, and takes back what became of them."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Required, TypedDict, Unpack

from sqlalchemy import ColumnElement, Connection, case, or_, select, update

from ledger.errors import LeaseLost
from ledger.pauses import not_paused
from ledger.store import Ledger, reading, writing
from ledger.tables import work as table
from ledger.text import clean

_FIRST = (table.c.urgent.desc(), table.c.patient, table.c.due_at, table.c.id)


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
    patient: bool = False


class End(TypedDict, total=False):
    """How a run ended; what is absent is as in `_end`."""

    state: Required[str]  # done | held
    outcome: Required[str]
    reason: str
    what: str
    remedy: str
    fingerprint: str | None
    stamp: str | None
    again_at: float | None
    unchanged: bool


def due(
    ledger: Ledger, now: float, limit: int, *, renudge_after: float = 10.0, flow: str | None = None
) -> list[tuple[int, str, str]]:
    """Hand out up to `limit` due rows as (work id, flow, connection), again after `renudge_after` seconds.

    What was never handed out comes first, so that rows which nobody takes cannot hold up the others. `flow`: only
    rows of this one.
    """
    ready = _is_due(now) & or_(table.c.nudged_at.is_(None), table.c.nudged_at <= now - renudge_after)
    if flow is not None:
        ready &= table.c.flow == flow
    order = (table.c.nudged_at.is_not(None), *_FIRST)
    look = select(table.c.id, table.c.flow, table.c.connection).where(ready).order_by(*order).limit(limit)
    with reading(ledger) as c:  # most looks find nothing, and a look must not lock
        rows = c.execute(look).all()
    if not rows:
        return []
    with writing(ledger) as c:
        handed_out = lock(c, ready & table.c.id.in_([row.id for row in rows]))
        c.execute(update(table).where(table.c.id.in_(handed_out)).values(nudged_at=now))
    return [(row.id, row.flow, row.connection) for row in rows if row.id in handed_out]


def lock(c: Connection, which: ColumnElement[bool]) -> set[int]:
    """Lock rows in the order in which notes lock them, so that no two transactions wait for each other; their ids."""
    by = (table.c.connection, table.c.flow, table.c.record)
    return set(c.execute(select(table.c.id).where(which).order_by(*by).with_for_update()).scalars())


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
    ledger: Ledger, connection: str | None, flow: str, now: float, lease: float, limit: int
) -> list[Claim]:
    """Take up to `limit` due rows of one flow at once, of any connection when None, the most urgent first."""
    ready = (table.c.flow == flow) & _is_due(now)
    if connection is not None:
        ready &= table.c.connection == connection
    first = select(table.c.id).where(ready).order_by(*_FIRST).limit(limit)
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


def renew_many(ledger: Ledger, claims: Iterable[Claim], now: float, lease: float) -> set[int]:
    """Keep rows `lease` seconds longer from now on; give the ids of the claims that still hold."""
    held: set[int] = set()
    with writing(ledger) as c:
        for claim in _in_order(claims):
            with contextlib.suppress(LeaseLost):
                _write_as_holder(c, claim, due_at=now + lease, leased_until=now + lease)
                held.add(claim.id)
    return held


def finish(ledger: Ledger, claim: Claim, now: float, **end: Unpack[End]) -> bool:
    """Write down how it ended; True when a change noted meanwhile made it due again.

    Raises LeaseLost, and writes nothing, when somebody else has claimed the row since.
    """
    with writing(ledger) as c:
        return _write_as_holder(c, claim, **_end(claim, now, **end)) > claim.generation


def finish_many(ledger: Ledger, ends: Sequence[tuple[Claim, Mapping[str, Any]]], now: float) -> set[int]:
    """`finish` for each in one transaction; give the ids of the claims that were written.

    What another has claimed since is left to them: its id is missing, and its neighbours are written all the same.
    """
    written: set[int] = set()
    how = dict(ends)
    with writing(ledger) as c:
        for claim in _in_order(how):
            with contextlib.suppress(LeaseLost):
                _write_as_holder(c, claim, **_end(claim, now, **how[claim]))
                written.add(claim.id)
    return written


def _in_order(claims: Iterable[Claim]) -> list[Claim]:
    """In the order of `lock`."""
    return sorted(claims, key=lambda claim: (claim.connection, claim.flow, claim.record, claim.fence))


def _end(
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
    again_at: float | None = None,
    unchanged: bool = False,
) -> dict[str, Any]:
    """What to write of a run that ended; `fingerprint` and `stamp`: None keeps the old."""
    changed = table.c.generation > claim.generation
    values: dict[str, Any] = {
        "state": case((changed, "waiting"), else_=state if again_at is None else "waiting"),
        "due_at": case((changed, now), else_=again_at),
        "urgent": case((changed, table.c.urgent), else_=False),
        "patient": case((changed, table.c.patient), else_=False),
        "outcome": outcome,
        "reason": reason,
        "what": clean(what),
        "remedy": clean(remedy),
        "finished_at": now,
        "attempts": 0,
        **_at_rest(""),
    }
    if unchanged:  # what the last run said stands, sentences and all
        for said in ("reason", "what", "remedy"):
            del values[said]
    if fingerprint is not None:
        values["fingerprint"] = fingerprint
    if stamp is not None:  # the stamp of the newer note stands, or the sweep would note it once more
        values["source_stamp"] = case((changed, table.c.source_stamp), else_=stamp)
    return values


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
