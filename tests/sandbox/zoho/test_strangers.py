"""What clients written by others for the books rely on: many at once, forms, the organization in a header."""

import json

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


@pytest.mark.parametrize("path", ["/users", "/pricebooks", "/settings/taxexemptions", "/locations"])
def test_bare_rooms_can_be_looked_into(client, path):
    assert client.ok("GET", path)["page_context"]["has_more_page"] is False
