"""Zoho's arithmetic against figures seen in real documents and help pages, each with its sum beside it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.zoho.money import half_up
from sandbox.zoho.totals import Asked, Discount, Line, Rules, Tax, compute

D = Decimal
VAT20 = Tax("1", "VAT", D(20))
VAT10 = Tax("2", "VAT10", D(10))
NGN = Tax("3", "VAT", D("7.5"))
CGST, SGST = Tax("4", "CGST9", D(9)), Tax("5", "SGST9", D(9))
GST18 = Tax("6", "GST18", D(18), members=(CGST, SGST))
GST5 = Tax("7", "GST5", D(5), members=(Tax("8", "CGST2.5", D("2.5")), Tax("9", "SGST2.5", D("2.5"))))
CANADA = Tax("10", "GST+QST", D("14.975"), members=(Tax("11", "GST", D(5)), Tax("12", "QST", D("9.975"))))


def line(rate, quantity=1, discount=None, tax=None):
    return Line(D(rate), D(quantity), discount or Discount(), tax)


def doc(*lines, rules=None, **asked):
    return compute(Asked(tuple(lines), **asked), rules or Rules())


def test_one_times_seven_and_a_half_percent_is_eight_cents():
    sums = doc(line(1, 1, tax=NGN))
    assert (sums.sub_total, sums.tax_total, sums.total) == (D(1), D("0.08"), D("1.08"))


def test_it_is_the_rate_that_is_rounded_54_54545_is_54_55_plus_5_46_is_60_01():
    sums = doc(line("54.54545", tax=VAT10))
    assert (sums.lines[0].rate, sums.tax_total, sums.total) == (D("54.55"), D("5.46"), D("60.01"))


def test_an_organization_with_five_decimals_in_rates_keeps_them():
    sums = doc(line("54.54545", 10), rules=Rules(rate_precision=5))
    assert (sums.lines[0].rate, sums.total) == (D("54.54545"), D("545.45"))


def test_shipping_of_800_on_a_line_of_205_without_tax_is_1005():
    sums = doc(line(205, tax=Tax("0", "IGST0", D(0))), inclusive=True, shipping=D(800))
    assert (sums.sub_total, sums.tax_total, sums.total) == (D(205), D(0), D(1005))


def test_sixty_at_169_and_280_at_12_80_and_one_at_2220_are_15944():
    assert doc(line(169, 60), line(2220), line("12.8", 280)).total == D(15944)


def test_a_group_of_two_on_464_is_11_60_twice_and_487_20_in_all():
    sums = doc(line(464, tax=GST5))
    assert [part.amount for part in sums.taxes] == [D("11.60"), D("11.60")]
    assert (sums.tax_total, sums.total) == (D("23.20"), D("487.20"))


def test_two_taxes_on_9711_57_are_485_58_and_968_73():
    """5 % of 9711.57 = 485.5785, 9.975 % = 968.729...; seen as 1454.31 in all and 11165.88 to pay."""
    sums = doc(line("9711.57", tax=CANADA))
    assert [part.amount for part in sums.taxes] == [D("485.58"), D("968.73")]
    assert (sums.tax_total, sums.total) == (D("1454.31"), D("11165.88"))


def test_the_tax_of_a_document_is_rounded_once_three_times_0_33_at_20_percent_is_20_cents():
    """0.33 x 3 = 0.99, 20 % = 0.198 -> 0.20; per line 0.066 -> 0.07, three times 0.21."""
    lines = [line("0.33", tax=VAT20)] * 3
    assert doc(*lines).tax_total == D("0.20")
    assert doc(*lines, rules=Rules(tax_rounding="item_level")).tax_total == D("0.21")


def test_inclusive_prices_hold_the_tax_120_at_20_percent_is_100_and_20():
    sums = doc(line(120, tax=VAT20), inclusive=True)
    assert (sums.sub_total, sums.tax_total, sums.total) == (D(100), D(20), D(120))
    assert (sums.sub_total_inclusive_of_tax, sums.lines[0].net) == (D(120), D(100))


def test_the_total_of_inclusive_prices_is_their_sum_however_the_tax_rounds():
    """9.99 x 3 = 29.97; tax 29.97 x 20/120 = 4.995 -> 5.00; per line 1.665 -> 1.67, three times 5.01."""
    lines = [line("9.99", tax=VAT20)] * 3
    once, each = (
        doc(*lines, inclusive=True),
        doc(*lines, inclusive=True, rules=Rules(tax_rounding="item_level")),
    )
    assert (once.total, once.tax_total) == (D("29.97"), D("5.00"))
    assert (each.total, each.tax_total) == (D("29.97"), D("5.01"))


def test_the_members_of_a_group_are_rounded_apart_also_inside_inclusive_prices():
    """1180 at 18 % inside: 90 and 90. 10 at 18 %: 10 x 9/118 = 0.7627 -> 0.76 twice, not 1.53."""
    assert doc(line(1180, tax=GST18), inclusive=True).tax_total == D(180)
    assert doc(line(10, tax=GST18), inclusive=True).tax_total == D("1.52")


def test_a_compound_tax_is_taken_on_base_and_other_taxes():
    """100 at 5 % = 5; 10 % of 105 = 10.50. Inside 115.50 the same are found again."""
    first, second = Tax("a", "A", D(5)), Tax("b", "B", D(10), compound=True)
    group = Tax("g", "G", D(15), members=(first, second))
    for sums in (doc(line(100, tax=group)), doc(line("115.50", tax=group), inclusive=True)):
        assert [part.amount for part in sums.taxes] == [D(5), D("10.50")]
        assert sums.total == D("115.50")


def test_a_line_discount_is_an_amount_or_a_percentage_of_the_line():
    """3.34 x 3 = 10.02, less 0.02 = 10.00; 10 % of 33.35 = 3.335, 33.35 - 3.335 = 30.015 -> 30.02."""
    amount = doc(line("3.34", 3, Discount(D("0.02"))))
    assert (amount.total, amount.lines[0].discount) == (D("10.00"), D("0.02"))
    percent = doc(line("33.35", 1, Discount(D(10), percent=True)))
    assert (percent.total, percent.discount_total) == (D("30.02"), D("3.33"))


def test_a_hundred_percent_off_leaves_nothing_but_tells_what_was_taken():
    sums = doc(line("85.60", 5, Discount(D(100), percent=True), VAT20))
    assert (sums.total, sums.discount_total, sums.sub_total_exclusive_of_discount) == (D(0), D(428), D(428))


def test_where_discounts_count_per_unit_the_amount_is_taken_from_each():
    rules = Rules(discount_per_unit=True)
    assert doc(line(10, 3, Discount(D(1))), rules=rules).total == D(27)


def test_a_discount_on_the_document_lowers_the_base_of_each_tax_in_proportion():
    """100 and 300, 40 off: 90 at 20 % = 18.00, 270 at 10 % = 27.00; 400 - 40 + 45 = 405."""
    sums = doc(line(100, tax=VAT20), line(300, tax=VAT10), entity_discount=Discount(D(40)))
    assert [part.amount for part in sums.taxes] == [D(18), D(27)]
    assert (sums.total, sums.discount_total, sums.sub_total) == (D(405), D(40), D(400))


def test_a_discount_after_tax_leaves_the_tax_alone():
    sums = doc(line(100, tax=VAT20), entity_discount=Discount(D(10), percent=True), before_tax=False)
    assert (sums.tax_total, sums.discount_total, sums.total) == (D(20), D(12), D(108))


def test_shipping_may_be_taxed_and_on_inclusive_documents_holds_its_tax():
    """10 + 20 % = 12 beside exclusive prices; 12 inside inclusive prices is 10 + 2; read as exclusive it is 14.40."""
    exclusive = doc(line(100, tax=VAT20), shipping=D(10), shipping_tax=VAT20)
    assert (exclusive.tax_total, exclusive.total) == (D(22), D(132))
    inclusive = doc(line(120, tax=VAT20), shipping=D(12), shipping_tax=VAT20, inclusive=True)
    assert (inclusive.tax_total, inclusive.total, inclusive.shipping_net) == (D(22), D(132), D(10))
    other = Rules(shipping_inclusive=False)
    assert doc(
        line(120, tax=VAT20), shipping=D(12), shipping_tax=VAT20, inclusive=True, rules=other
    ).total == D("134.40")


def test_an_adjustment_comes_after_tax_and_is_not_taxed():
    assert doc(line(100, tax=VAT20), adjustment=D("-0.01")).total == D("119.99")


def test_yen_have_no_decimals_1000_at_10_percent_inside_is_91():
    sums = doc(line(1000, tax=VAT10), inclusive=True, rules=Rules(precision=0, rate_precision=0))
    assert (sums.tax_total, sums.total) == (D(91), D(1000))


@pytest.mark.parametrize(("value", "expected"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049", "0.00")])
def test_halves_are_rounded_away_from_zero(value, expected):
    assert half_up(D(value), 2) == D(expected)


MONEY = st.decimals(min_value=0, max_value=5000, places=2)
LINES = st.lists(
    st.tuples(MONEY, st.integers(1, 9), st.sampled_from([None, VAT20, VAT10, GST18])), min_size=1, max_size=8
)


@given(LINES, st.booleans(), st.sampled_from(["entity_level", "item_level"]))
def test_a_total_is_always_sub_total_plus_taxes(rows, inclusive, rounding):
    sums = doc(
        *(line(rate, count, tax=tax) for rate, count, tax in rows),
        inclusive=inclusive,
        rules=Rules(tax_rounding=rounding),
    )
    assert sums.total == sums.sub_total + sums.tax_total
    assert sums.tax_total == sum((part.amount for part in sums.taxes), D(0))
    if inclusive:
        assert sums.total == sum((rate * count for rate, count, _ in rows), D(0))
    else:
        assert sums.sub_total == sum((rate * count for rate, count, _ in rows), D(0))
