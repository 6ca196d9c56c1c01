"""Credit notes: what they are of, how they are found, and invoices that change beside them."""

from decimal import Decimal

import pytest

from tests.sandbox.zoho.crediting import invoice_now, note_of, sent

EDITIONS = ("books/v3", "inventory/v1")
LINE = {"rate": 100, "description": "free text"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_note_is_of_the_invoice_of_the_query_and_its_lines_of_the_invoices(client, edition):
    customer = client.contact()
    invoice = sent(client, customer, [LINE])
    line = {**LINE, "invoice_item_id": invoice["line_items"][0]["line_item_id"]}
    note = note_of(client, customer, [line], edition=edition, invoice=invoice["invoice_id"])
    assert note["invoice_id"] == note["line_items"][0]["invoice_id"] == invoice["invoice_id"]
    now = client.ok("PUT", f"/creditnotes/{note['creditnote_id']}", {"notes": "x"}, edition=edition)[
        "creditnote"
    ]
    assert now["line_items"][0]["invoice_id"] == invoice["invoice_id"]
    in_body = client.ok(
        "POST",
        "/creditnotes",
        {"customer_id": customer, "line_items": [LINE], "invoice_id": invoice["invoice_id"]},
        edition=edition,
    )
    assert in_body["creditnote"]["invoice_id"] == ""


def test_a_note_is_not_of_a_strangers_invoice_nor_of_lines_that_are_none(client):
    customer, stranger = client.contact(), client.contact("Somebody else")
    invoice = sent(client, stranger, [LINE])
    body = {"customer_id": customer, "line_items": [LINE]}
    assert client.refused("POST", "/creditnotes", body, invoice_id=invoice["invoice_id"]) == (400, 2)
    line = {**LINE, "invoice_item_id": invoice["line_items"][0]["line_item_id"]}
    assert client.refused("POST", "/creditnotes", {**body, "line_items": [line]}) == (400, 2)


def test_a_note_computes_as_an_invoice_does(client):
    """Inclusive 2 x 60.00 less 10 % = 108.00, of it 20 % tax 18.00; adjustment -0.01: 107.99."""
    vat = client.tax("VAT", "20")
    line = {"rate": 60, "quantity": 2, "discount": "10%", "tax_id": vat}
    note = note_of(
        client,
        client.contact(),
        [line],
        is_inclusive_tax=True,
        adjustment=-0.01,
        adjustment_description="cent",
    )
    assert (note["total"], note["tax_total"]) == (Decimal("107.99"), 18)
    assert (note["balance"], note["adjustment_description"]) == (Decimal("107.99"), "cent")


def test_the_unique_field_guards_notes_and_lists_promote_it(client):
    customer = client.contact()
    key = {"custom_fields": [{"api_name": "cf_cartbooks_key", "value": "s:1:refund:7"}]}
    note_of(client, customer, [LINE], **key)
    body = {"customer_id": customer, "line_items": [LINE], **key}
    assert client.refused("POST", "/creditnotes", body) == (400, 120123)
    row = client.ok("GET", "/creditnotes")["creditnotes"][0]
    assert row["cf_cartbooks_key"] == "s:1:refund:7"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"reference_number": "100"}, 1),
        ({"status": "closed"}, 0),
        ({"status": "open"}, 2),
        ({"date_start": "2026-03-02"}, 1),
        ({"date_end": "2026-03-01"}, 1),
        ({"date_start": "2026-03-01", "date_end": "2026-03-31"}, 2),
        ({"last_modified_time": "2020-01-01T00:00:00+0000"}, 2),
        ({"last_modified_time": "2090-01-01T00:00:00+0000"}, 0),
        ({"item_id": "1"}, 0),
    ],
)
@pytest.mark.parametrize("edition", EDITIONS)
def test_notes_are_listed_by_what_is_asked(client, query, found, edition):
    customer = client.contact()
    note_of(client, customer, [LINE], reference_number="100", date="2026-03-01")
    note_of(client, customer, [LINE], reference_number="101", date="2026-03-31")
    asked = client.ok("GET", "/creditnotes", edition=edition, customer_id=customer, **query)
    assert len(asked["creditnotes"]) == found


@pytest.mark.parametrize(("switch", "status"), [("allowed", 201), ("refused", 400)])
def test_whether_notes_may_be_more_than_their_invoice(client_with, switch, status):
    client = client_with({"zoho_credit_over_invoice": switch})
    customer = client.contact()
    invoice = sent(client, customer, [LINE])["invoice_id"]
    note_of(client, customer, [{**LINE, "rate": 60}], invoice=invoice)
    body = {"customer_id": customer, "line_items": [{**LINE, "rate": 60}]}
    assert client.call("POST", "/creditnotes", body, invoice_id=invoice).status_code == status
    first = client.ok("GET", "/creditnotes", sort_column="created_time", sort_order="A")["creditnotes"][0]
    more = {"line_items": [{"rate": 101}]}
    answer = client.call("PUT", f"/creditnotes/{first['creditnote_id']}", more)
    assert answer.json["code"] == (0 if switch == "allowed" else 24016)


