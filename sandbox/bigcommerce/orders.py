"""v2 orders: list, count, read, create, change, archive, and the parts below an order."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events, order_making, order_stock, payments
from sandbox.bigcommerce.answers import as_json, nothing, v2_body, v2_list, v2_not_found
from sandbox.bigcommerce.order_list import chosen
from sandbox.bigcommerce.order_shape import consignments, rendered, store_root
from sandbox.bigcommerce.shapes import flag, link, rfc2822
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.shop.paper import STATUSES
from sandbox.world import World

TAX_DETAILS = ("order_product_id", "line_item_type")
PARTS = ("products", "shipping_addresses", "coupons", "fees", "messages", "shipments")
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    one = "/orders/<int:order_id>"
    table: list[tuple[str, str, VIEW]] = [
        ("GET", "/orders", lambda **_: listed(world)),
        ("POST", "/orders", lambda **_: created(world)),
        ("DELETE", "/orders", lambda **_: all_archived(world)),
        ("GET", "/orders/count", lambda **_: counted(world)),
        ("GET", one, lambda order_id, **_: shown(world, order_id)),
        ("PUT", one, lambda order_id, **_: changed(world, order_id)),
        ("DELETE", one, lambda order_id, **_: archived(world, order_id)),
        ("GET", f"{one}/taxes", lambda order_id, **_: taxes(world, order_id)),
        ("GET", f"{one}/consignments", lambda order_id, **_: parcels(world, order_id)),
        ("GET", f"{one}/shipping_addresses/<int:number>/shipping_quotes", lambda **_: as_json([])),
        ("GET", f"{one}/consignments/shipping/<int:number>/shipping_quotes", lambda **_: as_json([])),
        ("GET", "/order_statuses", lambda **_: v2_list(statuses(), world.switches)),
        ("GET", "/order_statuses/<int:status_id>", lambda status_id, **_: one_status(status_id)),
    ]
    for part in PARTS:
        table += _part_routes(world, part, part)
        table.append(("GET", f"/orders/{part}/count", lambda part=part, **_: _count_of(world, part)))
    address = f"{one}/shipping_addresses/<int:number>"
    table.append(("PUT", address, lambda order_id, number, **_: address_changed(world, order_id, number)))
    table.append(("GET", f"{one}/transactions", lambda order_id, **_: payments.transactions(world, order_id)))
    # the spelling of the first clients
    table += _part_routes(world, "shipping_addresses", "shippingaddresses")
    table.append(("GET", "/orderstatuses", lambda **_: v2_list(statuses(), world.switches)))
    return table


def _part_routes(world: World, part: str, spelled: str) -> list[tuple[str, str, VIEW]]:
    def rows(order_id: int) -> list[Json]:
        return _with_links(order_id, part, bundle_of(world, order_id)[part])

    def one(order_id: int, number: int) -> Response:
        row = next((row for row in rows(order_id) if int(row["id"]) == number), None)
        if row is None:
            raise v2_not_found()
        return as_json(row)

    path = f"/orders/<int:order_id>/{spelled}"
    return [
        ("GET", path, lambda order_id, **_: v2_list(rows(order_id), world.switches)),
        ("GET", f"{path}/count", lambda order_id, **_: as_json({"count": len(rows(order_id))})),
        ("GET", f"{path}/<int:number>", lambda order_id, number, **_: one(order_id, number)),
    ]


def _count_of(world: World, part: str) -> Response:
    """Over all orders."""
    return as_json({"count": sum(len(bundle[part]) for bundle in world.bigcommerce.orders.values())})


def address_changed(world: World, order_id: int, number: int) -> Response:
    bundle = bundle_of(world, order_id)
    if all(int(row["id"]) != number for row in bundle["shipping_addresses"]):
        raise v2_not_found()
    row = order_making.readdress(bundle, number, v2_body())
    bundle["order"]["date_modified"] = rfc2822(world.clock.now())
    events.order_event(world, "updated", order_id)
    return as_json(_with_links(order_id, "shipping_addresses", [row])[0])


def _with_links(order_id: int, part: str, rows: list[Json]) -> list[Json]:
    if part != "shipping_addresses":
        return rows
    quotes = f"/orders/{order_id}/shipping_addresses/%s/shipping_quotes"
    return [{**row, "shipping_quotes": link(store_root(), quotes % row["id"])} for row in rows]


def bundle_of(world: World, order_id: int) -> Bundle:
    """The bundle of an order, archived or not; 404 when there is none."""
    bundle = world.bigcommerce.orders.get(order_id)
    if bundle is None:
        raise v2_not_found()
    return bundle


def listed(world: World) -> Response:
    bundles = _Lazy(world, chosen(world))
    return v2_list(bundles, world.switches)  # type: ignore[arg-type]


class _Lazy:
    """Renders only the page that is cut out."""

    def __init__(self, world: World, bundles: list[Bundle]) -> None:
        self.world, self.bundles = world, bundles

    def __getitem__(self, cut: slice) -> list[Json]:
        return [rendered(self.world, bundle) for bundle in self.bundles[cut]]


def shown(world: World, order_id: int) -> Response:
    return as_json(rendered(world, bundle_of(world, order_id)))


def created(world: World) -> Response:
    order_id = order_making.make(world, v2_body())
    return as_json(rendered(world, bundle_of(world, order_id)), world.switches["order_created_status"])


def changed(world: World, order_id: int) -> Response:
    """PUT behaves as PATCH; every change moves date_modified and fires order/updated, whoever made it."""
    bundle = bundle_of(world, order_id)
    before = int(bundle["order"]["status_id"])
    order_making.change(world, bundle, v2_body())
    order_stock.moved(world, order_id)
    after = int(bundle["order"]["status_id"])
    if after != before:
        events.status_event(world, order_id, before, after)
    events.order_event(world, "updated", order_id)
    return as_json(rendered(world, bundle))


def archived(world: World, order_id: int) -> Response:
    bundle = bundle_of(world, order_id)
    bundle["order"].update(is_deleted=True, date_modified=rfc2822(world.clock.now()))
    events.order_event(world, "archived", order_id)
    return nothing()


def all_archived(world: World) -> Response:
    """What a careless DELETE without an id does in reality, too."""
    for order_id in list(world.bigcommerce.orders):
        archived(world, order_id)
    return nothing()


def taxes(world: World, order_id: int) -> Response:
    rows = bundle_of(world, order_id)["taxes"]
    if not flag(request.args.get("details", "")):
        rows = [{key: value for key, value in row.items() if key not in TAX_DETAILS} for row in rows]
    return v2_list(rows, world.switches)


def parcels(world: World, order_id: int) -> Response:
    embed = "consignments.line_items" in (request.args.get("include") or "")
    return as_json(consignments(bundle_of(world, order_id), embed=embed))


def _status(number: int) -> Json:
    name = STATUSES[number]
    labels = dict.fromkeys(("name", "system_label", "custom_label"), name)
    return {"id": number, **labels, "system_description": ""}


def statuses() -> list[Json]:
    return [{**_status(number), "order": number} for number in STATUSES]


def one_status(status_id: int) -> Response:
    if status_id not in STATUSES:
        raise v2_not_found()
    return as_json(statuses()[status_id])


def counted(world: World) -> Response:
    found: Counter[Any] = Counter(int(bundle["order"]["status_id"]) for bundle in chosen(world))
    rows = [_status(number) | {"count": found[number], "sort_order": number} for number in STATUSES]
    return as_json({"count": sum(found.values()), "statuses": rows})
