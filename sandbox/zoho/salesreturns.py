"""Sales returns: goods that come back raise the physical stock once they are received."""

from decimal import Decimal
from functools import partial
from typing import Any

from sandbox.zoho import movements, places
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, rows_of
from sandbox.zoho.money import ZERO
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.movement import RETURN

MODULE = "salesreturns"
KIND = Kind(MODULE, "salesreturn", "salesreturn_number", "RMA-", "Sales Returns", RETURN, rule="salesreturn")
RECEIVE = Kind("salesreturnreceives", "salesreturn", "receive_number", "RR-", "Sales Return Receives")


def create(call: Call) -> Answer:
    """POST salesreturns?salesorder_id=; lines name those of the order."""
    order = movements.asked_for(call, "salesorders", "Sales Order does not exist.")
    record = movements.drafted(
        call,
        KIND,
        salesorder_id=order["salesorder_id"],
        salesorder_number=order["salesorder_number"],
        salesreturn_status="approved",
        **places.shown_at(call.org, places.named(call, call.body, places.primary(call.org))),
    )
    record["line_items"] = movements.some(
        [_line(call, order, row) for row in rows_of(call.body, "line_items")]
    )
    movements.kept(call, KIND, record)
    _count(order, record, 1)
    return movements.made(KIND, "Return created successfully", record)


def _line(call: Call, order: Record, told: dict[str, Any]) -> Record:
    source = movements.line_of(order, told.get("salesorder_item_id"))
    return movements.line(
        call,
        told,
        movements.item_of(call, source),
        places.named(call, told, places.of_line(call.org, source)),
        quantity=movements.pieces(told, most=source["quantity"] - source["quantity_returned"]),
        quantity_received=ZERO,
        salesorder_item_id=source["line_item_id"],
    )


def _count(order: Record, record: Record, sign: int) -> None:
    for line in record["line_items"]:
        for source in order["line_items"]:
            if source["line_item_id"] == line["salesorder_item_id"]:
                source["quantity_returned"] += sign * Decimal(line["quantity"])


get, listed = movements.reader(KIND), movements.lister(KIND)


def update(call: Call) -> Answer:
    record = call.find(MODULE)
    order = call.org.records["salesorders"][record["salesorder_id"]]
    if any(line["quantity_received"] for line in record["line_items"]) and "line_items" in call.body:
        raise Refused(9, "Sales returns of which goods have been received keep their lines.")
    build, count = partial(_line, call, order), partial(_count, order, record)
    movements.relined(call, record, build, count)
    movements.changed(call, KIND, movements.amended(call, KIND, record))
    return done("Return updated successfully", salesreturn=movements.shown(record))


def delete(call: Call) -> Answer:
    record = call.find(MODULE)
    if any(line["quantity_received"] for line in record["line_items"]):
        raise Refused(9, "Sales returns of which goods have been received cannot be deleted.")
    movements.gone(call, KIND, record)
    order = call.org.records["salesorders"].get(record["salesorder_id"])
    if order is not None:
        _count(order, record, -1)
    return done("The Sales Return has been deleted.")


def receive(call: Call) -> Answer:
    """POST salesreturnreceives?salesreturn_id=; lines name those of the return."""
    back = movements.asked_for(call, MODULE, "Sales Return does not exist.")
    copied = {name: back[name] for name in ("salesreturn_id", "salesreturn_number")}
    record = movements.drafted(call, RECEIVE, **copied)
    record["line_items"] = movements.some(
        [_received(call, back, row) for row in rows_of(call.body, "line_items")]
    )
    movements.kept(call, RECEIVE, record)
    _take(call, back, record, 1)
    return movements.made(RECEIVE, "Sales Return Receive Created Successfully", record)


def _received(call: Call, back: Record, told: dict[str, Any]) -> Record:
    source = movements.line_of(back, told.get("line_item_id"))
    quantity = movements.pieces(told, most=source["quantity"] - source["quantity_received"])
    item, place = movements.item_of(call, source), places.of_line(call.org, source)
    return movements.line(
        call, told, item, place, quantity=quantity, salesreturn_item_id=source["line_item_id"]
    )


def _take(call: Call, back: Record, record: Record, sign: int) -> None:
    for line in record["line_items"]:
        for source in back["line_items"]:
            if source["line_item_id"] == line["salesreturn_item_id"]:
                source["quantity_received"] += sign * Decimal(line["quantity"])
    whole = all(line["quantity_received"] == line["quantity"] for line in back["line_items"])
    begun = any(line["quantity_received"] for line in back["line_items"])
    back["salesreturn_status"] = "received" if whole else "partially_received" if begun else "approved"
    movements.changed(call, KIND, back)


def delete_receive(call: Call) -> Answer:
    record = call.find(RECEIVE.module)
    movements.gone(call, RECEIVE, record)
    _take(call, call.org.records[MODULE][record["salesreturn_id"]], record, -1)
    return done("Sales Return Receive Deleted Successfully.")
