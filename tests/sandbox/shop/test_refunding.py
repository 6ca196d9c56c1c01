"""What is given back of an order, piece by piece, is in the end what was sold, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.orders import order_from
from sandbox.shop.parts_json import item_json
from sandbox.shop.refunding import BASIS, NotRefundable, left_of, quote, rest_of

D = Decimal


def product(bundle, place=0, **told):
    return {"item_type": "PRODUCT", "item_id": bundle["products"][place]["id"], **told}


def give(bundle, *items, meant="gross"):
    """The quote of these items, which are given back at once."""
    seen = quote(bundle, items, meant)
    payments = [{"amount": float(seen.total), "is_declined": False}]
    row = {"items": [item_json(item) for item in seen.items], "payments": payments}
    bundle["refunds"].append({"total_amount": float(seen.total), **row})
    return seen.total, seen.tax


def test_the_last_piece_takes_what_is_left():
    """3 for 10.00 at 5.5 %: 10.00 + 0.55 = 10.55; a third is 3.52 with 0.18, twice, and 3.51 with 0.19."""
    bundle = order_from({"lines": [{"price": "10.00", "tax": "5.5"}]})
    bundle["products"][0]["quantity"] = 3
    one = product(bundle, quantity=1)
    assert [give(bundle, one) for _ in range(3)] == [
        (D("3.52"), D("0.18")),
        (D("3.52"), D("0.18")),
        (D("3.51"), D("0.19")),
    ]
    assert left_of(bundle) == 0
    with pytest.raises(NotRefundable):
        quote(bundle, [one])


def test_a_requested_amount_has_its_share_of_the_tax():
    """12.00 are 10.00 and 2.00 of tax: of 5.00 with tax 0.83 is tax (5 × 2 / 12 = 0.8333)."""
    bundle = order_from({"lines": [{"price": "10.00", "tax": "20"}]})
    assert give(bundle, product(bundle, amount="5.00")) == (D("5.00"), D("0.83"))
    assert give(bundle, product(bundle, amount="7.00")) == (D("7.00"), D("1.17"))


def test_a_requested_amount_may_be_meant_without_tax_where_prices_are():
    """5.00 of 10.00 without tax are 6.00 with it."""
    bundle = order_from({"lines": [{"price": "10.00", "tax": "20"}]})
    assert give(bundle, product(bundle, amount="5.00"), meant=BASIS) == (D("6.00"), D("1.00"))
    assert rest_of(bundle, BASIS) == [product(bundle, quantity=1)]
    inclusive = order_from({"lines": [{"price": "12.00", "tax": "20"}], "inclusive": True})
    assert give(inclusive, product(inclusive, amount="6.00"), meant=BASIS) == (D("6.00"), D("1.00"))


def test_a_deduction_lowers_a_piece_and_its_tax_and_the_next_piece_does_not_bring_it_back():
    """24.00 for two, 4.00 of it tax; 12.00 less 3.00 are 9.00, of the tax 2.00 × 9 / 12 = 1.50."""
    bundle = order_from({"lines": [{"price": "10.00", "quantity": 2, "tax": "20"}]})
    fee = [{"amount": -3, "description": "service"}]
    assert give(bundle, product(bundle, quantity=1, adjustments=fee)) == (D("9.00"), D("1.50"))
    assert give(bundle, product(bundle, quantity=1)) == (D("12.00"), D("2.00"))
    assert rest_of(bundle) == [{"item_type": "ORDER", "item_id": 100, "amount": D("3.00")}]


def test_what_exceeds_the_order_is_adjusted():
    """Of 12.00 an amount of 5.00 is gone; the piece for 12.00 then brings 7.00, told as an adjustment of -5.00."""
    bundle = order_from({"lines": [{"price": "10.00", "tax": "20"}]})
    give(bundle, {"item_type": "ORDER", "item_id": 100, "amount": 5})
    seen = quote(bundle, [product(bundle, quantity=1)])
    assert (seen.total, seen.tax, seen.adjustment) == (D("7.00"), D("2.00"), D("-5.00"))
    assert rest_of(bundle) == [{"item_type": "ORDER", "item_id": 100, "amount": D("7.0000")}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"item_type": "PRODUCT", "item_id": 1, "quantity": 1},
        {"item_type": "TAX", "item_id": 100, "amount": 1},
        {"item_type": "SHIPPING", "item_id": 10001, "amount": "5.01"},
        {"item_type": "SHIPPING", "item_id": 10001, "amount": 0},
        {"item_type": "SHIPPING", "item_id": 10001},
        {"item_type": "PRODUCT", "item_id": 100001, "quantity": 0},
        {"item_type": "PRODUCT", "item_id": 100001, "quantity": 1, "adjustments": [{"amount": 1}]},
        {"item_type": "PRODUCT", "item_id": 100001, "quantity": 1, "adjustments": [{"amount": -13}]},
    ],
)
def test_what_the_order_does_not_have_is_not_given_back(wrong):
    bundle = order_from({"lines": [{"price": "10.00", "tax": "20"}], "shipping": "5.00"})
    with pytest.raises(NotRefundable):
        quote(bundle, [wrong])


LINES = st.lists(
    st.fixed_dictionaries(
        {
            "price": st.integers(1, 9999).map(lambda cents: str(D(cents).scaleb(-2))),
            "quantity": st.integers(1, 5),
            "tax": st.sampled_from(["0", "5.5", "20", "8.25"]),
        }
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(LINES, st.booleans(), st.integers(0, 300), st.data())
def test_pieces_in_any_order_make_the_whole(lines, inclusive, cents, data):
    off = [{"amount": str(D(cents).scaleb(-2))}] if cents < 100 * len(lines) else []
    bundle = order_from({"lines": lines, "inclusive": inclusive, "discounts": off, "shipping": "4.95"})
    if any(D(row["discounted_total_inc_tax"]) < 0 for row in bundle["products"]):
        return
    pieces = [place for place, line in enumerate(lines) for _ in range(line["quantity"])]
    given_back = [
        give(bundle, product(bundle, place, quantity=1)) for place in data.draw(st.permutations(pieces))
    ]
    assert all(total >= 0 and tax >= 0 for total, tax in given_back)
    given_back += [give(bundle, *rest_of(bundle))] if rest_of(bundle) else []
    assert sum(total for total, _ in given_back) == D(bundle["order"]["total_inc_tax"])
    assert sum(tax for _, tax in given_back) == D(bundle["order"]["total_tax"])
    assert left_of(bundle) == 0
