"""What a refund gives back besides products: charges, money for no line, tax alone, and what a merchant set himself."""

import pytest

from tests.mappings.making import VAT20, D, product, tax_row
from tests.mappings.refunding import SHIPPING, SMALL, THREE, back, item, lines, order, refund, refused

# ---- shipping, handling, wrapping, fees


def test_shipping_goes_back_in_part_or_whole():
    """3.00 of 6.00 with 1.00 of tax: 2.50 + 0.50; without an amount all that is left, 3.00."""
    told = [
        refund("3.00", "0.50", item("SHIPPING", 55, 1, amount="3.00")),
        refund("3.00", "0.50", item("SHIPPING", 55, 1), id=2),
    ]
    made = order(*told, **SHIPPING).refunds
    assert [lines(one) for one in made] == [[("shipping", 1, D("2.50"), D("0.50"))]] * 2
    assert made[0].lines[0].rates == (VAT20,)
    assert made[0].returned == frozenset()


def test_shipping_of_one_of_several_addresses_is_its_own_line():
    addresses = [
        {"id": 8, "cost_ex_tax": "5.00", "cost_inc_tax": "6.00", "cost_tax": "1.00"},
        {"id": 9, "cost_ex_tax": "7.00", "cost_inc_tax": "7.00", "cost_tax": "0.00"},
    ]
    costs = {
        "shipping_cost_inc_tax": "13.00",
        "shipping_cost_ex_tax": "12.00",
        "shipping_cost_tax": "1.00",
    }
    told, parts = refund("7.00", "0.00", item("SHIPPING", 9, 1)), {"shipping_addresses": addresses}
    assert back(told, parts=parts, **costs) == [("shipping:9", 1, D("7.00"), D("0.00"))]
    assert "no such line" in refused(
        refund("7.00", "0.00", item("SHIPPING", 3, 1, amount="7.00")), parts=parts, **costs
    )


def test_charges_that_cost_nothing_give_nothing_back():
    told = refund("36.00", "6.00", item("PRODUCT", 1, 3), item("SHIPPING", 55, 1), item("HANDLING", 55, 1))
    assert back(told) == [("product:1", 3, D("30.00"), D("6.00"))]


def test_handling_goes_back():
    costs = {"handling_cost_inc_tax": "2.40", "handling_cost_tax": "0.40", "total": "38.40", "tax": "6.40"}
    assert back(refund("1.20", "0.20", item("HANDLING", 55, amount="1.20")), **costs) == [
        ("handling", 1, D("1.00"), D("0.20"))
    ]


def test_wrapping_goes_back_by_what_each_line_s_wrapping_cost():
    """Wrapping of 9.00: 6.00 for 3 pieces of the first line, 3.00 for the second. One of the three: 2.00."""
    rows = (
        THREE | {"wrapping_cost_inc_tax": "6.00"},
        SMALL | {"wrapping_cost_inc_tax": "3.00"},
    )
    costs = {"wrapping_cost_inc_tax": "9.00", "wrapping_cost_tax": "1.50", "total": "55.00", "tax": "9.17"}
    told = [
        refund("2.00", "0.33", item("GIFT_WRAPPING", 1, 1)),
        refund("4.00", "0.67", item("GIFT_WRAPPING", 1, 2), id=2),
        refund("3.00", "0.50", item("GIFT_WRAPPING", 2, 3), id=3),
    ]
    made = [lines(one)[0] for one in order(*told, rows=rows, **costs).refunds]
    assert made == [
        ("wrapping", 1, D("1.67"), D("0.33")),
        ("wrapping", 1, D("3.33"), D("0.67")),
        ("wrapping", 1, D("2.50"), D("0.50")),
    ]
    assert order(*told, rows=rows, **costs).refunds[0].returned == frozenset()
    unwrapped = (THREE | {"wrapping_cost_inc_tax": "9.00"}, SMALL)
    assert "not wrapped" in refused(
        refund("3.00", "0.50", item("GIFT_WRAPPING", 2, 3)), rows=unwrapped, **costs
    )


FEES = [
    {"id": 8, "cost_inc_tax": "1.20", "cost_tax": "0.20"},
    {"id": 9, "cost_inc_tax": "2.40", "cost_tax": "0.40"},
]


