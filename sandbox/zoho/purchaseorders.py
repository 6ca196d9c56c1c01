"""Purchase orders: what is bought of vendors, for the own shelves or straight to a customer; they move no stock."""

from typing import Any

from sandbox.zoho import customfields, movements, places
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.balances import settle_order
from sandbox.zoho.call import Call, named, rows_of
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import ZERO, day, flag, half_up, number, text
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record
from sandbox.zoho.persons import addresses_of
from sandbox.zoho.shapes.movement import PURCHASE, PURCHASE_LINE

MODULE = "purchaseorders"
STATUSES = ("Draft", "Issued", "Open", "Billed", "Cancelled")
LISTING = Listing(
    MODULE,
    "Purchase Orders",
    texts=("purchaseorder_number", "reference_number", "vendor_name"),
    exact=("vendor_id", "status", "salesorder_id"),
    numbers=("total",),
    dates=("date",),
    of_lines=("item_id", "item_description"),
    custom=True,
    searched=("purchaseorder_number", "reference_number", "vendor_name"),
    sortable=("vendor_name", "purchaseorder_number", "date", "delivery_date", "total", "created_time"),
    statuses={name: lambda row, name=name: row["status"] == name.lower() for name in STATUSES},  # type: ignore[misc]
)
KIND = Kind(
    MODULE, "purchaseorder", "purchaseorder_number", "PO-", "Purchase Orders", PURCHASE, listing=LISTING
)
TEXTS = {"ship_via": 100, "attention": 100, "terms": 10000}
DAYS = ("delivery_date", "expected_delivery_date")


def create(call: Call) -> Answer:
    vendor = named(call, "contacts", call.body.get("vendor_id"), 1002, "Contact does not exist.")
    if vendor["status"] == "inactive" and call.switch("zoho_purchaseorder_of_inactive") == "refused":
        raise Refused(2, "Invalid value passed for vendor_id")
    born = str(call.switch("zoho_purchaseorder_born"))
    copied = {name: vendor[name] for name in ("currency_id", "currency_code", "currency_symbol")}
    record = movements.drafted(
        call, KIND, vendor_id=vendor["contact_id"], vendor_name=vendor["contact_name"], **copied
    )
    record.update(_asked={}, _custom={}, status=born, order_status=born)
    _take(call, record)
    movements.kept(call, KIND, record)
    _follow(call, record["salesorder_id"])
    return movements.made(KIND, "The purchase order has been created.", shown(call, record))


def update(call: Call) -> Answer:
    """What is not in the body stays; lines replace those there are, unless goods of them were received."""
    record = call.find(MODULE)
    before, draft = record["salesorder_id"], dict(record)
    draft.update({name: text(call.body, name, 5000, record[name]) for name in ("notes", "reference_number")})
    draft["date"] = str(call.body.get("date") or record["date"])
    _take(call, draft)
    record.update(draft)
    movements.changed(call, KIND, record)
    for order_id in {before, record["salesorder_id"]}:
        _follow(call, order_id)
    return done("The purchase order has been updated.", purchaseorder=shown(call, record))


def update_by_field(call: Call) -> Answer:
    return customfields.by_unique_field(call, MODULE, update, create)


def change_custom_fields(call: Call) -> Answer:
    customfields.change(call, MODULE)
    return done(customfields.UPDATED)


def _take(call: Call, record: Record) -> None:
    """The body onto the order; raises before anything is stored."""
    asked = {**record["_asked"], **call.body}
    record.update({name: text(asked, name, limit) for name, limit in TEXTS.items()})
    record.update(
        {name: day(asked, name, call.org.today()) if asked.get(name) else record[name] for name in DAYS}
    )
    _take_lines(call, record, asked)
    order = _take_sale(call, record, asked)
    _take_delivery(call, record, asked, order)
    own = record["purchaseorder_id"]
    record["_custom"] = customfields.taken_over(call, MODULE, record["_custom"], own)
    record["_asked"] = {key: value for key, value in asked.items() if key != "custom_fields"}


def _take_lines(call: Call, record: Record, asked: dict[str, Any]) -> None:
    known = {line["line_item_id"]: line for line in record.get("line_items", [])}
    if known and "line_items" not in call.body:
        return
    place = places.named(call, asked, places.primary(call.org))
    lines = movements.some([_line(call, row, place, known) for row in rows_of(asked, "line_items")])
    kept = {line["line_item_id"] for line in lines}
    if any(line["quantity_received"] for line_id, line in known.items() if line_id not in kept):
        raise Refused(9, "Lines of which goods have been received cannot be removed.")
    total = sum((line["item_total"] for line in lines), ZERO)
    record.update(places.shown_at(call.org, place), line_items=lines, sub_total=total, total=total)


