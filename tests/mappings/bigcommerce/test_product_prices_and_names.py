from dataclasses import replace

import pytest

from mappings.bigcommerce.products import Known, names, store_price
from mappings.errors import Skip
from mappings.rules import CatalogueRules
from tests.mappings.goods import (
    FACTS,
    GROSS,
    body,
    linked,
    planned,
    product,
    row,
    variant,
    variant_row,
)
from tests.mappings.making import D


@pytest.mark.parametrize(
    ("rate", "tax", "rates", "facts", "price"),
    [
        ("10.00", 20, "exclusive", FACTS, "10.00"),
        ("12.00", 20, "inclusive", GROSS, "12.00"),
        ("10.00", 20, "exclusive", GROSS, "12.00"),  # 10.00 × 1.20
        ("12.00", 20, "inclusive", FACTS, "10.00"),  # 12.00 / 1.20
        ("9.99", 19, "exclusive", GROSS, "11.89"),  # 11.8881
        ("9.99", 19, "inclusive", FACTS, "8.39"),  # 8.39495…
        ("0.125", 20, "exclusive", FACTS, "0.13"),  # half a cent goes up
        ("0.125", 20, "exclusive", GROSS, "0.15"),  # 0.1500, rounded once; twice would be 0.16
        ("10.00", 0, "exclusive", GROSS, "10.00"),
        ("999.50", 10, "exclusive", replace(GROSS, places=0), "1099"),  # 1099.45
        ("1.2345", 0, "exclusive", replace(FACTS, places=3), "1.235"),
    ],
)
def test_a_rate_becomes_a_price_in_the_stores_basis_rounded_once(rate, tax, rates, facts, price):
    assert store_price(D(rate), D(tax), CatalogueRules(rates=rates), facts) == D(price)


def test_a_plan_shows_how_tax_came_into_a_price():
    made = planned(product(), row(), linked(1), facts=GROSS)
    assert made.steps[0].body == {"price": D("12.00")}
    assert made.arithmetic == ("item i1: 10 plus 20 % of tax is 12.00",)


def test_a_guessed_rate_never_becomes_a_price():
    known = replace(linked(1), guess={"i1": D("10.00")})
    assert body(product(), row(price=25), known) == {}
    assert body(product(variant(rate=D("10.50"))), row(price=25), known) == {"price": D("10.50")}
    assert body(product(variant(cost=D(1))), row(price=25), known) == {"cost_price": D(1)}


def test_nothing_is_made_at_a_guessed_rate():
    known = Known(guess={"i1": D("10.00")})
    with pytest.raises(Skip) as skipped:
        planned(product(), None, known)
    assert skipped.value.rule == "guessed-rate"
    assert planned(product(variant(rate=D("10.50"))), None, known).steps[0].body["price"] == D("10.50")


def test_a_guessed_rate_of_a_member_never_becomes_a_price():
    told = product(variant(1, options=(("Size", "S"),)), variant(2, options=(("Size", "M"),)))
    rows = [variant_row(901, "T-1", 25, Size="S"), variant_row(902, "T-2", 25, Size="M")]
    (step,) = planned(told, row(variants=rows), replace(linked(1, 2), guess={"i1": D(10)})).steps
    assert (step.target, step.body) == ("902", {"price": D("10.00")})


def test_acceptable_names_are_the_plain_one_then_with_sku_then_with_zohos_id():
    assert names(product(name=" A  b ")) == ("A b", "A b (T-1)", "A b (Zoho i1)")


def test_a_name_is_cut_so_that_its_suffix_stays_whole():
    told = names(product(variant(sku="S" * 40), name="x" * 300))
    assert [len(name) for name in told] == [250, 250, 250]
    assert told[1].endswith(f" ({'S' * 40})")
    assert told[2].endswith(" (Zoho i1)")


@pytest.mark.parametrize("bears", ["Thing", "Thing (T-1)", "Thing (Zoho i1)"])
def test_a_product_keeps_whichever_of_its_names_it_bears(bears):
    assert body(product(), row(name=bears), linked(1)) == {}
    assert body(product(), row(name=bears), replace(linked(1), name="")) == {}


def test_a_rename_in_zoho_begins_with_the_plain_name_again():
    known = replace(linked(1), name="Old")
    (step,) = planned(product(), row(name="Thing (T-1)"), known).steps
    assert (step.body, step.expect) == (
        {"name": "Thing"},
        {"names": ("Thing", "Thing (T-1)", "Thing (Zoho i1)")},
    )


def test_a_name_that_a_person_gave_in_the_store_is_taken_back_only_where_names_follow():
    assert body(product(), row(name="Mine"), linked(1)) == {"name": "Thing"}
    assert body(product(), row(name="Mine"), linked(1), CatalogueRules(fields={"name": "create"})) == {}
