"""Sent invoices take stock and voided ones give it back; of a kit its parts move."""

from decimal import Decimal

from sandbox.zoho import item_views
from sandbox.zoho.call import Call
from sandbox.zoho.organization import Record


def move_stock(call: Call, invoice: Record, sign: int) -> None:
    """A sent invoice takes stock, a voided one gives it back."""
    for line in invoice["line_items"]:
        item = call.org.records["items"].get(line["item_id"])
        if item is not None:
            _move(call, item, sign * line["quantity"])


def _move(call: Call, item: Record, quantity: Decimal) -> None:
    if item.get("combo_type") == "kit":
        for part in item["_parts"]:
            whole = call.org.records["items"].get(part["item_id"])
            if whole is not None:
                _move(call, whole, quantity * part["quantity"])
        return
    if not item["track_inventory"]:
        return
    item["_sold"] += quantity
    if call.switch("zoho_stock_touches_item"):
        call.org.touched(item)
    if call.switch("zoho_stock_fires_item_rule"):
        item_views.tell(call, "edited", item)
