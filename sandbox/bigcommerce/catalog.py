"""v3 products and variants: filters, read, create, change, delete, batches."""

from collections.abc import Callable
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import events
from sandbox.bigcommerce.adopting import number, product_of, variant_of
from sandbox.bigcommerce.answers import Refusal, csv, nothing, refuse_v3, v3_body, v3_data, v3_list
from sandbox.bigcommerce.product_filters import fits, sort_key, trimmed
from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.store import Json
from sandbox.world import World

BATCH, VARIANT_BATCH = 10, 50
AMOUNTS = (
    "price",
    "cost_price",
    "retail_price",
    "sale_price",
    "map_price",
    "weight",
    "width",
    "height",
    "depth",
)
PARTS = ("variants", "options", "modifiers", "images", "custom_fields", "bulk_pricing_rules", "videos")
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    product, variant = "/catalog/products/<int:product_id>", "/variants/<int:variant_id>"
    table: list[tuple[str, str, VIEW]] = [
        ("GET", "/catalog/products", lambda **_: listed(world)),
        ("POST", "/catalog/products", lambda **_: created(world)),
        ("PUT", "/catalog/products", lambda **_: many_changed(world)),
        ("DELETE", "/catalog/products", lambda **_: many_deleted(world)),
        ("GET", product, lambda product_id, **_: v3_data(trimmed(found(world, product_id)))),
        ("PUT", product, lambda product_id, **_: v3_data(trimmed(changed(world, product_id, v3_body())))),
        ("DELETE", product, lambda product_id, **_: deleted(world, [product_id])),
        ("GET", product + variant, lambda **known: v3_data(_variant(world, **known))),
        ("PUT", product + variant, lambda **known: variant_changed(world, **known)),
        ("DELETE", product + variant, lambda **known: variant_deleted(world, **known)),
        ("POST", f"{product}/variants", lambda product_id, **_: variant_created(world, product_id)),
        ("GET", "/catalog/variants", lambda **_: variants(world)),
        ("PUT", "/catalog/variants", lambda **_: many_variants(world)),
        ("GET", "/catalog/brands", lambda **_: v3_list([], world.switches)),
        ("GET", "/catalog/categories", lambda **_: v3_list([], world.switches)),
        ("GET", "/catalog/trees/categories", lambda **_: v3_list([], world.switches)),
    ]
    for part in PARTS:
        path = f"{product}/{part.replace('_', '-')}"
        table.append(("GET", path, lambda product_id, part=part, **_: _part(world, product_id, part)))
    return table


def _part(world: World, product_id: int, part: str) -> Response:
    return v3_list(found(world, product_id)[part], world.switches)


def found(world: World, product_id: int) -> Json:
    product = world.bigcommerce.products.get(product_id)
    if product is None:
        raise _gone("The requested product was not found.")
    return product


def _gone(title: str) -> Refusal:
    return refuse_v3(404, title)


def listed(world: World) -> Response:
    rows = [row for row in world.bigcommerce.products.values() if fits(row)]
    key, backwards = sort_key()
    rows.sort(key=key, reverse=backwards)
    includes = (request.args.get("include") or "").split(",")
    most = 10 if {"options", "modifiers"} & set(includes) else 250
    return v3_list([trimmed(row) for row in rows], world.switches, most)


def created(world: World) -> Response:
    return v3_data(make(world, v3_body()))


def make(world: World, body: Json) -> Json:
    """The new product, or the refusal of one that lacks something or repeats a name or SKU."""
    needed = ("name", "type", "weight", "price")
    missing = {name: f"Please provide a {name}." for name in needed if body.get(name) in (None, "")}
    if missing:
        raise refuse_v3(422, "Missing Required Fields", missing)
    _check(world, body, own=None)
    store = world.bigcommerce
    product_id = store.new_id("product", store.products)
    product = product_of(world, product_id, body)
    _apply(product, {key: value for key, value in body.items() if key != "variants"})
    told = body.get("variants") or [body]
    product["variants"] = [variant_of(product_id, store.new_id("variant"), row) for row in told]
    for row, variant in zip(told, product["variants"], strict=True):
        variant["option_values"] = row.get("option_values", [])
    product["base_variant_id"] = product["variants"][0]["id"] if not body.get("variants") else None
    store.products[product_id] = product
    events.emit(world, "store/product/created", {"type": "product", "id": product_id})
    return product


def changed(world: World, product_id: int, body: Json) -> Json:
    product = found(world, product_id)
    _check(world, body, own=product)
    _apply(product, {key: value for key, value in body.items() if key not in ("id", "variants")})
    _touch(world, product)
    if len(product["variants"]) == 1 and "sku" in body:
        product["variants"][0]["sku"] = body["sku"]
    return product


def many_changed(world: World) -> Response:
    rows = v3_body(list)
    if len(rows) > BATCH:
        raise refuse_v3(413, f"No more than {BATCH} products may be changed in one call.")
    for row in rows:  # one bad product fails the whole call, before anything is changed
        _check(world, row, own=found(world, int(row.get("id") or 0)))
    return v3_data([trimmed(changed(world, int(row["id"]), row)) for row in rows])


