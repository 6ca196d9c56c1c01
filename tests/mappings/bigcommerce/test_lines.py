import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.bigcommerce.orders import translate
from mappings.errors import Unmappable
from mappings.rules import OrderRules
from tests.mappings.making import D, bundle, product, tax_row

RULES = OrderRules()


def figures(order):
    return [(line.key, line.net, line.tax) for line in order.lines]


def test_an_inclusive_manual_discount_is_taken_once():
    """10 × 250 less 100 by hand at 5.5 %, prices with tax: paid 2400.00, tax 125.12, net 2274.88."""
    row = product(
        inc="2500.0000",
        tax="125.1200",
        quantity=10,
        total_ex_tax="2369.6667",
        applied_discounts=[
            {"id": "manual-discount", "amount": 100, "name": "Manual", "code": None, "target": "order"}
        ],
        discounted_total_inc_tax="2400.0000",
    )
    order = translate(bundle([row], discount_amount="100.0000", is_tax_inclusive_pricing=True), RULES)
    assert figures(order) == [("product:1", D("2274.88"), D("125.12"))]
    assert order.total == D("2400.00")
    assert [(discount.name, discount.amount) for discount in order.lines[0].discounts] == [("Manual", 100)]


def test_shipping_taxed_at_a_rate_of_its_own_is_a_line_of_its_own():
    """119.95 at 3 % = 3.60, shipping 10.00 at 1 % = 0.10: total 133.65."""
    row = product(inc="123.5500", tax="3.6000")
    told = bundle(
        [row],
        total="133.6500",
        tax="3.7000",
        taxes=[tax_row("3.0000"), tax_row("1.0000", 0, "Freight", "shipping")],
        shipping_cost_ex_tax="10.0000",
        shipping_cost_inc_tax="10.1000",
        shipping_cost_tax="0.1000",
    )
    order = translate(told, RULES)
    assert figures(order) == [("product:1", D("119.95"), D("3.60")), ("shipping", D("10.00"), D("0.10"))]
    assert [rate.rate for line in order.lines for rate in line.rates] == [3, 1]


def test_an_exclusive_coupon_line_is_net_of_it_and_taxed_after_it():
    """89.00 less 35.90 at 7 %: net 53.10, tax 3.717 = 3.72, paid 56.82; the displayed 95.2350 is an estimate."""
    row = product(
        inc="95.2350",
        tax="3.7200",
        total_ex_tax="89.0000",
        applied_discounts=[
            {"id": "coupon", "amount": "35.9000", "name": "C", "code": "SAVE", "target": "order"}
        ],
        discounted_total_inc_tax="56.8200",
    )
    order = translate(bundle([row], coupon_discount="35.9000"), RULES)
    assert figures(order) == [("product:1", D("53.10"), D("3.72"))]
    assert order.lines[0].discounts[0].code == "SAVE"


def test_without_the_paid_line_the_lines_own_discounts_tell_it():
    """The same coupon line in an older answer that lacks discounted_total_inc_tax."""
    row = product(
        inc="95.2350",
        tax="3.7200",
        total_ex_tax="89.0000",
        applied_discounts=[{"amount": "35.9000", "code": "SAVE"}],
    )
    del row["discounted_total_inc_tax"]
    order = translate(bundle([row], total="56.82", tax="3.72"), RULES)
    assert figures(order) == [("product:1", D("53.10"), D("3.72"))]


def test_a_paid_line_that_does_not_add_up_gives_way_to_price_less_discounts():
    """Stated 55.13 (gross with tax less a discount without), charged 89.00 - 35.90 + 3.72 = 56.82."""
    row = product(
        inc="95.2350",
        tax="3.7200",
        total_ex_tax="89.0000",
        applied_discounts=[{"amount": "35.9000"}],
        discounted_total_inc_tax="55.1300",
    )
    order = translate(bundle([row], total="56.82", tax="3.72"), RULES)
    assert figures(order) == [("product:1", D("53.10"), D("3.72"))]


