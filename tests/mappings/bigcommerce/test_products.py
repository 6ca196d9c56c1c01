from dataclasses import replace

import pytest

from mappings.bigcommerce.products import Known
from mappings.errors import Skip
from mappings.plans import Ref
from mappings.rules import CatalogueRules
from tests.mappings.goods import (
    EVERYTHING,
    RULES,
    body,
    held,
    linked,
    planned,
    product,
    row,
    steps,
    variant,
    variant_row,
)
from tests.mappings.making import D
from tests.mappings.shelf import Shop

NEVER = CatalogueRules(fields=dict.fromkeys(RULES.fields, "never"))


def test_a_new_product_is_one_call_with_all_that_zoho_says():
    told = product(
        variant(cost=D(4), weight=D("0.5"), upc="123", ean="978-3-16-148410-0", mpn="HV"),
        description="<p>Red</p>", brand="Potter", width=D(3), custom_fields=(("Material", "Clay"), ("Care", "")),
    )  # fmt: skip
    rules = CatalogueRules(categories=(4, 5), tax_classes={"VAT": 2})
    (step,) = planned(told, rules=rules).steps
    assert (step.verb, step.kind, step.key, step.target) == ("create", "product", "item:i1", None)
    assert step.body == {
        "name": "Thing", "type": "physical", "sku": "T-1", "price": D("10.00"), "cost_price": D(4), "weight": D("0.5"),
        "is_visible": True, "description": "<p>Red</p>", "brand_name": "Potter", "width": D(3), "categories": [4, 5],
        "tax_class_id": 2, "upc": "123", "gtin": "9783161484100", "mpn": "HV",
        "custom_fields": [{"name": "Material", "value": "Clay"}],
    }  # fmt: skip
    assert step.expect == {"names": ("Thing", "Thing (T-1)", "Thing (Zoho i1)"), "variants": ("i1",)}


def test_what_zoho_has_no_answer_for_comes_from_the_settings():
    rules = CatalogueRules(weight=D("1.5"), type="digital", visible=False, categories=(9,))
    (step,) = planned(product(), rules=rules).steps
    assert step.body == {
        "name": "Thing", "type": "digital", "sku": "T-1", "price": D("10.00"), "weight": D("1.5"), "is_visible": False,
        "categories": [9],
    }  # fmt: skip


def test_price_weight_and_name_are_given_at_birth_whoever_owns_them():
    """The store makes no product without."""
    (step,) = planned(product(variant(weight=D(2), cost=D(1)), description="x"), rules=NEVER).steps
    assert set(step.body) == {"name", "type", "weight", "price", "is_visible", "sku"}
    assert (step.body["price"], step.body["weight"]) == (D("10.00"), D(0))


def test_an_item_without_a_sku_is_made_without_one():
    (step,) = planned(product(variant(sku=""))).steps
    assert "sku" not in step.body
    assert step.expect["names"] == ("Thing", "Thing (Zoho i1)")


def test_a_picture_follows_the_birth_of_its_product():
    made = planned(product(variant(image="img-1"))).steps
    assert [(step.verb, step.kind) for step in made] == [("create", "product"), ("create", "image")]
    assert (made[1].body, made[1].target, made[1].expect) == (
        {"item_id": "i1"},
        Ref("item:i1"),
        {"image": "img-1"},
    )
    assert steps(planned(product(variant(image="img-1")), rules=NEVER)) == [("create", "product")]


def test_a_group_is_made_with_its_active_members_as_variants():
    told = product(
        variant(1, options=(("Size", "S"),), rate=D(12), weight=D(1)),
        variant(2, options=(("Size", "M"),), rate=D(11), cost=D(3)),
        variant(3, options=(("Size", "L"),), rate=D(1), active=False),
    )
    (step,) = planned(told).steps
    assert step.body["price"] == D("11.00")
    assert (step.body["weight"], "sku" in step.body) == (D(1), False)
    small, medium = ([{"option_display_name": "Size", "label": label}] for label in "SM")
    assert step.body["variants"] == [
        {"sku": "T-1", "price": D("12.00"), "weight": D(1), "option_values": small},
        {"sku": "T-2", "price": D("11.00"), "cost_price": D(3), "option_values": medium},
    ]
    assert step.expect == {"names": ("Thing", "Thing (Zoho g1)"), "variants": ("i1", "i2")}


def test_a_member_without_a_sku_holds_its_group():
    assert held(product(variant(sku="", options=(("Size", "S"),)))) == "sku-missing"


