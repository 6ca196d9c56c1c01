"""v3 inventory adjustments, absolute and relative: checked at once, in force a little later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import Refusal, problem_json, transaction, v3_body
from sandbox.bigcommerce.stock import Holder, Key, cell_of, holder_at, holder_of
from sandbox.bigcommerce.stock_moves import outcome, queue
from sandbox.bigcommerce.store import Json
from sandbox.world import World

MOST = 2000
IDENTITIES = ("sku", "variant_id", "product_id")
INVALID = "Payload contains invalid fields"
# what is wrong with an item; a refusal tells of one kind only, the first of these that there is
KINDS = ("unknown", "location", "untracked", "tracking", "absolute first", "short")
LISTED = {
    "unknown": "Items with identity: [{}] not found",
    "location": "Locations with identity: [{}] not found",
    "absolute first": "Items with identity: [{}] requires absolute adjustment before relative",
    "short": "Items with identity: [{}] would have less than their safety stock",
}


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    return [
        ("PUT", "/inventory/adjustments/absolute", lambda **_: adjusted(world, absolute=True)),
        ("POST", "/inventory/adjustments/relative", lambda **_: adjusted(world, absolute=False)),
    ]


@dataclass(frozen=True)
class Wrong(Exception):
    """One item that cannot be adjusted."""

    kind: str
    words: str


def adjusted(world: World, *, absolute: bool) -> Response:
    """All of it or, where one item is bad, nothing (or the others, by the switch inventory_batch)."""
    rows = _shape(v3_body(), absolute=absolute)
    expected = _expected(world)
    good: list[tuple[Holder, int, int]] = []
    wrong: list[Wrong] = []
    for row in rows:
        try:
            holder = _checked(world, row, expected, absolute=absolute)
        except Wrong as problem:
            wrong.append(problem)
            continue
        if holder is not None:
            good.append((holder, int(row["location_id"]), int(row["quantity"])))
    if not wrong or world.switches["inventory_batch"] == "partial":
        for holder, location_id, _ in good:
            cell_of(world, holder, location_id).counted |= absolute
        queue(world, good, absolute=absolute)
    if wrong:
        raise Refusal(problem_json(_title(wrong)))
    return transaction()


def _shape(body: Json, *, absolute: bool) -> Sequence[Json]:
    """The items, each with one identity, a location and a whole quantity."""
    rows = body.get("items")
    if not isinstance(rows, list) or not rows:
        raise Refusal(problem_json(INVALID, {"items": "must be a list with at least one item"}))
    if len(rows) > MOST:
        raise Refusal(problem_json(INVALID, {"items": f"must have at most {MOST} items"}))
    errors = {}
    for place, row in enumerate(rows):
        errors.update(_errors(f"items.{place}", row, absolute=absolute))
    if errors:
        raise Refusal(problem_json(INVALID, errors))
    return rows


def _errors(where: str, row: Any, *, absolute: bool) -> dict[str, str]:
    if not isinstance(row, dict) or sum(row.get(name) is not None for name in IDENTITIES) != 1:
        return {where: "exactly one of sku, variant_id and product_id must be specified"}
    wrong = {
        f"{where}.{name}": "must be a whole number"
        for name in ("location_id", "quantity")
        if not isinstance(row.get(name), int) or isinstance(row[name], bool)
    }
    if not wrong and absolute and row["quantity"] < 0:
        wrong[f"{where}.quantity"] = "must be greater than or equal to 0"
    return wrong


def _expected(world: World) -> dict[tuple[Key, int], int]:
    """The levels on hand as they will be when all that was accepted has taken effect."""
    levels: dict[tuple[Key, int], int] = {}
    for effect in world.bigcommerce.stock.effects:
        holder = holder_at(world, effect.key)
        if holder is not None:
            cell, at = cell_of(world, holder, effect.location_id), (effect.key, effect.location_id)
            have = levels.get(at, cell.on_hand)
            level = outcome(world, cell, have, effect.quantity, absolute=effect.absolute)
            levels[at] = have if level is None else level
    return levels


def _checked(
    world: World, row: Json, expected: dict[tuple[Key, int], int], *, absolute: bool
) -> Holder | None:
    """Whose level it is; None for an untracked one that is ignored. Raises Wrong."""
    holder, words = named(world, row), words_of(row)
    if row["location_id"] not in world.bigcommerce.locations:
        raise Wrong("location", f"location_id {row['location_id']}")
    if holder is None:
        return None
    cell, at = cell_of(world, holder, row["location_id"]), (holder.key, row["location_id"])
    if not absolute and not cell.counted:
        raise Wrong("absolute first", words)
    have = expected.get(at, cell.on_hand)
    level = outcome(world, cell, have, row["quantity"], absolute=absolute)
    if level is None and row["quantity"] < 0:
        raise Wrong("short", words)
    expected[at] = have if level is None else level
    return holder


def words_of(row: Json) -> str:
    return next(f"{name} {row[name]}" for name in IDENTITIES if row.get(name) is not None)


def named(world: World, row: Json) -> Holder | None:
    """Who is meant, if it may be named so; None for one that is not tracked and ignored."""
    words, products = words_of(row), world.bigcommerce.products
    product, variant = None, None
    if row.get("sku") is not None:
        product, variant = _by_sku(world, str(row["sku"]))
    elif row.get("variant_id") is not None:
        variant = products.variants.get(row["variant_id"])
        product = products[variant["product_id"]] if variant else None
    else:
        product = products.get(row["product_id"])
    if product is None:
        raise Wrong("unknown", words)
    if product["inventory_tracking"] == "none":
        if world.switches["inventory_untracked"] == "ignored":
            return None
        raise Wrong("untracked", f"Item with {words} is not tracked, please enable inventory tracking")
    _check_name(row, product, variant, words)
    return holder_of(product, variant)


def _by_sku(world: World, sku: str) -> tuple[Json | None, Json | None]:
    """The variant with this SKU, or the product with variants that bears it itself."""
    products = world.bigcommerce.products
    rows = products.variants_of_sku(sku)
    if rows:
        return products[rows[0]["product_id"]], rows[0]
    return next((products[number] for number in sorted(products.bearing(sku))), None), None


def _check_name(row: Json, product: Json, variant: Json | None, words: str) -> None:
    """A product tracked as one is named as one, one tracked by variant by its variants."""
    simple = product["base_variant_id"] is not None
    if product["inventory_tracking"] == "product":
        if row.get("variant_id") is not None or (variant is not None and not simple):
            _misnamed(words, "product")
    elif variant is None and not simple:
        _misnamed(words, "variant")


def _misnamed(words: str, kind: str) -> NoReturn:
    raise Wrong("tracking", f"Item with {words} is tracked by {kind}, please update stock by {kind} id")


def _title(wrong: Sequence[Wrong]) -> str:
    """One sentence for all items that fail in the first of the ways; the others are not told."""
    kind = next(kind for kind in KINDS if any(one.kind == kind for one in wrong))
    words = ", ".join(dict.fromkeys(one.words for one in wrong if one.kind == kind))
    return LISTED.get(kind, "[{}]").format(words)
