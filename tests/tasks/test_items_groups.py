"""Item groups become one product with variants, whatever becomes of their members."""

from decimal import Decimal

import pytest

from ledger import sightings, work
from tests.tasks.shop import link, note, row, written

SIZES = [
    {"option": "S", "name": "Shirt S", "sku": "SHIRT-S", "rate": "20"},
    {"option": "L", "name": "Shirt L", "sku": "SHIRT-L", "rate": "22"},
]


@pytest.fixture
def lab(new_lab):
    return new_lab().one_currency()


@pytest.fixture
def shirt(lab):
    """A group of two sizes that is in the store; the record and its items by SKU."""
    group = lab.group("Shirt", "Size", SIZES)
    assert lab.sync_items(f"group:{group}").outcome == "synced"
    return f"group:{group}", {one["sku"]: one["item_id"] for one in lab.items_of(group)}


def variants(lab, record):
    """What can be bought, by SKU: price, options, and whether it is for sale."""
    return {
        one["sku"]: (
            Decimal(str(one["price"])),
            [(value["option_display_name"], value["label"]) for value in one["option_values"]],
            not one["purchasing_disabled"],
        )
        for one in lab.product(record)["variants"]
    }


def test_a_group_becomes_one_product_with_variants(lab, shirt):
    record, items = shirt
    assert variants(lab, record) == {
        "SHIRT-S": (20, [("Size", "S")], True),
        "SHIRT-L": (22, [("Size", "L")], True),
    }
    assert (lab.product(record)["name"], len(lab.products)) == ("Shirt", 1)
    told = {str(one["id"]): one["sku"] for one in lab.product(record)["variants"]}
    assert {sku: told[link(lab, "variant", item).id] for sku, item in items.items()} == {
        sku: sku for sku in items
    }


def test_a_price_of_one_variant_is_one_write(lab, shirt):
    record, items = shirt
    lab.change_item(items["SHIRT-S"], rate="19")
    before = len(written(lab))
    lab.sync_items(record)
    assert variants(lab, record)["SHIRT-S"][0] == 19
    assert len(written(lab)) == before + 1


def test_a_new_member_becomes_a_variant_and_its_option_a_value(lab, shirt):
    record, _ = shirt
    lab.item(
        name="Shirt M", sku="SHIRT-M", rate="21", group_id=record.split(":")[1],
        attribute_name1="Size", attribute_option_name1="M",
    )  # fmt: skip
    lab.sync_items(record)
    assert variants(lab, record)["SHIRT-M"] == (21, [("Size", "M")], True)
    before = len(written(lab))
    lab.sync_items(record)
    assert len(written(lab)) == before


def test_an_inactive_member_cannot_be_bought_and_can_again(lab, shirt):
    record, items = shirt
    lab.change_item(items["SHIRT-S"], status="inactive")
    lab.sync_items(record)
    assert [variants(lab, record)[sku][2] for sku in ("SHIRT-S", "SHIRT-L")] == [False, True]
    assert lab.product(record)["is_visible"] is True
    lab.change_item(items["SHIRT-S"], status="active")
    lab.sync_items(record)
    assert variants(lab, record)["SHIRT-S"][2] is True


def test_a_variant_that_a_person_took_off_sale_stays_so(lab, shirt):
    record, items = shirt
    lab.product(record)["variants"][0]["purchasing_disabled"] = True
    lab.change_item(items["SHIRT-S"], rate="18")
    lab.sync_items(record)
    assert variants(lab, record)["SHIRT-S"][::2] == (18, False)


def test_a_deleted_member_cannot_be_bought_and_the_last_one_takes_the_product_with_it(lab, shirt):
    record, items = shirt
    lab.delete_item(items["SHIRT-S"])
    assert lab.sync_items(record).outcome == "synced"
    assert [variants(lab, record)[sku][2] for sku in ("SHIRT-S", "SHIRT-L")] == [False, True]
    assert list(sightings.stamps(lab.ledger, "main", "items", items.values())) == [items["SHIRT-L"]]
    lab.delete_item(items["SHIRT-L"])
    assert lab.sync_items(record).outcome == "hidden"
    assert lab.product(record)["is_visible"] is False
    assert len(lab.product(record)["variants"]) == 2


def test_a_group_whose_members_are_all_inactive_is_hidden_and_shown_again_with_the_first(lab, shirt):
    record, items = shirt
    for item in items.values():
        lab.change_item(item, status="inactive")
    assert lab.sync_items(record).outcome == "hidden"
    assert lab.product(record)["is_visible"] is False
    lab.change_item(items["SHIRT-L"], status="active")
    assert lab.sync_items(record).outcome == "synced"
    assert lab.product(record)["is_visible"] is True
    assert [variants(lab, record)[sku][2] for sku in ("SHIRT-S", "SHIRT-L")] == [False, True]


def test_an_item_that_joins_a_group_is_a_variant_and_what_it_was_is_hidden(lab, shirt):
    record, _ = shirt
    alone = lab.item(name="Shirt M", sku="SHIRT-M", rate="21")
    lab.sync_items(alone)
    before = lab.product(alone)["id"]
    lab.change_item(alone, group_id=record.split(":")[1], attribute_name1="Size", attribute_option_name1="M")
    lab.sync_items(record)
    assert variants(lab, record)["SHIRT-M"] == (21, [("Size", "M")], True)
    assert (lab.products[before]["is_visible"], lab.products[before]["sku"]) == (False, "")
    writes = len(written(lab))
    lab.sync_items(record)
    assert len(written(lab)) == writes


