"""How a line's paid amount is said to Zoho so that it comes out exact, although Zoho stores rates rounded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from mappings.money import ZERO, floored, is_whole, raised, rounded


@dataclass(frozen=True)
class Part:
    """quantity × rate - discount is the amount, in whole smallest units."""

    quantity: Decimal
    rate: Decimal
    discount: Decimal = ZERO


def parts(
    amount: Decimal, quantity: Decimal, places: int, mode: Literal["amount", "split"]
) -> tuple[Part, ...]:
    """One Part where the amount divides; else the rate is rounded up and a discount takes the remainder ("amount"),
    or all pieces but one go at the rate rounded down and the last one takes the rest ("split").

    10.00 for 3: amount 3 × 3.34 - 0.02; split 2 × 3.33 + 1 × 3.34.
    """
    rate = rounded(amount / quantity, places)
    if rounded(rate * quantity, places) == amount:
        return (Part(quantity, rate),)
    if mode == "amount":
        rate = raised(amount / quantity, places)
        return (Part(quantity, rate, rounded(rate * quantity, places) - amount),)
    if is_whole(quantity, 0):
        rate = floored(amount / quantity, places)
        return Part(quantity - 1, rate), Part(Decimal(1), amount - rate * (quantity - 1))
    # half a metre cannot be split off a metre and a half in whole cents: the amount outranks the count
    return (Part(Decimal(1), amount),)
