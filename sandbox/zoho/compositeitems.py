"""Composite items of Inventory: items made of others, in the items list with is_combo_product true."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sandbox.zoho import items, lists
from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, created, named, rows_of
from sandbox.zoho.item_views import shown as item_shown
from sandbox.zoho.item_views import tell
from sandbox.zoho.money import number, text
from sandbox.zoho.organization import Record

KINDS = ("assembly", "kit")
REQUIRED = ("name", "sku", "mapped_items", "rate")


def create(call: Call) -> Answer:
    for name in REQUIRED:
        if call.body.get(name) in (None, "", []):
            raise Refused(4, f"Invalid value passed for {name}")
    item = items.drafted(call)
    item.update(is_combo_product=True, combo_type="assembly", _parts=[])
    _apply(call, item)
    items.kept(call, item)
    _remember(call, item)
    tell(call, "created", item)
    path = f"compositeitems/{item['item_id']}"
    return created("The item has been added.", "composite_item", shown(call, item), path)


def update(call: Call) -> Answer:
    item = _find(call)
    draft = dict(item)
    _apply(call, draft)
    items.changed(call, item)
    item.update(combo_type=draft["combo_type"], _parts=draft["_parts"])
    _remember(call, item)
    tell(call, "edited", item)
    return done("Item details have been saved.", composite_item=shown(call, item))


def _apply(call: Call, item: Record) -> None:
    item["combo_type"] = text(call.body, "combo_type", 20, item["combo_type"])
    if item["combo_type"] not in KINDS:
        raise Refused(2, "Invalid value passed for combo_type")
    if "mapped_items" in call.body:
        told = rows_of(call.body, "mapped_items")
        item["_parts"] = [_part(call, item, row, order) for order, row in enumerate(told, 1)]
        if not item["_parts"]:
            raise Refused(4, "Invalid value passed for mapped_items")


def _part(call: Call, item: Record, told: dict[str, Any], order: int) -> dict[str, Any]:
    part = named(call, "items", told.get("item_id"), 2006, "Item does not exist.")
    quantity = number(told, "quantity", Decimal(1))
    if quantity <= 0 or part["is_combo_product"] or part["item_id"] == item["item_id"]:
        raise Refused(2, "Invalid value passed for mapped_items")
    line = str(told.get("line_item_id") or "") or call.org.new_id()
    return {"line_item_id": line, "item_id": part["item_id"], "quantity": quantity, "item_order": order}


def _remember(call: Call, item: Record) -> None:
    call.org.parts[item["item_id"]] = {part["item_id"] for part in item["_parts"]}


def get(call: Call) -> Answer:
    return done("success", composite_item=shown(call, _find(call)))


def listed(call: Call) -> Answer:
    """As the items list, of composites only, under names of their own."""
    known = {key: each for key, each in call.org.records["items"].items() if each["is_combo_product"]}
    listing = replace(items.LISTING, exact=(*items.LISTING.exact, "combo_type"))
    answer = lists.answer_raw(call, listing, known, lambda item: shown(call, item))
    rows = answer.payload.pop("items")
    context = answer.payload.pop("page_context")
    return done("success", composite_items=rows, page_context={**context, "report_name": "Composite Items"})


def delete(call: Call) -> Answer:
    item = _find(call)
    items.check_unused(call.org, item["item_id"])
    tell(call, "deleted", item)
    items.removed(call.org, item)
    return done("The item has been deleted.")


def activate(call: Call) -> Answer:
    items.marked(call, _find(call), "active")
    return done("Re-activation complete! The item is back in business!")


def deactivate(call: Call) -> Answer:
    items.marked(call, _find(call), "inactive")
    return done("The item has been marked as inactive.")


def _find(call: Call) -> Record:
    item = call.find("items")
    if not item["is_combo_product"]:
        raise unknown_id()
    return item


def shown(call: Call, item: Record) -> dict[str, Any]:
    whole = item_shown(call, item)
    known = call.org.records["items"]
    mapped = [
        {
            **part,
            **{
                name: known[part["item_id"]][name]
                for name in ("name", "sku", "rate", "purchase_rate", "unit")
            },
        }
        for part in item["_parts"]
        if part["item_id"] in known
    ]
    del whole["item_id"]
    return {"composite_item_id": item["item_id"], **whole, "mapped_items": mapped}
