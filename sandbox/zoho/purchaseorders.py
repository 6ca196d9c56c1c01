"""Purchase orders: only so that receives have something to be of; they move no stock."""

from typing import Any

from sandbox.zoho import movements, places
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, named, rows_of
from sandbox.zoho.money import ZERO, number
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record

MODULE = "purchaseorders"
KIND = Kind(MODULE, "purchaseorder", "purchaseorder_number", "PO-", "Purchase Orders")


def create(call: Call) -> Answer:
    vendor = named(call, "contacts", call.body.get("vendor_id"), 1002, "Contact does not exist.")
    record = movements.drafted(
        call,
        KIND,
        vendor_id=vendor["contact_id"],
        vendor_name=vendor["contact_name"],
        status="issued",
        received_status="",
    )
    place = places.named(call, call.body, places.primary(call.org))
    record["line_items"] = movements.some(
        [_line(call, row, place) for row in rows_of(call.body, "line_items")]
    )
    return movements.made(KIND, "The purchase order has been created.", movements.kept(call, KIND, record))


def _line(call: Call, told: dict[str, Any], place: str) -> Record:
    return movements.line(
        call,
        told,
        movements.item_of(call, told),
        places.named(call, told, place),
        quantity=movements.pieces(told),
        quantity_received=ZERO,
        rate=number(told, "rate"),
    )


def get(call: Call) -> Answer:
    return done("success", purchaseorder=movements.shown(call.find(MODULE)))


def listed(call: Call) -> Answer:
    return movements.listed(call, KIND)


def delete(call: Call) -> Answer:
    order = call.find(MODULE)
    if any(line["quantity_received"] for line in order["line_items"]):
        raise Refused(9, "Purchase orders of which goods have been received cannot be deleted.")
    movements.gone(call, KIND, order)
    return done("The purchase order has been deleted.")
