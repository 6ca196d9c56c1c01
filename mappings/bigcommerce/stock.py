"""Stock as the store tells it: what its orders take from it, what its levels are, and by which id each is addressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from mappings.bigcommerce.lines import is_bundled_child
from mappings.bigcommerce.schemas import load_parts, load_row
from mappings.reading import Part, Text, Whole, moneys, part, texts
from mappings.statuses import INCOMPLETE, REFUNDED, SHIPPED

When = Literal["order_placed", "order_completed_or_shipped"]
_OVER = frozenset({REFUNDED, 5, 6})
"""Refunded, cancelled, declined: no sale any more, and by setting the goods are back on the shelf."""
_NOT_GOODS = ("giftcertificate", "digital")

# Only what stock needs: an order that the books must hold for its money has taken its goods all the same.
_ORDER = part("StockOrder", status_id=Whole(required=True))
_LINE = part(
    "StockLine",
    id=Text(required=True),
    quantity=Whole(required=True),
    **texts("product_id", "variant_id", "parent_order_product_id", "type"),
    **moneys("discounted_total_inc_tax", "total_inc_tax", "total_ex_tax", "total_tax"),
)


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

    `before` is what the order had taken when it was last read, empty where it never was. `kits` holds the variants
    (or products) whose item in Zoho is a kit: what rides along with those is due by the kit itself and not once more.
    """
    status = load_row(_ORDER, bundle.get("order"), "order")["status_id"]
    rows = load_parts(bundle, "products", _LINE)
    goods = [row for row in rows if _is_goods(row)]
    taken = _taken(status, _pieces(goods), habits, before or {}, refunds=bool(bundle.get("refunds")))
    live = status != INCOMPLETE and status not in _OVER
    due = _pieces([row for row in goods if live and not _in_kit(row, rows, kits)])
    kept = {variant: "" for variant, count in taken.items() if count}  # also of lines that are gone by now
    products = kept | {row["variant_id"]: row["product_id"] for row in goods}
    return {one: (product, taken.get(one, 0), due.get(one, 0)) for one, product in products.items()}


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
    status: int, ordered: Mapping[str, int], habits: StockHabits, before: Mapping[str, int], *, refunds: bool
) -> Mapping[str, int]:
    """What the store's levels are short of by this order.

    An order that is over before it was ever read had taken its goods when it was placed.
    """
    shipping = habits.when == "order_completed_or_shipped"
    if status in _OVER:
        by_refund = status == REFUNDED and refunds  # a refund through the API puts nothing back
        kept = before or ({} if shipping else ordered)
        return {} if habits.restocks and not by_refund else kept
    takes = status in SHIPPED if shipping else status != INCOMPLETE
    if not takes or (any(before.values()) and not habits.edits):
        return before
    return ordered


def _is_goods(row: Part) -> bool:
    ids = (row["variant_id"], row["product_id"])
    return row["type"].casefold() not in _NOT_GOODS and not any(told in ("", "0") for told in ids)


def _pieces(rows: Sequence[Part]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row["variant_id"]] += max(row["quantity"], 0)
    return found


def _in_kit(row: Part, rows: Sequence[Part], kits: Container[str]) -> bool:
    parents = [other for other in rows if other["id"] == row["parent_order_product_id"]]
    kit = any(parent["variant_id"] in kits or parent["product_id"] in kits for parent in parents)
    return kit and is_bundled_child(row, rows)


def _yes(value: Any, *, unsaid: bool) -> bool:
    return unsaid if value in (None, "") else str(value).casefold() == "true"


def _whole(value: Any) -> int:
    return int(Decimal(str(value or 0)))
