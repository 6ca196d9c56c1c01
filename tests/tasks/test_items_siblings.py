"""Items of their own that share a product of the store: each follows its variant, and none takes its sibling away."""

import pytest

from tests.tasks.shop import written
from tests.tasks.test_items_groups import SIZES


@pytest.fixture
def lab(new_lab):
    return new_lab().one_currency()


@pytest.fixture
def siblings(lab):
    """A T-shirt of two sizes in the store, each the variant of an item that is in no group; the items by size."""
    told = [
        {"sku": f"t-{size}", "price": 5, "option_values": [{"option_display_name": "Size", "label": size}]}
        for size in "SL"
    ]
    lab.in_store(name="T-shirt", variants=told)
    items = {size: lab.item(name=f"T-shirt {size}", sku=f"T-{size}", rate="20") for size in "SL"}
    lab.sync_items(*items.values())
    assert len(lab.products) == 1
    return items


def for_sale(lab):
    """SKU by SKU of all products, whether a shopper can buy it."""
    return {
        row["sku"].lower(): product["is_visible"] and not row["purchasing_disabled"]
        for product in lab.products.values()
        for row in product["variants"]
    }


@pytest.mark.parametrize("gone", ["deleted", "inactive"])
def test_a_sibling_that_goes_takes_only_its_own_variant_off_sale(lab, siblings, gone):
    if gone == "deleted":
        lab.delete_item(siblings["S"])
    else:
        lab.change_item(siblings["S"], status="inactive")
    lab.sync_items(siblings["S"])
    assert for_sale(lab) == {"t-s": False, "t-l": True}
    lab.sync_items(*siblings.values())
    assert for_sale(lab) == {"t-s": False, "t-l": True}


def test_an_item_that_leaves_its_group_sells_on_as_the_variant_it_was_and_nobody_quarrels(lab):
    group = lab.group("Shirt", "Size", SIZES)
    lab.sync_items(f"group:{group}")
    small = next(row["item_id"] for row in lab.items_of(group) if row["sku"] == "SHIRT-S")
    lab.world.zoho.ask("POST", f"/items/ungroup?item_ids={small}", {}, "inventory")
    rows = lab.sync_items(f"group:{group}", small)
    assert [row.outcome for row in rows] == ["synced", "synced"]
    assert for_sale(lab) == {"shirt-s": True, "shirt-l": True}
    before = len(written(lab))
    lab.sync_items(f"group:{group}", small)
    lab.sync_items(small, f"group:{group}")
    assert len(written(lab)) == before
