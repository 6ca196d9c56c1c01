"""What a body says of an item, taken over or refused by name."""

from decimal import Decimal
from typing import Any

from sandbox.zoho import customfields, places
from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call, named, rows_of
from sandbox.zoho.money import ZERO, flag, number, text
from sandbox.zoho.organization import Record

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
    "category_id": 50,
}
MEASURES = ("length", "width", "height", "weight")
MEASURE_UNITS = {"weight_unit": ("kg", "g", "lb", "oz"), "dimension_unit": ("cm", "in")}


def apply(call: Call, item: Record) -> None:
    """The body onto the item; raises before anything is stored."""
    body = call.body
    if "name" in body or not item["name"]:
        item["name"] = unique(call, item, "name", 100)
        if not item["name"]:
            raise Refused(4, "Invalid value passed for name")
    if "sku" in body:
        item["sku"] = unique(call, item, "sku", 100)
    for name, limit in TEXTS.items():
        item[name] = text(body, name, limit, str(item.get(name, "")))
    item["rate"] = number(body, "rate", item["rate"])
    item["purchase_rate"] = number(body, "purchase_rate", item["purchase_rate"])
    item.update(sales_rate=item["rate"], pricebook_rate=item["rate"])
    bracket = {"start_quantity": 1, "end_quantity": 1, "pricebook_rate": item["rate"]}
    item["default_price_brackets"] = [bracket]
    item["reorder_level"] = _measure(body, "reorder_level", item["reorder_level"])
    _apply_kind(body, item)
    item["status"] = text(body, "status", 20, item["status"])
    if item["status"] not in {"active", "inactive"}:
        raise Refused(2, "Invalid value passed for status")
    _apply_package(body, item)
    _apply_tax(call, item)
    _apply_account(call, item)
    _apply_vendor(call, item)
    item["_custom"] = customfields.taken_over(call, "items", item["_custom"], item["item_id"])


def unique(call: Call, item: Record, name: str, limit: int) -> str:
    """A word of the body that no other item has; SKUs always, names where the organization says so."""
    value = text(call.body, name, limit).strip()
    guarded = name == "sku" or bool(call.switch("zoho_item_names_unique"))
    items = call.org.records["items"]
    others = call.org.item_words.others(name, value, item["item_id"]) if value and guarded else ()
    if any(each in items for each in others):
        code = int(call.switch("zoho_duplicate_item_code"))
        word = name.upper() if name == "sku" else name
        raise Refused(code, f'Item with the {word} "{value}" already exists.')
    return value


def opening(call: Call) -> dict[str, Decimal]:
    """Stock at creation, by place: of the item (at the primary place), or of its places."""
    primary = places.primary(call.org)
    told = {primary: number(call.body, "initial_stock")}
    for name in ("locations", "warehouses"):
        for row in rows_of(call.body, name):
            place = places.named(call, row, primary)
            told[place] = told.get(place, ZERO) + number(row, "initial_stock")
    return {place: there for place, there in told.items() if there}


def _apply_kind(body: dict[str, Any], item: Record) -> None:
    item["item_type"] = text(body, "item_type", 50, _tracked(body, item["item_type"]))
    item["product_type"] = text(body, "product_type", 50, item["product_type"])
    if item["item_type"] not in KINDS:
        raise Refused(2, "Invalid value passed for item_type")
    if item["product_type"] not in {"goods", "service", "digital_service"}:
        raise Refused(2, "Invalid value passed for product_type")
    item["track_inventory"] = flag(body, "track_inventory", item["item_type"] == "inventory")
    if body.get("item_type"):
        item["can_be_sold"] = item["item_type"] != "purchases"
        item["can_be_purchased"] = item["item_type"] != "sales"
    item["can_be_sold"] = flag(body, "can_be_sold", item["can_be_sold"])
    item["can_be_purchased"] = flag(body, "can_be_purchased", item["can_be_purchased"])
    item["is_returnable"] = flag(body, "is_returnable", item["is_returnable"])


def _tracked(body: dict[str, Any], kind: str) -> str:
    """Newer organizations say `track_inventory` where older ones say what type the item is."""
    if "item_type" in body or "track_inventory" not in body:
        return kind
    told = flag(body, "track_inventory", kind == "inventory")
    return "inventory" if told else "sales_and_purchases" if kind == "inventory" else kind


def _apply_package(body: dict[str, Any], item: Record) -> None:
    """Measures not told stay; "" takes one away."""
    told = body.get("package_details")
    if told is None:
        return
    if not isinstance(told, dict):
        raise Refused(2, "Invalid value passed for package_details")
    package = dict(item["package_details"])
    for name in MEASURES:
        package[name] = _measure(told, name, package[name])
    for name, units in MEASURE_UNITS.items():
        package[name] = text(told, name, 10, package[name])
        if package[name] not in units:
            raise Refused(2, f"Invalid value passed for {name}")
    item["package_details"] = package


def _measure(told: dict[str, Any], name: str, before: Any) -> Any:
    """A number, or "" for none."""
    if name not in told or told[name] is None:
        return before
    if told[name] == "":
        return ""
    value = number(told, name)
    if value < 0:
        raise Refused(2, f"Invalid value passed for {name}")
    return value


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


def _apply_vendor(call: Call, item: Record) -> None:
    """Of whom it is usually bought; "" takes him away."""
    if "vendor_id" not in call.body:
        return
    told = text(call.body, "vendor_id", 50)
    vendor = named(call, "contacts", told, 1002, "Contact does not exist.") if told else None
    item.update(vendor_id=told, vendor_name=vendor["contact_name"] if vendor else "")
