"""Credits are used on invoices and given back, never twice, and come off again."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.zoho.crediting import invoice_now, note_now, note_of, sent

EDITIONS = ("books/v3", "inventory/v1")
LINE = {"rate": 100, "description": "free text"}


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
