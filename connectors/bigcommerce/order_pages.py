"""Orders of a BigCommerce store by their numbers: how many there are, from the oldest on, and the latest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.bigcommerce.client import LIMIT, BigCommerce, page_v2
from connectors.bigcommerce.moments import SECOND, iso, told
from connectors.errors import Temporary


def count(
    store: BigCommerce, since: datetime, until: datetime, *, purpose: str = "backfill"
) -> dict[int, int]:
    """How many orders were made in a period, by status id; archived ones are not counted."""
    answer = store.call("GET", "/v2/orders/count", params=_bounds(since, until), purpose=purpose)
    rows = answer.get("statuses") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list):
        raise Temporary("BigCommerce's count of orders could not be read")
    return {int(row["id"]): int(row["count"]) for row in rows if int(row["count"])}


def oldest_first(
    store: BigCommerce,
    since: datetime,
    until: datetime,
    *,
    after: int = 0,
    limit: int = LIMIT,
    purpose: str = "backfill",
) -> Iterator[dict[str, Any]]:
    """List rows of the orders made from `since` up to, but not at, `until`, whose number is greater than `after`.

    Archived ones are not listed. Pages are not numbered: an order that is archived meanwhile would move others over
    a page's edge. Each page begins at the last number seen, and only a short page is the end.
    """
    lowest, full = after, True
    while full:
        asked = {**_bounds(since, until), "limit": limit, "sort": "id:asc", "min_id": lowest}
        rows = page_v2(store, "/v2/orders", asked, purpose=purpose)
        full = len(rows) >= limit
        ids = [int(row["id"]) for row in rows]
        if ids != sorted(ids) or (full and ids[-1] <= lowest):
            raise Temporary("BigCommerce's list of orders is not sorted by id")
        yield from (row for row in rows if int(row["id"]) > lowest and since <= created(row) < until)
        lowest = ids[-1] if ids else lowest


def created(row: Mapping[str, Any]) -> datetime:
    """When the order was made."""
    return told(row, "date_created")


def latest(store: BigCommerce, *, limit: int = 50, purpose: str = "sample") -> Iterator[dict[str, Any]]:
    """List rows from the youngest order back, for as long as somebody asks; no proof that none is missing."""
    highest, full = 0, True
    while full:
        asked = {"limit": limit, "sort": "id:desc", **({"max_id": highest - 1} if highest else {})}
        rows = page_v2(store, "/v2/orders", asked, purpose=purpose)
        full = len(rows) >= limit
        yield from rows
        ids = [int(row["id"]) for row in rows]
        if full and highest and ids[-1] >= highest:
            raise Temporary("BigCommerce's list of orders stands still")
        highest = ids[-1] if ids else highest


def _bounds(since: datetime, until: datetime) -> dict[str, str]:
    """A second wider: whether the bounds are included is not documented."""
    return {"min_date_created": iso(since - SECOND), "max_date_created": iso(until + SECOND)}
