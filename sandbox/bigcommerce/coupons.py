"""Coupons of v2: what is told is kept and shown; orders made by API never use one by themselves."""

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
from sandbox.bigcommerce.shapes import rfc2822
from sandbox.bigcommerce.store import Json
from sandbox.world import World

NEEDED = ("name", "code", "type", "amount", "applies_to")
TYPES = (
    *("per_item_discount", "percentage_discount", "per_total_discount", "shipping_discount"),
    *("free_shipping", "promotion"),
)
AMOUNTS = ("amount", "min_purchase")
REST: Json = {
    "min_purchase": "0.0000",
    "expires": "",
    "enabled": True,
    "max_uses": 0,
    "max_uses_per_customer": 0,
    "restricted_to": [],
    "shipping_methods": None,
}
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root, one = "/coupons", "/coupons/<int:number>"
    return [
        ("GET", root, lambda **_: v2_list(_listed(world), world.switches)),
        ("POST", root, lambda **_: as_json(created(world, v2_body()))),
        ("DELETE", root, lambda **_: all_deleted(world)),
        ("GET", f"{root}/count", lambda **_: as_json({"count": len(_listed(world))})),
        ("GET", one, lambda number, **_: as_json(_found(world, number))),
        ("PUT", one, lambda number, **_: as_json(_taken(world, _found(world, number), v2_body()))),
        ("DELETE", one, lambda number, **_: deleted(world, number)),
    ]


def _listed(world: World) -> list[Json]:
    rows = sorted(world.bigcommerce.coupons.values(), key=lambda row: int(row["id"]))
    for name in ("id", "code", "name", "type"):
        if name in request.args:
            rows = [row for row in rows if str(row[name]).lower() == request.args[name].lower()]
    return [row for row in rows if _above(row, "min_id", 1) and _above(row, "max_id", -1)]


def _above(row: Json, name: str, sign: int) -> bool:
    text = request.args.get(name)
    if text is not None and not text.isdigit():
        raise v2_invalid(name)
    return text is None or sign * (int(row["id"]) - int(text)) >= 0


def _found(world: World, number: int) -> Json:
    row: Json | None = world.bigcommerce.coupons.get(number)
    if row is None:
        raise v2_not_found()
    return row


def created(world: World, body: Json) -> Json:
    for name in NEEDED:
        if body.get(name) in (None, ""):
            raise refuse_v2(400, f"The required field '{name}' was not supplied.")
    row = _taken(world, {"id": 0, **dict.fromkeys(NEEDED), **REST}, body)
    row.update(id=world.bigcommerce.new_id("coupon"), num_uses=0, date_created=rfc2822(world.clock.now()))
    world.bigcommerce.coupons[row["id"]] = row
    return row


def _taken(world: World, row: Json, body: Json) -> Json:
    """Amounts are text with four decimals; no two coupons share a code."""
    told = {**row, **{name: body[name] for name in (*NEEDED, *REST) if name in body}}
    for name in AMOUNTS:
        told[name] = _amount(name, told[name])
    if told["type"] not in TYPES:
        raise v2_invalid("type")
    others = [each for each in world.bigcommerce.coupons.values() if each["id"] != row["id"]]
    if any(str(each["code"]).lower() == str(told["code"]).lower() for each in others):
        raise refuse_v2(409, f"The code '{told['code']}' is in use by another coupon.")
    row.update(told)
    return row


def _amount(name: str, told: object) -> str:
    try:
        return f"{float(str(told)):.4f}"
    except ValueError:
        raise v2_invalid(name) from None


def deleted(world: World, number: int) -> Response:
    _found(world, number)
    del world.bigcommerce.coupons[number]
    return nothing()


def all_deleted(world: World) -> Response:
    world.bigcommerce.coupons.clear()
    return nothing()
