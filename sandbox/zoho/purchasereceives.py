"""Purchase receives: goods have come in, which raises the physical stock; the bill raises that of the books."""

from decimal import Decimal
from functools import partial
from typing import Any

from sandbox.zoho import movements, places
from sandbox.zoho.answers import Answer, done
from sandbox.zoho.call import Call, rows_of
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.movement import RECEIVE

MODULE = "purchasereceives"
KIND = Kind(
    MODULE, "purchase_receive", "receive_number", "PR-", "Purchase Receives", RECEIVE, rule="purchasereceive"
)


def create(call: Call) -> Answer:
    """POST purchasereceives?purchaseorder_id=; lines name those of the order."""
    order = movements.asked_for(call, "purchaseorders", "Purchase order does not exist.")
    copied = ("purchaseorder_id", "purchaseorder_number", "vendor_id", "vendor_name")
    record = movements.drafted(call, KIND, **{name: order[name] for name in copied})
    record["line_items"] = movements.some(
        [_line(call, order, row) for row in rows_of(call.body, "line_items")]
    )
    _count(order, record, 1)
    return movements.made(KIND, "success", movements.kept(call, KIND, record))


def _line(call: Call, order: Record, told: dict[str, Any]) -> Record:
    source = movements.line_of(order, told.get("line_item_id"))
    quantity = movements.pieces(told, most=source["quantity"] - source["quantity_received"])
    item = movements.item_of(call, source)
    place = places.of_line(call.org, source)
    return movements.line(
        call, told, item, place, quantity=quantity, purchaseorder_item_id=source["line_item_id"]
    )


def _count(order: Record, record: Record, sign: int) -> None:
    """What was received of each line of the order."""
    for line in record["line_items"]:
        for source in order["line_items"]:
            if source["line_item_id"] == line["purchaseorder_item_id"]:
                source["quantity_received"] += sign * Decimal(line["quantity"])


get = movements.reader(KIND)


def update(call: Call) -> Answer:
    record = call.find(MODULE)
    order = call.org.records["purchaseorders"][record["purchaseorder_id"]]
    movements.relined(call, record, partial(_line, call, order), partial(_count, order, record))
    movements.changed(call, KIND, movements.amended(call, KIND, record))
    return done("success", purchase_receive=movements.shown(record))


def delete(call: Call) -> Answer:
    record = call.find(MODULE)
    movements.gone(call, KIND, record)
    _count(call.org.records["purchaseorders"][record["purchaseorder_id"]], record, -1)
    return done("The Purchase Receive has been deleted.")
