"""Inventory adjustments: signed quantities, in the books and physically, or values, which move no stock."""

from typing import Any

from sandbox.zoho import lists, places, stock_effects, workflows
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.call import Call, created, named, rows_of
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import ZERO, day, number, text
from sandbox.zoho.organization import Record

MODULE = "inventoryadjustments"
REQUIRED = ("date", "reason", "adjustment_type", "line_items")
KINDS = ("quantity", "value")
LISTING = Listing("inventory_adjustments", "Inventory Adjustments", deaf=True)
IN_ROW = (
    *("inventory_adjustment_id", "date", "reason", "reason_id", "description", "reference_number"),
    *("adjustment_type", "total", "status", "created_time", "last_modified_time"),
)


def create(call: Call) -> Answer:
    born = {"created_time": call.org.stamp(), **call.org.maker}
    made = _drafted(call, {"inventory_adjustment_id": call.org.new_id(), **born})
    call.org.touched(made, call.person)
    call.org.records[MODULE][made["inventory_adjustment_id"]] = call.org.born(made)
    stock_effects.settle(call.org, MODULE, made)
    _tell(call, "created", made)
    path = f"inventoryadjustments/{made['inventory_adjustment_id']}"
    answer = created("Inventory Adjustment has been added", "inventory_adjustment", shown(made), path)
    return Answer(answer.payload, int(call.switch("zoho_inventory_create_status")), answer.headers)


def _drafted(call: Call, record: Record) -> Record:
    for name in REQUIRED:
        if call.body.get(name) in (None, "", []):
            raise Refused(4, f"Invalid value passed for {name}")
    kind = text(call.body, "adjustment_type", 20)
    if kind not in KINDS:
        raise Refused(2, "Invalid value passed for adjustment_type")
    place = places.named(call, call.body, places.primary(call.org))
    record.update(
        date=day(call.body, "date", call.org.today()),
        reason=text(call.body, "reason", 50),
        reason_id="",
        description=text(call.body, "description", 500),
        reference_number=text(call.body, "reference_number", 50),
        adjustment_type=kind,
        status="adjusted",
        custom_fields=[],
        line_items=[_line(call, row, kind, place) for row in rows_of(call.body, "line_items")],
        **places.shown_at(call.org, place),
    )
    record["total"] = sum((line["item_total"] for line in record["line_items"]), ZERO)
    return record


def _line(call: Call, told: dict[str, Any], kind: str, place: str) -> Record:
    item = named(call, "items", told.get("item_id"), 2006, "Item does not exist.")
    if not item["track_inventory"] or item["combo_type"] == "kit":
        raise Refused(2, "Invalid value passed for item_id")
    amount = number(told, f"{kind}_adjusted", None)
    if amount == 0:
        raise Refused(2, f"Invalid value passed for {kind}_adjusted")
    account = call.org.accounts.get(text(told, "adjustment_account_id", 50))
    account = account or call.org.account("Cost of Goods Sold")
    return {
        "line_item_id": call.org.new_id(),
        "item_id": item["item_id"],
        "sku": item["sku"],
        "name": text(told, "name", 255, item["name"]),
        "description": text(told, "description", 2000, item["description"]),
        f"{kind}_adjusted": amount,
        "item_total": amount * item["purchase_rate"] if kind == "quantity" else amount,
        "unit": text(told, "unit", 100, item["unit"]),
        "is_combo_product": item["is_combo_product"],
        "adjustment_account_id": account["account_id"],
        "adjustment_account_name": account["account_name"],
        **places.shown_at(call.org, places.named(call, told, place)),
    }


def update(call: Call) -> Answer:
    """Everything is told anew, as the description has it."""
    adjustment = call.find(MODULE)
    adjustment.update(_drafted(call, dict(adjustment)))
    call.org.touched(adjustment, call.person)
    stock_effects.settle(call.org, MODULE, adjustment)
    _tell(call, "edited", adjustment)
    return done("Inventory Adjustment has been updated", inventory_adjustment=shown(adjustment))


def get(call: Call) -> Answer:
    return done("success", inventory_adjustment=shown(call.find(MODULE)))


def listed(call: Call) -> Answer:
    """Pages only: whatever else is asked for is silently ignored; the newest come first, without lines."""
    return lists.answer_raw(call, LISTING, call.org.records[MODULE], _row)


def _row(adjustment: Record) -> dict[str, Any]:
    kept = (*IN_ROW, "custom_fields", "created_by_id", "created_by_name", "last_modified_by_id")
    place = {
        name: adjustment[name] for word in places.WORDS for name in _of_place(word) if name in adjustment
    }
    return {**{name: adjustment[name] for name in kept}, **place}


def _of_place(word: str) -> tuple[str, str]:
    return f"{word}_id", f"{word}_name"


def delete(call: Call) -> Answer:
    adjustment = call.find(MODULE)
    _tell(call, "deleted", adjustment)
    stock_effects.dropped(call.org, MODULE, adjustment)
    call.org.gone(MODULE, adjustment["inventory_adjustment_id"])
    return done("Inventory Adjustment(s) has been deleted")


def shown(adjustment: Record) -> dict[str, Any]:
    return {key: value for key, value in adjustment.items() if not key.startswith("_")}


def _tell(call: Call, event: str, adjustment: Record) -> None:
    workflows.fire(call, "inventoryadjustment", event, lambda: shown(adjustment))
