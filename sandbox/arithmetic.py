"""How a store adds up an order: tax after discounts and per line, discounts spread in proportion to price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)
STORED_PLACES = 4  # v2 money has four decimals, whatever the currency


@dataclass(frozen=True)
class Rate:
    """One tax rate as the store names it; `percent` is 20 for twenty per cent."""

    name: str
    percent: Decimal


@dataclass(frozen=True)
class TaxedAmount:
    """A charge in both price bases; `by_rate` has one amount of tax per rate, in the order of the rates."""

    ex: Decimal
    inc: Decimal
    by_rate: tuple[Decimal, ...]

    @property
    def tax(self) -> Decimal:
        return sum(self.by_rate, ZERO)


@dataclass(frozen=True)
class LineMoney:
    """A line's money: `gross` before discounts (price basis), `shown_*` as displayed, `paid_*` as charged."""

    gross: Decimal
    discount: Decimal
    by_rate: tuple[Decimal, ...]
    shown_ex: Decimal
    shown_inc: Decimal
    paid_inc: Decimal

    @property
    def tax(self) -> Decimal:
        return sum(self.by_rate, ZERO)

    @property
    def shown_tax(self) -> Decimal:
        return self.shown_inc - self.shown_ex


def half_up(amount: Decimal, places: int) -> Decimal:
    """Round as stores do: a half goes away from zero."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def whole(amount: Decimal, places: int) -> bool:
    """Whether the amount can be paid, that is, has no more decimals than its currency."""
    return half_up(amount, places) == amount


def taxes_on(amount: Decimal, rates: Sequence[Rate], places: int, *, inclusive: bool) -> tuple[Decimal, ...]:
    """The tax of each rate on an amount after discounts, rounded per rate (the store's RATE_ROUNDING)."""
    together = sum((rate.percent for rate in rates), ZERO)
    base = HUNDRED + together if inclusive else HUNDRED
    return tuple(half_up(amount * rate.percent / base, places) for rate in rates)


def taxed(amount: Decimal, rates: Sequence[Rate], places: int, *, inclusive: bool) -> TaxedAmount:
    """A charge without discounts, such as shipping: the side in the price basis is exact."""
    by_rate = taxes_on(amount, rates, places, inclusive=inclusive)
    tax = sum(by_rate, ZERO)
    if inclusive:
        return TaxedAmount(amount - tax, amount, by_rate)
    return TaxedAmount(amount, amount + tax, by_rate)


def shown_tax(tax: Decimal, gross: Decimal, left: Decimal) -> Decimal:
    """The tax a store displays on a line before its discounts: an estimate with four decimals.

    A line that is wholly given away has no tax to scale up; what a store shows then is not known, so nothing.
    """
    return half_up(tax * gross / left, STORED_PLACES) if left else ZERO


def line_money(
    gross: Decimal, discount: Decimal, rates: Sequence[Rate], places: int, *, inclusive: bool
) -> LineMoney:
    """What a line of `gross` (unit price × quantity in the price basis) costs after `discount`."""
    left = gross - discount
    by_rate = taxes_on(left, rates, places, inclusive=inclusive)
    tax = sum(by_rate, ZERO)
    estimate = shown_tax(tax, gross, left)
    if inclusive:
        return LineMoney(gross, discount, by_rate, gross - estimate, gross, left)
    return LineMoney(gross, discount, by_rate, gross, gross + estimate, left + tax)


def spread(amount: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Spread an order's discount over its lines in proportion to price, with four decimals.

    What rounding leaves over goes to the heaviest line, so that the shares add up to the amount.
    """
    together = sum(weights, ZERO)
    if not amount or not together:
        return tuple(ZERO for _ in weights)
    shares = [half_up(amount * weight / together, STORED_PLACES) for weight in weights]
    heaviest = max(range(len(weights)), key=lambda place: weights[place])
    shares[heaviest] += amount - sum(shares, ZERO)
    return tuple(shares)


def payable(amounts: Sequence[Decimal], total: Decimal, places: int) -> tuple[Decimal, ...]:
    """Whole cents for four-decimal amounts, adding up to `total`: the largest remainders get the cents."""
    cent = Decimal(1).scaleb(-places)
    floors = [amount.quantize(cent, rounding=ROUND_DOWN) for amount in amounts]
    missing = int((total - sum(floors, ZERO)) / cent)
    order = sorted(range(len(amounts)), key=lambda place: (floors[place] - amounts[place], place))
    for place in order[: max(missing, 0)]:
        floors[place] += cent
    return tuple(floors)


def total_of(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, a Decimal also of nothing."""
    return sum(amounts, ZERO)
