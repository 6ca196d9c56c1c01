"""A shop by seed holds everything that must be shown, and knows what must become of it."""

import json
from dataclasses import replace

import pytest

from sandbox import create_app, generator
from sandbox.generator import (
    Terms,
    catalogue,
    contents,
    fill,
    generate,
    judged,
    require_everything,
    taxes_needed,
)
from sandbox.shop import reading
from sandbox.shop.contents import REQUIRED
from sandbox.shop.scenarios import EXTRA
from sandbox.shop.scenarios import REQUIRED as SCENARIOS

MEANT = {scenario.name: (scenario.outcome, scenario.reason) for scenario in (*SCENARIOS, *EXTRA)}


@pytest.mark.parametrize("seed", range(1, 13))
def test_every_seed_of_25_orders_contains_everything(seed):
    assert contents(generate(seed, 25)) >= REQUIRED


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_order_is_what_its_scenario_is_made_for(seed):
    for order in generate(seed, 60):
        seen = (order.expected.outcome, order.expected.reason)
        assert seen == MEANT.get(order.scenario, ("posted", "")), order.scenario


@pytest.mark.parametrize(
    ("scenario", "lacks"),
    [("newcomer abroad", "second currency"), ("everything charged", "fee"), ("yen", "JPY")],
)
def test_a_shop_that_lacks_something_fails_the_run(scenario, lacks):
    fewer = [one for one in generate(1, 25) if one.scenario != scenario]
    with pytest.raises(AssertionError, match=lacks):
        require_everything(fewer)


def test_the_same_seed_is_the_same_shop_and_another_is_not():
    assert generate(1, 12) == generate(1, 12)
    assert [one.expected.total for one in generate(1, 12)] != [one.expected.total for one in generate(2, 12)]


@pytest.mark.parametrize("orders", [0, 1, 7, 24])
def test_a_small_shop_takes_the_most_important_first(orders):
    assert [one.scenario for one in generate(4, orders)] == [one.name for one in SCENARIOS[:orders]]


def test_two_hundred_orders_are_posted_but_for_the_few_that_must_not():
    placed = generate(3, 200)
    assert sum(one.expected.outcome == "posted" for one in placed) > 180
    assert len({one.order_id for one in placed}) == 200
    assert [one.at for one in placed] == sorted(one.at for one in placed)


def test_the_long_order_is_posted_by_either_way_of_rounding():
    placed = generate(2, 25)
    long = next(one for one in placed if one.scenario == "long order")
    assert len(long.bundle["products"]) > 50
    for rule in ("entity_level", "item_level"):
        seen = judged([one.bundle for one in placed], Terms(tax_rounding=rule))[long.order_id]
        assert seen.outcome == "posted"


def test_an_organization_that_rounds_per_line_takes_what_the_other_holds():
    placed = generate(2, 25, terms=Terms(tax_rounding="item_level"))
    apart = next(one for one in placed if one.scenario == "rounding apart")
    assert apart.expected.outcome == "posted"


def test_no_two_taxes_have_one_rate_and_the_forgotten_one_is_missing():
    taxes = taxes_needed(one.bundle for one in generate(5, 80))
    assert len({tax.percent for tax in taxes}) == len(taxes)
    assert not any(generator.FORGOTTEN in tax.name for tax in taxes)
    names = {tax.name for tax in taxes}
    assert all(rate.name in names for tax in taxes for rate in tax.members)


def test_every_customer_and_product_of_the_orders_is_in_the_catalogue():
    known = catalogue(6)
    variants = {(row["id"], one["id"]) for row in known.products for one in row["variants"]}
    customers = {row["id"]: row["email"] for row in known.customers}
    for one in generate(6, 60):
        order = one.bundle["order"]
        if order["customer_id"]:
            assert customers[order["customer_id"]] == order["billing_address"]["email"]
        for line in one.bundle["products"]:
            if line["product_id"] and not line["is_bundled_product"]:
                assert (line["product_id"], line["variant_id"]) in variants


def test_parts_of_every_order_but_the_broken_one_make_its_total():
    for one in generate(7, 60):
        parts = sum(part.inc for part in reading.parts(one.bundle))
        total = reading.amount(one.bundle["order"], "total_inc_tax")
        assert (parts == total) is (one.scenario != "sums differ")


def test_a_stricter_merchant_gets_a_shop_within_the_stricter_limit():
    terms = Terms(adjustment_limit=generator.Terms().adjustment_limit / 2)
    for one in generate(8, 40, terms=terms):
        if one.expected.outcome == "posted":
            assert one.expected.worst <= terms.adjustment_limit
    assert replace(terms, tax_rounding="item_level") != terms


def test_a_sandbox_is_filled_with_the_shop_and_its_expectations():
    world = create_app().extensions["sandbox"]
    told = fill(world, 1, 25)
    assert set(told["ids"]) == set(world.bigcommerce.orders)
    assert set(world.expectations) == {str(number) for number in told["ids"]}
    again = fill(world, 2, 3)
    assert not set(again["ids"]) & set(told["ids"])
    assert json.loads(json.dumps(told))["expectations"] == told["expectations"]


def test_bundles_are_json():
    for one in generate(9, 30):
        assert json.loads(json.dumps(one.bundle)) == one.bundle