def _line(call: Call, told: dict[str, Any], place: str, known: dict[str, Record]) -> Record:
    """Inventory calls the rate `purchase_rate`, Books `rate`; both are answered."""
    line_id = text(told, "line_item_id", 50)
    if line_id and line_id not in known:
        raise Refused(2, "Invalid value passed for line_item_id")
    item, where = movements.item_of(call, told), places.named(call, told, place)
    usual = item["purchase_rate"] or ZERO
    rate = number(told, "rate", number(told, "purchase_rate", usual))
    made = movements.line(call, told, item, where, **PURCHASE_LINE)
    received = known[line_id]["quantity_received"] if line_id else ZERO
    quantity = movements.pieces(told)
    if quantity < received:
        raise Refused(2, "Invalid value passed for quantity")
    made.update(line_item_id=line_id or made["line_item_id"], rate=rate, purchase_rate=rate, bcy_rate=rate)
    made.update(quantity=quantity, quantity_received=received, item_total=half_up(quantity * rate, 2))
    made["salesorder_item_id"] = text(told, "salesorder_item_id", 50)
    return made


def _take_sale(call: Call, record: Record, asked: dict[str, Any]) -> Record | None:
    """The sales order it is bought for; a drop shipment, which only Inventory knows, has one."""
    wanted = text(asked, "salesorder_id", 50)
    drop = call.edition == "inventory" and flag(asked, "is_drop_shipment", False)
    drop = drop or (call.edition == "books" and bool(record["is_drop_shipment"]))
    if drop and not wanted:
        raise Refused(4, "Invalid value passed for salesorder_id")
    order = named(call, "salesorders", wanted, 1002, "Sales Order does not exist.") if wanted else None
    record.update(salesorder_id=wanted, is_drop_shipment=drop)
    record["is_backorder"] = flag(asked, "is_backorder", False)
    own = {line["line_item_id"] for line in order["line_items"]} if order else set()
    if any(line["salesorder_item_id"] not in {"", *own} for line in record["line_items"]):
        raise Refused(2, "Invalid value passed for salesorder_item_id")
    return order


def _take_delivery(call: Call, record: Record, asked: dict[str, Any], order: Record | None) -> None:
    """To a customer: the one named, or of a drop shipment the order's; else to the organization."""
    wanted = text(asked, "delivery_customer_id", 50)
    if record["is_drop_shipment"] and order and not wanted:
        wanted = order["customer_id"]
    if not wanted:
        record.update(delivery_customer_id="", delivery_customer_name="", delivery_address={})
        return
    customer = named(call, "contacts", wanted, 1002, "Contact does not exist.")
    address = customer["shipping_address"]
    if order and order["customer_id"] == wanted:
        address = order["shipping_address"]
    told = text(asked, "delivery_customer_address_id", 50)
    if told:
        address = next((each for each in addresses_of(customer) if each["address_id"] == told), None)
        if address is None:
            raise Refused(2, "Invalid value passed for delivery_customer_address_id")
    record.update(
        delivery_customer_id=wanted,
        delivery_customer_name=customer["contact_name"],
        delivery_customer_address_id=told,
        delivery_address=dict(address),
    )


def _follow(call: Call, order_id: str) -> None:
    order = call.org.records["salesorders"].get(order_id)
    if order is not None:
        settle_order(call.org, order)


def shown(call: Call, record: Record) -> dict[str, Any]:
    hashed = customfields.promoted(call, MODULE, record)
    fields = customfields.shown(call, MODULE, record)
    return {**movements.shown(record), **hashed, "custom_fields": fields, "custom_field_hash": hashed}


def get(call: Call) -> Answer:
    return done("success", purchaseorder=shown(call, call.find(MODULE)))


def listed(call: Call) -> Answer:
    """Inventory describes pages only; whether it knows the filters of Books is a switch."""
    deaf = call.edition == "inventory" and not call.switch("zoho_inventory_purchase_filters")
    return movements.listed(call, KIND, lambda order: _row(call, order), deaf=deaf)


def _row(call: Call, order: Record) -> dict[str, Any]:
    """What is still to come is told in lists, and custom fields by their own names."""
    ordered, received = (
        sum((line[name] for line in order["line_items"]), ZERO) for name in ("quantity", "quantity_received")
    )
    company = call.org.records["contacts"][order["vendor_id"]]["company_name"]
    return {
        **movements.row(order),
        **customfields.promoted(call, MODULE, order),
        "company_name": company,
        "total_ordered_quantity": ordered,
        "quantity_yet_to_receive": ordered - received,
    }


def delete(call: Call) -> Answer:
    order = call.find(MODULE)
    if any(line["quantity_received"] for line in order["line_items"]):
        raise Refused(9, "Purchase orders of which goods have been received cannot be deleted.")
    movements.gone(call, KIND, order)
    _follow(call, order["salesorder_id"])
    return done("The purchase order has been deleted.")


def _mark(status: str, message: str) -> Any:
    def mark(call: Call) -> Answer:
        record = call.find(MODULE)
        record.update(status=status, order_status=status)
        movements.changed(call, KIND, record)
        _follow(call, record["salesorder_id"])
        return done(message)

    return mark


to_open = _mark("open", "The purchase order has been marked as open.")
to_issued = _mark("issued", "The purchase order has been marked as issued.")
to_billed = _mark("billed", "The purchase order has been marked as billed.")
cancel = _mark("cancelled", "The purchase order has been cancelled.")
