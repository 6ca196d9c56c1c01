"""Brands: made by themselves, or by a product that names one which is not there yet."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import nothing, refuse_v3, v3_body, v3_data, v3_list, v3_unfiltered
from sandbox.bigcommerce.asked import fitting
from sandbox.bigcommerce.product_checks import conflict
from sandbox.bigcommerce.product_filters import trimmer
from sandbox.bigcommerce.shelf import gone
from sandbox.bigcommerce.store import Json
from sandbox.world import World

WRITABLE = ("name", "page_title", "meta_keywords", "meta_description", "search_keywords", "image_url")
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root, one = "/catalog/brands", "/catalog/brands/<int:brand_id>"
    return [
        ("GET", root, lambda **_: v3_list(_listed(world), world.switches, show=trimmer())),
        ("POST", root, lambda **_: v3_data(created(world, v3_body()))),
        ("DELETE", root, lambda **_: deleted(world, _filtered(world))),
        ("GET", one, lambda brand_id, **_: v3_data(_brand(world, brand_id))),
        ("PUT", one, lambda brand_id, **_: v3_data(changed(world, _brand(world, brand_id), v3_body()))),
        ("DELETE", one, lambda brand_id, **_: deleted(world, [_brand(world, brand_id)])),
    ]


def _brand(world: World, brand_id: int) -> Json:
    row: Json | None = world.bigcommerce.brands.get(brand_id)
    if row is None:
        raise gone("brand")
    return row


def _listed(world: World) -> list[Json]:
    rows = [world.bigcommerce.brands[number] for number in sorted(world.bigcommerce.brands)]
    for name in ("name", "page_title"):
        if name in request.args:
            rows = [row for row in rows if str(row[name]).lower() == request.args[name].lower()]
    if (like := request.args.get("name:like", "").lower()) or "name:like" in request.args:
        rows = [row for row in rows if like in row["name"].lower()]
    rows = fitting(rows, ["id"])
    if request.args.get("sort") == "name":
        rows.sort(key=lambda row: str(row["name"]), reverse=request.args.get("direction") == "desc")
    return rows


def _filtered(world: World) -> list[Json]:
    if not {"name", "page_title"} & set(request.args):
        raise v3_unfiltered()
    return _listed(world)


def created(world: World, body: Json) -> Json:
    name = body.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= 255:
        raise refuse_v3(422, "Missing Required Fields", {"name": "Please provide a name."})
    if _named(world, name):
        raise conflict("name", "The brand name is a duplicate")
    row = _new(world, name)
    row.update({key: body[key] for key in WRITABLE if key in body})
    return row


def _new(world: World, name: str) -> Json:
    number = world.bigcommerce.new_id("brand")
    row: Json = {
        "id": number,
        "name": name,
        "page_title": "",
        "meta_keywords": [],
        "meta_description": "",
        "image_url": "",
        "search_keywords": "",
        "custom_url": {"url": f"/brands/{number}/", "is_customized": False},
    }
    world.bigcommerce.brands[number] = row
    return row


def _named(world: World, name: str) -> Json | None:
    rows = world.bigcommerce.brands.values()
    return next((row for row in rows if row["name"].lower() == name.lower()), None)


def brand_named(world: World, name: str) -> Json:
    return _named(world, name) or _new(world, name)


def changed(world: World, row: Json, body: Json) -> Json:
    other = _named(world, str(body.get("name", "")))
    if other is not None and other is not row:
        raise conflict("name", "The brand name is a duplicate")
    row.update({key: body[key] for key in WRITABLE if key in body})
    return row


def deleted(world: World, rows: list[Json]) -> Response:
    """Products of a deleted brand have none."""
    gone_ids = {row["id"] for row in rows}
    for number in gone_ids:
        del world.bigcommerce.brands[number]
    for product in world.bigcommerce.products.values():
        if product["brand_id"] in gone_ids:
            product["brand_id"] = 0
    return nothing()
