"""Orders of a BigCommerce store by the day they were made, and its refunds: lists for comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from connectors.bigcommerce.client import LIMIT, BigCommerce, is_missing, page_v2, pages_v3
from connectors.errors import Rejected, Temporary

SECOND = timedelta(seconds=1)


def list_created(
    store: BigCommerce,
    since: datetime,
    until: datetime,
    *,
    limit: int = LIMIT,
    purpose: str = "reconcile",
) -> Iterator[dict[str, Any]]:
    """List rows of the orders made from `since` up to, but not at, `until`, by id; archived ones are not listed.

    Pages are not numbered: an order that is archived meanwhile would move others over a page's edge. Each page begins
    at the last id seen, and only a short page is the end. Whether the bounds are included is not documented, so they
    are a second wider and what lies outside is dropped here.
    """
    bounds = {"min_date_created": _iso(since - SECOND), "max_date_created": _iso(until + SECOND)}
    lowest, full, seen = 0, True, set[int]()
    while full:
        asked = {**bounds, "limit": limit, "sort": "id:asc", "min_id": lowest}
        rows = page_v2(store, "/v2/orders", asked, purpose=purpose)
        full = len(rows) >= limit
        ids = [int(row["id"]) for row in rows]
        if ids != sorted(ids) or (full and ids[-1] <= lowest):
            raise Temporary("BigCommerce's list of orders is not sorted by id")
        yield from (row for row in rows if int(row["id"]) not in seen and since <= created(row) < until)
        seen.update(ids)
        lowest = ids[-1] if ids else lowest


def created(row: Mapping[str, Any]) -> datetime:
    """When the order was made (RFC 2822, in some answers ISO 8601)."""
    text = str(row["date_created"])
    moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def get_order(
    store: BigCommerce, order_id: str | int, *, purpose: str = "reconcile"
) -> dict[str, Any] | None:
    """One order as a list would show it, archived ones too; None where the store has none of this id."""
    try:
        answer = store.call("GET", f"/v2/orders/{order_id}", purpose=purpose)
    except Rejected as error:
        if is_missing(error):
            return None
        raise
    return dict(answer) if answer else None


def list_refunds(
    store: BigCommerce, since: datetime, *, purpose: str = "reconcile"
) -> Iterator[dict[str, Any]]:
    """Every refund made since then, of whatever order; the list proves by its count that it is whole."""
    path, asked = "/v3/orders/payment_actions/refunds", {"created:min": _iso(since)}
    try:
        yield from pages_v3(store, path, asked, purpose=purpose)
    except Rejected as error:
        if not is_missing(error):  # a store without any answers 404 below one order; be it so here, too
            raise


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()
