"""Item groups of Inventory: up to three attributes, and ordinary items that are their options."""

from dataclasses import replace
from typing import Any

from sandbox.zoho import grouping, items, lists
from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, created, rows_of
from sandbox.zoho.filters import Listing
from sandbox.zoho.grouping import PLACES
from sandbox.zoho.item_views import shown as item_shown
from sandbox.zoho.item_views import tell
from sandbox.zoho.money import text
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.common import keys

MODULE = "itemgroups"
TEXTS = {"group_name": 100, "unit": 100, "brand": 100, "manufacturer": 100, "description": 2000}
SHARED = ("unit", "brand", "manufacturer")  # what the items of a group have from it
LISTING = Listing(
    "itemgroups",
    "Item Groups",
    texts=("group_name",),
    exact=("status",),
    searched=("group_name", "description"),
    sort="group_name",
    order="A",
    sortable=("group_name", "created_time", "last_modified_time"),
    statuses={
        "Active": lambda row: row["status"] == "active",
        "Inactive": lambda row: row["status"] == "inactive",
    },
)
ITEM = (
    *("item_id", "name", "status", "rate", "purchase_rate", "reorder_level", "initial_stock"),
    *("initial_stock_rate", "vendor_id", "vendor_name", "stock_on_hand", "sku", "upc", "ean", "isbn"),
    *("part_number", "image_name", "image_type", "available_stock", "actual_available_stock"),
    *(f"attribute_option_{kind}{place}" for place in PLACES for kind in ("id", "name")),
)


def create(call: Call) -> Answer:
    """The group and its items come into being together, or not at all."""
    group: Record = {
        "group_id": call.org.new_id(),
        **keys("group_name unit brand manufacturer description tax_id tax_name tax_type"),
        **keys("image_id image_name image_type attribute_id1 attribute_id2 attribute_id3"),
        **keys("attribute_name1 attribute_name2 attribute_name3"),
        "tax_percentage": 0,
        "product_type": "goods",
        "is_taxable": True,
        "status": "active",
        "source": "api",
        "documents": [],
        "_items": [],
        "_options": [{}, {}, {}],
    }
    _apply(call, group)
    group.update(created_time=call.org.stamp())
    call.org.touched(group, call.person)
    call.org.records[MODULE][group["group_id"]] = call.org.born(group)
    try:
        made = _take_items(call, group)
    except Refused:
        call.org.gone(MODULE, group["group_id"])
        raise
    for item in made:
        tell(call, "created", item)
    return _answer("The Item Group has been created.", call, group, new=True)


def _apply(call: Call, group: Record) -> None:
    for name, limit in TEXTS.items():
        group[name] = text(call.body, name, limit, group[name])
    for name in ("group_name", "unit"):
        if not group[name]:
            raise Refused(4, f"Invalid value passed for {name}")
    for place in PLACES:
        name = text(call.body, f"attribute_name{place}", 100, group[f"attribute_name{place}"])
        group[f"attribute_name{place}"] = name
        group[f"attribute_id{place}"] = (group[f"attribute_id{place}"] or call.org.new_id()) if name else ""


def _take_items(call: Call, group: Record) -> list[Record]:
    """The new items of the body, stored; when one is refused, none stays."""
    made: list[Record] = []
    try:
        for told in rows_of(call.body, "items"):
            if not told.get("item_id"):
                inner = _inner(call, group, told)
                made.append(items.kept(inner, items.drafted(inner)))
    except Refused:
        for item in made:
            items.removed(call.org, item)
        raise
    return made


def _inner(call: Call, group: Record, told: dict[str, Any]) -> Call:
    """The call for one item of the group, which has from the group what it does not say itself."""
    shared = {name: group[name] for name in SHARED if group[name]}
    tax = {"tax_id": call.body["tax_id"]} if call.body.get("tax_id") else {}
    return replace(call, body={**shared, **tax, **told, "group_id": group["group_id"]})


