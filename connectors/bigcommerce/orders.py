"""Orders of a BigCommerce store: one with all its parts, those changed since, and our mark on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.bigcommerce.client import LIMIT, BigCommerce, is_missing, page_v2, pages_v2, pages_v3
from connectors.bigcommerce.moments import SECOND, iso, told
from connectors.errors import Rejected, Temporary

_Row = Mapping[str, Any]
REFUNDED = ("4", "14")  # status ids


def read_bundle(store: BigCommerce, order_id: str | int, *, purpose: str = "read") -> dict[str, Any] | None:
    """The order and its parts exactly as BigCommerce answers, or None when it is gone (404).

    Keys: order, products, coupons, shipping_addresses, taxes, transactions, refunds, fees. Parts that the
    order itself says are empty are not asked for, nor refunds where nothing hints at one; at least four calls.
    """
    path = f"/v2/orders/{order_id}"
    order = get_order(store, order_id, include="fees", purpose=purpose)
    if order is None:
        return None
    v3 = f"/v3/orders/{order_id}"
    products = list(pages_v2(store, f"{path}/products", purpose=purpose))
    coupons = _part(store, f"{path}/coupons", _has(order, "coupon_discount"), purpose)
    addresses = _part(store, f"{path}/shipping_addresses", _has(order, "shipping_address_count"), purpose)
    taxes = list(pages_v2(store, f"{path}/taxes", {"details": "true"}, purpose=purpose))
    transactions = _v3_part(store, f"{v3}/transactions", purpose)
    refunded = _is_refunded(order, products, transactions)
    return {
        "order": order,
        "products": products,
        "coupons": coupons,
        "shipping_addresses": addresses,
        "taxes": taxes,
        "transactions": transactions,
        "refunds": _v3_part(store, f"{v3}/payment_actions/refunds", purpose) if refunded else [],
        "fees": _fees(store, path, order, purpose),
    }


def get_order(
    store: BigCommerce, order_id: str | int, *, include: str = "", purpose: str = "read"
) -> dict[str, Any] | None:
    """The order alone, archived ones too; None where the store has none of this id."""
    params = {"include": include} if include else {}
    try:
        answer = store.call("GET", f"/v2/orders/{order_id}", params=params, purpose=purpose)
    except Rejected as error:
        if is_missing(error):
            return None
        raise
    if answer is None:
        return None
    if not isinstance(answer, dict):
        raise Temporary(f"BigCommerce's answer to order {order_id} is no order")
    return answer


def list_modified(
    store: BigCommerce,
    since: datetime,
    until: datetime | None = None,
    *,
    params: Mapping[str, Any] | None = None,
    limit: int = LIMIT,
    purpose: str = "sweep",
) -> Iterator[dict[str, Any]]:
    """List rows of the orders changed since then, oldest change first; one that changes meanwhile comes
    again.

    Pages are not numbered: rows leave their place while we read, and what moved up over a page's edge would
    be missed. The list is opened again at the last change seen (less a second, because whether bounds are
    included is not documented), and only a short page is its end. More orders than a page holds within one
    second are walked by id.
    """
    seen: set[tuple[Any, Any]] = set()
    floor, included = since.astimezone(UTC).replace(microsecond=0), False
    fixed = {"limit": limit, **(params or {}), **({"max_date_modified": iso(until)} if until else {})}
    while True:
        asked = {**fixed, "sort": "date_modified:asc", "min_date_modified": iso(floor)}
        rows = page_v2(store, "/v2/orders", asked, purpose=purpose)
        yield from _unseen(rows, seen)
        if len(rows) < limit:
            return
        first, last = _span(rows)
        if last - SECOND > floor:
            floor = last - SECOND
            continue
        # A page full of one or two seconds: sorting by time does not lead on, ids within these seconds do.
        yield from _unseen(_crowd(store, floor, last, fixed, purpose), seen)
        included = included or first == floor
        floor = last + SECOND if included and last == floor else last


def modified(row: Mapping[str, Any]) -> datetime:
    """When the order last changed."""
    return told(row, "date_modified")


def set_external_id(
    store: BigCommerce, order_id: str | int, value: str, *, purpose: str = "mark"
) -> dict[str, Any]:
    """Write our mark; sending it again changes nothing, so an unheard answer may simply be sent again."""
    body = {"external_order_id": value}
    return dict(store.call("PUT", f"/v2/orders/{order_id}", body=body, purpose=purpose) or {})


def list_metafields(
    store: BigCommerce, order_id: str | int, namespace: str, *, purpose: str = "read"
) -> list[dict[str, Any]]:
    path = f"/v3/orders/{order_id}/metafields"
    rows = pages_v3(store, path, {"namespace": namespace}, purpose=purpose)
    return [row for row in rows if row.get("namespace") == namespace]


def put_metafield(
    store: BigCommerce, order_id: str | int, namespace: str, key: str, value: str, *, purpose: str = "mark"
) -> dict[str, Any]:
    """The metafield has this value afterwards, whether it was there or not."""
    path = f"/v3/orders/{order_id}/metafields"
    there = next((row for row in list_metafields(store, order_id, namespace) if row.get("key") == key), None)
    if there is not None and there.get("value") == value:
        return there
    if there is not None:
        answer = store.call("PUT", f"{path}/{there['id']}", body={"value": value}, purpose=purpose)
    else:
        body = {"namespace": namespace, "key": key, "value": value, "permission_set": "app_only"}
        answer = store.call("POST", path, body=body, purpose=purpose)
    return dict(answer["data"])


def _span(rows: Sequence[Mapping[str, Any]]) -> tuple[datetime, datetime]:
    """First and last change of a page; raises Temporary when it is not in order, for then it proves
    nothing.
    """
    moments = [modified(row) for row in rows]
    if moments != sorted(moments):
        raise Temporary("BigCommerce's list of orders is not sorted by its changes")
    return moments[0], moments[-1]


def _crowd(
    store: BigCommerce, first: datetime, last: datetime, fixed: Mapping[str, Any], purpose: str
) -> Iterator[dict[str, Any]]:
    """Every order last changed within these seconds, by id: ids stay while everything else may move."""
    bounds = {"min_date_modified": iso(first - SECOND), "max_date_modified": iso(last + SECOND)}
    lowest, full = 0, True
    while full:
        asked = {**fixed, **bounds, "sort": "id:asc", "min_id": lowest}
        rows = page_v2(store, "/v2/orders", asked, purpose=purpose)
        full = len(rows) >= fixed["limit"]
        highest = max((int(row["id"]) for row in rows), default=lowest)
        if full and highest <= lowest:
            raise Temporary("BigCommerce's list of orders stands still")
        lowest = highest
        yield from (row for row in rows if first <= modified(row) <= last)


def _unseen(rows: Any, seen: set[tuple[Any, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        version = (row["id"], row["date_modified"])
        if version not in seen:
            seen.add(version)
            yield row


def _part(store: BigCommerce, path: str, wanted: bool, purpose: str) -> list[dict[str, Any]]:
    return list(pages_v2(store, path, purpose=purpose)) if wanted else []


def _v3_part(store: BigCommerce, path: str, purpose: str) -> list[dict[str, Any]]:
    try:
        return list(pages_v3(store, path, purpose=purpose))
    except Rejected as error:
        if is_missing(error):  # an order without any is answered with 404 by some stores
            return []
        raise


def _fees(store: BigCommerce, path: str, order: Mapping[str, Any], purpose: str) -> list[dict[str, Any]]:
    told = order.get("fees")
    if isinstance(told, list):
        return told
    return list(pages_v2(store, f"{path}/fees", purpose=purpose)) if isinstance(told, Mapping) else []


def _is_refunded(order: _Row, products: Sequence[_Row], transactions: Sequence[_Row]) -> bool:
    """Whether anything hints at a refund: the order's own words come late, or in the status of something else."""
    return (
        str(order.get("status_id")) in REFUNDED
        or "refunded" in str(order.get("payment_status") or "").lower()
        or _has(order, "refunded_amount")
        or any(_has(row, "quantity_refunded") or row.get("is_refunded") is True for row in products)
        or any(str(row.get("event")).lower() == "refund" for row in transactions)
    )


def _has(order: _Row, name: str) -> bool:
    """Whether it tells more than nothing of it; what cannot be read is asked for."""
    try:
        return Decimal(str(order.get(name) or 0)) > 0
    except InvalidOperation:
        return True
