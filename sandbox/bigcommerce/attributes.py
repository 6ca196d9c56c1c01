"""Attributes of customers: what a store wants to know of them, and what each of them has."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import csv, nothing, refuse_v3, v3_batch, v3_data, v3_list
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.store import Json
from sandbox.world import World

TYPES = ("string", "number", "date")
MOST = 50  # attributes of a store
BATCH = 10
DATES = ("date_created", "date_modified")
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    path, values = "/customers/attributes", "/customers/attribute-values"
    return [
        ("GET", path, lambda **_: v3_list(_listed(world), world.switches)),
        ("POST", path, lambda **_: v3_data([_created(world, row) for row in v3_batch(BATCH)])),
        ("PUT", path, lambda **_: v3_data([_renamed(world, row) for row in v3_batch(BATCH)])),
        ("DELETE", path, lambda **_: deleted(world)),
        ("GET", values, lambda **_: v3_list(_values(world), world.switches)),
        ("PUT", values, lambda **_: values_written(world)),
        ("DELETE", values, lambda **_: values_deleted(world)),
    ]


def _listed(world: World) -> list[Json]:
    rows = fitting(world.bigcommerce.attributes.values(), dates=DATES)
    for name in ("name", "type"):
        if name in request.args:
            rows = [row for row in rows if row[name].lower() == request.args[name].lower()]
    like = request.args.get("name:like", "").lower()
    return [row for row in rows if like in row["name"].lower()]


def _created(world: World, body: Json) -> Json:
    known, name, kind = world.bigcommerce.attributes, body.get("name"), body.get("type")
    if not isinstance(name, str) or not 0 < len(name) <= 255 or kind not in TYPES:
        raise refuse_v3(422, "JSON data is missing or invalid", {"name": "name and type must be given"})
    if len(known) >= MOST or any(row["name"] == name for row in known.values()):
        raise refuse_v3(422, "The attribute exists already, or there are too many.", {"name": name})
    now = _now(world)
    row = {"id": world.bigcommerce.new_id("attribute"), "name": name, "type": kind}
    known[row["id"]] = {**row, "date_modified": now, "date_created": now}
    return known[row["id"]]


def _renamed(world: World, body: Json) -> Json:
    """Its type stays what it is."""
    row = world.bigcommerce.attributes.get(body.get("id", 0))
    if row is None or not isinstance(body.get("name"), str):
        raise refuse_v3(422, "JSON data is missing or invalid", {"id": "no such attribute, or no name"})
    row.update(name=body["name"], date_modified=_now(world))
    return row


def deleted(world: World) -> Response:
    """With what customers have of it."""
    store = world.bigcommerce
    gone = {int(text) for text in csv("id:in") or [] if text.isdigit()}
    store.attributes = {number: row for number, row in store.attributes.items() if number not in gone}
    left = {n: row for n, row in store.attribute_values.items() if row["attribute_id"] not in gone}
    store.attribute_values = left
    return nothing()


def _values(world: World) -> list[Json]:
    rows = fitting(world.bigcommerce.attribute_values.values(), ["id"], DATES)
    for name in ("customer_id", "attribute_id"):
        wanted = csv(f"{name}:in")
        if wanted is not None:
            rows = [row for row in rows if str(row[name]) in wanted]
    if "name" in request.args:
        names = {n: row["name"] for n, row in world.bigcommerce.attributes.items()}
        rows = [row for row in rows if names.get(row["attribute_id"]) == request.args["name"]]
    return rows


def values_written(world: World) -> Response:
    """One value of an attribute for a customer: a second one takes its place."""
    rows = v3_batch(BATCH)
    for place, row in enumerate(rows):
        check(world, row, place)
        if row.get("customer_id") not in world.bigcommerce.customers:
            raise refuse_v3(422, "Some of the customers do not exist.", {f"{place}.customer_id": "not found"})
    return v3_data([write(world, row["customer_id"], row, "value") for row in rows])


def check(world: World, row: Json, place: int) -> None:
    if row.get("attribute_id") not in world.bigcommerce.attributes:
        wrong = {f"{place}.attribute_id": "There is no such attribute."}
        raise refuse_v3(422, "JSON data is missing or invalid", wrong)


def write(world: World, customer_id: int, told: Json, key: str) -> Json:
    store, now = world.bigcommerce, _now(world)
    own = (row for row in of(world, customer_id) if row["attribute_id"] == told["attribute_id"])
    row = next(own, None) or {
        "id": store.new_id("attribute_value"),
        "attribute_id": told["attribute_id"],
        "attribute_value": "",
        "customer_id": customer_id,
        "date_modified": now,
        "date_created": now,
    }
    row.update(attribute_value=str(told.get(key, "")), date_modified=now)
    store.attribute_values[row["id"]] = row
    return row


def of(world: World, customer_id: int) -> list[Json]:
    return [row for row in world.bigcommerce.attribute_values.values() if row["customer_id"] == customer_id]


def values_deleted(world: World) -> Response:
    for text in csv("id:in") or []:
        if text.isdigit():
            world.bigcommerce.attribute_values.pop(int(text), None)
    return nothing()


def _now(world: World) -> str:
    return iso(world.clock.now()).replace("+00:00", "Z")
