"""Keeps a worker alive when Redis goes away: celery and kombu 5.7.0 exit while a message is unacknowledged.

`Channel.close` wants to put unacknowledged messages back through a transport whose client was already
taken away, and dies of an AttributeError that nobody counts as a lost connection. The messages are only
nudges, the ledger hands their rows out again; so the loss is ignored. Drop this when upstream is mended
(`tests/tasks/test_redis_lost.py` shows whether it is).
"""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

from kombu.transport.redis import QoS

AFFECTED = "5.7.0"
log = logging.getLogger(__name__)


def guard() -> bool:
    """Mend this process's Redis transport; False where the installed version does not need it."""
    if version("kombu") != AFFECTED or getattr(QoS.restore_unacked_once, "guarded", False):
        return False
    original = QoS.restore_unacked_once

    def restore_unacked_once(self: Any, stderr: Any = None) -> None:
        try:
            original(self, stderr)
        except AttributeError:
            if self.channel.connection.client is not None:
                raise
            log.warning(
                "the broker went away with unacknowledged nudges; the ledger will hand them out again"
            )

    restore_unacked_once.guarded = True  # type: ignore[attr-defined]
    QoS.restore_unacked_once = restore_unacked_once  # type: ignore[method-assign]
    return True
