"""Purchase orders: what is bought, and for whom the vendor sends it."""

import pytest

INVENTORY = "inventory/v1"


@pytest.fixture
def shop(client):
    """A vendor, an item, and a customer's confirmed order of three of them."""
    vendor = client.contact("A vendor", contact_type="vendor")
    customer = client.contact(shipping_address={"address": "1 Long Street", "city": "Town"})
    item = client.item("Lamp", 30, purchase_rate=12, sku="L1")
    body = {"customer_id": customer, "line_items": [{"item_id": item, "quantity": 3}]}
    order = client.ok("POST", "/salesorders", body, edition=INVENTORY)["salesorder"]
    client.ok("POST", f"/salesorders/{order['salesorder_id']}/status/confirmed", edition=INVENTORY)
    line = {"item_id": item, "quantity": 2, "salesorder_item_id": order["line_items"][0]["line_item_id"]}
    return {
        "client": client,
        "vendor": vendor,
        "customer": customer,
        "order": order["salesorder_id"],
        "line": line,
        "body": {"vendor_id": vendor, "line_items": [line], "salesorder_id": order["salesorder_id"]},
    }


def made(shop, edition=INVENTORY, **more):
    body = {**shop["body"], **more}
    return shop["client"].ok("POST", "/purchaseorders", body, edition=edition)["purchaseorder"]


def order_now(shop):
    return shop["client"].ok("GET", f"/salesorders/{shop['order']}", edition=INVENTORY)["salesorder"]


def test_a_drop_shipment_goes_to_the_customer_of_its_order(shop):
    purchase = made(shop, is_drop_shipment=True, reference_number="100")
    assert (purchase["is_drop_shipment"], purchase["salesorder_id"]) == (True, shop["order"])
    assert (purchase["delivery_customer_id"], purchase["delivery_address"]["city"]) == (
        shop["customer"],
        "Town",
    )
    assert (purchase["line_items"][0]["rate"], purchase["total"]) == (12, 24)
    order = order_now(shop)
    assert (order["is_dropshipped"], order["line_items"][0]["quantity_dropshipped"]) == (True, 2)
    told = order["purchaseorders"][0]
    assert (told["purchaseorder_id"], told["is_drop_shipment"]) == (purchase["purchaseorder_id"], True)


@pytest.mark.parametrize("end", ["cancelled", "deleted"])
def test_what_is_not_bought_after_all_is_not_dropped_either(shop, end):
    path = f"/purchaseorders/{made(shop, is_drop_shipment=True)['purchaseorder_id']}"
    method, tail = ("POST", "/status/cancelled") if end == "cancelled" else ("DELETE", "")
    shop["client"].ok(method, path + tail, edition=INVENTORY)
    assert order_now(shop)["line_items"][0]["quantity_dropshipped"] == 0


def test_books_knows_the_order_and_the_customer_but_no_drop_shipment(shop):
    purchase = made(shop, "books/v3", is_drop_shipment=True, delivery_customer_id=shop["customer"])
    assert (purchase["is_drop_shipment"], purchase["salesorder_id"]) == (False, shop["order"])
    assert purchase["delivery_customer_name"] == "A customer"
    assert order_now(shop)["is_dropshipped"] is False


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"salesorder_id": ""}, 4),
        ({"salesorder_id": "1"}, 1002),
        ({"delivery_customer_id": "1"}, 1002),
        ({"delivery_customer_address_id": "1"}, 2),
        ({"line_items": []}, 4),
        ({"line_items": [{"item_id": "1"}]}, 2006),
        ({"vendor_id": "1"}, 1002),
        ({"delivery_date": "tomorrow"}, 2),
    ],
)
def test_a_wrong_purchase_order_is_refused_and_not_kept(shop, change, code):
    body = {**shop["body"], "is_drop_shipment": True, **change}
    assert shop["client"].refused("POST", "/purchaseorders", body, edition=INVENTORY)[1] == code
    assert shop["client"].ok("GET", "/purchaseorders")["purchaseorders"] == []


def test_lines_are_of_the_order_that_it_is_for(shop):
    line = {**shop["line"], "salesorder_item_id": "1"}
    body = {**shop["body"], "line_items": [line]}
    assert shop["client"].refused("POST", "/purchaseorders", body) == (400, 2)


