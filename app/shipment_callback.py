"""Zoho tells that goods have left: the shipment is noted where its sales order is one of ours."""

from __future__ import annotations

from app.stock_callback import Moved
from ledger import links
from ledger.store import Ledger
from tasks.memory import DOCUMENT


def shipped(ledger: Ledger, connection: str, moved: Moved) -> list[str]:
    """The work records that the callback concerns; where it names no sales order, reading the shipment tells."""
    if moved.module != "shipmentorders":
        return []
    ours = not moved.order or links.by_id(ledger, connection, DOCUMENT, moved.order)
    return [moved.id] if ours else []
