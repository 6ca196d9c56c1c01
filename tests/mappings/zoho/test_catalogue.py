from dataclasses import replace

import pytest

from mappings.errors import Skip, Unmappable
from mappings.rules import CatalogueRules
from mappings.zoho.catalogue import product, record_of, rules_digest, stamp_of
from tests.mappings.goods import EVERYTHING, FACTS, RULES, item, member
from tests.mappings.making import D


def read(*rows, key="item:1", rules=RULES, facts=FACTS):
    return product(key, rows, rules, facts)


def skipped(*rows, rules=RULES):
    with pytest.raises(Skip) as left:
        read(*rows, rules=rules)
    return left.value.rule


def held(*rows, key="item:1", rules=RULES):
    with pytest.raises(Unmappable) as why:
        read(*rows, key=key, rules=rules)
    return why.value


def test_an_item_says_what_its_detail_says():
    row = item(
        name=" Mug ", rate=11.07, purchase_rate=D("21.651038"), description="<p>Red</p>", brand="Potter",
        upc=12345678, part_number="HV-02", image_document_id="900001",
    )  # fmt: skip
    told = read(row)
    (one,) = told.variants
    assert (told.key, told.name, told.description, told.brand) == ("item:1", "Mug", "<p>Red</p>", "Potter")
    assert (one.item_id, one.sku, one.rate, one.cost) == (row["item_id"], "T-1", D("11.07"), D("21.651038"))
    assert (one.upc, one.mpn, one.image) == ("12345678", "HV-02", "900001")
    assert (one.tax, one.tax_percentage, one.active, told.active) == ("VAT", D(20), True, True)
    assert (one.options, told.grouped) == ((), False)


def test_empty_texts_where_numbers_could_be_say_nothing():
    told = read(item(purchase_rate="", tax_percentage="", tax_name=""))
    assert (told.variants[0].cost, told.variants[0].weight, told.variants[0].tax_percentage) == (
        None,
        None,
        D(0),
    )
    assert (told.width, told.height, told.depth) == (None, None, None)


def test_weight_and_sizes_come_in_the_stores_units_and_length_is_depth():
    """500 g is 0.5 KGS; 10 in are 25.4 cm."""
    package = {
        "weight": "500",
        "weight_unit": "g",
        "length": 10,
        "width": D("2.5"),
        "height": "",
        "dimension_unit": "in",
    }
    told = read(item(package_details=package))
    assert told.variants[0].weight == D("0.5")
    assert (told.depth, told.width, told.height) == (D("25.4"), D("6.35"), None)


def test_a_weight_in_an_unknown_unit_holds_the_item_unless_weights_are_not_ours():
    row = item(package_details={"weight": 3, "weight_unit": "stone"})
    assert held(row).reason == "value-unfit"
    assert read(row, rules=CatalogueRules(fields={"weight": "never"})).variants[0].weight is None


@pytest.mark.parametrize("sort", ["service", "digital_service"])
def test_services_never_go_over(sort):
    assert skipped(item(product_type=sort)) == "service"


@pytest.mark.parametrize(
    "told", [{"item_type": "purchases"}, {"can_be_sold": False}, {"can_be_sold": "false"}]
)
def test_what_is_only_bought_never_goes_over(told):
    assert skipped(item(**told)) == "not-sold"


def test_composites_go_over_as_products_only_by_setting():
    row = item(is_combo_product=True)
    assert skipped(row) == "composite"
    assert read(row, rules=CatalogueRules(composites="product")).variants


def test_an_inactive_item_is_an_inactive_product():
    told = read(item(status="inactive"))
    assert (told.active, told.variants[0].active) == (False, False)


def test_nothing_left_of_a_record_is_said_to_be_gone():
    assert skipped() == "gone"


@pytest.mark.parametrize("field", ["rate", "status", "name", "item_id"])
def test_a_missing_field_is_named_and_holds_the_item(field):
    for row in (item() | {field: ""}, {key: value for key, value in item().items() if key != field}):
        assert held(row).reason == "field-missing"
        assert field in held(row).what


def test_a_group_is_one_product_whose_members_are_variants_in_the_order_of_their_ids():
    told = read(member(2, Size="L", Colour="Red"), member(1, Size="S", Colour="Red"), key="group:g1")
    assert (told.name, told.grouped, told.key) == ("Shirt", True, "group:g1")
    assert [one.sku for one in told.variants] == ["T-1", "T-2"]
    assert told.variants[1].options == (("Size", "L"), ("Colour", "Red"))


def test_a_group_is_active_as_long_as_one_member_is():
    rows = member(1, Size="S"), member(2, Size="M") | {"status": "inactive"}
    told = read(*rows, key="group:g1")
    assert (told.active, [one.active for one in told.variants]) == (True, [True, False])
    assert not read(rows[1], key="group:g1").active


