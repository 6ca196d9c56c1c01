"""What the catalogue answers has the keys that the platform describes and that others were answered with."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.sandbox.zoho.test_stock import adjust
from tests.sandbox.zoho.test_stock_documents import Shop, composite

SPECS = Path(__file__).parents[4] / "shared" / "specs" / "zoho"
INVENTORY = "inventory/v1"
# keys of countries, shops, batches and other features that are not pretended
ABSENT = {
    *("show_in_storefront", "is_taxable", "image_id", "item_tax_preferences", "hsn_or_sac", "label_rate"),
    *("sat_item_key_code", "unitkey_code", "page_layout_id", "entity_tags", "url", "is_boxing_exist"),
    *("product_description", "product_tags", "product_short_description", "track_serial_number"),
    *("seo_description", "seo_keyword", "seo_title", "specifications", "specificationset_id"),
    *("specificationset_name", "composite_component_items", "composite_service_items", "asset_value"),
    *("total_initial_stock", "tax_exemption_id", "warehouses", "warehouse_id", "warehouse_name"),
}


def specs(*way):
    if not SPECS.is_dir():
        pytest.skip("the platform's own descriptions are not beside this checkout")
    return SPECS.joinpath(*way).read_text(encoding="utf-8")


def described(file, schema):
    """The names of a schema's properties, read by their indentation; ours must not depend on a YAML reader."""
    text = specs("inventory-v1-openapi", file)
    block = re.search(rf"(?m)^    {schema}:\n((?:      .*\n)+)", text)[1]
    properties = re.search(r"(?m)^      properties:\n((?:        .*\n)+)", block)[1]
    return set(re.findall(r"(?m)^        (\w+):", properties))


def seen_by_others(name):
    return set(json.loads(specs("schemas", "tap-zoho-inventory", name))["properties"])


@pytest.fixture
def shop(client):
    """A tracked item in a group, a kit of it, and a price list that has it."""
    options = {"attribute_option_name1": "S", "item_type": "inventory", "initial_stock": 3}
    group = {
        "group_name": "Bags",
        "unit": "pcs",
        "attribute_name1": "Size",
        "items": [{"name": "Bag S", "sku": "BS", "rate": 6, **options}],
    }
    made = client.ok("POST", "/itemgroups", group, edition=INVENTORY)
    item = made["items"][0]["item_id"]
    kit = {"name": "Two bags", "sku": "2B", "rate": 10, "mapped_items": [{"item_id": item, "quantity": 2}]}
    made_of = client.ok("POST", "/compositeitems", {**kit, "item_type": "inventory"}, edition=INVENTORY)
    rows = [{"item_id": item, "pricebook_rate": 5}]
    book = {"name": "Trade", "pricebook_type": "per_item", "sales_or_purchase_type": "sales"}
    listed = client.ok("POST", "/pricebooks", {**book, "pricebook_items": rows}, edition=INVENTORY)
    return {
        "client": client,
        "item": item,
        "group": made["group_id"],
        "kit": made_of["composite_item"]["composite_item_id"],
        "book": listed["pricebook"]["pricebook_id"],
    }


def asked(shop, path, *way):
    path, _, query = path.format(**shop).partition("?")
    answer = shop["client"].ok("GET", path, edition=INVENTORY, **dict(parse_qsl(query)))
    for step in way:
        answer = answer[step]
    return answer


def test_items_carry_what_others_were_answered(shop):
    assert seen_by_others("items_schema.json") - set(asked(shop, "/items", "items", 0)) - ABSENT == set()
    wanted = seen_by_others("product_details_indv_schema.json")
    assert wanted - set(asked(shop, "/itemdetails?item_ids={item}", "items", 0)) - ABSENT == set()


def test_composites_carry_what_others_were_answered(shop):
    kit = asked(shop, "/compositeitems/{kit}", "composite_item")
    assert seen_by_others("composite_items_indv_schema.json") - set(kit) - ABSENT == set()
    row = asked(shop, "/compositeitems", "composite_items", 0)
    assert seen_by_others("composite_items_schema.json") - set(row) - ABSENT == set()


def test_groups_carry_what_is_described(shop):
    group = asked(shop, "/itemgroups/{group}")
    assert described("itemgroups.yml", "retrieve-an-item-group-response") - set(group) - {"options"} == set()


def test_price_lists_carry_what_is_described(shop):
    book = asked(shop, "/pricebooks/{book}", "pricebook")
    assert described("pricelists.yml", "pricebook") - set(book) - {"pricebook_rate"} == set()
    bracket = {"start_quantity", "end_quantity", "pricebook_rate", "pricebook_discount", "pricebook_item_id"}
    assert described("pricelists.yml", "price_bracket") == bracket
    (row,) = book["pricebook_items"]
    assert {"item_id", "pricebook_item_id", "pricebook_rate", "pricing_scheme", "price_brackets"} <= set(row)