def test_items_that_were_products_become_one_group(lab):
    alone = [lab.item(name=f"Shirt {size}", sku=f"SHIRT-{size}", rate="20") for size in "SL"]
    lab.sync_items(*alone)
    old = [lab.product(one)["id"] for one in alone]
    group = lab.group("Shirt", "Size", [{"option": "M", "name": "Shirt M", "sku": "SHIRT-M", "rate": "20"}])
    for item, size in zip(alone, "SL", strict=True):
        lab.change_item(item, group_id=group, attribute_name1="Size", attribute_option_name1=size)
    assert lab.sync_items(f"group:{group}").outcome == "synced"
    assert set(variants(lab, f"group:{group}")) == {"SHIRT-S", "SHIRT-M", "SHIRT-L"}
    assert [lab.products[one]["is_visible"] for one in old] == [False, False]


def test_an_item_that_a_list_showed_alone_goes_with_its_group(lab):
    """Lists may leave out the keys of groups: only the details of the item tell."""
    group = lab.group("Shirt", "Size", SIZES[:1])
    (item,) = [one["item_id"] for one in lab.items_of(group)]
    sightings.see(lab.ledger, "main", "items", [(item, f"item:{item}", "seen")], lab.connection.clock())
    lab.set(items_on=True)
    work.note(lab.ledger, "main", "items", [f"item:{item}"], lab.connection.clock())
    lab.quiet()
    ended = row(lab, item)
    assert (ended.outcome, ended.reason) == ("skipped", "part-of-group")
    assert row(lab, f"group:{group}").outcome == "synced"
    assert set(variants(lab, f"group:{group}")) == {"SHIRT-S"}
    assert sightings.stamps(lab.ledger, "main", "items", [item])[item].stamp == "seen"


def test_a_group_of_which_a_sweep_is_just_writing_down_the_members_is_looked_at_again(lab):
    group = lab.group("Shirt", "Size", SIZES)
    first, second = (one["item_id"] for one in lab.items_of(group))
    sightings.see(lab.ledger, "main", "items", [(first, f"group:{group}", "seen")], lab.connection.clock())
    lab.set(items_on=True)
    work.note(lab.ledger, "main", "items", [f"group:{group}"], lab.connection.clock())
    called = lab.app.wsgi_app

    def seen_meanwhile(environ, start_response):
        rows = [(second, f"group:{group}", "seen")]
        sightings.see(lab.ledger, "main", "items", rows, lab.connection.clock())
        return called(environ, start_response)

    lab.app.wsgi_app = seen_meanwhile
    lab.quiet()
    assert set(variants(lab, f"group:{group}")) == {"SHIRT-S", "SHIRT-L"}


def test_a_product_with_variants_that_was_there_is_taken_over_by_sku(lab):
    told = [
        {"sku": sku, "price": 5, "option_values": [{"option_display_name": "Size", "label": size}]}
        for sku, size in (("shirt-s", "S"), ("shirt-xl", "XL"))
    ]
    there = lab.in_store(name="T-shirt", variants=told)
    group = lab.group("Shirt", "Size", SIZES)
    lab.sync_items(f"group:{group}")
    assert (len(lab.products), lab.product(f"group:{group}")["id"]) == (1, there)
    told = variants(lab, f"group:{group}")
    assert {sku: (price, sold) for sku, (price, _, sold) in told.items()} == {
        "SHIRT-S": (20, True), "SHIRT-L": (22, True), "shirt-xl": (5, True),
    }  # fmt: skip


def test_items_that_each_followed_a_variant_of_one_product_become_its_group(lab):
    """The store had the product with its variants long before Zoho grouped the items."""
    told = [
        {
            "sku": f"SHIRT-{size}",
            "price": 5,
            "option_values": [{"option_display_name": "Size", "label": size}],
        }
        for size in "SL"
    ]
    there = lab.in_store(name="T-shirt", variants=told)
    alone = [lab.item(name=f"Shirt {size}", sku=f"SHIRT-{size}", rate="20") for size in "SL"]
    lab.sync_items(*alone)
    assert {lab.product(one)["id"] for one in alone} == {there}
    group = lab.group("Shirt", "Size", [{"option": "M", "name": "Shirt M", "sku": "SHIRT-M", "rate": "20"}])
    for item, size in zip(alone, "SL", strict=True):
        lab.change_item(item, group_id=group, attribute_name1="Size", attribute_option_name1=size)
    lab.sync_items(f"group:{group}")
    assert (lab.product(f"group:{group}")["id"], len(lab.products)) == (there, 1)
    assert set(variants(lab, f"group:{group}")) == {"SHIRT-S", "SHIRT-M", "SHIRT-L"}
    assert [lab.product(one) for one in alone] == [None, None]
    before = len(written(lab))
    lab.sync_items(f"group:{group}")
    assert len(written(lab)) == before


def test_a_group_whose_member_has_no_sku_is_held_and_holds_nobody_else(lab, shirt):
    record, _ = shirt
    mug = lab.item(name="Mug", sku="MUG")
    lonely = lab.group("Sock", "Size", [{"option": "S", "name": "Sock S", "rate": "5"}])
    note(lab, mug, record, f"group:{lonely}")
    lab.quiet()
    assert (row(lab, f"group:{lonely}").state, row(lab, f"group:{lonely}").reason) == ("held", "sku-missing")
    assert row(lab, mug).outcome == "synced"
