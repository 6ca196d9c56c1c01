"""Other hands in the same store: people who count goods, and apps that move them."""

from sandbox.bigcommerce.stock import DEFAULT, Holder, cell_of, holder_of
from sandbox.bigcommerce.stock_moves import adjust, happen
from sandbox.world import World


class Unknown(ValueError):
    """Nothing that is tracked has this name."""


def edit(
    world: World,
    *,
    level: int | None = None,
    change: int | None = None,
    location_id: int = DEFAULT,
    sku: str = "",
    variant_id: int | str = 0,
    product_id: int | str = 0,
) -> int:
    """Set a level as a person does, or change it as an app does, at once; the hooks hear of it. Gives the level."""
    with world.lock:
        happen(world)
        holder = _holder(world, sku, int(variant_id), int(product_id))
        if holder is None:
            raise Unknown(f"nothing that is tracked is named {sku or variant_id or product_id}")
        if (level is None) == (change is None):
            raise Unknown("either level or change must be told")
        have = cell_of(world, holder, location_id).on_hand
        after = level if level is not None else have + (change or 0)
        adjust(world, holder, location_id, after, "relative" if level is None else "absolute")
        return after


def _holder(world: World, sku: str, variant_id: int, product_id: int) -> Holder | None:
    products = world.bigcommerce.products
    variant = products.variants.get(variant_id)
    if sku:
        variant = next(iter(products.variants_of_sku(sku)), None)
    product = products.get(variant["product_id"] if variant else product_id)
    return holder_of(product, variant) if product else None
