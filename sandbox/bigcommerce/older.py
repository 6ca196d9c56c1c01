"""What older clients still call under v2: hooks and products in their first shapes."""

from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import catalog, hooks
from sandbox.bigcommerce.answers import Refusal, as_json, nothing, refuse_v2, v2_body, v2_list, v2_not_found
from sandbox.bigcommerce.order_shape import store_root
from sandbox.bigcommerce.shapes import link, moment_of, rfc2822
from sandbox.bigcommerce.store import Json
from sandbox.world import World

PRICES = (
    "price",
    "cost_price",
    "retail_price",
    "sale_price",
    "calculated_price",
    "weight",
    "width",
    "height",
    "depth",
)
PLAIN = (
    *("id", "name", "type", "sku", "description", "availability", "inventory_level", "inventory_tracking"),
    *(
        "is_visible",
        "is_featured",
        "upc",
        "categories",
        "brand_id",
        "total_sold",
        "condition",
        "tax_class_id",
    ),
)


TRACKED = {"none": "none", "product": "simple", "variant": "sku"}  # of v3, and how v2 said it
LINKED = (
    "images",
    "discount_rules",
    "configurable_fields",
    "custom_fields",
    "videos",
    "skus",
    "rules",
    "options",
)


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    return [
        (
            "GET",
            "/hooks",
            lambda **_: v2_list([hooks.shown(row) for row in hooks.own(world)], world.switches),
        ),
        ("POST", "/hooks", lambda **_: _in_v2(lambda: hooks.make(world, v2_body()), 201)),
        ("GET", "/hooks/<number>", lambda number, **_: _in_v2(lambda: hooks.found(world, number))),
        ("PUT", "/hooks/<number>", lambda number, **_: _in_v2(lambda: hooks.alter(world, number, v2_body()))),
        ("DELETE", "/hooks/<number>", lambda number, **_: hook_deleted(world, number)),
        (
            "GET",
            "/products",
            lambda **_: v2_list([_product(row) for row in _products(world)], world.switches),
        ),
        ("GET", "/products/count", lambda **_: as_json({"count": len(_products(world))})),
        ("GET", "/products/<int:number>", lambda number, **_: one_product(world, number)),
        ("POST", "/products", lambda **_: product_made(world)),
        ("PUT", "/products/<int:number>", lambda number, **_: product_changed(world, number)),
        ("DELETE", "/products/<int:number>", lambda number, **_: product_deleted(world, number)),
    ]


def _in_v2(act: Callable[[], Json], status: int = 200) -> Response:
    """The same act as under v3, its errors as an array."""
    try:
        return as_json(hooks.shown(act()), status)
    except Refusal as refusal:
        told: Any = refusal.response.get_json()
        raise refuse_v2(refusal.response.status_code, told["title"]) from None


def hook_deleted(world: World, number: str) -> Response:
    _in_v2(lambda: hooks.found(world, number))
    del world.bigcommerce.hooks[int(number)]
    return nothing()


def _products(world: World) -> list[Json]:
    rows = sorted(world.bigcommerce.products.values(), key=lambda row: int(row["id"]))
    for name in ("id", "sku", "name"):
        if name in request.args:
            rows = [row for row in rows if str(row[name]).lower() == request.args[name].lower()]
    for name, sign in (("min_id", 1), ("max_id", -1)):
        if request.args.get(name, "").isdigit():
            rows = [row for row in rows if sign * (int(row["id"]) - int(request.args[name])) >= 0]
    return rows


def one_product(world: World, number: int) -> Response:
    row = world.bigcommerce.products.get(number)
    if row is None:
        raise v2_not_found()
    return as_json(_product(row))


def _amounts(body: Json) -> Json:
    """Amounts come as text in v2, and stock is tracked in other words."""
    newer = {old: new for new, old in TRACKED.items()}
    told = {
        **body,
        **{key: newer.get(body[key], body[key]) for key in ("inventory_tracking",) if key in body},
    }
    try:
        return {key: float(value) if key in PRICES else value for key, value in told.items()}
    except (TypeError, ValueError):
        raise refuse_v2(400, "An amount of the product is invalid.") from None


def _refusing_as_v2(act: Callable[[], Json]) -> Response:
    try:
        return as_json(_product(act()))
    except Refusal as refusal:
        told: Any = refusal.response.get_json()
        status = refusal.response.status_code
        message = next(iter(told.get("errors", {}).values()), told["title"])
        raise refuse_v2(400 if status == 422 else status, message) from None


def product_made(world: World) -> Response:
    return _refusing_as_v2(lambda: catalog.make(world, _amounts(v2_body())))


def product_changed(world: World, number: int) -> Response:
    return _refusing_as_v2(lambda: catalog.changed(world, number, _amounts(v2_body())))


def product_deleted(world: World, number: int) -> Response:
    one_product(world, number)
    return catalog.deleted(world, [number])


def _product(row: Json) -> Json:
    """Amounts are text with four decimals, dates RFC 2822, parts are links; stock is tracked in older words."""
    amounts = {key: f"{float(row.get(key) or 0):.4f}" for key in PRICES}
    dates: Json = {
        key: rfc2822(moment_of(row[key])) for key in ("date_created", "date_modified") if key in row
    }
    told = {**{key: row.get(key) for key in PLAIN}, "inventory_tracking": TRACKED[row["inventory_tracking"]]}
    parts = {part: link(store_root(), f"/products/{row['id']}/{part}") for part in LINKED}
    brand = link(store_root(), f"/brands/{row['brand_id']}") if row["brand_id"] else None
    more = {"custom_url": row["custom_url"]["url"], "brand": brand}
    return {**told, **amounts, **dates, **more, **parts}
