"""Composite items of a Zoho organization: what a kit is made of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.errors import Rejected, Temporary
from connectors.zoho.client import Zoho, in_inventory, is_missing

KIT = "kit"


def parts(zoho: Zoho, item_id: str) -> dict[str, Decimal]:
    """How many of each item one kit takes; {} for what is no kit: an assembly has stock of its own."""
    try:
        answer = in_inventory(zoho).call("GET", f"/compositeitems/{item_id}", purpose="read")
    except Rejected as error:
        if is_missing(error):
            return {}
        raise
    told = answer.get("composite_item", answer)
    if not isinstance(told, Mapping) or str(told.get("composite_item_id")) != item_id:
        raise Temporary("Zoho's answer carries no composite item")
    return _parts(told) if told.get("combo_type") == KIT else {}


def _parts(told: Mapping[str, Any]) -> dict[str, Decimal]:
    """A part that is listed twice is needed twice."""
    rows = told.get("mapped_items")
    if not isinstance(rows, list) or not rows:
        raise Temporary("Zoho's answer to a kit carries no parts")
    each: dict[str, Decimal] = {}
    for row in rows:
        item, quantity = _part(row)
        each[item] = each.get(item, Decimal(0)) + quantity
    return {item: quantity for item, quantity in each.items() if quantity > 0}


def _part(row: Mapping[str, Any]) -> tuple[str, Decimal]:
    try:
        return str(row["item_id"]), Decimal(str(row["quantity"]))
    except (KeyError, InvalidOperation):
        raise Temporary("Zoho's answer to a kit has a part without its item or quantity") from None
