"""How money went back, what came in before, and what an order's own words of it are worth."""

import pytest

from mappings.bigcommerce.orders import translate
from mappings.errors import Unmappable
from mappings.rules import OrderRules
from tests.mappings.making import D, bundle, product, tax_row
from tests.mappings.refunding import item, payment, refund

RULES = OrderRules()
WHOLE = ("12.00", "2.00", item("PRODUCT", 1, 1))


def order(*refunds, rows=None, transactions=(), rules=RULES, **told):
    known = bundle(rows, transactions=transactions, taxes=[tax_row(20)], **told)
    return translate(known | {"refunds": list(refunds)}, rules)


def row(number, event, amount="12.00", **more):
    known = {"id": number, "event": event, "amount": amount, "status": "ok", "method": "credit_card"}
    moment = {"date_created": "2026-04-29T08:00:00+00:00", "gateway_transaction_id": f"gw-{number}"}
    return known | moment | more


def came(made):
    return [(one.key, one.amount) for one in made.payments]


def refused(*refunds, **told):
    with pytest.raises(Unmappable) as held:
        order(*refunds, **told)
    assert held.value.reason == "refund-unclear"
    return held.value.what


# ---- how it went back


def test_a_refund_that_was_declined_is_none():
    declined = refund(*WHOLE, payments=[payment("12.00", is_declined=True)])
    made = order(declined, transactions=[row(1, "purchase")])
    assert (made.refunds, came(made)) == ((), [("1", D("12.00"))])


def test_what_was_declined_gives_nothing_back_so_that_the_next_try_is_whole():
    declined = refund(*WHOLE, payments=[payment("12.00", is_declined=True)])
    made = order(declined, refund(*WHOLE, id=2)).refunds
    assert [(one.key, one.total) for one in made] == [("2", D("12.00"))]


def test_a_refund_that_was_declined_in_part_is_each_line_in_proportion():
    """5.00 of 12.00 arrived: 5.00 x 2 / 12 = 0.83 of tax. Whether a piece came back is not known."""
    told = refund(*WHOLE, payments=[payment("5.00"), payment("7.00", id=14, is_declined=True)])
    made = order(told).refunds[0]
    assert [(line.net, line.tax) for line in made.lines] == [(D("4.17"), D("0.83"))]
    assert (made.total, made.tax, made.returned) == (D("5.00"), D("0.83"), frozenset())
    assert [(one.key, one.amount) for one in made.payments] == [("13", D("5.00"))]


def test_the_rest_of_a_refund_that_was_declined_in_part_takes_what_is_left():
    """12.00 less 5.00: 7.00 with 2.00 - 0.83 = 1.17 of tax."""
    told = refund(*WHOLE, payments=[payment("5.00"), payment("7.00", id=14, is_declined=True)])
    made = order(told, refund("7.00", "1.17", item("PRODUCT", 1, 1), id=2)).refunds[1]
    assert [(line.net, line.tax, line.quantity) for line in made.lines] == [(D("5.83"), D("1.17"), 1)]


def test_a_refund_of_lines_and_tax_that_was_declined_in_part_is_shared_out_to_the_cent():
    """13.00 = 12.00 (2.00 of tax) and 1.00 of tax; 5.00 of it: 4.62 (0.77) and 0.38."""
    items = [item("PRODUCT", 1, 1)]
    rows = [product(1, "36.00", "6.00", 3)]
    told = refund(
        "13.00", "3.00", *items, payments=[payment("5.00"), payment("8.00", id=14, is_declined=True)]
    )
    made = order(told, rows=rows).refunds[0]
    assert [(line.kind, line.net, line.tax) for line in made.lines] == [
        ("product", D("3.85"), D("0.77")),
        ("tax", D(0), D("0.38")),
    ]
    assert (made.total, made.tax) == (D("5.00"), D("1.15"))


def test_a_refund_that_does_not_say_how_the_money_went_is_unclear():
    assert "nothing of how" in refused(refund(*WHOLE, payments=[]))
    assert refused(refund(*WHOLE, payments=[payment("11.00")])) == (
        "refund 1: it is over 12.00, and its payments make 11.00"
    )
    assert "its payments make -12.00" in refused(refund("-12.00", "-2.00", item("PRODUCT", 1, 1)))


def test_a_refund_over_nothing_is_none():
    assert order(refund("0.00", "0.00", payments=[])).refunds == ()


@pytest.mark.parametrize(
    ("provider", "account", "method"),
    [
        ("storecredit", "store_credit", "store_credit"),
        ("store_credit", "store_credit", "store_credit"),
        ("giftcertificate", "gift_certificate", "gift_certificate"),
        ("gift_certificate", "gift_certificate", "gift_certificate"),
        ("stripe", "", "stripe"),
    ],
)
def test_money_goes_back_to_an_account_or_by_a_provider(provider, account, method):
    told = refund(*WHOLE, payments=[payment("12.00", provider_id=provider)])
    (made,) = order(told).refunds[0].payments
    assert (made.account, made.method, made.key) == (account, method, "13")
    assert made.at == order(told).refunds[0].at


def test_its_reference_is_the_gateways_else_the_transactions_else_the_refunds():
    bought = row(1, "purchase")
    moved = row(31, "refund", reference_transaction_id=1)
    assert order(refund(*WHOLE), transactions=[bought, moved]).refunds[0].payments[0].reference == "gw-31"
    assert order(refund(*WHOLE), transactions=[bought]).refunds[0].payments[0].reference == "31"
    alone = refund(*WHOLE, payments=[{"provider_id": "custom", "amount": "12.00"}])
    (made,) = order(alone).refunds[0].payments
    assert (made.key, made.reference) == ("1", "1")


