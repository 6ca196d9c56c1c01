"""Customers of a store, as far as their group decides on prices."""

from __future__ import annotations

from typing import Any

from connectors.bigcommerce.client import BigCommerce, pages_v2, pages_v3


def customer_group_of(store: BigCommerce, customer_id: int | str) -> str | None:
    """The id of the customer's group; None for those without one, and for those who are gone."""
    rows = pages_v3(store, "/v3/customers", {"id:in": customer_id}, purpose="read")
    told = [
        str(row.get("customer_group_id") or "0") for row in rows if str(row.get("id")) == str(customer_id)
    ]
    return next((group for group in told if group != "0"), None)


def customer_groups(store: BigCommerce) -> list[dict[str, Any]]:
    """Every group: id, name, discount_rules; not in every plan."""
    return list(pages_v2(store, "/v2/customer_groups", purpose="list"))
