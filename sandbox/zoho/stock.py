"""Accounting stock: what there was at first, less what sent invoices took; kits have what their parts have."""

from decimal import Decimal
from typing import Any

from sandbox.zoho.call import Call
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.shapes.item import STOCK


def stock(org: Organization, item: Record) -> Decimal:
    if item.get("combo_type") != "kit":
        return Decimal(item["_opening"] - item["_sold"])
    parts = [(org.records["items"].get(part["item_id"]), part["quantity"]) for part in item["_parts"]]
    return min(
        ((stock(org, part) if part else Decimal(0)) // each for part, each in parts), default=Decimal(0)
    )


def in_list(org: Organization, item: Record) -> dict[str, Any]:
    """What a row of a list says of stock."""
    on_hand = stock(org, item)
    names = ("stock_on_hand", "available_stock", "actual_available_stock")
    return {**dict.fromkeys(names, on_hand), "reorder_level": item["reorder_level"]}


def in_detail(call: Call, item: Record) -> dict[str, Any]:
    """What a detail says of stock, also place by place."""
    on_hand = stock(call.org, item)
    word = str(call.switch("zoho_places")).removesuffix("s")
    place = {
        f"{word}_id": "460000000000075001",
        f"{word}_name": "Main",
        "status": "active",
        "is_primary": True,
        **{f"{word}_{name}": on_hand if "committed" not in name else 0 for name in STOCK},
    }
    return {**{name: place[f"{word}_{name}"] for name in STOCK}, f"{word}s": [place]}