@pytest.mark.parametrize(("switch", "status"), [("accepted", 201), ("refused", 400)])
@pytest.mark.parametrize("path", ["/invoices", "/creditnotes"])
def test_whether_lines_may_be_below_nothing(client_with, switch, status, path):
    client = client_with({"zoho_negative_lines": switch})
    body = {"customer_id": client.contact(), "line_items": [LINE, {"rate": -30}]}
    answer = client.call("POST", path, body)
    assert answer.status_code == status
    if status == 400:
        assert answer.json["code"] == 2


@pytest.mark.parametrize(("switch", "owed", "left"), [(False, 100, 40), (True, 60, 0)])
def test_whether_a_note_of_an_invoice_applies_itself(client_with, switch, owed, left):
    client = client_with({"zoho_credit_applies_itself": switch})
    customer = client.contact()
    invoice = sent(client, customer, [LINE])["invoice_id"]
    note = note_of(client, customer, [{"rate": 40}], invoice=invoice)
    assert (note["balance"], invoice_now(client, invoice)["balance"]) == (left, owed)


def test_a_note_in_use_stays_as_it_is(client):
    customer, other = client.contact(), client.contact("Another")
    invoice = sent(client, customer, [LINE])["invoice_id"]
    note = note_of(client, customer, [LINE])["creditnote_id"]
    applied = {"invoices": [{"invoice_id": invoice, "amount_applied": 40}]}
    client.ok("POST", f"/creditnotes/{note}/invoices", applied)
    assert client.refused("POST", f"/creditnotes/{note}/status/void") == (400, 12003)
    assert client.refused("POST", f"/creditnotes/{note}/status/draft") == (400, 12003)
    assert client.refused("DELETE", f"/creditnotes/{note}") == (400, 12003)
    assert client.refused("PUT", f"/creditnotes/{note}", {"line_items": [{"rate": 39}]}) == (400, 12003)
    assert client.refused("PUT", f"/creditnotes/{note}", {"customer_id": other}) == (400, 3010)
    kept = client.ok("PUT", f"/creditnotes/{note}", {"line_items": [{"rate": 40}]})["creditnote"]
    assert (kept["status"], kept["balance"]) == ("closed", 0)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"date_start": "2026-03-02"}, 1),
        ({"date_end": "2026-03-01"}, 1),
        ({"last_modified_time": "2090-01-01T00:00:00+0000"}, 0),
        ({"last_modified_time": "2020-01-01T00:00:00+0000"}, 2),
    ],
)
@pytest.mark.parametrize("path", ["customerpayments", "invoices"])
def test_payments_and_invoices_are_listed_by_day_and_change(client, path, query, found):
    customer = client.contact()
    for day in ("2026-03-01", "2026-03-31"):
        client.pay(customer, 5, date=day)
        client.invoice(customer, [LINE], date=day)
    assert len(client.ok("GET", f"/{path}", **query)[path]) == found


def test_a_sent_or_paid_invoice_is_changed_but_not_below_what_was_paid(client):
    customer = client.contact()
    made = sent(client, customer, [LINE, {"rate": 50}])
    invoice, (first, second) = made["invoice_id"], made["line_items"]
    client.pay(customer, 120, invoice)
    kept = {"line_item_id": first["line_item_id"], "rate": 90}
    assert client.refused("PUT", f"/invoices/{invoice}", {"line_items": [kept]}) == (400, 24016)
    lines = [kept, {"rate": 30}]
    now = client.ok("PUT", f"/invoices/{invoice}", {"line_items": lines})["invoice"]
    assert (now["total"], now["balance"], now["status"]) == (120, 0, "paid")
    assert now["line_items"][0]["line_item_id"] == first["line_item_id"]
    assert now["line_items"][1]["line_item_id"] not in {first["line_item_id"], second["line_item_id"]}
    now = client.ok("PUT", f"/invoices/{invoice}", {"line_items": [LINE, {"rate": 50}]})["invoice"]
    assert (now["balance"], now["status"]) == (30, "partially_paid")
    assert first["line_item_id"] not in {line["line_item_id"] for line in now["line_items"]}


def test_only_tracked_items_come_back_to_the_stock(client):
    tracked = client.ok(
        "POST",
        "/items",
        {"name": "Mug", "rate": 5, "item_type": "inventory", "initial_stock": 10},
        edition="inventory/v1",
    )["item"]["item_id"]
    service = client.item("Engraving", 2)
    lines = [{"item_id": tracked, "quantity": 2}, {"item_id": service}, LINE]
    note = note_of(client, client.contact(), lines)["creditnote_id"]
    stock = client.http.get("/control/state").json["zoho"]["stock"]
    assert set(stock) == {tracked}
    assert stock[tracked]["stock_on_hand"] == 12
    client.ok("POST", f"/creditnotes/{note}/status/void")
    assert client.http.get("/control/state").json["zoho"]["stock"][tracked]["stock_on_hand"] == 10
