"""Items: names and SKUs, taxes and accounts, stock that follows sent invoices."""

from decimal import Decimal
from typing import Any

from sandbox.zoho import customfields, lists
from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, created
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import ZERO, flag, number, text
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.shapes.common import fresh
from sandbox.zoho.shapes.item import DETAIL, ROW, STOCK
from sandbox.zoho.views import detail

MODULE = "items"
KINDS = ("inventory", "sales", "purchases", "sales_and_purchases")
TEXTS = {
    "description": 2000,
    "unit": 100,
    "brand": 100,
    "manufacturer": 100,
    "purchase_description": 2000,
    "upc": 50,
    "ean": 50,
    "isbn": 50,
    "part_number": 100,
    "vendor_id": 50,
    "group_id": 50,
}
LISTING = Listing(
    "items",
    "Items",
    texts=("name", "sku", "description"),
    exact=("status", "tax_id", "account_id"),
    numbers=("rate", "purchase_rate"),
    searched=("name", "sku", "description"),
    sort="name",
    order="A",
    sortable=("name", "sku", "rate", "purchase_rate", "tax_name", "created_time", "last_modified_time"),
    statuses={
        "Active": lambda row: row["status"] == "active",
        "Inactive": lambda row: row["status"] == "inactive",
        "Inventory": lambda row: row["item_type"] == "inventory",
        "NonInventory": lambda row: row["item_type"] != "inventory",
        "Sales": lambda row: row["item_type"] == "sales",
        "Purchases": lambda row: row["item_type"] == "purchases",
        "SalesAndPurchases": lambda row: row["item_type"] == "sales_and_purchases",
        "Service": lambda row: row["product_type"] == "service",
    },
)


def create(call: Call) -> Answer:
    if call.edition == "books":
        number(call.body, "rate", None)
    item_id = call.org.new_id()
    sales = call.org.account("Sales")
    item: Record = {**fresh(DETAIL), "item_id": item_id, "_custom": {}, "_sold": ZERO, "_opening": ZERO}
    item.update(account_id=sales["account_id"], account_name=sales["account_name"])
    _apply(call, item)
    item["_opening"] = _opening(call)
    item.update(created_at=call.org.today().isoformat(), created_time=call.org.stamp())
    call.org.touched(item, call.person)
    call.org.records[MODULE][item_id] = call.org.born(item)
    answer = created("The item has been added.", "item", shown(call, item), f"items/{item_id}")
    status = int(call.switch("zoho_inventory_create_status")) if call.edition == "inventory" else 201
    return Answer(answer.payload, status, answer.headers)


def update(call: Call) -> Answer:
    item = call.find(MODULE)
    draft = fresh(item)
    _apply(call, draft)
    item.update(draft)
    call.org.touched(item, call.person)
    return done("Item details have been saved.", item=shown(call, item))


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
    return lists.answer(call, LISTING, call.org.records[MODULE].values(), lambda item: row(call, item))


def delete(call: Call) -> Answer:
    item = call.find(MODULE)
    if _is_used(call.org, item["item_id"]):
        raise Refused(
            2049,
            "Items which are a part of other transactions cannot be deleted. Mark them as inactive instead.",
        )
    del call.org.records[MODULE][item["item_id"]]
    return done("The item has been deleted.")


def activate(call: Call) -> Answer:
    return _mark(call, "active")


def deactivate(call: Call) -> Answer:
    return _mark(call, "inactive")


def change_custom_fields(call: Call) -> Answer:
    item = call.find(MODULE)
    item["_custom"] = customfields.taken_over(call, MODULE, item["_custom"], item["item_id"])
    call.org.touched(item, call.person)
    return done("Custom Fields Updated Successfully")


def _mark(call: Call, status: str) -> Answer:
    item = call.find(MODULE)
    item["status"] = status
    call.org.touched(item, call.person)
    return done(f"The item has been marked as {status}.")


def shown(call: Call, item: Record) -> dict[str, Any]:
    whole = detail(call, MODULE, item)
    if not item["track_inventory"]:
        return whole
    on_hand = stock(item)
    word = str(call.switch("zoho_places")).removesuffix("s")
    place = {
        f"{word}_id": "460000000000075001",
        f"{word}_name": "Main",
        "status": "active",
        "is_primary": True,
        **{f"{word}_{name}": on_hand if "committed" not in name else 0 for name in STOCK},
    }
    return {**whole, **{name: place[f"{word}_{name}"] for name in STOCK}, f"{word}s": [place]}


def row(call: Call, item: Record) -> dict[str, Any]:
    whole = {**detail(call, MODULE, item), **item["package_details"]}
    made = {key: whole.get(key, "") for key in ROW}
    made.update(item_name=item["name"], has_attachment=False)
    if item["track_inventory"]:
        on_hand = stock(item)
        made.update(stock_on_hand=on_hand, available_stock=on_hand, actual_available_stock=on_hand)
    return {**made, **customfields.promoted(call, MODULE, item)}


