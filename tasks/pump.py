"""Hands out what is due, about once a second in every worker, so that no lost message is lost work."""

from __future__ import annotations

import logging
import threading
import time

from kombu.exceptions import OperationalError
from redis import RedisError

from ledger import work
from ledger.store import LedgerBusy
from tasks.flows import FLOWS, Flow
from tasks.services import Services

log = logging.getLogger(__name__)
ROUND = 200


def pump(services: Services, now: float, renudge_after: float = 10.0) -> int:
    """Nudge workers for every row that is due and was not nudged just now; how many nudges.

    Flow by flow, orders first: ten thousand items that wait keep no order's nudge back.
    """
    return sum(_handed_out(services, flow, now, renudge_after) for flow in FLOWS.values())


def _handed_out(services: Services, flow: Flow, now: float, renudge_after: float) -> int:
    """None while enough nudges of this flow lie about: each is worth one batch, whichever is most urgent then."""
    if services.backlog(flow.name) > ROUND:
        return 0
    due = work.due(services.ledger, now, ROUND, renudge_after=renudge_after, flow=flow.name)
    waiting: dict[str, list[int]] = {}
    for work_id, _, connection in due:
        waiting.setdefault(connection, []).append(work_id)
    nudges = [
        work_id for ids in waiting.values() for work_id in ids[:: flow.batch]
    ]  # a batch is of one connection
    for work_id in nudges:
        services.publish(flow.task, work_id)
    return len(nudges)


def start_pump(services: Services, interval: float = 1.0) -> threading.Event:
    """Pump in a thread of its own until the returned event is set."""
    stop = threading.Event()
    thread = threading.Thread(target=_rounds, args=(services, interval, stop), name="pump", daemon=True)
    thread.start()
    return stop


def _rounds(services: Services, interval: float, stop: threading.Event) -> None:
    while not stop.wait(interval):
        one_round(services, time.time())


def one_round(services: Services, now: float) -> None:
    """Pump, unless the ledger is busy or Redis is away: the next round is near."""
    try:
        pump(services, now)
    except (LedgerBusy, OperationalError, RedisError, OSError) as error:
        log.warning("the pump skipped a round: %s", type(error).__name__)
