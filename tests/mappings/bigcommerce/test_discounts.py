"""Where money off went, when an order's lines do not tell it, or tell it otherwise than the order."""

import pytest

from mappings.bigcommerce.orders import translate
from mappings.errors import Unmappable
from mappings.rules import OrderRules
from sandbox.shop.expecting import expect_loaded
from tests.mappings.making import D, bundle, product

RULES = OrderRules()
FIVE = {"shipping_cost_ex_tax": "5.00", "shipping_cost_inc_tax": "5.00", "shipping_cost_tax": "0.00"}


def figures(told):
    return [(line.net, line.tax) for line in translate(told, RULES).lines]


def off(amount, code=None):
    return [{"id": "coupon" if code else "manual-discount", "amount": amount, "code": code}]


@pytest.mark.parametrize("stated", [None, "50.0000"])
@pytest.mark.parametrize("told", [off(10), []])
@pytest.mark.parametrize(
    ("inclusive", "total", "tax", "paid"),
    [(False, "48.00", "8.00", ("40.00", "8.00")), (True, "50.00", "8.33", ("41.67", "8.33"))],
)
def test_a_tax_that_lines_tell_as_it_was_before_their_discount_is_the_same_part_of_what_was_paid(
    inclusive, total, tax, paid, told, stated
):
    """50.00 + 10.00 less 10.00: 10.00 × 40/50 = 8.00 without tax in prices, 10.00 × 50/60 = 8.33 with it."""
    row = product(
        1, "60.0000", "10.0000", applied_discounts=told, discounted_total_inc_tax=stated if told else None
    )
    more = {"discount_amount": "10.00", "is_tax_inclusive_pricing": inclusive}
    assert figures(bundle([row], total=total, tax=tax, **more)) == [(D(paid[0]), D(paid[1]))]


def test_where_no_reading_makes_the_tax_to_the_cent_the_nearest_one_counts():
    """Twice 50.00 with 10.00 × 50/60 = 8.33 of tax, 16.67; the store's own rounding made 16.63 of it."""
    row = product(1, "60.0000", "10.0000", applied_discounts=off(10), discounted_total_inc_tax=None)
    more = {"discount_amount": "20.00", "is_tax_inclusive_pricing": True}
    told = bundle([row, row | {"id": 2}], total="100.00", tax="16.63", **more)
    assert [tax for _, tax in figures(told)] == [D("8.34"), D("8.33")]
    assert translate(told, RULES).tax == D("16.63")


def three(discounts, total, **more):
    """Three lines of 10.00 without tax, 10.00 off all of them by hand."""
    rows = [
        product(n, "10.00", "0.00", applied_discounts=off(one), discounted_total_inc_tax=str(10 - D(one)))
        for n, one in enumerate(discounts, 1)
    ]
    return bundle(rows, total=total, tax="0.00", discount_amount="10.00", **more)


@pytest.mark.parametrize("more", [{}, {"is_tax_inclusive_pricing": True}, FIVE])
@pytest.mark.parametrize(
    ("discounts", "nets"),
    [
        (("3.33", "3.33", "3.33"), ("6.66", "6.67", "6.67")),
        (("3.34", "3.34", "3.34"), ("6.67", "6.67", "6.66")),
        (("3.33", "3.34", "3.32"), ("6.67", "6.65", "6.68")),
    ],
)
def test_discounts_of_lines_that_are_cents_off_the_orders_own_are_brought_to_it(discounts, nets, more):
    """9.99 + 0.01, 10.02 - 0.02, 9.99 + 0.01: a cent each on the largest of them, and none on shipping."""
    told = three(discounts, "25.00" if "shipping_cost_tax" in more else "20.00", **more)
    assert [net for net, _ in figures(told)][:3] == [D(net) for net in nets]


def test_cents_that_no_discount_explains_are_held():
    with pytest.raises(Unmappable) as held:
        translate(three(("3.33", "3.33", "3.33"), "19.99"), RULES)
    assert held.value.reason == "sums-differ"


