"""POST invoices/fromsalesorder: what is left of an order becomes an invoice; a draft is opened by it."""

from typing import Any

from sandbox.zoho import invoices
from sandbox.zoho.answers import Answer, Refused
from sandbox.zoho.call import Call, named
from sandbox.zoho.organization import Record

ONLY_OF_ORDERS = {"salesorder_number", "shipment_date", "line_items"}


def create(call: Call) -> Answer:
    wanted = call.args.get("salesorder_id", "")
    order = named(call, "salesorders", wanted, 1002, "Sales Order does not exist.")
    before = order["_stage"]
    if before == "void" or (before == "draft" and call.switch("zoho_draft_order_invoices") == "refused"):
        raise Refused(9, "Only confirmed sales orders can be converted into invoices.")
    asked = Call(**{**call.__dict__, "body": _body(order)})
    order["_stage"] = "confirmed"
    try:
        return invoices.born(asked, order["_addresses"])
    except Refused:
        order["_stage"] = before
        raise


def _body(order: Record) -> dict[str, Any]:
    rows = _left(order)
    if not rows:
        raise invoices.nothing_left()
    told = {key: value for key, value in order["_asked"].items() if key not in ONLY_OF_ORDERS}
    return {**told, "line_items": rows}


def _left(order: Record) -> list[dict[str, Any]]:
    rows = []
    for told, line in zip(order["_asked"]["line_items"], order["line_items"], strict=True):
        left = line["quantity"] - line["quantity_invoiced"]
        if left > 0:
            kept = {key: value for key, value in told.items() if key != "line_item_id"}
            rows.append({**kept, "quantity": left, "salesorder_item_id": line["line_item_id"]})
    return rows
