"""Keeps a worker alive when Redis goes away: celery and kombu 5.7.0 exit while messages are unacknowledged.

A channel that is closed wants to put its messages back, and a task that ends later wants to acknowledge its
own, through a transport whose client was already taken away; each dies of an AttributeError that nobody counts
as a lost connection. The messages are only nudges, the ledger hands their rows out again; so the loss is
ignored. Drop this when upstream is mended (`tests/tasks/test_redis_lost.py` shows whether it is).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import Any

from kombu.transport.redis import QoS

AFFECTED = "5.7.0"
TOUCHED = ("restore_unacked_once", "ack", "reject")
log = logging.getLogger(__name__)


def guard() -> bool:
    """Mend this process's Redis transport; False where the installed version does not need it."""
    if version("kombu") != AFFECTED or hasattr(QoS.ack, "__wrapped__"):
        return False
    for name in TOUCHED:
        setattr(QoS, name, _forgiving(getattr(QoS, name)))
    return True


def _forgiving(original: Callable[..., None]) -> Callable[..., None]:
    @wraps(original)
    def touched(self: Any, *args: Any, **named: Any) -> None:
        try:
            original(self, *args, **named)
        except AttributeError:
            if not _gone(self.channel):
                raise
            log.warning(
                "the broker went away with an unacknowledged nudge; the ledger hands its row out again"
            )

    return touched


def _gone(channel: Any) -> bool:
    return channel.connection is None or channel.connection.client is None
