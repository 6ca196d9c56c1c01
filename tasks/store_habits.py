"""When the store moves stock by itself: asked once an hour for all processes, and never in an order's way."""

from __future__ import annotations

from dataclasses import asdict

import structlog

from connectors.bigcommerce import inventory
from connectors.errors import NotOffered, OutOfBudget, Rejected, Temporary, Unauthorized
from ledger import cursors
from mappings.bigcommerce.stock import StockHabits
from mappings.bigcommerce.stock import habits as habits_of
from tasks.services import Connection
from tasks.store_facts import FRESH, place

log = structlog.get_logger(__name__)
NAME = "stock_habits"


def habits(connection: Connection) -> StockHabits:
    """As the store told them within the hour; where it does not answer, as it last told, else as stores are set at
    first. An order is as good with either.
    """
    known = cursors.learned(connection.ledger, place(connection)).get(NAME)
    if known is None or connection.clock() - float(known["looked_at"]) >= FRESH:
        known = {**_told(connection, known), "looked_at": connection.clock()}
        cursors.learn(connection.ledger, place(connection), NAME, known)
    return StockHabits(known["when"], bool(known["edits"]), bool(known["restocks"]))


def _told(connection: Connection, known: dict[str, object] | None) -> dict[str, object]:
    try:
        return asdict(habits_of(inventory.settings(connection.store)))
    except (Rejected, NotOffered, Unauthorized, Temporary, OutOfBudget) as error:
        log.warning(
            "the store does not say when it moves stock", connection=connection.name, why=str(error)[:200]
        )
        return {name: told for name, told in (known or asdict(habits_of({}))).items() if name != "looked_at"}
