"""Pairs what is on both sides by SKU, case and blanks aside; never by name, and never where a SKU occurs twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_Row = Mapping[str, Any]


@dataclass(frozen=True)
class Ambiguous:
    """A SKU that more than one item or more than one variant bears."""

    sku: str
    item_ids: tuple[str, ...]
    variant_ids: tuple[str, ...]


@dataclass(frozen=True)
class Pairs:
    """`matched`: (item id, product id, variant id). The rest is as it was given, in its order."""

    matched: tuple[tuple[str, str, str], ...]
    unmatched_items: tuple[_Row, ...]
    unmatched_variants: tuple[_Row, ...]
    ambiguous: tuple[Ambiguous, ...]


def pair(items: Iterable[_Row], variants: Iterable[_Row]) -> Pairs:
    """Items of Zoho and variants of the store (a simple product has one, too); blank SKUs match nothing.

    The SKU of a product that has real variants is on none of them, so such products match variant by variant.
    """
    theirs, ours = list(items), list(variants)
    items_by, variants_by = _by_sku(theirs), _by_sku(ours)
    matched, ambiguous = [], []
    for sku in items_by.keys() & variants_by.keys():
        if len(items_by[sku]) == len(variants_by[sku]) == 1:
            item, variant = items_by[sku][0], variants_by[sku][0]
            matched.append((str(item["item_id"]), str(variant["product_id"]), str(variant["id"])))
    for sku in items_by.keys() | variants_by.keys():
        bearers, bought = items_by.get(sku, []), variants_by.get(sku, [])
        if len(bearers) > 1 or len(bought) > 1:
            ids = tuple(str(row["item_id"]) for row in bearers), tuple(str(row["id"]) for row in bought)
            ambiguous.append(Ambiguous(str((bearers or bought)[0]["sku"]).strip(), *ids))
    paired = {item for item, _, _ in matched}, {variant for _, _, variant in matched}
    return Pairs(
        tuple(sorted(matched)),
        tuple(row for row in theirs if str(row["item_id"]) not in paired[0]),
        tuple(row for row in ours if str(row["id"]) not in paired[1]),
        tuple(sorted(ambiguous, key=lambda one: one.sku.casefold())),
    )


def _by_sku(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        sku = str(row.get("sku") or "").strip().casefold()
        if sku:
            found.setdefault(sku, []).append(row)
    return found
