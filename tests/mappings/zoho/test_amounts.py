import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.zoho.amounts import Part, parts
from mappings.zoho.totals import item_total
from tests.mappings.making import D


def test_what_divides_is_said_plainly():
    assert parts(D("10.00"), D(4), 2, "amount") == (Part(D(4), D("2.50")),)


def test_ten_for_three_is_3_34_each_less_0_02():
    assert parts(D("10.00"), D(3), 2, "amount") == (Part(D(3), D("3.34"), D("0.02")),)


def test_ten_for_three_is_two_at_3_33_and_one_at_3_34_where_discounts_are_refused():
    assert parts(D("10.00"), D(3), 2, "split") == (Part(D(2), D("3.33")), Part(D(1), D("3.34")))


def test_hundred_yen_for_three_is_34_each_less_2():
    assert parts(D(100), D(3), 0, "amount") == (Part(D(3), D(34), D(2)),)


def test_a_dinar_for_three_uses_its_third_decimal():
    assert parts(D("1.000"), D(3), 3, "amount") == (Part(D(3), D("0.334"), D("0.002")),)


def test_a_metre_and_a_half_for_10_01_is_6_68_each_less_0_01():
    """1.5 × 6.67 = 10.005 rounds up to 10.01 by itself; 10.00 needs 6.67 less 0.01."""
    assert parts(D("10.01"), D("1.5"), 2, "amount") == (Part(D("1.5"), D("6.67")),)
    assert parts(D("0.02"), D("1.5"), 2, "split") == (Part(D("1.5"), D("0.01")),)
    assert parts(D("10.03"), D("7.5"), 2, "split") == (Part(D(1), D("10.03")),)


def test_a_free_line_costs_nothing():
    assert parts(D("0.00"), D(3), 2, "amount") == (Part(D(3), D("0.00")),)


@pytest.mark.parametrize("mode", ["amount", "split"])
@given(
    amount=st.decimals(min_value=0, max_value=10**6, places=2),
    quantity=st.one_of(st.integers(1, 5000).map(D), st.decimals(min_value="0.01", max_value=100, places=2)),
)
def test_the_parts_make_the_amount_as_zoho_computes_it(mode, amount, quantity):
    said = parts(amount, quantity, 2, mode)
    rows = [{"rate": part.rate, "quantity": part.quantity, "discount": part.discount} for part in said]
    assert sum((item_total(row, 2) for row in rows), D(0)) == amount
    assert all(part.discount >= 0 and part.rate >= 0 and part.quantity > 0 for part in said)
    if quantity == int(quantity):
        assert sum(part.quantity for part in said) == quantity


@given(st.integers(0, 10**7), st.integers(1, 5000), st.sampled_from([0, 3]))
def test_other_currencies_are_exact_too(units, quantity, places):
    amount = D(units).scaleb(-places)
    for mode in ("amount", "split"):
        said = parts(amount, D(quantity), places, mode)
        assert sum((part.rate * part.quantity - part.discount for part in said), D(0)) == amount
