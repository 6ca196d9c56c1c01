"""The parts of an item's or a price list's answer that we use, checked before anything follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from mappings.reading import Money, Part, Text, Whole, load, many, moneys, one, part, texts

_PACKAGE = part(
    "Package", **moneys("length", "width", "height", "weight"), **texts("weight_unit", "dimension_unit")
)
_ATTRIBUTES = [f"attribute_{word}{number}" for word in ("name", "option_name") for number in (1, 2, 3)]
ITEM: type[Schema] = part(
    "Item",
    item_id=Text(required=True),
    name=Text(required=True),
    status=Text(required=True),
    rate=Money(required=True),
    **moneys("purchase_rate", "tax_percentage"),
    **texts("sku", "description", "brand", "upc", "ean", "isbn", "part_number", "tax_name"),
    **texts("product_type", "item_type", "group_id", "group_name", *_ATTRIBUTES),
    **texts("image_document_id", "image_name"),
    is_combo_product=fields.Boolean(load_default=False),
    can_be_sold=fields.Boolean(load_default=None),
    track_inventory=fields.Boolean(load_default=None),
    package_details=one(_PACKAGE),
)
_BRACKET = part(
    "Bracket",
    start_quantity=Money(required=True),
    **moneys("end_quantity", "pricebook_rate"),
    **texts("pricebook_discount"),
)
_ENTRY = part(
    "Entry",
    item_id=Text(required=True),
    pricebook_rate=Money(load_default=None),
    price_brackets=many(_BRACKET),
    **texts("pricebook_discount", "pricing_scheme"),
)
PRICE_LIST: type[Schema] = part(
    "PriceList",
    pricebook_id=Text(required=True),
    name=Text(load_default=""),
    pricebook_name=Text(load_default=""),
    status=Text(load_default="active"),
    pricebook_type=Text(required=True),
    sales_or_purchase_type=Text(load_default="sales"),
    is_increase=fields.Boolean(load_default=False),
    percentage=Money(load_default=None),
    decimal_place=Whole(load_default=2),
    pricebook_items=many(_ENTRY),
    **texts("currency_id", "currency_code", "rounding_type", "pricing_scheme"),
)
_REMEDY = "Open {where} in Zoho, save it again so that the field is filled, then retry."


def load_item(raw: Mapping[str, Any]) -> Part:
    """An item's detail; Unmappable("field-missing") names what is absent or unreadable."""
    return load(ITEM, raw, f"item {raw.get('item_id', '?')}", _REMEDY)


def load_price_list(raw: Mapping[str, Any]) -> Part:
    return load(PRICE_LIST, raw, f"price list {raw.get('pricebook_id', '?')}", _REMEDY)


def custom_value(raw: Mapping[str, Any], field: str) -> str | None:
    """A custom field's value as text, "" where it is empty, None where the answer does not speak of it.

    Details carry `custom_fields[]`, list rows only promoted cf_… keys; either may leave empty ones out.
    """
    rows = raw.get("custom_fields")
    for row in rows or ():
        if field in (row.get("api_name"), row.get("placeholder")):
            return _text(row.get("value_formatted") or row.get("value"))
    for holder in (raw.get("custom_field_hash") or {}, raw):
        if field in holder:
            return _text(holder[field])
    return "" if rows is not None else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(inner) for inner in value)
    return str(value).strip() if value is not None else ""
