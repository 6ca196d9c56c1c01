"""Shipment orders: packages leave, and with them the physical stock and what was committed of it."""

from sandbox.zoho import movements
from sandbox.zoho import packages as parcels
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.balances import settle_order
from sandbox.zoho.call import Call, named
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import text
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.movement import SHIPMENT

MODULE = "shipmentorders"
OF_SHIPMENT = ("tracking_number", "delivery_method", "carrier")  # told of its packages as well
LISTING = Listing(
    MODULE,
    "Shipment Orders",
    texts=("shipment_number", "salesorder_number", "customer_name", "tracking_number"),
    exact=("customer_id", "salesorder_id", "status"),
    dates=("date",),
    searched=("shipment_number", "salesorder_number", "customer_name", "tracking_number"),
    sortable=("date", "shipment_number", "customer_name", "created_time", "last_modified_time"),
)
KIND = Kind(
    *(MODULE, "shipment_order", "shipment_number", "SHP-", "Shipment Orders", SHIPMENT),
    rule="shipmentorder",
    listing=LISTING,
)
TEXTS = {"tracking_number": 100, "delivery_method": 100, "carrier": 100, "notes": 5000}


def create(call: Call) -> Answer:
    """POST shipmentorders?salesorder_id=&package_ids=a,b."""
    order = movements.asked_for(call, "salesorders", "Sales Order does not exist.")
    packages = _packages(call, order)
    record = movements.drafted(
        call,
        KIND,
        **{name: order[name] for name in parcels.OF_ORDER},
        status="shipped",
        **{name: text(call.body, name, limit) for name, limit in TEXTS.items()},
        package_ids=[each["package_id"] for each in packages],
        line_items=[dict(line) for each in packages for line in each["line_items"]],
    )
    movements.kept(call, KIND, record)
    for package in packages:
        package.update(shipment_id=record["shipment_id"], shipment_number=record["shipment_number"])
        package.update(shipping_date=record["date"])
        package.update({name: record[name] for name in OF_SHIPMENT})
    _follow(call, order, record, "shipped")
    return _named(movements.made(KIND, "Shipment created successfully.", record))


def _named(answer: Answer) -> Answer:
    """Described as `shipment_order`; what people read is `shipmentorder`."""
    answer.payload["shipmentorder"] = answer.payload["shipment_order"]
    return answer


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
        parcels.tell_shipment(package)
        movements.changed(call, parcels.KIND, package)
    settle_order(call.org, order)


listed = movements.lister(KIND)


def get(call: Call) -> Answer:
    return _named(done("success", shipment_order=movements.shown(call.find(MODULE))))


def update(call: Call) -> Answer:
    """How it travels may be told later; what it holds stays."""
    record = call.find(MODULE)
    record.update({name: text(call.body, name, limit, record[name]) for name, limit in TEXTS.items()})
    for package_id in record["package_ids"]:
        call.org.records["packages"][package_id].update({name: record[name] for name in OF_SHIPMENT})
    movements.changed(call, KIND, record)
    _follow(call, _order(call, record), record, record["status"])
    return _named(done("Shipment information has been updated.", shipment_order=movements.shown(record)))


def delivered(call: Call) -> Answer:
    record = call.find(MODULE)
    if record["status"] == "delivered":
        raise Refused(37135, "The shipment has already been marked as delivered.")
    record["status"] = "delivered"
    movements.changed(call, KIND, record)
    _follow(call, _order(call, record), record, "delivered")
    told = "The Shipment Order has been marked as Delivered."
    return done(told, data={"statusupdate_error_list": []})


def delete(call: Call) -> Answer:
    """The packages are there again, unshipped."""
    record = call.find(MODULE)
    movements.gone(call, KIND, record)
    empty = dict.fromkeys(("shipment_id", "shipment_number", "shipping_date", *OF_SHIPMENT), "")
    for package_id in record["package_ids"]:
        call.org.records["packages"][package_id].update(empty)
    _follow(call, _order(call, record), record, "not_shipped")
    return done("The Shipment Order has been deleted.")


def _order(call: Call, record: Record) -> Record:
    return call.org.records["salesorders"][record["salesorder_id"]]
