"""Shipments of an order, to be written."""

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from sandbox.bigcommerce import events, order_stock
from sandbox.bigcommerce.answers import as_json, nothing, refuse_v2, v2_body, v2_invalid, v2_not_found
from sandbox.bigcommerce.orders import bundle_of
from sandbox.bigcommerce.shapes import rfc2822
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.shop.paper import STATUSES
from sandbox.world import World

TEXTS = (
    "tracking_number",
    "tracking_carrier",
    "tracking_link",
    "shipping_method",
    "shipping_provider",
    "comments",
)


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    path = "/orders/<int:order_id>/shipments"
    one = f"{path}/<int:number>"
    return [
        ("POST", path, lambda order_id, **_: created(world, order_id)),
        ("PUT", one, lambda order_id, number, **_: changed(world, order_id, number)),
        ("DELETE", one, lambda order_id, number, **_: deleted(world, order_id, number)),
    ]


def created(world: World, order_id: int) -> Response:
    bundle_of(world, order_id)
    return as_json(send(world, order_id, v2_body()), 201)


def send(world: World, order_id: int, body: Json) -> Json:
    """The shipment that the body tells; 400 for what the order does not have to send."""
    bundle = world.bigcommerce.orders[order_id]
    for name in ("order_address_id", "items"):
        if not body.get(name):
            raise refuse_v2(400, f"The required field '{name}' was not supplied.")
    address = next(
        (row for row in bundle["shipping_addresses"] if row["id"] == body["order_address_id"]), None
    )
    if address is None:
        raise v2_invalid("order_address_id")
    shipped = [_take(bundle, item) for item in body["items"]]
    for line, quantity in shipped:
        line["quantity_shipped"] = line.get("quantity_shipped", 0) + quantity
    row = _row(world, order_id, bundle, body, address)
    bundle["shipments"].append(row)
    _after(world, order_id, bundle)
    _told(world, order_id, row, "created")
    return row


def changed(world: World, order_id: int, number: int) -> Response:
    row, body = _found(world, order_id, number), v2_body()
    row.update({name: str(body[name]) for name in TEXTS if name in body})
    _told(world, order_id, row, "updated")
    return as_json(row)


def deleted(world: World, order_id: int, number: int) -> Response:
    row = _found(world, order_id, number)
    bundle_of(world, order_id)["shipments"].remove(row)
    _told(world, order_id, row, "deleted")
    return nothing()


def _found(world: World, order_id: int, number: int) -> Json:
    rows = bundle_of(world, order_id)["shipments"]
    row: Json | None = next((row for row in rows if row["id"] == number), None)
    if row is None:
        raise v2_not_found()
    return row


def _take(bundle: Bundle, item: Any) -> tuple[Json, int]:
    """The line and how many of it are sent; 400 for what the order does not have any more."""
    told = item if isinstance(item, dict) else {}
    line = next((row for row in bundle["products"] if row["id"] == told.get("order_product_id")), None)
    quantity = told.get("quantity")
    if line is None or not isinstance(quantity, int) or quantity < 1:
        raise v2_invalid("items")
    if line.get("quantity_shipped", 0) + quantity > int(line["quantity"]):
        raise refuse_v2(400, "The quantity is larger than what is left to ship.")
    return line, quantity


def _row(world: World, order_id: int, bundle: Bundle, body: Json, address: Json) -> Json:
    order = bundle["order"]
    names = ("first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip", "country")
    return {
        "id": world.bigcommerce.new_id("shipment"),
        "order_id": order_id,
        "customer_id": order.get("customer_id", 0),
        "order_address_id": address["id"],
        "date_created": rfc2822(world.clock.now()),
        "merchant_shipping_cost": "0.0000",
        **{name: str(body.get(name, "")) for name in TEXTS},
        "billing_address": order.get("billing_address"),
        "shipping_address": {name: address.get(name, "") for name in names},
        "items": [{**item, "product_id": _product_id(bundle, item)} for item in body["items"]],
    }


def _product_id(bundle: Bundle, item: Json) -> int:
    line = next(row for row in bundle["products"] if row["id"] == item["order_product_id"])
    return int(line.get("product_id") or 0)


def _after(world: World, order_id: int, bundle: Bundle) -> None:
    """Whether a shipment moves the order's status is not documented, so it is a switch."""
    order = bundle["order"]
    shipped = sum(int(line.get("quantity_shipped", 0)) for line in bundle["products"])
    order.update(items_shipped=shipped, date_modified=rfc2822(world.clock.now()))
    if world.switches["shipment_sets_status"]:
        before = int(order["status_id"])
        whole = shipped >= sum(int(line["quantity"]) for line in bundle["products"])
        order["status_id"] = 2 if whole else 3
        order["status"] = order["custom_status"] = STATUSES[order["status_id"]]
        order_stock.moved(world, order_id)
        events.status_event(world, order_id, before, order["status_id"])
    events.order_event(world, "updated", order_id)


def _told(world: World, order_id: int, row: Json, happening: str) -> None:
    data = {"type": "shipment", "id": row["id"], "orderId": order_id}
    events.emit(world, f"store/shipment/{happening}", data)
