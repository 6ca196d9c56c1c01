"""Ended and revived orders: made void, credited, made anew, or left to a person."""

from dataclasses import replace

import pytest

from mappings.errors import Skip, Unmappable
from mappings.plans import Plan
from mappings.rules import ENDINGS, BookRules
from mappings.zoho.orders import plan, take_back
from tests.mappings.making import RULES, D, found, line, money, order
from tests.mappings.zoho.living import MORE, ONE, PAID, SOLD, TWO, booked, did, held, refunded


@pytest.mark.parametrize(
    ("told", "rules", "steps"),
    [
        (SOLD, RULES, [("void", "invoice")]),
        (SOLD, BookRules("hash", reversal="credit"), [("create", "credit_note"), ("apply", "credit_note")]),
        (SOLD, BookRules("hash", reversal="credit", unpaid="draft"), [("void", "invoice")]),
        (PAID, RULES, [("create", "credit_note")]),
        (
            replace(SOLD, payments=(money("5.00"),)),
            RULES,
            [("create", "credit_note"), ("apply", "credit_note")],
        ),
    ],
    ids=["unpaid", "unpaid, credited", "draft", "paid", "part paid"],
)
def test_a_cancelled_order_is_made_void_or_credited(told, rules, steps):
    books = booked(told, rules)
    cancelled = replace(told, ended="cancelled")
    assert did(books, cancelled) == steps
    assert (books.net(), books.live()) == (0, [])
    assert books.sync(cancelled) == ()


def test_of_a_part_refunded_order_that_ends_only_the_rest_is_credited():
    """18.00 sold and paid, 6.00 refunded: 12.00 are left, 5.00 + 1.00 of the first line and all of the second."""
    part = line(net="5.00", tax="1.00")
    books = booked(refunded(PAID, part))
    cancelled = replace(refunded(PAID, part), ended="cancelled")
    note = next(step for step in books.sync(cancelled) if step.kind == "credit_note")
    assert [row["rate"] for row in note.body["line_items"]] == [D("5.00"), D("5.00")]
    assert (note.expect["total"], books.net(), books.credit()) == (D("12.00"), 0, D("12.00"))
    assert books.sync(cancelled) == ()


def test_nothing_is_left_to_credit_of_an_order_that_was_refunded_whole():
    books = booked(refunded(PAID, ONE, TWO))
    cancelled = replace(refunded(PAID, ONE, TWO), ended="cancelled")
    assert (did(books, cancelled), books.net()) == ([], 0)


def test_a_refund_and_a_cancellation_that_are_heard_of_at_once_are_both_booked():
    books = booked(SOLD)
    cancelled = replace(refunded(PAID, ONE), ended="cancelled")
    books.sync(cancelled)
    assert (books.net(), set(books.notes)) == (0, {"refund:7", "reversal:1"})
    assert books.sync(cancelled) == ()


def test_a_refund_after_the_whole_was_taken_back_is_for_a_person():
    books = booked(PAID)
    books.sync(replace(PAID, ended="cancelled"))
    assert held(books, replace(refunded(PAID, ONE), ended="cancelled")) == "changed-after-posting"


def test_a_refunded_document_that_a_person_made_void_is_for_a_person_when_its_order_ends():
    """12.00 of 18.00 were credited; without the document they would be taken off of nothing."""
    books = booked(refunded(PAID, ONE))
    (document,) = books.documents.values()
    document["status"] = "void"
    assert held(books, replace(refunded(PAID, ONE), ended="cancelled")) == "changed-after-posting"


def test_an_edited_and_refunded_order_that_ends_is_for_a_person():
    """Whether the edit has made it dearer, or only another thing for the same money."""
    other = order(replace(ONE, key="product:3", variant_id="173"), TWO)
    for edited, back in ((MORE, ONE), (other, TWO)):
        books = booked(refunded(PAID, back))
        ended = replace(refunded(replace(edited, payments=PAID.payments), back), ended="declined")
        assert held(books, ended) == "changed-after-posting"


def test_a_draft_that_is_refunded_and_ends_is_opened_before_credit_goes_against_it():
    books = booked(SOLD, BookRules("hash", unpaid="draft"))
    ended = replace(refunded(SOLD, ONE), ended="cancelled")
    assert did(books, ended)[0] == ("send", "invoice")
    assert (books.net(), books.open()) == (0, 0)
    assert books.sync(ended) == ()


@pytest.mark.parametrize("ended", ["cancelled", "declined", "disputed", "archived"])
@pytest.mark.parametrize("chosen", ["reverse", "keep", "hold"])
def test_what_becomes_of_an_ended_order_is_as_the_settings_say(ended, chosen):
    books = booked(PAID, BookRules("hash", endings={**ENDINGS, ended: chosen}))
    told = replace(PAID, ended=ended)
    if chosen == "hold":
        assert held(books, told) == "changed-after-posting"
    else:
        books.sync(told)
        assert books.net() == (0 if chosen == "reverse" else told.total)


def test_an_order_that_ended_before_it_was_booked_is_skipped():
    with pytest.raises(Skip) as skipped:
        plan(replace(SOLD, ended="cancelled"), found(), RULES)
    assert skipped.value.rule == "status"
    assert plan(replace(SOLD, ended="archived"), found(), RULES).steps


def test_money_that_comes_for_a_void_document_is_recorded_and_applied_to_nothing():
    books = booked(SOLD)
    books.sync(replace(SOLD, ended="cancelled"))
    payment = books.sync(replace(PAID, ended="cancelled"))[0]
    assert (payment.kind, "invoices" in payment.body) == ("payment", False)


@pytest.mark.parametrize("told", [SOLD, PAID], ids=["void", "credited"])
def test_an_order_that_stands_again_is_booked_again_and_takes_its_credit(told):
    books = booked(told)
    books.sync(replace(told, ended="cancelled"))
    books.sync(told)
    assert (books.net(), books.credit(), books.open()) == (told.total, 0, told.total if told is SOLD else 0)
    assert list(books.generations) == [1, 2]
    assert books.sync(told) == ()


def test_a_part_refunded_order_that_stands_again_is_for_a_person():
    told = refunded(PAID, ONE)
    books = booked(told)
    books.sync(replace(told, ended="cancelled"))
    assert held(books, told) == "changed-after-posting"


def test_a_document_that_a_person_made_void_is_as_a_cancelled_order_wants_it():
    books = booked(SOLD)
    books.documents[books.live()[0]]["status"] = "void"
    assert books.sync(replace(SOLD, ended="cancelled")) == ()


# what the store does not have any more


def test_a_deleted_order_is_taken_back_from_its_document_alone():
    for told, verb in ((SOLD, "void"), (PAID, "create")):
        books = booked(told)
        there = books.found(replace(told, ended="cancelled"))
        steps = take_back("112", there, RULES).steps
        assert (steps[0].verb, len(steps)) == (verb, 1)
    assert steps[0].expect["total"] == D("18.00")
    assert (
        take_back("112", replace(there, document=replace(there.document, ended="credited")), RULES) == Plan()
    )


def test_a_deleted_order_of_which_a_part_was_refunded_is_for_a_person():
    books = booked(refunded(PAID, ONE))
    with pytest.raises(Unmappable):
        take_back("112", books.found(replace(PAID, refunds=(), ended="")), RULES)
