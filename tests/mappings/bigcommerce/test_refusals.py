"""What leaves the recipe before anything is written, and what old or odd answers are still understood."""

import pytest

from mappings.bigcommerce.orders import fingerprint, translate
from mappings.errors import Skip, Unmappable
from mappings.rules import SYNCED_STATUSES, OrderRules
from tests.mappings.making import D, bundle, product

RULES = OrderRules()


def held(told, rules=RULES):
    with pytest.raises(Unmappable) as refused:
        translate(told, rules)
    assert refused.value.what
    assert refused.value.remedy
    return refused.value


@pytest.mark.parametrize(("status", "rule"), [(0, "incomplete"), (1, "status"), (5, "status"), (6, "status")])
def test_orders_that_are_not_ours_are_skipped_by_a_named_rule(status, rule):
    with pytest.raises(Skip) as skipped:
        translate(bundle(status_id=status), RULES)
    assert skipped.value.rule == rule


@pytest.mark.parametrize("status", sorted(SYNCED_STATUSES))
def test_every_other_status_is_synced(status):
    assert translate(bundle(status_id=status), RULES).status_id == status


def test_incomplete_orders_are_skipped_even_if_a_setting_names_them():
    with pytest.raises(Skip):
        translate(bundle(status_id=0), OrderRules(statuses=frozenset({0})))


@pytest.mark.parametrize(
    "told",
    [
        bundle(status_id=4),
        bundle(status_id=14),
        bundle(refunded_amount="1.0000"),
        bundle(payment_status="partially refunded"),
        bundle([product(quantity_refunded=1)]),
    ],
)
def test_an_order_that_says_it_is_refunded_and_lists_no_refund_is_held(told):
    assert held(told).reason == "refund-unclear"
    assert "12.00" in held(told).what


def test_a_refund_whose_figures_cannot_be_read_is_named():
    assert held(bundle() | {"refunds": [{"id": 1}]}).reason == "field-missing"


@pytest.mark.parametrize("status", [4, 14])
def test_refunded_orders_are_ours_whatever_statuses_are_chosen(status):
    """They were a sale: without their refunds they are held, and never skipped."""
    assert held(bundle(status_id=status), OrderRules(statuses=frozenset({11}))).reason == "refund-unclear"


ENDINGS = [(5, False, "cancelled"), (6, False, "declined"), (13, False, "disputed"), (11, True, "archived")]


@pytest.mark.parametrize(("status", "deleted", "ended"), [*ENDINGS, (5, True, "cancelled"), (11, False, "")])
def test_an_order_that_we_have_booked_says_how_it_ended(status, deleted, ended):
    told = bundle(status_id=status, is_deleted=deleted)
    assert translate(told, RULES, known=True).ended == ended


@pytest.mark.parametrize("status", [1, 5, 6, 99])
def test_of_an_order_that_we_have_booked_every_status_is_ours_but_incomplete(status):
    assert translate(bundle(status_id=status), RULES, known=True).status_id == status
    with pytest.raises(Skip):
        translate(bundle(status_id=0), RULES, known=True)


def test_an_order_without_email_is_held_or_goes_where_the_setting_says():
    told = bundle(billing_address={"first_name": "Ada"})
    guest = bundle(billing_address={"first_name": "Ada"}, customer_id=0)
    assert held(told).reason == "email-missing"
    assert translate(guest, OrderRules(no_email="walk_in")).customer.customer_id is None
    assert translate(told, OrderRules(no_email="customer_id")).customer.customer_id == "5"
    assert held(guest, OrderRules(no_email="customer_id")).reason == "email-missing"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", None),
        ("status_id", "eleven"),
        ("date_created", "yesterday"),
        ("total_inc_tax", None),
        ("total_inc_tax", "12,00"),
        ("total_inc_tax", True),
        ("total_inc_tax", "NaN"),
        ("total_inc_tax", "1e30"),
        ("total_inc_tax", {}),
        ("default_currency_code", ["EUR"]),
        ("billing_address", "none"),
    ],
)
def test_a_field_that_is_absent_or_unreadable_is_named(field, value):
    refused = held(bundle(**{field: value}))
    assert refused.reason == "field-missing"
    assert f"order.{field}" in refused.what


def test_a_line_without_its_figures_is_named_without_its_name():
    row = product(7, name="Secret thing")
    for field in ("total_tax", "total_ex_tax", "price_ex_tax"):
        del row[field]
    refused = held(bundle([row], total="12.00", tax="2.00"))
    assert (refused.reason, refused.what) == ("field-missing", "products: line 7 has no usable total_tax")
    assert held(bundle([product(quantity=0)])).reason == "field-missing"
    assert held(bundle(total="12.00", tax="2.00") | {"products": "many"}).reason == "field-missing"
    assert held({"order": None}).reason == "field-missing"


