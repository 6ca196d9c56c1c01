"""How a shipment is made in the store, and found again when its answer was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.bigcommerce import shipments
from mappings.bigcommerce.shipments import is_ours
from mappings.plans import Step
from tasks.services import Connection

Answer = Mapping[str, Any]


def create(connection: Connection, step: Step) -> Answer:
    return _answer(shipments.create_shipment(connection.store, str(step.target), step.body))


def find(connection: Connection, step: Step) -> Answer | None:
    """By our word on it, to the same address."""
    address = str(step.body["order_address_id"])
    for row in shipments.list_shipments(connection.store, str(step.target), purpose="find"):
        if is_ours(row, step.expect["shipment"]) and str(row.get("order_address_id")) == address:
            return _answer(row)
    return None


def track(connection: Connection, step: Step) -> Answer:
    shipment = str(step.expect["shipment_id"])
    return _answer(shipments.update_shipment(connection.store, str(step.target), shipment, step.body))


def _answer(row: Mapping[str, Any]) -> Answer:
    return {**row, "id": str(row["id"])}
