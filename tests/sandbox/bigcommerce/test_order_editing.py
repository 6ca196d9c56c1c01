"""Lines of an order changed by PUT: discounts on them drop, tax and totals are computed anew."""

from decimal import Decimal

import pytest

from tests.sandbox.bigcommerce.lives import LINE, check_adds_up, placed, read, scopes, totals
from tests.sandbox.bigcommerce.test_callbacks import hook, receiver

__all__ = ["receiver"]
D = Decimal


def put(store, order_id, *rows, **more):
    return store.api("PUT", f"v2/orders/{order_id}", json={"products": list(rows), **more})


def first(store, order_id):
    return store.api("GET", f"v2/orders/{order_id}/products").json()[0]["id"]


def test_another_quantity_is_taxed_anew(store):
    """5 × 10.00 at 20 %: 50.00 + 10.00 = 60.00, and 6.00 of shipping."""
    order_id = placed(store, shipping={"cost": "5.00", "tax": "20"})
    answer = put(store, order_id, {"id": first(store, order_id), "quantity": 5})
    assert answer.status_code == 200
    bundle = read(store, order_id)
    assert totals(bundle) == ("55.0000", "11.0000", "66.0000")
    assert (bundle["order"]["items_total"], bundle["order"]["subtotal_tax"]) == (5, "10.0000")
    assert [row["line_amount"] for row in bundle["taxes"]] == ["10.0000", "1.0000"]
    check_adds_up(bundle)


def test_another_price_that_fits_the_rates_keeps_them(store):
    order_id = placed(store)
    put(store, order_id, {"id": first(store, order_id), "price_ex_tax": "8.00", "price_inc_tax": 9.6})
    bundle = read(store, order_id)
    assert totals(bundle) == ("24.0000", "4.8000", "28.8000")
    assert [(row["rate"], row["line_amount"]) for row in bundle["taxes"]] == [("20.0000", "4.8000")]


def test_a_price_with_a_tax_of_its_own_has_no_rate(store):
    """3 × (9.00 + 1.11): 27.00 + 3.33, and no row says what the 3.33 are."""
    order_id = placed(store)
    put(store, order_id, {"id": first(store, order_id), "price_ex_tax": 9, "price_inc_tax": "10.11"})
    bundle = read(store, order_id)
    assert totals(bundle) == ("27.0000", "3.3300", "30.3300")
    assert bundle["taxes"] == []


@pytest.mark.parametrize(("inclusive", "total"), [(False, "76.8000"), (True, "64.0000")])
def test_discounts_drop_where_a_line_is_changed_and_stay_on_the_others(store, inclusive, total):
    """10.00 off 30.00 and 20.00 is 6.00 and 4.00; the first, once more, without its 6.00: 40 + 16, 8 of shipping."""
    off = [{"kind": "coupon", "amount": "10.00", "code": "TEN"}]
    lines = [LINE, {"price": "20.00", "tax": "20"}]
    shipping = {"cost": "8.00", "tax": "20"}
    order_id = placed(store, lines=lines, discounts=off, inclusive=inclusive, shipping=shipping)
    put(store, order_id, {"id": first(store, order_id), "quantity": 4})
    bundle = read(store, order_id)
    assert bundle["order"]["total_inc_tax"] == total
    assert bundle["order"]["coupon_discount"] == "4.0000"
    assert [row["discount"] for row in bundle["coupons"]] == [4]
    assert [len(row["applied_discounts"]) for row in bundle["products"]] == [0, 1]
    check_adds_up(bundle)


def test_a_row_that_changes_nothing_drops_nothing(store):
    order_id = placed(store, discounts=[{"amount": "3.00"}])
    before = read(store, order_id)
    put(store, order_id, {"id": first(store, order_id), "quantity": 3, "name": "Thing 1"})
    after = read(store, order_id)
    assert after["products"] == before["products"]
    assert totals(after) == totals(before)