def test_the_paid_line_alone_is_enough():
    """56.82 paid with 3.72 of tax in it: net 53.10, whatever discount is told beside."""
    row = product(inc="95.2350", tax="3.7200", applied_discounts=[{"amount": "35.9000"}])
    row = {name: value for name, value in row.items() if not name.endswith(("ex_tax", "inc_tax"))}
    row["discounted_total_inc_tax"] = "56.8200"
    assert figures(translate(bundle([row]), RULES)) == [("product:1", D("53.10"), D("3.72"))]
    with pytest.raises(Unmappable) as held:
        translate(bundle([row], total="56.83"), RULES)
    assert held.value.reason == "sums-differ"


def test_discounts_nobody_broke_down_are_spread_by_price():
    """10.00 off lines of 20.00 and 10.00 without tax: 6.67 + 3.33, so 13.33 + 6.67 are paid."""
    rows = [product(1, "20.00", "0.00"), product(2, "10.00", "0.00")]
    for row in rows:
        del row["discounted_total_inc_tax"]
        row["applied_discounts"] = None
    order = translate(bundle(rows, total="20.00", tax="0.00", discount_amount="10.0000"), RULES)
    assert [line.net for line in order.lines] == [D("13.33"), D("6.67")]


def test_a_discount_that_only_some_of_the_lines_tell_of_is_spread_over_what_is_left_of_them():
    """30.00 - 5.00 (coupon, told on the first line) - 3.00 (told nowhere): 15.00 and 10.00 bear 1.80 and 1.20 of it."""
    rows = [
        product(1, "20.00", "0.00", applied_discounts=[{"id": "coupon", "amount": 5}]),
        product(2, "10.00", "0.00"),
    ]
    for row in rows:
        del row["discounted_total_inc_tax"]
    told = bundle(rows, total="22.00", tax="0.00", discount_amount="3.0000", coupon_discount="5.0000")
    assert [line.net for line in translate(told, RULES).lines] == [D("13.20"), D("8.80")]


def shipped_with_coupon(total, tax, coupon="0.0000", **more):
    """12.00 of goods, shipping of 6.00 at 20 % as it was before any coupon."""
    shipping = {"shipping_cost_ex_tax": "5.00", "shipping_cost_inc_tax": "6.00", "shipping_cost_tax": "1.00"}
    told = bundle(total=total, tax=tax, coupon_discount=coupon, **(shipping | more))
    return [(line.key, line.gross, line.tax) for line in translate(told, RULES).lines]


GOODS = ("product:1", D("12.00"), D("2.00"))


@pytest.mark.parametrize(
    ("total", "tax", "more", "shipping"),
    [
        ("12.00", "2.00", {"coupon": "5.00"}, []),
        ("12.00", "2.00", {"coupon": "6.00", "is_tax_inclusive_pricing": True}, []),
        (
            "15.60",
            "2.60",
            {"coupon": "2.00"},
            [("shipping", D("3.60"), D("0.60"))],
        ),
        (
            "14.00",
            "2.33",
            {"coupon": "4.00", "is_tax_inclusive_pricing": True},
            [("shipping", D("2.00"), D("0.33"))],
        ),
        ("12.00", "2.00", {"discount_amount": "5.00"}, []),
    ],
)
def test_a_coupon_for_shipping_that_no_line_tells_of_is_taken_off_shipping(total, tax, more, shipping):
    """5.00 net, 6.00 gross; 5.00 - 2.00 at 20 % is 3.60, 6.00 - 4.00 carries 0.33."""
    assert shipped_with_coupon(total, tax, **more) == [GOODS, *shipping]


def test_shipping_that_is_told_after_its_coupon_is_not_lowered_again():
    assert shipped_with_coupon("18.00", "3.00", coupon="4.00") == [GOODS, ("shipping", D("6.00"), D("1.00"))]


