"""Works what is due of one flow here and now, for a person who waits; running workers take their share of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from ledger import work
from ledger.store import Ledger
from tasks.recipe import answer_nudge
from tasks.services import Services

LOOK_EVERY = 0.2  # seconds


def work_off(
    services: Services, connection: str, flow: str, *, wait: float, on_look: Callable[[int], None]
) -> int:
    """Until nothing of the flow waits, or nothing has moved for `wait` seconds; how many records are still put off.

    `on_look` is told how many are left before each batch; what it raises ends the work between two batches.
    """
    before, give_up = -1, 0.0
    while True:
        left = waiting(services.ledger, connection, flow)
        on_look(left)
        if left != before:
            before, give_up = left, time.monotonic() + wait
        rests = connection in work.paused(services.ledger, services.clock())
        if not left or rests or time.monotonic() >= give_up:
            return left
        due = work.due(services.ledger, services.clock(), 1, renudge_after=0.0, flow=flow)
        if due:
            answer_nudge(services, due[0][0])
        else:
            time.sleep(LOOK_EVERY)


def waiting(ledger: Ledger, connection: str, flow: str) -> int:
    """Records that wait or are being worked."""
    open_still = {"waiting", "working"}
    return sum(
        row.number
        for row in work.counts(ledger)
        if (row.connection, row.flow) == (connection, flow) and row.state in open_still
    )
