"""Refunds of a whole shop, counted by a store that was written without looking at us."""

import json
from random import Random

import pytest

from mappings.bigcommerce.orders import translate
from mappings.errors import Skip, Unmappable
from mappings.money import places_of, rounded, unit
from mappings.rules import OrderRules
from sandbox.generator import generate
from sandbox.shop.refunding import mark_lines, quote, rest_of
from tests.mappings.making import D
from tests.mappings.refunding import refund

RULES = OrderRules()


def plain(told):
    """As it comes over the wire."""
    return json.loads(json.dumps(told, default=str), parse_float=D)


def sale(bundle):
    """The order, or None where it is none of ours whatever goes back."""
    try:
        return translate(bundle, RULES)
    except (Skip, Unmappable):
        return None


@pytest.mark.parametrize(("seed", "meant"), [(3, "gross"), (8, "basis")])
def test_whatever_the_store_gives_back_is_understood_to_the_cent(seed, meant):
    dice, made = Random(seed), 0
    for placed in generate(seed, 30):
        bundle = plain(placed.bundle)
        bundle["refunds"] = []
        order = sale(bundle)
        if order is None:
            continue
        for number in range(1, dice.randint(2, 5)):
            if not give_back(dice, bundle, meant, number, places_of(order.currency)):
                break
            last = translate(bundle, RULES).refunds[-1]
            assert str(last.total) == bundle["refunds"][-1]["total_amount"], placed.scenario
            assert sum(line.gross for line in last.lines) == last.total
            made += 1
    assert made > 30


def give_back(dice, bundle, meant, number, places):
    """Any parts of what is left; False when nothing is."""
    there = rest_of(bundle, meant)
    if not there:
        return False
    items = [shrunk(dice, item, places) for item in dice.sample(there, dice.randint(1, len(there)))]
    told = quote(bundle, items, meant)
    total = str(rounded(told.total, places))
    row = refund(total, str(told.tax), *told.items, id=number, created=f"2026-05-0{number}T10:00:00+00:00")
    bundle["refunds"].append(plain(row))
    mark_lines(bundle["products"], told.items)
    return True


def shrunk(dice, item, places):
    """Some of the pieces, now and then with an adjustment, or a part of the amount."""
    if "quantity" in item:
        kept = [{"amount": str(-unit(places)), "description": "wear"}] if dice.random() < 0.2 else []
        return item | {"quantity": dice.randint(1, item["quantity"]), "adjustments": kept}
    part = rounded(D(str(item["amount"])) * dice.randint(20, 100) / 100, places)
    return item | {"amount": str(max(part, unit(places)))}
