"""A described order becomes what a store answers: keys, types and sums."""

import json
from decimal import Decimal

import pytest

from sandbox import create_app
from sandbox.orders import DescriptionError, order_from, place

D = Decimal
LINE = {"price": "10.00", "quantity": 3, "tax": "20"}


def money(row, *keys):
    return [D(row[key]) for key in keys]


def test_the_order_of_2400_with_a_manual_discount():
    """10 × 250 inclusive at 5.5 %, 100 off: 2400.00 inc, 2274.88 ex, 125.12 tax."""
    bundle = order_from(
        {
            "inclusive": True,
            "lines": [{"price": "250", "quantity": 10, "tax": "5.5"}],
            "discounts": [{"kind": "manual", "amount": "100"}],
        }
    )
    order, line = bundle["order"], bundle["products"][0]
    assert (order["total_inc_tax"], order["total_ex_tax"]) == ("2400.0000", "2274.8800")
    assert (order["total_tax"], order["subtotal_tax"]) == ("125.1200", "125.1200")
    assert (order["subtotal_inc_tax"], order["subtotal_ex_tax"]) == ("2500.0000", "2369.6667")
    assert (order["discount_amount"], order["coupon_discount"]) == ("100.0000", "0.0000")
    assert line["discounted_total_inc_tax"] == "2400.0000"
    assert line["price_tax"] == "13.0333"
    assert line["applied_discounts"][0]["id"] == "manual-discount"


def test_the_order_of_133_65_with_taxed_shipping():
    """119.95 at 3 % and shipping 10.00 at 1 %: 129.95 ex, 3.70 tax, 133.65 inc."""
    bundle = order_from(
        {"lines": [{"price": "119.95", "tax": "3"}], "shipping": {"cost": "10.00", "tax": "1"}}
    )
    order = bundle["order"]
    assert money(order, "total_ex_tax", "total_tax", "total_inc_tax") == [D("129.95"), D("3.70"), D("133.65")]
    assert [row["line_item_type"] for row in bundle["taxes"]] == ["item", "shipping"]
    assert bundle["shipping_addresses"][0]["cost_inc_tax"] == "10.1000"


FULL = {
    "lines": [
        {**LINE, "wrapping": "2.50", "children": ["Lid"]},
        {"price": "4.99", "quantity": 7, "tax": ["6", "2.25"], "discounts": [{"amount": "1.11"}]},
        {"price": "25.00", "type": "giftcertificate", "product_id": 0},
    ],
    "discounts": [
        {"kind": "coupon", "amount": "7.77", "code": "SPRING"},
        {"kind": "automatic", "amount": "3.33"},
    ],
    "shipping": [
        {"cost": "4.90", "tax": "20"},
        {"cost": "5.10", "tax": "5", "address": {"city": "Elsewhere"}},
    ],
    "handling": {"cost": "1.50", "tax": "20"},
    "fees": [{"name": "Fragile", "cost": "2.00", "tax": "20"}],
}


@pytest.mark.parametrize("inclusive", [True, False])
def test_parts_add_up_to_the_total_in_both_price_bases(inclusive):
    bundle = order_from({**FULL, "inclusive": inclusive})
    order = bundle["order"]
    charges = sum(money(order, "shipping_cost_inc_tax", "handling_cost_inc_tax", "wrapping_cost_inc_tax"))
    fees = sum(D(fee["cost_inc_tax"]) for fee in bundle["fees"])
    paid = sum(D(line["discounted_total_inc_tax"]) for line in bundle["products"])
    assert paid + charges + fees == D(order["total_inc_tax"])
    assert D(order["total_ex_tax"]) + D(order["total_tax"]) == D(order["total_inc_tax"])
    side = "inc" if inclusive else "ex"
    gross = sum(
        money(order, f"subtotal_{side}_tax", f"shipping_cost_{side}_tax", f"handling_cost_{side}_tax")
    )
    gross += D(order[f"wrapping_cost_{side}_tax"]) + D(bundle["fees"][0][f"cost_{side}_tax"])
    assert gross - D(order["discount_amount"]) - D(order["coupon_discount"]) == D(order[f"total_{side}_tax"])


def test_tax_rows_add_up_to_the_tax_but_for_fees():
    bundle = order_from(FULL)
    rows = sum(D(row["line_amount"]) for row in bundle["taxes"])
    assert rows + D(bundle["fees"][0]["cost_tax"]) == D(bundle["order"]["total_tax"])


