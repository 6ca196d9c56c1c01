"""Transfer orders: goods go from one place to another, at once or by way of being in transit."""

from typing import Any

from sandbox.zoho import movements, places
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, rows_of
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import ZERO, flag, text
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record

MODULE = "transferorders"
_PLACES = tuple(f"{side}_{word}_" for side in ("from", "to") for word in ("location", "warehouse"))
LISTING = Listing(
    "transfer_orders",
    "Transfer Orders",
    texts=("transfer_order_number", "reason", "reference_number", *(f"{place}name" for place in _PLACES)),
    exact=("status", "project_id", "serial_number", "tracking_number", *(f"{place}id" for place in _PLACES)),
    dates=("date",),
    of_lines=("item_id", "item_name"),
    searched=("transfer_order_number", "reason", "reference_number"),
    sortable=("date", "created_time", "last_modified_time"),
    statuses={
        "InTransit": lambda row: row["status"] == "in_transit",
        "Transferred": lambda row: row["status"] == "transferred",
    },
    unsifted=("Today", "ThisWeek", "ThisMonth", "ThisQuarter", "ThisYear", "MissingAdvancedTrackingDetails"),
)
KIND = Kind(
    *(MODULE, "transfer_order", "transfer_order_number", "TO-", "Transfer Orders"),
    rule="transferorder",
    listing=LISTING,
)


def create(call: Call) -> Answer:
    start, end = _ends(call, {})
    transit = flag(call.body, "is_intransit_order", False)
    record = movements.drafted(
        call, KIND, is_intransit_order=transit, status="in_transit" if transit else "transferred"
    )
    _go(call, record, start, end)
    record["line_items"] = movements.some(
        [_line(call, row, start) for row in rows_of(call.body, "line_items")]
    )
    return movements.made(KIND, "Transfer Order added successfully.", movements.kept(call, KIND, record))


def update(call: Call) -> Answer:
    """Somewhere else, or other lines; whether it has arrived is told by the status actions."""
    record = call.find(MODULE)
    start, end = _ends(call, record)
    movements.relined(call, record, lambda row: _line(call, row, start))
    movements.amended(call, KIND, record)
    _go(call, record, start, end)
    for line in record["line_items"]:
        line.update(places.shown_at(call.org, start))
    movements.changed(call, KIND, record)
    return done("success", transfer_order=movements.shown(record))


def _ends(call: Call, before: Record) -> tuple[str, str]:
    start, end = _place(call, "from", before), _place(call, "to", before)
    if start == end:
        raise Refused(2, "Invalid value passed for to_location_id")
    return start, end


def _go(call: Call, record: Record, start: str, end: str) -> None:
    for side, place_id in (("from", start), ("to", end)):
        for word in ("location", "warehouse"):
            record[f"{side}_{word}_id"] = place_id
            record[f"{side}_{word}_name"] = call.org.places[place_id]["name"]


def _place(call: Call, side: str, before: Record) -> str:
    told = text(call.body, f"{side}_location_id", 50) or text(call.body, f"{side}_warehouse_id", 50)
    told = told or before.get(f"{side}_location_id", "")
    if told not in call.org.places:
        raise Refused(2, f"Invalid value passed for {side}_location_id")
    return told


def _line(call: Call, told: dict[str, Any], start: str) -> Record:
    item = movements.item_of(call, told)
    if not item["track_inventory"] or item["combo_type"] == "kit":
        raise Refused(2, "Invalid value passed for item_id")
    return movements.line(
        call, told, item, start, quantity_transfer=movements.pieces(told, "quantity_transfer")
    )


def _row(record: Record) -> dict[str, Any]:
    pieces = sum((line["quantity_transfer"] for line in record["line_items"]), ZERO)
    return {**movements.row(record), "quantity_transfer": pieces}


get, listed = movements.reader(KIND), movements.lister(KIND, _row)
delete = movements.remover(KIND, "Transfer Order(s) has been deleted.")
# POST …/markastransferred and …/intransit
arrive = movements.marker(KIND, "The status of the Transfer Order has been updated.", status="transferred")
depart = movements.marker(KIND, "success", status="in_transit")
