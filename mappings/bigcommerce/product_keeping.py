"""A product that is in the store, brought to what Zoho says: only what differs, only what is ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mappings.bigcommerce import product_fields, product_making, product_variants
from mappings.bigcommerce.known import Known
from mappings.bigcommerce.product_fields import Body, Told
from mappings.bigcommerce.product_names import names, renamed
from mappings.bigcommerce.product_variants import Row
from mappings.plans import Step
from mappings.records import Product, Variant
from mappings.rules import CatalogueRules, StoreFacts


def steps(
    product: Product, there: Row, known: Known, rules: CatalogueRules, facts: StoreFacts
) -> Iterator[Step]:
    """An item may be a whole product, or (in a store that was there before) one variant of a larger one."""
    rows = product_variants.matched(product, there, known)
    if product.grouped:
        yield from _group(product, there, known, rules, facts, rows)
    elif rows:
        yield from product_variants.updates(product, rows, known, rules, facts)
    else:
        told = {
            **product_fields.of_product(product, rules),
            "variant": product_variants.wanted(product.variants[0], known, rules, facts),
        }
        yield from _product(product, there, known, rules, told, hides=not product.active)
        yield from _beside(product, there, known, rules)


def _group(
    product: Product,
    there: Row,
    known: Known,
    rules: CatalogueRules,
    facts: StoreFacts,
    rows: Mapping[str, Row],
) -> Iterator[Step]:
    product_making.checked_options(product)
    members = [variant.item_id for variant in product.variants]
    new = [variant for variant in product.variants if variant.active and variant.item_id not in rows]
    simple = not product_variants.with_options(there)
    freed = {"variant": _freed(there, new, rules)} if simple and new else {}
    hides = not product.active and not others_sold(there, known, rows)
    told = {**product_fields.of_product(product, rules), **freed}
    yield from _product(product, there, known, rules, told, hides=hides)
    yield from product_variants.updates(product, rows, known, rules, facts)
    yield from product_variants.gone(known, there, members)
    make = product_variants.turned if simple else product_variants.creates
    yield from make(product, new, there, rules, facts)
    yield from _beside(product, there, known, rules)


def _freed(there: Row, new: list[Variant], rules: CatalogueRules) -> Body:
    """What a simple product leaves to the variants it is about to get: its SKU, and the counting of stock."""
    counted = there.get("inventory_tracking") == "product"
    kept = product_making.tracking(new, rules, "variant") if counted else {}
    return {**({"sku": ""} if there.get("sku") else {}), **kept}


def others_sold(there: Row, known: Known, rows: Mapping[str, Row]) -> bool:
    """Whether a variant is for sale that is none of ours."""
    ours = {str(row["id"]) for row in rows.values()} | {link.variant_id for link in known.variants.values()}
    return any(
        not row.get("purchasing_disabled")
        for row in product_variants.with_options(there)
        if str(row["id"]) not in ours
    )


def _product(
    product: Product, there: Row, known: Known, rules: CatalogueRules, told: Told, *, hides: bool
) -> Iterator[Step]:
    """The one row of the product itself; `told["variant"]` is already chosen."""
    ours = told.pop("variant", {})
    wanted = {**product_fields.chosen(told, rules, "follow"), **ours}
    wanted.pop("brand_name", None)
    body = product_fields.differing(wanted, there)
    body |= _brand(product, there, known, rules)
    expect: dict[str, Any] = {}
    if rules.owns("name") == "follow" and renamed(product, str(there.get("name") or ""), known.name):
        body["name"] = names(product)[0]
        expect["names"] = names(product)
    seen, said = showing(there, active=product.active, hides=hides, hidden=known.hidden)
    if body or seen:
        yield Step("update", "product", product.key, {**body, **seen}, str(there["id"]), {**expect, **said})


def showing(there: Row, *, active: bool, hides: bool, hidden: bool) -> tuple[Body, dict[str, bool]]:
    """Body and expectation: what we hid, and only that, we show again."""
    visible = bool(there.get("is_visible"))
    if hides and visible:
        return {"is_visible": False}, {"hides": True}
    if active and not visible and hidden:
        return {"is_visible": True}, {"shows": True}
    return {}, {}


def _brand(product: Product, there: Row, known: Known, rules: CatalogueRules) -> Body:
    """The store answers a brand's id and not its name: what we wrote last says whether Zoho's changed since."""
    if rules.owns("brand") != "follow" or not product.brand:
        return {}
    last = there.get("brand_name") or known.brand
    equal = product_fields.same("brand_name", product.brand, last) if last else bool(there.get("brand_id"))
    return {} if equal else {"brand_name": product.brand}


def _beside(product: Product, there: Row, known: Known, rules: CatalogueRules) -> Iterator[Step]:
    """What hangs on the product and is written by calls of its own."""
    if rules.owns("custom_fields") == "follow" and "custom_fields" in there:
        yield from _custom_fields(product, there)
    for step in product_making.image(product, str(there["id"])):
        if _wants_image(str(step.expect["image"]), there, known, rules):
            yield step


def _wants_image(image: str, there: Row, known: Known, rules: CatalogueRules) -> bool:
    """Also where it is only set at creation: a product without any may have been made just before we died."""
    if rules.owns("image") == "follow":
        return image != known.image
    return rules.owns("image") == "create" and not known.image and there.get("images") == []


def _custom_fields(product: Product, there: Row) -> Iterator[Step]:
    """By name; `expect["id"]` is the field's id where it is there. Fields that no setting names are left alone."""
    product_id = str(there["id"])
    for name, told in product.custom_fields:
        value, key = product_making.custom_value(name, told), f"custom_field:{product.key}:{name}"
        rows = [row for row in there["custom_fields"] or () if str(row["name"]).strip() == name.strip()]
        body, first = {"name": name, "value": value}, rows[0]["id"] if rows else None
        if not value:
            for row in rows:
                yield Step("delete", "custom_field", f"{key}:{row['id']}", {}, product_id, {"id": row["id"]})
        elif not rows:
            yield Step("create", "custom_field", key, body, product_id)
        elif not any(product_fields.same("value", value, row["value"]) for row in rows):
            yield Step("update", "custom_field", key, body, product_id, {"id": first})
