"""Whole shops through translate and plan, against a judge that was written without looking at us."""

import ast
import json
from pathlib import Path

import pytest

from mappings.bigcommerce.orders import translate
from mappings.errors import Skip, Unmappable
from mappings.plans import Plan, Ref, Step, refs
from mappings.rules import BookRules, OrderRules
from mappings.zoho.documents import fingerprint
from mappings.zoho.found import FoundContact, FoundDocument, FoundNote
from mappings.zoho.orders import Found, Organization, ZohoTax, plan, verify
from mappings.zoho.totals import predict
from sandbox.generator import Terms, generate, taxes_needed
from sandbox.shop.expecting import expect_loaded
from tests.mappings.making import D

ROOM = Path(__file__).parents[2] / "mappings"


def zoho_taxes(wanted):
    singles = tuple(
        ZohoTax(f"t{n}", tax.name, tax.percent) for n, tax in enumerate(wanted) if not tax.members
    )
    by_percent = {tax.percentage: tax.tax_id for tax in singles}
    groups = tuple(
        ZohoTax(
            f"g{n}",
            tax.name,
            tax.percent,
            "tax_group",
            tuple(by_percent[rate.percent] for rate in tax.members),
        )
        for n, tax in enumerate(wanted)
        if tax.members
    )
    return singles + groups


@pytest.fixture(scope="module")
def shop():
    return generate(7, 60)


@pytest.mark.parametrize("rounding", ["entity_level", "item_level"])
@pytest.mark.parametrize("line_discounts", ["amount", "split"])
def test_every_order_of_a_shop_is_posted_skipped_or_held_as_the_judge_says(shop, rounding, line_discounts):
    wanted = tuple(taxes_needed([placed.bundle for placed in shop]))
    terms = Terms(tax_rounding=rounding, taxes=wanted)
    organization = Organization(
        tax_rounding=rounding,
        line_discounts=line_discounts,
        currencies={code: code for code in terms.currencies},
        base_currency="EUR",
    )
    there = Found(taxes=zoho_taxes(wanted), organization=organization)
    rules = BookRules("hash", gift_certificate_account="a", store_credit_account="b")
    for placed in shop:
        expected = expect_loaded(placed.bundle, terms)
        outcome, reason, order, made = became(placed.bundle, there, rules)
        assert outcome == expected.outcome, (placed.scenario, reason, expected.reasons)
        assert reason in (expected.reasons or ("",)), placed.scenario
        if outcome == "posted":
            assert (order.total, order.tax) == (expected.total, expected.tax)
            assert sum((payment.amount for payment in order.payments), D(0)) == expected.paid
        if outcome == "posted" and line_discounts == "amount":
            agree_with_the_books(order, made, there, rules)


def became(bundle, there, rules):
    """(outcome, reason, order, plan) of a bundle as it comes over the wire."""
    try:
        order = translate(json.loads(json.dumps(bundle), parse_float=D), OrderRules())
        return "posted", "", order, plan(order, there, rules)
    except Skip as skipped:
        return "skipped", skipped.rule, None, None
    except Unmappable as held:
        return "held", held.reason, None, None


def agree_with_the_books(order, made: Plan, there: Found, rules):
    document = next(step for step in made.steps if step.kind == "invoice")
    totals = predict(document.body, there.taxes, there.organization.tax_rounding, order.places)
    assert totals.total == order.total
    assert len(document.body["line_items"]) == len(order.lines)
    assert verify(
        document.expect, document.body, {"total": totals.total, "tax_total": totals.tax_total}, rules
    ).equal
    assert all_ids_are_strings(made.steps)
    second = Found(
        contact=FoundContact("con-1"),
        taxes=there.taxes,
        document=FoundDocument("inv-1", "INV-1", totals.total, "paid", "con-1", fingerprint(order)),
        payments={payment.key: "1" for payment in order.payments},
        notes={
            f"refund:{refund.key}": FoundNote("", "cn", status="closed", total=refund.total)
            for refund in order.refunds
        },
        marked="INV-1",
    )
    assert plan(order, second, rules) == Plan(())


def all_ids_are_strings(steps: tuple[Step, ...]):
    return all(
        isinstance(ref, Ref) and isinstance(ref.step, str) for step in steps for ref in refs(step.body)
    )


def test_no_float_is_made_anywhere_in_this_room():
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), (path, node.lineno)
            assert not (isinstance(node, ast.Name) and node.id == "float"), (path, node.lineno)
