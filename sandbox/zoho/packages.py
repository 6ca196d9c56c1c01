"""Packages of sales orders: packed goods, which move no stock before they are shipped."""

from typing import Any

from sandbox.zoho import movements, places
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.balances import settle_order
from sandbox.zoho.call import Call, rows_of
from sandbox.zoho.filters import Listing
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.common import fresh
from sandbox.zoho.shapes.movement import PACKAGE, PACKAGE_LINE, SHIPMENT_INSIDE

MODULE = "packages"
LISTING = Listing(
    MODULE,
    "Packages",
    texts=(
        *("packing_number", "package_number", "salesorder_number", "customer_name", "delivery_method"),
        "tracking_number",
    ),
    exact=("customer_id", "salesorder_id", "status"),
    dates=("date", "shipment_date"),
    keys={"packing_number": "package_number", "shipment_date": "shipping_date", "quantity": "total_quantity"},
    searched=("package_number", "salesorder_number", "customer_name", "tracking_number"),
    sortable=(
        *("tracking_number", "salesorder_number", "package_number", "date", "customer_name", "customer_id"),
        *("shipment_date", "quantity", "delivery_method", "created_time", "last_modified_time"),
    ),
    statuses={
        "NotShipped": lambda row: row["status"] == "not_shipped",
        "Shipped": lambda row: row["status"] == "shipped",
        "Delivered": lambda row: row["status"] == "delivered",
    },
)
KIND = Kind(
    *(MODULE, "package", "package_number", "PKG-", "Packages", PACKAGE), rule="package", listing=LISTING
)
OF_ORDER = (
    *("salesorder_id", "salesorder_number", "customer_id", "customer_name"),
    *("billing_address", "shipping_address"),
)


def create(call: Call) -> Answer:
    """POST packages?salesorder_id=; lines name those of the order."""
    order = movements.asked_for(call, "salesorders", "Sales Order does not exist.")
    if order["_stage"] != "confirmed":
        raise Refused(9, "Only confirmed sales orders can be packed.")
    copied = {name: order[name] for name in OF_ORDER}
    record = movements.drafted(call, KIND, **copied, salesorder_date=order["date"], status="not_shipped")
    record["line_items"] = movements.some(
        [_line(call, order, row) for row in rows_of(call.body, "line_items")]
    )
    tell_shipment(record)
    movements.kept(call, KIND, record)
    order.setdefault("_packages", []).append(record["package_id"])
    settle_order(call.org, order)
    return movements.made(KIND, "Package created successfully. It's now time to ship!", record)


def tell_shipment(package: Record) -> None:
    """Inside a package there is its shipment, whether it has left or not."""
    own = {name: package[name] for name in SHIPMENT_INSIDE if name in package}
    inside = {"package_id": package["package_id"], "package_number": package["package_number"]}
    packed = "packed" if package["status"] == "not_shipped" else package["status"]
    package["shipment_order"] = {
        **fresh(SHIPMENT_INSIDE),
        **own,
        "associated_packages": [inside],
        "shipment_status": packed,
    }


def _line(call: Call, order: Record, told: dict[str, Any]) -> Record:
    source = movements.line_of(order, told.get("so_line_item_id"))
    item = movements.item_of(call, source)
    return movements.line(
        call,
        told,
        item,
        places.of_line(call.org, source),
        quantity=movements.pieces(told, most=source["quantity"] - source["quantity_packed"]),
        so_line_item_id=source["line_item_id"],
        salesorder_id=order["salesorder_id"],
        salesorder_number=order["salesorder_number"],
        item_type=item["item_type"],
        item_order=source["item_order"],
        **fresh(PACKAGE_LINE),
        is_invoiced=source["is_invoiced"],
    )


def _row(record: Record) -> dict[str, Any]:
    """Lists tell the pieces as a text, and the day of shipment under another name."""
    more = {"quantity": f"{record['total_quantity']:f}", "shipment_date": record["shipping_date"]}
    return {**movements.row(record), **more}


get, listed = movements.reader(KIND), movements.lister(KIND, _row)


def update(call: Call) -> Answer:
    """Lines as long as it has not left."""
    record = call.find(MODULE)
    order = call.org.records["salesorders"][record["salesorder_id"]]
    if record["shipment_id"] and "line_items" in call.body:
        raise Refused(9, "Packages that have been shipped keep their lines.")

    def count(sign: int) -> None:
        (order["_packages"].append if sign > 0 else order["_packages"].remove)(record["package_id"])
        settle_order(call.org, order)

    movements.relined(call, record, lambda row: _line(call, order, row), count)
    movements.changed(call, KIND, movements.amended(call, KIND, record))
    settle_order(call.org, order)
    return done("Package Updated Successfully.", package=movements.shown(record))


def delete(call: Call) -> Answer:
    record = call.find(MODULE)
    if record["shipment_id"]:
        raise Refused(9, "Packages that have been shipped cannot be deleted.")
    movements.gone(call, KIND, record)
    order = call.org.records["salesorders"][record["salesorder_id"]]
    order["_packages"].remove(record["package_id"])
    settle_order(call.org, order)
    return done("Whooooosh! Package Deleted Successfully.")
