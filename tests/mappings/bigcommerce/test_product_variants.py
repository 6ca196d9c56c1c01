from dataclasses import replace

from mappings.bigcommerce.products import Known, hide, retire
from mappings.plans import Ref
from tests.mappings.goods import (
    EVERYTHING,
    body,
    group,
    held,
    linked,
    planned,
    product,
    row,
    shirt,
    variant,
    variant_row,
)
from tests.mappings.making import D


def test_an_inactive_item_is_hidden_and_says_so_before():
    (step,) = planned(product(variant(active=False)), row(), linked(1)).steps
    assert (step.body, step.expect) == ({"is_visible": False}, {"hides": True})


def test_a_hidden_product_goes_on_following():
    (step,) = planned(product(variant(active=False, rate=D(11))), row(), linked(1)).steps
    assert step.body == {"is_visible": False, "price": D("11.00")}
    assert body(product(variant(active=False, rate=D(11))), row(is_visible=False), linked(1)) == {
        "price": D("11.00")
    }


def test_what_we_hid_is_shown_again_and_what_a_person_hid_is_not():
    (step,) = planned(product(), row(is_visible=False), replace(linked(1), hidden=True)).steps
    assert (step.body, step.expect) == ({"is_visible": True}, {"shows": True})
    assert planned(product(), row(is_visible=False), linked(1)).steps == ()


def test_an_inactive_item_that_a_person_hid_before_stays_theirs():
    steps = planned(product(variant(active=False)), row(is_visible=False), linked(1)).steps
    assert not any(step.expect.get("hides") for step in steps)


def test_an_inactive_member_cannot_be_bought_and_its_product_stays_visible():
    (step,) = planned(group(True, False), shirt(False, False), linked(1, 2)).steps
    assert (step.kind, step.target, step.body) == ("variant", "902", {"purchasing_disabled": True})
    assert step.expect == {"hides": True}


def test_with_the_last_member_the_product_is_hidden():
    made = planned(group(False, False), shirt(False, True), linked(1, 2)).steps
    assert [(step.kind, step.body) for step in made] == [
        ("product", {"is_visible": False}),
        ("variant", {"purchasing_disabled": True}),
    ]


def test_a_variant_that_a_person_made_keeps_the_product_visible():
    """T-3 is in the store only."""
    made = planned(group(False, False), shirt(False, False, False), linked(1, 2)).steps
    assert [step.kind for step in made] == ["variant", "variant"]
    made = planned(group(False, False), shirt(False, False, True), linked(1, 2)).steps
    assert [step.kind for step in made] == ["product", "variant", "variant"]


def test_a_member_that_we_disabled_comes_back_and_one_that_a_person_disabled_does_not():
    (step,) = planned(group(True, True), shirt(True, True), linked(1, 2, hidden=(2,))).steps
    assert (step.target, step.body, step.expect) == ("902", {"purchasing_disabled": False}, {"shows": True})


def test_a_vanished_member_cannot_be_bought_any_longer():
    (step,) = planned(group(True), shirt(False, False), linked(1, 2)).steps
    assert (step.key, step.target, step.body) == ("variant:i2", "902", {"purchasing_disabled": True})
    assert planned(group(True), shirt(False, True), linked(1, 2)).steps == ()


def test_a_vanished_product_is_hidden_and_never_deleted():
    (step,) = hide(row(), linked(1)).steps
    assert (step.verb, step.kind, step.target, step.body) == (
        "update",
        "product",
        "77",
        {"is_visible": False},
    )
    assert step.expect == {"hides": True}
    assert hide(row(is_visible=False), linked(1)).steps == ()
    assert hide(None, Known()).steps == ()


def test_a_vanished_group_is_hidden_variant_by_variant():
    made = hide(shirt(False, True), linked(1, 2)).steps
    assert [(step.kind, step.target) for step in made] == [("product", "77"), ("variant", "901")]


def test_one_vanished_item_of_a_product_that_others_sell_on_takes_only_its_variant():
    made = hide(shirt(False, False), linked(1)).steps
    assert [(step.kind, step.target) for step in made] == [("variant", "901")]


def test_a_product_whose_item_joined_a_group_goes_out_of_sight_and_frees_its_sku():
    (step,) = retire(row(), linked(1)).steps
    assert (step.body, step.expect) == ({"sku": "", "is_visible": False}, {"hides": True})
    assert retire(row(sku="", is_visible=False), linked(1)).steps == ()


def test_members_prices_stand_on_the_variants():
    told = product(variant(1, options=(("Size", "S"),), rate=D(9)), variant(2, options=(("Size", "M"),)))
    (step,) = planned(told, shirt(False, False, price=3), linked(1, 2)).steps
    assert (step.kind, step.target, step.body) == ("variant", "901", {"price": D("9.00")})


def test_a_variant_without_a_price_of_its_own_gets_one():
    rows = [variant_row(901, "T-1", None, Size="S")]
    (step,) = planned(group(True), row(variants=rows), linked(1)).steps
    assert step.body == {"price": D("10.00")}


