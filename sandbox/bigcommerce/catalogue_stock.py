"""Levels that are written with a product or a variant: for the default location, if anything is tracked there."""

from sandbox.bigcommerce.stock import DEFAULT, LARGEST, Cell, cell_of, cells_of, holder_of, mirror
from sandbox.bigcommerce.stock_moves import adjust
from sandbox.bigcommerce.store import Json
from sandbox.world import World


def came_with(world: World, product: Json, variant: Json | None, body: Json) -> None:
    """A new product or variant has the level it came with; no hook hears of that."""
    holder = holder_of(product, variant)
    level = _level(world, body)
    if holder is not None and level is not None and holder.row is (variant or product):
        cells_of(world, holder)[DEFAULT] = Cell(on_hand=level, counted=True)
        mirror(world, holder)


def written(world: World, product: Json, variant: Json | None, body: Json) -> None:
    """A level in the body of a change counts where the level is kept, and nowhere else."""
    holder = holder_of(product, variant)
    level = _level(world, body)
    if holder is None or level is None:
        return
    simple = product["base_variant_id"] is not None
    if simple or holder.row is (variant or product):
        on_hand = min(LARGEST, level + cell_of(world, holder, DEFAULT).safety_stock)
        adjust(world, holder, DEFAULT, on_hand, "absolute", told=False)


def retracked(world: World, product: Json) -> None:
    """Tracked in another way, or with fewer variants: what the product shows follows from those who count now."""
    for variant in product["variants"]:
        holder = holder_of(product, variant)
        if holder is not None:
            mirror(world, holder)


def _level(world: World, body: Json) -> int | None:
    """Above the maximum it is clipped; with the switch product_half_stored it is what gets lost."""
    level = body.get("inventory_level")
    if level is None or world.switches["product_half_stored"] == "inventory":
        return None
    return min(LARGEST, max(0, int(level)))
