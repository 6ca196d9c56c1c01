"""What left the house by Zoho as shipments of a BigCommerce order: one for each address, and none twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.zoho.shipments import Sent

LONGEST = 50  # characters of a tracking number and of a carrier
CARRIERS = {"ups": "ups", "fedex": "fedex", "usps": "usps", "dhl": "dhl"}
"""Carriers as Zoho's people call them, and the store's word for them; every other stands as the shipping method."""

Row = Mapping[str, Any]


def comment(sent: Sent) -> str:
    """By this a shipment of the store is known to be that one of Zoho."""
    return f"Zoho shipment {sent.number} ({sent.id})"


def is_ours(row: Row, sent: Sent) -> bool:
    return f"({sent.id})" in str(row.get("comments") or "")


def made_by_person(rows: Sequence[Row], sent: Sent) -> Row | None:
    """A shipment that a person has entered in the store with the same tracking number."""
    wanted = sent.tracking.casefold()
    same = (row for row in rows if str(row.get("tracking_number") or "").strip().casefold() == wanted)
    return next((row for row in same if not _any_ours(row)), None) if wanted else None


def _any_ours(row: Row) -> bool:
    return str(row.get("comments") or "").startswith("Zoho shipment ")


def parcels(
    sent: Sent, products: Sequence[Row], items: Mapping[str, str], beside: frozenset[str], rows: Sequence[Row]
) -> list[dict[str, Any]]:
    """Bodies of the shipments that are missing, by address.

    `items`: order product id to the id of the item it was booked on; `beside`: items that stand for what is no goods;
    `rows`: the order's shipments. Lines of one item are filled in their order, each up to what is left of it.
    Raises Unmappable where more left the house than the order has left.
    """
    left = _not_sent_yet(sent, items, beside, rows)
    told: dict[int, list[dict[str, int]]] = {}
    for product in products:
        item = items.get(str(product["id"]), "")
        count = min(left.get(item, 0), _open(product))
        if count > 0:
            left[item] -= count
            parcel = {"order_product_id": int(product["id"]), "quantity": count}
            told.setdefault(_address(product, sent), []).append(parcel)
    over = sum(left.values())
    if over:
        raise _unclear(sent, f"holds {over} more pieces than are left to ship of the order's lines")
    return [{"order_address_id": address, **tracked(sent), "items": some} for address, some in told.items()]


def tracked(sent: Sent) -> dict[str, str]:
    """What tracks a shipment, and our word on it."""
    carrier = CARRIERS.get(sent.carrier.casefold(), "")
    return {
        "tracking_number": sent.tracking[:LONGEST],
        "tracking_carrier": carrier,
        "shipping_method": sent.carrier[:LONGEST],
        "comments": comment(sent),
    }


def _not_sent_yet(
    sent: Sent, items: Mapping[str, str], beside: frozenset[str], rows: Sequence[Row]
) -> dict[str, int]:
    """Pieces by item, less those that the store has from us already."""
    left = {item: _whole(count, sent) for item, count in sent.pieces.items() if item not in beside}
    for row in rows:
        for one in row.get("items") or () if is_ours(row, sent) else ():
            item = items.get(str(one["order_product_id"]), "")
            left[item] = left.get(item, 0) - int(one["quantity"])
    return left


def _open(product: Row) -> int:
    return int(product.get("quantity") or 0) - int(product.get("quantity_shipped") or 0)


def _whole(count: Decimal, sent: Sent) -> int:
    if count != count.to_integral_value():
        raise _unclear(sent, f"holds {count} pieces of an item, and the store ships whole ones")
    return int(count)


def _address(product: Row, sent: Sent) -> int:
    address = product.get("order_address_id")
    if not address:
        raise _unclear(sent, f"holds goods of line {product['id']}, which is shipped to no address")
    return int(address)


def _unclear(sent: Sent, why: str) -> Unmappable:
    return Unmappable(
        "shipment-unclear",
        f"shipment {sent.number} of Zoho {why}",
        "Enter the shipment in the store by hand, with its tracking number, then run `cartbooks retry`.",
    )
