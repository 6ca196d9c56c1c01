"""Price lists: their names are unique; with a list its records and assignments go."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import csv, nothing, refuse_v3, v3_body, v3_data
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.cursors import cursor_list
from sandbox.bigcommerce.product_checks import conflict
from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.shelf import gone
from sandbox.bigcommerce.store import Json
from sandbox.world import World

VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root, one = "/pricelists", "/pricelists/<int:price_list_id>"
    return [
        ("GET", root, lambda **_: cursor_list(_listed(world), world.switches)),
        ("POST", root, lambda **_: v3_data(created(world, v3_body()))),
        ("DELETE", root, lambda **_: many_deleted(world)),
        ("GET", one, lambda price_list_id, **_: v3_data(price_list(world, price_list_id))),
        ("PUT", one, lambda price_list_id, **_: changed(world, price_list(world, price_list_id))),
        ("DELETE", one, lambda price_list_id, **_: deleted(world, price_list(world, price_list_id))),
    ]


def price_list(world: World, price_list_id: int) -> Json:
    row: Json | None = world.bigcommerce.price_lists.get(price_list_id)
    if row is None:
        raise gone("price list")
    return row


def stamp(world: World) -> str:
    return iso(world.clock.now()).replace("+00:00", "Z")


def _listed(world: World) -> list[Json]:
    rows = [world.bigcommerce.price_lists[number] for number in sorted(world.bigcommerce.price_lists)]
    if (wanted := csv("id:in")) is not None:
        rows = [row for row in rows if str(row["id"]) in wanted]
    if "name" in request.args:
        rows = [row for row in rows if row["name"].lower() == request.args["name"].lower()]
    like = request.args.get("name:like", "").lower()
    rows = [row for row in rows if like in row["name"].lower()]
    return fitting(rows, dates=["date_created", "date_modified"])


def created(world: World, body: Json) -> Json:
    _check(world, body, None)
    now = stamp(world)
    row: Json = {
        "id": world.bigcommerce.new_id("price_list"),
        "name": body["name"],
        "date_created": now,
        "date_modified": now,
        "active": bool(body.get("active", True)),
    }
    world.bigcommerce.price_lists[row["id"]] = row
    world.bigcommerce.price_records[row["id"]] = {}
    events.emit(world, "store/priceList/created", {"price_list_id": row["id"]})
    return row


def _check(world: World, body: Json, own: Json | None) -> None:
    name = body.get("name", own and own["name"])
    if not isinstance(name, str) or not name:
        raise refuse_v3(422, "Missing Required Fields", {"name": "error.path.missing"})
    if not isinstance(body.get("active", True), bool):
        raise refuse_v3(422, "JSON data is missing or invalid", {"active": "error.expected.jsboolean"})
    others = [row for row in world.bigcommerce.price_lists.values() if row is not own]
    if any(row["name"].lower() == name.lower() for row in others):
        raise conflict("name", "The price list name is a duplicate")


def changed(world: World, row: Json) -> Response:
    body = v3_body()
    _check(world, body, row)
    switched = "active" in body and body["active"] != row["active"]
    row.update({key: body[key] for key in ("name", "active") if key in body})
    row["date_modified"] = stamp(world)
    events.emit(world, "store/priceList/updated", {"price_list_id": row["id"]})
    if switched:
        happening = "activated" if row["active"] else "deactivated"
        events.emit(world, f"store/priceList/{happening}", {"price_list_id": row["id"]})
    return v3_data(row)


def deleted(world: World, row: Json) -> Response:
    _forget(world, row)
    events.emit(world, "store/priceList/deleted", {"price_list_id": row["id"]})
    return nothing()


def many_deleted(world: World) -> Response:
    """By id:in or name; no filter is asked for, so without one every list goes."""
    rows = _listed(world)
    for row in rows:
        _forget(world, row)
    events.emit(world, "store/priceLists/deleted", {"price_list_ids": [row["id"] for row in rows]})
    return nothing()


def _forget(world: World, row: Json) -> None:
    store, number = world.bigcommerce, row["id"]
    del store.price_lists[number]
    store.price_records.pop(number, None)
    kept = {key: told for key, told in store.price_assignments.items() if told["price_list_id"] != number}
    store.price_assignments = kept
    for group in store.customer_groups.values():
        group["discount_rules"] = [r for r in group["discount_rules"] if r.get("price_list_id") != number]
