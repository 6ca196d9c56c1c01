"""Sends nudges from the web process without ever holding an answer up: the row is enough when Redis is away."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

from kombu.exceptions import OperationalError
from redis import RedisError

log = logging.getLogger(__name__)

Nudge = Callable[[str, int], None]
NudgeAt = Callable[[str, str, int, float], None]  # (connection, task, work id, instant)


def careful(publish: Nudge, *, quiet: float = 5.0, clock: Callable[[], float] = time.monotonic) -> Nudge:
    """`publish` behind a breaker: after a failure nothing is tried for `quiet` seconds; the pumps see the row."""
    shut_until = 0.0  # 0: open

    def nudge(task: str, work_id: int) -> None:
        nonlocal shut_until
        if clock() < shut_until:
            return
        if shut_until:
            shut_until = clock() + quiet  # one of us tries, meanwhile the others do not wait
        try:
            publish(task, work_id)
        except (OperationalError, RedisError, OSError) as error:
            shut_until = clock() + quiet
            log.warning("no nudge, Redis is away (%s); the row waits in the ledger", type(error).__name__)
        else:
            shut_until = 0.0

    return nudge


def after(delay: float, nudge: Nudge) -> Nudge:
    """`nudge`, `delay` seconds later and in a thread of its own: the caller goes on at once.

    What is not yet sent when the process ends is lost, and a pump hands its row out.
    """
    put = _sender(nudge)
    return lambda task, work_id: put(time.monotonic() + delay, task, work_id)


def gathered(nudge: Nudge, margin: float = 0.0) -> NudgeAt:
    """`nudge`, `margin` after a given instant, once for all of a connection that are due then: one batch takes them."""
    put = _sender(nudge)
    last: dict[tuple[str, str], float] = {}
    looking = threading.Lock()

    def later(connection: str, task: str, work_id: int, at: float) -> None:
        when = round(at, 2)
        with looking:
            if last.get((connection, task)) == when:
                return
            last[connection, task] = when
        put(time.monotonic() + at + margin - time.time(), task, work_id)

    return later


def _sender(nudge: Nudge) -> Callable[[float, str, int], None]:
    """Sends each at its time, in the order they come in."""
    waiting: SimpleQueue[tuple[float, str, int]] = SimpleQueue()
    starting = threading.Lock()
    thread = threading.Thread()  # begun with the first nudge, so never before a fork

    def send() -> None:
        while True:
            at, task, work_id = waiting.get()
            time.sleep(max(0.0, at - time.monotonic()))
            nudge(task, work_id)

    def put(at: float, task: str, work_id: int) -> None:
        nonlocal thread
        waiting.put((at, task, work_id))
        with starting:
            if not thread.is_alive():
                thread = threading.Thread(target=send, name="nudges", daemon=True)
                thread.start()

    return put
