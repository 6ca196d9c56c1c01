"""Refunds of a BigCommerce store, of all its orders: a list for comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.bigcommerce.client import BigCommerce, is_missing, pages_v3
from connectors.bigcommerce.moments import iso
from connectors.errors import Rejected


def list_refunds(
    store: BigCommerce, since: datetime, *, purpose: str = "reconcile"
) -> Iterator[dict[str, Any]]:
    """Every refund made since then, of whatever order; the list proves by its count that it is whole."""
    path, asked = "/v3/orders/payment_actions/refunds", {"created:min": iso(since)}
    try:
        yield from pages_v3(store, path, asked, purpose=purpose)
    except Rejected as error:
        if not is_missing(error):  # a store without any answers 404 below one order; be it so here, too
            raise
