"""What a hostile look at the way of items found: each of these once hid, doubled or stuck something."""

import time

import pytest

from ledger import sightings, work
from tasks import catalogue_match, hiding
from tasks.recipe import answer_nudge
from tests.tasks.shelf import carried_over, full, glance, look, noted, stocked
from tests.tasks.shop import link, note, row, rules

SIZES = [{"option": size, "name": f"Shirt {size}", "sku": f"T-{size}", "rate": 20} for size in "SL"]
TOO_LONG = "1" * 20  # for the store's UPC


@pytest.fixture
def lab(new_lab):
    lab = new_lab().one_currency()
    lab.set(items_on=True)
    return lab


def hidden(lab):
    return {one["name"] for one in lab.products.values() if not one["is_visible"]}


def sold(lab):
    """SKU by SKU whether it can be bought."""
    return {
        one["sku"].lower(): not one["purchasing_disabled"]
        for product in lab.products.values()
        for one in product["variants"]
    }


def skus(lab, *items):
    return [lab.product(item)["sku"] for item in items]


def both_sides(lab, many, few, **told):
    """So many items, each with a product of its SKU in the store, and what is told of the first few."""
    for number in range(many):
        lab.in_store(name=f"Product {number}", sku=f"P{number}")
        item = lab.item(name=f"Item {number}", sku=f"P{number}")
        if number < few:
            lab.change_item(item, **told)


def test_a_service_never_comes_by_a_product_and_so_hides_none(lab):
    both_sides(lab, 12, 12, product_type="service")
    look(lab)
    assert hidden(lab) == set()


def test_a_product_whose_item_is_inactive_from_the_start_is_hidden(lab):
    both_sides(lab, 12, 2, status="inactive")
    look(lab)
    assert {name[-2:] for name in hidden(lab)} == {" 0", " 1"}


def test_many_that_are_inactive_from_the_start_are_hidden_only_when_a_person_says_so(lab):
    both_sides(lab, 12, 8, status="inactive")
    look(lab)
    assert hidden(lab) == set()
    assert lab.row("hide-many", "items").reason == "mass-hide"


def test_an_item_that_was_deleted_and_made_anew_finds_its_product_again(lab):
    old = lab.item(name="Mug", sku="MUG", rate="10")
    look(lab)
    product = lab.product(old)["id"]
    lab.delete_item(old)
    new = lab.item(name="Mug", sku="mug", rate="11")
    glance(lab)
    look(lab)
    assert (row(lab, new).outcome, lab.product(new)["id"], len(lab.products)) == ("synced", product, 1)
    assert (float(lab.product(new)["price"]), hidden(lab)) == (11, set())
    assert link(lab, "product", f"item:{old}") is None


def test_one_that_was_hidden_before_its_item_was_made_anew_is_shown_again(lab):
    old = lab.item(name="Mug", sku="MUG")
    look(lab)
    lab.delete_item(old)
    look(lab)
    assert hidden(lab) == {"Mug"}
    new = lab.item(name="Mug", sku="MUG")
    lab.sync_items(new)
    assert (row(lab, new).outcome, hidden(lab), len(lab.products)) == ("synced", set(), 1)
    assert len(noted(lab)) == 0
    look(lab)
    assert hidden(lab) == set()


def test_the_end_of_the_old_item_and_the_start_of_the_new_one_in_one_batch_leave_the_product_on_sale(lab):
    old = lab.item(name="Mug", sku="MUG")
    look(lab)
    lab.delete_item(old)
    new = lab.item(name="Mug", sku="MUG")
    lab.sync_items(old, new)
    for _ in range(2):
        look(lab)
        assert (hidden(lab), len(lab.products)) == (set(), 1)


@pytest.mark.parametrize("first", [0, 1])
def test_a_sku_that_goes_from_one_item_to_another_arrives_whichever_is_worked_first(lab, first):
    items = [lab.item(name=name, sku=name) for name in ("One", "Two")]
    look(lab)
    giver, taker = items[first], items[1 - first]
    given = lab.product(giver)["sku"]
    lab.change_item(giver, sku="Free")
    lab.change_item(taker, sku=given)
    lab.sync_items(taker, giver)
    assert skus(lab, giver, taker) == ["Free", given]


def test_two_items_that_change_their_skus_with_each_other_do_so_in_the_store(lab):
    one, two = lab.item(name="One", sku="X"), lab.item(name="Two", sku="Y")
    look(lab)
    for item, sku in ((one, "Z"), (two, "X"), (one, "Y")):
        lab.change_item(item, sku=sku)
    lab.sync_items(one, two)
    assert skus(lab, one, two) == ["Y", "X"]


def test_two_variants_that_change_their_skus_with_each_other_do_so_in_the_store(lab):
    group = lab.group("Shirt", "Size", SIZES)
    look(lab)
    small, large = [one["item_id"] for one in lab.items_of(group)]
    for item, sku in ((small, "Z"), (large, "T-S"), (small, "T-L")):
        lab.change_item(item, sku=sku)
    lab.sync_items(f"group:{group}")
    by_id = {str(one["id"]): one["sku"] for one in lab.product(f"group:{group}")["variants"]}
    assert [by_id[link(lab, "variant", item).id] for item in (small, large)] == ["T-L", "T-S"]


