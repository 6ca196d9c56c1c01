"""Shipments of a BigCommerce order: those there are, a new one, and what tracks one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.bigcommerce.client import BigCommerce, pages_v2


def list_shipments(store: BigCommerce, order_id: str, *, purpose: str = "read") -> list[dict[str, Any]]:
    return list(pages_v2(store, f"/v2/orders/{order_id}/shipments", purpose=purpose))


def create_shipment(
    store: BigCommerce, order_id: str, body: Mapping[str, Any], *, purpose: str = "create"
) -> dict[str, Any]:
    """Needs `order_address_id` and `items` of order_product_id and quantity. It is no call to be sent twice."""
    return dict(store.call("POST", f"/v2/orders/{order_id}/shipments", body=body, purpose=purpose))


def update_shipment(
    store: BigCommerce, order_id: str, shipment_id: str, body: Mapping[str, Any], *, purpose: str = "update"
) -> dict[str, Any]:
    """What tracks it may change, its goods may not."""
    path = f"/v2/orders/{order_id}/shipments/{shipment_id}"
    return dict(store.call("PUT", path, body=body, purpose=purpose))
