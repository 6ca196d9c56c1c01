"""What clients written by others for the books rely on: many at once, forms, the organization in a header."""

import json
from decimal import Decimal

import pytest

INVENTORY = "inventory/v1"


def _form(client, method, path, data, edition="books/v3"):
    return client.http.open(
        f"/zoho/{edition}{path}?organization_id=10234695", method=method, data=data, headers=client.headers
    )


def test_many_invoices_are_sent_and_deleted_in_one_call(client):
    customer = client.contact()
    ids = [
        client.invoice(customer, [{"name": "x", "rate": 5, "quantity": 1}])["invoice_id"] for _ in range(3)
    ]
    assert _form(client, "POST", "/invoices/status/sent", {"invoice_ids": ",".join(ids)}).status_code == 200
    rows = client.ok("GET", "/invoices")["invoices"]
    assert {row["status"] for row in rows} <= {"sent", "overdue"}
    client.ok("DELETE", "/invoices", invoice_ids=",".join(ids[:2]))
    assert [row["invoice_id"] for row in client.ok("GET", "/invoices")["invoices"]] == ids[2:]


def test_nothing_is_deleted_when_one_of_many_is_unknown(client):
    customer = client.contact()
    assert client.refused("DELETE", "/contacts", contact_ids=f"{customer},999") == (404, 5)
    assert client.ok("GET", f"/contacts/{customer}")


def test_orders_are_confirmed_by_form_and_voided_by_body(client):
    customer = client.contact()
    lines = [{"name": "x", "rate": 5, "quantity": 1}]
    order = client.ok("POST", "/salesorders", {"customer_id": customer, "line_items": lines})["salesorder"]
    ids = {"salesorder_ids": order["salesorder_id"]}
    assert _form(client, "POST", "/salesorders/status/confirmed", ids, INVENTORY).status_code == 200
    path = f"/salesorders/{order['salesorder_id']}"
    assert client.ok("GET", path, edition=INVENTORY)["salesorder"]["order_status"] == "confirmed"
    client.ok("POST", "/salesorders/status/void", ids, edition=INVENTORY)
    assert client.ok("GET", path, edition=INVENTORY)["salesorder"]["order_status"] == "void"


def test_custom_fields_of_many_orders_are_set_by_one_form(client):
    client.org.set_custom_field("salesorders", "cf_mark", unique=False)
    customer, lines = client.contact(), [{"name": "x", "rate": 5, "quantity": 1}]
    made = [
        client.ok("POST", "/salesorders", {"customer_id": customer, "line_items": lines})["salesorder"]
        for _ in range(2)
    ]
    ids = [order["salesorder_id"] for order in made]
    body = {"salesorder_id": ",".join(ids), "custom_fields": [{"api_name": "cf_mark", "value": "seen"}]}
    form = {"bulk_update": "true", "JSONString": json.dumps(body)}
    assert _form(client, "PUT", "/salesorders", form, INVENTORY).json["code"] == 0
    for each in ids:
        assert client.ok("GET", f"/salesorders/{each}")["salesorder"]["cf_mark"] == "seen"


@pytest.mark.parametrize("product", ["books", "inventory"])
def test_the_organization_may_be_named_in_a_header(client, product):
    name = f"X-com-zoho-{product}-organizationid"
    for told, code in (("10234695", 0), ("1", 6041)):
        headers = {**client.headers, name: told}
        assert client.http.get("/zoho/inventory/v1/contacts", headers=headers).json["code"] == code


@pytest.mark.parametrize(("unnamed", "code"), [("default", 0), ("refused", 6041)])
def test_an_only_organization_need_not_be_named_unless_a_switch_says_so(client_with, unnamed, code):
    client = client_with({"zoho_organization_unnamed": unnamed})
    assert client.http.get("/zoho/books/v3/contacts", headers=client.headers).json["code"] == code


