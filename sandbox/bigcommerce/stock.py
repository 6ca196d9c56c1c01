"""Where stock is kept: a level for each location, of a product or of its variants, as the product is tracked."""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.bigcommerce.products import Json

if TYPE_CHECKING:
    from sandbox.world import World

LARGEST = 2_147_483_647
DEFAULT = 1  # the location that every store has and that orders take from
Key = tuple[str, int]
Goods = tuple[int, int]  # a product and its variant, tracked or not


@dataclass
class Cell:
    """What lies at one location."""

    on_hand: int = 0
    safety_stock: int = 0
    is_in_stock: bool = True
    warning_level: int = 0
    bin_picking_number: str = ""
    counted: bool = False  # somebody set it absolutely: before that no relative change is taken

    @property
    def available(self) -> int:
        return min(self.on_hand, max(0, self.on_hand - self.safety_stock))


@dataclass(frozen=True)
class Holder:
    """What has one level: a variant, or a product for itself and all its variants (variant None)."""

    product: Json
    variant: Json | None

    @property
    def row(self) -> Json:
        return self.product if self.variant is None else self.variant

    @property
    def key(self) -> Key:
        return ("product" if self.variant is None else "variant", int(self.row["id"]))


@dataclass(frozen=True)
class Effect:
    """An adjustment that was accepted and has not happened yet."""

    due: float
    key: Key
    location_id: int
    quantity: int
    absolute: bool


@dataclass
class Taken:
    """What an order wants of some goods, and what really left: less where there was less, nothing untracked."""

    wanted: int = 0
    got: int = 0


@dataclass
class Stock:
    cells: dict[Key, dict[int, Cell]] = field(default_factory=dict)
    effects: deque[Effect] = field(default_factory=deque)
    taken: defaultdict[int, dict[Goods, Taken]] = field(default_factory=lambda: defaultdict(dict))  # by order
    settings: dict[str, Json] = field(default_factory=dict)  # by channel id, "" for the whole store


def holder_of(product: Json, variant: Json | None) -> Holder | None:
    """Who keeps the level of a variant; None where nothing is tracked (or the variant is not told)."""
    if product["inventory_tracking"] == "none":
        return None
    if product["inventory_tracking"] == "product" or product["base_variant_id"] is not None:
        return Holder(product, None)
    return Holder(product, variant) if variant is not None else None


def holders(world: "World") -> Iterator[Holder]:
    """Everything that is tracked, by product."""
    for product in world.bigcommerce.products.values():
        if product["inventory_tracking"] == "variant" and product["base_variant_id"] is None:
            yield from (Holder(product, variant) for variant in product["variants"])
        elif product["inventory_tracking"] != "none":
            yield Holder(product, None)


def holder_at(world: "World", key: Key) -> Holder | None:
    """The holder of a key, if it is there and still tracked in that way."""
    kind, number = key
    products = world.bigcommerce.products
    variant = products.variants.get(number) if kind == "variant" else None
    product = products.get(variant["product_id"] if variant else number if kind == "product" else 0)
    found = holder_of(product, variant) if product else None
    return found if found is not None and found.key == key else None


def cells_of(world: "World", holder: Holder) -> dict[int, Cell]:
    """By location. A level that came in with the catalogue row lies at the default location."""
    cells = world.bigcommerce.stock.cells.setdefault(holder.key, {})
    level = int(holder.row.get("inventory_level") or 0)
    if not cells and level:
        cells[DEFAULT] = Cell(on_hand=level, counted=True)
    return cells


def cell_of(world: "World", holder: Holder, location_id: int) -> Cell:
    return cells_of(world, holder).setdefault(location_id, Cell())


def catalogue_level(world: "World", holder: Holder) -> int:
    """What the catalogue calls the level: of the default location, or of all of them (switch)."""
    cells = cells_of(world, holder)
    if world.switches["inventory_catalogue_level"] == "default":
        return cells[DEFAULT].available if DEFAULT in cells else 0
    return sum(cell.available for cell in cells.values())


def mirror(world: "World", holder: Holder) -> None:
    """Write the level into the catalogue's row; a product with tracked variants shows their sum."""
    product = holder.product
    holder.row["inventory_level"] = catalogue_level(world, holder)
    if holder.variant is not None:
        product["inventory_level"] = sum(int(row["inventory_level"] or 0) for row in product["variants"])
    elif product["base_variant_id"] is not None:
        product["variants"][0]["inventory_level"] = product["inventory_level"]


def told(world: "World") -> list[Json]:
    """Every level as the state shows it."""
    return [
        {
            "product_id": holder.product["id"],
            "variant_id": holder.variant["id"] if holder.variant else holder.product["base_variant_id"],
            "sku": holder.row["sku"],
            "location_id": location_id,
            "on_hand": cell.on_hand,
            "available": cell.available,
        }
        for holder in holders(world)
        for location_id, cell in sorted(cells_of(world, holder).items())
    ]
