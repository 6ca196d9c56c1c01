"""Levels that change: by API and people or by orders, and what the hooks hear of it."""

from typing import TYPE_CHECKING

from sandbox.bigcommerce import events
from sandbox.bigcommerce.products import Json
from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.stock import DEFAULT, LARGEST, Cell, Effect, Holder, cell_of, holder_at, mirror

if TYPE_CHECKING:
    from sandbox.world import World

CHANNEL = "store/channel/*/inventory/product"  # the star is written out, in reality too


def sku_id(variant: Json) -> int:
    """The number of the older API, which hooks of variants call `id`; it is not the variant's."""
    return int(variant["id"]) + 700_000


def adjust(
    world: "World", holder: Holder, location_id: int, on_hand: int, method: str, *, told: bool = True
) -> None:
    """By API or by a person: `method` is absolute or relative; not `told`: the caller tells of the product itself."""
    happen(world)
    cell_of(world, holder, location_id).counted = True
    _move(world, holder, location_id, on_hand, (method, "updated"), told=told)


def sell(world: "World", holder: Holder, on_hand: int) -> None:
    """By an order, at the default location; that something runs out is told here only."""
    cell = cell_of(world, holder, DEFAULT)
    before = cell.available
    method = str(world.switches["inventory_order_method"])
    _move(world, holder, DEFAULT, on_hand, (method, "order/updated"))
    if before > 0 >= cell.available:
        _channel(world, holder, DEFAULT, "out_of_stock_reached")
    elif before > cell.warning_level >= cell.available:
        _channel(world, holder, DEFAULT, "low_stock_reached")


def _move(
    world: "World", holder: Holder, location_id: int, on_hand: int, how: tuple[str, str], *, told: bool = True
) -> None:
    cell = cell_of(world, holder, location_id)
    change = on_hand - cell.on_hand
    cell.on_hand = on_hand
    if not change:
        return  # hooks hear of changes only
    mirror(world, holder)
    _touched(world, holder.product, told=told)
    method, happening = how
    level = method == "absolute" and world.switches["inventory_hook_value"] == "new_level"
    product_id, value = holder.product["id"], cell.available if level else change
    inventory = {"product_id": product_id, "method": method, "value": value}
    kind, number = "product", product_id
    if holder.variant is not None:
        kind, number = "sku", sku_id(holder.variant)
        inventory["variant_id"] = holder.variant["id"]
    data = {"type": kind, "id": number, "inventory": inventory}
    events.emit(world, f"store/{kind}/inventory/{happening}", data)
    _channel(world, holder, location_id, "stock_changed")


def settings_changed(world: "World", holder: Holder, location_id: int) -> None:
    """Safety stock decides what can be sold, so the catalogue's level follows it."""
    mirror(world, holder)
    _touched(world, holder.product)
    _channel(world, holder, location_id, "settings_changed")


def _touched(world: "World", product: Json, *, told: bool = True) -> None:
    """Modified now; no name or SKU has changed, so it is found as before."""
    product["date_modified"] = iso(world.clock.now())
    if told:
        events.emit(world, "store/product/updated", {"type": "product", "id": product["id"]})


def _channel(world: "World", holder: Holder, location_id: int, happening: str) -> None:
    variant_id = holder.variant["id"] if holder.variant else holder.product["base_variant_id"]
    data = {"variant_id": variant_id, "product_id": holder.product["id"], "location_id": location_id}
    events.emit(world, f"{CHANNEL}/{happening}", data)


def queue(world: "World", rows: list[tuple[Holder, int, int]], *, absolute: bool) -> None:
    """Holders, locations and quantities that will have their effect a little later, in the order they came in."""
    if not rows:
        return
    effects, now = world.bigcommerce.stock.effects, world.clock.epoch()
    due = now + float(world.switches["inventory_delay"]) / world.options.pace
    effects.extend(Effect(due, holder.key, place, quantity, absolute) for holder, place, quantity in rows)
    if due <= now:
        happen(world)
    else:
        world.bigcommerce.courier.errand(due, lambda: happen_locked(world))


def happen_locked(world: "World") -> None:
    with world.lock:
        happen(world)


def happen(world: "World") -> None:
    """What is due takes effect; nothing overtakes what was accepted before it."""
    effects = world.bigcommerce.stock.effects
    while effects and effects[0].due <= world.clock.epoch():
        effect = effects.popleft()
        holder = holder_at(world, effect.key)
        if holder is None:  # gone, or tracked otherwise meanwhile
            continue
        cell = cell_of(world, holder, effect.location_id)
        level = outcome(world, cell, cell.on_hand, effect.quantity, absolute=effect.absolute)
        if level is not None:
            how = ("absolute" if effect.absolute else "relative", "updated")
            _move(world, holder, effect.location_id, level, how)


def outcome(world: "World", cell: Cell, on_hand: int, quantity: int, *, absolute: bool) -> int | None:
    """The level on hand afterwards; None where nothing is stored, without a word to whoever asked for it."""
    sets_available = world.switches["inventory_absolute"] == "available"
    level = quantity + (cell.safety_stock if sets_available else 0) if absolute else on_hand + quantity
    if not absolute and quantity < 0 and level < cell.safety_stock:
        return None
    if level > LARGEST:
        return LARGEST if world.switches["inventory_over_maximum"] == "clipped" else None
    return level
