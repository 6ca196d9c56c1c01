"""What becomes of the estimate of an order that is only a quote, told from the order and the estimate alone."""

from dataclasses import replace

import pytest

from mappings.errors import Skip, Unmappable
from mappings.rules import SYNCED_STATUSES, BookRules
from mappings.zoho.documents import fingerprint
from mappings.zoho.estimates import answered, is_quote, named
from mappings.zoho.found import FoundDocument
from mappings.zoho.orders import asks, plan
from tests.mappings.making import D, found, order

RULES = BookRules("hash", document="estimate", estimate_statuses=frozenset({7, 12}))
QUOTE = order(status_id=7)
LINE = {"line_item_id": "1", "item_id": "i71", "quantity": 1, "rate": D("10.00"), "tax_id": "t20"}
READ = {"status": "sent", "date": "2026-04-29", "total": D("12.00"), "line_items": [LINE]}


def there(status="sent", told=QUOTE, **more):
    """What is found of an order whose estimate was made when it was as told."""
    made = FoundDocument(
        id="1", number="QT-1", status=status, customer_id="c1", fingerprint=fingerprint(told), **more
    )
    return found(document=made, items={"variant:171": "i71"})


def did(order_, found_, rules=RULES):
    return [(step.verb, step.kind) for step in plan(order_, found_, rules).steps]


def test_a_quote_becomes_an_estimate_of_its_total_and_nothing_else():
    made, sent = plan(QUOTE, found(items={"variant:171": "i71"}), RULES).steps
    assert (made.verb, made.kind, made.key) == ("create", "estimate", "hash:112:estimate:1")
    assert (made.body["reference_number"], made.expect["total"]) == ("112", QUOTE.total)
    assert made.body["custom_fields"][0]["value"] == made.key
    assert (sent.verb, sent.key, sent.target.step) == ("send", "hash:112:offer:1", made.key)
    assert did(QUOTE, found(items={"variant:171": "i71"}), replace(RULES, unpaid="draft")) == [
        ("create", "estimate")
    ]


def test_an_unchanged_one_is_left_alone_and_a_draft_is_sent():
    assert (did(QUOTE, there()), asks(QUOTE, there(), RULES)) == ([], frozenset())
    assert did(QUOTE, there("draft")) == [("send", "estimate")]


def test_an_edited_one_is_read_and_rewritten_in_place_whatever_period_is_closed():
    closed = replace(RULES, lock_date="2030-12-31")
    edited = replace(QUOTE, lines=(replace(QUOTE.lines[0], quantity=D(2)),))
    assert asks(edited, there(), closed) == {"document", "items"}
    (step,) = plan(edited, there(read=READ), closed).steps
    assert (step.verb, step.target, step.body["date"]) == ("amend", "1", READ["date"])
    assert step.body["line_items"][0]["line_item_id"] == "1"
    assert not {"customer_id", "custom_fields", "reference_number"} & step.body.keys()


@pytest.mark.parametrize("status", ["accepted", "declined", "invoiced", "deleted", "left"])
def test_one_that_was_answered_stays_as_it_is(status):
    edited = replace(QUOTE, lines=(replace(QUOTE.lines[0], quantity=D(2)),))
    assert (did(edited, there(status)), asks(edited, there(status), RULES)) == ([], frozenset())
    assert answered(QUOTE, there(status).document, RULES, "accept") == ()


def test_one_that_was_declined_with_its_order_is_followed_by_the_next():
    before = there("declined", ended="void")
    assert asks(QUOTE, before, RULES) == {"items"}
    made, _ = plan(QUOTE, before, RULES).steps
    assert (made.key, made.body["customer_id"]) == ("hash:112:estimate:2", "c1")


def test_the_end_of_a_quote_declines_it_and_where_a_person_is_to_be_asked_he_is():
    ended = replace(QUOTE, status_id=5, ended="cancelled")
    (step,) = plan(ended, there(), RULES).steps
    assert (step.verb, step.key, step.body, step.calls) == (
        "decline",
        "hash:112:decline:1",
        {"draft": False},
        1,
    )
    (step,) = plan(ended, there("draft"), RULES).steps
    assert (step.body, step.calls) == ({"draft": True}, 2)  # only what was sent can be answered
    asked = replace(RULES, endings={"cancelled": "hold"})
    with pytest.raises(Unmappable, match="QT-1"):
        plan(ended, there(), asked)
    assert did(ended, there("declined"), asked) == []


def test_the_sale_accepts_the_estimate_first_and_names_it():
    rules = replace(RULES, document="invoice")
    sold = replace(QUOTE, status_id=11)
    quote = there().document
    steps = plan(sold, replace(found(items={"variant:171": "i71"}), estimate=quote), rules).steps
    assert [(step.verb, step.kind) for step in steps[:2]] == [("accept", "estimate"), ("create", "invoice")]
    assert steps[1].body["invoiced_estimate_id"] == "1"
    ordered = replace(rules, document="sales_order")
    assert named(replace(found(), estimate=quote), ordered) == {"estimate_id": "1"}
    accepted = replace(quote, status="accepted")  # by a run that was cut short
    assert named(replace(found(), estimate=accepted), rules) == {"invoiced_estimate_id": "1"}
    assert named(replace(found(), estimate=accepted, sales_order={}), rules) == {}
    assert named(replace(found(), estimate=replace(quote, status="declined")), rules) == {}


@pytest.mark.parametrize(
    ("status_id", "ended", "known", "quote"),
    [
        (7, "", False, True),
        (12, "", True, True),
        (11, "", False, False),
        (11, "", True, False),
        (4, "", True, False),
        (5, "cancelled", True, True),
        (5, "cancelled", False, False),
        (13, "disputed", True, False),
        (7, "archived", False, True),
        (1, "", True, None),
        (1, "", False, False),
    ],
)
def test_what_is_a_quote_is_told_by_status_and_end(status_id, ended, known, quote):
    one = replace(QUOTE, status_id=status_id, ended=ended)
    if quote is None:
        with pytest.raises(Skip, match="status 1"):
            is_quote(one, RULES, SYNCED_STATUSES, known=known)
    else:
        assert is_quote(one, RULES, SYNCED_STATUSES, known=known) is quote
