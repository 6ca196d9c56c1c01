"""What a refund of the store gives back of which line: each reading with its arithmetic."""

import pytest

from mappings.bigcommerce.orders import translate
from mappings.errors import Unmappable
from mappings.rules import OrderRules
from tests.mappings.making import VAT20, D, bundle, product, tax_row
from tests.mappings.refunding import item, refund

RULES = OrderRules()
THREE = product(1, "36.00", "6.00", 3)
SMALL = product(2, "10.00", "1.67", 3)
SHIPPING = {"shipping_cost_inc_tax": "6.00", "shipping_cost_ex_tax": "5.00", "shipping_cost_tax": "1.00"}
ALL_TAXED = [tax_row(20), tax_row(20, 2), tax_row(20, kind="shipping"), tax_row(20, 8, kind="fee")]


def order(*refunds, rows=(THREE,), taxes=ALL_TAXED, parts=None, **told):
    inc = sum((D(row["discounted_total_inc_tax"]) for row in rows), D(told.get("shipping_cost_inc_tax", 0)))
    tax = sum((D(row["total_tax"]) for row in rows), D(told.get("shipping_cost_tax", 0)))
    known = {"total": told.pop("total", inc), "tax": told.pop("tax", tax), "taxes": taxes}
    return translate(bundle(list(rows), **known, **told) | {"refunds": list(refunds)} | (parts or {}), RULES)


def lines(made):
    return [(line.key, line.quantity, line.net, line.tax) for line in made.lines]


def back(*refunds, **told):
    """The lines of the last refund."""
    made = order(*refunds, **told).refunds[-1]
    assert sum(line.gross for line in made.lines) == made.total == sum(one.amount for one in made.payments)
    assert sum(line.tax for line in made.lines) == made.tax
    return lines(made)


def refused(*refunds, **told):
    with pytest.raises(Unmappable) as held:
        order(*refunds, **told)
    assert (held.value.reason, bool(held.value.remedy)) == ("refund-unclear", True)
    return held.value.what


# ---- pieces


def test_a_piece_is_its_share_of_the_line():
    """36.00 with 6.00 of tax for 3 pieces: one is 12.00 with 2.00 of tax."""
    made = order(refund("12.00", "2.00", item("PRODUCT", 1, 1))).refunds[0]
    assert lines(made) == [("product:1", 1, D("10.00"), D("2.00"))]
    assert (made.key, made.total, made.tax, made.returned) == ("1", D("12.00"), D("2.00"), {"product:1"})
    assert made.lines[0].rates == (VAT20,)
    assert (made.lines[0].sku, made.lines[0].kind) == ("SKU-1", "product")


def test_a_share_is_brought_to_cents_and_the_last_pieces_take_what_is_left():
    """10.00 with 1.67 of tax for 3 pieces: 3.33 with 0.56, then 3.33 with 0.56, then 3.34 with 0.55."""
    told = [
        refund("3.33", "0.56", item("PRODUCT", 2, 1)),
        refund("3.33", "0.56", item("PRODUCT", 2, 1), id=2),
        refund("3.34", "0.55", item("PRODUCT", 2, 1), id=3),
    ]
    made = [lines(one)[0][2:] for one in order(*told, rows=(SMALL,)).refunds]
    assert made == [(D("2.77"), D("0.56")), (D("2.77"), D("0.56")), (D("2.79"), D("0.55"))]


def test_the_last_pieces_take_what_an_amount_left_of_the_line():
    """36.00 less 5.00 (tax 5.00 x 6 / 36 = 0.83) for dirt: all three pieces are 31.00 with 5.17 of tax."""
    told = [
        refund("5.00", "0.83", item("PRODUCT", 1, amount="5.00")),
        refund("31.00", "5.17", item("PRODUCT", 1, 3), id=2),
    ]
    assert back(*told) == [("product:1", 3, D("25.83"), D("5.17"))]


