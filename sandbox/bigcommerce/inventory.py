"""v3 inventory items: levels of all locations or of one, and the settings beside them."""

from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.wrappers import Response

from sandbox.bigcommerce.adjustments import IDENTITIES, INVALID, Wrong, named
from sandbox.bigcommerce.answers import Refusal, csv, problem_json, transaction, v3_body, v3_list
from sandbox.bigcommerce.stock import Cell, Holder, cell_of, cells_of, holder_of
from sandbox.bigcommerce.stock_moves import settings_changed, sku_id
from sandbox.bigcommerce.store import Json
from sandbox.world import World

MOST = 1000
SETTINGS: dict[str, type] = {
    "safety_stock": int,
    "is_in_stock": bool,
    "warning_level": int,
    "bin_picking_number": str,
}
NOTHING = Cell()
Line = tuple[Json, Json | None]  # a product, and its variant unless the row stands for the whole product


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    place = "/inventory/locations/<int:location_id>/items"
    return [
        ("GET", "/inventory/items", lambda **_: listed(world)),
        ("GET", place, lambda location_id, **_: listed_at(world, location_id)),
        ("PUT", place, lambda location_id, **_: settings_put(world, location_id)),
    ]


def listed(world: World) -> Response:
    """A row for each variant with its level at every location; only the rows of the page are made."""
    places = _places(world)

    def show(line: Line) -> Json:
        cells = _cells(world, line)
        rows = [_at_place(place, cells.get(place["id"], NOTHING)) for place in places]
        return {"identity": _identity(line, older=True), "locations": rows}

    return v3_list(_lines(world), world.switches, MOST, show)


def listed_at(world: World, location_id: int) -> Response:
    if location_id not in world.bigcommerce.locations:
        raise _no_place(location_id)

    def show(line: Line) -> Json:
        cell = _cells(world, line).get(location_id, NOTHING)
        return {"identity": _identity(line), **_figures(cell), "settings": _settings(cell)}

    return v3_list(_lines(world), world.switches, MOST, show)


def _no_place(location_id: int) -> Refusal:
    return Refusal(problem_json(f"Location with id {location_id} not found", status=404))


def _places(world: World) -> list[Json]:
    ids, codes = csv("location_id:in"), csv("location_code:in")
    return [
        row
        for row in world.bigcommerce.locations.values()
        if (ids is None or str(row["id"]) in ids) and (codes is None or row["code"] in codes)
    ]


def _cells(world: World, line: Line) -> dict[int, Cell]:
    holder = holder_of(*line)
    return cells_of(world, holder) if holder else {}


def _identity(line: Line, *, older: bool = False) -> Json:
    product, variant = line
    known: Json = {
        "sku": (variant or product)["sku"],
        "variant_id": variant["id"] if variant else None,
        "product_id": product["id"],
    }
    if older:
        known["sku_id"] = sku_id(variant) if variant and variant["option_values"] else None
    return known


def _figures(cell: Cell) -> Json:
    return {"available_to_sell": cell.available, "total_inventory_onhand": cell.on_hand}


def _settings(cell: Cell) -> Json:
    return {name: getattr(cell, name) for name in SETTINGS}


def _at_place(place: Json, cell: Cell) -> Json:
    return {
        "location_id": place["id"],
        "location_code": place["code"],
        "location_name": place["label"],
        **_figures(cell),
        "location_enabled": place["enabled"],
        "settings": _settings(cell),
    }


def _lines(world: World) -> "Sequence[Line]":
    """What the filters leave, by variant id."""
    products = world.bigcommerce.products
    sets = [found for found in (_by_variant(world), _by_sku(world), _by_product(world)) if found is not None]
    numbers: Sequence[int] = products.variant_order
    if sets:
        numbers = sorted(set[int].intersection(*sets))
    return _Lines(world, _shown(world, numbers))


class _Lines(Sequence[Line]):
    """Looks at the products of a page only."""

    def __init__(self, world: World, numbers: Sequence[int]) -> None:
        self.world, self.numbers = world, numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, cut: Any) -> Any:
        return [self._line(number) for number in self.numbers[cut]]

    def _line(self, number: int) -> Line:
        products = self.world.bigcommerce.products
        variant = products.variants[number]
        product = products[variant["product_id"]]
        return product, None if _stands_for_all(self.world, product) else variant


