"""What Zoho has to say on each field of a product or a variant, and where the store says something else.

What Zoho leaves empty it says nothing about: the store's own value stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mappings.bigcommerce.prices import store_price
from mappings.errors import Unmappable
from mappings.money import rounded
from mappings.reading import number
from mappings.records import Product, Variant
from mappings.rules import CatalogueRules, Ownership, StoreFacts

Body = dict[str, Any]
Told = dict[str, Body]
CODE_LIMIT = 14  # of upc and gtin
PLACES = 4  # of every amount that a store keeps
_NOTHING_IS_ZERO = ("cost_price", "width", "height", "depth")


def of_product(product: Product, rules: CatalogueRules) -> Told:
    """By field name of the settings; what stands on the product whether or not it has variants."""
    sizes = {"width": product.width, "height": product.height, "depth": product.depth}
    return {
        "description": {"description": product.description},
        "brand": {"brand_name": product.brand},
        "dimensions": sizes,
        "tax_class": {"tax_class_id": _tax_class(product, rules)},
        "categories": {"categories": list(rules.categories) or None},
    }


def of_variant(variant: Variant, rules: CatalogueRules, facts: StoreFacts) -> Told:
    """The same for what stands on a variant, or on the product where that is all there is."""
    price = store_price(variant.rate, variant.tax_percentage, rules, facts)
    return {
        "price": {"price": price},
        "cost": {"cost_price": None if variant.cost is None else rounded(variant.cost, PLACES)},
        "weight": {"weight": variant.weight},
        "identifiers": _identifiers(variant) if rules.owns("identifiers") != "never" else {},
    }


def chosen(told: Told, rules: CatalogueRules, *owners: Ownership) -> Body:
    """One body of the fields that the setting gives to `owners`, without what Zoho leaves open."""
    bodies = [body for name, body in told.items() if rules.owns(name) in owners]
    return {key: value for body in bodies for key, value in body.items() if value not in (None, "")}


def differing(wanted: Body, row: Mapping[str, Any]) -> Body:
    """Only what the store says otherwise."""
    return {key: value for key, value in wanted.items() if not same(key, value, row.get(key))}


def same(key: str, wanted: Any, there: Any) -> bool:
    """Numbers by their value, texts without blanks around them, lists in any order."""
    if isinstance(wanted, Decimal) or key == "tax_class_id":
        return bool(number(there, empty=Decimal(0) if key in _NOTHING_IS_ZERO else None) == wanted)
    if isinstance(wanted, list):
        return sorted(map(str, wanted)) == sorted(map(str, there or ()))
    if isinstance(wanted, bool):
        return wanted is there
    return str(wanted).strip() == str(there if there is not None else "").strip()


def _tax_class(product: Product, rules: CatalogueRules) -> int | None:
    """A product has one class, so members that are taxed differently name none."""
    classes = {_class_of(variant, rules.tax_classes) for variant in product.variants}
    return classes.pop() if len(classes) == 1 else None


def _class_of(variant: Variant, classes: Mapping[str, int]) -> int | None:
    known = {name.strip().casefold(): number for name, number in classes.items()}
    percentage = f"{variant.tax_percentage.normalize():f}"
    for name in (f"{variant.tax} {percentage}", variant.tax, percentage):
        if name.strip() and name.strip().casefold() in known:
            return known[name.strip().casefold()]
    return None


def _identifiers(variant: Variant) -> Body:
    """The store's gtin takes what Zoho keeps as EAN, else as ISBN; blanks and hyphens are print, not number."""
    upc, gtin = _code(variant.upc), _code(variant.ean) or _code(variant.isbn)
    for name, code in (("UPC", upc), ("EAN or ISBN", gtin)):
        if len(code) > CODE_LIMIT:
            raise Unmappable(
                "value-unfit",
                f"the {name} of item {variant.item_id} has {len(code)} characters, the store takes {CODE_LIMIT}",
                'Correct it in Zoho, or let identifiers alone in the settings (catalogue.fields: "never"); then retry.',
            )
    return {"upc": upc, "gtin": gtin, "mpn": variant.mpn}


def _code(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
