"""The strings behind BigCommerce's stage, under /control/bigcommerce: a whole catalogue at once."""

from typing import Any

from flask import Flask, json, request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import life, neighbour
from sandbox.bigcommerce.answers import Refusal, as_json
from sandbox.bigcommerce.product_making import make
from sandbox.bigcommerce.store import Json
from sandbox.world import World


def register(app: Flask, world: World) -> None:
    path = "/control/bigcommerce/products"
    app.add_url_rule(path, "control.bigcommerce.products", lambda: products(world), methods=["POST"])
    path = "/control/bigcommerce/life"
    app.add_url_rule(path, "control.bigcommerce.life", lambda: lived(world), methods=["POST"])
    path = "/control/bigcommerce/stock"
    app.add_url_rule(path, "control.bigcommerce.stock", lambda: stock(world), methods=["POST"])


def products(world: World) -> Response:
    """A list of products as POST takes them, or {"count": N} of them; no hook hears of it."""
    told = request.get_json(force=True, silent=True)
    if not isinstance(told, list | dict):
        return as_json({"error": 'the body must be a list of products, or {"count": N}'}, 400)
    rows = told if isinstance(told, list) else numbered(told)
    with world.lock:
        try:
            return as_json({"ids": [make(world, row, quietly=True)["id"] for row in rows]})
        except Refusal as refusal:
            return as_json({"error": json.loads(refusal.response.get_data())["title"]}, 409)


def lived(world: World) -> Response:
    """People and shoppers do something to orders: {"deed", "order", ...}, one or a list of them, in turn."""
    told: Any = request.get_json(force=True, silent=True)
    try:
        with world.lock:
            return as_json(
                {"told": [_done(world, **row) for row in (told if isinstance(told, list) else [told])]}
            )
    except (life.Impossible, TypeError, ValueError, ArithmeticError) as problem:
        return as_json({"error": f"{problem}"}, 400)


def _done(world: World, *, deed: str, order: int, **how: Any) -> Any:
    if deed not in life.DEEDS:
        raise life.Impossible(f"there is no deed {deed!r}; there are: {', '.join(life.DEEDS)}")
    return life.DEEDS[deed](world, int(order), **how)


def stock(world: World) -> Response:
    """Somebody else sets or changes levels: {"sku", "level"} as a person, {"sku", "change"} as another app."""
    told: Any = request.get_json(force=True, silent=True)
    try:
        with world.lock:
            rows = told if isinstance(told, list) else [told]
            return as_json({"levels": [neighbour.edit(world, **row) for row in rows]})
    except (neighbour.Unknown, TypeError) as problem:
        return as_json({"error": str(problem)}, 400)


def numbered(told: Json) -> list[Json]:
    """So many products, each with its number in name and SKU, and as many variants as were asked for."""
    first, count = int(told.get("first", 1)), int(told["count"])
    variants = int(told.get("variants", 0))
    same: Json = {"type": "physical", "weight": 1, "price": told.get("price", 10)}
    stock = {"inventory_level": int(told["level"])} if "level" in told else {}
    if stock:
        same["inventory_tracking"] = "variant" if variants else "product"
    return [_numbered(number, variants, same, stock) for number in range(first, first + count)]


def _numbered(number: int, variants: int, same: Json, stock: Json) -> Json:
    sku = f"SKU-{number:05}"
    sizes = [
        {
            "sku": f"{sku}-{size}",
            "option_values": [{"option_display_name": "Size", "label": str(size)}],
            **stock,
        }
        for size in range(1, variants + 1)
    ]
    return {**same, **stock, "name": f"Product {number:05}", "sku": sku, "variants": sizes}
