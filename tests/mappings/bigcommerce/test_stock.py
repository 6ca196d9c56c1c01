import pytest

from mappings.bigcommerce.stock import StockHabits, habits, identity, levels, takings
from mappings.errors import Unmappable
from tests.mappings.making import bundle, product

PLACED = StockHabits("order_placed", edits=True, restocks=True)
KEEPS = StockHabits("order_placed", edits=True, restocks=False)
SHIPPED = StockHabits("order_completed_or_shipped", edits=True, restocks=True)
STANDING = (1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14)


def order(*rows, status=11, **more):
    return bundle(list(rows) or [product(quantity=2)], status_id=status) | more


def child(number=2, parent=1, **more):
    """A pick-list choice: it rides along at no price."""
    return product(
        number, "0.0000", "0.0000", parent_order_product_id=parent, is_bundled_product=True, **more
    )


@pytest.mark.parametrize("status", STANDING)
def test_an_order_that_stands_takes_its_goods_on_both_sides(status):
    assert takings(order(status=status), PLACED) == {"171": ("71", 2, 2)}


def test_an_order_that_is_only_begun_takes_nothing():
    assert takings(order(status=0), PLACED) == {"171": ("71", 0, 0)}


@pytest.mark.parametrize("status", STANDING)
def test_a_store_that_counts_at_shipping_is_short_of_nothing_before(status):
    taken = 2 if status in (2, 10) else 0
    assert takings(order(status=status), SHIPPED) == {"171": ("71", taken, 2)}


def test_goods_that_were_shipped_stay_taken_when_the_status_goes_back():
    assert takings(order(status=11), SHIPPED, {"171": 2}) == {"171": ("71", 2, 2)}


@pytest.mark.parametrize("status", [4, 5, 6])
def test_the_stores_setting_says_whether_a_cancelled_order_puts_its_goods_back(status):
    assert takings(order(status=status), PLACED, {"171": 2}) == {"171": ("71", 0, 0)}
    assert takings(order(status=status), KEEPS, {"171": 2}) == {"171": ("71", 2, 0)}


def test_an_order_that_was_over_before_it_was_read_had_taken_its_goods():
    assert takings(order(status=5), KEEPS) == {"171": ("71", 2, 0)}
    assert takings(order(status=5), KEEPS, {"171": 0}) == {"171": ("71", 0, 0)}
    never_shipped = StockHabits("order_completed_or_shipped", edits=True, restocks=False)
    assert takings(order(status=5), never_shipped) == {"171": ("71", 0, 0)}


def test_a_refund_puts_nothing_back():
    refunded = order(status=4, refunds=[{"id": 1}])
    assert takings(refunded, PLACED, {"171": 2}) == {"171": ("71", 2, 0)}
    partly = order(product(quantity=2, quantity_refunded=1), status=14, refunds=[{"id": 1}])
    assert takings(partly, PLACED, {"171": 2}) == {"171": ("71", 2, 2)}


def test_an_edit_moves_stock_only_where_the_store_is_set_so():
    edited = order(product(quantity=5))
    assert takings(edited, PLACED, {"171": 2}) == {"171": ("71", 5, 5)}
    stays = StockHabits("order_placed", edits=False, restocks=True)
    assert takings(edited, stays, {"171": 2}) == {"171": ("71", 2, 5)}
    assert takings(edited, stays, {"171": 0}) == {"171": ("71", 5, 5)}
    removed = {"171": 2, "172": 3, "173": 0}
    assert takings(edited, stays, removed) == {"172": ("", 3, 0), "171": ("71", 2, 5)}
    assert takings(edited, PLACED, removed) == {"171": ("71", 5, 5)}


def test_several_lines_of_one_variant_are_one_taking():
    rows = product(1, quantity="2.0000"), product(2, variant_id=171, product_id=71, quantity=3)
    assert takings(order(*rows), PLACED) == {"171": ("71", 5, 5)}


def test_what_is_no_goods_of_the_store_takes_nothing():
    rows = (
        product(1, type="digital"),
        product(2, type="giftcertificate"),
        product(3, product_id=0, variant_id=0),
        product(4, variant_id=None),
    )
    assert takings(order(*rows), PLACED) == {}


def test_what_rides_along_is_taken_and_due_unless_a_kit_brings_it():
    bundled = order(product(1), child(quantity=3))
    assert takings(bundled, PLACED) == {"171": ("71", 1, 1), "172": ("72", 3, 3)}
    assert takings(bundled, PLACED, kits={"171"}) == {"171": ("71", 1, 1), "172": ("72", 3, 0)}
    assert takings(bundled, PLACED, kits={"71"})["172"] == ("72", 3, 0)
    assert takings(bundled, PLACED, kits={"172"})["172"] == ("72", 3, 3)


def test_an_order_that_is_held_for_its_money_takes_its_goods_all_the_same():
    odd = order()
    del odd["order"]["date_created"], odd["order"]["total_inc_tax"]
    assert takings(odd, PLACED) == {"171": ("71", 2, 2)}


def test_a_quantity_that_nobody_can_read_is_named():
    with pytest.raises(Unmappable) as why:
        takings(order(product() | {"quantity": "some"}), PLACED)
    assert "products[0].quantity" in why.value.what


@pytest.mark.parametrize("wrapped", [True, False])
def test_habits_are_read_from_the_stores_settings(wrapped):
    told = {
        "update_stock_behavior": "order_completed_or_shipped",
        "edit_order_stock_adjustment": False,
        "refund_order_stock_adjustment": True,
    }
    assert habits({"data": told} if wrapped else told) == StockHabits(
        "order_completed_or_shipped", False, True
    )


def test_habits_that_are_not_told_are_those_of_a_new_store():
    assert habits({}) == habits({"data": {}}) == StockHabits("order_placed", edits=True, restocks=False)


def test_levels_are_read_by_location():
    row = {
        "identity": {"variant_id": 171},
        "locations": [
            {"location_id": 1, "total_inventory_onhand": 12, "available_to_sell": 10},
            {"location_id": "2", "total_inventory_onhand": None, "available_to_sell": 0},
        ],
    }
    assert levels(row) == {1: (12, 10), 2: (0, 0)}
    assert levels({"locations": None}) == {}


def test_a_level_is_addressed_as_it_is_tracked():
    assert identity({"tracking": "product", "product": "71"}, "171") == {"product_id": 71}
    assert identity({"tracking": "variant", "product": "71"}, "171") == {"variant_id": 171}