def test_no_coupon_makes_shipping_cheaper_than_nothing():
    with pytest.raises(Unmappable) as held:
        shipped_with_coupon("11.00", "2.00", coupon="7.00")
    assert "products 12.00 + shipping 6.00 = 18.00, but the order's total is 11.00" in held.value.what


@pytest.mark.parametrize(("kind", "nets"), [(4, [D("20.00")]), (2, [D("15.00"), D("5.00")])])
def test_where_a_discount_could_be_either_the_kind_of_the_coupon_decides(kind, nets):
    """An older answer: 20.00 of goods, shipping 5.00, coupon 5.00, nothing of it on the line; 20.00 were paid."""
    row = product(1, "20.00", "0.00")
    del row["discounted_total_inc_tax"]
    costs = {"shipping_cost_ex_tax": "5.00", "shipping_cost_inc_tax": "5.00", "shipping_cost_tax": "0.00"}
    told = bundle([row], total="20.00", tax="0.00", coupon_discount="5.0000", **costs)
    told["coupons"] = [{"id": 1, "code": "FREE", "type": kind, "discount": 5}]
    assert [line.net for line in translate(told, RULES).lines] == nets


def test_where_a_discount_could_be_either_and_no_coupon_is_told_the_tax_decides():
    """Prices with tax: 24.00 with 4.00, shipping 6.00 with 1.00, 6.00 off; the tax that was charged is 4.00."""
    row = product(1, "24.00", "4.00")
    del row["discounted_total_inc_tax"]
    costs = {"shipping_cost_ex_tax": "5.00", "shipping_cost_inc_tax": "6.00", "shipping_cost_tax": "1.00"}
    told = {"coupon_discount": "6.00", "is_tax_inclusive_pricing": True} | costs
    order = translate(bundle([row], total="24.00", tax="4.00", **told), RULES)
    assert figures(order) == [("product:1", D("20.00"), D("4.00"))]


def test_lines_in_fractions_of_a_cent_are_brought_to_whole_cents_that_make_the_total():
    """Three lines of 0.3333 without tax and a total of 1.00: 0.34 + 0.33 + 0.33."""
    rows = [product(number, "0.3333", "0.0000") for number in (1, 2, 3)]
    order = translate(bundle(rows, total="1.0000"), RULES)
    assert [line.net for line in order.lines] == [D("0.34"), D("0.33"), D("0.33")]


def test_unrounded_line_taxes_are_brought_to_whole_cents_too():
    """A store that does not round: taxes of 1.1985 + 1.1985 = 2.397 are charged as 2.40 on 11.98 without tax."""
    rows = [product(number, "7.1885", "1.1985", total_ex_tax="5.9900") for number in (1, 2)]
    order = translate(bundle(rows, total="14.3770", tax="2.3970"), RULES)
    assert [(line.net, line.tax) for line in order.lines] == [(D("5.99"), D("1.20")), (D("5.99"), D("1.20"))]
    assert (order.total, order.tax) == (D("14.38"), D("2.40"))


def test_line_taxes_a_cent_off_the_stated_tax_stay_as_charged():
    """Lines say 2.00 + 2.00, the order says 4.01 of tax and the gross amounts make the total: nothing moves."""
    order = translate(bundle([product(1), product(2)], tax="4.01"), RULES)
    assert [line.tax for line in order.lines] == [D("2.00"), D("2.00")]
    assert (order.total, order.tax) == (D("24.00"), D("4.01"))


def with_tax_of(tax):
    """10.00 + 2.00 and 13.00 + 2.60: 23.00 without tax, and the order adds a tax of its own."""
    told = bundle([product(1), product(2, "15.60", "2.60")], total=str(D(23) + D(tax)), tax=tax)
    return [(line.net, line.tax) for line in translate(told, RULES).lines]


