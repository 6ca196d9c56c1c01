"""Items of a Zoho organization: found by SKU, listed, made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.zoho.client import Zoho


def find_items_by_sku(zoho: Zoho, sku: str) -> list[dict[str, Any]]:
    """List rows of the items with exactly this SKU, letter case aside (Zoho keeps SKUs unique without it).

    Only Inventory documents a filter by SKU; Books searches name, description and SKU. Either way it is re-
    checked here.
    """
    wanted = sku.strip()
    if not wanted:
        return []
    params = {"sku": wanted} if zoho.edition == "inventory" else {"search_text": wanted}
    rows = zoho.pages("/items", "items", params, purpose="find")
    return [row for row in rows if str(row.get("sku") or "").strip().casefold() == wanted.casefold()]


def find_items_by_name(zoho: Zoho, name: str) -> list[dict[str, Any]]:
    """List rows of the items with exactly this name and without a SKU; only for asking after a lost write."""
    rows = zoho.pages("/items", "items", {"search_text": name}, purpose="find")
    return [row for row in rows if str(row.get("name") or "") == name and not row.get("sku")]


def list_items(zoho: Zoho, params: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Every item, 200 a call, oldest first so that a new one cannot shift the pages already read."""
    order = {"sort_column": "created_time", "sort_order": "A"}
    return zoho.pages("/items", "items", {**order, **(params or {})}, purpose="list")


def get_item(zoho: Zoho, item_id: str) -> dict[str, Any]:
    return dict(zoho.call("GET", f"/items/{item_id}", purpose="read")["item"])


def create_item(zoho: Zoho, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = zoho.call("POST", "/items", body=body, purpose="create")
    return dict(answer["item"])
