"""What a store says of itself that prices and sizes are read by: asked once an hour for all processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.bigcommerce.store import store_information
from ledger import cursors
from mappings.money import places_of
from mappings.rules import StoreFacts
from tasks.services import Connection

FRESH = 3600.0  # seconds
NAME = "facts"


def facts(connection: Connection) -> StoreFacts:
    """Currency, price basis, decimals and units; one call where nobody has asked within the hour."""
    known = cursors.learned(connection.ledger, place(connection)).get(NAME)
    if known is None or connection.clock() - float(known["looked_at"]) >= FRESH:
        known = _looked(connection)
    return StoreFacts(
        currency=str(known["currency"]),
        prices_with_tax=bool(known["prices_with_tax"]),
        places=int(known["places"]),
        weight_units=str(known["weight_units"]),
        dimension_units=str(known["dimension_units"]),
    )


def place(connection: Connection) -> str:
    """Under which name the ledger keeps what we learned about the store of a connection."""
    return f"{connection.name}:store"


def _looked(connection: Connection) -> Mapping[str, Any]:
    told = store_information(connection.store, purpose="facts")
    seen = {
        "currency": str(told.get("currency") or ""),
        "prices_with_tax": bool(told.get("is_price_entered_with_tax")),
        "places": _places(told),
        "weight_units": str(told.get("weight_units") or ""),
        "dimension_units": str(told.get("dimension_units") or ""),
        "looked_at": connection.clock(),
    }
    cursors.learn(connection.ledger, place(connection), NAME, seen)
    return seen


def _places(told: Mapping[str, Any]) -> int:
    """A store that does not say it has its currency's: without any, each price would become a whole number."""
    said = told.get("decimal_places")
    return places_of(str(told.get("currency") or "")) if said in (None, "") else int(said)