def test_a_new_member_brings_its_option_value_first():
    made = planned(group(True, True, True), shirt(False, False), linked(1, 2)).steps
    assert [(step.verb, step.kind, step.target) for step in made] == [
        ("create", "option_value", "77"),
        ("create", "variant", "77"),
    ]
    option = shirt(False)["variants"][0]["option_values"][0]["option_id"]
    assert made[0].body == {"option_id": option, "label": "L", "sort_order": 2}
    (value,) = made[1].body["option_values"]
    assert (value["option_id"], value["id"], value["label"]) == (option, Ref(made[0].key), "L")
    assert (made[1].body["sku"], made[1].body["price"]) == ("T-3", D("10.00"))
    assert made[1].expect == {"item_id": "i3"}


def test_a_new_member_of_known_options_needs_no_option_value():
    told = product(
        variant(1, options=(("Size", "S"), ("Colour", "Red"))),
        variant(2, options=(("Size", "M"), ("Colour", "Blue"))),
        variant(3, options=(("size ", "S"), ("COLOUR", "blue"))),
    )
    rows = [variant_row(901, "T-1", Size="S", Colour="Red"), variant_row(902, "T-2", Size="M", Colour="Blue")]
    (step,) = planned(told, row(variants=rows), linked(1, 2)).steps
    assert (step.kind, [value["id"] for value in step.body["option_values"]]) == (
        "variant",
        [rows[0]["option_values"][0]["id"], rows[1]["option_values"][1]["id"]],
    )


def test_a_value_that_stands_in_the_options_without_a_variant_is_not_made_again():
    option = shirt(False)["variants"][0]["option_values"][0]["option_id"]
    known = [{"id": option, "display_name": "Size", "option_values": [{"id": 5, "label": "M"}]}]
    (step,) = planned(group(True, True), shirt(False, options=known), linked(1)).steps
    assert step.body["option_values"][0]["id"] == 5


def test_two_new_members_share_the_value_they_both_need():
    told = product(
        variant(1, options=(("Size", "S"), ("Colour", "Red"))),
        variant(2, options=(("Size", "L"), ("Colour", "Red"))),
        variant(3, options=(("Size", "L"), ("Colour", "Blue"))),
    )
    rows = [variant_row(901, "T-1", Size="S", Colour="Red")]
    made = planned(told, row(variants=rows), linked(1)).steps
    assert [step.kind for step in made] == ["option_value", "variant", "option_value", "variant"]


def test_an_inactive_new_member_is_not_made():
    assert planned(group(True, False), shirt(False), linked(1)).steps == ()


def test_members_are_found_by_sku_and_by_options_where_no_link_is_known():
    """T-2 has another SKU in the store: the SKU is ours."""
    rows = [variant_row(901, " t-1", Size="S"), variant_row(902, "OLD", Size="m")]
    made = planned(group(True, True), row(variants=rows), Known()).steps
    assert [(step.target, step.body) for step in made] == [("901", {"sku": "T-1"}), ("902", {"sku": "T-2"})]


def test_a_sku_is_enough_where_the_store_calls_the_options_otherwise():
    rows = [variant_row(901, "T-2", Width="Wide"), variant_row(902, "T-1", Width="Small")]
    made = planned(group(True, True), row(variants=[rows[0], rows[1] | {"price": 1}]), Known()).steps
    assert [(step.key, step.target, step.body) for step in made] == [
        ("variant:i1", "902", {"price": D("10.00")})
    ]


def test_a_link_outranks_a_sku_and_a_variant_stands_for_one_member_only():
    rows = [variant_row(901, "T-2", Size="S"), variant_row(902, "T-9", Size="M")]
    made = planned(group(True, True), row(variants=rows), linked(1)).steps
    assert [(step.target, step.body) for step in made] == [("901", {"sku": "T-1"}), ("902", {"sku": "T-2"})]


def test_a_deleted_variant_is_made_again():
    made = planned(group(True, True), shirt(False), linked(1, 2)).steps
    assert [step.kind for step in made] == ["option_value", "variant"]


def test_other_options_than_the_groups_hold_it_only_when_a_member_is_to_be_made():
    rows = [variant_row(901, "T-1", Colour="S")]
    assert planned(group(True), row(variants=rows), linked(1)).steps == ()
    assert held(group(True, True), row(variants=rows), linked(1)) == "options-differ"


def test_an_item_may_be_one_variant_of_a_larger_product_and_then_changes_nothing_else():
    told = product(variant(2, rate=D(12), cost=D(5)), name="Shirt M", brand="x", width=D(1))
    (step,) = planned(told, shirt(False, False), linked(2), EVERYTHING).steps
    assert (step.kind, step.target, step.body) == (
        "variant",
        "902",
        {"price": D("12.00"), "cost_price": D(5)},
    )
    (step,) = planned(product(variant(2, active=False)), shirt(False, False), linked(2)).steps
    assert (step.kind, step.body) == ("variant", {"purchasing_disabled": True})


def test_a_simple_product_whose_item_joined_a_group_becomes_one_with_variants():
    made = planned(group(True, True), row(), Known(product_id="77", name="Thing")).steps
    assert [(step.verb, step.kind) for step in made] == [
        ("update", "product"),
        ("create", "option"),
        ("create", "variant"),
        ("create", "variant"),
    ]
    assert made[0].body == {"sku": ""}
    assert made[1].body["display_name"] == "Size"
    assert [value["label"] for value in made[1].body["option_values"]] == ["S", "M"]
    assert made[2].body["option_values"] == [
        {"option_id": Ref(made[1].key), "option_display_name": "Size", "label": "S"}
    ]
