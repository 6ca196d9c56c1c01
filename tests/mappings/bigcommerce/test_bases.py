"""Whether prices carry their tax: as the order says, as its figures show, or as both ways of reading agree."""

import pytest

from mappings.bigcommerce.orders import translate
from mappings.errors import Unmappable
from mappings.rules import OrderRules
from tests.mappings.making import D, bundle, product

RULES = OrderRules()
SHIPPING = {"shipping_cost_ex_tax": "5.00", "shipping_cost_inc_tax": "6.00", "shipping_cost_tax": "1.00"}


def figures(order):
    return [(line.net, line.tax) for line in order.lines]


@pytest.mark.parametrize(("base", "inclusive"), [("5.00", False), ("6.00", True)])
def test_what_shipping_cost_before_its_tax_was_split_off_shows_the_basis(base, inclusive):
    """Goods of 10.00 bear no tax and show nothing; shipping was entered as 5.00 or as 6.00."""
    more = SHIPPING | {"base_shipping_cost": base, "is_tax_inclusive_pricing": None}
    order = translate(bundle([product(1, "10.00", "0.00")], total="16.00", tax="1.00", **more), RULES)
    assert order.inclusive is inclusive
    assert figures(order) == [(D("10.00"), D("0.00")), (D("5.00"), D("1.00"))]


@pytest.mark.parametrize("base", ["11.0000", "0.0000"])
def test_without_any_sign_of_the_basis_it_does_not_matter_where_both_make_the_same_of_every_line(base):
    """Entered as 11.00 with another country's tax in it, sold for 10.00 and 2.00 of tax."""
    told = bundle([product(base_price=base)], is_tax_inclusive_pricing=None)
    assert figures(translate(told, RULES)) == [(D("10.00"), D("2.00"))]


def test_a_fraction_of_a_cent_that_the_bases_bring_to_another_one_matters_to_nobody():
    """Twice 3.3333 + 0.6667 = 4.0000: 6.67 and 1.33."""
    rows = [product(n, "4.0000", "0.6667", base_price="3.6000") for n in (1, 2)]
    order = translate(bundle(rows, total="8.00", tax="1.33", is_tax_inclusive_pricing=None), RULES)
    assert figures(order) == [(D("3.34"), D("0.67")), (D("3.33"), D("0.66"))]


def test_without_any_sign_of_the_basis_the_one_that_makes_the_tax_is_right():
    """12.00 with 2.00 of tax, less 1.00: 11.00 with 2.00 × 11/12 = 1.83; were it 9.00 and a tax, 1.80."""
    row = product(base_price="11.0000", applied_discounts=[{"id": "coupon", "amount": 1}])
    del row["discounted_total_inc_tax"]
    order = translate(bundle([row], total="11.00", tax="1.83", is_tax_inclusive_pricing=None), RULES)
    assert order.inclusive is True
    assert figures(order) == [(D("9.17"), D("1.83"))]


def test_where_the_two_bases_differ_and_nothing_tells_which_the_setting_decides_or_the_order_is_held():
    """10.00 off 120.00 with 20.00 of tax and 100.00 without: 5.00 + 5.00 by net prices, 5.45 + 4.55 by gross."""
    rows = [
        product(1, "120.00", "20.00", base_price="110.0000"),
        product(2, "100.00", "0.00", base_price="105.0000"),
    ]
    for row in rows:
        del row["discounted_total_inc_tax"]
    told = bundle(rows, total="210.00", tax="20.00", discount_amount="10.00", is_tax_inclusive_pricing=None)
    with pytest.raises(Unmappable) as held:
        translate(told, RULES)
    assert held.value.reason == "field-missing"
    net = translate(told, OrderRules(price_basis_fallback=False))
    gross = translate(told, OrderRules(price_basis_fallback=True))
    assert [line.net for line in net.lines] == [D("95.00"), D("95.00")]
    assert [line.gross for line in gross.lines] == [D("114.55"), D("95.45")]


def test_a_basis_that_the_order_says_and_its_prices_deny_gives_way_where_it_does_not_add_up():
    """Said to be without tax: 12.00 with 2.00 in it, entered as 12.00, less 3.00, paid 9.00 with 1.50."""
    row = product(base_price="12.0000", tax="1.50", total_ex_tax="10.00", applied_discounts=[{"amount": 3}])
    del row["discounted_total_inc_tax"]
    told = bundle([row], total="9.00", tax="1.50", is_tax_inclusive_pricing=False)
    order = translate(told | {"products": [row | {"price_ex_tax": "10.00"}]}, RULES)
    assert order.inclusive is True
    assert figures(order) == [(D("7.50"), D("1.50"))]
