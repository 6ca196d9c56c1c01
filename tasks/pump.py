"""Hands out what is due, about once a second in every worker, so that no lost message is lost work."""

from __future__ import annotations

import logging
import threading
import time

from kombu.exceptions import OperationalError
from redis import RedisError

from ledger import work
from ledger.store import LedgerBusy
from tasks.flows import FLOWS
from tasks.services import Services

log = logging.getLogger(__name__)
ROUND = 200


def pump(services: Services, now: float, renudge_after: float = 10.0) -> int:
    """Nudge a worker for every row that is due and was not nudged just now; how many.

    None while enough nudges lie about already: each is worth one record, whichever is most urgent then.
    """
    if services.backlog() > ROUND:
        return 0
    due = work.due(services.ledger, now, ROUND, renudge_after=renudge_after)
    for work_id, flow, _connection in due:
        services.publish(FLOWS[flow].task, work_id)
    return len(due)


def start_pump(services: Services, interval: float = 1.0) -> threading.Event:
    """Pump in a thread of its own until the returned event is set."""
    stop = threading.Event()
    thread = threading.Thread(target=_rounds, args=(services, interval, stop), name="pump", daemon=True)
    thread.start()
    return stop


def _rounds(services: Services, interval: float, stop: threading.Event) -> None:
    while not stop.wait(interval):
        try:
            pump(services, time.time())
        except (
            LedgerBusy,
            OperationalError,
            RedisError,
            OSError,
        ) as error:  # the ledger is busy or Redis is away: the next round is near
            log.warning("the pump skipped a round: %s", type(error).__name__)
