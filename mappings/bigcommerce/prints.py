"""Digests of what the store answered in the fields that follow: a later look sees whether a person changed one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mappings.bigcommerce.product_variants import with_options
from mappings.reading import number
from mappings.rules import CatalogueRules

_Row = Mapping[str, Any]
_PRODUCT = {
    "name": ("name",),
    "description": ("description",),
    "brand": ("brand_id",),
    "dimensions": ("width", "height", "depth"),
    "tax_class": ("tax_class_id",),
    "categories": ("categories",),
}
_VARIANT = {
    "price": ("price",),
    "cost": ("cost_price",),
    "weight": ("weight",),
    "identifiers": ("upc", "gtin", "mpn"),
}
_TEXTS = frozenset({"name", "description", "sku", "upc", "gtin", "mpn"})


def includes(rules: CatalogueRules) -> str:
    """What a product must be read with (`include=`) so that its print can be taken."""
    needed = rules.custom_fields and rules.owns("custom_fields") == "follow"
    return "variants,custom_fields" if needed else "variants"


def product_print(row: _Row, rules: CatalogueRules) -> str:
    """Of a product as the store answers it with `includes(rules)`; with real variants, theirs are not part of it."""
    fields = _PRODUCT if with_options(row) else {**_PRODUCT, **_VARIANT}
    told = {name: _plain(name, row.get(name)) for name in ("sku", *_followed(fields, rules))}
    told["is_visible"] = bool(row.get("is_visible"))
    if rules.owns("custom_fields") == "follow" and rules.custom_fields:
        ours = {name.strip() for name in rules.custom_fields.values()}
        rows = [
            [str(one["name"]).strip(), str(one["value"]).strip()] for one in row.get("custom_fields") or ()
        ]
        told["custom_fields"] = sorted(pair for pair in rows if pair[0] in ours)
    return _digest(told)


def variant_print(row: _Row, rules: CatalogueRules) -> str:
    told = {name: _plain(name, row.get(name)) for name in ("sku", *_followed(_VARIANT, rules))}
    told["purchasing_disabled"] = bool(row.get("purchasing_disabled"))
    return _digest(told)


def _followed(fields: Mapping[str, tuple[str, ...]], rules: CatalogueRules) -> list[str]:
    return [name for field, names in fields.items() if rules.owns(field) == "follow" for name in names]


def _plain(name: str, value: Any) -> Any:
    """Numbers by their value: 12, 12.0 and "12.0000" are one price; no cost and a cost of 0 are one, too."""
    if name in _TEXTS:
        return str(value if value is not None else "").strip()
    if isinstance(value, (list, tuple)):
        return sorted(str(one) for one in value)
    told = number(value)
    empty = told is None or (name != "price" and not told)
    return "" if empty else f"{told:f}".rstrip("0").rstrip(".")


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
