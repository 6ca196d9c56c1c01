"""Customer groups of v2: with a discount of their own or a price list, never with both."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import (
    as_json,
    nothing,
    refuse_v2,
    v2_body,
    v2_invalid,
    v2_list,
    v2_not_found,
)
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.store import Json
from sandbox.world import World

WRITABLE = ("name", "is_default", "category_access", "discount_rules", "is_group_for_guests")
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root, one = "/customer_groups", "/customer_groups/<int:group_id>"
    return [
        ("GET", root, lambda **_: v2_list(_listed(world), world.switches)),
        ("POST", root, lambda **_: as_json(created(world, v2_body()))),
        ("GET", f"{root}/count", lambda **_: as_json({"count": len(_listed(world))})),
        ("GET", one, lambda group_id, **_: as_json(_group(world, group_id))),
        ("PUT", one, lambda group_id, **_: as_json(changed(world, _group(world, group_id), v2_body()))),
        ("DELETE", one, lambda group_id, **_: deleted(world, _group(world, group_id))),
    ]


def _group(world: World, group_id: int) -> Json:
    row: Json | None = world.bigcommerce.customer_groups.get(group_id)
    if row is None:
        raise v2_not_found()
    return row


def _listed(world: World) -> list[Json]:
    rows = [world.bigcommerce.customer_groups[number] for number in sorted(world.bigcommerce.customer_groups)]
    for name in ("name", "is_default", "is_group_for_guests"):
        if name in request.args:
            rows = [row for row in rows if str(row[name]).lower() == request.args[name].lower()]
    like = request.args.get("name:like", "").lower()
    rows = [row for row in rows if like in row["name"].lower()]
    return fitting(rows, dates=["date_created", "date_modified"], wrong=v2_invalid)


def created(world: World, body: Json) -> Json:
    _check(world, body, None)
    now = iso(world.clock.now()).replace("+00:00", "")
    row: Json = {
        "id": world.bigcommerce.new_id("customer_group"),
        "name": "",
        "is_default": False,
        "category_access": {"type": "all"},
        "discount_rules": [],
        "date_created": now,
        "date_modified": now,
        "is_group_for_guests": False,
    }
    row.update({key: body[key] for key in WRITABLE if key in body})
    world.bigcommerce.customer_groups[row["id"]] = row
    return row


def _check(world: World, body: Json, own: Json | None) -> None:
    name = body.get("name", own and own["name"])
    if not name or not isinstance(name, str):
        raise refuse_v2(400, "The required field 'name' was not supplied.")
    rules = body.get("discount_rules") or []
    lists = [rule for rule in rules if rule.get("type") == "price_list"]
    if lists and len(rules) > 1:
        raise refuse_v2(400, "A price list must be the only discount rule of a customer group.")
    if any(rule.get("price_list_id") not in world.bigcommerce.price_lists for rule in lists):
        raise refuse_v2(400, "The field 'price_list_id' is invalid.")


def changed(world: World, row: Json, body: Json) -> Json:
    """Discount rules are replaced as a whole."""
    _check(world, body, row)
    row.update({key: body[key] for key in WRITABLE if key in body})
    row["date_modified"] = iso(world.clock.now()).replace("+00:00", "")
    return row


def deleted(world: World, row: Json) -> Response:
    """Customers of a deleted group are in none."""
    store = world.bigcommerce
    del store.customer_groups[row["id"]]
    for customer in store.customers.values():
        if customer["customer_group_id"] == row["id"]:
            customer["customer_group_id"] = 0
    gone = [
        number for number, told in store.price_assignments.items() if told["customer_group_id"] == row["id"]
    ]
    for number in gone:
        del store.price_assignments[number]
    return nothing()
