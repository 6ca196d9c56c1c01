"""The variants of the store as stock sees them: where each lies, and what its level is counted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A variant of the store, and what its stock is counted by: its product, itself, or nothing."""

    product: str
    variant: str
    sku: str
    tracking: str


@dataclass
class Shelf:
    """The variants of the store, by id and by SKU."""

    by_id: dict[str, Spot] = field(default_factory=dict)
    by_sku: dict[str, Spot] = field(default_factory=dict)

    def put(self, product: Row) -> None:
        for row in product.get("variants") or ():
            tracking = str(product.get("inventory_tracking") or "none")
            spot = Spot(str(product["id"]), str(row["id"]), sku_of(row), tracking)
            self.by_id[spot.variant] = spot
            if spot.sku:
                self.by_sku[spot.sku] = spot


def sku_of(row: Row) -> str:
    """By which an item and a variant are the same goods, however it is written; "" where there is none."""
    return str(row.get("sku") or "").strip().casefold()
