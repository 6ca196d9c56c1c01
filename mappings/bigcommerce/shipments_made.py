"""The shipments that an order has in the store: which pieces of which lines left, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mappings.bigcommerce.lines import is_bundled_child
from mappings.bigcommerce.schemas import SHIPMENT, load_parts
from mappings.errors import Unmappable
from mappings.reading import Part
from mappings.records import Shipment


def shipments(bundle: Mapping[str, Any], products: Sequence[Part]) -> tuple[Shipment, ...]:
    """The oldest first, which ids tell; none where nobody has asked for them."""
    rows = sorted(load_parts(bundle, "shipments", SHIPMENT), key=lambda row: (len(row["id"]), row["id"]))
    return tuple(Shipment(row["id"], row["date_created"], _pieces(row, products)) for row in rows)


def _pieces(row: Part, products: Sequence[Part]) -> dict[str, Decimal]:
    """By the line that was sold; what rides along with another line is no line of its own."""
    pieces: dict[str, Decimal] = {}
    bought = {product["id"]: product for product in products}
    for item in row["items"]:
        product = bought.get(item["order_product_id"])
        if product is None:
            raise _unknown(row, item)
        if not is_bundled_child(product, products):
            key = f"product:{product['id']}"
            pieces[key] = pieces.get(key, Decimal(0)) + item["quantity"]
    return pieces


def _unknown(row: Part, item: Part) -> Unmappable:
    return Unmappable(
        "field-missing",
        f"shipment {row['id']} of the store holds {item['quantity']} pieces of line {item['order_product_id']}, which "
        "the order does not have (any more)",
        "Delete the shipment in the store, or enter it for a line that the order has; then run `cartbooks retry`.",
    )