@pytest.mark.parametrize("nothing", ["[]", "{}", '""', "null", ""])
def test_an_action_may_come_with_an_empty_body_of_any_make(client, nothing):
    lines = [{"name": "x", "rate": 5, "quantity": 1}]
    path = f"/invoices/{client.invoice(client.contact(), lines)['invoice_id']}/status/sent"
    assert _form(client, "POST", path, {"JSONString": nothing}).json["code"] == 0
    headers = {**client.headers, "Content-Type": "application/json"}
    assert client.http.post(f"/zoho/books/v3{path}", data=nothing, headers=headers).json["code"] == 0


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [
        ("/invoices", {"status": "unpaid"}, 1),
        ("/invoices", {"status": "viewed"}, 0),
        ("/invoices", {"item_name_contains": "mu"}, 1),
        ("/invoices", {"filter_by": "Date.PaymentExpectedDate"}, 2),
        ("/invoices", {"sort_column": "created_date"}, 2),
        ("/salesorders", {"item_description": "Blue"}, 1),
        ("/customerpayments", {"filter_by": "PaymentMode.CreditCard"}, 1),
        ("/customerpayments", {"filter_by": "PaymentMode.Cash"}, 0),
        ("/contacts", {"filter_by": "Status.PortalEnabled"}, 0),
        ("/bills", {"bill_number": "B-1"}, 1),
        ("/bills", {"bill_number": "B-2"}, 0),
    ],
)
def test_lists_are_asked_as_they_are_described(client, path, query, count):
    customer, vendor = client.contact(), client.contact("Vendor", contact_type="vendor")
    lines = [{"item_id": client.item("Mug"), "description": "Blue", "quantity": 1}]
    sent = client.invoice(customer, lines)["invoice_id"]
    client.ok("POST", f"/invoices/{sent}/status/sent")
    client.invoice(customer, [{"name": "x", "rate": 1}])
    client.ok("POST", "/salesorders", {"customer_id": customer, "line_items": lines})
    client.pay(customer, 5, sent, payment_mode="Credit Card")
    client.ok("POST", "/bills", {"vendor_id": vendor, "bill_number": "B-1", "line_items": lines})
    assert len(client.ok("GET", path, **query)[path[1:]]) == count


@pytest.mark.parametrize("path", ["/invoices", "/items", "/customerpayments"])
def test_an_unknown_filter_by_is_refused_unless_a_switch_says_otherwise(client_with, path):
    assert client_with().refused("GET", path, filter_by="Status.Nonsense") == (400, 2)
    assert client_with({"zoho_unknown_filter_by": "ignored"}).ok("GET", path, filter_by="Status.Nonsense")


def test_contact_persons_are_listed_over_all_contacts(client):
    for name in ("One", "Two"):
        client.contact(name, contact_persons=[{"first_name": name, "email": f"{name}@example.org"}])
    rows = client.ok("GET", "/contacts/contactpersons", per_page=1)
    assert len(rows["contact_persons"]) == 1
    assert rows["page_context"]["has_more_page"] is True


@pytest.mark.parametrize(
    "path", ["/users", "/pricebooks", "/settings/taxexemptions", "/locations", "/expenses", "/journals"]
)
def test_bare_rooms_can_be_looked_into(client, path):
    assert client.ok("GET", path)["page_context"]["has_more_page"] is False


def test_the_accounts_that_hold_money_are_found_as_bank_accounts(client):
    rows = client.ok("GET", "/bankaccounts")["bankaccounts"]
    assert {row["account_type"] for row in rows} == {"bank", "cash"}
    one = next(row for row in rows if row["account_name"] == "Undeposited Funds")
    assert client.ok("GET", f"/bankaccounts/{one['account_id']}")["bankaccount"] == one
    sales = client.org.account("Sales")["account_id"]
    assert client.refused("GET", f"/bankaccounts/{sales}") == (404, 5)


def test_small_things_are_read_by_their_ids(client):
    me = client.ok("GET", "/users/me")["user"]
    assert client.ok("GET", f"/users/{me['user_id']}")["user"] == me
    contact = client.contact(contact_persons=[{"first_name": "A", "email": "a@example.org"}])
    person = client.ok("GET", f"/contacts/{contact}")["contact"]["primary_contact_id"]
    assert client.ok("GET", f"/contacts/contactpersons/{person}")["contact_person"]["first_name"] == "A"
    assert client.ok("GET", f"/contacts/{contact}/refunds")["creditnote_refunds"] == []
    rates = {
        row["currency_code"]: client.ok("GET", f"/settings/currencies/{row['currency_id']}/exchangerates")
        for row in client.ok("GET", "/settings/currencies")["currencies"]
    }
    assert rates["EUR"]["exchange_rates"] == []
    assert rates["USD"]["exchange_rates"][0]["rate"] == Decimal("0.92")


