import pytest

from mappings.bigcommerce.products import includes, product_print, variant_print
from mappings.rules import CatalogueRules
from tests.mappings.goods import EVERYTHING, RULES, row, variant_row

OWN = CatalogueRules(fields=dict.fromkeys(RULES.fields, "never"))
MAPPED = CatalogueRules(custom_fields={"cf_material": "Material"})


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Cup"}, {"price": 11}, {"cost_price": 1}, {"sku": "X"}, {"upc": "1"}, {"gtin": "1"}, {"mpn": "1"},
        {"is_visible": False},
    ],
)  # fmt: skip
def test_a_change_of_a_field_that_follows_changes_the_print(changed):
    assert product_print(row(**changed), RULES) != product_print(row(), RULES)


@pytest.mark.parametrize(
    "changed",
    [
        {"description": "x"},
        {"weight": 1},
        {"width": 1},
        {"brand_id": 3},
        {"categories": [1]},
        {"tax_class_id": 2},
    ],
)
def test_what_is_only_set_at_birth_counts_only_where_it_follows(changed):
    assert product_print(row(**changed), RULES) == product_print(row(), RULES)
    assert product_print(row(**changed), EVERYTHING) != product_print(row(), EVERYTHING)


@pytest.mark.parametrize(
    "changed",
    [
        {"price": "10.0000"}, {"price": 10.0}, {"cost_price": None}, {"cost_price": "0.0000"}, {"upc": None},
        {"name": " Thing "}, {"date_modified": "2026-11-21"}, {"total_sold": 5}, {"inventory_level": 3},
        {"categories": ()},
    ],
)  # fmt: skip
def test_another_spelling_and_other_fields_leave_the_print_as_it_is(changed):
    assert product_print(row(**changed), EVERYTHING) == product_print(row(), EVERYTHING)


def test_where_nothing_follows_only_sku_and_visibility_count():
    assert product_print(row(name="x", price=1, mpn="y"), OWN) == product_print(row(), OWN)
    assert product_print(row(is_visible=False), OWN) != product_print(row(), OWN)


def test_prices_of_a_product_with_variants_stand_on_them():
    rows = [variant_row(901, "T-1", Size="S")]
    assert product_print(row(variants=rows, price=1), RULES) == product_print(row(variants=rows), RULES)
    assert product_print(row(variants=rows, name="x"), RULES) != product_print(row(variants=rows), RULES)


@pytest.mark.parametrize(
    "changed", [{"price": 11}, {"price": None}, {"sku": "x"}, {"purchasing_disabled": True}, {"upc": "1"}]
)
def test_a_change_of_a_variant_changes_its_print(changed):
    plain = variant_row(901, "T-1", Size="S")
    assert variant_print(plain | changed, RULES) != variant_print(plain, RULES)
    assert variant_print(plain | {"price": "10.00", "upc": None}, RULES) == variant_print(plain, RULES)


def test_a_variant_without_a_price_is_not_one_that_costs_nothing():
    plain = variant_row(901, "T-1", 0, Size="S")
    assert variant_print(plain | {"price": None}, RULES) != variant_print(plain, RULES)


def test_chosen_custom_fields_count_and_others_do_not():
    told = [{"id": 1, "name": "Material", "value": "Clay"}, {"id": 2, "name": "Own", "value": "x"}]
    assert includes(MAPPED) == "variants,custom_fields"
    assert includes(RULES) == includes(
        CatalogueRules(custom_fields={"cf_a": "A"}, fields={"custom_fields": "create"})
    )
    plain = product_print(row(), MAPPED)
    assert product_print(row(custom_fields=told), MAPPED) != plain
    assert product_print(row(custom_fields=told[1:]), MAPPED) == plain
    assert product_print(row(custom_fields=told), RULES) == product_print(row(), RULES)