def test_a_member_that_became_a_service_cannot_be_bought_and_the_others_can():
    told = read(member(1, Size="S"), member(2, Size="M") | {"product_type": "service"}, key="group:g1")
    assert [one.active for one in told.variants] == [True, False]
    told = read(member(1, Size="S") | {"product_type": "service"}, member(2, Size="M"), key="group:g1")
    assert [one.active for one in told.variants] == [False, True]


def test_a_group_of_services_does_not_go_over():
    rows = [member(number, Size=str(number)) | {"product_type": "service"} for number in (1, 2)]
    with pytest.raises(Skip) as left:
        read(*rows, key="group:g1")
    assert left.value.rule == "service"


def test_a_member_that_does_not_say_which_option_it_is_holds_its_group():
    assert held(member(1, Size="S"), member(2), key="group:g1").reason == "value-unfit"
    assert held(member(1, Size="S"), member(2, Size=""), key="group:g1").reason == "value-unfit"


def test_a_lone_member_without_attributes_is_a_simple_product():
    assert not read(member(1), key="group:g1").grouped


def test_attributes_of_an_item_that_is_not_read_as_a_group_do_not_count():
    assert read(member(1, Size="S")).variants[0].options == ()


CHOSEN = CatalogueRules(custom_fields={"cf_material": "Material", "cf_care": "Care"})


def custom(name, value):
    return {"api_name": name, "value": value, "value_formatted": str(value)}


def test_custom_fields_come_by_setting_under_their_name_in_the_store():
    row = item(custom_fields=[custom("cf_material", "Clay"), custom("cf_secret", "x"), custom("cf_care", "")])
    assert read(row, rules=CHOSEN).custom_fields == (("Material", "Clay"), ("Care", ""))


def test_promoted_fields_count_and_fields_of_which_nothing_is_said_are_left_alone():
    row = {key: value for key, value in item().items() if key != "custom_fields"} | {"cf_material": "Clay"}
    assert read(row, rules=CHOSEN).custom_fields == (("Material", "Clay"),)
    hashed = item(custom_field_hash={"cf_care": ["Dry", "Cold"]})
    assert read(hashed, rules=CHOSEN).custom_fields == (("Material", ""), ("Care", "Dry, Cold"))


@pytest.mark.parametrize(
    ("value", "listed"),
    [(True, True), ("true", True), ("Yes", True), (False, False), ("", False), ("no", False)],
)
def test_an_item_is_listed_when_its_box_is_ticked(value, listed):
    assert read(item(cf_show_in_store=value)).listed is listed
    told = item(custom_fields=[{"api_name": "cf_show_in_store", "value": value}])
    assert read(told).listed is listed


def test_an_item_belongs_to_its_group_and_otherwise_to_itself():
    assert record_of({"item_id": "5", "group_id": "9"}) == "group:9"
    assert record_of({"item_id": "5", "group_id": ""}) == record_of({"item_id": 5}) == "item:5"


def test_the_stamp_differs_with_the_item_the_settings_and_the_store():
    digests = {
        rules_digest(RULES, FACTS),
        rules_digest(EVERYTHING, FACTS),
        rules_digest(CatalogueRules(rates="inclusive"), FACTS),
        rules_digest(CatalogueRules(create="hold"), FACTS),
        rules_digest(CatalogueRules(tax_classes={"VAT": 1}), FACTS),
        rules_digest(CatalogueRules(weight=D("0.1")), FACTS),
        rules_digest(RULES, replace(FACTS, places=0)),
        rules_digest(RULES, replace(FACTS, prices_with_tax=True)),
    }
    assert len(digests) == 8
    assert stamp_of({"last_modified_time": "t1"}, "d") != stamp_of({"last_modified_time": "t2"}, "d")
    assert stamp_of({"last_modified_time": "t1"}, "d") != stamp_of({"last_modified_time": "t1"}, "e")
    assert stamp_of({"group_name": "Shirts"}, "d") != stamp_of({"group_name": "T-shirts"}, "d")
    assert stamp_of({"image_document_id": "1"}, "d") != stamp_of({"image_document_id": "2"}, "d")


def test_the_digest_is_the_same_for_the_same_choices_however_they_are_written():
    spelled = CatalogueRules(fields=dict(RULES.fields), weight=D("0.00"))
    assert rules_digest(spelled, FACTS) == rules_digest(CatalogueRules(fields={}), FACTS)
    assert rules_digest(replace(RULES, adopt_price_lists=True), FACTS) == rules_digest(RULES, FACTS)