@pytest.mark.parametrize("seen", [0, 1])
def test_a_variant_whose_item_no_list_has_shown_yet_is_asked_for_and_not_believed_gone(lab, seen):
    told = [
        {
            "sku": one["sku"],
            "price": 5,
            "option_values": [{"option_display_name": "Size", "label": one["option"]}],
        }
        for one in SIZES
    ]
    lab.in_store(name="Shirt", variants=told)
    group = lab.group("Shirt", "Size", SIZES)
    assert catalogue_match.link(lab.connection, catalogue_match.look(lab.connection).pairs) == 2
    rows = [(one["item_id"], f"group:{group}", "") for one in lab.items_of(group)[:seen]]
    sightings.see(lab.ledger, "main", "items", rows, time.time())
    work.note(lab.ledger, "main", "items", [f"group:{group}"], time.time())
    lab.quiet()
    assert (sold(lab), hidden(lab)) == ({"t-s": True, "t-l": True}, set())


def test_what_waits_when_the_catalogue_is_switched_off_is_not_written(lab):
    ids = note(lab, lab.item(sku="MUG"))
    lab.set(items_on=False)
    answer_nudge(lab.services, ids[0])
    assert lab.products == {}
    assert (work.find_id(lab.ledger, ids[0]).state, work.find_id(lab.ledger, ids[0]).attempts) == (
        "waiting",
        0,
    )


def test_an_inactive_item_goes_off_sale_whatever_else_is_wrong_with_it(lab):
    item = lab.item(name="Mug", sku="MUG")
    lab.sync_items(item)
    lab.change_item(item, upc=TOO_LONG, status="inactive")
    ended = lab.sync_items(item)
    assert (hidden(lab), ended.state, ended.reason) == ({"Mug"}, "held", "value-unfit")
    lab.change_item(item, upc="036000291452", status="active")
    lab.sync_items(item)
    assert hidden(lab) == set()


def test_an_inactive_member_goes_off_sale_though_its_group_is_held_for_another(lab):
    group = lab.group("Shirt", "Size", SIZES)
    lab.sync_items(f"group:{group}")
    small, large = [one["item_id"] for one in lab.items_of(group)]
    lab.change_item(small, status="inactive")
    lab.change_item(large, upc=TOO_LONG)
    assert lab.sync_items(f"group:{group}").reason == "value-unfit"
    assert (sold(lab), hidden(lab)) == ({"t-s": False, "t-l": True}, set())


def test_a_composite_item_that_is_not_followed_any_more_still_goes_when_it_is_inactive(lab):
    rules(lab, composites="product")
    item = lab.item(name="Set", sku="SET")
    lab.world.zoho.records["items"][item]["is_combo_product"] = True
    lab.sync_items(item)
    rules(lab, composites="skip")
    assert (lab.sync_items(item).reason, hidden(lab)) == ("composite", set())
    lab.change_item(item, status="inactive")
    lab.sync_items(item)
    assert hidden(lab) == {"Set"}


def test_what_neither_side_has_any_more_is_not_asked_for_day_after_day(lab):
    stocked(lab, 3)
    item = lab.item(name="Mug", sku="MUG")
    look(lab)
    lab.delete_item(item)
    look(lab)
    lab.products.pop(lab.product(item)["id"])
    look(lab)
    full(lab)
    assert noted(lab) == set()


def test_what_is_made_inactive_in_the_second_in_which_it_was_seen_is_hidden_all_the_same(lab):
    item = lab.item(name="Mug", sku="MUG")
    look(lab)
    lab.world.zoho.records["items"][item]["status"] = "inactive"
    sighting = sightings.stamps(lab.ledger, "main", "items", [item])[item]
    unsettled = (item, sighting.belongs, sighting.stamp.rstrip("~") + "~")
    sightings.see(lab.ledger, "main", "items", [unsettled], sighting.seen_at)
    look(lab)
    assert hidden(lab) == {"Mug"}


def test_many_small_sweeps_may_not_hide_together_what_one_may_not(lab):
    ids = carried_over(lab, 100)
    for start in range(0, 40, 8):
        for item in ids[start : start + 8]:
            lab.change_item(item, status="inactive")
        glance(lab)
    assert len(hidden(lab)) <= 10


def test_callbacks_may_not_hide_what_a_sweep_may_not_and_a_word_lets_it_happen(lab):
    ids = carried_over(lab, 20)
    for item in ids[:8]:
        lab.change_item(item, status="inactive")
    work.note(lab.ledger, "main", "items", [f"item:{item}" for item in ids[:8]], time.time())
    lab.quiet()
    assert (hidden(lab), row(lab, ids[0]).reason) == (set(), "withheld")
    assert work.find(lab.ledger, "main", "items", hiding.RECORD).reason == "mass-hide"
    assert look(lab).withheld == 8
    hiding.confirm(lab.connection)
    look(lab)
    assert len(hidden(lab)) == 8
    assert work.find(lab.ledger, "main", "items", hiding.RECORD).state == "done"
