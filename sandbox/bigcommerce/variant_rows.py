"""Variants of one product coming and going; a product is never without any."""

from collections.abc import Callable

from sandbox.bigcommerce import events
from sandbox.bigcommerce.adopting import variant_of
from sandbox.bigcommerce.store import Json
from sandbox.world import World


def without_variants(world: World, product: Json, goes: Callable[[Json], bool]) -> None:
    """Take variants away; when none is left the product is a simple one again, with a variant of its own."""
    gone = [row for row in product["variants"] if goes(row)]
    if not gone:
        return
    product["variants"] = [row for row in product["variants"] if not goes(row)]
    if not product["variants"]:
        product["variants"] = [variant_of(product["id"], world.bigcommerce.new_id("variant"), product)]
    for row in gone:
        data = {"type": "sku", "id": row["id"], "sku": {"product_id": product["id"], "variant_id": row["id"]}}
        events.emit(world, "store/sku/deleted", data)
    forget_prices(world, {row["id"] for row in gone})


def forget_prices(world: World, variant_ids: set[int]) -> None:
    """What no longer exists has no price in any list."""
    for rows in world.bigcommerce.price_records.values():
        for key in [key for key in rows if key[0] in variant_ids]:
            del rows[key]