@pytest.mark.parametrize("stated", ["0.0000", None])
def test_a_line_that_was_taken_off_the_order_takes_its_discount_along(stated):
    gone = product(
        2, "0.00", "0.00", quantity=0, applied_discounts=off(5, "SAVE"), discounted_total_inc_tax=stated
    )
    kept = product(1, discounted_total_inc_tax=stated and "12.0000")
    assert figures(bundle([kept, gone], total="12.00", tax="2.00")) == [(D("10.00"), D("2.00"))]


def old(nets_told, coupons=(), **more):
    """20.00 of goods without tax, and lines of an older answer that tell no discount."""
    row = product(1, "20.00", "0.00", discounted_total_inc_tax=None)
    told = bundle([row], tax="0.00", **nets_told, **FIVE, **more)
    return told | {
        "coupons": [{"id": n, "type": kind, "discount": one} for n, (kind, one) in enumerate(coupons)]
    }


@pytest.mark.parametrize(
    ("told", "nets"),
    [
        (old({"total": "20.00"}, discount_amount="5.00"), ["20.00"]),
        (old({"total": "20.00"}, coupon_discount="5.00"), ["15.00", "5.00"]),
        (old({"total": "21.00"}, discount_amount="4.00"), ["16.00", "5.00"]),
        (old({"total": "17.00"}, [(1, 3), (4, 5)], coupon_discount="8.00"), ["17.00"]),
        (old({"total": "22.00"}, [(1, 3), (4, 5)], coupon_discount="8.00"), ["17.00", "5.00"]),
        (old({"total": "20.00"}, [(1, 3), (3, 2)], coupon_discount="5.00"), ["17.00", "3.00"]),
    ],
)
def test_money_off_goes_where_its_kind_or_its_amount_tells(told, nets):
    """Shipping of 5.00: free by a promotion; a coupon, or a promotion of less, for goods; 3.00 off goods and free
    shipping, told before it; shipping told after one; 3.00 off goods and 2.00 off shipping.
    """
    assert [net for net, _ in figures(told)] == [D(net) for net in nets]


def before(inclusive, total, tax):
    """50.00 + 10.00 of tax, less 10.00; the tax is told as it was before."""
    row = product(1, "60.0000", "10.0000", applied_discounts=off(10), discounted_total_inc_tax="50.0000")
    more = {"discount_amount": "10.00", "is_tax_inclusive_pricing": inclusive}
    return bundle([row], total=total, tax=tax, **more)


@pytest.mark.parametrize(
    "told",
    [
        before(inclusive=False, total="48.00", tax="8.00"),
        before(inclusive=True, total="50.00", tax="8.33"),
        three(("3.33", "3.33", "3.33"), "20.00"),
        old({"total": "20.00"}, discount_amount="5.00"),
        old({"total": "17.00"}, [(1, 3), (4, 5)], coupon_discount="8.00"),
        old({"total": "22.00"}, [(1, 3), (4, 5)], coupon_discount="8.00"),
        bundle(tax="0.00", subtotal_tax="2.00"),
    ],
)
def test_the_pretended_stores_judge_expects_the_same(told):
    order, expected = translate(told, RULES), expect_loaded(told)
    assert (expected.outcome, expected.total) == ("posted", order.total)
    assert abs(expected.booked_tax - order.tax) <= D("0.01")


def test_a_total_that_was_written_over_and_states_no_tax_has_that_of_the_orders_parts():
    """10.00 + 2.00 and shipping of 5.00 + 1.00 are 18.00; the order says 18.00 both with and without tax."""
    costs = {"shipping_cost_ex_tax": "5.00", "shipping_cost_inc_tax": "6.00", "shipping_cost_tax": "1.00"}
    order = translate(bundle(total="18.00", tax="0.00", subtotal_tax="2.00", **costs), RULES)
    assert (order.total, order.tax) == (D("18.00"), D("3.00"))
    assert [line.tax for line in order.lines] == [D("2.00"), D("1.00")]
