"""Sends nudges from the web process without ever holding an answer up: the row is enough when Redis is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from kombu.exceptions import OperationalError
from redis import RedisError

log = logging.getLogger(__name__)


def careful(
    publish: Callable[[str, int], None], *, quiet: float = 5.0, clock: Callable[[], float] = time.monotonic
) -> Callable[[str, int], None]:
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