def test_coupons_and_discounts_are_told_apart_and_also_on_the_lines():
    bundle = order_from(FULL)
    taken = [one for line in bundle["products"] for one in line["applied_discounts"]]
    coupon = sum(D(one["amount"]) for one in taken if one["id"] == "total-coupon")
    assert coupon == D(bundle["order"]["coupon_discount"]) == D("7.77")
    assert (
        sum(D(one["amount"]) for one in taken) - coupon == D(bundle["order"]["discount_amount"]) == D("4.44")
    )
    assert bundle["coupons"][0]["discount"] == 7.77


def test_a_gift_certificate_bears_no_discount_and_no_tax():
    line = order_from(FULL)["products"][-1]
    assert (line["type"], line["applied_discounts"], line["total_tax"]) == ("giftcertificate", [], "0.0000")


def test_bundled_children_cost_nothing_and_name_their_parent():
    parent, child = order_from(FULL)["products"][:2]
    assert child["parent_order_product_id"] == parent["id"]
    assert child["is_bundled_product"]
    assert child["total_inc_tax"] == child["discounted_total_inc_tax"] == "0.0000"


def test_keys_stand_in_the_order_of_real_answers_and_all_of_it_is_json():
    bundle = order_from(FULL)
    keys = list(bundle["order"])
    assert keys[:5] == ["id", "customer_id", "date_created", "is_tax_inclusive_pricing", "date_modified"]
    assert keys[-1] == "custom_status"
    assert list(bundle["products"][0])[-2:] == ["configurable_fields", "discounted_total_inc_tax"]
    assert json.loads(json.dumps(bundle)) == bundle


def test_a_currency_without_decimals_still_has_four_on_paper():
    order = order_from({"currency": "JPY", "lines": [{"price": "1999", "tax": "10"}]})["order"]
    assert (order["total_tax"], order["total_inc_tax"]) == ("200.0000", "2199.0000")


@pytest.mark.parametrize(
    ("description", "names"),
    [
        ({}, "lines"),
        ({"lines": []}, "lines"),
        ({"lines": [{"quantity": 1}]}, r"lines\[0\]: price"),
        ({"lines": [{"price": "ten"}]}, r"lines\[0\].price"),
        ({"lines": [{**LINE, "colour": "red"}]}, "colour"),
        ({"lines": [LINE], "discounts": [{"kind": "magic", "amount": "1"}]}, "magic"),
        ({"lines": [LINE], "error": "NaN"}, "error"),
        ({"lines": [LINE], "created": "2026-03-02T08:00:00"}, "time zone"),
    ],
)
def test_what_describes_no_order_is_named_by_its_key(description, names):
    with pytest.raises(DescriptionError, match=names):
        order_from(description)


def test_a_described_order_stands_in_the_store():
    world = create_app().extensions["sandbox"]
    first, second = place(world, {"lines": [LINE]}), place(world, {"lines": [LINE]})
    assert second == first + 1
    assert world.bigcommerce.orders[first]["order"]["total_inc_tax"] == "36.0000"


def test_an_order_that_was_given_back_wholly_names_every_thing_and_its_pieces():
    told = {"lines": [{"price": "10.00", "quantity": 3, "tax": "20", "wrapping": "1.50"}]}
    told |= {"shipping": {"cost": "5.00", "tax": "20"}, "fees": [{"cost": "2.00"}], "refunded": "45.80"}
    bundle = order_from(told | {"status_id": 4})
    (refund,) = bundle["refunds"]
    kinds = [(item["item_type"], item["quantity"], item["requested_amount"]) for item in refund["items"]]
    assert kinds == [
        ("PRODUCT", 3, None),
        ("GIFT_WRAPPING", 3, None),
        ("SHIPPING", 1, 6),
        ("FEE", 1, 2),
    ]
    assert (refund["total_amount"], refund["total_tax"]) == (45.8, 7.3)
    assert [(row["is_refunded"], row["quantity_refunded"]) for row in bundle["products"]] == [(True, 3)]


def test_a_part_that_was_given_back_is_an_untaxed_amount_of_the_order():
    (refund,) = order_from({"lines": [{"price": "10.00", "tax": "20"}], "refunded": "1.00"})["refunds"]
    assert [item["item_type"] for item in refund["items"]] == ["ORDER"]
    assert (refund["total_amount"], refund["total_tax"]) == (1, 0)