@pytest.mark.parametrize(
    ("tax", "taxes"), [("4.61", ("2.00", "2.61")), ("4.59", ("2.00", "2.59")), ("4.62", ("2.01", "2.61"))]
)
def test_a_tax_cents_off_its_lines_that_was_charged_moves_a_cent_on_the_largest_of_them(tax, taxes):
    """2.00 + 2.60 = 4.60 were told, and 23.00 + 4.61, 4.59 or 4.62 were charged."""
    assert with_tax_of(tax) == [(D("10.00"), D(taxes[0])), (D("13.00"), D(taxes[1]))]


def test_a_tax_that_is_off_by_more_than_a_cent_a_line_is_held():
    with pytest.raises(Unmappable) as held:
        with_tax_of("4.63")
    assert "its taxes make 4.60, and the order says 4.63" in held.value.what


@pytest.mark.parametrize("total", ["23.99", "24.01", "30.00", "0.00"])
def test_an_order_that_does_not_add_up_is_held_with_its_arithmetic(total):
    with pytest.raises(Unmappable) as held:
        translate(bundle([product(1), product(2)], total=total, tax="4.00"), RULES)
    assert held.value.reason == "sums-differ"
    assert f"products 24.00 = 24.00, but the order's total is {total}" in held.value.what


def test_a_total_from_which_certificate_and_credit_were_taken_is_understood():
    """Lines of 12.00, certificate 5.00, credit 2.00, total stated as 5.00: the order still costs 12.00."""
    told = bundle(total="5.00", tax="2.00", gift_certificate_amount="5.0000", store_credit_amount="2.0000")
    order = translate(told, RULES)
    assert order.total == D("12.00")
    assert [payment.amount for payment in order.payments] == [D("5.00"), D("2.00"), D("5.00")]


def test_bundled_children_are_named_on_their_parent_and_booked_nowhere():
    child = product(2, "0.00", "0.00", 3, parent_order_product_id=1, is_bundled_product=True, name="Mug")
    order = translate(bundle([product(1), child]), RULES)
    assert [line.key for line in order.lines] == ["product:1"]
    assert order.lines[0].description == "includes 3 × Mug"


def test_a_free_line_that_is_nobodys_child_stays_a_line():
    order = translate(bundle([product(1), product(2, "0.00", "0.00")]), RULES)
    assert [line.gross for line in order.lines] == [D("12.00"), D("0.00")]


def test_options_are_told_in_the_description():
    row = product(product_options=[{"display_name": "Size", "display_value": "L"}, {"display_value": "red"}])
    assert translate(bundle([row]), RULES).lines[0].description == "Size: L\nred"


def test_custom_lines_have_no_product_and_certificates_sold_are_their_own_kind():
    rows = [
        product(1, product_id=0, variant_id=None, sku=""),
        product(2, "50.00", "0.00", type="giftcertificate", product_id=0, variant_id=0, sku=""),
    ]
    lines = translate(bundle(rows), RULES).lines
    assert [(line.kind, line.product_id, line.variant_id) for line in lines] == [
        ("product", None, None),
        ("gift_certificate", None, None),
    ]


def test_handling_wrapping_and_fees_are_lines():
    """12.00 + handling 2.40 + wrapping 1.20 + fee 3.60 = 19.20, tax 2.00 + 0.40 + 0.20 + 0.60."""
    told = bundle(
        total="19.20",
        tax="3.20",
        handling_cost_ex_tax="2.00",
        handling_cost_inc_tax="2.40",
        handling_cost_tax="0.40",
        wrapping_cost_ex_tax="1.00",
        wrapping_cost_inc_tax="1.20",
        wrapping_cost_tax="0.20",
    )
    told["fees"] = [
        {"id": 8, "display_name": "Rush", "cost_exc_tax": "3.00", "cost_inc_tax": "3.60", "cost_tax": "0.60"}
    ]
    order = translate(told, RULES)
    assert figures(order)[1:] == [
        ("handling", D("2.00"), D("0.40")),
        ("wrapping", D("1.00"), D("0.20")),
        ("fee:8", D("3.00"), D("0.60")),
    ]
    inside = bundle(
        **{name: value for name, value in told["order"].items() if name.endswith(("tax", "cost"))}
    )
    inside["order"] |= {
        "fees": told["fees"],
        "total_inc_tax": "19.20",
        "total_tax": "3.20",
        "total_ex_tax": "16.00",
    }
    assert figures(translate(inside, RULES)) == figures(order)


