"""Invoices, payments and credit notes from birth to the end."""

from decimal import Decimal

import pytest

LINE = {"rate": 10, "quantity": 2, "description": "free text"}


def test_an_invoice_is_born_a_draft_with_the_customers_terms(client):
    customer = client.contact(payment_terms=30)
    invoice = client.invoice(customer, [LINE], date="2026-03-01", reference_number="100")
    assert (invoice["status"], invoice["date"], invoice["due_date"]) == ("draft", "2026-03-01", "2026-03-31")
    assert (invoice["payment_terms"], invoice["payment_terms_label"]) == (30, "Net 30")
    assert (invoice["invoice_number"], invoice["invoice_source"]) == ("INV-000001", "Api")
    own = client.invoice(customer, [LINE], date="2026-03-01", payment_terms=0)
    assert (own["due_date"], own["payment_terms_label"]) == ("2026-03-01", "Due on Receipt")


def test_an_item_lends_its_name_rate_and_tax_unless_the_line_says_otherwise(client):
    vat, other = client.tax("VAT", "20"), client.tax("Low", "5")
    item = client.item("Chair", 50, tax_id=vat, description="wooden", sku="C-1")
    lines = [
        {"item_id": item},
        {"item_id": item, "rate": 40, "name": "Stool", "tax_id": other},
        {"item_id": item, "tax_id": ""},
    ]
    rows = client.invoice(client.contact(), lines)["line_items"]
    assert [(row["name"], row["rate"], row["tax_percentage"]) for row in rows] == [
        ("Chair", 50, 20),
        ("Stool", 40, 5),
        ("Chair", 50, 0),
    ]
    assert rows[0]["description"] == "wooden"
    assert rows[0]["line_item_taxes"][0]["tax_name"] == "VAT (20%)"


def test_tax_percentage_and_item_total_of_a_body_have_no_effect(client):
    line = {"rate": 10, "quantity": 1, "tax_percentage": 20, "item_total": 99}
    invoice = client.invoice(client.contact(), [line], tax_total=5, total=7)
    assert (invoice["total"], invoice["tax_total"]) == (10, 0)


@pytest.mark.parametrize(("switch", "net"), [("exclusive", Decimal(100)), ("inclusive", Decimal(120))])
def test_what_item_total_shows_on_inclusive_prices(client_with, switch, net):
    client = client_with({"zoho_inclusive_item_total": switch})
    line = {"rate": 120, "tax_id": client.tax("VAT", "20")}
    invoice = client.invoice(client.contact(), [line], is_inclusive_tax=True)
    assert (invoice["line_items"][0]["item_total"], invoice["total"]) == (net, 120)


@pytest.mark.parametrize(("rounding", "tax"), [("entity_level", "0.20"), ("item_level", "0.21")])
def test_the_document_tells_how_its_tax_was_rounded(client_with, rounding, tax):
    client = client_with({"zoho_tax_rounding": rounding})
    line = {"rate": 0.33, "tax_id": client.tax("VAT", "20")}
    invoice = client.invoice(client.contact(), [line] * 3)
    assert (invoice["tax_rounding"], invoice["tax_total"]) == (rounding, Decimal(tax))


@pytest.mark.parametrize(("switch", "total"), [("per_line", 29), ("per_unit", 27)])
def test_line_discounts_count_per_line_or_per_unit(client_with, switch, total):
    client = client_with({"zoho_line_discount": switch})
    line = {"rate": 10, "quantity": 3, "discount": 1}
    assert client.invoice(client.contact(), [line])["total"] == total


def test_a_percentage_is_shown_as_it_was_written(client):
    line = {"rate": 100, "discount": "12.5%"}
    row = client.invoice(client.contact(), [line])["line_items"][0]
    assert (row["discount"], row["discount_amount"], row["item_total"]) == ("12.5%", 12.5, 87.5)


