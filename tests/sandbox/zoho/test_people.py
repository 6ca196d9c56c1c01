"""A person at the screen changes whatever the screen lets her change, under the same rules, and leaves another name."""

import pytest

LINE = {"rate": 100, "description": "free text"}
SERVICE, PERSON = "460000000000090001", "460000000000091001"


@pytest.fixture
def ask(client):
    """A person's deed by the control; answers its payload."""

    def deed(method, path, body=None, *, status=200):
        told = {"method": method, "path": path, "body": body or {}}
        answer = client.http.post("/control/zoho/person", json=told)
        assert answer.status_code == status, answer.json
        return answer.json

    return deed


@pytest.fixture
def shop(client):
    """What a service booked: an invoice that is sent, a note and a payment with a rest."""
    customer = client.contact()
    invoice = client.invoice(customer, [LINE], date="2026-03-01")
    client.ok("POST", f"/invoices/{invoice['invoice_id']}/status/sent")
    body = {"customer_id": customer, "line_items": [{"rate": 40}]}
    note = client.ok("POST", "/creditnotes", body)["creditnote"]["creditnote_id"]
    payment = client.pay(customer, 50)["payment_id"]
    return {"client": client, "customer": customer, "invoice": invoice, "note": note, "payment": payment}


def now(shop, module="invoices", entity="invoice", record=None):
    record = record or shop["invoice"]["invoice_id"]
    return shop["client"].ok("GET", f"/{module}/{record}")[entity]


def test_a_person_changes_lines_day_and_customer_of_our_invoice(shop, ask):
    path = f"/invoices/{shop['invoice']['invoice_id']}"
    assert now(shop)["last_modified_by_id"] == SERVICE
    kept = {"line_item_id": shop["invoice"]["line_items"][0]["line_item_id"], "rate": 90}
    ask("PUT", path, {"line_items": [kept, {"rate": 5}], "date": "2026-03-02"})
    other = shop["client"].contact("Somebody else")
    ask("PUT", path, {"customer_id": other})
    changed = now(shop)
    assert (changed["total"], changed["date"], changed["customer_id"]) == (95, "2026-03-02", other)
    assert changed["line_items"][0]["line_item_id"] == kept["line_item_id"]
    assert changed["last_modified_by_id"] == PERSON


def test_a_person_voids_reopens_and_deletes(shop, ask):
    path = f"/invoices/{shop['invoice']['invoice_id']}"
    ask("POST", f"{path}/status/void")
    assert (now(shop)["status"], now(shop)["balance"]) == ("void", 0)
    ask("POST", f"{path}/status/draft")
    assert now(shop)["status"] == "draft"
    ask("DELETE", path)
    assert shop["client"].refused("GET", path) == (404, 5)
    ask("POST", f"/creditnotes/{shop['note']}/status/void")
    assert now(shop, "creditnotes", "creditnote", shop["note"])["status"] == "void"
    ask("DELETE", f"/creditnotes/{shop['note']}")
    assert shop["client"].ok("GET", "/creditnotes")["creditnotes"] == []


def test_a_person_records_changes_and_deletes_payments(shop, ask):
    invoice = shop["invoice"]["invoice_id"]
    part = {"invoice_id": invoice, "amount_applied": 60}
    body = {"customer_id": shop["customer"], "amount": 60, "invoices": [part]}
    payment = ask("POST", "/customerpayments", body)["payment"]["payment_id"]
    assert (now(shop)["balance"], now(shop)["last_modified_by_id"]) == (40, PERSON)
    smaller = {"amount": 30, "invoices": [{**part, "amount_applied": 30}], "date": "2026-03-09"}
    changed = ask("PUT", f"/customerpayments/{payment}", smaller)["payment"]
    assert (now(shop)["balance"], changed["date"], changed["unused_amount"]) == (70, "2026-03-09", 0)
    ask("POST", f"/invoices/{invoice}/status/void", status=400)
    ask("DELETE", f"/customerpayments/{payment}")
    assert (now(shop)["balance"], now(shop)["status"]) == (100, "overdue")


def test_a_person_applies_credits_and_takes_them_off(shop, ask):
    invoice = shop["invoice"]["invoice_id"]
    body = {
        "apply_creditnotes": [{"creditnote_id": shop["note"], "amount_applied": 40}],
        "invoice_payments": [{"payment_id": shop["payment"], "amount_applied": 50}],
    }
    ask("POST", f"/invoices/{invoice}/credits", body)
    assert (now(shop)["balance"], now(shop)["last_modified_by_id"]) == (10, PERSON)
    part = now(shop, "creditnotes", "creditnote", shop["note"])["invoices_credited"][0]
    ask("DELETE", f"/creditnotes/{shop['note']}/invoices/{part['creditnote_invoice_id']}")
    paid = now(shop, "customerpayments", "payment", shop["payment"])["invoices"][0]
    ask("DELETE", f"/invoices/{invoice}/payments/{paid['invoice_payment_id']}")
    assert now(shop)["balance"] == 100


def test_a_person_repays_a_note_and_makes_one_of_an_invoice(shop, ask):
    ask("POST", f"/creditnotes/{shop['note']}/refunds", {"amount": 40, "refund_mode": "cash"})
    assert now(shop, "creditnotes", "creditnote", shop["note"])["status"] == "closed"
    body = {"customer_id": shop["customer"], "line_items": [{"rate": 10}]}
    path = f"/creditnotes?invoice_id={shop['invoice']['invoice_id']}"
    assert ask("POST", path, body)["creditnote"]["invoice_id"] == shop["invoice"]["invoice_id"]


def test_the_locked_period_binds_a_person_too(shop, ask):
    shop["client"].http.put("/control/zoho/lock", json={"date": "2026-03-31"})
    path = f"/invoices/{shop['invoice']['invoice_id']}"
    assert "1038" in ask("PUT", path, {"notes": "x"}, status=400)["error"]
