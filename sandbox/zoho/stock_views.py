"""How stock is told: the keys of a list's row, of a detail, and of each place in it."""

from typing import Any

from sandbox.zoho import places, stock
from sandbox.zoho.call import Call
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.shapes.item import STOCK
from sandbox.zoho.stock import Figures

IN_LIST = ("stock_on_hand", "available_stock", "actual_available_stock")


def told(org: Organization, figures: Figures) -> dict[str, Any]:
    """The seven figures; no key of its own tells what is physically on hand but actual_available_stock."""
    free = figures.on_hand - figures.committed
    actual_free = figures.actual_on_hand - figures.actual_committed
    less = org.world.switches["zoho_available_stock"] == "less_committed"
    return {
        "stock_on_hand": figures.on_hand,
        "available_stock": free if less else figures.on_hand,
        "actual_available_stock": actual_free if less else figures.actual_on_hand,
        "committed_stock": figures.committed,
        "actual_committed_stock": figures.actual_committed,
        "available_for_sale_stock": free,
        "actual_available_for_sale_stock": actual_free,
    }


def in_list(org: Organization, item: Record) -> dict[str, Any]:
    """What a row of a list says of stock."""
    whole = told(org, stock.in_all(org, item))
    return {**{name: whole[name] for name in IN_LIST}, "reorder_level": item["reorder_level"]}


def on_hand(org: Organization, item: Record) -> Any:
    """What lists are sorted by; of what is not tracked nothing is known."""
    return in_list(org, item)["stock_on_hand"] if item["track_inventory"] else ""


def in_detail(call: Call, item: Record) -> dict[str, Any]:
    """What a detail says of stock, also place by place; of what is not tracked perhaps that it is nothing."""
    if not item["track_inventory"]:
        return dict.fromkeys(STOCK, "") if call.switch("zoho_untracked_stock") == "empty" else {}
    word = places.word(call.org)
    rows = [_place(call.org, item, place) for place in call.org.places.values()]
    return {**told(call.org, stock.in_all(call.org, item)), f"{word}s": rows}


def _place(org: Organization, item: Record, place: Record) -> dict[str, Any]:
    word = places.word(org)
    figures = stock.at(org, item, place["place_id"])
    opening = item["_opening"].get(place["place_id"], "")
    return {
        f"{word}_id": place["place_id"],
        f"{word}_name": place["name"],
        "status": place["status"],
        "is_primary": place["is_primary"],
        **{f"{word}_{name}": amount for name, amount in told(org, figures).items()},
        f"{word}_quantity_in_transit": figures.in_transit,
        "initial_stock": opening,
        "initial_stock_rate": "",
        "sales_channels": [],
        **({"is_fba_warehouse": False} if word == "warehouse" else {}),
    }
