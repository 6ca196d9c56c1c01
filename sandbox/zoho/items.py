"""Items: made, changed, listed, marked; what of them is unique, and what of them other modules need."""

from sandbox.zoho import customfields, grouping, item_body, lists, stock, stock_views
from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, created
from sandbox.zoho.filters import Listing
from sandbox.zoho.item_views import row, shown, tell
from sandbox.zoho.money import number
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.shapes.common import fresh
from sandbox.zoho.shapes.item import DETAIL

MODULE = "items"
LISTING = Listing(
    "items",
    "Items",
    texts=("name", "sku", "description"),
    exact=(
        *("item_id", "status", "tax_id", "account_id", "purchase_account_id"),
        *("group_id", "category_id", "vendor_id", "tax_name"),
    ),
    numbers=("rate", "purchase_rate"),
    searched=("name", "sku", "description"),
    sort="name",
    order="A",
    sortable=(
        *("name", "sku", "rate", "purchase_rate", "tax_name", "reorder_level"),
        *("created_time", "last_modified_time", "stock_on_hand"),
    ),
    figures={"stock_on_hand": stock_views.on_hand},
    statuses={
        "Active": lambda row: row["status"] == "active",
        "Inactive": lambda row: row["status"] == "inactive",
        "Grouped": lambda row: row["group_id"] != "",
        "Uncategorized": lambda row: row["category_id"] == "",
        "Inventory": lambda row: row["item_type"] == "inventory",
        "NonInventory": lambda row: row["item_type"] != "inventory",
        "Sales": lambda row: row["item_type"] == "sales",
        "Purchases": lambda row: row["item_type"] == "purchases",
        "SalesAndPurchases": lambda row: row["item_type"] == "sales_and_purchases",
        "Service": lambda row: row["product_type"] == "service",
        "Kit": lambda row: row["combo_type"] == "kit",
        "Assembly": lambda row: row["combo_type"] == "assembly",
    },
    unsifted=("Lowstock", "Unmapped", "Crm"),
)


def create(call: Call) -> Answer:
    item = kept(call, drafted(call))
    tell(call, "created", item)
    answer = created("The item has been added.", "item", shown(call, item), f"items/{item['item_id']}")
    status = int(call.switch("zoho_inventory_create_status")) if call.edition == "inventory" else 201
    return Answer(answer.payload, status, answer.headers)


def drafted(call: Call) -> Record:
    """The item of a body, not yet among the others; raises before anything is stored."""
    if call.edition == "books":
        number(call.body, "rate", None)
    sales = call.org.account("Sales")
    item: Record = {**fresh(DETAIL), "item_id": call.org.new_id()}
    item.update(_custom={})
    item.update(account_id=sales["account_id"], account_name=sales["account_name"])
    item_body.apply(call, item)
    item["_opening"] = item_body.opening(call)
    grouping.check(call, item)
    return item


def kept(call: Call, item: Record) -> Record:
    """The new item among the others, and in its group."""
    org = call.org
    item.update(created_at=org.today().isoformat(), created_time=org.stamp())
    org.touched(item, call.person)
    org.records[MODULE][item["item_id"]] = org.born(item)
    org.item_words.put(item["item_id"], {"name": item["name"], "sku": item["sku"]})
    for place_id, there in item["_opening"].items():
        stock.add(org, (item["item_id"], place_id), stock.Figures(on_hand=there, actual_on_hand=there))
    grouping.follow(call, item)
    return item


def update(call: Call) -> Answer:
    item = changed(call, call.find(MODULE))
    tell(call, "edited", item)
    return done("Item details have been saved.", item=shown(call, item))


def changed(call: Call, item: Record) -> Record:
    """The item with the body on it."""
    draft = fresh(item)
    item_body.apply(call, draft)
    grouping.check(call, draft)
    item.update(draft)
    call.org.item_words.put(item["item_id"], {"name": item["name"], "sku": item["sku"]})
    grouping.follow(call, item)
    call.org.touched(item, call.person)
    return item


def update_by_field(call: Call) -> Answer:
    return customfields.by_unique_field(call, MODULE, update, create)


def get(call: Call) -> Answer:
    return done("success", item=shown(call, call.find(MODULE)))


def details(call: Call) -> Answer:
    """GET itemdetails?item_ids=a,b: the same as the details one by one; unknown ids are left out."""
    asked = [each.strip() for each in call.args.get("item_ids", "").split(",") if each.strip()]
    if not asked or len(asked) > int(call.switch("zoho_itemdetails_limit")):
        raise Refused(2, "Invalid value passed for item_ids")
    found = [call.org.records[MODULE][each] for each in asked if each in call.org.records[MODULE]]
    whole = [shown(call, item) for item in found]
    if not call.switch("zoho_itemdetails_places"):
        whole = [
            {key: value for key, value in each.items() if key not in {"warehouses", "locations"}}
            for each in whole
        ]
    return done("success", items=whole)


def listed(call: Call) -> Answer:
    return lists.answer_raw(call, LISTING, call.org.records[MODULE], lambda item: row(call, item))


def delete(call: Call) -> Answer:
    item = call.find(MODULE)
    check_unused(call.org, item["item_id"])
    tell(call, "deleted", item)
    removed(call.org, item)
    return done("The item has been deleted.")


def check_unused(org: Organization, item_id: str) -> None:
    if _is_used(org, item_id):
        raise Refused(
            2049,
            "Items which are a part of other transactions cannot be deleted. Mark them as inactive instead.",
        )


def removed(org: Organization, item: Record) -> None:
    """The item is gone, from its group and from price lists, too; lists never report it."""
    org.gone(MODULE, item["item_id"])
    org.item_words.drop(item["item_id"])
    org.images.pop(item["image_document_id"], None)
    org.parts.pop(item["item_id"], None)
    org.stock.pop(item["item_id"], None)
    grouping.leave(org, item)
    for book in org.records["pricebooks"].values():
        book["_items"].pop(item["item_id"], None)


def activate(call: Call) -> Answer:
    return _mark(call, "active")


def deactivate(call: Call) -> Answer:
    return _mark(call, "inactive")


def change_custom_fields(call: Call) -> Answer:
    tell(call, "edited", customfields.change(call, MODULE))
    return done(customfields.UPDATED)


def _mark(call: Call, status: str) -> Answer:
    marked(call, call.find(MODULE), status)
    return done(f"The item has been marked as {status}.")


def bulk_mark(call: Call) -> Answer:
    """POST items/active|inactive?item_ids=a,b."""
    for item_id in call.args.get("item_ids", "").split(","):
        item = call.org.records[MODULE].get(item_id.strip())
        if item is None:
            raise unknown_id()
        marked(call, item, call.ids["status"])
    return done(f"The items have been marked as {call.ids['status']}.")


def marked(call: Call, item: Record, status: str) -> None:
    item["status"] = status
    call.org.touched(item, call.person)
    tell(call, "edited", item)


def _is_used(org: Organization, item_id: str) -> bool:
    modules = (
        *(
            "invoices",
            "salesorders",
            "creditnotes",
            "estimates",
            "inventoryadjustments",
            "bills",
            "purchaseorders",
        ),
        *("transferorders", "bundles"),
    )
    records = (record for name in modules for record in org.records[name].values())
    if any(line["item_id"] == item_id for record in records for line in record["line_items"]):
        return True
    return any(item_id in each for each in org.parts.values())