def test_an_order_without_lines_is_held():
    assert held(bundle([], total="0.00", tax="0.00")).reason == "field-missing"


def test_an_order_whose_products_are_missing_does_not_add_up():
    assert held(bundle([], total="12.00", tax="2.00")).reason == "sums-differ"


def test_a_line_worth_less_than_nothing_is_held():
    rows = [product(1), product(2, "-2.00", "0.00")]
    assert held(bundle(rows)).reason == "sums-differ"
    assert held(bundle(rows)).what.startswith("line 2 is worth -2.00 and a tax of 0.00")


def test_numbers_may_be_texts_numbers_or_floats_and_ids_may_be_either():
    told = bundle([product(1, inc=12.1, tax=2.1, quantity="1")], status_id="11", id="112", customer_id="0")
    order = translate(told, RULES)
    assert (order.id, order.status_id, order.customer.customer_id) == ("112", 11, None)
    assert order.total == D("12.10")


def test_dates_of_either_kind_are_understood():
    mail, iso = bundle(), bundle(date_created="2026-04-28T23:30:00Z")
    naive = bundle(date_created="2026-04-28T23:30:00")
    assert translate(mail, RULES).created == translate(iso, RULES).created == translate(naive, RULES).created


def test_absent_parts_are_empty_ones():
    told = bundle()
    assert translate({"order": told["order"], "products": told["products"]}, RULES).total == D("12.00")
    assert translate(told | {"taxes": None, "coupons": None, "transactions": None}, RULES).total == D("12.00")
    assert translate(told | {"transactions": {"data": [], "meta": {}}}, RULES).total == D("12.00")


def test_an_empty_list_in_the_place_of_an_object_says_nothing():
    assert held(bundle(billing_address=[])).reason == "email-missing"


def test_an_older_order_shows_its_price_basis_by_its_prices():
    told = bundle(is_tax_inclusive_pricing=None)
    assert translate(told, RULES).inclusive is False
    told["products"][0]["base_price"] = "12.0000"
    assert translate(told, RULES).inclusive is True


def test_an_order_without_tax_has_no_price_basis_to_tell():
    untaxed = bundle([product(tax="0.0000")], is_tax_inclusive_pricing=None)
    assert translate(untaxed, RULES).inclusive is False


def test_amounts_are_in_the_transactional_currency():
    shown = bundle(currency_code="USD", currency_exchange_rate="1.1000000000")
    assert translate(shown, RULES).currency == "EUR"
    older = bundle(default_currency_code="", currency_code="USD", currency_exchange_rate="1.0000000000")
    assert translate(older, RULES).currency == "USD"
    unknown = bundle(default_currency_code="", currency_code="USD", currency_exchange_rate="1.1000000000")
    assert held(unknown).reason == "field-missing"


def test_a_total_without_its_tax_takes_the_tax_of_its_lines():
    order = translate(bundle(total_tax=None, total_ex_tax=None), RULES)
    assert (order.total, order.tax) == (D("12.00"), D("2.00"))


def test_the_fingerprint_ignores_our_own_marks_and_the_order_of_parts():
    told = bundle([product(1), product(2)])
    marked = bundle(
        [product(2), product(1)], date_modified="later", external_order_id="INV-1", staff_notes="seen"
    )
    assert fingerprint(told) == fingerprint(marked)
    assert fingerprint(told) != fingerprint(bundle([product(1), product(2, quantity=2)]))
    assert fingerprint(told) != fingerprint(bundle([product(1), product(2)], status_id=10))


def test_the_fingerprint_does_not_see_absent_parts():
    told = bundle()
    assert fingerprint(told) == fingerprint(told | {"coupons": [], "refunds": []})


def test_a_refund_and_its_transaction_change_the_fingerprint():
    told = bundle()
    refund = {"id": 1, "total_amount": 12, "payments": [{"id": 1, "amount": 12, "is_declined": False}]}
    declined = refund | {"payments": [{"id": 1, "amount": 12, "is_declined": True}]}
    moved = {"id": 9, "event": "refund", "amount": 12}
    seen = [
        told,
        told | {"refunds": [refund]},
        told | {"refunds": [declined]},
        told | {"refunds": [refund], "transactions": [moved]},
    ]
    assert len({fingerprint(one) for one in seen}) == 4
