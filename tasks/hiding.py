"""Asks a person before a sweep takes a large part of the catalogue off sale."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence

import structlog

from ledger import cursors, history, links, work
from tasks import watch
from tasks.hand import Hand
from tasks.outcome import End, Outcome
from tasks.services import Connection

log = structlog.get_logger(__name__)
FLOW = "items"
RECORD = "hide-many"
FEW = 5  # a small shop may drop a product without being asked
ALLOWED = "items.hide_allowed"  # until when a person has allowed it, epoch seconds
WITHHELD = "items.hide_withheld"  # how many wait for a person's word
LATELY = "items.hidden_lately"  # what may go off sale: since when, and whether nobody was asked
DAY = 86400.0
MARGIN = 1.1  # a person who allowed 100 has not allowed 200
LEASE = 30.0
REMEDY = (
    "Look into Zoho whether so many items are really inactive or deleted. If so, run `cartbooks catalogue confirm`; "
    "if not, set it right there: until then nothing is hidden."
)


def allowed(connection: Connection, records: Collection[str]) -> bool:
    """Whether a sweep may take these products off sale: with all that went within a day they are few, or a small
    share, or a person said so.
    """
    if _are_few(connection, records):
        return True
    until = float(cursors.get(connection.ledger, connection.name, ALLOWED) or 0)
    return connection.clock() < until and len(records) <= withheld(connection) * MARGIN + FEW


def noted(connection: Connection, records: Collection[str]) -> None:
    """These go off sale: many small sweeps may not do together what one may not. A person's word begins anew."""
    if records:
        now, unasked = connection.clock(), _are_few(connection, records)
        before = {record: [at, few and unasked] for record, (at, few) in _passed(connection).items()}
        went = {**before, **{record: [now, unasked] for record in records}}
        cursors.put(connection.ledger, connection.name, LATELY, json.dumps(went), now)


def stopped(connection: Connection, records: Collection[str]) -> set[str]:
    """Of these, on their way off sale, those that must wait for a person: a callback or a retry comes by no sweep."""
    new = {record for record in records if record not in _passed(connection)}
    if allowed(connection, new):
        noted(connection, new)
        return set()
    withhold(connection, max(withheld(connection), len(new)))
    return new


def _are_few(connection: Connection, records: Collection[str]) -> bool:
    together = len({*records, *_lately(connection)})
    share = connection.largest_hide * _linked(connection)
    return not records or together <= FEW or together * 100 <= share


def _lately(connection: Connection) -> set[str]:
    """What went off sale within a day without a person's word."""
    return {record for record, (_, unasked) in _passed(connection).items() if unasked}


def _passed(connection: Connection) -> dict[str, tuple[float, bool]]:
    """What may go off sale, by a guard or a person's word of the last day: since when, and whether nobody was asked."""
    kept = json.loads(cursors.get(connection.ledger, connection.name, LATELY) or "{}")
    return {record: (at, few) for record, (at, few) in kept.items() if connection.clock() - DAY < at}


def withheld(connection: Connection) -> int:
    """How many products wait for a person's word."""
    return int(cursors.get(connection.ledger, connection.name, WITHHELD) or 0)


def withhold(connection: Connection, hides: int) -> None:
    """Hold them all as one record, and tell a person once."""
    before = work.find(connection.ledger, connection.name, FLOW, RECORD)
    cursors.put(connection.ledger, connection.name, WITHHELD, str(hides), connection.clock())
    end = _outcome(connection)
    if before is not None and (before.state, before.what) == (end.state, end.what):
        return
    _end(connection, end)
    log.error("too many products would be hidden", connection=connection.name, what=end.what)
    if before is None or before.state != "held":
        watch.alert(f"connection {connection.name}: {end.what}. {end.remedy}")


def settled(connection: Connection) -> None:
    """Everything that was to be hidden is on its way: nothing waits for a person, and a word once given is used."""
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    if withheld(connection):
        cursors.put(ledger, name, WITHHELD, "0", now)
    if cursors.get(ledger, name, ALLOWED):
        cursors.put(ledger, name, ALLOWED, "", now)
    row = work.find(ledger, name, FLOW, RECORD)
    if row is not None and row.state == "held":
        _end(connection, _outcome(connection))


def confirm(connection: Connection) -> int:
    """A person allows, for a day, what is withheld; how many products that are. The next sweep hides them."""
    hides = withheld(connection)
    if hides:
        until = connection.clock() + DAY
        cursors.put(connection.ledger, connection.name, ALLOWED, str(until), connection.clock())
    return hides


def apart(recipe: Callable[[Sequence[Hand]], Sequence[End]]) -> Callable[[Sequence[Hand]], Sequence[End]]:
    """The recipe of items without the guard's own record, which is no product."""

    def whole(hands: Sequence[Hand]) -> Sequence[End]:
        rest = [hand for hand in hands if hand.claim.record != RECORD]
        ends = iter(recipe(rest) if rest else ())
        return [again(hand) if hand.claim.record == RECORD else next(ends) for hand in hands]

    return whole


def again(hand: Hand) -> Outcome:
    """The record itself, when somebody retries it: only a sweep or a person's word can end it."""
    return _outcome(hand.connection)


def _outcome(connection: Connection) -> Outcome:
    hides, linked = withheld(connection), _linked(connection)
    if not hides:
        return Outcome("done", "unchanged")
    share = round(100 * hides / linked) if linked else 100
    what = f"{hides:,} of {linked:,} products ({share} %) would become invisible"
    what += f", after {went:,} within a day" if (went := len(_lately(connection))) else ""
    return Outcome("held", "held", "mass-hide", what, REMEDY)


def _end(connection: Connection, end: Outcome) -> None:
    """Write the record's end down; where a worker has it at this moment, `again` says the same."""
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    work.note(ledger, name, FLOW, [RECORD], now)
    row = work.find(ledger, name, FLOW, RECORD)
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
    history.append(ledger, name, FLOW, RECORD, now, end.outcome, detail)


def _linked(connection: Connection) -> int:
    return links.count(connection.ledger, connection.name, "product")
