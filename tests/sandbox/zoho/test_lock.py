"""The locked period: what lies in it stays as it is."""

import pytest

LINE = {"rate": 100}
OLD, NEW = "2026-03-31", "2026-04-01"


@pytest.fixture
def shop(client):
    """An invoice, a draft, a note and a payment of March, then March is locked."""
    customer = client.contact()
    body = {"customer_id": customer, "line_items": [LINE], "date": OLD}
    invoice = client.ok("POST", "/invoices", body)["invoice"]["invoice_id"]
    client.ok("POST", f"/invoices/{invoice}/status/sent")
    draft = client.ok("POST", "/invoices", body)["invoice"]["invoice_id"]
    note = client.ok("POST", "/creditnotes", body)["creditnote"]["creditnote_id"]
    refund = client.ok("POST", f"/creditnotes/{note}/refunds", {"amount": 10, "date": OLD})
    payment = client.pay(customer, 20, invoice, date=OLD)["payment_id"]
    lock(client, OLD)
    names = {"customer": customer, "invoice": invoice, "draft": draft, "note": note, "payment": payment}
    return client, {**names, "refund": refund["creditnote_refund"]["creditnote_refund_id"]}


def lock(client, day):
    answer = client.http.put("/control/zoho/lock", json={"date": day})
    assert (answer.status_code, answer.json) == (200, {"date": day})


NOTE = {"customer_id": "{customer}", "line_items": [LINE]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/invoices", {**NOTE, "date": OLD}),
        ("PUT", "/invoices/{invoice}", {"notes": "x"}),
        ("PUT", "/invoices/{invoice}", {"date": NEW}),
        ("POST", "/invoices/{invoice}/status/void", None),
        ("POST", "/invoices/{draft}/status/sent", None),
        ("DELETE", "/invoices/{draft}", None),
        ("PUT", "/invoice/{draft}/customfields", {"custom_fields": []}),
        ("POST", "/creditnotes", {**NOTE, "date": OLD}),
        ("PUT", "/creditnotes/{note}", {"notes": "x"}),
        ("POST", "/creditnotes/{note}/status/void", None),
        ("DELETE", "/creditnotes/{note}", None),
        ("POST", "/creditnotes/{note}/refunds", {"amount": 1, "date": OLD}),
        ("PUT", "/creditnotes/{note}/refunds/{refund}", {"amount": 1}),
        ("DELETE", "/creditnotes/{note}/refunds/{refund}", None),
        ("POST", "/customerpayments", {"customer_id": "{customer}", "amount": 1, "date": OLD}),
        ("PUT", "/customerpayments/{payment}", {"amount": 30}),
        ("DELETE", "/customerpayments/{payment}", None),
    ],
)
def test_what_is_dated_in_the_locked_period_stays(shop, method, path, body):
    client, names = shop
    if body and "customer_id" in body:
        body = {**body, "customer_id": names["customer"]}
    before = client.http.get("/control/state").json["zoho"]
    assert client.refused(method, path.format(**names), body) == (400, 1038)
    after = client.http.get("/control/state").json["zoho"]
    for module in ("invoices", "creditnotes", "customerpayments"):
        assert after[module] == before[module]
    lock(client, "")
    assert client.call(method, path.format(**names), body).json["code"] != 1038


def test_what_is_dated_later_may_credit_and_pay_what_is_locked(shop):
    client, names = shop
    body = {"customer_id": names["customer"], "line_items": [{"rate": 50}], "date": NEW}
    note = client.ok("POST", "/creditnotes", body, invoice_id=names["invoice"])["creditnote"]
    applied = {"invoices": [{"invoice_id": names["invoice"], "amount_applied": 50}]}
    client.ok("POST", f"/creditnotes/{note['creditnote_id']}/invoices", applied)
    client.pay(names["customer"], 30, names["invoice"], date=NEW)
    assert client.ok("GET", f"/invoices/{names['invoice']}")["invoice"]["status"] == "paid"


def test_sales_orders_are_not_locked(shop):
    client, names = shop
    body = {"customer_id": names["customer"], "line_items": [LINE], "date": OLD}
    order = client.ok("POST", "/salesorders", body)["salesorder"]["salesorder_id"]
    client.ok("PUT", f"/salesorders/{order}", {"notes": "x"})
    client.ok("DELETE", f"/salesorders/{order}")


def test_the_code_of_the_refusal_is_a_switch_and_a_date_must_be_one(client_with):
    client = client_with({"zoho_lock_code": 9})
    lock(client, OLD)
    body = {"customer_id": client.contact(), "line_items": [LINE], "date": OLD}
    assert client.refused("POST", "/invoices", body) == (400, 9)
    assert client.http.put("/control/zoho/lock", json={"date": "March"}).status_code == 400
