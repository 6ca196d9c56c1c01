from mappings.bigcommerce.orders import translate
from mappings.rules import OrderRules
from tests.mappings.making import D, bundle, product, tax_row


def rates(told, **rules):
    return [
        [(rate.name, rate.rate) for rate in line.rates] for line in translate(told, OrderRules(**rules)).lines
    ]


def test_detailed_rows_name_their_lines():
    rows = [product(1), product(2, "10.70", "0.70")]
    told = bundle(rows, taxes=[tax_row("20.0000"), tax_row("7.0000", 2, "Reduced")])
    assert rates(told) == [[("VAT", 20)], [("Reduced", 7)]]


def test_several_rates_on_one_line_are_kept_apart_and_told_once():
    taxes = [tax_row(9, name="CGST"), tax_row(9, name="SGST"), tax_row(9, name="CGST")]
    assert rates(bundle([product(inc="11.80", tax="1.80")], taxes=taxes)) == [[("CGST", 9), ("SGST", 9)]]


def test_two_districts_with_one_tax_are_told_twice_on_every_line_of_the_order():
    """6 % and twice 0.5 %: 7.00 on 100.00, where 6.5 % were 6.50; on 1.00 both are 0.07 and the order's rate counts."""
    rows = [product(1, "107.00", "7.00"), product(2, "1.07", "0.07"), product(3, "5.00", "0.00")]
    names = [("STATE", 6), ("SPECIAL", "0.5"), ("SPECIAL", "0.5")]
    taxes = [tax_row(rate, number, name) for number in (1, 2) for name, rate in names]
    both = [("STATE", 6), ("SPECIAL", D("0.5")), ("SPECIAL", D("0.5"))]
    assert rates(bundle(rows, taxes=taxes)) == [both, both, []]


def test_one_undetailed_rate_is_every_taxed_lines():
    rows = [product(1), product(2, "5.00", "0.00")]
    assert rates(bundle(rows, taxes=[{"name": "VAT", "rate": 20}])) == [[("VAT", 20)], []]


def test_undetailed_rates_are_fitted_to_the_amounts():
    """2.00 on 10.00 is 20 %, 0.70 on 10.00 is 7 %, 2.70 on 10.00 is both."""
    rows = [product(1), product(2, "10.70", "0.70"), product(3, "12.70", "2.70")]
    loose = [{"name": "VAT", "rate": 20}, {"name": "City", "rate": 7}]
    assert rates(bundle(rows, taxes=loose)) == [[("VAT", 20)], [("City", 7)], [("VAT", 20), ("City", 7)]]


def test_undetailed_rates_are_fitted_inclusively_where_prices_carry_tax():
    """12.00 with 20 % inside carries 2.00, 10.70 with 7 % inside 0.70."""
    rows = [product(1), product(2, "10.70", "0.70")]
    told = bundle(
        rows, taxes=[{"name": "VAT", "rate": 20}, {"name": "City", "rate": 7}], is_tax_inclusive_pricing=True
    )
    assert rates(told) == [[("VAT", 20)], [("City", 7)]]


def test_what_fits_nothing_or_too_much_stays_unknown():
    """0.01 on 0.05: 20 % gives 0.01 and so does 19 %."""
    loose = [{"name": "A", "rate": 20}, {"name": "B", "rate": 19}]
    assert rates(bundle([product(inc="0.06", tax="0.01")], taxes=loose)) == [[]]
    assert rates(bundle([product(inc="15.00", tax="5.00")], taxes=loose)) == [[]]


def test_tax_without_any_row_stays_unknown_and_untaxed_lines_have_no_rate():
    assert rates(bundle()) == [[]]
    assert rates(bundle([product(tax="0.00")], taxes=[tax_row(20)])) == [[]]


def test_a_rate_that_was_listed_but_not_charged_does_not_count():
    taxes = [tax_row(20, line_amount="2.0000"), tax_row(5, name="Exempt", line_amount="0.0000")]
    assert rates(bundle(taxes=taxes)) == [[("VAT", 20)]]


def test_a_rate_too_small_to_bring_a_cent_still_counts():
    """0.5 % of 0.50 is 0.0025, rounded away beside 20 % of it, 0.10."""
    taxes = [tax_row(20, line_amount="0.1000"), tax_row("0.5", name="City", line_amount="0.0000")]
    assert rates(bundle([product(inc="0.60", tax="0.10")], taxes=taxes)) == [
        [("VAT", 20), ("City", D("0.5"))]
    ]


def test_wrapping_handling_and_fee_rows_find_their_lines():
    told = bundle(
        total="15.60",
        tax="2.60",
        taxes=[
            tax_row(20),
            tax_row(20, kind="gift_wrapping"),
            tax_row(20, kind="handling"),
            tax_row(20, 99, kind="fee"),
        ],
        wrapping_cost_inc_tax="1.20",
        wrapping_cost_tax="0.20",
        handling_cost_inc_tax="1.20",
        handling_cost_tax="0.20",
    ) | {"fees": [{"id": 8, "cost_inc_tax": "1.20", "cost_tax": "0.20"}]}
    assert rates(told) == [[("VAT", 20)]] * 4