def _shipped(client, **more):
    """A package of an order and its shipment, both as answered."""
    item = client.item("Mug", item_type="inventory", initial_stock=9)
    body = {"customer_id": client.contact(), "line_items": [{"item_id": item, "quantity": 2}]}
    order = client.ok("POST", "/salesorders", body, edition=INVENTORY)["salesorder"]
    client.ok("POST", f"/salesorders/{order['salesorder_id']}/status/confirmed", edition=INVENTORY)
    query = {"salesorder_id": order["salesorder_id"], "edition": INVENTORY}
    lines = [{"so_line_item_id": order["line_items"][0]["line_item_id"], "quantity": 2}]
    package = client.ok("POST", "/packages", {"line_items": lines}, **query)["package"]
    query["package_ids"] = package["package_id"]
    return package, client.ok("POST", "/shipmentorders", {"tracking_number": "T1", **more}, **query)


def test_a_shipment_has_both_names_that_clients_read(client):
    package, made = _shipped(client, carrier="Post")
    assert made["shipmentorder"] == made["shipment_order"]
    assert package["shipment_order"]["shipment_status"] == "packed"
    inside = client.ok("GET", f"/packages/{package['package_id']}", edition=INVENTORY)["package"]
    assert inside["shipment_order"]["shipment_id"] == made["shipmentorder"]["shipment_id"]
    assert (inside["tracking_number"], inside["carrier"]) == ("T1", "Post")


def test_a_shipment_is_found_by_its_number_told_another_and_delivered_once(client):
    _, made = _shipped(client)
    path = f"/shipmentorders/{made['shipmentorder']['shipment_id']}"
    client.ok("PUT", path, {"tracking_number": "T2"}, edition=INVENTORY)
    for number, count in (("T1", 0), ("T2", 1)):
        found = client.ok("GET", "/shipmentorders", edition=INVENTORY, tracking_number=number)
        assert len(found["shipmentorders"]) == count
    told = client.ok("POST", f"{path}/status/delivered", edition=INVENTORY)
    assert told["data"] == {"statusupdate_error_list": []}
    assert client.refused("POST", f"{path}/status/delivered", edition=INVENTORY) == (400, 37135)


def test_shipments_and_packages_are_deleted_many_at_once(client):
    package, made = _shipped(client)
    client.ok(
        "DELETE", "/shipmentorders", edition=INVENTORY, shipment_ids=made["shipmentorder"]["shipment_id"]
    )
    client.ok("DELETE", "/packages", edition=INVENTORY, package_ids=package["package_id"])
    assert client.ok("GET", "/packages", edition=INVENTORY)["packages"] == []


# key of a list -> what connectors written by others were seen to get in its rows
ROWS = {
    "warehouses": ("is_fba_warehouse", "is_org_level_primary", "total_zones"),
    "inventory_adjustments": ("created_by_name", "warehouse_id", "custom_fields"),
    "transfer_orders": ("quantity_transfer", "created_by_id"),
    "packages": ("quantity", "shipment_date", "is_tracking_enabled"),
    "purchaseorders": ("quantity_yet_to_receive", "total_ordered_quantity", "receives", "cf_cartbooks_key"),
    "users": ("user_type", "is_super_admin"),
}
PATHS = {
    "warehouses": "settings/warehouses",
    "inventory_adjustments": "inventoryadjustments",
    "transfer_orders": "transferorders",
}


def test_rows_of_stock_lists_have_the_keys_that_connectors_get(client):
    package, _ = _shipped(client)
    item, vendor = package["line_items"][0]["item_id"], client.contact("V", contact_type="vendor")
    here, there = client.org.add_place("There"), next(iter(client.org.places))
    line = {"item_id": item, "name": "Mug"}
    for path, body in (
        ("inventoryadjustments", {"line_items": [{**line, "quantity_adjusted": 1}]}),
        ("transferorders", {"line_items": [{**line, "quantity_transfer": 2}]}),
        ("purchaseorders", {"vendor_id": vendor, "line_items": [{**line, "quantity": 3}]}),
    ):
        told = {"date": "2026-03-01", "reason": "x", "adjustment_type": "quantity", **body}
        told |= {"from_location_id": there, "to_location_id": here}
        told |= {"custom_fields": [{"api_name": "cf_cartbooks_key", "value": path}]}
        client.ok("POST", f"/{path}", told, edition=INVENTORY)
    rows = {key: client.ok("GET", f"/{PATHS.get(key, key)}", edition=INVENTORY)[key][0] for key in ROWS}
    assert {key: [name for name in names if name not in rows[key]] for key, names in ROWS.items()} == {
        key: [] for key in ROWS
    }
    assert rows["transfer_orders"]["quantity_transfer"] == 2
    assert rows["purchaseorders"]["quantity_yet_to_receive"] == 3
    assert (rows["packages"]["quantity"], rows["packages"]["shipment_date"]) == ("2", package["date"])
