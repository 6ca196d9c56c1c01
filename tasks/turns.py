"""One worker at a time at something that lasts: a turn that is kept while the work goes on and given back after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ledger import cursors
from tasks.fates import Later
from tasks.services import Connection

LEASE = 120.0  # seconds without a sign of life after which another may begin; longer than any one call lasts

Keep = Callable[[], None]


@contextmanager
def alone(connection: Connection, what: str, *, soon: float = 2.0) -> Iterator[Keep]:
    """Hold the turn for `what` of this connection; call what is yielded before each long step.

    Raises Later when somebody else is at it, and when the turn was lost because it was not kept in time.
    """
    name, ledger = f"{connection.name}.{what}", connection.ledger
    taken = connection.clock()
    again = Later(taken + soon, f"another worker is at {what}")
    if not cursors.take_slot(ledger, name, taken, LEASE):
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
