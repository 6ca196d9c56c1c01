"""Products and variants of a store, as far as an item is made from them."""

from __future__ import annotations

from typing import Any

from connectors.bigcommerce.client import BigCommerce, is_missing
from connectors.errors import Rejected


def get_product(store: BigCommerce, product_id: int | str, *, purpose: str = "read") -> dict[str, Any] | None:
    """The product, or None when it was deleted."""
    return _data_or_none(store, f"/v3/catalog/products/{product_id}", purpose)


def get_variant(
    store: BigCommerce, product_id: int | str, variant_id: int | str, *, purpose: str = "read"
) -> dict[str, Any] | None:
    """The variant, or None when it was deleted."""
    return _data_or_none(store, f"/v3/catalog/products/{product_id}/variants/{variant_id}", purpose)


def _data_or_none(store: BigCommerce, path: str, purpose: str) -> dict[str, Any] | None:
    try:
        return dict(store.call("GET", path, purpose=purpose)["data"])
    except Rejected as error:
        if is_missing(error):
            return None
        raise
