"""Orders with keys missing and values of odd types: understood, skipped or held with a name, never a crash."""

import copy
import json
import random

import pytest

from mappings.bigcommerce.orders import fingerprint, translate
from mappings.errors import Skip, Unmappable
from mappings.reasons import HOLD_REASONS
from mappings.rules import BookRules, OrderRules
from mappings.zoho.orders import Found, ZohoTax, plan
from sandbox.generator import generate
from tests.mappings.making import D

EVERY_TAX = tuple(ZohoTax(f"t{rate}", "", D(rate) / 4) for rate in range(1, 120))
ODD = (
    None,
    "",
    "0",
    0,
    -1,
    "x",
    [],
    {},
    [None],
    True,
    "1e400",
    "-0.0001",
    "NaN",
    10**20,
    0.1,
    "2026-13-45",
    "🙂",
)


def spoiled(bundle, dice):
    told = copy.deepcopy(bundle)
    for _ in range(dice.randint(1, 4)):
        rows = [
            told["order"],
            told["order"]["billing_address"],
            *(row for part in told.values() for row in part if isinstance(row, dict)),
        ]
        row = dice.choice([row for row in rows if isinstance(row, dict) and row] or [told["order"]])
        key = dice.choice(list(row))
        if dice.random() < 0.5:
            del row[key]
        else:
            row[key] = dice.choice(ODD)
        if not isinstance(told["order"].get("billing_address"), dict):
            break
    return told


@pytest.fixture(scope="module")
def shop():
    return [json.loads(json.dumps(one.bundle), parse_float=D) for one in generate(11, 40)]


@pytest.mark.parametrize("seed", range(8))
def test_an_odd_order_is_understood_or_named_but_never_a_crash(shop, seed):
    dice = random.Random(seed)
    for _ in range(250):
        told = spoiled(dice.choice(shop), dice)
        assert fingerprint(told)
        try:
            order = translate(told, OrderRules())
        except Skip:
            continue
        except Unmappable as held:
            assert_named(held)
            continue
        assert sum((line.gross for line in order.lines), D(0)) == order.total
        assert sum((payment.amount for payment in order.payments), D(0)) <= order.total
        plan_or_hold(order)


def plan_or_hold(order):
    rules = BookRules("hash", gift_certificate_account="a", store_credit_account="b", adjustment_limit=D(9))
    try:
        assert plan(order, Found(taxes=EVERY_TAX), rules).steps
    except Unmappable as held:
        assert_named(held)


def assert_named(held):
    known, told = held.reason in HOLD_REASONS, bool(held.what and held.remedy)
    assert (known, told) == (True, True), held.reason


def test_neither_sentence_carries_what_people_typed(shop):
    for bundle in shop:
        told = copy.deepcopy(bundle)
        secret = "Zaphod-Secret"
        told["order"]["billing_address"] |= {
            "first_name": secret,
            "email": f"{secret}@example.com",
            "street_1": secret,
        }
        for row in told["products"]:
            row["name"] = secret
        for field in ("total_inc_tax", "date_created", "status_id"):
            broken = copy.deepcopy(told)
            broken["order"][field] = f"{secret} 1"
            assert secret not in sentences(broken)


def sentences(bundle):
    """Whatever is told of an order that does not go through."""
    try:
        plan_or_hold(translate(bundle, OrderRules()))
    except Unmappable as held:
        return held.what + held.remedy
    except Skip as skipped:
        return skipped.sentence
    return ""