def stock(item: Record) -> Decimal:
    """Accounting stock: what there was at first, less what sent invoices took."""
    return Decimal(item["_opening"] - item["_sold"])


def move_stock(call: Call, invoice: Record, sign: int) -> None:
    """A sent invoice takes stock, a voided one gives it back."""
    for line in invoice["line_items"]:
        item = call.org.records[MODULE].get(line["item_id"])
        if item is not None and item["track_inventory"]:
            item["_sold"] += sign * line["quantity"]
            if call.switch("zoho_stock_touches_item"):
                call.org.touched(item)


def _apply(call: Call, item: Record) -> None:
    body = call.body
    if "name" in body or not item["name"]:
        item["name"] = _unique(call, item, "name", 100)
        if not item["name"]:
            raise Refused(4, "Invalid value passed for name")
    if "sku" in body:
        item["sku"] = _unique(call, item, "sku", 100)
    for name, limit in TEXTS.items():
        item[name] = text(body, name, limit, str(item.get(name, "")))
    item["rate"] = number(body, "rate", item["rate"])
    item["purchase_rate"] = number(body, "purchase_rate", item["purchase_rate"])
    item.update(sales_rate=item["rate"], pricebook_rate=item["rate"])
    bracket = {"start_quantity": 1, "end_quantity": 1, "pricebook_rate": item["rate"]}
    item["default_price_brackets"] = [bracket]
    _apply_kind(body, item)
    _apply_tax(call, item)
    _apply_account(call, item)
    item["_custom"] = customfields.taken_over(call, MODULE, item["_custom"], item["item_id"])


def _apply_kind(body: dict[str, Any], item: Record) -> None:
    item["item_type"] = text(body, "item_type", 50, item["item_type"])
    item["product_type"] = text(body, "product_type", 50, item["product_type"])
    if item["item_type"] not in KINDS:
        raise Refused(2, "Invalid value passed for item_type")
    if item["product_type"] not in {"goods", "service", "digital_service"}:
        raise Refused(2, "Invalid value passed for product_type")
    item["track_inventory"] = flag(body, "track_inventory", item["item_type"] == "inventory")
    item["can_be_sold"] = flag(body, "can_be_sold", item["item_type"] != "purchases")
    item["can_be_purchased"] = flag(body, "can_be_purchased", item["item_type"] != "sales")
    item["is_returnable"] = flag(body, "is_returnable", item["is_returnable"])


def _apply_tax(call: Call, item: Record) -> None:
    if "tax_id" not in call.body:
        return
    tax_id = str(call.body["tax_id"] or "")
    tax = call.org.tax(tax_id)
    if tax_id and tax is None:
        raise Refused(2, "Invalid value passed for tax_id")
    kind = call.org.taxes[tax_id]["tax_type"] if tax else ""
    item.update(tax_id=tax_id, tax_name=tax.name if tax else "", tax_type=kind)
    item["tax_percentage"] = tax.percentage if tax else 0


def _apply_account(call: Call, item: Record) -> None:
    for key in ("account", "purchase_account", "inventory_account"):
        told = str(call.body.get(f"{key}_id") or "")
        if told:
            if told not in call.org.accounts:
                raise Refused(2, f"Invalid value passed for {key}_id")
            item[f"{key}_id"] = told
            item[f"{key}_name"] = call.org.accounts[told]["account_name"]


def _unique(call: Call, item: Record, name: str, limit: int) -> str:
    value = text(call.body, name, limit).strip()
    guarded = name == "sku" or bool(call.switch("zoho_item_names_unique"))
    for other_id, other in call.org.records[MODULE].items() if value and guarded else ():
        if other_id != item["item_id"] and str(other[name]).casefold() == value.casefold():
            code = int(call.switch("zoho_duplicate_item_code"))
            raise Refused(
                code, f'Item with the {name.upper() if name == "sku" else name} "{value}" already exists.'
            )
    return value


def _opening(call: Call) -> Decimal:
    places = call.body.get("locations") or call.body.get("warehouses") or []
    own = number(call.body, "initial_stock")
    return own + sum((number(row, "initial_stock") for row in places if isinstance(row, dict)), ZERO)


def _is_used(org: Organization, item_id: str) -> bool:
    modules = ("invoices", "salesorders", "creditnotes")
    records = (record for name in modules for record in org.records[name].values())
    return any(line["item_id"] == item_id for record in records for line in record["line_items"])


def bulk_mark(call: Call) -> Answer:
    """POST items/active|inactive?item_ids=a,b."""
    for item_id in call.args.get("item_ids", "").split(","):
        item = call.org.records[MODULE].get(item_id.strip())
        if item is None:
            raise unknown_id()
        item["status"] = call.ids["status"]
        call.org.touched(item, call.person)
    return done(f"The items have been marked as {call.ids['status']}.")
