"""Remembers that a store's plan has no price lists, so that it is asked about once a day and not at every turn."""

from __future__ import annotations

from typing import Any

from connectors.bigcommerce import price_lists
from connectors.errors import NotOffered
from ledger import cursors
from tasks.services import Connection
from tasks.store_facts import place

NAME = "price_lists"
DAY = 86400.0


def is_open(connection: Connection) -> bool:
    """Whether the store has price lists, as far as we know; where it had none a day ago it is asked again."""
    told = said(connection)
    if told.get("offered", True):
        return True
    if connection.clock() - float(told["at"]) < DAY:
        return False
    try:
        lists(connection)
    except NotOffered:
        close(connection)
        return False
    return True


def lists(connection: Connection) -> list[dict[str, Any]]:
    """Every price list of the store; a plan that has them again is remembered, too. Raises NotOffered."""
    rows = price_lists.price_lists(connection.store)
    if not said(connection).get("offered", True):
        _learn(connection, offered=True)
    return rows


def close(connection: Connection) -> None:
    """The store has just said that its plan does not include them."""
    _learn(connection, offered=False)


def said(connection: Connection) -> dict[str, Any]:
    """What the store told of it, `offered` and when (`at`, epoch seconds); empty where it never refused."""
    return dict(cursors.learned(connection.ledger, place(connection)).get(NAME) or {})


def _learn(connection: Connection, *, offered: bool) -> None:
    cursors.learn(connection.ledger, place(connection), NAME, {"offered": offered, "at": connection.clock()})
