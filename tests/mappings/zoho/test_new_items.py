from dataclasses import replace

import pytest

from mappings.bigcommerce.products import Known, plan
from mappings.errors import Unmappable
from mappings.rules import CatalogueRules
from mappings.zoho.catalogue import product
from mappings.zoho.new_items import item_body
from tests.mappings.goods import EVERYTHING, FACTS, GROSS, RULES, base_row, row, variant_row
from tests.mappings.making import D

FULL = row(
    price=D("12.5"), cost_price="4.0000", description="<p>Red</p>", upc="123", gtin="456", mpn="HV", weight=D("0.5"),
    width=2, height=3, depth=4,
)  # fmt: skip


def held(*args):
    with pytest.raises(Unmappable) as why:
        item_body(*args)
    return why.value.reason


def test_a_product_becomes_an_item_with_all_that_the_store_knows():
    assert item_body(FULL, None, RULES, FACTS) == {
        "name": "Thing", "sku": "T-1", "rate": D("12.50"), "description": "<p>Red</p>", "product_type": "goods",
        "item_type": "sales_and_purchases", "purchase_rate": D(4), "upc": "123", "ean": "456", "part_number": "HV",
        "package_details": {
            "weight": D("0.5"), "weight_unit": "kg", "length": D(4), "width": D(2), "height": D(3),
            "dimension_unit": "cm",
        },
    }  # fmt: skip


def test_what_the_store_does_not_know_is_not_said():
    assert item_body(row(), None, RULES, FACTS) == {
        "name": "Thing", "sku": "T-1", "rate": D("10.00"), "product_type": "goods", "item_type": "sales",
    }  # fmt: skip
    assert item_body(row(price=0, sku=""), base_row(sku=""), RULES, FACTS)["rate"] == 0


def test_a_variant_is_an_item_with_its_options_behind_the_name():
    one = variant_row(901, "T-9", 7, Size="L", Colour="Red") | {"mpn": "V"}
    told = item_body(FULL, one, RULES, FACTS)
    assert (told["name"], told["sku"], told["rate"]) == ("Thing - L / Red", "T-9", D("7.00"))
    assert (told["part_number"], told["purchase_rate"]) == ("V", D(4))


def test_a_variant_without_a_price_of_its_own_has_the_products():
    assert item_body(FULL, variant_row(901, "T-9", None, Size="L"), RULES, FACTS)["rate"] == D("12.50")


def test_a_variants_long_name_is_cut_before_its_options():
    told = item_body(row(name="x" * 120), variant_row(901, "T-9", Size="L"), RULES, FACTS)["name"]
    assert (len(told), told[-6:]) == (100, "xx - L")


def test_a_products_name_is_never_cut_for_the_store_would_follow():
    assert held(row(name="x" * 101), None, RULES, FACTS) == "value-unfit"
    assert item_body(row(name="x" * 100), None, RULES, FACTS)["name"] == "x" * 100


def test_a_description_that_zoho_cannot_take_whole_is_left_out():
    assert "description" not in item_body(row(description="x" * 2001), None, RULES, FACTS)


def test_prices_with_tax_are_not_sold_as_rates_without():
    assert held(FULL, None, RULES, GROSS) == "value-unfit"
    assert held(FULL, None, CatalogueRules(rates="inclusive"), FACTS) == "value-unfit"
    assert item_body(FULL, None, CatalogueRules(rates="inclusive"), GROSS)["rate"] == D("12.50")


@pytest.mark.parametrize(
    ("store", "unit", "weight"),
    [("Grams", "g", "0.5"), ("LBS", "lb", "0.5"), ("Ounces", "oz", "0.5"), ("Tonnes", "kg", "500")],
)
def test_weights_keep_the_stores_unit_where_zoho_has_it(store, unit, weight):
    told = item_body(FULL, None, RULES, replace(FACTS, weight_units=store))["package_details"]
    assert (told["weight"], told["weight_unit"]) == (D(weight), unit)


@pytest.mark.parametrize(
    "there", [FULL, row(), row(weight=D("0.3333"), width=D("1.2345"), cost_price=D("1.2345"))]
)
@pytest.mark.parametrize("facts", [FACTS, replace(FACTS, weight_units="Tonnes", dimension_units="Inches")])
def test_an_exported_item_changes_nothing_in_the_store_it_came_from(there, facts):
    body = item_body(there, None, EVERYTHING, facts)
    told = {"item_id": "i1", "status": "active", "tax_percentage": 20, **body}
    back = product("item:i1", [told], EVERYTHING, facts)
    assert plan(back, there, Known(product_id="77"), EVERYTHING, facts).steps == ()
