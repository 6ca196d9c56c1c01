"""v3 variants: below their product one by one, over the whole catalogue as a list and in batches of 50."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import catalogue_stock
from sandbox.bigcommerce.adopting import variant_of
from sandbox.bigcommerce.answers import (
    RELATIVE_TYPE,
    Refusal,
    as_json,
    csv,
    nothing,
    refuse_v3,
    v3_body,
    v3_data,
    v3_error,
    v3_list,
)
from sandbox.bigcommerce.images import of_variant
from sandbox.bigcommerce.options import resolved
from sandbox.bigcommerce.product_checks import MOST_VARIANTS, check_figures, check_skus, invalid
from sandbox.bigcommerce.product_filters import trimmer
from sandbox.bigcommerce.product_making import apply
from sandbox.bigcommerce.shelf import found, found_variant, gone, touched, variant_touched
from sandbox.bigcommerce.store import Json
from sandbox.bigcommerce.variant_rows import without_variants
from sandbox.world import World

BATCH = 50
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root = "/catalog/products/<int:product_id>/variants"
    one = f"{root}/<int:variant_id>"
    return [
        ("GET", root, lambda product_id, **_: _list(world, found(world, product_id)["variants"])),
        ("POST", root, lambda product_id, **_: v3_data(make_variant(world, product_id, v3_body()))),
        ("GET", one, lambda **ids: v3_data(trimmer()(found_variant(world, **ids)))),
        ("PUT", one, lambda **ids: variant_changed(world, **ids)),
        ("DELETE", one, lambda **ids: variant_deleted(world, **ids)),
        ("POST", f"{one}/image", lambda **ids: of_variant(world, found_variant(world, **ids))),
        ("GET", "/catalog/variants", lambda **_: listed(world)),
        ("PUT", "/catalog/variants", lambda **_: many_changed(world)),
    ]


def _list(world: World, rows: Sequence[Json]) -> Response:
    return v3_list(rows, world.switches, show=trimmer())


def listed(world: World) -> Response:
    """By the filters that are documented; whether sku:in and id:in are heeded is not known."""
    products = world.bigcommerce.products
    wanted = _wanted(world)
    if wanted is None and "upc" not in request.args:
        known, trim = products.variants, trimmer()
        return v3_list(products.variant_order, world.switches, show=lambda number: trim(known[number]))
    rows = [products.variants[number] for number in products.variant_order] if wanted is None else wanted
    upc = request.args.get("upc")
    return _list(world, [row for row in rows if upc is None or str(row["upc"]) == upc])


def _wanted(world: World) -> list[Json] | None:
    """The variants that id, SKU or product name, or None when nothing was asked for by these."""
    products, honoured = world.bigcommerce.products, world.switches["variants_in_filters"] == "honoured"
    ids, skus = [request.args.get("id")], [request.args.get("sku")]
    ids += (csv("id:in") or []) if honoured else []
    skus += (csv("sku:in") or []) if honoured else []
    sets: list[dict[int, Json]] = []
    if any(text is not None for text in ids):
        known = [products.variants.get(int(text)) for text in ids if text and text.isdigit()]
        sets.append({row["id"]: row for row in known if row})
    if any(text is not None for text in skus):
        sets.append({row["id"]: row for sku in skus if sku for row in products.variants_of_sku(sku)})
    of = csv("product_id:in")
    if of is not None:
        known_products = [products.get(int(text)) for text in of if text.isdigit()]
        sets.append({row["id"]: row for product in known_products if product for row in product["variants"]})
    if not sets:
        return None
    return [sets[0][number] for number in sorted(sets[0]) if all(number in rows for rows in sets)]


def make_variant(world: World, product_id: int, body: Json) -> Json:
    product = found(world, product_id)
    missing = {name: "error.path.missing" for name in ("sku", "option_values") if not body.get(name)}
    if missing:
        raise refuse_v3(422, "JSON data is missing or invalid", missing)
    check_figures(body, "")
    row = variant_of(product_id, 0, body)
    check_skus(world, [body["sku"]], product, row)
    kept = [variant for variant in product["variants"] if variant["option_values"]]
    if len(kept) >= MOST_VARIANTS:
        raise refuse_v3(422, f"A product has at most {MOST_VARIANTS} variants.", {"product_id": "full"})
    values = resolved(world, product, body["option_values"])
    _check_combination(product, values, kept)
    row["id"] = world.bigcommerce.new_id("variant", world.bigcommerce.products.variants)
    apply(world, row, body)
    row["option_values"] = values
    product["variants"].append(row)
    without_variants(world, product, lambda variant: not variant["option_values"])
    touched(world, product)
    catalogue_stock.came_with(world, product, row, body)
    variant_touched(world, row, "created")
    return row


def _check_combination(product: Json, values: Sequence[Json], others: Sequence[Json]) -> None:
    """Every option has one value, and no two variants have the same ones."""
    if sorted(value["option_id"] for value in values) != sorted(row["id"] for row in product["options"]):
        raise invalid({"option_values": "A variant has one value for each option of its product."})
    if any(_combination(row["option_values"]) == _combination(values) for row in others):
        raise invalid({"option_values": "A variant with these option values exists already."})


def _combination(values: Sequence[Json]) -> frozenset[tuple[int, int]]:
    return frozenset((value["option_id"], value["id"]) for value in values)


def variant_changed(world: World, product_id: int, variant_id: int) -> Response:
    return v3_data(change(world, found_variant(world, product_id, variant_id), v3_body()))


def change(world: World, row: Json, body: Json) -> Json:
    """The variant as the body tells it, or the refusal of a figure or SKU that cannot be."""
    _check_change(world, row, body)
    return _change(world, row, body)


def _check_change(world: World, row: Json, body: Json) -> None:
    check_figures(body, "")
    check_skus(world, [body.get("sku")], world.bigcommerce.products[row["product_id"]], row)


def _change(world: World, row: Json, body: Json) -> Json:
    apply(world, row, body)
    catalogue_stock.written(world, world.bigcommerce.products[row["product_id"]], row, body)
    variant_touched(world, row)
    return row


def variant_deleted(world: World, product_id: int, variant_id: int) -> Response:
    row = found_variant(world, product_id, variant_id)
    product = found(world, product_id)
    without_variants(world, product, lambda variant: variant is row)
    touched(world, product)
    catalogue_stock.retracked(world, product)
    return nothing()


def many_changed(world: World) -> Response:
    """Rows with an id are changed, those with a product_id are new; who is wrong is told in batch_errors."""
    rows = v3_body(list)
    if len(rows) > BATCH:
        title = f"The request payload is too large. The maximum items allowed in the array is {BATCH}"
        return v3_error(413, title, kind=RELATIVE_TYPE)
    errors = [refusal for refusal in (_refusal(world, row, rows) for row in rows) if refusal]
    if errors and world.switches["catalog_batch"] == "whole":
        return as_json({"batch_errors": errors}, 422)
    done, errors = [], []
    for row in rows:
        try:
            done.append(_one(world, row))
        except Refusal as refusal:
            errors.append(refusal.response.get_json())
    return as_json({"batch_errors": errors}, 422) if errors else v3_data(done)


def _refusal(world: World, row: Json, rows: Sequence[Json]) -> Any:
    """What speaks against a row before anything is changed, as its error; None when nothing does."""
    try:
        if row.get("id") is not None:
            _check_change(world, _known(world, row), row)
        else:
            found(world, int(row.get("product_id") or 0))
            check_figures(row, "")
        same = [other for other in rows if row.get("sku") and _sku(other) == _sku(row)]
        check_skus(world, [other["sku"] for other in same] if len(same) > 1 else [], own=None)
    except Refusal as refusal:
        return refusal.response.get_json()
    return None


def _sku(row: Json) -> str:
    return str(row.get("sku") or "").lower()


def _known(world: World, row: Json) -> Json:
    known: Json | None = world.bigcommerce.products.variants.get(row["id"])
    if known is None:
        raise gone("variant")
    return known


def _one(world: World, row: Json) -> Json:
    if row.get("id") is None:
        return make_variant(world, int(row.get("product_id") or 0), row)
    known = _known(world, row)
    _check_change(world, known, row)
    return _change(world, known, row)
