"""Bundles: assemblies that are put together out of their parts, which go."""

from typing import Any

from sandbox.zoho import movements, places
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, named
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import flag
from sandbox.zoho.movements import Kind
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.movement import BUNDLE

MODULE = "bundles"
LISTING = Listing(
    "bundles",
    "Assemblies",
    texts=("reference_number",),
    exact=("composite_item_id", "status", "location_id", "warehouse_id", "project_id"),
    dates=("date",),
    of_lines=("item_id",),
    searched=("reference_number", "composite_item_name"),
    sortable=("date", "total", "created_time", "last_modified_time", "reference_number"),
    statuses={
        "Pending": lambda row: row["status"] == "draft",
        "Confirmed": lambda row: row["status"] == "confirmed",
        "Built": lambda row: row["status"] == "bundled",
    },
    unsifted=("Today", "ThisWeek", "ThisMonth", "ThisQuarter", "ThisYear"),
)
KIND = Kind(MODULE, "bundle", "reference_number", "BDL-", "Assemblies", BUNDLE, listing=LISTING)


def create(call: Call) -> Answer:
    """Parts and their numbers are those of the composite item; what a body says of them is dropped."""
    item = named(call, "items", call.body.get("composite_item_id"), 2006, "Item does not exist.")
    if item["combo_type"] != "assembly" or not item["track_inventory"]:
        raise Refused(2, "Invalid value passed for composite_item_id")
    quantity = movements.pieces(call.body, "quantity_to_bundle")
    place = places.named(call, call.body, places.primary(call.org))
    built = flag(call.body, "is_completed", True)
    record = movements.drafted(
        call,
        KIND,
        composite_item_id=item["item_id"],
        composite_item_name=item["name"],
        composite_item_sku=item["sku"],
        quantity_to_bundle=quantity,
        is_completed=built,
        status="bundled" if built else "draft",
        **places.shown_at(call.org, place),
    )
    record["line_items"] = [_line(call, part, record, place) for part in item["_parts"]]
    movements.kept(call, KIND, record)
    answer = movements.made(KIND, "Assembly has been created.", record)
    return Answer({**answer.payload, **movements.shown(record)}, answer.status, answer.headers)


def _line(call: Call, part: dict[str, Any], record: Record, place: str) -> Record:
    item = movements.item_of(call, part)
    whole = part["quantity"] * record["quantity_to_bundle"]
    return movements.line(
        call, {}, item, place, quantity_consumed=part["quantity"], total_quantity_consumed=whole
    )


get, listed = movements.reader(KIND), movements.lister(KIND)
delete = movements.remover(KIND, "Assembly has been deleted.")


def build(call: Call) -> Answer:
    """POST …/bundled."""
    record = call.find(MODULE)
    record.update(status="bundled", is_completed=True)
    movements.changed(call, KIND, record)
    return done("The assembly has been marked as built.", bundle=movements.shown(record))
