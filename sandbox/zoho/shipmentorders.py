"""Shipment orders: packages leave, and with them the physical stock and what was committed of it."""

from typing import Any

from sandbox.zoho import movements
from sandbox.zoho import packages as parcels
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.balances import settle_order
from sandbox.zoho.call import Call, named
from sandbox.zoho.money import text
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.movement import SHIPMENT

MODULE = "shipmentorders"
KIND = Kind(
    MODULE, "shipment_order", "shipment_number", "SHP-", "Shipment Orders", SHIPMENT, rule="shipmentorder"
)


def create(call: Call) -> Answer:
    """POST shipmentorders?salesorder_id=&package_ids=a,b."""
    order = movements.asked_for(call, "salesorders", "Sales Order does not exist.")
    packages = _packages(call, order)
    record = movements.drafted(
        call,
        KIND,
        **{name: order[name] for name in parcels.OF_ORDER},
        status="shipped",
        tracking_number=text(call.body, "tracking_number", 100),
        delivery_method=text(call.body, "delivery_method", 100),
        package_ids=[each["package_id"] for each in packages],
        line_items=[dict(line) for each in packages for line in each["line_items"]],
    )
    movements.kept(call, KIND, record)
    for package in packages:
        package.update(shipment_id=record["shipment_id"], shipment_number=record["shipment_number"])
        package.update(shipping_date=record["date"])
    _follow(call, order, record, "shipped")
    return movements.made(KIND, "Shipment created successfully.", record)


def _packages(call: Call, order: Record) -> list[Record]:
    asked = [each.strip() for each in call.args.get("package_ids", "").split(",") if each.strip()]
    found = [named(call, "packages", each, 1002, "Package does not exist.") for each in dict.fromkeys(asked)]
    if not found:
        raise Refused(4, "Invalid value passed for package_ids")
    if any(each["shipment_id"] or each["salesorder_id"] != order["salesorder_id"] for each in found):
        raise Refused(2, "Invalid value passed for package_ids")
    return found


def _follow(call: Call, order: Record, shipment: Record, status: str) -> None:
    """Packages and the order know how the shipment stands."""
    for package_id in shipment["package_ids"]:
        package = call.org.records["packages"][package_id]
        package["status"] = status
        movements.changed(call, parcels.KIND, package)
    settle_order(call.org, order)


get = movements.reader(KIND)


def delivered(call: Call) -> Answer:
    record = call.find(MODULE)
    record["status"] = "delivered"
    movements.changed(call, KIND, record)
    _follow(call, _order(call, record), record, "delivered")
    return done("The Shipment Order has been marked as Delivered.")


def delete(call: Call) -> Answer:
    """The packages are there again, unshipped."""
    record = call.find(MODULE)
    movements.gone(call, KIND, record)
    empty: dict[str, Any] = {"shipment_id": "", "shipment_number": "", "shipping_date": ""}
    for package_id in record["package_ids"]:
        call.org.records["packages"][package_id].update(empty)
    _follow(call, _order(call, record), record, "not_shipped")
    return done("The Shipment Order has been deleted.")


def _order(call: Call, record: Record) -> Record:
    return call.org.records["salesorders"][record["salesorder_id"]]
