"""v3 metafields of orders: text under namespace and key, owned by the API account that wrote it."""

from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import csv, nothing, refuse_v3, v3_body, v3_data, v3_list
from sandbox.bigcommerce.guard import account_of
from sandbox.bigcommerce.payments import bundle_of
from sandbox.bigcommerce.shapes import iso, moment_of, rfc2822
from sandbox.bigcommerce.store import Json
from sandbox.world import World

PERMISSIONS = ("app_only", "read", "write", "read_and_sf_access", "write_and_sf_access")
LENGTHS = {"namespace": 64, "key": 64, "value": 65535, "description": 255}
MOST = 250  # per resource and client id


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    one = "/orders/<int:order_id>/metafields/<int:number>"
    return [
        ("GET", "/orders/metafields", lambda **_: v3_list(_visible(world, None), world.switches)),
        ("GET", "/orders/<int:order_id>/metafields", lambda order_id, **_: listed(world, order_id)),
        ("POST", "/orders/<int:order_id>/metafields", lambda order_id, **_: created(world, order_id)),
        ("GET", one, lambda order_id, number, **_: v3_data(_found(world, order_id, number))),
        ("PUT", one, lambda order_id, number, **_: changed(world, order_id, number)),
        ("DELETE", one, lambda order_id, number, **_: deleted(world, order_id, number)),
    ]


def listed(world: World, order_id: int) -> Response:
    bundle_of(world, order_id)
    return v3_list(_visible(world, order_id), world.switches)


def created(world: World, order_id: int) -> Response:
    bundle_of(world, order_id)
    body = v3_body()
    missing = {
        n: "error.path.missing" for n in ("permission_set", "namespace", "key", "value") if n not in body
    }
    if missing:
        raise refuse_v3(422, "JSON data is missing or invalid", missing)
    _check(body)
    owner = account_of(world, request).client_id
    own = [row for row in _of_order(world, order_id) if row["owner_client_id"] == owner]
    if any(row["namespace"] == body["namespace"] and row["key"] == body["key"] for row in own):
        raise refuse_v3(409, "A metafield with this namespace and key exists already.")
    if len(own) >= MOST:
        raise refuse_v3(422, f"There may be no more than {MOST} metafields on one resource.")
    row = _row(world, order_id, body, owner)
    world.bigcommerce.metafields[row["id"]] = row
    _told(world, order_id, row, "created")
    return v3_data(row)


def changed(world: World, order_id: int, number: int) -> Response:
    row = _writable(world, order_id, number)
    body = v3_body()
    _check(body)
    if any(name in body and body[name] != row[name] for name in ("namespace", "key")):
        raise refuse_v3(422, "The namespace and key of a metafield can not be changed.")
    row.update({name: body[name] for name in ("permission_set", "value", "description") if name in body})
    row["date_modified"] = iso(world.clock.now())
    _told(world, order_id, row, "updated")
    return v3_data(row)


def deleted(world: World, order_id: int, number: int) -> Response:
    row = _writable(world, order_id, number)
    del world.bigcommerce.metafields[number]
    _told(world, order_id, row, "deleted")
    return nothing()


def _row(world: World, order_id: int, body: Json, owner: str) -> Json:
    now = iso(world.clock.now())
    return {
        "id": world.bigcommerce.new_id("metafield"),
        "key": body["key"],
        "value": body["value"],
        "namespace": body["namespace"],
        "permission_set": body["permission_set"],
        "resource_type": "order",
        "resource_id": order_id,
        "description": body.get("description", ""),
        "date_created": now,
        "date_modified": now,
        "owner_client_id": owner,
    }


def _check(body: Json) -> None:
    wrong: dict[str, Any] = {}
    for name, most in LENGTHS.items():
        if name in body and not (isinstance(body[name], str) and len(body[name]) <= most):
            wrong[name] = f"must be text of at most {most} characters"
    if body.get("permission_set", "app_only") not in PERMISSIONS:
        wrong["permission_set"] = f"must be one of {', '.join(PERMISSIONS)}"
    if wrong:
        raise refuse_v3(422, "Input is invalid.", wrong)


def _of_order(world: World, order_id: int | None) -> list[Json]:
    rows = world.bigcommerce.metafields.values()
    return [row for row in rows if order_id in (None, row["resource_id"])]


def _visible(world: World, order_id: int | None) -> list[Json]:
    """The own ones and those that others left open, by the filters of the call."""
    owner = account_of(world, request).client_id
    rows = [
        row
        for row in _of_order(world, order_id)
        if row["owner_client_id"] == owner or row["permission_set"] != "app_only"
    ]
    for name in ("namespace", "key"):
        wanted = csv(f"{name}:in") or ([request.args[name]] if name in request.args else None)
        if wanted is not None:
            rows = [row for row in rows if row[name] in wanted]
    for name, sign in (("date_modified:min", 1), ("date_modified:max", -1)):
        text = request.args.get(name)
        if text:
            bound = moment_of(text).timestamp()
            rows = [row for row in rows if sign * (moment_of(row["date_modified"]).timestamp() - bound) >= 0]
    return sorted(rows, key=lambda row: int(row["id"]))


def _found(world: World, order_id: int, number: int) -> Json:
    bundle_of(world, order_id)
    row = next((row for row in _visible(world, order_id) if row["id"] == number), None)
    if row is None:
        raise refuse_v3(404, f"Metafield with id {number} not found")
    return row


def _writable(world: World, order_id: int, number: int) -> Json:
    row = _found(world, order_id, number)
    foreign = row["owner_client_id"] != account_of(world, request).client_id
    if foreign and not row["permission_set"].startswith("write"):
        raise refuse_v3(403, "This metafield belongs to another API account.")
    return row


def _told(world: World, order_id: int, row: Json, happening: str) -> None:
    data = {"metafield_id": row["id"], "resource_id": str(order_id), "namespace": row["namespace"]}
    events.emit(world, f"store/order/metafield/{happening}", data)
    if world.switches["metafield_bumps_order"]:
        world.bigcommerce.orders[order_id]["order"]["date_modified"] = rfc2822(world.clock.now())
        events.order_event(world, "updated", order_id)
