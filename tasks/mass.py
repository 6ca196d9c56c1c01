"""Asks a person before many records are harmed at once: what is withheld is one record, and one decision."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import structlog

from ledger import cursors, history, work
from tasks import watch
from tasks.hand import Hand
from tasks.outcome import End, Outcome
from tasks.services import Connection

log = structlog.get_logger(__name__)
FEW = 5  # a small shop may lose so many without being asked
DAY = 86400.0
MARGIN = 1.1  # a person who allowed 100 has not allowed 200
LEASE = 30.0
Recipe = Callable[[Sequence[Hand]], Sequence[End]]


@dataclass(frozen=True)
class Guard:
    """What is guarded: the work row that stands for all that is withheld, how many records there are in all, and the
    percent of them that may be harmed within a day without asking.

    `sentence` tells a person what would happen, from withheld, all, and how many went within a day.
    """

    flow: str
    record: str
    reason: str
    remedy: str
    alarm: str
    allowed: str  # the cursor: until when a person has allowed it, epoch seconds
    withheld: str  # the cursor: how many wait for a person's word
    lately: str  # the cursor: what may go: since when, and whether nobody was asked
    total: Callable[[Connection], int]
    share: Callable[[Connection], float]
    sentence: Callable[[Connection, int, int, int], str]


def allowed(guard: Guard, connection: Connection, records: Collection[str]) -> bool:
    """Whether these may go: with all that went within a day they are few, or a small share, or a person said so."""
    if _are_few(guard, connection, records):
        return True
    until = float(cursors.get(connection.ledger, connection.name, guard.allowed) or 0)
    return connection.clock() < until and len(records) <= withheld(guard, connection) * MARGIN + FEW


def let_go(guard: Guard, connection: Connection, records: Collection[str]) -> bool:
    """Whether these may go; they are noted at one stroke with the look at what has gone: many small steps, even those
    of two workers at once, may not do together what one may not.
    """
    while True:
        seen = cursors.get(connection.ledger, connection.name, guard.lately)
        if not allowed(guard, connection, records):
            return False
        if not records or _noted(guard, connection, records, seen):
            return True


def _noted(guard: Guard, connection: Connection, records: Collection[str], seen: str | None) -> bool:
    """These go, unless another was let go since we have seen; a person's word begins anew."""
    now, unasked = connection.clock(), _are_few(guard, connection, records)
    before = {record: [at, few and unasked] for record, (at, few) in passed(guard, connection).items()}
    went = {**before, **{record: [now, unasked] for record in records}}
    return cursors.replace(connection.ledger, connection.name, guard.lately, seen, json.dumps(went), now)


def stopped(guard: Guard, connection: Connection, records: Collection[str]) -> set[str]:
    """Of these, on their way, those that must wait for a person."""
    known = passed(guard, connection)
    new = {record for record in records if record not in known}
    if let_go(guard, connection, new):
        return set()
    withhold(guard, connection, max(withheld(guard, connection), len(new)))
    return new


def passed(guard: Guard, connection: Connection) -> dict[str, tuple[float, bool]]:
    """What may go, by a guard or a person's word of the last day: since when, and whether nobody was asked."""
    kept = json.loads(cursors.get(connection.ledger, connection.name, guard.lately) or "{}")
    return {record: (at, few) for record, (at, few) in kept.items() if connection.clock() - DAY < at}


def withheld(guard: Guard, connection: Connection) -> int:
    """How many wait for a person's word."""
    return int(cursors.get(connection.ledger, connection.name, guard.withheld) or 0)


def withhold(guard: Guard, connection: Connection, many: int) -> None:
    """Hold them all as one record, and tell a person once."""
    before = work.find(connection.ledger, connection.name, guard.flow, guard.record)
    cursors.put(connection.ledger, connection.name, guard.withheld, str(many), connection.clock())
    end = outcome(guard, connection)
    if before is not None and (before.state, before.what) == (end.state, end.what):
        return
    _end(guard, connection, end)
    log.error(guard.alarm, connection=connection.name, what=end.what)
    if before is None or before.state != "held":
        watch.alert(f"connection {connection.name}: {end.what}. {end.remedy}")


def settled(guard: Guard, connection: Connection) -> None:
    """Everything is on its way: nothing waits for a person, and a word once given is used."""
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    if withheld(guard, connection):
        cursors.put(ledger, name, guard.withheld, "0", now)
    if cursors.get(ledger, name, guard.allowed):
        cursors.put(ledger, name, guard.allowed, "", now)
    row = work.find(ledger, name, guard.flow, guard.record)
    if row is not None and row.state == "held":
        _end(guard, connection, outcome(guard, connection))


def confirm(guard: Guard, connection: Connection) -> int:
    """A person allows, for a day, what is withheld; how many that are."""
    many = withheld(guard, connection)
    if many:
        until = connection.clock() + DAY
        cursors.put(connection.ledger, connection.name, guard.allowed, str(until), connection.clock())
    return many


def apart(guard: Guard, recipe: Recipe) -> Recipe:
    """A flow's recipe without the guard's own record: only a look or a person's word can end that one."""

    def whole(hands: Sequence[Hand]) -> Sequence[End]:
        rest = [hand for hand in hands if hand.claim.record != guard.record]
        ends = iter(recipe(rest) if rest else ())
        return [
            outcome(guard, hand.connection) if hand.claim.record == guard.record else next(ends)
            for hand in hands
        ]

    return whole


def outcome(guard: Guard, connection: Connection) -> Outcome:
    """How the guard's own record stands."""
    many = withheld(guard, connection)
    if not many:
        return Outcome("done", "unchanged")
    what = guard.sentence(connection, many, guard.total(connection), len(_lately(guard, connection)))
    return Outcome("held", "held", guard.reason, what, guard.remedy)


def _are_few(guard: Guard, connection: Connection, records: Collection[str]) -> bool:
    together = len({*records, *_lately(guard, connection)})
    share = guard.share(connection) * guard.total(connection)
    return not records or together <= FEW or together * 100 <= share


def _lately(guard: Guard, connection: Connection) -> set[str]:
    """What went within a day without a person's word."""
    return {record for record, (_, unasked) in passed(guard, connection).items() if unasked}


def _end(guard: Guard, connection: Connection, end: Outcome) -> None:
    """Write the record's end down; where a worker has it at this moment, `apart` says the same."""
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    work.note(ledger, name, guard.flow, [guard.record], now)
    row = work.find(ledger, name, guard.flow, guard.record)
    claim = work.claim(ledger, row.id, now, LEASE) if row is not None else None
    if claim is None:
        return
    work.finish(
        ledger,
        claim,
        now,
        state=end.state,
        outcome=end.outcome,
        reason=end.reason,
        what=end.what,
        remedy=end.remedy,
    )
    detail = {"reason": end.reason, "what": end.what}
    history.append(ledger, name, guard.flow, guard.record, now, end.outcome, detail)