def test_refunds_come_oldest_first_whatever_the_order_of_the_answer():
    """10 is after 9, though not as a text, and a day counts before a number."""
    third = product(1, "36.00", "6.00", 3)
    made = order(
        refund("12.00", "2.00", item("PRODUCT", 1, 1), id=10),
        refund("12.00", "2.00", item("PRODUCT", 1, 1), id=9),
        refund("12.00", "2.00", item("PRODUCT", 1, 1), id=11, created="2026-05-01T10:00:00+00:00"),
        rows=[third],
    ).refunds
    assert [one.key for one in made] == ["11", "9", "10"]


# ---- what came in


def test_payments_are_what_came_in_and_refunds_what_went_out():
    moved = row(31, "refund", reference_transaction_id=1)
    made = order(refund(*WHOLE), transactions=[row(1, "purchase"), moved], status_id=4)
    assert came(made) == [("1", D("12.00"))]
    assert [one.total for one in made.refunds] == [D("12.00")]


def test_a_refund_transaction_is_known_by_its_amount_where_no_id_tells():
    moved = row(77, "refund", "-12.00", reference_transaction_id=1)
    assert came(order(refund(*WHOLE), transactions=[row(1, "purchase"), moved])) == [("1", D("12.00"))]


def test_a_refund_transaction_without_a_refund_still_takes_back():
    """12.00 and 3.00 came in, 3.00 were given back by hand at the gateway, 12.00 by the refund."""
    rows = [
        row(1, "purchase"),
        row(2, "purchase", "3.00"),
        row(3, "refund", "3.00", reference_transaction_id=2),
        row(31, "refund", reference_transaction_id=1),
    ]
    assert came(order(refund(*WHOLE), transactions=rows)) == [("1", D("12.00"))]


def test_one_transaction_explains_one_refund():
    """Two purchases of 12.00, two refund transactions, one refund of the store: one purchase is left."""
    rows = [row(1, "purchase"), row(2, "purchase"), row(31, "refund"), row(32, "refund")]
    assert sum(amount for _, amount in came(order(refund(*WHOLE), transactions=rows))) == D("12.00")


def test_two_refunds_over_the_same_amount_are_two_transactions():
    half = ("6.00", "1.00", item("PRODUCT", 1, amount="6.00"))
    rows = [row(1, "purchase"), row(77, "refund", "6.00"), row(78, "refund", "6.00")]
    made = order(refund(*half), refund(*half, id=2), transactions=rows)
    assert came(made) == [("1", D("12.00"))]
    assert [one.payments[0].reference for one in made.refunds] == ["gw-77", "gw-78"]


def test_what_was_paid_twice_is_overpaid_though_a_refund_went_back():
    rows = [row(1, "purchase"), row(2, "purchase"), row(31, "refund")]
    with pytest.raises(Unmappable) as held:
        order(refund(*WHOLE), transactions=rows)
    assert held.value.reason == "overpaid"
    assert "an order of 12.00, 12.00 of it went back" in held.value.what


def test_a_failed_refund_transaction_is_none():
    rows = [row(1, "purchase"), row(31, "refund", status="error")]
    (made,) = order(refund(*WHOLE), transactions=rows).refunds[0].payments
    assert made.reference == "31"


@pytest.mark.parametrize(("status", "back"), [(4, "12.00"), (14, "6.00")])
def test_an_offline_order_was_paid_before_it_was_refunded(status, back):
    tax = {"12.00": "2.00", "6.00": "1.00"}[back]
    offline = payment(back, provider_id="bankdeposit", offline=True, transaction_id=None)
    told = refund(back, tax, item("PRODUCT", 1, amount=back), payments=[offline])
    assert came(order(told, status_id=status, payment_status="refunded")) == [("offline", D("12.00"))]
    assert came(order(told, status_id=status, rules=OrderRules(offline="never"))) == []


def test_a_refund_transaction_beside_an_offline_payment_is_no_gateways():
    moved = row(31, "refund", method="custom")
    assert came(order(refund(*WHOLE), transactions=[moved], status_id=4)) == [("offline", D("12.00"))]


# ---- what the order says of it


def test_a_refunded_order_whose_refunds_are_less_is_unclear():
    told = refund("6.00", "1.00", item("PRODUCT", 1, amount="6.00"))
    assert refused(told, status_id=4) == "the order's status is 4 (refunded), and 6.00 of 12.00 went back"


@pytest.mark.parametrize("status", [4, 14])
def test_a_refunded_order_whose_only_refund_was_declined_is_unclear(status):
    declined = refund(*WHOLE, payments=[payment("12.00", is_declined=True)])
    assert "of 12.00 went back" in refused(declined, status_id=status)


def test_an_order_that_says_nothing_of_its_refund_is_refunded_all_the_same():
    assert [one.total for one in order(refund(*WHOLE), status_id=2).refunds] == [D("12.00")]


def test_certificates_and_credit_do_not_lower_what_can_go_back():
    told = refund(*WHOLE, payments=[payment("12.00", provider_id="storecredit")])
    made = order(told, status_id=4, store_credit_amount="12.0000")
    assert [(one.account, one.amount) for one in made.payments] == [("store_credit", D("12.00"))]
    assert made.refunds[0].total == made.total
