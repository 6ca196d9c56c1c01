"""Which products a list shows, in which order, and with which of their parts."""

from collections.abc import Callable
from typing import Any

from flask import request

from sandbox.bigcommerce.answers import csv, refuse_v3
from sandbox.bigcommerce.shapes import moment_of
from sandbox.bigcommerce.store import Json

EQUAL = ("id", "sku", "name", "upc", "mpn", "price", "type", "is_visible", "availability", "brand_id")
LISTS = ("id", "sku", "inventory_level")
BOUNDS = ("id", "price", "inventory_level", "date_modified", "total_sold")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "min": lambda have, bound: bool(have >= bound),
    "max": lambda have, bound: bool(have <= bound),
    "greater": lambda have, bound: bool(have > bound),
    "less": lambda have, bound: bool(have < bound),
}
SORTS = ("id", "name", "sku", "price", "date_modified", "inventory_level", "total_sold")
PARTS = ("variants", "options", "modifiers", "images", "custom_fields", "bulk_pricing_rules", "videos")


def fits(product: Json) -> bool:
    """Sku and sku:in mean the product's own SKU; variants have a list of their own."""
    texts = {name: str(product[name]).lower() for name in EQUAL}
    plain = all(texts[name] == request.args[name].lower() for name in EQUAL if name in request.args)
    return plain and _in_lists(product) and _in_bounds(product) and _keyword(product)


def _in_lists(product: Json) -> bool:
    for name in LISTS:
        value = str(product[name]).lower()
        wanted, unwanted = csv(f"{name}:in"), csv(f"{name}:not_in")
        if wanted is not None and value not in [text.lower() for text in wanted]:
            return False
        if unwanted is not None and value in [text.lower() for text in unwanted]:
            return False
    return True


def _in_bounds(product: Json) -> bool:
    for name in BOUNDS:
        for word, compare in COMPARE.items():
            text = request.args.get(f"{name}:{word}")
            if text is not None and not compare(_comparable(name, product[name]), _comparable(name, text)):
                return False
    return True


def _comparable(name: str, value: Any) -> float:
    try:
        if name == "date_modified":
            return moment_of(str(value)).timestamp()
        return float(value)
    except ValueError:
        raise refuse_v3(422, f"The filter(s): {name} are not valid for this resource.") from None


def _keyword(product: Json) -> bool:
    word = request.args.get("keyword", "").lower()
    return word in product["name"].lower() or word in str(product["sku"]).lower()


def sort_key() -> tuple[Callable[[Json], Any], bool]:
    name = request.args.get("sort", "id")
    if name not in SORTS:
        raise refuse_v3(422, f"The filter(s): sort={name} are not valid for this resource.")
    return (lambda product: (product[name], product["id"])), request.args.get("direction") == "desc"


def trimmed(row: Json) -> Json:
    """Without the parts nobody included, and only the fields that were asked for."""
    included = csv("include") or []
    shown = {key: value for key, value in row.items() if key not in PARTS or key in included}
    wanted, unwanted = csv("include_fields"), csv("exclude_fields") or []
    kept = {"id", *included, *wanted} if wanted else set(shown)
    return {key: value for key, value in shown.items() if key in kept and key not in unwanted}