def deleted(world: World, product_ids: list[int]) -> Response:
    for product_id in product_ids:
        if world.bigcommerce.products.pop(product_id, None) is not None:
            events.emit(world, "store/product/deleted", {"type": "product", "id": product_id})
    return nothing()


def many_deleted(world: World) -> Response:
    wanted = csv("id:in")
    if not wanted:
        raise refuse_v3(422, "A filter is required to delete products.")
    return deleted(world, [int(text) for text in wanted if text.isdigit()])


def _check(world: World, body: Json, own: Json | None) -> None:
    """Names and SKUs are unique in the whole catalogue, SKUs without regard to case; amounts are numbers."""
    wrong = {name: f"{name} must be a number" for name in AMOUNTS if not _is_number(body.get(name, 0))}
    if body.get("name") is not None and not 0 < len(str(body["name"])) <= 250:
        wrong["name"] = "name must have 1 to 250 characters"
    if wrong:
        raise refuse_v3(422, "JSON data is missing or invalid", wrong)
    others = [row for row in world.bigcommerce.products.values() if row is not own]
    if any(row["name"] == body.get("name") for row in others):
        raise _duplicate("name")
    if body.get("sku") and body["sku"].lower() in _skus(others):
        raise _duplicate("sku")


def _duplicate(field: str) -> Refusal:
    title = f"The product {field} is a duplicate"
    return refuse_v3(409, title, {field: title})


def _skus(products: list[Json]) -> set[str]:
    rows = [*products, *(variant for product in products for variant in product["variants"])]
    return {str(row["sku"]).lower() for row in rows if row.get("sku")}


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    try:
        float(value if value is not None else 0)
    except (TypeError, ValueError):
        return False
    return True


def _apply(row: Json, body: Json) -> None:
    for key, value in body.items():
        if key in row:
            row[key] = number(value) if key in AMOUNTS and value is not None else value
    if "price" in body and row.get("price") is not None:
        row["calculated_price"] = row["price"]


def _touch(world: World, product: Json) -> None:
    product["date_modified"] = iso(world.clock.now())
    events.emit(world, "store/product/updated", {"type": "product", "id": product["id"]})


def _variant(world: World, product_id: int, variant_id: int, **_: Any) -> Json:
    rows = found(world, product_id)["variants"]
    row: Json | None = next((row for row in rows if row["id"] == variant_id), None)
    if row is None:
        raise _gone("The requested variant was not found.")
    return row


def variants(world: World) -> Response:
    rows = [row for product in world.bigcommerce.products.values() for row in product["variants"]]
    for name in ("id", "sku", "upc"):
        if name in request.args:
            rows = [row for row in rows if str(row[name]).lower() == request.args[name].lower()]
    wanted = csv("product_id:in")
    if wanted is not None:
        rows = [row for row in rows if str(row["product_id"]) in wanted]
    return v3_list([trimmed(row) for row in sorted(rows, key=lambda row: int(row["id"]))], world.switches)


def variant_created(world: World, product_id: int) -> Response:
    product, body, store = found(world, product_id), v3_body(), world.bigcommerce
    missing = {name: "error.path.missing" for name in ("sku", "option_values") if not body.get(name)}
    if missing:
        raise refuse_v3(422, "JSON data is missing or invalid", missing)
    if body["sku"].lower() in _skus(list(store.products.values())):
        raise _duplicate("sku")
    row = variant_of(product_id, store.new_id("variant"), body)
    _apply(row, {key: value for key, value in body.items() if key != "id"})
    product["variants"] = [kept for kept in product["variants"] if kept["option_values"]] + [row]
    product["base_variant_id"] = None
    data = {"type": "sku", "id": row["id"], "sku": {"product_id": product_id, "variant_id": row["id"]}}
    events.emit(world, "store/sku/created", data)
    return v3_data(row)


def variant_changed(world: World, product_id: int, variant_id: int, **_: Any) -> Response:
    return v3_data(_change_variant(world, _variant(world, product_id, variant_id), v3_body()))


def _change_variant(world: World, row: Json, body: Json) -> Json:
    _apply(row, {key: value for key, value in body.items() if key not in ("id", "product_id")})
    data = {"type": "sku", "id": row["id"], "sku": {"product_id": row["product_id"], "variant_id": row["id"]}}
    events.emit(world, "store/sku/updated", data)
    return row


def variant_deleted(world: World, product_id: int, variant_id: int, **_: Any) -> Response:
    row = _variant(world, product_id, variant_id)
    found(world, product_id)["variants"].remove(row)
    return nothing()


def many_variants(world: World) -> Response:
    rows = v3_body(list)
    if len(rows) > VARIANT_BATCH:
        raise refuse_v3(413, f"No more than {VARIANT_BATCH} variants may be changed in one call.")
    known = {row["id"]: row for product in world.bigcommerce.products.values() for row in product["variants"]}
    missing = [row.get("id") for row in rows if row.get("id") not in known]
    if missing:
        raise refuse_v3(422, "Some variants do not exist", {f"{i}": "not found" for i in missing})
    return v3_data([_change_variant(world, known[row["id"]], row) for row in rows])
