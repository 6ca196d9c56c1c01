"""Channels of a store: storefronts, marketplaces, points of sale."""

from __future__ import annotations

from typing import Any

from connectors.bigcommerce.client import BigCommerce, pages_v3


def channels(store: BigCommerce) -> list[dict[str, Any]]:
    """Every channel: id, name, type, status; 1 is the default storefront."""
    return list(pages_v3(store, "/v3/channels", purpose="list"))
