"""Which products are sold through which channels and stand in which categories; and the catalogue in figures."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import csv, nothing, refuse_v3, v3_body, v3_data, v3_list, v3_unfiltered
from sandbox.bigcommerce.product_filters import channels_of
from sandbox.bigcommerce.shelf import touched
from sandbox.bigcommerce.store import Json
from sandbox.world import World

VIEW = Callable[..., Response]


@dataclass(frozen=True)
class Side:
    """What products are assigned to: the key of a row, what there is, and where a product keeps it."""

    key: str
    known: Callable[[World], Mapping[int, Any]]
    kept: Callable[[World, Json], Sequence[int]]
    keep: Callable[[World, Json, list[int]], None]


def _sell(world: World, product: Json, ids: list[int]) -> None:
    world.bigcommerce.product_channels[product["id"]] = tuple(ids)


def _file(world: World, product: Json, ids: list[int]) -> None:
    product["categories"] = ids
    touched(world, product)


CHANNELS = Side("channel_id", lambda world: world.bigcommerce.channels, channels_of, _sell)
CATEGORIES = Side(
    "category_id", lambda world: world.bigcommerce.categories, lambda _, row: row["categories"], _file
)


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    table: list[tuple[str, str, VIEW]] = [("GET", "/catalog/summary", lambda **_: v3_data(summary(world)))]
    for name, side in (("channel", CHANNELS), ("category", CATEGORIES)):
        path = f"/catalog/products/{name}-assignments"
        table += [
            ("GET", path, lambda side=side, **_: v3_list(_listed(world, side), world.switches)),
            ("PUT", path, lambda side=side, **_: added(world, side, v3_body(list))),
            ("DELETE", path, lambda side=side, **_: taken(world, side)),
        ]
    return table


def _listed(world: World, side: Side) -> list[Json]:
    products, wanted, named = world.bigcommerce.products, csv("product_id:in"), csv(f"{side.key}:in")
    return [
        {"product_id": number, side.key: other}
        for number in products.order
        if wanted is None or str(number) in wanted
        for other in side.kept(world, products[number])
        if named is None or str(other) in named
    ]


def added(world: World, side: Side, rows: list[Json]) -> Response:
    """All of them or none; what is there already stays."""
    products, known = world.bigcommerce.products, side.known(world)
    wrong = {
        str(place): "The product or what it is assigned to does not exist."
        for place, row in enumerate(rows)
        if row.get("product_id") not in products or row.get(side.key) not in known
    }
    if wrong:
        raise refuse_v3(422, "Some of the assignments are not valid.", wrong)
    for row in rows:
        product = products[row["product_id"]]
        kept = list(side.kept(world, product))
        if row[side.key] not in kept:
            side.keep(world, product, [*kept, row[side.key]])
    return nothing()


def taken(world: World, side: Side) -> Response:
    if csv("product_id:in") is None and csv(f"{side.key}:in") is None:
        raise v3_unfiltered()
    for row in _listed(world, side):
        product = world.bigcommerce.products[row["product_id"]]
        side.keep(world, product, [one for one in side.kept(world, product) if one != row[side.key]])
    return nothing()


def summary(world: World) -> Json:
    """Counts and prices of the whole catalogue; the cheapest is text, as in reality."""
    store = world.bigcommerce
    rows = [store.products.variants[number] for number in store.products.variant_order]
    prices = [float(row["calculated_price"] or 0) for row in rows]
    levels = [int(row["inventory_level"] or 0) for row in rows]
    dates = [store.products[number]["date_created"] for number in store.products.order]
    crowd = Counter(n for number in store.products.order for n in store.products[number]["categories"])
    first = crowd.most_common(1)[0][0] if crowd else 0
    return {
        "inventory_count": sum(levels),
        "inventory_value": round(sum(n * price for n, price in zip(levels, prices, strict=True)), 2),
        "primary_category_id": first,
        "primary_category_name": store.categories.get(first, {}).get("name", ""),
        "variant_count": len(rows),
        "highest_variant_price": max(prices, default=0),
        "average_variant_price": round(sum(prices) / len(prices), 8) if prices else 0,
        "lowest_variant_price": f"{min(prices, default=0):g}",
        "oldest_variant_date": min(dates, default=None),
        "newest_variant_date": max(dates, default=None),
    }