def update(call: Call) -> Answer:
    """Items with an item_id are changed, others added; items that are not named stay as they are."""
    group = call.find(MODULE)
    draft = dict(group)
    _apply(call, draft)
    fresh = _take_items(call, group)
    group.update(draft)
    call.org.touched(group, call.person)
    told = {str(row.get("item_id")): row for row in rows_of(call.body, "items") if row.get("item_id")}
    for item_id in group["_items"]:
        item = call.org.records["items"][item_id]
        _follow(call, group, item)
        if item_id in told:
            tell(call, "edited", items.changed(_inner(call, group, told[item_id]), item))
        elif item not in fresh and call.switch("zoho_group_touches_items"):
            call.org.touched(item, call.person)
            tell(call, "edited", item)
    for item in fresh:
        tell(call, "created", item)
    return _answer("The Item Group details have been updated.", call, group)


def _follow(call: Call, group: Record, item: Record) -> None:
    """The group's own words on one of its items."""
    item["group_name"] = group["group_name"]
    item.update({name: group[name] for name in SHARED if name in call.body})
    for place in PLACES:
        for kind in ("id", "name"):
            item[f"attribute_{kind}{place}"] = group[f"attribute_{kind}{place}"]


def get(call: Call) -> Answer:
    return _answer("success", call, call.find(MODULE))


def listed(call: Call) -> Answer:
    return lists.answer_raw(call, LISTING, call.org.records[MODULE], lambda group: shown(call, group))


def delete(call: Call) -> Answer:
    """The items go with their group; one that is used keeps them all."""
    group = call.find(MODULE)
    members = [call.org.records["items"][each] for each in group["_items"]]
    for item in members:
        items.check_unused(call.org, item["item_id"])
    for item in members:
        tell(call, "deleted", item)
        items.removed(call.org, item)
    call.org.gone(MODULE, group["group_id"])
    return done("Whooooosh! The item group and all its items have been deleted.")


def activate(call: Call) -> Answer:
    return _mark(
        call, "active", "Back to business! The item group and all its items have been marked as active."
    )


def deactivate(call: Call) -> Answer:
    return _mark(call, "inactive", "The item group and all its items have been marked as inactive.")


def _mark(call: Call, status: str, told: str) -> Answer:
    group = call.find(MODULE)
    group["status"] = status
    call.org.touched(group, call.person)
    for item_id in group["_items"]:
        items.marked(call, call.org.records["items"][item_id], status)
    return done(told)


def ungroup(call: Call) -> Answer:
    """POST items/ungroup?item_ids=a,b: the items stand alone from now on."""
    asked = [each.strip() for each in call.args.get("item_ids", "").split(",") if each.strip()]
    known = call.org.records["items"]
    if not asked or any(each not in known for each in asked):
        raise unknown_id()
    for each in asked:
        grouping.ungrouped(call.org, known[each])
        call.org.touched(known[each], call.person)
        tell(call, "edited", known[each])
    return done("The items have been ungrouped.")


def move(call: Call) -> Answer:
    """PUT items/move/ID: into another group, as these options of its attributes."""
    item = call.find("items")
    told = {
        key: value for key, value in call.body.items() if key == "group_id" or key.startswith("attribute_")
    }
    if not told.get("group_id"):
        raise Refused(4, "Invalid value passed for group_id")
    tell(call, "edited", items.changed(replace(call, body=told), item))
    return done("The item has been moved.")


def shown(call: Call, group: Record) -> dict[str, Any]:
    public = {key: value for key, value in group.items() if not key.startswith("_")}
    members = [item_shown(call, call.org.records["items"][each]) for each in group["_items"]]
    attributes = [
        {
            "id": group[f"attribute_id{place}"],
            "name": group[f"attribute_name{place}"],
            "options": [{"id": own, "name": name} for name, own in group["_options"][place - 1].items()],
        }
        for place in PLACES
        if group[f"attribute_name{place}"]
    ]
    rows = [{key: each.get(key, "") for key in ITEM} for each in members]
    return {**public, "custom_fields": [], "attributes": attributes, "items": rows}


def _answer(message: str, call: Call, group: Record, *, new: bool = False) -> Answer:
    """The keys of the group stand beside code and message, as documented; item_group holds them as well."""
    whole = shown(call, group)
    if new:
        answer = created(message, "item_group", whole, f"itemgroups/{group['group_id']}")
        return Answer({**answer.payload, **whole}, answer.status, answer.headers)
    return done(message, item_group=whole, **whole)