def test_a_fee_is_found_by_its_id_or_by_the_order_s_where_it_is_the_only_one():
    one = {"parts": {"fees": FEES[:1]}, "total": "37.20", "tax": "6.20"}
    both = {"parts": {"fees": FEES}, "total": "39.60", "tax": "6.60"}
    told = refund("1.20", "0.20", item("FEE", 8, amount="1.20"))
    by_order = refund("1.20", "0.20", item("FEE", 112, amount="1.20"))
    expected = [("fee:8", 1, D("1.00"), D("0.20"))]
    assert back(told, **both) == back(by_order, **one) == expected
    assert "no such line" in refused(by_order, **both)


# ---- money for no line


def test_an_amount_on_the_whole_order_bears_no_tax():
    made = order(refund("5.00", "0.00", item("ORDER", 112, amount="5.00"))).refunds[0]
    assert lines(made) == [("refund", 1, D("5.00"), D("0.00"))]
    assert (made.lines[0].kind, made.lines[0].rates) == ("refund", ())
    assert "no amount" in refused(refund("5.00", "0.00", item("ORDER", 112)))


def test_what_went_back_on_the_whole_order_is_counted_off_when_its_lines_go_back():
    """5.00 went back for all; of the line's 36.00 the store then gives 31.00: 36.00 with its tax, less 5.00."""
    told = [
        refund("5.00", "0.00", item("ORDER", 112, amount="5.00")),
        refund("31.00", "6.00", item("PRODUCT", 1, 3), id=2),
    ]
    assert back(*told) == [
        ("product:1", 3, D("30.00"), D("6.00")),
        ("refund", 1, D("-5.00"), D("0.00")),
    ]
    assert "states a total of 30.99" in refused(told[0], refund("30.99", "6.00", item("PRODUCT", 1, 3), id=2))


def test_of_an_amount_on_the_whole_order_only_what_is_left_goes_back():
    """5.00 went back; the line's 36.00 and 2.00 more are asked for, and 31.00 are left: 36.00 - 5.00."""
    told = [
        refund("5.00", "0.00", item("ORDER", 112, amount="5.00")),
        refund("31.00", "6.00", item("PRODUCT", 1, 3), item("ORDER", 112, amount="2.00"), id=2),
    ]
    assert back(*told) == [
        ("product:1", 3, D("30.00"), D("6.00")),
        ("refund", 1, D("-5.00"), D("0.00")),
    ]


def test_what_was_counted_off_once_is_not_counted_off_again():
    told = [
        refund("5.00", "0.00", item("ORDER", 112, amount="5.00")),
        refund("7.00", "2.00", item("PRODUCT", 1, 1), id=2),
        refund("7.00", "2.00", item("PRODUCT", 1, 1), id=3),
    ]
    assert back(*told[:2])[1][2] == D("-5.00")
    assert refused(*told).startswith("refund 3: ")


# ---- tax


def test_tax_alone_is_spread_over_the_rates_by_the_tax_that_was_charged():
    """6.00 at 20 % and 2.00 at 8 %; 4.00 of tax goes back: 3.00 and 1.00."""
    rows = (THREE, product(2, "27.00", "2.00"))
    made = order(refund("4.00", "4.00"), rows=rows, taxes=[tax_row(20), tax_row(8, 2, "Reduced")]).refunds[0]
    assert lines(made) == [("tax:1", 1, D(0), D("3.00")), ("tax:2", 1, D(0), D("1.00"))]
    assert [line.kind for line in made.lines] == ["tax", "tax"]
    assert [[rate.rate for rate in line.rates] for line in made.lines] == [[20], [8]]


def test_tax_alone_of_odd_cents_is_shared_out_to_the_last_one():
    """1.00 over 6.00 and 1.67: 0.782 and 0.218, together 1.00 at one rate."""
    assert back(refund("1.00", "1.00"), rows=(THREE, SMALL)) == [("tax:1", 1, D(0), D("1.00"))]


def test_tax_that_went_back_alone_does_not_go_back_with_its_line():
    """6.00 of tax is back: the pieces are worth their 30.00 without it."""
    told = [refund("6.00", "6.00"), refund("30.00", "0.00", item("PRODUCT", 1, 3), id=2)]
    assert back(*told) == [("product:1", 3, D("30.00"), D("0.00"))]
    assert "of tax back" in refused(told[0], refund("0.01", "0.01", id=2))