@pytest.fixture
def goods(client_with):
    """What moves goods, one of each kind, by the name of its schema."""
    shop = Shop(client_with({"zoho_places": "locations"}))
    shed = shop("POST", "/locations", {"location_name": "Shed"})["locations"]
    main = next(iter(shop.client.org.places))
    lines = [{"item_id": shop.item, "quantity": 2, "quantity_transfer": 2}]
    bought = {"vendor_id": shop.vendor, "bill_number": "B-1", "line_items": lines}
    moved = {"from_location_id": main, "to_location_id": shed["location_id"], "line_items": lines}
    purchase = shop("POST", "/purchaseorders", bought)["purchaseorder"]
    came = [{"line_item_id": purchase["line_items"][0]["line_item_id"], "quantity": 2}]
    order, line = shop.order(2)
    package = shop.pack(order, line, 2)
    shipment = shop.ship(order, package)
    back = {"line_items": [{"salesorder_item_id": line, "quantity": 1}]}
    bundle = {"composite_item_id": composite(shop, "assembly"), "quantity_to_bundle": 1}
    of_purchase = {"purchaseorder_id": purchase["purchaseorder_id"]}
    return {
        "locations": shed,
        "bill-response": shop("POST", "/bills", bought)["bill"],
        "purchase_receive-response": shop("POST", "/purchasereceives", {"line_items": came}, **of_purchase)[
            "purchase_receive"
        ],
        "transfer_order-response": shop("POST", "/transferorders", moved)["transfer_order"],
        "package-response": shop("GET", f"/packages/{package}")["package"],
        "shipment_order-response": shop("GET", f"/shipmentorders/{shipment}")["shipment_order"],
        "salesreturn-response": shop("POST", "/salesreturns", back, salesorder_id=order)["salesreturn"],
        "create-bundle-response": shop("POST", "/bundles", bundle),
        "inventory_adjustment-response": adjust(shop.client, shop.item, 1),
    }


def test_what_moves_goods_carries_what_is_described(goods):
    files = {
        "locations": "locations.yml",
        "bill-response": "bills.yml",
        "purchase_receive-response": "purchasereceives.yml",
        "transfer_order-response": "transferorders.yml",
        "package-response": "packages.yml",
        "shipment_order-response": "shipmentorders.yml",
        "salesreturn-response": "salesreturns.yml",
        "create-bundle-response": "compositeitems.yml",
        "inventory_adjustment-response": "inventoryadjustments.yml",
    }
    lacking = {name: described(files[name], name) - set(told) - ABSENT for name, told in goods.items()}
    assert {name: keys for name, keys in lacking.items() if keys} == {}


def test_a_package_carries_what_was_recorded(goods):
    real = json.loads(specs("recorded", "inventory-v1-dfd", "package-create.json"))["package"]
    ours = goods["package-response"]
    assert set(real) - set(ours) == set()
    places = {"warehouse_id", "warehouse_name"}  # of an organization with warehouses
    assert set(real["line_items"][0]) - set(ours["line_items"][0]) - places == set()


@pytest.mark.parametrize(
    ("file", "method", "path", "name"),
    [
        ("itemgroups.yml", "POST", "/itemgroups/{group}/inactive", "mark-as-inactive-response"),
        ("itemgroups.yml", "POST", "/itemgroups/{group}/active", "mark-as-active-response"),
        ("compositeitems.yml", "POST", "/compositeitems/{kit}/active", "mark-as-active-response"),
        ("compositeitems.yml", "DELETE", "/compositeitems/{kit}", "deleting-a-composite-item-response"),
        ("pricelists.yml", "POST", "/pricebooks/{book}/active", "mark-as-active-response"),
        ("pricelists.yml", "POST", "/pricebooks/{book}/inactive", "mark-as-inactive-response"),
        ("pricelists.yml", "DELETE", "/pricebooks/{book}", "delete-the-pricebook-response"),
        ("items.yml", "POST", "/items/ungroup?item_ids={item}", "ungroup-items-response"),
    ],
)
def test_successes_are_told_in_the_described_words(shop, file, method, path, name):
    text = specs("inventory-v1-openapi", file)
    example = re.search(rf"(?ms)^    {name}:\n.*?message:\n.*?example: (.*?)\n", text)[1]
    path, _, query = path.format(**shop).partition("?")
    answer = shop["client"].ok(method, path, edition=INVENTORY, **dict(parse_qsl(query)))
    assert answer["message"] == example.strip("'\"")
