"""Items with everything that the documentation of both platforms leaves open about a catalogue, in every position."""

from decimal import Decimal

import pytest

from sandbox.switches import SWITCHES
from tests.tasks.shop import row, written

NAMES = {
    *(
        "product_name_case",
        "product_half_stored",
        "catalog_batch",
        "variant_new_labels",
        "variants_in_filters",
    ),
    *("past_the_end", "limit_headers", "neighbour", "zoho_itemdetails_limit", "zoho_itemdetails_places"),
    *("zoho_places", "zoho_missing_status", "zoho_item_names_unique", "zoho_group_keys_in_lists"),
}
ANY_VALUE = {"neighbour": 30, "zoho_itemdetails_limit": 3}
POSITIONS = [
    (switch.name, position)
    for switch in SWITCHES
    for position in (switch.choices or (ANY_VALUE.get(switch.name),))
    if switch.name in NAMES and position != switch.default
]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.mark.parametrize(("switch", "position"), POSITIONS)
def test_items_follow_whatever_the_platforms_do_where_nobody_says_what_they_do(new_lab, switch, position):
    lab = new_lab(switches={switch: position}).one_currency()
    items = [lab.item(name=f"Item {n}", sku=f"SKU-{n}", rate="10") for n in range(5)]
    sizes = [{"option": size, "name": size, "sku": f"S-{size}", "rate": "20"} for size in "SL"]
    group = lab.group("Shirt", "Size", sizes)
    lab.picture(items[0], PICTURE)
    records = [*items, f"group:{group}"]
    lab.sync_items(*records)
    lab.in_store(name="Stranger", sku="TAKEN")
    lab.change_item(items[1], rate="11", name="Stranger")
    lab.change_item(items[2], sku="TAKEN")
    lab.change_item(items[3], status="inactive")
    lab.delete_item(items[4])
    lab.item(
        name="M", sku="S-M", rate="21", group_id=group, attribute_name1="Size", attribute_option_name1="M"
    )
    lab.sync_items(*records)
    assert [row(lab, one).outcome for one in records] == [
        "synced",
        "synced",
        "held",
        "hidden",
        "hidden",
        "synced",
    ]
    renamed = lab.product(items[1])
    assert (renamed["name"], Decimal(str(renamed["price"]))) == ("Stranger (SKU-1)", 11)
    assert len(lab.product(items[0])["images"]) == 1
    assert sorted(one["sku"] for one in lab.product(f"group:{group}")["variants"]) == ["S-L", "S-M", "S-S"]
    assert [lab.product(one)["is_visible"] for one in items] == [True, True, True, False, False]
    assert len(lab.products) == 7
    before = len(written(lab))
    lab.sync_items(*(record for record in records if record != items[2]))
    assert len(written(lab)) == before
