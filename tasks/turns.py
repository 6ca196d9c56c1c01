"""One worker at a time at something that lasts: a turn that is kept while the work goes on and given back after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from connectors.http import Session
from ledger import cursors
from tasks.fates import Later
from tasks.hand import Hand
from tasks.services import Connection

LEASE = 120.0  # seconds without a sign of life after which another may begin; longer than any one call lasts
LEAST = 5.0  # the same where a pretended day goes by in minutes
SOON = 2.0  # seconds after which whoever has to wait looks again

LOOK_EVERY = 0.02

Keep = Callable[[], None]


def lease(connection: Connection) -> float:
    """Seconds after which a turn that nobody keeps is free again."""
    return max(LEAST, LEASE / connection.pace)


def wait_for(connection: Connection, what: str) -> None:
    """Raises Later while another worker is at it: better before the first call than in the middle."""
    name, now = f"{connection.name}.{what}", connection.clock()
    if cursors.slot_taken(connection.ledger, name, now, lease(connection)):
        raise Later(now + SOON, f"another worker is at {what}")


def patiently(connection: Connection, what: str, seconds: float) -> None:
    """Wait so long for whoever is at it: a turn that is short is not worth coming back for."""
    name, end = f"{connection.name}.{what}", time.monotonic() + seconds
    while time.monotonic() < end and cursors.slot_taken(
        connection.ledger, name, connection.clock(), lease(connection)
    ):
        time.sleep(LOOK_EVERY)


def kept(hand: Hand) -> Hand:
    """The same hand, whose record is held anew now and then while calls go on: some work takes longer than a lease."""
    held_at = hand.now

    def hold() -> None:
        nonlocal held_at
        if hand.now - held_at > hand.lease / 4:
            held_at = hand.now
            hand.hold()

    return replace(hand, connection=told(hand.connection, hold))


def told(connection: Connection, on_call: Callable[[], None]) -> Connection:
    """The same connection that says so after each of its calls."""
    store = replace(connection.store, session=_told(connection.store.session, on_call))
    zoho = replace(connection.zoho, session=_told(connection.zoho.session, on_call))
    return replace(connection, store=store, zoho=zoho)


def _told(session: Session, hold: Callable[[], None]) -> Session:
    def on_call(*call: Any) -> None:
        session.on_call(*call)
        hold()

    return replace(session, on_call=on_call)


@contextmanager
def alone(connection: Connection, what: str, *, soon: float = SOON) -> Iterator[Keep]:
    """Hold the turn for `what` of this connection; call what is yielded before each long step.

    Raises Later when somebody else is at it, and when the turn was lost because it was not kept in time.
    """
    name, ledger = f"{connection.name}.{what}", connection.ledger
    taken = connection.clock()
    again = Later(taken + soon, f"another worker is at {what}")
    if not cursors.take_slot(ledger, name, taken, lease(connection)):
        raise again

    def keep() -> None:
        nonlocal taken
        now = connection.clock()
        if not cursors.keep_slot(ledger, name, taken, now):
            taken = 0.0
            raise again
        taken = now

    try:
        yield keep
    finally:
        if taken and cursors.keep_slot(ledger, name, taken, connection.clock()):
            cursors.give_slot(ledger, name)
