"""What Zoho's items are to us: which are goods, which belong together, and what each of them says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mappings import units
from mappings.errors import Skip, Unmappable
from mappings.money import ZERO
from mappings.reading import Part
from mappings.records import Product, Variant
from mappings.rules import DEFAULT_FIELDS, CatalogueRules, StoreFacts
from mappings.zoho.item_rows import custom_value, load_item
from mappings.zoho.price_lists import price_list
from mappings.zoho.stock import is_tracked

__all__ = ["is_sold", "price_list", "product", "record_of", "rules_digest", "stamp_of"]

_SERVICES = ("service", "digital_service")
_YES = ("true", "yes", "1", "on")
_Row = Mapping[str, Any]
_Options = tuple[tuple[str, str], ...]


def product(key: str, rows: Sequence[_Row], rules: CatalogueRules, facts: StoreFacts) -> Product:
    """The product that an item, or the members of an item group, are; `rows` are their details.

    Raises Skip where none of them is sold over the counter, by the rule of the first. A member that is not, among
    others that are, is a variant that cannot be bought.
    """
    items = sorted((load_item(row) for row in rows), key=lambda item: (len(item["item_id"]), item["item_id"]))
    if not items:
        raise Skip("gone", f"Zoho knows no item of {key} any more")
    skips = [_left_out(item, rules) for item in items]
    if skips[0] is not None and None not in skips:
        raise skips[0]
    grouped, first = key.startswith("group:"), items[0]
    variants = tuple(
        _variant(item, _options(item, len(items)) if grouped else (), rules, facts, sold=skip is None)
        for item, skip in zip(items, skips, strict=True)
    )
    return Product(
        key=key,
        name=(first["group_name"] if grouped else "") or first["name"],
        description=next((item["description"] for item in items if item["description"]), ""),
        brand=next((item["brand"] for item in items if item["brand"]), ""),
        active=any(variant.active for variant in variants),
        variants=variants,
        **_sizes(first, rules, facts),
        custom_fields=_custom_fields(rows, rules),
        listed=any((custom_value(row, rules.listed_field) or "").casefold() in _YES for row in rows),
    )


def record_of(row: _Row) -> str:
    """The work record an item belongs to: its group, which is one product, or itself."""
    group = str(row.get("group_id") or "")
    return f"group:{group}" if group not in ("", "0") else f"item:{row['item_id']}"


def is_sold(row: _Row) -> bool:
    """Whether a list row is of goods that are sold, active or not; cheap, for it is asked of each."""
    told = {name: str(row.get(name) or "").casefold() for name in ("product_type", "item_type")}
    goods = told["product_type"] not in _SERVICES and told["item_type"] != "purchases"
    return goods and row.get("can_be_sold") is not False


def stamp_of(row: _Row, digest: str) -> str:
    """Differs as soon as the item, the settings or the store's facts do; a new name of its group or a new picture need
    not count as a change of the item.
    """
    beside = "|".join(str(row.get(name) or "") for name in ("group_name", "image_document_id"))
    return f"{row.get('last_modified_time') or ''}|{digest}|{hashlib.sha256(beside.encode()).hexdigest()[:8]}"


def rules_digest(rules: CatalogueRules, facts: StoreFacts) -> str:
    """Of everything besides the item that shapes its product; price lists have fingerprints of their own."""
    told = {
        "create": [rules.create, rules.listed_field, rules.composites, rules.type, rules.visible],
        "fields": {name: rules.owns(name) for name in DEFAULT_FIELDS},
        "categories": sorted(rules.categories),
        "weight": f"{rules.weight.normalize():f}",
        "tax_classes": dict(rules.tax_classes),
        "custom_fields": dict(rules.custom_fields),
        "rates": rules.rates,
        "facts": [
            facts.currency,
            facts.prices_with_tax,
            facts.places,
            facts.weight_units,
            facts.dimension_units,
        ],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _left_out(item: Part, rules: CatalogueRules) -> Skip | None:
    named = f"item {item['item_id']}"
    if item["product_type"].casefold() in _SERVICES:
        return Skip("service", f"{named} is a service: only goods go over")
    if item["item_type"].casefold() == "purchases" or item["can_be_sold"] is False:
        return Skip("not-sold", f"{named} is only bought, never sold")
    if item["is_combo_product"] and rules.composites == "skip":
        return Skip("composite", f"{named} is a composite item, and the setting leaves those out")
    return None


def _variant(
    item: Part, options: _Options, rules: CatalogueRules, facts: StoreFacts, *, sold: bool
) -> Variant:
    return Variant(
        item_id=item["item_id"],
        sku=item["sku"],
        options=options,
        rate=item["rate"],
        cost=item["purchase_rate"] or None,
        weight=_weight(item, rules, facts),
        upc=item["upc"],
        ean=item["ean"],
        isbn=item["isbn"],
        mpn=item["part_number"],
        tax=item["tax_name"],
        tax_percentage=item["tax_percentage"] or ZERO,
        active=sold and item["status"].casefold() == "active",
        image=item["image_document_id"] or item["image_name"],
        tracked=is_tracked(item),
    )


def _options(item: Part, members: int) -> _Options:
    names = [
        (item[f"attribute_name{number}"], item[f"attribute_option_name{number}"]) for number in (1, 2, 3)
    ]
    options = tuple((name, option) for name, option in names if name)
    if not all(option for _, option in options) or (not options and members > 1):
        raise Unmappable(
            "value-unfit",
            f"item {item['item_id']} belongs to a group and does not say which option of it it is",
            "Open the item group in Zoho and give the item its attribute options, then retry.",
        )
    return options


def _weight(item: Part, rules: CatalogueRules, facts: StoreFacts) -> Decimal | None:
    package = item["package_details"]
    if not package["weight"] or rules.owns("weight") == "never":
        return None
    return units.weight(package["weight"], package["weight_unit"], facts.weight_units)


def _sizes(item: Part, rules: CatalogueRules, facts: StoreFacts) -> dict[str, Decimal | None]:
    """Zoho's length is the store's depth."""
    package, sides = item["package_details"], {"width": "width", "height": "height", "depth": "length"}
    if rules.owns("dimensions") == "never":
        return dict.fromkeys(sides)
    return {
        ours: units.length(package[theirs], package["dimension_unit"], facts.dimension_units)
        if package[theirs]
        else None
        for ours, theirs in sides.items()
    }


def _custom_fields(rows: Sequence[_Row], rules: CatalogueRules) -> tuple[tuple[str, str], ...]:
    """The mapped ones of which Zoho speaks; a group says what its first member with a value says."""
    told = []
    for field, name in rules.custom_fields.items():
        values = [value for row in rows if (value := custom_value(row, field)) is not None]
        if values:
            told.append((name, next((value for value in values if value), "")))
    return tuple(told)
