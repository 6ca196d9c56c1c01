"""Credit notes, what is applied and given back of them, and payments that come off their invoices again."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EDITIONS = ("books/v3", "inventory/v1")
LINE = {"rate": 100, "description": "free text"}


def note_of(client, customer, lines, *, edition="books/v3", invoice=None, **more):
    query = {"invoice_id": invoice} if invoice else {}
    body = {"customer_id": customer, "line_items": lines, **more}
    return client.ok("POST", "/creditnotes", body, edition=edition, **query)["creditnote"]


def sent(client, customer, lines, **more):
    invoice = client.invoice(customer, lines, **more)
    client.ok("POST", f"/invoices/{invoice['invoice_id']}/status/sent")
    return invoice


def invoice_now(client, invoice_id):
    return client.ok("GET", f"/invoices/{invoice_id}")["invoice"]


def note_now(client, note_id):
    return client.ok("GET", f"/creditnotes/{note_id}")["creditnote"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_note_is_of_the_invoice_of_the_query_and_its_lines_of_the_invoices(client, edition):
    customer = client.contact()
    invoice = sent(client, customer, [LINE])
    line = {**LINE, "invoice_item_id": invoice["line_items"][0]["line_item_id"]}
    note = note_of(client, customer, [line], edition=edition, invoice=invoice["invoice_id"])
    assert note["invoice_id"] == note["line_items"][0]["invoice_id"] == invoice["invoice_id"]
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


def test_a_note_is_refunded_and_a_refund_is_read_changed_and_taken_back(client):
    customer = client.contact()
    note = note_of(client, customer, [LINE])["creditnote_id"]
    bank = client.org.account("Business Checking")["account_id"]
    body = {
        "date": "2026-03-05",
        "refund_mode": "creditcard",
        "amount": 30,
        "reference_number": "r-1",
        "from_account_id": bank,
    }
    made = client.ok("POST", f"/creditnotes/{note}/refunds", body)["creditnote_refund"]
    assert {name: made[name] for name in body} == body
    path = f"/creditnotes/{note}/refunds/{made['creditnote_refund_id']}"
    assert note_now(client, note)["balance"] == 70
    changed = client.ok("PUT", path, {"amount": 100})["creditnote_refund"]
    assert (changed["amount"], changed["date"], changed["from_account_id"]) == (100, "2026-03-05", bank)
    now = note_now(client, note)
    assert (now["status"], now["total_refunded_amount"], now["balance"]) == ("closed", 100, 0)
    assert client.ok("GET", path)["creditnote_refund"] == changed
    assert client.ok("GET", "/creditnotes/refunds", customer_id=customer)["creditnote_refunds"] == [changed]
    client.ok("DELETE", path)
    assert note_now(client, note)["balance"] == 100
    assert client.ok("GET", f"/creditnotes/{note}/refunds")["creditnote_refunds"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [({"amount": "100.01"}, 2), ({"amount": 0}, 2), ({"from_account_id": "1"}, 2), ({"date": "5.3."}, 2)],
)
def test_a_wrong_refund_is_refused_and_nothing_is_given_back(client, change, code):
    note = note_of(client, client.contact(), [LINE])["creditnote_id"]
    body = {"amount": 100, "refund_mode": "cash", **change}
    assert client.refused("POST", f"/creditnotes/{note}/refunds", body) == (400, code)
    assert note_now(client, note)["balance"] == 100


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


def test_rows_that_are_too_much_only_together_are_refused_as_a_whole(client):
    customer = client.contact()
    invoice = sent(client, customer, [LINE])["invoice_id"]
    note = note_of(client, customer, [{"rate": 150}])["creditnote_id"]
    row = {"invoice_id": invoice, "amount_applied": 60}
    body = {"invoices": [row, row]}
    assert client.refused("POST", f"/creditnotes/{note}/invoices", body) == (400, 24016)
    assert invoice_now(client, invoice)["balance"] == 100


@pytest.mark.parametrize("edition", EDITIONS)
def test_notes_and_unused_payments_are_applied_from_the_invoice_and_come_off_again(client, edition):
    customer = client.contact()
    invoice = sent(client, customer, [LINE])["invoice_id"]
    note = note_of(client, customer, [{"rate": 30}])["creditnote_id"]
    payment = client.pay(customer, 80)["payment_id"]
    body = {
        "apply_creditnotes": [{"creditnote_id": note, "amount_applied": 30}],
        "invoice_payments": [{"payment_id": payment, "amount_applied": 70}],
    }
    client.ok("POST", f"/invoices/{invoice}/credits", body, edition=edition)
    now = invoice_now(client, invoice)
    assert (now["status"], now["credits_applied"], now["payment_made"]) == ("paid", 30, 70)
    assert client.ok("GET", f"/customerpayments/{payment}")["payment"]["unused_amount"] == 10
    credit = client.ok("GET", f"/invoices/{invoice}/creditsapplied", edition=edition)["credits"][0]
    assert (credit["creditnote_id"], credit["amount_applied"]) == (note, 30)
    client.ok(
        "DELETE", f"/invoices/{invoice}/creditsapplied/{credit['creditnotes_invoice_id']}", edition=edition
    )
    paid = client.ok("GET", f"/invoices/{invoice}/payments", edition=edition)["payments"][0]
    client.ok("DELETE", f"/invoices/{invoice}/payments/{paid['invoice_payment_id']}", edition=edition)
    now = invoice_now(client, invoice)
    assert (now["balance"], now["credits_applied"], now["payment_made"]) == (100, 0, 0)
    assert client.ok("GET", f"/customerpayments/{payment}")["payment"]["unused_amount"] == 80
    assert note_now(client, note)["status"] == "open"


def test_what_is_left_of_a_payment_is_refunded_in_books(client):
    customer = client.contact()
    invoice = sent(client, customer, [LINE])["invoice_id"]
    payment = client.pay(customer, 130, invoice, 100)["payment_id"]
    path = f"/customerpayments/{payment}/refunds"
    assert client.refused("POST", path, {"amount": 31}) == (400, 2)
    made = client.ok("POST", path, {"amount": 30, "refund_mode": "cash"})["payment_refunds"][0]
    now = client.ok("GET", f"/customerpayments/{payment}")["payment"]
    assert (now["unused_amount"], now["payment_refunds"][0]["amount"]) == (0, 30)
    assert client.refused("PUT", f"/customerpayments/{payment}", {"amount": 120}) == (400, 24016)
    assert client.refused("DELETE", f"/customerpayments/{payment}") == (400, 9)
    client.ok("DELETE", f"{path}/{made['payment_refund_id']}")
    assert client.ok("GET", path)["payment_refunds"] == []
    client.ok("DELETE", f"/customerpayments/{payment}")
    assert client.call("GET", path, edition="inventory/v1").status_code == 404
    assert invoice_now(client, invoice)["balance"] == 100


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


ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["invoice_id", "creditnote_id", "payment_id", "amount_applied"]),
        st.sampled_from(["{invoice}", "{note}", "{payment}", "", None, 0, -1, 5, "5.005", 1e9, "x", [], {}]),
    ),
    max_size=3,
)
BODY = st.dictionaries(
    st.sampled_from(
        ["invoices", "apply_creditnotes", "invoice_payments", "amount", "date", "from_account_id"]
    ),
    ROWS | st.sampled_from([None, 1, "3", "2026-03-01", True, "x"]),
    max_size=4,
)
USES = ("/creditnotes/{note}/invoices", "/invoices/{invoice}/credits", "/creditnotes/{note}/refunds")


@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from((*USES, "/customerpayments/{payment}/refunds")), BODY)
def test_whatever_uses_credits_nothing_is_used_twice(client, path, body):
    client.org.per_minute = client.org.per_day = 10**9
    customer = client.contact(f"Number {client.org.new_id()}")
    invoice = sent(client, customer, [LINE])["invoice_id"]
    note = note_of(client, customer, [{"rate": 7}])["creditnote_id"]
    payment = client.pay(customer, 6)["payment_id"]
    ids = {"{invoice}": invoice, "{note}": note, "{payment}": payment}
    told = {
        name: [{key: ids.get(str(each), each) for key, each in row.items()} for row in value]
        if isinstance(value, list)
        else value
        for name, value in body.items()
    }
    answer = client.call("POST", path.format(invoice=invoice, note=note, payment=payment), told)
    assert answer.status_code in {201, 400, 404}
    assert (answer.json["code"] == 0) == (answer.status_code == 201)
    left = note_now(client, note)["balance"]
    unused = client.ok("GET", f"/customerpayments/{payment}")["payment"]["unused_amount"]
    now = invoice_now(client, invoice)
    assert 0 <= left <= 7
    assert 0 <= unused <= 6
    assert now["balance"] == 100 - now["credits_applied"] - now["payment_made"]
    assert now["credits_applied"] <= 7 - left
    assert now["payment_made"] <= 6 - unused
