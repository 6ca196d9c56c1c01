"""What a token has no right to is told of once a day; the login lives, and no order waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from connectors.errors import Unauthorized
from ledger import cursors
from tasks import watch
from tasks.services import Connection

log = structlog.get_logger(__name__)
FORBIDDEN, DAY = 403, 86400.0


@contextmanager
def missed(connection: Connection, what: str, slot: str) -> Iterator[None]:
    """A look at `what` of a connection ends where there is no right to it; a dead login goes on its way."""
    try:
        yield
    except Unauthorized as error:
        if error.status != FORBIDDEN:
            raise
        if cursors.take_slot(connection.ledger, f"{connection.name}.{slot}", connection.clock(), DAY):
            watch.alert(f"connection {connection.name} cannot look at its {what}: {error}")
        log.warning("no right to look", to=what, connection=connection.name, why=str(error))
