"""Who gets the prices of a list: a customer group, a channel, or a group on a channel."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import (
    TYPE,
    as_json,
    csv,
    nothing,
    refuse_v3,
    v3_body,
    v3_data,
    v3_unfiltered,
)
from sandbox.bigcommerce.cursors import cursor_list
from sandbox.bigcommerce.price_lists import price_list
from sandbox.bigcommerce.store import Json
from sandbox.world import World

BATCH = 25
NAMES = ("id", "price_list_id", "customer_group_id", "channel_id")
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root = "/pricelists/assignments"
    one = "/pricelists/<int:price_list_id>/assignments"
    return [
        ("GET", root, lambda **_: cursor_list(_listed(world), world.switches)),
        ("POST", root, lambda **_: created(world)),
        ("DELETE", root, lambda **_: deleted(world)),
        ("PUT", one, lambda price_list_id, **_: put(world, price_list_id)),
    ]


def _listed(world: World) -> list[Json]:
    rows = list(world.bigcommerce.price_assignments.values())
    for name in NAMES:
        wanted = csv(f"{name}:in")
        wanted = [*(wanted or []), request.args[name]] if name in request.args else wanted
        if wanted is not None:
            rows = [row for row in rows if str(row[name]) in wanted]
    return rows


def created(world: World) -> Response:
    """The good ones are saved, the wrong ones told by their place."""
    rows = v3_body(list)
    if len(rows) > BATCH:
        raise refuse_v3(413, f"The maximum items allowed in the array is {BATCH}.")
    wrong: dict[str, str] = {}
    for place, row in enumerate(rows):
        problem = _problem(world, row)
        if problem:
            wrong[str(place)] = problem
        else:
            _add(world, row)
    if wrong:
        body = {"status": 422, "title": "Some assignments were not saved.", "type": TYPE, "errors": wrong}
        return as_json({**body, "meta": {"saved_records": len(rows) - len(wrong)}}, 422)
    return as_json({"data": {}, "meta": {}})


def _problem(world: World, row: Json) -> str:
    store = world.bigcommerce
    if row.get("price_list_id") not in store.price_lists:
        return "The price list does not exist."
    group, channel = row.get("customer_group_id"), row.get("channel_id")
    if group is None and channel is None:
        return "An assignment needs a customer group or a channel."
    if group is not None and group not in store.customer_groups:
        return "The customer group does not exist."
    if channel is not None and channel not in store.channels:
        return "The channel does not exist."
    known = [(told["customer_group_id"], told["channel_id"]) for told in store.price_assignments.values()]
    return "This group and channel have a price list already." if (group, channel) in known else ""


def _add(world: World, row: Json) -> Json:
    number = world.bigcommerce.new_id("price_assignment")
    told = {name: row.get(name) for name in NAMES[1:]}
    world.bigcommerce.price_assignments[number] = {"id": number, **told}
    events.emit(world, "store/priceList/assignment/updated", told)
    return world.bigcommerce.price_assignments[number]


def put(world: World, price_list_id: int) -> Response:
    """Whatever list this group and channel had, now it is this one; unknown ones are a bare 404."""
    number, body = price_list(world, price_list_id)["id"], v3_body()
    group, channel = body.get("customer_group_id"), body.get("channel_id")
    store = world.bigcommerce
    if group not in store.customer_groups or channel not in store.channels:
        return Response(status=404, content_type="application/json")
    for known, row in list(store.price_assignments.items()):
        if (row["customer_group_id"], row["channel_id"]) == (group, channel):
            del store.price_assignments[known]
    return v3_data(_add(world, {**body, "price_list_id": number}))


def deleted(world: World) -> Response:
    known = {*NAMES, "channel_id:in"}
    if not known & set(request.args):
        raise v3_unfiltered()
    for row in _listed(world):
        del world.bigcommerce.price_assignments[row["id"]]
        events.emit(world, "store/priceList/assignment/deleted", {name: row[name] for name in NAMES[1:]})
    return nothing()