def _stands_for_all(world: World, product: Json) -> bool:
    """A product tracked as one that has variants has a row for each of them, or a single one (switch)."""
    single = world.switches["inventory_product_rows"] == "product"
    return single and product["inventory_tracking"] == "product" and product["base_variant_id"] is None


def _shown(world: World, numbers: Sequence[int]) -> Sequence[int]:
    switches, products = world.switches, world.bigcommerce.products
    if switches["inventory_untracked_rows"] == "listed" and switches["inventory_product_rows"] == "variants":
        return numbers
    hidden = "none" if switches["inventory_untracked_rows"] == "absent" else ""
    rows, variants = products.data, products.variants  # looked at for every page: the plain dict is quicker
    kept = []
    for number in numbers:
        product = rows[variants[number]["product_id"]]
        if product["inventory_tracking"] == hidden:
            continue
        if product["variants"][0]["id"] == number or not _stands_for_all(world, product):
            kept.append(number)
    return kept


def _by_variant(world: World) -> set[int] | None:
    """A row that stands for all variants of a product has no variant id."""
    texts, products = csv("variant_id:in"), world.bigcommerce.products
    if texts is None:
        return None
    known = [products.variants.get(int(text)) for text in texts if text.isdigit()]
    return {row["id"] for row in known if row and not _stands_for_all(world, products[row["product_id"]])}


def _by_sku(world: World) -> set[int] | None:
    texts, products = csv("sku:in"), world.bigcommerce.products
    if texts is None:
        return None
    found: set[int] = set()
    for sku in texts:
        for number in products.bearing(sku):
            product = products[number]
            own = str(product["sku"] or "").lower() == sku.lower()
            if _stands_for_all(world, product):
                found |= {product["variants"][0]["id"]} if own else set()
            else:
                found |= {row["id"] for row in products.variants_of_sku(sku)}
    return found


def _by_product(world: World) -> set[int] | None:
    texts, products = csv("product_id:in"), world.bigcommerce.products
    if texts is None:
        return None
    known = [products.get(int(text)) for text in texts if text.isdigit()]
    return {row["id"] for product in known if product for row in product["variants"]}


def settings_put(world: World, location_id: int) -> Response:
    """Safety stock, warning level and the like of some items at one location; all or nothing."""
    if location_id not in world.bigcommerce.locations:
        raise _no_place(location_id)
    rows = v3_body().get("settings")
    if not isinstance(rows, list) or not rows or len(rows) > 2 * MOST:
        raise Refusal(problem_json(INVALID, {"settings": "must be a list of 1 to 2000 items"}))
    wanted = [(_named(world, place, row), row) for place, row in enumerate(rows)]
    for holder, row in wanted:
        if holder is not None:
            cell = cell_of(world, holder, location_id)
            for name in SETTINGS:
                setattr(cell, name, row.get(name, getattr(cell, name)))
            settings_changed(world, holder, location_id)
    return transaction()


def _named(world: World, place: int, row: Any) -> Holder | None:
    identity = row.get("identity") if isinstance(row, dict) else None
    where = f"setting.{place}"
    if not isinstance(identity, dict) or sum(identity.get(name) is not None for name in IDENTITIES) != 1:
        errors = {f"{where}.identity": "exactly one of sku, variant_id and product_id must be specified"}
        raise Refusal(problem_json(INVALID, errors))
    if not any(name in row for name in SETTINGS):
        told = "At least one setting must be specified: warning_level, is_in_stock or safety_stock"
        raise Refusal(problem_json(INVALID, {f"{where}.settings": told}))
    for name, kind in SETTINGS.items():
        if name in row and type(row[name]) is not kind:
            raise Refusal(problem_json(INVALID, {f"{where}.{name}": "has a wrong type"}))
    try:
        return named(world, identity)
    except Wrong as wrong:
        raise Refusal(problem_json(f"Items with identity: [{wrong.words}] can not be changed")) from None
