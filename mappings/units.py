"""Weights and lengths from Zoho's units into the store's, rounded half up to the four decimals a store keeps."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from mappings.errors import Unmappable
from mappings.money import rounded

PLACES = 4

# what one of it weighs in grams; pound and ounce by their international definition
_GRAMS: Final[Mapping[str, Decimal]] = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
    "grams": Decimal(1),
    "kgs": Decimal(1000),
    "tonnes": Decimal(1_000_000),
    "lbs": Decimal("453.59237"),
    "ounces": Decimal("28.349523125"),
}
_CENTIMETERS: Final[Mapping[str, Decimal]] = {
    "cm": Decimal(1),
    "in": Decimal("2.54"),
    "centimeters": Decimal(1),
    "inches": Decimal("2.54"),
}


def weight(amount: Decimal, unit: str, into: str) -> Decimal:
    """2 lb in a store of KGS: 2 × 453.59237 / 1000 = 0.9072."""
    return _converted(amount, unit, into, _GRAMS, "weight")


def length(amount: Decimal, unit: str, into: str) -> Decimal:
    """10 cm in a store of Inches: 10 / 2.54 = 3.9370."""
    return _converted(amount, unit, into, _CENTIMETERS, "size")


def _converted(amount: Decimal, unit: str, into: str, sizes: Mapping[str, Decimal], what: str) -> Decimal:
    return rounded(amount * _size(unit, sizes, what) / _size(into, sizes, what), PLACES)


def _size(unit: str, sizes: Mapping[str, Decimal], what: str) -> Decimal:
    size = sizes.get(unit.strip().casefold())
    if size is None:
        raise Unmappable(
            "value-unfit",
            f'a {what} is given in "{unit}", a unit that is not known here',
            f"Enter the {what} in Zoho in kg, g, lb or oz (sizes: cm or in), or let the {what} alone in the settings "
            '(catalogue.fields: "never"); then retry.',
        )
    return size