@pytest.mark.parametrize("mode", ["item_level", "entity_level", "none"])
def test_discounts_against_the_preference_are_refused(client_with, mode):
    client = client_with({"zoho_discount_mode": mode})
    customer = client.contact()
    line = {"customer_id": customer, "line_items": [{"rate": 10, "discount": 1}]}
    whole = {
        "customer_id": customer,
        "line_items": [{"rate": 10}],
        "discount": 1,
        "discount_type": "entity_level",
    }
    for body, allowed in ((line, mode == "item_level"), (whole, mode == "entity_level")):
        answer = client.call("POST", "/invoices", body)
        assert (answer.status_code, answer.json["code"]) == ((201, 0) if allowed else (400, 4089))


@pytest.mark.parametrize(("switch", "total"), [("inclusive", "132.00"), ("exclusive", "134.40")])
def test_how_a_shipping_charge_is_read(client_with, switch, total):
    client = client_with({"zoho_shipping_charge": switch})
    vat = client.tax("VAT", "20")
    invoice = client.invoice(
        client.contact(),
        [{"rate": 120, "tax_id": vat}],
        is_inclusive_tax=True,
        shipping_charge=12,
        shipping_charge_tax_id=vat,
    )
    assert invoice["total"] == Decimal(total)
    assert invoice["shipping_charge_tax_percentage"] == 20


def test_a_foreign_currency_has_its_exchange_rate_and_base_sums(client):
    dollar = client.org.currency("USD")
    customer = client.contact(currency_id=dollar["currency_id"])
    invoice = client.invoice(customer, [{"rate": 100}], exchange_rate=0.9)
    assert (invoice["currency_code"], invoice["total"], invoice["bcy_total"]) == ("USD", 100, 90)
    usual = client.invoice(customer, [{"rate": 100}])
    assert usual["exchange_rate"] == dollar["exchange_rate"]


def test_numbers_are_zohos_own_unless_asked_and_never_twice(client):
    customer = client.contact()
    ignored = client.invoice(customer, [LINE], invoice_number="BC-1")
    assert ignored["invoice_number"] == "INV-000001"
    own = client.invoice(
        customer, [LINE], invoice_number="BC-1", query={"ignore_auto_number_generation": "true"}
    )
    assert own["invoice_number"] == "BC-1"
    body = {"customer_id": customer, "line_items": [LINE], "invoice_number": "BC-1"}
    assert client.refused("POST", "/invoices", body, ignore_auto_number_generation="true") == (400, 1001)
    assert client.invoice(customer, [LINE])["invoice_number"] == "INV-000002"


def test_an_update_keeps_what_it_does_not_name(client):
    customer = client.contact()
    invoice = client.invoice(customer, [LINE], reference_number="100", notes="n")
    path = f"/invoices/{invoice['invoice_id']}"
    after = client.ok("PUT", path, {"adjustment": -0.01, "adjustment_description": "rounding"})["invoice"]
    assert (after["total"], after["reference_number"], after["notes"]) == (Decimal("19.99"), "100", "n")
    assert after["line_items"][0]["line_item_id"] == invoice["line_items"][0]["line_item_id"]
    replaced = client.ok("PUT", path, {"line_items": [{"rate": 5}]})["invoice"]
    assert (len(replaced["line_items"]), replaced["total"]) == (1, Decimal("4.99"))
    assert replaced["invoice_number"] == invoice["invoice_number"]
    assert client.refused("PUT", path, {"line_items": [{"line_item_id": "1"}]}) == (400, 2)


def test_a_payment_pays_and_its_removal_owes_again(client):
    customer = client.contact()
    invoice = client.invoice(customer, [LINE])["invoice_id"]
    client.ok("POST", f"/invoices/{invoice}/status/sent")

    def state():
        told = client.ok("GET", f"/invoices/{invoice}")["invoice"]
        return told["status"], told["balance"], told["payment_made"]

    assert state() == ("sent", 20, 0)
    first = client.pay(customer, 5, invoice)
    assert state() == ("partially_paid", 15, 5)
    client.pay(customer, 15, invoice, reference_number="tx-2")
    assert state() == ("paid", 0, 20)
    assert [row["amount"] for row in client.ok("GET", f"/invoices/{invoice}/payments")["payments"]] == [5, 15]
    assert client.refused("DELETE", f"/invoices/{invoice}") == (400, 4001)
    assert client.refused("POST", f"/invoices/{invoice}/status/void") == (400, 4001)
    client.ok("DELETE", f"/customerpayments/{first['payment_id']}")
    assert state() == ("partially_paid", 5, 15)


