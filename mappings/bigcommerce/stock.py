"""Stock as the store tells it: what its orders take from it, what its levels are, and by which id each is addressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from mappings.bigcommerce import schemas
from mappings.bigcommerce.lines import is_bundled_child
from mappings.bigcommerce.schemas import load_order, load_parts
from mappings.reading import Part

When = Literal["order_placed", "order_completed_or_shipped"]
INCOMPLETE = 0
SHIPPED = frozenset({2, 10})
REFUNDED = 4
ENDED = frozenset({5, 6, REFUNDED})
"""Cancelled, declined, refunded: no sale any more, and by setting the goods are back on the shelf."""
_NOT_GOODS = ("giftcertificate", "digital")


@dataclass(frozen=True)
class StockHabits:
    """Who moves stock when, as the store is set: `edits` when an order is edited, `restocks` when it is cancelled."""

    when: When
    edits: bool
    restocks: bool


def habits(settings: Mapping[str, Any]) -> StockHabits:
    """From `GET /v3/settings/inventory`; what it does not say is as a store is set at first."""
    told = settings.get("data") if isinstance(settings.get("data"), Mapping) else settings
    late = str((told or {}).get("update_stock_behavior") or "") == "order_completed_or_shipped"
    return StockHabits(
        when="order_completed_or_shipped" if late else "order_placed",
        edits=_yes((told or {}).get("edit_order_stock_adjustment"), unsaid=True),
        restocks=_yes((told or {}).get("refund_order_stock_adjustment"), unsaid=False),
    )


def takings(
    bundle: Mapping[str, Any],
    habits: StockHabits,
    before: Mapping[str, int] | None = None,
    kits: Container[str] = (),
) -> dict[str, tuple[str, int, int]]:
    """Variant to (product, taken from the store's level, due in Zoho), of an order with its product lines.

    `before` is what the order had taken when it was last read. `kits` holds the variants (or products) whose item in
    Zoho is a kit: what rides along with those is due by the kit's own document and not once more.
    """
    order, rows = load_order(bundle.get("order")), load_parts(bundle, "products", schemas.PRODUCT)
    goods = [row for row in rows if _is_goods(row)]
    products = {_variant(row): row["product_id"] for row in goods}
    ordered, due = _pieces(goods), _pieces([row for row in goods if not _in_kit(row, rows, kits)])
    taken = _taken(order["status_id"], ordered, habits, before)
    live = order["status_id"] != INCOMPLETE and order["status_id"] not in ENDED
    return {
        variant: (products[variant], taken.get(variant, 0), due.get(variant, 0) if live else 0)
        for variant in products
    }


def levels(row: Mapping[str, Any]) -> dict[int, tuple[int, int]]:
    """Location to (on hand, for sale), of a row of `GET /v3/inventory/items`."""
    return {
        int(place["location_id"]): (
            _whole(place.get("total_inventory_onhand")),
            _whole(place.get("available_to_sell")),
        )
        for place in row.get("locations") or ()
    }


def identity(link_extra: Mapping[str, Any], variant_id: str) -> dict[str, int]:
    """By which id a level is written: a product that is tracked as one takes no word by variant, nor the reverse."""
    if link_extra.get("tracking") == "product":
        return {"product_id": int(link_extra["product"])}
    return {"variant_id": int(variant_id)}


def _taken(
    status: int, ordered: Mapping[str, int], habits: StockHabits, before: Mapping[str, int] | None
) -> dict[str, int]:
    had = dict(before or {})
    if status in ENDED:
        return {} if habits.restocks else had
    takes = status in SHIPPED if habits.when == "order_completed_or_shipped" else status != INCOMPLETE
    return dict(ordered) if takes else had


def _is_goods(row: Part) -> bool:
    return row["type"].casefold() not in _NOT_GOODS and _variant(row) not in ("", "0")


def _variant(row: Part) -> str:
    return str(row["variant_id"])


def _pieces(rows: Sequence[Part]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found[_variant(row)] += int(row["quantity"])
    return found


def _in_kit(row: Part, rows: Sequence[Part], kits: Container[str]) -> bool:
    parents = [other for other in rows if other["id"] == row["parent_order_product_id"]]
    kit = any(parent["variant_id"] in kits or parent["product_id"] in kits for parent in parents)
    return kit and is_bundled_child(row, rows)


def _yes(value: Any, *, unsaid: bool) -> bool:
    return unsaid if value in (None, "") else str(value).casefold() == "true"


def _whole(value: Any) -> int:
    return int(Decimal(str(value or 0)))