def test_a_quantity_of_nothing_takes_the_line_out_with_its_parts_its_wrapping_and_its_tax(store):
    wrapped = {"price": "7.00", "tax": "5.5", "wrapping": "2.00", "children": ["Lid"]}
    order_id = placed(store, lines=[wrapped, LINE])
    assert len(read(store, order_id)["products"]) == 3
    put(store, order_id, {"id": first(store, order_id), "quantity": 0})
    bundle = read(store, order_id)
    assert [row["name"] for row in bundle["products"]] == ["Thing 2"]
    assert totals(bundle) == ("30.0000", "6.0000", "36.0000")
    assert bundle["order"]["wrapping_cost_inc_tax"] == "0.0000"
    check_adds_up(bundle)
    assert put(store, order_id, {"id": first(store, order_id), "quantity": 0}).status_code == 400


def test_parts_of_a_bundle_follow_their_parent(store):
    order_id = placed(store, lines=[{"price": "7.00", "quantity": 2, "children": ["Lid"]}])
    put(store, order_id, {"id": first(store, order_id), "quantity": 6})
    assert [row["quantity"] for row in read(store, order_id)["products"]] == [6, 6]


def test_a_row_without_an_id_is_a_line_more_at_the_price_that_it_tells(store):
    order_id = placed(store, shipping="5.00", inclusive=True)
    more = {"name": "Poster", "price_ex_tax": 10, "price_inc_tax": "10.98", "quantity": 2}
    assert put(store, order_id, more).status_code == 200
    bundle = read(store, order_id)
    line = bundle["products"][1]
    assert (line["total_inc_tax"], line["total_tax"], line["base_price"]) == ("21.9600", "1.9600", "10.9800")
    assert line["id"]
    assert line["order_address_id"] == bundle["shipping_addresses"][0]["id"]
    assert bundle["order"]["total_inc_tax"] == "56.9600"
    assert bundle["order"]["items_total"] == bundle["shipping_addresses"][0]["items_total"] == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 1, "quantity": 2},
        {"quantity": "many"},
        {"quantity": -1},
        {"total_tax": "1.00"},
        {"base_price": "1.00"},
        {"colour": "red"},
        {"price_ex_tax": 1},
        {"price_ex_tax": "cheap", "price_inc_tax": 1},
        {"name": ""},
        {"name": "A", "name_customer": "B"},
    ],
)
def test_a_wrong_row_is_refused_and_nothing_is_changed(store, wrong):
    order_id = placed(store)
    number = first(store, order_id)
    before = read(store, order_id)
    answer = put(store, order_id, {"id": number, "quantity": 9}, {"id": number, **wrong})
    assert (answer.status_code, answer.json()[0]["status"]) == (400, 400)
    assert read(store, order_id) == before


def test_an_edit_is_told_and_dated(store, receiver):
    order_id = placed(store)
    hook(store)
    store.world.clock.advance(60)
    before = store.api("GET", f"v2/orders/{order_id}").json()["date_modified"]
    put(store, order_id, {"id": first(store, order_id), "quantity": 1}, staff_notes="less")
    assert scopes(store, receiver) == ["order/updated"]
    order = store.api("GET", f"v2/orders/{order_id}").json()
    assert order["date_modified"] != before
    assert (order["staff_notes"], order["total_inc_tax"]) == ("less", "12.0000")


def test_an_order_whose_rows_say_no_rate_keeps_the_one_that_its_amounts_show(store):
    order_id = placed(store)
    store.world.bigcommerce.orders[order_id]["taxes"] = []
    put(store, order_id, {"id": first(store, order_id), "quantity": 1})
    assert totals(read(store, order_id)) == ("10.0000", "2.0000", "12.0000")


def test_a_currency_without_decimals_has_whole_tax(store):
    """3 × 55 at 10 %: 165, and 16.5 of tax is 17."""
    order_id = placed(store, lines=[{"price": "55", "tax": "10"}], currency="JPY")
    put(store, order_id, {"id": first(store, order_id), "quantity": 3})
    assert totals(read(store, order_id)) == ("165.0000", "17.0000", "182.0000")
