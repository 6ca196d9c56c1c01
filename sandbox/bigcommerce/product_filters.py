"""Which products a list shows, in which order, and with which of their parts."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from flask import request

from sandbox.bigcommerce.answers import csv, refuse_v3
from sandbox.bigcommerce.asked import by_date
from sandbox.bigcommerce.products import Products
from sandbox.bigcommerce.shapes import moment_of
from sandbox.bigcommerce.store import Json
from sandbox.world import World

Test = Callable[[Json], bool]
EQUAL = (
    *("id", "sku", "name", "upc", "mpn", "price", "weight", "type", "condition", "is_visible", "is_featured"),
    *("is_free_shipping", "availability", "brand_id", "total_sold", "inventory_level"),
)
FLAGS = ("is_visible", "is_featured", "is_free_shipping")
FIGURES = ("price", "weight")
LISTS = ("id", "sku", "inventory_level")
BOUNDS = ("id", "price", "inventory_level", "date_modified", "total_sold")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "min": lambda have, bound: bool(have >= bound),
    "max": lambda have, bound: bool(have <= bound),
    "greater": lambda have, bound: bool(have > bound),
    "less": lambda have, bound: bool(have < bound),
}
SORTS = (
    *("id", "name", "sku", "price", "date_modified", "inventory_level", "total_sold"),
    *("calculated_price", "is_visible", "date_last_imported"),
)
PARTS = ("variants", "options", "modifiers", "images", "custom_fields", "bulk_pricing_rules", "videos")
# parts that are worked out when somebody includes them
MADE: dict[str, Callable[[Json], Any]] = {
    "primary_image": lambda row: next((image for image in row["images"] if image["is_thumbnail"]), None),
    "parent_relations": lambda _: [],
    "reviews": lambda _: [],
}


def channels_of(world: World, product: Json) -> Sequence[int]:
    """A product is sold through the first channel until somebody assigns it otherwise."""
    return world.bigcommerce.product_channels.get(product["id"], (1,))


def chosen(world: World) -> list[int]:
    """The ids of the products that this call asks for, in its order."""
    products = world.bigcommerce.products
    tests = list(_tests(world))
    ids = _narrowed(products)
    if tests:
        ids = [number for number in ids if all(test(products[number]) for test in tests)]
    return _sorted(products, ids)


def _narrowed(products: Products) -> list[int]:
    """By id, name or SKU only the few that may fit are looked at; every filter is still checked afterwards."""
    listed, sku, skus = csv("id:in"), request.args.get("sku"), csv("sku:in")
    if listed is not None or "id" in request.args:
        wanted = {text for text in [*(listed or []), request.args.get("id", "")] if text.isdigit()}
        return [number for number in sorted(map(int, wanted)) if number in products]
    if sku is not None or skus is not None:
        return sorted({number for text in (sku, *(skus or ())) if text for number in products.bearing(text)})
    if "name" in request.args:
        return sorted(products.named(request.args["name"]))
    return products.order


def _tests(world: World) -> Iterator[Test]:
    """Sku and sku:in mean the product's own SKU; variants have a list of their own."""
    yield from (_equal(name, request.args[name]) for name in EQUAL if name in request.args)
    for name in LISTS:
        for word, wanted in (("in", True), ("not_in", False)):
            texts = csv(f"{name}:{word}")
            if texts is not None:
                yield _among(name, texts, wanted=wanted)
    for name, word in product(BOUNDS, COMPARE):
        text = request.args.get(f"{name}:{word}")
        if text is not None:
            yield _bounded(name, COMPARE[word], _comparable(name, _with_time(world, name, text)))
    yield from _rarer(world)