def test_more_than_is_owed_is_refused_and_nothing_is_booked(client):
    customer = client.contact()
    invoice = client.invoice(customer, [LINE])["invoice_id"]
    body = {
        "customer_id": customer,
        "amount": 30,
        "invoices": [{"invoice_id": invoice, "amount_applied": 21}],
    }
    assert client.refused("POST", "/customerpayments", body) == (400, 24016)
    body["invoices"][0]["amount_applied"] = 20
    payment = client.ok("POST", "/customerpayments", body)["payment"]
    assert payment["unused_amount"] == 10
    assert client.ok("GET", f"/contacts/{customer}")["contact"]["unused_credits_receivable_amount"] == 10
    assert client.refused("POST", "/customerpayments", body) == (400, 24016)
    assert len(client.ok("GET", "/customerpayments")["customerpayments"]) == 1


@pytest.mark.parametrize("switch", ["accepted", "refused"])
def test_a_payment_on_a_draft_sends_it_or_is_refused(client_with, switch):
    client = client_with({"zoho_draft_payment": switch})
    customer = client.contact()
    invoice = client.invoice(customer, [LINE])["invoice_id"]
    body = {
        "customer_id": customer,
        "amount": 20,
        "invoices": [{"invoice_id": invoice, "amount_applied": 20}],
    }
    if switch == "refused":
        assert client.refused("POST", "/customerpayments", body) == (400, 12005)
        client.ok("POST", f"/invoices/{invoice}/status/sent")
    client.ok("POST", "/customerpayments", body)
    assert client.ok("GET", f"/invoices/{invoice}")["invoice"]["status"] == "paid"


def test_money_goes_to_the_named_account_or_to_undeposited_funds(client):
    customer = client.contact()
    payment = client.pay(customer, 5)
    assert (payment["account_name"], payment["account_type"]) == ("Undeposited Funds", "cash")
    gift = client.org.account("Gift Certificates")["account_id"]
    assert client.pay(customer, 5, account_id=gift)["account_name"] == "Gift Certificates"
    sales = client.org.account("Sales")["account_id"]
    for wrong in ("1", sales):
        body = {"customer_id": customer, "amount": 5, "account_id": wrong}
        assert client.refused("POST", "/customerpayments", body) == (400, 2)


def test_an_invoice_is_created_and_paid_in_one_call_in_books(client):
    customer = client.contact()
    body = {
        "customer_id": customer,
        "line_items": [LINE],
        "batch_payments": [{"payment_mode": "Cash", "amount": "20"}],
    }
    quick = {"is_quick_create": "true", "batch_payments": "true"}
    paid = client.ok("POST", "/invoices", body, **quick)["invoice"]
    assert (paid["status"], paid["balance"], paid["payment_made"]) == ("paid", 0, 20)
    payment = client.ok("GET", "/customerpayments")["customerpayments"][0]
    assert (payment["amount"], payment["reference_number"], payment["invoice_numbers"]) == (
        20,
        "",
        "INV-000001",
    )
    dropped = client.ok("POST", "/invoices", body)["invoice"]
    assert (dropped["status"], dropped["payment_made"]) == ("draft", 0)
    elsewhere = client.ok("POST", "/invoices", body, edition="inventory/v1", **quick)["invoice"]
    assert elsewhere["status"] == "draft"
    body["batch_payments"][0]["amount"] = "20.01"
    assert client.refused("POST", "/invoices", body, **quick) == (400, 24016)
    assert len(client.ok("GET", "/invoices")["invoices"]) == 3