def test_a_store_that_rounds_otherwise_by_a_cent_for_each_line_is_followed():
    """10.00 / 3 = 3.33, the store gave 3.34; its tax of 0.56 is the line's 1.67 / 3."""
    assert back(refund("3.34", "0.56", item("PRODUCT", 2, 1)), rows=(SMALL,)) == [
        ("product:2", 1, D("2.78"), D("0.56"))
    ]


def test_a_stated_tax_that_is_off_by_a_rounding_gives_way_to_what_the_line_has_left():
    """1.67 of tax in three times 0.56 is 1.68: the third refund bears 0.55."""
    told = [
        refund(amount, "0.56", item("PRODUCT", 2, 1), id=n)
        for n, amount in enumerate(("3.33", "3.33", "3.34"), 1)
    ]
    made = order(*told, rows=(SMALL,)).refunds
    assert [one.tax for one in made] == [D("0.56"), D("0.56"), D("0.55")]


def test_a_line_of_fractions_of_a_cent_may_give_back_a_cent_more_than_it_was_booked_at():
    """5.005 + 5.005 is an order of 10.01, booked as 5.01 + 5.00; the store gives 5.01 back for the second line."""
    rows = (product(1, "5.0050", "0.00"), product(2, "5.0050", "0.00"))
    told = refund("5.01", "0.00", item("PRODUCT", 2, 1))
    assert back(told, rows=rows, total="10.01", tax="0.00", taxes=()) == [
        ("product:2", 1, D("5.01"), D("0.00"))
    ]


def test_several_items_are_several_lines_and_one_line_named_twice_is_one():
    """12.00 + 12.00 of the first line and 10.00 of the second."""
    items = [item("PRODUCT", 1, 1), item("PRODUCT", 2, 3), item("PRODUCT", 1, 1)]
    assert back(refund("34.00", "5.67", *items), rows=(THREE, SMALL)) == [
        ("product:1", 2, D("20.00"), D("4.00")),
        ("product:2", 3, D("8.33"), D("1.67")),
    ]


def test_without_a_stated_tax_it_is_that_of_the_lines():
    """3.33 x 1.67 / 10.00 = 0.556."""
    assert back(refund("3.33", None, item("PRODUCT", 2, 1)), rows=(SMALL,))[0][3] == D("0.56")


def test_pieces_of_a_choice_that_cost_nothing_give_nothing_back():
    child = product(9, "0.00", "0.00", parent_order_product_id=1, variant_id=999)
    told = refund("36.00", "6.00", item("PRODUCT", 1, 3), item("PRODUCT", 9, 3))
    assert back(told, rows=(THREE, child)) == [("product:1", 3, D("30.00"), D("6.00"))]


def test_more_pieces_than_are_left_are_unclear():
    told = [
        refund("24.00", "4.00", item("PRODUCT", 1, 2)),
        refund("12.00", "2.00", item("PRODUCT", 1, 2), id=2),
    ]
    assert refused(*told) == "refund 2: it takes back 2 of product 1, of which 1 were left"


# ---- amounts and adjustments


def test_an_amount_is_split_in_the_lines_own_proportion():
    """5.00 of a line of 36.00 with 6.00 of tax: 5.00 x 6 / 36 = 0.83. No piece came back."""
    made = order(refund("5.00", "0.83", item("PRODUCT", 1, amount="5.00"))).refunds[0]
    assert lines(made) == [("product:1", 1, D("4.17"), D("0.83"))]
    assert made.returned == frozenset()


def test_an_amount_may_be_meant_in_the_price_basis():
    """5.00 before tax of a line of 30.00 + 6.00: 5.00 + 1.00 = 6.00."""
    assert back(refund("6.00", "1.00", item("PRODUCT", 1, amount="5.00"))) == [
        ("product:1", 1, D("5.00"), D("1.00"))
    ]
    assert back(refund("36.00", "6.00", item("PRODUCT", 1, amount="30.00"))) == [
        ("product:1", 1, D("30.00"), D("6.00"))
    ]


def test_in_an_inclusive_order_an_amount_always_carries_its_tax():
    told = refund("6.00", "1.00", item("PRODUCT", 1, amount="5.00"))
    assert "product:1 5.00" in refused(told, is_tax_inclusive_pricing=True)