def test_an_update_keeps_what_it_does_not_name_and_lines_with_their_ids(shop):
    purchase = made(shop, is_drop_shipment=True, reference_number="100", notes="soon")
    path = f"/purchaseorders/{purchase['purchaseorder_id']}"
    line = {**shop["line"], "line_item_id": purchase["line_items"][0]["line_item_id"], "quantity": 3}
    now = shop["client"].ok("PUT", path, {"line_items": [line]}, edition=INVENTORY)["purchaseorder"]
    assert (now["notes"], now["reference_number"], now["total"]) == ("soon", "100", 36)
    assert now["line_items"][0]["line_item_id"] == line["line_item_id"]
    now = shop["client"].ok("PUT", path, {"notes": "later"})["purchaseorder"]
    assert (now["notes"], now["is_drop_shipment"], now["line_items"][0]["quantity"]) == ("later", True, 3)
    assert order_now(shop)["line_items"][0]["quantity_dropshipped"] == 3


def test_received_lines_stay(shop):
    client = shop["client"]
    purchase = made(shop)
    path = f"/purchaseorders/{purchase['purchaseorder_id']}"
    line_id = purchase["line_items"][0]["line_item_id"]
    rows = {"line_items": [{"line_item_id": line_id, "quantity": 1}]}
    query = {"purchaseorder_id": purchase["purchaseorder_id"]}
    client.ok("POST", "/purchasereceives", rows, edition=INVENTORY, **query)
    assert client.refused("PUT", path, {"line_items": [shop["line"]]}) == (400, 9)
    kept = {**shop["line"], "line_item_id": line_id, "quantity": 1}
    now = client.ok("PUT", path, {"line_items": [kept]})["purchaseorder"]
    assert now["line_items"][0]["quantity_received"] == 1
    assert client.refused("DELETE", path) == (400, 9)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"reference_number": "100"}, 1),
        ({"reference_number_startswith": "10"}, 2),
        ({"date_end": "2026-03-01"}, 1),
        ({"vendor_id": "1"}, 0),
        ({"last_modified_time": "2090-01-01T00:00:00+0000"}, 0),
        ({"custom_field": "k1"}, 1),
    ],
)
@pytest.mark.parametrize(("edition", "switch"), [("books/v3", True), (INVENTORY, True), (INVENTORY, False)])
def test_purchase_orders_are_listed_by_what_is_asked(shop, query, found, edition, switch):
    shop["client"].world.switches["zoho_inventory_purchase_filters"] = switch
    key = {"custom_fields": [{"api_name": "cf_cartbooks_key", "value": "k1"}]}
    made(shop, reference_number="100", date="2026-03-01", **key)
    made(shop, reference_number="101", date="2026-03-31")
    rows = shop["client"].ok("GET", "/purchaseorders", edition=edition, **query)["purchaseorders"]
    assert len(rows) == (found if switch else 2)


def test_the_unique_field_guards_purchase_orders(shop):
    key = {"custom_fields": [{"api_name": "cf_cartbooks_key", "value": "k1"}]}
    first = made(shop, **key)
    assert first["cf_cartbooks_key"] == "k1"
    assert shop["client"].refused("POST", "/purchaseorders", {**shop["body"], **key}) == (400, 120123)
    assert len(shop["client"].ok("GET", "/purchaseorders")["purchaseorders"]) == 1


@pytest.mark.parametrize(("switch", "born"), [("issued", "issued"), ("draft", "draft")])
def test_how_a_purchase_order_is_born_and_marked(client_with, switch, born):
    client = client_with({"zoho_purchaseorder_born": switch})
    body = {
        "vendor_id": client.contact("A vendor"),
        "line_items": [{"item_id": client.item(), "quantity": 1}],
    }
    purchase = client.ok("POST", "/purchaseorders", body)["purchaseorder"]
    assert (purchase["status"], purchase["order_status"]) == (born, born)
    path = f"/purchaseorders/{purchase['purchaseorder_id']}"
    for edition, word in (("books/v3", "open"), ("books/v3", "billed"), (INVENTORY, "issued")):
        client.ok("POST", f"{path}/status/{word}", edition=edition)
        assert client.ok("GET", path)["purchaseorder"]["status"] == word
    assert client.refused("POST", f"{path}/status/issued") == (404, 5)


def test_whether_inactive_vendors_are_ordered_of_and_whether_the_order_tells_are_switches(shop):
    shop["client"].ok("POST", f"/contacts/{shop['vendor']}/inactive")
    shop["client"].refused("POST", "/purchaseorders", shop["body"], edition=INVENTORY)
    shop["client"].world.switches["zoho_purchaseorder_of_inactive"] = "accepted"
    shop["client"].world.switches["zoho_purchaseorder_told"] = False
    made(shop)
    assert order_now(shop)["purchaseorders"] == []
    shop["client"].refused("PUT", f"/items/{shop['line']['item_id']}", {"vendor_id": "1"})
