"""What the pieces and amounts of a refund give back of their lines: each reading with its arithmetic."""

import pytest

from tests.mappings.making import VAT20, D, product
from tests.mappings.refunding import SHIPPING, SMALL, THREE, back, item, lines, order, refund, refused

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


def test_the_last_pieces_take_what_is_left_however_many_roundings_went_before():
    """1.01 for 7 pieces: six times 0.144 are six times 0.14, and the seventh is 0.17."""
    told = [refund("0.14" if n < 7 else "0.17", "0.00", item("PRODUCT", 1, 1), id=n) for n in range(1, 8)]
    made = order(*told, rows=(product(1, "1.01", "0.00", 7),), taxes=()).refunds
    assert [one.total for one in made] == [D("0.14")] * 6 + [D("0.17")]


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


def test_what_an_adjustment_kept_back_does_not_go_back_with_later_pieces():
    """9.00 for the first piece, whose 3.00 stay sold; the other two are 24.00 with 4.00 of tax, not 27.00."""
    told = [
        refund("9.00", "1.50", item("PRODUCT", 1, 1, adjust="-3.00")),
        refund("24.00", "4.00", item("PRODUCT", 1, 2), id=2),
    ]
    assert back(*told) == [("product:1", 2, D("20.00"), D("4.00"))]
    assert "product:1 24.00" in refused(told[0], refund("27.00", "4.50", item("PRODUCT", 1, 2), id=2))


def test_an_amount_in_the_price_basis_stands_beside_an_adjustment_with_its_tax():
    """5.00 of shipping before tax is 6.00; 12.00 for a piece less 3.00 with its tax is 9.00: 15.00."""
    told = refund("15.00", "2.50", item("SHIPPING", 55, amount="5.00"), item("PRODUCT", 1, 1, adjust="-3.00"))
    assert back(told, **SHIPPING) == [
        ("shipping", 1, D("5.00"), D("1.00")),
        ("product:1", 1, D("7.50"), D("1.50")),
    ]


def test_pieces_are_worth_no_more_than_amounts_left_of_their_line():
    """30.00 of 36.00 went back for no piece; two of the three pieces are 6.00 then, and not 24.00."""
    told = [
        refund("30.00", "5.00", item("PRODUCT", 1, amount="30.00")),
        refund("6.00", "1.00", item("PRODUCT", 1, 2), id=2),
    ]
    assert back(*told) == [("product:1", 2, D("5.00"), D("1.00"))]


@pytest.mark.parametrize("adjust", ["-12.01", "3.00"])
def test_an_adjustment_above_what_the_pieces_are_worth_or_upwards_is_unclear(adjust):
    assert "keeps back" in refused(refund("9.00", "1.50", item("PRODUCT", 1, 1, adjust=adjust)))


@pytest.mark.parametrize("wrong", [item("PRODUCT", 1), item("PRODUCT", 1, -1), item("PRODUCT", 1, amount=-1)])
def test_an_item_without_pieces_or_amount_is_unclear(wrong):
    assert "product 1" in refused(refund("9.00", "1.50", wrong))


def test_more_than_the_line_was_sold_at_is_unclear():
    rows, told = (THREE, SMALL), refund("40.00", "6.67", item("PRODUCT", 1, amount="40.00"))
    assert refused(told, rows=rows) == "refund 1: it gives 40.00 back of product:1, of which 36.00 was left"


def test_more_than_an_untaxed_line_was_sold_at_is_unclear_though_the_order_was_worth_more():
    rows = (product(1, "36.00", "0.00", 3), product(2, "10.00", "0.00"))
    told = refund("36.02", "0.00", item("PRODUCT", 1, amount="36.02"))
    assert "36.02 back of product:1, of which 36.00 was left" in refused(told, rows=rows, taxes=())


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
