"""What a store refuses in a product or a variant, before anything is changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sandbox.bigcommerce.answers import Refusal, refuse_v3
from sandbox.bigcommerce.store import Json
from sandbox.world import World

AMOUNTS = (
    *("price", "cost_price", "retail_price", "sale_price", "map_price"),
    *("weight", "width", "height", "depth", "fixed_cost_shipping_price"),
)
LENGTHS = {"sku": 255, "upc": 14, "gtin": 14, "purchasing_disabled_message": 255, "page_title": 255}
CHOICES: Mapping[str, Sequence[str]] = {
    "type": ("physical", "digital"),
    "availability": ("available", "disabled", "preorder"),
    "condition": ("New", "Used", "Refurbished"),
    "inventory_tracking": ("none", "product", "variant"),
}
FLAGS = ("is_visible", "is_featured", "is_free_shipping", "purchasing_disabled")
NEEDED = ("name", "type", "weight", "price")
MOST_VARIANTS, MOST_FIELDS, MOST_IMAGES = 600, 200, 1000


def check_new(world: World, body: Json) -> None:
    missing = {name: f"Please provide a {name}." for name in NEEDED if body.get(name) in (None, "")}
    if missing:
        raise refuse_v3(422, "Missing Required Fields", missing)
    check_product(world, body, own=None)
    rows = body.get("variants") or []
    if len(rows) > MOST_VARIANTS:
        raise refuse_v3(422, f"A product has at most {MOST_VARIANTS} variants.", {"variants": "too many"})
    for place, row in enumerate(rows):
        check_figures(row, f"variants.{place}.")
    check_skus(world, [body.get("sku"), *(row.get("sku") for row in rows)], own=None)


def check_product(world: World, body: Json, own: Json | None) -> None:
    """Raises 422 for values that cannot be, 409 for what is taken or does not exist."""
    check_figures(body, "")
    if body.get("name") is not None and not 0 < len(str(body["name"])) <= 250:
        raise invalid({"name": "name must have 1 to 250 characters"})
    _check_references(world, body)
    if body.get("name") is not None and _name_taken(world, str(body["name"]), own):
        raise duplicate("name")
    told = body.get("custom_url")
    url = str(told.get("url", "")).lower() if isinstance(told, dict) else ""
    if url and world.bigcommerce.products.urls.get(url, set()) - {own["id"] if own else None}:
        raise duplicate("url")
    if own is not None:
        check_skus(world, [body.get("sku")], own)


def check_figures(body: Json, where: str) -> None:
    """Amounts are numbers and not below nothing, texts are not too long, choices are known."""
    rules: tuple[tuple[str, Iterable[str], Callable[[str], bool]], ...] = (
        ("a number of 0 or more", AMOUNTS, lambda name: _is_amount(body.get(name, 0))),
        ("shorter", LENGTHS, lambda name: len(str(body.get(name) or "")) <= LENGTHS[name]),
        ("a known word", CHOICES, lambda name: name not in body or body[name] in CHOICES[name]),
        ("true or false", FLAGS, lambda name: isinstance(body.get(name, False), bool)),
    )
    wrong = {
        where + name: f"{name} must be {what}"
        for what, names, good in rules
        for name in names
        if not good(name)
    }
    if wrong:
        raise invalid(wrong)


def _check_references(world: World, body: Json) -> None:
    """An unknown category, brand or tax class is a conflict, not an invalid value."""
    store = world.bigcommerce
    for number in body.get("categories") or []:
        if number not in store.categories:
            raise conflict("categories", f"The category {number} does not exist.")
    if body.get("brand_id") and body["brand_id"] not in store.brands:
        raise conflict("brand_id", f"The brand {body['brand_id']} does not exist.")
    tax_class = body.get("tax_class_id")
    if tax_class is not None and str(tax_class) not in {row["id"] for row in store.tax_classes}:
        raise conflict("tax_class_id", f"The tax class {tax_class} does not exist.")


def _name_taken(world: World, name: str, own: Json | None) -> bool:
    products = world.bigcommerce.products
    others = products.named(name) - {own["id"] if own else None}
    if world.switches["product_name_case"] == "ignored":
        return bool(others)
    return any(products[number]["name"] == name for number in others)


def check_skus(world: World, skus: Iterable[Any], own: Json | None, variant: Json | None = None) -> None:
    """SKUs are unique over products and variants, whatever their case; `own` of a simple product has its twin."""
    seen: set[str] = set()
    for sku in (str(sku).lower() for sku in skus if sku):
        if sku in seen or _sku_taken(world, sku, own, variant):
            raise duplicate("sku")
        seen.add(sku)


def _sku_taken(world: World, sku: str, own: Json | None, variant: Json | None) -> bool:
    bearers = world.bigcommerce.products.bearing(sku)
    if own is None or bearers - {own["id"]}:
        return bool(bearers)
    if not bearers or own["base_variant_id"] is not None:
        return False
    rows = [row for row in own["variants"] if row is not variant]
    rows += [own] if variant is not None else []
    return any(str(row.get("sku") or "").lower() == sku for row in rows)


def duplicate(field: str) -> Refusal:
    return conflict(field, f"The product {field} is a duplicate")


def conflict(field: str, title: str) -> Refusal:
    return refuse_v3(409, title, {field: title})


def invalid(wrong: Mapping[str, str]) -> Refusal:
    return refuse_v3(422, "JSON data is missing or invalid", wrong)


def _is_amount(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    try:
        return float(value if value is not None else 0) >= 0
    except (TypeError, ValueError):
        return False
