"""What older clients read of the goods under v2 beside products: SKUs with their stock, brands, categories, parts."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import variants
from sandbox.bigcommerce.answers import Refusal, as_json, refuse_v2, v2_body, v2_list, v2_not_found
from sandbox.bigcommerce.store import Json
from sandbox.world import World

EMPTY = ("options", "rules", "videos", "discount_rules", "configurable_fields", "reviews")
AMOUNTS = ("price", "cost_price", "weight")
IMAGE_URLS = {f"{name}_url": f"url_{name}" for name in ("zoom", "thumbnail", "standard", "tiny")}
Rows = Callable[[World, Json], Sequence[Json]]
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    one = "/products/<int:number>/skus/<int:sku_id>"
    table: list[tuple[str, str, VIEW]] = [
        ("GET", one, lambda number, sku_id, **_: as_json(_sku(_variant(world, number, sku_id)))),
        ("PUT", one, lambda number, sku_id, **_: sku_changed(world, number, sku_id)),
    ]
    parts: dict[str, Rows] = {"skus": _skus, "images": _images, "custom_fields": _custom_fields}
    parts |= dict.fromkeys(EMPTY, lambda _world, _product: ())
    for part, rows in parts.items():
        table += _part(world, part, rows)
    table += _shelf(world, "brands", _brands)
    return table + _shelf(world, "categories", _categories)


def _part(world: World, part: str, rows: Rows) -> list[tuple[str, str, VIEW]]:
    """Of one product, or of all; SKUs are found by their name, too."""

    def of(number: int | None) -> list[Json]:
        products = world.bigcommerce.products
        wanted = products.order if number is None else [_product(world, number)["id"]]
        told = [row for one in wanted for row in rows(world, products[one])]
        sku = request.args.get("sku")
        return told if sku is None else [row for row in told if str(row.get("sku")).lower() == sku.lower()]

    path = f"/products/<int:number>/{part}"
    return [
        ("GET", path, lambda number, **_: v2_list(of(number), world.switches)),
        ("GET", f"{path}/count", lambda number, **_: as_json({"count": len(of(number))})),
        ("GET", f"/products/{part}", lambda **_: v2_list(of(None), world.switches)),
        ("GET", f"/products/{part}/count", lambda **_: as_json({"count": len(of(None))})),
    ]


def _shelf(world: World, name: str, rows: Callable[[World], list[Json]]) -> list[tuple[str, str, VIEW]]:
    def named() -> list[Json]:
        wanted = request.args.get("name")
        return [row for row in rows(world) if wanted is None or row["name"].lower() == wanted.lower()]

    return [
        ("GET", f"/{name}", lambda **_: v2_list(named(), world.switches)),
        ("GET", f"/{name}/count", lambda **_: as_json({"count": len(named())})),
        ("GET", f"/{name}/<int:number>", lambda number, **_: as_json(_one(rows(world), number))),
    ]


def _one(rows: list[Json], number: int) -> Json:
    row = next((row for row in rows if row["id"] == number), None)
    if row is None:
        raise v2_not_found()
    return row


def _product(world: World, number: int) -> Json:
    row: Json | None = world.bigcommerce.products.get(number)
    if row is None:
        raise v2_not_found()
    return row


def _variant(world: World, number: int, sku_id: int) -> Json:
    return _one([row for row in _product(world, number)["variants"] if row["option_values"]], sku_id)


def sku_changed(world: World, number: int, sku_id: int) -> Response:
    """Above all its level: how stock was written before there were variants."""
    row, body = _variant(world, number, sku_id), v2_body()
    try:
        told = {key: float(value) if key in AMOUNTS else value for key, value in body.items()}
        return as_json(_sku(variants.change(world, row, told)))
    except Refusal as refusal:
        problem: Any = refusal.response.get_json()
        raise refuse_v2(400 if problem["status"] == 422 else problem["status"], problem["title"]) from None


def _skus(_: World, product: Json) -> list[Json]:
    return [_sku(row) for row in product["variants"] if row["option_values"]]


def _sku(row: Json) -> Json:
    """A SKU is a variant with options; the only variant of a simple product is none."""
    keys = ("id", "product_id", "sku", "upc", "inventory_level", "inventory_warning_level")
    options = [
        {"product_option_id": value["option_id"], "option_value_id": value["id"]}
        for value in row["option_values"]
    ]
    more: Json = {
        "bin_picking_number": row["bin_picking_number"],
        "cost_price": f"{float(row['cost_price'] or 0):.4f}",
        "price": None if row["price"] is None else f"{float(row['price']):.4f}",
        "adjusted_price": f"{float(row['calculated_price']):.4f}",
        "weight": None if row["weight"] is None else f"{float(row['weight']):.4f}",
        "adjusted_weight": f"{float(row['calculated_weight']):.4f}",
        "is_purchasing_disabled": row["purchasing_disabled"],
        "purchasing_disabled_message": row["purchasing_disabled_message"],
        "image_file": row["image_url"],
    }
    return {**{key: row.get(key) for key in keys}, **more, "options": options}


def _images(_: World, product: Json) -> list[Json]:
    keys = ("id", "product_id", "image_file", "is_thumbnail", "sort_order", "description")
    return [
        {key: row.get(key) for key in keys} | {old: row.get(new, "") for old, new in IMAGE_URLS.items()}
        for row in product["images"]
    ]


def _custom_fields(_: World, product: Json) -> list[Json]:
    return [
        {"id": row["id"], "product_id": product["id"], "name": row["name"], "text": row["value"]}
        for row in product["custom_fields"]
    ]


def _brands(world: World) -> list[Json]:
    rows = world.bigcommerce.brands
    return [{**_worded(rows[number]), "id": number} for number in sorted(rows)]


def _categories(world: World) -> list[Json]:
    """Each with the categories above it, the nearest last, and itself."""
    rows = world.bigcommerce.categories
    return [
        {**_worded(rows[n]), "id": n, "url": rows[n]["url"]["path"], "parent_category_list": _above(rows, n)}
        for n in sorted(rows)
    ]


def _above(rows: dict[int, Json], number: int) -> list[int]:
    parent = rows[number]["parent_id"]
    return [*(_above(rows, parent) if parent in rows else ()), number]


def _worded(row: Json) -> Json:
    """Keywords are one text in v2, and an image is a file."""
    left = (
        "category_id",
        "category_uuid",
        "tree_id",
        "views",
        "default_product_sort",
        "custom_url",
        "image_url",
    )
    kept = {key: value for key, value in row.items() if key not in left}
    words = row["meta_keywords"]
    text = ",".join(words) if isinstance(words, list) else str(words)
    return {**kept, "meta_keywords": text, "image_file": row["image_url"]}
