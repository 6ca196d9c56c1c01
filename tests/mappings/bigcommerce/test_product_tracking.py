from dataclasses import replace

import pytest

from mappings.zoho import catalogue
from tests.mappings.goods import FACTS, RULES, body, item, planned, product, row, shirt, variant

TRACK = replace(RULES, track=True)


def single(**more):
    return product(variant(1, **more))


def group(*tracked):
    sizes = enumerate(zip("SML", tracked, strict=False), 1)
    return product(*(variant(n, options=(("Size", size),), tracked=on) for n, (size, on) in sizes))


def test_a_new_product_of_a_tracked_item_is_tracked_where_stock_is_on():
    assert body(single(tracked=True), None, rules=TRACK)["inventory_tracking"] == "product"
    assert "inventory_tracking" not in body(single(tracked=True), None, rules=RULES)
    assert "inventory_tracking" not in body(single(tracked=False), None, rules=TRACK)


def test_a_new_group_is_tracked_by_variant_and_only_when_all_of_it_is():
    assert body(group(True, True), None, rules=TRACK)["inventory_tracking"] == "variant"
    assert "inventory_tracking" not in body(group(True, False), None, rules=TRACK)


def test_an_inactive_member_that_is_not_tracked_hinders_nothing():
    members = replace(variant(1, tracked=True), options=(("Size", "S"),)), variant(2, active=False)
    assert body(product(*members), None, rules=TRACK)["inventory_tracking"] == "variant"


def test_how_a_product_that_is_there_counts_its_stock_is_left_alone():
    there = row(inventory_tracking="none")
    assert planned(single(tracked=True), there, rules=TRACK).steps == ()
    kept = shirt(False, False, inventory_tracking="product")
    assert planned(group(True, True), kept, rules=TRACK).steps == ()


@pytest.mark.parametrize(("before", "turns"), [("product", True), ("none", False), ("variant", False)])
def test_a_simple_product_that_turns_into_variants_counts_by_variant(before, turns):
    there = row(sku="T-1", inventory_tracking=before)
    first = planned(group(True, True), there, rules=TRACK).steps[0]
    assert (first.verb, first.kind, first.body["sku"]) == ("update", "product", "")
    assert (first.body.get("inventory_tracking") == "variant") is turns


def test_a_simple_product_that_turns_into_variants_stays_as_it_is_where_stock_is_off():
    there = row(sku="T-1", inventory_tracking="product")
    assert "inventory_tracking" not in planned(group(True, True), there, rules=RULES).steps[0].body


@pytest.mark.parametrize(
    ("told", "tracked"),
    [
        ({"track_inventory": True}, True),
        ({"track_inventory": False}, False),
        ({"item_type": "inventory"}, True),
        ({"item_type": "sales"}, False),
        ({"item_type": "sales_and_purchases", "track_inventory": ""}, False),
    ],
)
def test_zoho_says_of_which_items_it_keeps_stock(told, tracked):
    (one,) = catalogue.product("item:1", [item(**told)], RULES, FACTS).variants
    assert one.tracked is tracked
