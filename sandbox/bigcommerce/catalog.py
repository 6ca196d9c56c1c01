"""v3 products: filters, read, create, change, delete, batches of ten."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import catalogue_stock, events, variants
from sandbox.bigcommerce.answers import (
    RELATIVE_TYPE,
    TYPE,
    Refusal,
    as_json,
    csv,
    nothing,
    refuse_v3,
    v3_body,
    v3_data,
    v3_error,
    v3_list,
    v3_unfiltered,
)
from sandbox.bigcommerce.product_checks import check_product, check_skus
from sandbox.bigcommerce.product_filters import chosen, shower, trimmer
from sandbox.bigcommerce.product_making import apply, make
from sandbox.bigcommerce.shelf import found, found_variant, touched
from sandbox.bigcommerce.store import Json
from sandbox.bigcommerce.variant_rows import forget_prices
from sandbox.world import World

__all__ = ["changed", "deleted", "found", "make", "routes"]

BATCH, MOST_DELETED = 10, 250
BARE = ("reviews", "complex-rules")  # parts that are only read here
STOCK = ("inventory_level", "inventory_warning_level", "inventory_tracking")
UNTOLD = {"id", "mpn", "gtin", "product_tax_code", "custom_fields"}  # changes that no hook hears of
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root, one = "/catalog/products", "/catalog/products/<int:product_id>"
    bare: list[tuple[str, str, VIEW]] = [
        ("GET", f"{one}/{part}", lambda product_id, part=part, **_: _part(world, product_id, part))
        for part in BARE
    ]
    return [
        ("GET", root, lambda **_: listed(world)),
        ("POST", root, lambda **_: created(world)),
        ("PUT", root, lambda **_: many_changed(world)),
        ("DELETE", root, lambda **_: many_deleted(world)),
        ("GET", one, lambda product_id, **_: v3_data(shower(world)(found(world, product_id)))),
        ("PUT", one, lambda product_id, **_: one_changed(world, product_id)),
        ("DELETE", one, lambda product_id, **_: deleted(world, [product_id])),
        *bare,
    ]


def _part(world: World, product_id: int, part: str) -> Response:
    return v3_list(found(world, product_id).get(part.replace("-", "_"), []), world.switches)


def listed(world: World) -> Response:
    """Only the rows of the page are made; with options or modifiers a page has ten at most."""
    most = 10 if {"options", "modifiers"} & set(csv("include") or []) else 250
    products, show = world.bigcommerce.products, shower(world)
    return v3_list(chosen(world), world.switches, most, lambda number: show(products[number]))


def created(world: World) -> Response:
    body = v3_body()
    product = make(world, body)
    error = _half_stored(world, [body])
    if error:
        return as_json({"data": [product], "errors": error, "meta": {}}, 207)
    return v3_data(product)


def one_changed(world: World, product_id: int) -> Response:
    body = v3_body()
    row = trimmer(parts=False)(changed(world, product_id, body))
    error = _half_stored(world, [body])
    return as_json({"data": row, "errors": error, "meta": {}}, 207) if error else v3_data(row)


def _half_stored(world: World, bodies: Sequence[Json]) -> Mapping[str, Any] | None:
    """What did not come along although the product was stored, by the switch product_half_stored."""
    half = world.switches["product_half_stored"]
    if half == "url" and any("name" in body or "custom_url" in body for body in bodies):
        return _partial("The product was stored, its URL was not.", {"custom_url": "could not be saved"})
    if half == "inventory" and any(name in body for body in bodies for name in STOCK):
        return _partial(
            "The product was stored, its stock was not.", {"inventory_level": "could not be saved"}
        )
    return None


def _partial(title: str, errors: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"status": 207, "title": title, "type": TYPE, "errors": errors}


def changed(world: World, product_id: int, body: Json) -> Json:
    """Fields and arrays such as categories are replaced; images and custom fields are left alone."""
    product = found(world, product_id)
    check_product(world, body, own=product)
    if world.switches["product_put_variants"] == "changed":
        for told in body.get("variants") or []:
            variants.change(world, found_variant(world, product_id, int(told.get("id") or 0)), told)
    apply(world, product, body)
    if "inventory_tracking" in body:
        catalogue_stock.retracked(world, product)
    catalogue_stock.written(world, product, None, body)
    touched(world, product, told=bool(set(body) - UNTOLD))
    return product


def many_changed(world: World) -> Response:
    """One bad product fails the whole call, or (switch catalog_batch) only itself: then the answer is a 207."""
    rows = v3_body(list)
    if len(rows) > BATCH:
        title = f"The request payload is too large. The maximum items allowed in the array is {BATCH}."
        return v3_error(413, title, kind=RELATIVE_TYPE)
    if world.switches["catalog_batch"] == "whole":
        _check_all(world, rows)
    trim = trimmer(parts=False)
    done: list[Json] = []
    problems: list[Any] = []
    for row in rows:
        try:
            done.append(trim(changed(world, int(row.get("id") or 0), row)))
        except Refusal as refusal:
            problems.append(refusal.response.get_json())
    if problems and not done:
        return as_json(problems[0], problems[0]["status"])
    if problems:
        error = {"status": 207, "title": problems[0]["title"], "type": TYPE, "errors": problems[0]["errors"]}
        return as_json({"data": done, "errors": error, "meta": _counts(len(rows), len(problems))}, 207)
    half = _half_stored(world, rows)
    return as_json({"data": done, "errors": half, "meta": {}}, 207) if half else v3_data(done)


def _counts(total: int, failed: int) -> Json:
    return {"total": total, "success": total - failed, "failed": failed}


def _check_all(world: World, rows: Sequence[Json]) -> None:
    """Before anything is changed; two products of one call may not take the same name or SKU either."""
    for row in rows:
        check_product(world, row, own=found(world, int(row.get("id") or 0)))
    check_skus(world, _doubled(rows, "sku"), own=None)
    if _doubled(rows, "name"):
        raise refuse_v3(409, "The product name is a duplicate", {"name": "The product name is a duplicate"})


def _doubled(rows: Sequence[Json], name: str) -> list[str]:
    """The values that occur more than once, each as often as it does."""
    values = [str(row[name]).lower() for row in rows if row.get(name)]
    return [value for value in values if values.count(value) > 1]


def deleted(world: World, product_ids: Sequence[int]) -> Response:
    for product_id in product_ids:
        product = world.bigcommerce.products.pop(product_id, None)
        if product is not None:
            forget_prices(world, {row["id"] for row in product["variants"]})
            events.emit(world, "store/product/deleted", {"type": "product", "id": product_id})
    return nothing()


def many_deleted(world: World) -> Response:
    given = set(request.args) - {"page", "limit", "sort", "direction"}
    if not given:
        raise v3_unfiltered()
    return deleted(world, list(chosen(world))[:MOST_DELETED])
