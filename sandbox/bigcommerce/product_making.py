"""How a product comes into being from the body of one call, with its options, variants, fields and images."""

import re
from itertools import count

from sandbox.bigcommerce import catalogue_stock, events
from sandbox.bigcommerce.adopting import number, product_of, variant_of
from sandbox.bigcommerce.brands import brand_named
from sandbox.bigcommerce.custom_fields import add_field
from sandbox.bigcommerce.images import add_image
from sandbox.bigcommerce.options import labelled
from sandbox.bigcommerce.product_checks import AMOUNTS, check_new
from sandbox.bigcommerce.product_filters import PARTS
from sandbox.bigcommerce.product_parts import EMBEDDED, add
from sandbox.bigcommerce.store import Json
from sandbox.world import World

READ_ONLY = frozenset(
    {
        *(*PARTS, "id", "product_id", "date_created", "date_modified", "calculated_price", "custom_url"),
        *("calculated_weight", "base_variant_id", "sku_id", "option_set_id", "option_set_display"),
        *("option_values", "inventory_level"),
    }
)


def make(world: World, body: Json, *, quietly: bool = False) -> Json:
    """The new product, or the refusal of one that lacks something, repeats a name or SKU, or names nothing known."""
    check_new(world, body)
    store = world.bigcommerce
    product_id = store.new_id("product", store.products)
    product = product_of(world, product_id, body)
    product["custom_url"] = {"url": _free_url(world, str(body["name"])), "is_customized": False}
    apply(world, product, body)
    _add_variants(world, product, body)
    for field in body.get("custom_fields") or []:
        add_field(world, product, field)
    for part in EMBEDDED:
        for told in body.get(part.key) or []:
            add(world, product, part, told)
    for image in body.get("images") or []:
        add_image(world, product, image)
    store.products[product_id] = product
    catalogue_stock.came_with(world, product, None, body)
    for row, told in zip(product["variants"], body.get("variants") or [], strict=False):
        catalogue_stock.came_with(world, product, row, told)
    if not quietly:
        events.emit(world, "store/product/created", {"type": "product", "id": product_id})
    return product


def _add_variants(world: World, product: Json, body: Json) -> None:
    for told in body.get("variants") or []:
        row = variant_of(product["id"], world.bigcommerce.new_id("variant"), told)
        apply(world, row, told)
        row["option_values"] = labelled(world, product, told.get("option_values") or [])
        product["variants"].append(row)
    if not product["variants"]:
        product["variants"].append(variant_of(product["id"], world.bigcommerce.new_id("variant"), body))


def apply(world: World, row: Json, body: Json) -> None:
    """Take over the fields that may be written; what the row does not have is ignored."""
    for key, value in body.items():
        if key in row and key not in READ_ONLY:
            row[key] = number(value) if key in AMOUNTS and value is not None else value
    if body.get("brand_name"):
        row["brand_id"] = brand_named(world, str(body["brand_name"]))["id"]
    told = body.get("custom_url")
    if isinstance(told, dict) and told.get("url"):
        row["custom_url"] = {"url": told["url"], "is_customized": bool(told.get("is_customized", True))}


def _free_url(world: World, name: str) -> str:
    """From the name, with a number after it when another product has this URL already."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "product"
    taken = world.bigcommerce.products.urls
    if f"/{slug}/" not in taken:
        return f"/{slug}/"
    return next(url for url in (f"/{slug}-{n}/" for n in count(1)) if url not in taken)
