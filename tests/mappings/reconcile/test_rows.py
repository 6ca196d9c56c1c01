"""What the rows of both platforms' lists say of an order, a refund and a document."""

from datetime import date
from decimal import Decimal

import pytest

from mappings.errors import Unmappable
from mappings.reconcile.books import booked, opened
from mappings.reconcile.store import back, sold
from mappings.rules import OrderRules

D = Decimal
ROW = {
    "id": 104, "date_created": "Tue, 31 Mar 2026 13:06:44 +0000", "status_id": 11, "total_inc_tax": "36.0000",
    "total_tax": "6.0000", "payment_status": "captured", "default_currency_code": "EUR", "currency_code": "USD",
    "gift_certificate_amount": "0.0000", "store_credit_amount": "10.0000", "is_deleted": False,
}  # fmt: skip
REFUND = {
    "id": 7,
    "order_id": 104,
    "created": "2026-04-02T10:00:00+00:00",
    "total_amount": 12.1,
    "total_tax": 2.1,
}
INVOICE = {
    "invoice_id": "460", "invoice_number": "INV-1", "date": "2026-03-31", "status": "sent", "currency_code": "EUR",
    "total": D("36.00"), "balance": D("0"), "reference_number": "104", "write_off_amount": 0,
    "created_time": "2026-03-31T15:00:00+0200", "last_modified_time": "2026-03-31T15:10:00+0200",
}  # fmt: skip


def of(**told):
    return sold({**ROW, **told}, (), OrderRules())


def refund(*payments, **told):
    rows = [
        {"id": n, "amount": amount, "is_declined": declined} for n, (amount, declined) in enumerate(payments)
    ]
    return back({**REFUND, "payments": rows, **told})


def document(key, kind="invoice", **told):
    return booked({**INVOICE, **told}, kind, key, "shop")


def test_an_order_is_in_its_own_currency_and_not_in_that_which_was_shown():
    assert (of().currency, of().total, of().tax, of().credits) == ("EUR", D(36), D(6), D(10))


def test_an_order_that_tells_no_currency_of_its_own_is_in_the_one_that_was_shown():
    assert of(default_currency_code=None).currency == "USD"


def test_a_currency_without_cents_has_none():
    """1200.4 yen are 1200, half up; of credit 10.0 + 0.4 = 10.4, so 10."""
    yen = of(default_currency_code="JPY", total_inc_tax="1200.4000", gift_certificate_amount="0.4000")
    assert (yen.total, yen.credits, yen.places) == (D(1200), D(10), 0)


@pytest.mark.parametrize(
    ("status", "said", "paid"),
    [
        (11, "captured", "36.00"),
        (14, "partially refunded", "36.00"),
        (7, "paid", "36.00"),
        (7, "refunded", "36.00"),
        (7, "", "10.00"),  # awaiting payment: only the credit has come
        (11, "", "36.00"),  # an offline method in a paid status
        (14, "", "36.00"),
        (11, "authorized", "10.00"),
        (11, "void", "10.00"),
    ],
)
def test_a_row_lets_us_think_what_was_paid(status, said, paid):
    assert of(status_id=status, payment_status=said).paid == D(paid)


def test_where_offline_methods_are_not_recorded_a_status_lets_us_think_nothing():
    told = {**ROW, "payment_status": ""}
    assert sold(told, (), OrderRules(offline="never")).paid == D(10)


def test_an_order_says_how_it_ended():
    assert [of(status_id=status).ended for status in (11, 5, 6, 13)] == [
        "",
        "cancelled",
        "declined",
        "disputed",
    ]
    assert of(is_deleted=True).ended == "archived"
    assert of(status_id=5, is_deleted=True).ended == "cancelled"


@pytest.mark.parametrize("wrong", [{"total_inc_tax": "much"}, {"date_created": "soon"}, {"total_tax": "NaN"}])
def test_a_row_that_makes_no_sense_is_said_so(wrong):
    with pytest.raises(Unmappable):
        of(**wrong)


def test_a_refund_is_the_money_that_really_went_back():
    """12.10 in two payments, of which 5.00 were declined: 7.10."""
    assert refund((12.1, False)).total == D("12.10")
    assert refund((12.1, False)).tax == D("2.1")
    declined = refund((7.1, False), (5.0, True))
    assert (declined.total, declined.tax) == (D("7.10"), None)
    assert refund((12.1, True)) is None
    assert refund(total_amount="1.234").total == D("1.234")  # dinars have three places


@pytest.mark.parametrize(
    ("key", "role", "n"),
    [("shop:104:invoice:1", "sale", "1"), ("shop:104:order:2", "sale", "2"),
     ("shop:104:refund:7", "refund", "7"), ("shop:104:reversal:1", "reversal", "1")],
)  # fmt: skip
def test_a_key_says_what_a_document_is(key, role, n):
    one = document(key)
    assert (one.order, one.role, one.n, one.day) == ("104", role, n, date(2026, 3, 31))


@pytest.mark.parametrize(
    "key", ["other:104:invoice:1", "shop:104:payment:1", "shop:104", "shop:A7:invoice:1", "", "PO-4711"]
)
def test_what_bears_no_key_of_this_store_is_not_ours(key):
    assert document(key) is None


def test_where_there_is_no_key_field_the_reference_says_whose_it_is():
    one = booked(INVOICE, "invoice", "", "shop", by_reference=True)
    assert (one.order, one.role) == ("104", "sale")
    assert booked({**INVOICE, "reference_number": "PO-7"}, "invoice", "", "shop", by_reference=True) is None
    assert booked(INVOICE, "invoice", "other:104:invoice:1", "shop", by_reference=True) is None


def test_what_happens_more_than_ten_minutes_after_it_was_made_is_a_change():
    assert not document("shop:104:invoice:1").changed
    assert document("shop:104:invoice:1", last_modified_time="2026-03-31T15:10:01+0200").changed
    assert not document("shop:104:invoice:1", created_time="").changed


def test_of_a_sales_order_its_own_state_counts_and_not_that_of_its_invoices():
    told = {"salesorder_id": "470", "salesorder_number": "SO-1", "order_status": "void", "status": "invoiced"}
    one = document("shop:104:order:1", "sales_order", **told)
    assert (one.status, one.counts, one.ordered) == ("void", False, True)


def test_the_tax_of_a_document_is_told_when_it_is_opened():
    one = document("shop:104:invoice:1")
    assert one.tax is None
    assert opened(one, {"tax_total": D("6.00")}).tax == D(6)
