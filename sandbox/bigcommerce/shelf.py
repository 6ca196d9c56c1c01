"""Products and variants looked up for a call, and what happens in the store when one was changed."""

from sandbox.bigcommerce import events
from sandbox.bigcommerce.answers import Refusal, refuse_v3
from sandbox.bigcommerce.products import MIRRORED
from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.store import Json
from sandbox.world import World


def gone(what: str) -> Refusal:
    return refuse_v3(404, f"The requested {what} was not found.")


def found(world: World, product_id: int) -> Json:
    product: Json | None = world.bigcommerce.products.get(product_id)
    if product is None:
        raise gone("product")
    return product


def found_variant(world: World, product_id: int, variant_id: int) -> Json:
    row: Json | None = world.bigcommerce.products.variants.get(variant_id)
    if found(world, product_id)["id"] != (row or {}).get("product_id") or row is None:
        raise gone("variant")
    return row


def part_of(product: Json, part: str, number: int, what: str) -> Json:
    row: Json | None = next((row for row in product[part] if row["id"] == number), None)
    if row is None:
        raise gone(what)
    return row


def touched(world: World, product: Json, *, told: bool = True) -> None:
    """The product has changed: found by what it says now, modified now, and its hooks know (if `told`)."""
    product["date_modified"] = iso(world.clock.now())
    world.bigcommerce.products.refile(product["id"])
    if told:
        events.emit(world, "store/product/updated", {"type": "product", "id": product["id"]})


def variant_touched(world: World, row: Json, happening: str = "updated") -> None:
    """A variant has changed: what the only variant of a simple product says holds for the product, too."""
    product = world.bigcommerce.products[row["product_id"]]
    if product["base_variant_id"] == row["id"]:
        product.update({key: row[key] for key in MIRRORED if row.get(key) is not None})
    touched(world, product, told=product["base_variant_id"] == row["id"])
    data = {"type": "sku", "id": row["id"], "sku": {"product_id": product["id"], "variant_id": row["id"]}}
    events.emit(world, f"store/sku/{happening}", data)
