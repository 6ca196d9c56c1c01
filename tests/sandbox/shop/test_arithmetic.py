"""The store's sums against figures of real orders, and against what must hold for any amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.arithmetic import (
    Rate,
    half_up,
    line_money,
    payable,
    shown_tax,
    spread,
    taxed,
    taxes_on,
    whole,
)

D = Decimal
CENTS = st.integers(min_value=1, max_value=500_000).map(lambda cents: D(cents).scaleb(-2))


def paid_net(line):
    return line.paid_inc - line.tax


def rate(percent):
    return Rate(f"Tax {percent}", D(percent))


def test_an_inclusive_line_with_a_manual_discount():
    """10 × 250 = 2500 with 5.5 % inside, 100 off: × 5.5 / 105.5 = 125.118 → 125.12, shown 2369.6667."""
    line = line_money(D(2500), D(100), [rate("5.5")], 2, inclusive=True)
    assert line.tax == D("125.12")
    assert line.shown_ex == D("2369.6667")
    assert (line.shown_inc, line.paid_inc, paid_net(line)) == (D(2500), D(2400), D("2274.88"))


def test_an_exclusive_line_with_a_coupon():
    """89.00 − 35.90 = 53.10 at 7 % = 3.717 → 3.72; shown 89 + 3.72 × 89 / 53.10 = 95.2350; paid 56.82."""
    line = line_money(D("89.00"), D("35.90"), [rate(7)], 2, inclusive=False)
    assert line.tax == D("3.72")
    assert line.shown_inc == D("95.2350")
    assert line.paid_inc == D("56.82")
    assert paid_net(line) == D("53.10")


def test_an_exclusive_line_without_discount_is_shown_as_it_is_paid():
    """119.95 at 3 % = 3.5985 → 3.60; 123.55 both shown and paid; shipping 10.00 at 1 % = 0.10."""
    line = line_money(D("119.95"), D(0), [rate(3)], 2, inclusive=False)
    assert (line.tax, line.shown_inc, line.paid_inc) == (D("3.60"), D("123.55"), D("123.55"))
    shipping = taxed(D("10.00"), [rate(1)], 2, inclusive=False)
    assert paid_net(line) + shipping.ex + line.tax + shipping.tax == D("133.65")


def test_the_side_that_is_only_estimated():
    """Gross 67.84 with 10.00 off and 4.40 of tax inside: 67.84 − 4.40 × 67.84 / 57.84 = 62.6793."""
    assert D("67.84") - shown_tax(D("4.40"), D("67.84"), D("57.84")) == D("62.6793")
    assert D("57.84") + D("12.00") == D("69.84")


def test_a_line_given_away_shows_no_tax():
    line = line_money(D("10.00"), D("10.00"), [rate(20)], 2, inclusive=False)
    assert (line.tax, line.paid_inc, line.shown_inc) == (D(0), D(0), D("10.00"))


def test_tax_is_rounded_per_rate():
    """1.50 at 5 % and 3 %: 0.075 → 0.08 and 0.045 → 0.05, 0.13 together, though 8 % of it are 0.12."""
    assert taxes_on(D("1.50"), [rate(5), rate(3)], 2, inclusive=False) == (D("0.08"), D("0.05"))


def test_a_currency_without_decimals_has_whole_tax():
    """1999 at 10 % = 199.9 → 200."""
    assert taxes_on(D(1999), [rate(10)], 0, inclusive=False) == (D(200),)


@pytest.mark.parametrize(("amount", "rounded"), [("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01")])
def test_a_half_goes_away_from_zero(amount, rounded):
    assert half_up(D(amount), 2) == D(rounded)


def test_a_discount_that_does_not_divide_keeps_four_decimals():
    """10.00 over 29.97 and 5.00: 8.5702 and 1.4298."""
    assert spread(D("10.00"), [D("29.97"), D("5.00")]) == (D("8.5702"), D("1.4298"))


@given(st.lists(CENTS, min_size=1, max_size=60), st.decimals(min_value="0.01", max_value="0.9", places=2))
def test_shares_add_up_and_take_no_more_than_there_is(weights, part):
    amount = half_up(sum(weights) * part, 2)
    shares = spread(amount, weights)
    assert sum(shares) == amount
    assert all(whole(share, 4) for share in shares)


@given(st.lists(st.integers(0, 10_000_000).map(lambda n: D(n).scaleb(-4)), min_size=1, max_size=60))
def test_whole_cents_add_up_and_move_no_line_by_a_cent(amounts):
    total = half_up(sum(amounts), 2)
    cents = payable(amounts, total, 2)
    assert sum(cents) == total
    assert all(abs(new - old) <= D("0.01") for new, old in zip(cents, amounts, strict=True))


@given(CENTS, st.sampled_from([5, 7, 19, 20, "8.25"]), st.booleans())
def test_net_and_tax_make_what_is_paid(gross, percent, inclusive):
    discount = half_up(gross / 3, 4)
    line = line_money(gross, discount, [rate(percent)], 2, inclusive=inclusive)
    exact = line.paid_inc if inclusive else paid_net(line)
    assert exact == gross - discount
