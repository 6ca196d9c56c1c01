"""What was paid, in the readings under which an order's money off may add up: off lines, off shipping, off both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain, product

from mappings.bigcommerce.charges import cost_of_shipping, less_shipping
from mappings.bigcommerce.lines import cent_readings, readings, spread_readings, untold
from mappings.money import ZERO, summed
from mappings.reading import Part
from mappings.records import Line

_OF_SHIPPING = frozenset({"3", "4"})  # coupons for money off shipping, and for free shipping

Lines = tuple[Line, ...]


def paid_readings(
    order: Part,
    products: Sequence[Part],
    charges: Lines,
    coupons: Sequence[Part],
    *,
    inclusive: bool,
    places: int,
) -> Iterator[Lines]:
    """What was paid as the lines tell it; else a discount that none tells of is taken off lines, or off shipping.

    Several may add up: what the discount is for comes first. Last, lines that tell neither their discount nor the tax
    after it.
    """
    off, part = untold(order, products), _of_shipping(coupons)
    told = tuple(readings(products, inclusive=inclusive))
    spread = partial(spread_readings, products, inclusive=inclusive, places=places)
    less = partial(less_shipping, charges, inclusive=inclusive)
    yield from _with([charges], told)
    yield from _with([charges], cent_readings(products, off, inclusive=inclusive, places=places))
    yield from _with([charges, *less(part)], spread(off - part) if part else ())
    off_lines, off_shipping = _with([charges], spread(off)), _with(less(off), told)
    for_shipping = _is_for_shipping(order, coupons, off, cost_of_shipping(charges, inclusive=inclusive))
    yield from chain(*((off_shipping, off_lines) if for_shipping else (off_lines, off_shipping)))
    yield from _with([charges], spread(off, taxed_before=True))


def _of_shipping(coupons: Sequence[Part]) -> Decimal:
    return summed([coupon["discount"] or ZERO for coupon in coupons if coupon["type"] in _OF_SHIPPING])


def _is_for_shipping(order: Part, coupons: Sequence[Part], off: Decimal, cost: Decimal) -> bool:
    """As the kind of the coupon tells; without one, money off that is just what shipping cost made it free."""
    return any(coupon["type"] in _OF_SHIPPING for coupon in coupons) or (
        not order["coupon_discount"] and off == cost
    )


def _with(charges: Iterable[Lines], read: Iterable[Lines]) -> Iterator[Lines]:
    return ((*lines, *others) for others, lines in product(charges, read))