def _rarer(world: World) -> Iterator[Test]:
    if word := request.args.get("keyword", "").lower():
        yield lambda row: any(word in str(row[name]).lower() for name in ("name", "sku", "description"))
    if (one := request.args.get("categories")) is not None:
        yield lambda row: [str(number) for number in row["categories"]] == [one]
    if (every := csv("categories:in")) is not None:
        yield lambda row: set(every) <= {str(number) for number in row["categories"]}
    if (channels := csv("channel_id:in")) is not None:
        yield lambda row: any(str(number) in channels for number in channels_of(world, row))

    if any(name.startswith("date_last_imported") for name in request.args):
        yield (
            lambda row: row["date_last_imported"] is not None
        )  # what was never imported was imported at no time
    if "date_modified" in request.args:
        yield next(by_date("date_modified"))
    yield from _stocked()


def _stocked() -> Iterator[Test]:
    """By their level, of which only goods say something whose stock is tracked."""
    low = request.args.get("inventory_low")
    if low is not None:
        yield lambda row: _tracked(row) and _is_low(row) is (low == "1")
    if request.args.get("out_of_stock") == "1":
        yield lambda row: _tracked(row) and row["inventory_level"] <= 0


def _tracked(row: Json) -> bool:
    return bool(row["inventory_tracking"] != "none")


def _is_low(row: Json) -> bool:
    return bool(row["inventory_level"] <= row["inventory_warning_level"])


def _equal(name: str, wanted: str) -> Test:
    if name in FIGURES:
        return _bounded(name, lambda have, bound: have == bound, _comparable(name, wanted))
    if name in FLAGS:
        flag = wanted.lower() in ("1", "true")
        return lambda row: bool(row[name]) is flag
    text = wanted.lower()
    return lambda row: str(row[name]).lower() == text


def _among(name: str, texts: list[str], *, wanted: bool) -> Test:
    known = {text.lower() for text in texts}
    return lambda row: (str(row[name]).lower() in known) is wanted


def _bounded(name: str, compare: Callable[[Any, Any], bool], bound: float) -> Test:
    return lambda row: compare(_comparable(name, row[name]), bound)


def _with_time(world: World, name: str, text: str) -> str:
    """A date alone gets the present time of day, as the store does, which is hardly ever what was meant."""
    if name == "date_modified" and len(text) == len("2026-01-31"):
        return text + world.clock.now().strftime("T%H:%M:%S+00:00")
    return text


def _comparable(name: str, value: Any) -> float:
    try:
        if name == "date_modified":
            return moment_of(str(value)).timestamp()
        return float(value)
    except ValueError:
        raise refuse_v3(422, f"The filter(s): {name} are not valid for this resource.") from None


def _sorted(products: Products, ids: list[int]) -> list[int]:
    name = request.args.get("sort", "id")
    if name not in SORTS:
        raise refuse_v3(422, f"The filter(s): sort={name} are not valid for this resource.")
    backwards = request.args.get("direction") == "desc"
    if name == "id":
        return ids[::-1] if backwards else ids

    def key(number: int) -> tuple[Any, int]:
        value = products[number][name]
        return ("" if value is None else value), number  # a date that there is not stands before the others

    return sorted(ids, key=key, reverse=backwards)


def trimmer(*, parts: bool = True) -> Callable[[Json], Json]:
    """What cuts a row down: no parts nobody included, and only the fields that were asked for."""
    included = set(csv("include") or []) if parts else set()
    wanted, unwanted = csv("include_fields"), set(csv("exclude_fields") or []) - {"id"}
    dropped = (set(PARTS) - included) | unwanted
    made = {name: MADE[name] for name in MADE if name in included}
    kept = {"id", *included, *wanted} - dropped if wanted else None

    def trim(row: Json) -> Json:
        shown = {key: value for key, value in row.items() if (key in kept if kept else key not in dropped)}
        return {**shown, **{name: make(row) for name, make in made.items()}} if made else shown

    return trim


def shower(world: World) -> Callable[[Json], Json]:
    """What a product shows to a call: trimmed, with its channels if they are included."""
    trim = trimmer()
    if "channels" not in (csv("include") or []):
        return trim
    return lambda row: {**trim(row), "channels": list(channels_of(world, row))}
