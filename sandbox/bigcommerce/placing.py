"""Orders come into the store as bundles: placed, or loaded from recordings whose numbers stay the same."""

from copy import deepcopy
from typing import Any

from sandbox.bigcommerce import adopting, events, order_stock
from sandbox.bigcommerce.shapes import iso, rfc2822
from sandbox.bigcommerce.store import PARTS, Bundle, Json, Store
from sandbox.shop.paper import STATUSES
from sandbox.world import World


class Refused(ValueError):
    """An order that cannot come into the store, with the reason."""


def place(world: World, bundle: Any, *, keep_dates: bool = False) -> int:
    """Put a bundle into the store, tell the hooks, give its order id.

    Missing ids, links and dates are filled, amounts are never touched. `date_modified` becomes now, because
    the order appears now, unless keep_dates. Raises Refused when the id is taken or the bundle is no bundle.
    """
    with world.lock:
        whole = _checked(bundle)
        order_id = _fill(world, whole, keep_dates=keep_dates)
        world.bigcommerce.orders[order_id] = whole
        adopting.adopt(world, whole)
        order_stock.moved(world, order_id)
        _announce(world, order_id, whole)
        return order_id


def amend(world: World, order_id: int, told: Json) -> None:
    """Change an order as a person or a shopper would: keys of the order, whole parts; the hooks are told."""
    with world.lock:
        bundle = world.bigcommerce.orders[order_id]
        before = int(bundle["order"]["status_id"])
        for part, value in told.items():
            if part == "order":
                bundle["order"].update(value)
            else:
                bundle[part] = deepcopy(value)
        order = bundle["order"]
        order["date_modified"] = rfc2822(world.clock.now())
        after = int(order["status_id"])
        if after != before:
            order["status"] = order["custom_status"] = STATUSES.get(after, "")
            events.status_event(world, order_id, before, after)
        fill_parts(world.bigcommerce, bundle, order_id, iso(world.clock.now()))
        order_stock.moved(world, order_id)
        events.order_event(world, "updated", order_id)


def _checked(bundle: Any) -> Bundle:
    if not isinstance(bundle, dict) or not isinstance(bundle.get("order"), dict):
        raise Refused("a recorded order is {'order': {...}, 'products': [...], ...}")
    whole: Bundle = deepcopy(bundle)
    if not whole.get("fees") and isinstance(whole["order"].get("fees"), list):
        whole["fees"] = whole["order"]["fees"]  # recorded with include=fees
    for part in (*PARTS, "shipments", "messages"):
        if whole.get(part) is None:  # absent, or recorded as null where the store answered nothing
            whole[part] = []
        rows = whole[part]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Refused(f"{part!r} must be a list of objects")
    return whole


def _fill(world: World, bundle: Bundle, *, keep_dates: bool) -> int:
    store, order = world.bigcommerce, bundle["order"]
    order_id = order.get("id") or store.new_id("order", store.orders)
    if isinstance(order_id, str) and order_id.isdigit():
        order_id = int(order_id)
    if not isinstance(order_id, int):
        raise Refused(f"the order id must be a number, not {order_id!r}")
    if order_id in store.orders:
        raise Refused(f"order {order_id} is in the store already")
    order["id"] = order_id
    now = world.clock.now()
    order.setdefault("date_created", rfc2822(now))
    if not keep_dates or "date_modified" not in order:
        order["date_modified"] = rfc2822(now)
    for key, value in _missing(store, bundle).items():
        order.setdefault(key, value)
    fill_parts(store, bundle, order_id, iso(now))
    return order_id


def _missing(store: Store, bundle: Bundle) -> Json:
    """What a recording may have lost and every real order has; no amounts."""
    status_id = int(bundle["order"].setdefault("status_id", 11))
    return {
        "customer_id": 0,
        "date_shipped": "",
        "status": STATUSES.get(status_id, ""),
        "custom_status": STATUSES.get(status_id, ""),
        "payment_method": "",
        "payment_provider_id": None,
        "payment_status": "",
        "currency_code": store.currency,
        "default_currency_code": store.currency,
        "staff_notes": "",
        "customer_message": "",
        "shipping_address_count": len(bundle["shipping_addresses"]),
        "items_total": sum(int(float(line.get("quantity", 0))) for line in bundle["products"]),
        "items_shipped": 0,
        "is_deleted": False,
        "cart_id": None,
        "billing_address": {},
        "channel_id": 1,
        "order_source": "www",
        "external_source": None,
        "external_id": None,
        "external_merchant_id": None,
        "external_order_id": "",
    }


IDS = {
    "products": "order_product",
    "shipping_addresses": "order_address",
    "taxes": "tax",
    "coupons": "coupon",
}


def fill_parts(store: Store, bundle: Bundle, order_id: int, now: str) -> None:
    """Ids and the order's id for rows that came without; new goods go to the first address."""
    for part in ("products", "coupons", "shipping_addresses", "taxes", "fees"):
        for row in bundle[part]:
            _own(store, row, IDS.get(part, "fee"), order_id)
    for line in bundle["products"]:
        for option in line.get("product_options") or []:
            option["order_product_id"] = option.get("order_product_id") or line["id"]
    addresses = bundle["shipping_addresses"]
    address_id = addresses[0]["id"] if addresses else 0
    for row in (*bundle["products"], *bundle["taxes"]):
        row.setdefault("order_address_id", address_id)
    for row in bundle["transactions"]:
        _own(store, row, "transaction", str(order_id))
        row.setdefault("date_created", now)
    for row in bundle["refunds"]:
        _own(store, row, "refund", order_id)
        row.setdefault("created", now)


def _own(store: Store, row: Json, kind: str, order_id: int | str) -> None:
    if not row.get("id"):
        row["id"] = store.new_id(kind)
    row["order_id"] = order_id


def _announce(world: World, order_id: int, bundle: Bundle) -> None:
    """An order is created incomplete and moves on at once: shops send several callbacks for one order."""
    status_id = int(bundle["order"]["status_id"])
    events.order_event(world, "created", order_id)
    for row in bundle["transactions"]:
        events.transaction_event(world, order_id, row)
    if status_id:
        events.status_event(world, order_id, 0, status_id)
        events.order_event(world, "updated", order_id)