def test_two_members_with_equal_options_hold_their_group():
    twins = [variant(n, options=(("Size", size),)) for n, size in ((1, "S"), (2, "s"))]
    assert held(product(*twins)) == "value-unfit"
    assert held(product(*twins), row(variants=[variant_row(901, "T-1", Size="S")])) == "value-unfit"


def test_an_inactive_item_is_not_made():
    with pytest.raises(Skip) as left:
        planned(product(variant(active=False)))
    assert left.value.rule == "inactive"


def test_with_only_listed_an_unticked_item_is_not_made_and_one_that_is_there_still_follows():
    rules = CatalogueRules(create="only_listed")
    with pytest.raises(Skip) as left:
        planned(product(), rules=rules)
    assert left.value.rule == "not-listed"
    assert steps(planned(product(listed=True), rules=rules)) == [("create", "product")]
    assert body(product(variant(rate=D(11))), row(), rules=rules) == {"price": D("11.00")}


def test_with_hold_a_missing_product_is_held_and_one_that_is_there_still_follows():
    rules = CatalogueRules(create="hold")
    assert held(product(), rules=rules) == "missing-in-store"
    assert body(product(variant(rate=D(11))), row(), rules=rules) == {"price": D("11.00")}


def test_equal_sides_need_nothing():
    assert planned(product(), row()).steps == ()
    assert planned(product(), row(price="10.0000", name=" Thing ", sku="T-1 ")).steps == ()


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        (product(name="Cup"), {"name": "Cup"}),
        (product(variant(rate=D("10.01"))), {"price": D("10.01")}),
        (product(variant(cost=D("4.5"))), {"cost_price": D("4.5")}),
        (product(variant(sku="t-1")), {"sku": "t-1"}),
        (product(variant(upc="12", ean="34", mpn="56")), {"upc": "12", "gtin": "34", "mpn": "56"}),
        (product(variant(isbn="3-16-148410-0")), {"gtin": "3161484100"}),
        (product(variant(ean="1", isbn="2")), {"gtin": "1"}),
        (product(description="<p>x</p>"), {"description": "<p>x</p>"}),
        (product(brand="Potter"), {"brand_name": "Potter"}),
        (product(variant(weight=D("0.5"))), {"weight": D("0.5")}),
        (product(width=D(1), height=D(2), depth=D(3)), {"width": D(1), "height": D(2), "depth": D(3)}),
    ],
)
def test_only_what_differs_is_written_and_only_where_it_follows(told, changed):
    assert body(told, row(), linked(1), EVERYTHING) == changed
    assert body(told, row(), replace(linked(1), name=""), NEVER) in ({}, {"sku": "t-1"})
    made_only = CatalogueRules(fields=dict.fromkeys(RULES.fields, "create"))
    assert body(told, row(), linked(1), made_only) in ({}, {"sku": "t-1"})


def test_by_default_the_shops_own_description_brand_weight_and_sizes_survive():
    told = product(variant(weight=D(1), tax="VAT"), description="x", brand="x", width=D(1))
    rules = CatalogueRules(categories=(4,), tax_classes={"VAT": 2})
    assert planned(told, row(), linked(1), rules).steps == ()


def test_what_zoho_leaves_empty_takes_nothing_away_from_the_store():
    there = row(
        description="Ours", cost_price=3, upc="1", mpn="2", weight=4, brand_id=5, categories=[9], width=2
    )
    assert planned(product(), there, linked(1), EVERYTHING).steps == ()


def test_a_cost_of_more_decimals_than_the_store_keeps_is_written_once():
    """21.651038 is stored as 21.6510."""
    told = product(variant(cost=D("21.651038")))
    assert body(told, row()) == {"cost_price": D("21.6510")}
    assert planned(told, row(cost_price=D("21.651"))).steps == ()


def test_categories_follow_as_a_set():
    rules = replace(EVERYTHING, categories=(4, 5))
    assert body(product(), row(categories=[5, 4]), linked(1), rules) == {}
    assert body(product(), row(categories=[4]), linked(1), rules) == {"categories": [4, 5]}


@pytest.mark.parametrize("named", ["VAT", "vat 20", "20"])
def test_a_tax_class_is_chosen_by_the_taxs_name_or_percentage(named):
    rules = replace(EVERYTHING, tax_classes={named: 3})
    assert body(product(), row(), linked(1), rules) == {"tax_class_id": 3}
    assert body(product(), row(tax_class_id="3"), linked(1), rules) == {}
    assert body(product(variant(tax="Reduced", tax_percentage=D(7))), row(), linked(1), rules) == {}


