"""An item for Zoho from a product that only the store has: the first set-up of an organization."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import rounded
from mappings.reading import number
from mappings.rules import CatalogueRules, StoreFacts
from mappings.zoho.texts import cut, tidy

NAME_LIMIT = 100
DESCRIPTION_LIMIT = 2000
_WEIGHT_UNITS = {"grams": "g", "kgs": "kg", "lbs": "lb", "ounces": "oz"}
_LENGTH_UNITS = {"inches": "in", "centimeters": "cm"}
_TONNE = Decimal(1000)  # kilograms; Zoho knows no tonnes

_Row = Mapping[str, Any]


def item_body(
    store_product: _Row, variant: _Row | None, rules: CatalogueRules, facts: StoreFacts
) -> dict[str, Any]:
    """`POST /items` for a product, or for one of its real variants.

    What Zoho cannot take whole is left out, so that nothing cut comes back to the store. The rate is the store's
    price. Where the two sides do not both carry tax or both not, nobody knows the tax of an
    item that is not born yet: such prices are refused rather than guessed.
    """
    if (rules.rates == "inclusive") != facts.prices_with_tax:
        raise Unmappable(
            "value-unfit",
            f"product {store_product['id']} has a price {'with' if facts.prices_with_tax else 'without'} tax, and "
            "rates in Zoho are the other way round",
            "Set catalogue.rates to what the store does while you export, or enter the items in Zoho by hand.",
        )
    row = {
        **store_product,
        **{key: value for key, value in (variant or {}).items() if value not in (None, "")},
    }
    cost = number(row.get("cost_price"))
    description = str(store_product.get("description") or "").strip()
    body = {
        "name": _name(store_product, variant),
        "sku": str(row.get("sku") or "").strip(),
        "rate": rounded(number(row.get("price")) or Decimal(0), facts.places),
        "description": description if len(description) <= DESCRIPTION_LIMIT else "",
        "product_type": "goods",
        "item_type": "sales_and_purchases" if cost else "sales",
        "purchase_rate": cost,
        "upc": str(row.get("upc") or "").strip(),
        "ean": str(row.get("gtin") or "").strip(),
        "part_number": str(row.get("mpn") or "").strip(),
        "package_details": _package(row, facts),
    }
    return {key: value for key, value in body.items() if value not in (None, "", {}, 0) or key == "rate"}


def _name(store_product: _Row, variant: _Row | None) -> str:
    """A variant's options stand behind the name and stay whole, for they tell it from its sisters.

    A product's own name is never cut: the store's would follow, and be cut as well.
    """
    name = tidy(str(store_product["name"]))
    labels = [str(value["label"]) for value in (variant or {}).get("option_values") or ()]
    if not labels and cut(name, NAME_LIMIT) != name:
        raise Unmappable(
            "value-unfit",
            f"the name of product {store_product['id']} has {len(name)} characters, Zoho takes {NAME_LIMIT}",
            "Shorten the name in the store, or make the item in Zoho by hand.",
        )
    suffix = f" - {' / '.join(tidy(label) for label in labels)}" if labels else ""
    return cut(cut(name, max(NAME_LIMIT - len(suffix), 1)) + suffix, NAME_LIMIT)


def _package(row: _Row, facts: StoreFacts) -> dict[str, Any]:
    units = facts.weight_units.casefold(), facts.dimension_units.casefold()
    package: dict[str, Any] = {}
    weight = number(row.get("weight"))
    if weight:
        tonnes = units[0] == "tonnes"
        package["weight"] = weight * _TONNE if tonnes else weight
        package["weight_unit"] = "kg" if tonnes else _WEIGHT_UNITS.get(units[0], "kg")
    sizes = {"length": "depth", "width": "width", "height": "height"}
    told = {theirs: number(row.get(ours)) for theirs, ours in sizes.items()}
    if any(told.values()) and units[1] in _LENGTH_UNITS:
        package |= {key: value for key, value in told.items() if value}
        package["dimension_unit"] = _LENGTH_UNITS[units[1]]
    return package