def test_an_invoice_past_its_day_is_overdue(client):
    invoice = client.invoice(client.contact(), [LINE])["invoice_id"]
    client.ok("POST", f"/invoices/{invoice}/status/sent")
    client.world.clock.advance(2 * 86400)
    client.login()
    assert client.ok("GET", f"/invoices/{invoice}")["invoice"]["status"] == "overdue"
    assert len(client.ok("GET", "/invoices", filter_by="Status.OverDue")["invoices"]) == 1


def test_void_and_back_to_draft(client):
    invoice = client.invoice(client.contact(), [LINE])["invoice_id"]
    told = client.ok("POST", f"/invoices/{invoice}/status/void")["message"]
    assert told == "Invoice status has been changed to Void."
    assert client.ok("GET", f"/invoices/{invoice}")["invoice"]["balance"] == 0
    client.ok("POST", f"/invoices/{invoice}/status/draft")
    assert client.ok("GET", f"/invoices/{invoice}")["invoice"]["balance"] == 20
    assert client.ok("POST", f"/invoices/{invoice}/email")["is_first_email"]
    client.ok("DELETE", f"/invoices/{invoice}")
    assert client.refused("GET", f"/invoices/{invoice}") == (404, 5)


@pytest.mark.parametrize(("switch", "status"), [("linked", 201), ("refused", 400)])
def test_whether_a_note_names_lines_of_its_invoice(client_with, switch, status):
    client = client_with({"zoho_credit_lines": switch})
    customer = client.contact()
    invoice = client.invoice(customer, [LINE])
    line = {"rate": 5, "invoice_item_id": invoice["line_items"][0]["line_item_id"]}
    body = {"customer_id": customer, "line_items": [line]}
    answer = client.call("POST", "/creditnotes", body, invoice_id=invoice["invoice_id"])
    assert (answer.status_code, answer.json["code"]) == (status, 0 if status == 201 else 6)
    body["line_items"] = [{"rate": 5}]
    assert client.ok("POST", "/creditnotes", body, invoice_id=invoice["invoice_id"])


def test_a_credit_note_is_open_applied_and_closed(client):
    customer = client.contact()
    invoice = client.invoice(customer, [LINE])["invoice_id"]
    body = {"customer_id": customer, "line_items": [{"rate": 15}]}
    note = client.ok("POST", "/creditnotes", body, invoice_id=invoice)["creditnote"]
    assert (note["status"], note["creditnote_number"], note["invoice_id"]) == ("open", "CN-00001", invoice)
    path = f"/creditnotes/{note['creditnote_id']}"
    use = {"invoices": [{"invoice_id": invoice, "amount_applied": 10}]}
    assert client.refused("POST", f"{path}/invoices", use) == (400, 12005)
    client.ok("POST", f"/invoices/{invoice}/status/sent")
    client.ok("POST", f"{path}/invoices", use)
    assert client.ok("GET", f"/invoices/{invoice}")["invoice"]["balance"] == 10
    client.ok("POST", f"{path}/refunds", {"amount": 5, "date": "2026-03-01", "refund_mode": "cash"})
    assert client.ok("GET", path)["creditnote"]["status"] == "closed"
    assert client.refused("POST", f"{path}/status/void") == (400, 12003)
    part = client.ok("GET", f"{path}/invoices")["invoices_credited"][0]["creditnote_invoice_id"]
    client.ok("DELETE", f"{path}/invoices/{part}")
    assert client.ok("GET", f"/invoices/{invoice}")["invoice"]["balance"] == 20


def test_a_person_at_the_screen_is_not_limited_and_leaves_another_name(client):
    invoice = client.invoice(client.contact(), [LINE])
    client.http.put("/control/zoho/limits", json={"per_minute": 1})
    told = {"method": "PUT", "path": f"/invoices/{invoice['invoice_id']}", "body": {"notes": "by hand"}}
    edited = client.http.post("/control/zoho/person", json=told).json["invoice"]
    assert edited["notes"] == "by hand"
    assert edited["last_modified_by_id"] != invoice["last_modified_by_id"]
    wrong = {**told, "path": "/invoices/1"}
    assert client.http.post("/control/zoho/person", json=wrong).status_code == 400