ADDRESSES = [
    {"id": 41, "cost_ex_tax": "5.00", "cost_inc_tax": "6.00", "cost_tax": "1.00", "shipping_method": "Post"},
    {"id": 42, "cost_ex_tax": "5.00", "cost_inc_tax": "5.35", "cost_tax": "0.35", "shipping_method": "Van"},
]


def shipped(inc, tax):
    told = bundle(
        total=str(D(12) + D(inc)),
        tax=str(D(2) + D(tax)),
        taxes=[
            tax_row(20),
            tax_row(20, 0, "VAT", "shipping", order_address_id=41),
            tax_row(7, 0, "Reduced", "shipping", order_address_id=42),
        ],
        shipping_cost_inc_tax=inc,
        shipping_cost_tax=tax,
    )
    return translate(told | {"shipping_addresses": ADDRESSES}, RULES)


def test_shipping_to_several_addresses_is_a_line_each_with_its_own_rate():
    """6.00 at 20 % and 5.35 at 7 % are the order's 11.35."""
    order = shipped("11.35", "1.35")
    assert figures(order)[1:] == [
        ("shipping:41", D("5.00"), D("1.00")),
        ("shipping:42", D("5.00"), D("0.35")),
    ]
    assert [line.rates[0].rate for line in order.lines[1:]] == [20, 7]
    assert order.lines[1].name == "Shipping: Post"


def test_addresses_that_do_not_make_the_orders_shipping_are_not_believed():
    """A discounted 10.35 against 6.00 + 5.35."""
    assert figures(shipped("10.35", "1.35"))[1:] == [("shipping", D("9.00"), D("1.35"))]


def test_zero_decimal_and_three_decimal_currencies():
    yen = translate(bundle([product(inc="1100.0000", tax="100.0000")], default_currency_code="JPY"), RULES)
    dinars = translate(
        bundle([product(inc="1.1005", tax="0.1000")], total="1.101", default_currency_code="KWD"), RULES
    )
    assert (yen.places, yen.total) == (0, D(1100))
    assert (dinars.places, dinars.total, dinars.lines[0].gross) == (3, D("1.101"), D("1.101"))


CENTS = st.decimals(min_value="0.00", max_value="999.99", places=2)


@given(
    st.lists(
        st.tuples(CENTS, st.sampled_from([D(0), D(7), D(20)]), st.integers(1, 9)), min_size=1, max_size=60
    ),
    st.booleans(),
)
def test_lines_in_are_lines_out_and_add_up_to_the_total(rows, inclusive):
    products = []
    for number, (amount, rate, quantity) in enumerate(rows, 1):
        base = D(100) + rate if inclusive else D(100)
        tax = (amount * rate / base).quantize(D("0.01"))
        inc = amount if inclusive else amount + tax
        products.append(product(number, inc, tax, quantity))
    order = translate(bundle(products, is_tax_inclusive_pricing=inclusive), RULES)
    assert len(order.lines) == len(rows)
    assert sum((line.gross for line in order.lines), D(0)) == order.total
    assert sum((line.tax for line in order.lines), D(0)) == order.tax
    assert all(
        isinstance(figure, D) for line in order.lines for figure in (line.net, line.tax, line.quantity)
    )


@given(st.lists(st.decimals(min_value="0", max_value="99", places=4), min_size=1, max_size=40))
def test_fractions_of_cents_are_never_lost(amounts):
    total = sum(amounts, D(0)).quantize(D("0.01"), rounding="ROUND_HALF_UP")
    products = [product(number, amount, "0") for number, amount in enumerate(amounts, 1)]
    order = translate(bundle(products, total=str(total)), RULES)
    assert sum((line.gross for line in order.lines), D(0)) == total
