"""Shipments of an order, to be written."""

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from sandbox.bigcommerce import events, order_stock
from sandbox.bigcommerce.answers import (
    as_json,
    nothing,
    refuse_v2,
    v2_body,
    v2_invalid,
    v2_not_found,
    v2_read_only,
)
from sandbox.bigcommerce.order_making import money
from sandbox.bigcommerce.orders import bundle_of
from sandbox.bigcommerce.shapes import PERSON, rfc2822
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
READ_ONLY = ("id", "order_id", "customer_id", "date_created", "billing_address", "shipping_address")
LONGEST = 50  # characters of a tracking number
TRACKING = "https://tracking.example.com"


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    path = "/orders/<int:order_id>/shipments"
    one = f"{path}/<int:number>"
    return [
        ("POST", path, lambda order_id, **_: created(world, order_id)),
        ("DELETE", path, lambda order_id, **_: all_deleted(world, order_id)),
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
    _check(body, READ_ONLY)
    address = _where(bundle, body["order_address_id"])
    shipped = [_take(bundle, item) for item in body["items"]]
    for line, quantity in shipped:
        line["quantity_shipped"] = line.get("quantity_shipped", 0) + quantity
    row = _row(world, bundle, body, address)
    row["items"] = [_item(line, quantity) for line, quantity in shipped]
    bundle["shipments"].append(row)
    _after(world, order_id, bundle)
    _told(world, order_id, row, "created")
    return row


def changed(world: World, order_id: int, number: int) -> Response:
    """Words and cost; what was sent is not changed: a shipment is deleted and made anew for that."""
    row, body = _found(world, order_id, number), v2_body()
    _check(body, (*READ_ONLY, "items"))
    address = _where(bundle_of(world, order_id), body.get("order_address_id", row["order_address_id"]))
    row.update(_words({**row, **body}), **_sent_to(address))
    _told(world, order_id, row, "updated")
    return as_json(row)


def deleted(world: World, order_id: int, number: int) -> Response:
    _taken_back(world, order_id, _found(world, order_id, number))
    return nothing()


def all_deleted(world: World, order_id: int) -> Response:
    for row in list(bundle_of(world, order_id)["shipments"]):
        _taken_back(world, order_id, row)
    return nothing()


def _taken_back(world: World, order_id: int, row: Json) -> None:
    """Its goods are to be sent again."""
    bundle = bundle_of(world, order_id)
    bundle["shipments"].remove(row)
    for item in row.get("items") or []:
        line = next((one for one in bundle["products"] if one["id"] == item.get("order_product_id")), None)
        if line is not None:
            line["quantity_shipped"] = max(0, line.get("quantity_shipped", 0) - item["quantity"])
    _counted(world, bundle)
    _told(world, order_id, row, "deleted")
    events.order_event(world, "updated", order_id)


def _found(world: World, order_id: int, number: int) -> Json:
    rows = bundle_of(world, order_id)["shipments"]
    row: Json | None = next((row for row in rows if row["id"] == number), None)
    if row is None:
        raise v2_not_found()
    return row


def whole(value: Any) -> int | None:
    """A number, also one told as text, as elsewhere in v2."""
    told = value if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return int(told) if str(told).isdigit() else None


def _take(bundle: Bundle, item: Any) -> tuple[Json, int]:
    """The line and how many of it are sent; 400 for what the order does not have any more."""
    told = item if isinstance(item, dict) else {}
    _check(told, ("product_id",))
    number, quantity = whole(told.get("order_product_id")), whole(told.get("quantity"))
    line = next((row for row in bundle["products"] if row["id"] == number), None)
    if line is None or not quantity:
        raise v2_invalid("items")
    if line.get("quantity_shipped", 0) + quantity > int(line["quantity"]):
        raise refuse_v2(400, "The quantity is larger than what is left to ship.")
    return line, quantity


def _item(line: Json, quantity: int) -> Json:
    product_id = int(line.get("product_id") or 0)
    return {"order_product_id": line["id"], "product_id": product_id, "quantity": quantity}


def _row(world: World, bundle: Bundle, body: Json, address: Json) -> Json:
    order = bundle["order"]
    billing = order.get("billing_address") or {}
    return {
        "id": world.bigcommerce.new_id("shipment"),
        "order_id": order["id"],
        "customer_id": order.get("customer_id", 0),
        "date_created": rfc2822(world.clock.now()),
        **_words(body),
        "billing_address": {name: billing.get(name, "") for name in PERSON},
        **_sent_to(address),
        "items": [],
    }


def _sent_to(address: Json) -> Json:
    return {
        "order_address_id": address["id"],
        "shipping_address": {name: address.get(name, "") for name in PERSON},
    }


def _where(bundle: Bundle, told: Any) -> Json:
    number = whole(told)
    address: Json | None = next((row for row in bundle["shipping_addresses"] if row["id"] == number), None)
    if address is None:
        raise v2_invalid("order_address_id")
    return address


def _check(body: Json, read_only: tuple[str, ...]) -> None:
    for name in read_only:
        if name in body:
            raise v2_read_only(name)


def _words(body: Json) -> Json:
    """What was left out or is null is empty; a link is made for us only where none of their own was told."""
    words = {name: str(body.get(name) or "") for name in TEXTS}
    if len(words["tracking_number"]) > LONGEST:
        raise v2_invalid("tracking_number")
    carrier = words["tracking_carrier"] or words["shipping_provider"]
    made = words["tracking_number"] and carrier and not words["tracking_link"]
    link = f"{TRACKING}/{carrier}/{words['tracking_number']}" if made else ""
    return {
        **words,
        "merchant_shipping_cost": money("merchant_shipping_cost", body.get("merchant_shipping_cost") or 0),
        "shipping_provider_display_name": words["shipping_provider"],
        "generated_tracking_link": link,
    }


def _after(world: World, order_id: int, bundle: Bundle) -> None:
    """Whether a shipment moves the order's status is not documented, so it is a switch."""
    order, shipped = bundle["order"], _counted(world, bundle)
    if world.switches["shipment_sets_status"]:
        before = int(order["status_id"])
        complete = shipped >= sum(int(line["quantity"]) for line in bundle["products"])
        order["status_id"] = 2 if complete else 3
        order["status"] = order["custom_status"] = STATUSES[order["status_id"]]
        order_stock.moved(world, order_id)
        events.status_event(world, order_id, before, order["status_id"])
    events.order_event(world, "updated", order_id)


def _counted(world: World, bundle: Bundle) -> int:
    """How many pieces of the order have been sent by now; the order says so."""
    shipped = sum(int(line.get("quantity_shipped", 0)) for line in bundle["products"])
    bundle["order"].update(items_shipped=shipped, date_modified=rfc2822(world.clock.now()))
    return shipped


def _told(world: World, order_id: int, row: Json, happening: str) -> None:
    data = {"type": "shipment", "id": row["id"], "orderId": order_id}
    events.emit(world, f"store/shipment/{happening}", data)