def test_an_untaxed_item_has_the_class_of_0_and_members_taxed_differently_have_none():
    rules = replace(EVERYTHING, tax_classes={"0": 1, "20": 2})
    assert body(product(variant(tax="", tax_percentage=D(0))), row(), linked(1), rules) == {"tax_class_id": 1}
    told = product(
        variant(1, options=(("Size", "S"),)),
        variant(2, options=(("Size", "M"),), tax="", tax_percentage=D(0)),
    )
    rows = [variant_row(901, "T-1", Size="S"), variant_row(902, "T-2", Size="M")]
    assert body(told, row(sku="", variants=rows), linked(1, 2), rules) == {}


def test_a_brand_is_written_again_only_when_zohos_changed():
    """The store answers an id and no name."""
    told, known = product(brand="Potter"), replace(linked(1), brand="Potter")
    assert body(told, row(brand_id=5), known, EVERYTHING) == {}
    assert body(told, row(brand_id=5), linked(1), EVERYTHING) == {}
    assert body(told, row(brand_id=5), replace(known, brand="Smith"), EVERYTHING) == {"brand_name": "Potter"}


def test_an_identifier_the_store_cannot_take_is_held_unless_identifiers_are_not_ours():
    told = product(variant(upc="1" * 15))
    assert held(told, row()) == "value-unfit"
    assert planned(told, row(), rules=NEVER).steps == ()


MAPPED = CatalogueRules(custom_fields={"cf_material": "Material"})


def fields(*told, there=()):
    rows = [{"id": number, "name": name, "value": value} for number, (name, value) in enumerate(there, 1)]
    made = planned(product(custom_fields=told), row(custom_fields=rows), linked(1), MAPPED).steps
    return [(step.verb, dict(step.body), dict(step.expect)) for step in made]


def test_custom_fields_are_made_changed_and_deleted_by_name_and_others_are_left_alone():
    clay = {"name": "Material", "value": "Clay"}
    assert fields(("Material", "Clay")) == [("create", clay, {})]
    assert fields(("Material", "Clay"), there=[("Material", " Clay"), ("Own", "x")]) == []
    assert fields(("Material", "Clay"), there=[("Material", "Wood")]) == [("update", clay, {"id": 1})]
    assert fields(("Material", ""), there=[("Own", "x"), ("Material", "Wood")]) == [("delete", {}, {"id": 2})]
    assert fields(there=[("Material", "Wood")]) == []


def test_custom_fields_that_were_not_read_are_not_touched():
    there = {key: value for key, value in row().items() if key != "custom_fields"}
    assert planned(product(custom_fields=(("Material", "Clay"),)), there, linked(1), MAPPED).steps == ()


def test_a_custom_field_too_long_for_the_store_is_held_and_not_cut():
    told = product(custom_fields=(("Material", "x" * 251),))
    assert held(told, rules=MAPPED) == "value-unfit"
    assert held(told, row(), linked(1), rules=MAPPED) == "value-unfit"


def test_a_new_picture_is_carried_over_only_where_pictures_follow():
    told, known = product(variant(image="new")), replace(linked(1), image="old")
    (step,) = planned(told, row(images=[{"id": 1}]), known, EVERYTHING).steps
    assert (step.kind, step.target, step.body, step.expect) == (
        "image",
        "77",
        {"item_id": "i1"},
        {"image": "new"},
    )
    assert planned(told, row(images=[{"id": 1}]), replace(known, image="new"), EVERYTHING).steps == ()
    assert planned(told, row(images=[{"id": 1}]), known).steps == ()


def test_a_picture_lost_between_two_calls_comes_later_and_one_that_a_person_removed_does_not():
    told = product(variant(image="img"))
    assert steps(planned(told, row(images=[]), linked(1))) == [("create", "image")]
    assert planned(told, row(images=[]), replace(linked(1), image="img")).steps == ()


def test_a_plan_of_the_catalogue_costs_zoho_nothing():
    told = product(variant(1, options=(("Size", "S"),), image="img"), custom_fields=(("Material", "Clay"),))
    made = planned(told, row(), Known(), MAPPED)
    assert len({step.kind for step in made.steps}) == 5
    assert made.zoho_calls == 0


def test_a_second_plan_after_the_first_has_no_steps():
    shop, told = (
        Shop(),
        product(variant(cost=D("1.23456"), image="img", weight=D(1)), brand="x", description="y"),
    )
    shop.take(told, planned(told, rules=EVERYTHING))
    assert planned(told, shop.there, shop.known, EVERYTHING).steps == ()
