"""Where the looks at the store's orders have got to, and which of a list we have not worked on yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger import cursors, work
from tasks.services import Connection

FLOW = "orders"
CURSOR = "orders.modified"


def since(connection: Connection) -> datetime:
    """Where the next look begins: the last seen instant less the overlap, or the window at the first look."""
    seen = cursors.get(connection.ledger, connection.name, CURSOR)
    if seen is None:
        return datetime.fromtimestamp(connection.clock(), UTC) - timedelta(days=connection.daily_window_days)
    return datetime.fromisoformat(seen) - timedelta(seconds=connection.overlap)


def changed(connection: Connection, page: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Of a page of orders those whose `date_modified` we have not worked on yet: id to date."""
    stamps = {str(row["id"]): str(row["date_modified"]) for row in page}
    known = work.known_stamps(connection.ledger, connection.name, FLOW, list(stamps))
    return {order: stamp for order, stamp in stamps.items() if known.get(order) != stamp}
