"""Lets a connection rest whose login is dead: nothing of it is lost, and one person is told once."""

from __future__ import annotations

import structlog

from ledger import work
from tasks import watch
from tasks.services import Connection

log = structlog.get_logger(__name__)
REST = 300.0  # seconds until a dead login is tried again by itself
AWAKE = 900.0  # seconds without a rest that make the next one news; tokens may be refused for 600 of them


def rest(connection: Connection, what: str, now: float) -> None:
    """Of all workers and sweeps that meet the same dead login, the first one alerts."""
    seconds = REST / connection.pace
    awake_since = now - AWAKE / connection.pace
    if work.pause(connection.ledger, connection.name, now + seconds, what, awake_since=awake_since):
        log.error("connection paused", connection=connection.name, what=what)
        watch.alert(f"connection {connection.name} is paused: {what}")
