"""A realistic shop by seed: its catalogue, its orders, and for each order what must become of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

from sandbox.bigcommerce import adopting, placing
from sandbox.orders import bundle_of
from sandbox.shop.baskets import Shop
from sandbox.shop.cart import FIRST_DAY, Cart
from sandbox.shop.contents import REQUIRED, found_in
from sandbox.shop.expecting import Expected, Terms, expect_loaded
from sandbox.shop.goods import goods, product_json
from sandbox.shop.people import customer_json, customers
from sandbox.shop.scenarios import EXTRA, ORDINARY, Scenario
from sandbox.shop.scenarios import REQUIRED as REQUIRED_SCENARIOS
from sandbox.shop.stocking import stock
from sandbox.shop.taxes import FORGOTTEN, MerchantTax, taxes_needed

if TYPE_CHECKING:
    from sandbox.world import World

__all__ = [
    "FORGOTTEN",
    "Catalogue",
    "Expected",
    "MerchantTax",
    "Placed",
    "Terms",
    "catalogue",
    "contents",
    "expect_loaded",
    "fill",
    "generate",
    "judged",
    "require_everything",
    "stock",
    "taxes_needed",
]

FIRST_ORDER = 1001
ENOUGH = len(REQUIRED_SCENARIOS)  # from here on every shop contains everything
THROWS = 400  # of the dice, until an order fits what it is meant for
ROUNDINGS = ("entity_level", "item_level")


@dataclass(frozen=True)
class Placed:
    """An order as the store answers it, what must become of it, and `at`: seconds from the start."""

    bundle: dict[str, Any]
    expected: Expected
    at: float
    scenario: str

    @property
    def order_id(self) -> int:
        return int(self.bundle["order"]["id"])


@dataclass(frozen=True)
class Catalogue:
    """Products with their variants and registered customers, as v3 writes them."""

    products: list[dict[str, Any]]
    customers: list[dict[str, Any]]


def catalogue(seed: int) -> Catalogue:
    """What must be in the store so that every id in the orders of this seed exists."""
    return Catalogue(
        [product_json(good) for good in goods(seed)], [customer_json(person) for person in customers(seed)]
    )


def generate(
    seed: int,
    orders: int,
    *,
    terms: Terms | None = None,
    first_id: int = FIRST_ORDER,
    start: datetime = FIRST_DAY,
) -> list[Placed]:
    """The orders of a shop, the same for the same seed; with 25 or more, everything REQUIRED occurs.

    Raises AssertionError when something required is absent, which would make the run prove less than it says.
    """
    shop = Shop(seed, goods(seed), customers(seed))
    made, moment = [], 0.0
    for place, scenario in enumerate(islice(_scenarios(), orders)):
        dice = Random(f"{seed} {place}")
        moment += 0.0 if scenario.at_once else dice.uniform(0.05, 0.5)
        created = start + timedelta(seconds=moment)
        draw = partial(scenario.make, dice, shop, first_id + place)
        made.append((_thrown(scenario, draw, created, terms or Terms()), moment, scenario.name))
    expected = judged([bundle for bundle, *_ in made], terms)
    placed = [Placed(bundle, expected[bundle["order"]["id"]], at, name) for bundle, at, name in made]
    if orders >= ENOUGH:
        require_everything(placed)
    return placed


def require_everything(placed: Iterable[Placed]) -> None:
    """Raise AssertionError, naming it, when something is absent that every shop must contain."""
    missing = REQUIRED - contents(placed)
    if missing:
        raise AssertionError(f"the shop lacks {', '.join(sorted(missing))}")


def judged(bundles: Sequence[Mapping[str, Any]], terms: Terms | None = None) -> dict[int, Expected]:
    """What must become of each order, by id, where the merchant has the taxes that these orders need."""
    rules = terms or Terms()
    if rules.taxes is None:
        rules = replace(rules, taxes=tuple(taxes_needed(bundles)))
    return {int(bundle["order"]["id"]): expect_loaded(bundle, rules) for bundle in bundles}


def contents(placed: Iterable[Placed]) -> frozenset[str]:
    """Everything that occurs in these orders, by the names of sandbox/shop/contents.py."""
    orders = list(placed)
    return found_in((order.bundle for order in orders), [order.at for order in orders])


def _scenarios() -> Iterator[Scenario]:
    yield from REQUIRED_SCENARIOS
    yield from EXTRA
    while True:
        yield ORDINARY


def _thrown(scenario: Scenario, draw: Callable[[], Cart], created: datetime, terms: Terms) -> dict[str, Any]:
    """Throw the dice until the order is what its scenario says, by either way of rounding."""
    for _ in range(THROWS):
        bundle = bundle_of(replace(draw(), created=created))
        if fits(scenario, bundle, terms):
            return bundle
    raise AssertionError(f"no throw of the dice makes {scenario.name!r} what it is meant to be")


def fits(scenario: Scenario, bundle: Mapping[str, Any], terms: Terms) -> bool:
    """Whether the order is posted beyond doubt, or is what its scenario is made for."""
    seen = [expect_loaded(bundle, replace(terms, tax_rounding=rule, taxes=None)) for rule in ROUNDINGS]
    if scenario.outcome == "posted":
        return all(one.outcome == "posted" and one.worst <= terms.adjustment_limit for one in seen)
    return (seen[0].outcome, seen[0].reasons) == (scenario.outcome, (scenario.reason,))


def fill(world: World, seed: int, orders: int, *, place: bool = True) -> dict[str, Any]:
    """Put a shop into the sandbox: catalogue, customers, orders; `taxes` must be set up in the books.

    `place` false: the orders are answered as `bundles`, to be placed one by one.
    """
    known = catalogue(seed)
    for product in known.products:
        world.bigcommerce.products.setdefault(product["id"], _completed(world, product))
    for customer in known.customers:
        world.bigcommerce.customers.setdefault(customer["id"], customer)
    first = max([FIRST_ORDER - 1, *world.bigcommerce.orders]) + 1
    placed = generate(seed, orders, first_id=first, start=world.clock.now() - timedelta(seconds=orders))
    for order in placed:
        world.expectations[str(order.order_id)] = order.expected.as_json()
        if place:
            placing.place(world, order.bundle)
    return {
        "bundles": [] if place else [order.bundle for order in placed],
        "ids": [order.order_id for order in placed],
        "contents": sorted(contents(placed)),
        "taxes": [tax.as_json() for tax in taxes_needed(order.bundle for order in placed)],
        "expectations": {str(order.order_id): order.expected.as_json() for order in placed},
    }


def _completed(world: World, product: dict[str, Any]) -> dict[str, Any]:
    """The product with every key that the store writes, also those without meaning for anybody."""
    number = product["id"]
    variants = [
        {**adopting.variant_of(number, variant["id"], product), **variant} for variant in product["variants"]
    ]
    return {**adopting.product_of(world, number, product), **product, "variants": variants}
