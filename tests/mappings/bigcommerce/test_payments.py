import pytest

from mappings.bigcommerce.orders import translate
from mappings.errors import Unmappable
from mappings.rules import OrderRules
from tests.mappings.making import D, bundle

RULES = OrderRules()


def row(number, event, amount="12.00", **more):
    known = {
        "id": number,
        "event": event,
        "amount": D(amount),
        "status": "ok",
        "method": "credit_card",
        "currency": "EUR",
        "gateway_transaction_id": f"gw-{number}",
        "date_created": "2026-04-29T08:00:00+00:00",
    }
    return known | more


def paid(*rows, **order):
    payments = translate(bundle(transactions=rows, **order), RULES).payments
    return [(payment.key, payment.amount) for payment in payments]


def test_a_purchase_is_money_with_the_gateways_reference_and_its_own_day():
    payment = translate(bundle(transactions=[row(1, "purchase")]), RULES).payments[0]
    assert (payment.key, payment.amount, payment.reference) == ("1", D("12.00"), "gw-1")
    assert payment.at.isoformat() == "2026-04-29T08:00:00+00:00"


def test_an_authorization_is_no_money_until_captured():
    assert paid(row(1, "authorization")) == []
    assert paid(row(1, "authorization"), row(2, "capture", reference_transaction_id=1)) == [("2", D("12.00"))]


def test_a_settlement_does_not_count_what_it_settles_again():
    purchase = row(1, "purchase")
    assert paid(purchase, row(2, "settled", reference_transaction_id=1)) == [("1", D("12.00"))]
    assert paid(purchase, row(2, "settled", gateway_transaction_id="gw-1")) == [("1", D("12.00"))]
    authorized, captured = row(1, "authorization"), row(2, "capture", reference_transaction_id=1)
    assert paid(authorized, captured, row(3, "settled", reference_transaction_id=1)) == [("2", D("12.00"))]


def test_a_settlement_of_an_authorization_alone_is_money():
    assert paid(row(1, "authorization"), row(2, "settled", reference_transaction_id=1)) == [("2", D("12.00"))]


def test_a_void_cancels_what_it_refers_to():
    assert paid(row(1, "purchase"), row(2, "void", reference_transaction_id=1), row(3, "purchase")) == [
        ("3", D("12.00"))
    ]


def test_money_given_back_lowers_its_payment():
    """12.00 taken and 1.00 too much beside it, 1.00 given back: 12.00."""
    rows = [
        row(1, "purchase"),
        row(2, "purchase", "1.00"),
        row(3, "refund", "1.00", reference_transaction_id=2),
    ]
    assert paid(*rows) == [("1", D("12.00"))]


def test_two_captures_are_two_payments():
    assert paid(row(1, "capture", "5.00"), row(2, "capture", "7.00")) == [("1", D("5.00")), ("2", D("7.00"))]


def test_a_failed_attempt_is_no_money_and_no_sign_of_an_offline_method():
    assert paid(row(1, "purchase", status="error")) == []
    assert paid(row(1, "purchase", status="error"), row(2, "purchase")) == [("2", D("12.00"))]


@pytest.mark.parametrize(("status", "amounts"), [(11, [D("12.00")]), (10, [D("12.00")]), (7, []), (12, [])])
def test_an_offline_method_is_paid_when_the_status_says_so(status, amounts):
    told = bundle(status_id=status, transactions=[row(1, "purchase", method="offline")])
    payments = translate(told, RULES).payments
    assert [payment.amount for payment in payments] == amounts
    assert all(payment.method == "Bank Deposit" for payment in payments)


BY_HAND = [
    {"method": "custom", "gateway": "bankdeposit"},
    {"method": "offsite", "gateway": "cod"},
    {"method": "custom", "gateway": "custom", "event": "pending"},
]


@pytest.mark.parametrize("told", BY_HAND)
@pytest.mark.parametrize(("status", "amounts"), [(11, [D("12.00")]), (7, [])])
def test_money_that_nobody_at_a_gateway_saw_came_when_the_status_says_so(told, status, amounts):
    told = bundle(status_id=status, transactions=[row(1, "purchase") | told])
    assert [payment.amount for payment in translate(told, RULES).payments] == amounts


def test_money_that_a_person_entered_as_received_has_come_whatever_the_status():
    assert paid(row(1, "purchase", method="custom", gateway="custom"), status_id=7) == [("1", D("12.00"))]


def test_an_offline_method_is_never_paid_where_the_setting_says_never():
    assert translate(bundle(), OrderRules(offline="never")).payments == ()


@pytest.mark.parametrize("said", ["authorized", "Declined", "held for review", "void"])
def test_a_payment_status_without_money_outweighs_the_orders_status(said):
    assert paid(payment_status=said) == []


def test_certificate_and_credit_are_payments_from_their_accounts_and_the_gateway_pays_the_rest():
    """12.00 = certificate 5.00 + credit 3.00 + card 4.00; a certificate's transaction does not count again."""
    rows = [row(1, "purchase", "5.00", method="gift_certificate"), row(2, "purchase", "4.00")]
    told = bundle(transactions=rows, gift_certificate_amount="5.0000", store_credit_amount="3.0000")
    payments = translate(told, RULES).payments
    assert [(payment.account, payment.amount) for payment in payments] == [
        ("gift_certificate", D("5.00")),
        ("store_credit", D("3.00")),
        ("", D("4.00")),
    ]


def test_an_older_answer_tells_the_certificate_only_by_its_transaction():
    told = bundle(transactions=[row(1, "purchase", method="gift_certificate")], gift_certificate_amount=None)
    assert [payment.account for payment in translate(told, RULES).payments] == ["gift_certificate"]


def test_more_money_than_the_order_costs_is_held():
    with pytest.raises(Unmappable) as held:
        paid(row(1, "purchase"), row(2, "purchase", "0.01"))
    assert (held.value.reason, held.value.what) == (
        "overpaid",
        "12.00 + 0.01 EUR came in for an order of 12.00",
    )


def test_money_in_another_currency_is_held():
    with pytest.raises(Unmappable) as held:
        paid(row(1, "purchase", currency="USD"))
    assert held.value.reason == "currency-unmapped"


def test_a_transaction_in_the_currencys_lower_case_code_is_the_same_currency():
    assert paid(row(1, "purchase", currency="eur")) == [("1", D("12.00"))]
