"""Variants of a store's products, and the options that tell them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.bigcommerce.catalog import PATH
from connectors.bigcommerce.client import BigCommerce, pages_v3

VARIANTS = "/v3/catalog/variants"
BATCH = 50  # variants that one call changes


def find_by_sku(store: BigCommerce, sku: str) -> list[dict[str, Any]]:
    """Variant rows (id, product_id, sku, …) with this SKU, letter case aside: a simple product has one
    variant, which bears the product's own SKU.
    """
    wanted = sku.strip()
    if not wanted:
        return []
    rows = pages_v3(store, VARIANTS, {"sku": wanted}, purpose="find")
    return [row for row in rows if str(row.get("sku") or "").strip().casefold() == wanted.casefold()]


def update_variants(store: BigCommerce, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Writes the given keys of up to fifty variants, each named by its `id`; a refusal (422) tells of some in
    `batch_errors`.
    """
    if len(rows) > BATCH:
        raise ValueError(f"one call changes {BATCH} variants at most, not {len(rows)}")
    return list(store.call("PUT", VARIANTS, body=[dict(row) for row in rows], purpose="update")["data"])


def create_variant(store: BigCommerce, product_id: int | str, body: Mapping[str, Any]) -> dict[str, Any]:
    path = f"{PATH}/{product_id}/variants"
    return dict(store.call("POST", path, body=dict(body), purpose="create")["data"])


def options(store: BigCommerce, product_id: int | str) -> list[dict[str, Any]]:
    """The options of a product (Colour, Size), each with its `option_values`."""
    return list(pages_v3(store, f"{PATH}/{product_id}/options", purpose="read"))


def create_option(store: BigCommerce, product_id: int | str, body: Mapping[str, Any]) -> dict[str, Any]:
    path = f"{PATH}/{product_id}/options"
    return dict(store.call("POST", path, body=dict(body), purpose="create")["data"])


def create_option_value(
    store: BigCommerce, product_id: int | str, option_id: int | str, body: Mapping[str, Any]
) -> dict[str, Any]:
    path = f"{PATH}/{product_id}/options/{option_id}/values"
    return dict(store.call("POST", path, body=dict(body), purpose="create")["data"])
