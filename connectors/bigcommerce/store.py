"""The store itself: what it is like, and what time it has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.bigcommerce.client import BigCommerce


def store_information(store: BigCommerce, *, purpose: str = "check") -> dict[str, Any]:
    """Among others: currency, decimal_places, timezone{name}, is_price_entered_with_tax, plan_name."""
    return dict(store.call("GET", "/v2/store", purpose=purpose))


def store_time(store: BigCommerce, *, purpose: str = "check") -> datetime:
    """The store's clock, to tell whether ours is right."""
    answer = store.call("GET", "/v2/time", purpose=purpose)
    return datetime.fromtimestamp(int(answer["time"]), UTC)
