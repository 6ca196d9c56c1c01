"""Bills of vendors: open ones raise the stock in the books."""

from typing import Any

from sandbox.zoho import movements, places
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, named, rows_of
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import ZERO, number, text
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.movement import BILL

MODULE = "bills"
STATUSES = ("Open", "Paid", "Overdue", "Void")
LISTING = Listing(
    MODULE,
    "Bills",
    texts=("bill_number", "reference_number", "vendor_name", "description"),
    exact=("vendor_id", "status", "purchaseorder_id"),
    numbers=("total",),
    dates=("date",),
    of_lines=("item_id",),
    searched=("bill_number", "reference_number", "vendor_name"),
    sortable=(
        *("vendor_name", "bill_number", "date", "due_date", "total", "balance"),
        *("created_time", "last_modified_time"),
    ),
    statuses={name: lambda row, name=name: row["status"] == name.lower() for name in STATUSES},  # type: ignore[misc]
    unsifted=("PartiallyPaid",),
)
KIND = Kind(MODULE, "bill", "bill_number", "BILL-", "Bills", BILL, rule="bill", listing=LISTING)


def create(call: Call) -> Answer:
    if not text(call.body, "bill_number", 100).strip():
        raise Refused(4, "Invalid value passed for bill_number")
    vendor = named(call, "contacts", call.body.get("vendor_id"), 1002, "Contact does not exist.")
    if _number(call.body) in {_number(each) for each in call.org.records[MODULE].values()}:
        raise Refused(13011, "Bill number already exists.")
    record = movements.drafted(
        call, KIND, vendor_id=vendor["contact_id"], vendor_name=vendor["contact_name"], status="open"
    )
    _take_lines(call, record)
    return movements.made(KIND, "The Bill has been created.", movements.kept(call, KIND, record))


def _number(told: dict[str, Any]) -> str:
    return str(told["bill_number"]).strip().casefold()


def _take_lines(call: Call, record: Record) -> None:
    place = places.named(call, call.body, places.primary(call.org))
    record.update(places.shown_at(call.org, place))
    record["line_items"] = movements.some(
        [_line(call, row, place) for row in rows_of(call.body, "line_items")]
    )
    record["total"] = sum((line["item_total"] for line in record["line_items"]), ZERO)
    record["sub_total"] = record["total"]
    record["balance"] = record["total"]


def _line(call: Call, told: dict[str, Any], place: str) -> Record:
    item = movements.item_of(call, told)
    quantity, rate = movements.pieces(told), number(told, "rate", item["purchase_rate"] or ZERO)
    where = places.named(call, told, place)
    return movements.line(
        call, told, item, where, quantity=quantity, rate=rate, item_total=round(quantity * rate, 2)
    )


def update(call: Call) -> Answer:
    """Lines, when told, replace those there are."""
    record = call.find(MODULE)
    if "line_items" in call.body:
        _take_lines(call, record)
    record["notes"] = text(call.body, "notes", 5000, record["notes"])
    movements.changed(call, KIND, record)
    return done("The Bill has been updated.", bill=movements.shown(record))


def listed(call: Call) -> Answer:
    """Books knows filters; Inventory was seen to ignore them in silence."""
    return movements.listed(call, KIND, deaf=call.edition == "inventory")


get = movements.reader(KIND)
delete = movements.remover(KIND, "The Bill has been deleted.")
to_open = movements.marker(KIND, "The bill has been marked as open.", status="open")
void = movements.marker(KIND, "The bill has been marked as Void.", status="void")