def test_more_tax_than_is_left_of_the_charged_one_is_unclear():
    """4.00 of 6.00 went back: 3.00 more are not there."""
    told = [refund("4.00", "4.00"), refund("3.00", "3.00", id=2)]
    assert refused(*told) == "refund 2: it gives 3.00 of tax back, and the order's lines bear 2.00 now"


def test_another_tax_than_the_items_stands_beside_them():
    """10.00 + 2.00 are stated as 11.00 with 1.00 of tax, or as 9.50 with -0.50: the difference is a refund of tax."""
    piece = ("product:1", 1, D("10.00"), D("2.00"))
    one = item("PRODUCT", 1, 1)
    assert back(refund("11.00", "1.00", one)) == [piece, ("tax:1", 1, D(0), D("-1.00"))]
    assert back(refund("9.50", "-0.50", one)) == [piece, ("tax:1", 1, D(0), D("-2.50"))]
    assert back(refund("13.00", "3.00", one)) == [piece, ("tax:1", 1, D(0), D("1.00"))]


def test_a_negative_tax_that_no_line_explains_is_unclear():
    refused(refund("12.00", "-0.50", item("PRODUCT", 1, 1)))
    refused(refund("12.00", "-0.50"))


# ---- what the merchant set himself


def test_an_amount_for_no_item_goes_back_on_the_whole_order_at_its_only_rate():
    """12.00 with 2.00 of tax: 10.00 x 20 %. 12.00 without tax is untaxed."""
    made = order(refund("12.00", "2.00")).refunds[0]
    assert lines(made) == [("refund", 1, D("10.00"), D("2.00"))]
    assert made.lines[0].rates == (VAT20,)
    assert back(refund("12.00", "0.00")) == [("refund", 1, D("12.00"), D("0.00"))]


def test_an_amount_for_no_item_whose_tax_is_none_of_the_order_is_unclear():
    """10.50 x 20 % = 2.10 is not 1.50; two rates are never chosen from; a tax that is not said is not guessed."""
    refused(refund("12.00", "1.50"))
    refused(refund("12.00", None))
    refused(refund("12.00", "2.00"), rows=(THREE, SMALL), taxes=[tax_row(20), tax_row(25, 2, "Other")])


def test_an_amount_that_the_merchant_set_is_spread_over_the_items():
    """8.00 with 1.33 of tax instead of 12.00 with 2.00: two thirds of both."""
    told = refund("8.00", "1.33", item("PRODUCT", 1, 1), uses_merchant_override_values=True)
    assert back(told) == [("product:1", 1, D("6.67"), D("1.33"))]


def test_an_amount_that_the_merchant_set_without_tax_goes_back_on_the_whole_order():
    told = refund("8.00", "0.00", item("PRODUCT", 1, 1), uses_merchant_override_values=True)
    assert back(told) == [("refund", 1, D("8.00"), D("0.00"))]
    refused(told | {"uses_merchant_override_values": False})


@pytest.mark.parametrize("stated", ["5.63", "6.00"], ids=["what is left of it", "as if nothing had gone"])
def test_the_last_pieces_of_a_line_whose_tax_went_back_in_part_bear_all_of_it_less_that(stated):
    """36.00 with 6.00 of tax, of which 0.37 went back alone: 35.63 are 36.00 less 0.37, whatever tax is stated."""
    told = [refund("0.37", "0.37"), refund("35.63", stated, item("PRODUCT", 1, 3), id=2)]
    made = order(*told).refunds
    assert lines(made[1]) == [("product:1", 3, D("30.00"), D("6.00")), ("tax:1", 1, D("0.00"), D("-0.37"))]
    assert [(one.total, one.tax) for one in made] == [(D("0.37"), D("0.37")), (D("35.63"), D("5.63"))]


def test_a_tax_that_no_earlier_refund_explains_is_refused():
    assert "and a tax of 6.00" in refused(refund("35.63", "6.00", item("PRODUCT", 1, 3)))


def test_a_refund_cut_to_what_is_left_is_in_whole_cents():
    """2.0000000000 are asked for beside 36.00, 5.00 went back before: 31.00, and no 31.0000000000."""
    told = [
        refund("5.00", "0.00", item("ORDER", 112, amount="5.0000000000")),
        refund("31.00", "6.00", item("PRODUCT", 1, 3), item("ORDER", 112, amount="2.0000000000"), id=2),
    ]
    assert [str(one.total) for one in order(*told).refunds] == ["5.00", "31.00"]