def test_pieces_with_an_amount_are_back_at_that_amount_or_at_their_share():
    """One of 3 pieces of 36.00: for 5.00 where that is the refund's total, for 12.00 where that is."""
    one = item("PRODUCT", 1, 1, amount="5.00")
    assert back(refund("5.00", "0.83", one)) == [("product:1", 1, D("4.17"), D("0.83"))]
    assert back(refund("12.00", "2.00", one)) == [("product:1", 1, D("10.00"), D("2.00"))]
    assert order(refund("5.00", "0.83", one)).refunds[0].returned == {"product:1"}


def test_an_adjustment_keeps_a_part_back_with_its_tax():
    """12.00 less 3.00 for wear: 9.00 with 2.00 x 9 / 12 = 1.50 of tax; the piece is back all the same."""
    made = order(refund("9.00", "1.50", item("PRODUCT", 1, 1, adjust="-3.00"))).refunds[0]
    assert lines(made) == [("product:1", 1, D("7.50"), D("1.50"))]
    assert made.returned == {"product:1"}


def test_an_adjustment_may_be_meant_in_the_price_basis():
    """10.00 + 2.00 less 3.00 before tax: 7.00 + 1.40 = 8.40."""
    assert back(refund("8.40", "1.40", item("PRODUCT", 1, 1, adjust="-3.00"))) == [
        ("product:1", 1, D("7.00"), D("1.40"))
    ]


@pytest.mark.parametrize("adjust", ["-12.01", "3.00"])
def test_an_adjustment_above_what_the_pieces_are_worth_or_upwards_is_unclear(adjust):
    assert "keeps back" in refused(refund("9.00", "1.50", item("PRODUCT", 1, 1, adjust=adjust)))


@pytest.mark.parametrize("wrong", [item("PRODUCT", 1), item("PRODUCT", 1, -1), item("PRODUCT", 1, amount=-1)])
def test_an_item_without_pieces_or_amount_is_unclear(wrong):
    assert "product 1" in refused(refund("9.00", "1.50", wrong))


def test_more_than_the_line_was_sold_at_is_unclear():
    rows, told = (THREE, SMALL), refund("40.00", "6.67", item("PRODUCT", 1, amount="40.00"))
    assert refused(told, rows=rows) == "refund 1: it gives 40.00 back of product:1, of which 36.00 was left"


def test_more_than_the_order_after_earlier_refunds_is_unclear():
    told = [
        refund("30.00", "0.00", item("ORDER", 112, amount="30.00")),
        refund("12.00", "2.00", item("PRODUCT", 1, 1), id=2),
    ]
    assert refused(*told) == (
        "refund 2: it is over 12.00, and of the order's total of 36.00 earlier refunds left 6.00"
    )


def test_sums_that_no_reading_explains_are_shown():
    assert refused(refund("11.00", "2.00", item("PRODUCT", 1, 1))) == (
        "refund 1: it is for product:1 12.00 with 2.00 of tax, and states a total of 11.00 and a tax of 2.00"
    )


def test_a_line_that_the_order_does_not_have_is_unclear():
    assert refused(refund("1.00", "0.00", item("PRODUCT", 77, 1))) == (
        "refund 1: it names product 77, and the order has no such line"
    )


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


# ---- currencies


def test_yen_and_dinars_are_shared_out_in_their_own_units():
    """100 yen for 3 pieces: 33, 33, 34. 1.000 dinars for 3: 0.333, 0.333, 0.334."""
    yen, dinars = product(1, "100", "0", 3), product(1, "1.000", "0.000", 3)
    for row, shares, currency in ((yen, "33 33 34", "JPY"), (dinars, "0.333 0.333 0.334", "KWD")):
        told = [
            refund(amount, 0, item("PRODUCT", 1, 1), id=n) for n, amount in enumerate(shares.split(), start=1)
        ]
        made = order(*told, rows=(row,), taxes=(), default_currency_code=currency).refunds
        assert [one.total for one in made] == [D(share) for share in shares.split()]
