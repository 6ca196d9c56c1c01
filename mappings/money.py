"""Money in whole smallest units: rounding, what is whole, and spreading a total over lines without losing a cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)

# ISO 4217 minor units that are not two
_NO_DECIMALS = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
    }
    | {"XPF"}
)
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def places_of(currency: str) -> int:
    """How many decimals a currency's smallest unit has."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def unit(places: int) -> Decimal:
    """The smallest unit: 1, 0.01 or 0.001."""
    return Decimal(1).scaleb(-places)


def in_coins(limit: Decimal, currency: str) -> Decimal:
    """A limit that was told for cents; where the smallest coin is larger it counts as many of those: 0.02 is 2 JPY."""
    places = places_of(currency)
    return limit.scaleb(2 - places) if places < 2 else limit


def rounded(amount: Decimal, places: int) -> Decimal:
    """Half up, away from zero on the half, as both platforms do."""
    return amount.quantize(unit(places), rounding=ROUND_HALF_UP)


def floored(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(unit(places), rounding=ROUND_FLOOR)


def raised(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(unit(places), rounding=ROUND_CEILING)


def is_whole(amount: Decimal, places: int) -> bool:
    return amount == floored(amount, places)


def summed(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def allocate(amounts: Sequence[Decimal], total: Decimal, places: int) -> tuple[Decimal, ...] | None:
    """Each amount brought to whole units so that they add up to `total`; None where rounding cannot explain it.

    Largest remainder: every amount is floored, then the units still missing go one each to the largest remainders
    (the first of equals). Whole amounts are never touched, so a fraction moves by less than one unit.
    """
    floors = [floored(amount, places) for amount in amounts]
    fractions = [amount - floor for amount, floor in zip(amounts, floors, strict=True)]
    missing = (total - summed(floors)) / unit(places)
    if missing != int(missing) or not 0 <= missing <= sum(1 for fraction in fractions if fraction):
        return None
    largest_first = sorted(range(len(amounts)), key=lambda index: -fractions[index])
    lifted = set(largest_first[: int(missing)])
    return tuple(floor + unit(places) if index in lifted else floor for index, floor in enumerate(floors))
