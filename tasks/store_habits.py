"""When the store moves stock by itself: asked once an hour for all processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from connectors.bigcommerce import inventory
from connectors.errors import TROUBLE, NotOffered
from ledger import cursors
from mappings.bigcommerce.stock import StockHabits
from mappings.bigcommerce.stock import habits as habits_of
from tasks.services import Connection
from tasks.store_facts import FRESH, place

log = structlog.get_logger(__name__)
NAME = "stock_habits"
WORDS = ("update_stock_behavior", "edit_order_stock_adjustment", "refund_order_stock_adjustment")


def habits(connection: Connection, channel: str = "") -> StockHabits:
    """As the store told them within the hour, for orders of a channel where that has its own; where it does not
    answer, as it last told, else as stores are set at first. An order is as good with either.
    """
    known = cursors.learned(connection.ledger, place(connection))
    told = {**_within_the_hour(connection, known, "")}
    if channel:
        own = _within_the_hour(connection, known, channel)
        told |= {name: word for name, word in own.items() if word is not None}
    return habits_of(told)


def _within_the_hour(connection: Connection, known: Mapping[str, Any], channel: str) -> Mapping[str, Any]:
    name = f"{NAME}:{channel}" if channel else NAME
    before = known.get(name) or {"told": {}, "looked_at": 0.0}
    if connection.clock() - float(before["looked_at"]) < FRESH:
        return dict(before["told"])
    told = _asked(connection, channel, before["told"])
    cursors.learn(connection.ledger, place(connection), name, {"told": told, "looked_at": connection.clock()})
    return told


def _asked(connection: Connection, channel: str, before: Mapping[str, Any]) -> dict[str, Any]:
    try:
        told = inventory.settings(connection.store, channel_id=int(channel) if channel else None)
    except (*TROUBLE, NotOffered) as error:
        name = connection.name
        log.warning("the store does not say when it moves stock", connection=name, why=type(error).__name__)
        return dict(before)
    return {word: told.get(word) for word in WORDS}
