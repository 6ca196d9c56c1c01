"""Filling baskets: lines, discounts and charges drawn by dice, so that money behaves as in real shops."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from random import Random

from sandbox.arithmetic import total_of
from sandbox.shop.cart import CartLine, Charge, Deduction, Destination, Person
from sandbox.shop.goods import BRITAIN, GERMANY, Country, Good, line_of
from sandbox.shop.people import guest, living_in

CENT = Decimal("0.01")
MOST_OFF = Decimal("0.3")  # of the goods; more would leave nothing to pay
ODD_AMOUNTS = ("10.00", "7.77", "3.33", "5.00", "1.01")
REGISTERED_SHARE, NOT_LOGGED_IN_SHARE = 0.6, 0.1
COUNTRIES = (GERMANY, BRITAIN)


@dataclass(frozen=True)
class Shop:
    """What a shop has: goods to sell and customers who know it; `seed` marks its guests."""

    seed: int
    goods: tuple[Good, ...]
    people: tuple[Person, ...]


def lines_of(
    dice: Random, shop: Shop, country: Country, count: int, *, least: int = 1
) -> tuple[CartLine, ...]:
    """`count` different goods; the first line has at least `least` pieces."""
    picked = dice.sample(shop.goods, count)
    return tuple(
        line_of(good, country, dice.randint(least if place == 0 else 1, 5), dice.randrange(3))
        for place, good in enumerate(picked)
    )


def mixed_lines(dice: Random, shop: Shop, country: Country, count: int) -> tuple[CartLine, ...]:
    """Lines of which at least one is taxed at the reduced rate and the first has three pieces or more."""
    while True:
        lines = lines_of(dice, shop, country, count, least=3)
        if len({line.rates for line in lines}) > 1:
            return lines


def off(dice: Random, kind: str, lines: tuple[CartLine, ...], code: str | None = None) -> Deduction:
    """Money off the whole order that hardly ever divides evenly among its lines."""
    most = total_of(line.price * line.quantity for line in lines) * MOST_OFF
    amount = min(Decimal(dice.choice(ODD_AMOUNTS)), most.quantize(CENT, rounding=ROUND_DOWN))
    names = {"manual": "Manual Discount", "automatic": "Spring promotion", "coupon": "Coupon"}
    return Deduction(kind, amount, names[kind], code)


def shipped(dice: Random, country: Country, *, handling: str = "0") -> Destination:
    """Shipping to the billing address, taxed as the country taxes most things."""
    cost = Decimal(dice.choice(("4.90", "5.95", "7.49", "12.00")))
    charged = Charge(Decimal(handling), country.standard if Decimal(handling) else ())
    return Destination(Charge(cost, country.standard), charged)


def somebody(dice: Random, shop: Shop, country: Country, order_id: int) -> Person:
    """A customer who may have been here before, or a guest; some guests are customers who did not log in."""
    known = dice.choice([person for person in shop.people[:-3] if person.country_iso2 == country.code])
    draw = dice.random()
    if draw < REGISTERED_SHARE:
        return known
    if draw < REGISTERED_SHARE + NOT_LOGGED_IN_SHARE:
        return replace(known, customer_id=0, email=known.email.title())
    return living_in(guest(dice, shop.seed, order_id), country.code)
