"""An order is no sale any more: its document is made void or credited, left, or held, as the settings say."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.tasks.checks import payments_of, records, written
from tests.tasks.conftest import LINE, placed
from tests.tasks.lives import (
    ON_ACCOUNT,
    bundle_of,
    charged,
    check_life,
    check_quiet,
    documents,
    does,
    money,
    net,
    notes,
    sold,
    standing,
)
from tests.tasks.test_lost_answers import forget_everything

CAP = {"price": "7.30", "quantity": 2, "tax": "7", "sku": "CAP", "name": "Cap"}


@pytest.fixture(params=[True, False], ids=["inclusive", "exclusive"])
def inclusive(request):
    return request.param


def endings(lab, **chosen):
    lab.rules(endings={**lab.connection.book_rules.endings, **chosen})


@pytest.mark.parametrize("deed", ["cancel", "decline"])
def test_an_unpaid_order_that_ends_has_a_void_document(lab, deed):
    order = sold(lab, **ON_ACCOUNT)
    assert does(lab, deed, order).outcome == "posted"
    check_life(lab, order, reversed_=True)
    assert [row["status"] for row in documents(lab, order).values()] == ["void"]
    assert notes(lab, order) == {}


def test_an_unpaid_order_that_ends_is_credited_where_the_setting_says_so(lab):
    lab.rules(reversal="credit")
    order = sold(lab, **ON_ACCOUNT)
    does(lab, "cancel", order)
    check_life(lab, order, reversed_=True)
    ((name, note),) = notes(lab, order).items()
    assert (name, note["balance"], documents(lab, order)[1]["balance"]) == ("reversal:1", 0, 0)


def test_a_paid_order_that_ends_is_credited_and_its_money_is_the_customers(lab, inclusive):
    order = sold(lab, lines=[LINE, CAP], inclusive=inclusive)
    paid = charged(lab, order)
    assert does(lab, "cancel", order).outcome == "posted"
    check_life(lab, order, reversed_=True, came=paid)
    (note,) = notes(lab, order).values()
    assert (note["total"], note["balance"], note["status"]) == (paid, paid, "open")


def test_of_a_partly_refunded_order_what_is_left_is_credited(lab, inclusive):
    order = sold(lab, lines=[LINE, CAP], inclusive=inclusive)
    does(lab, "refund", order, quantity=1)
    assert does(lab, "cancel", order).outcome == "posted"
    check_life(lab, order, reversed_=True)
    assert len(notes(lab, order)) == 2


def test_of_a_wholly_refunded_order_nothing_is_left_to_credit(lab):
    order = sold(lab)
    does(lab, "refund", order)
    does(lab, "cancel", order)
    assert [name.partition(":")[0] for name in notes(lab, order)] == ["refund"]
    assert net(lab, order) == 0
    check_quiet(lab, order)


@pytest.mark.parametrize("described", [ON_ACCOUNT, {}], ids=["unpaid", "paid"])
def test_an_order_that_stands_again_has_a_new_document_which_the_credit_pays(lab, described):
    order = sold(lab, **described)
    does(lab, "cancel", order)
    status = bundle_of(lab, order)["order"].get("status_id") and (7 if described else 11)
    assert does(lab, "reinstate", order, status).outcome == "posted"
    live = check_life(lab, order)
    assert sorted(documents(lab, order)) == [1, 2]
    assert live["balance"] == (live["total"] if described else 0)
    assert money(lab, order).came == (0 if described else live["total"])


def test_an_order_that_was_refunded_in_part_cancelled_and_stands_again_is_a_persons(lab):
    order = sold(lab)
    does(lab, "refund", order, quantity=1)
    does(lab, "cancel", order)
    row = does(lab, "reinstate", order, 14)
    assert (row.state, row.reason) == ("held", "changed-after-posting")


def test_a_cancelled_order_that_was_held_and_stands_again_needs_nothing(lab):
    endings(lab, cancelled="hold")
    order = sold(lab)
    before = len(written(lab))
    row = does(lab, "cancel", order)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
    assert does(lab, "reinstate", order).outcome == "posted"
    assert len(written(lab)) == before
    check_life(lab, order)


@pytest.mark.parametrize("deed", ["dispute", "archive"])
def test_a_disputed_or_archived_order_keeps_its_document_by_default(lab, deed):
    order = sold(lab)
    before = len(written(lab))
    assert does(lab, deed, order).outcome == "posted"
    assert len(written(lab)) == before
    check_life(lab, order)


@pytest.mark.parametrize(("deed", "word"), [("dispute", "disputed"), ("archive", "archived")])
def test_a_disputed_or_archived_order_is_taken_back_where_the_setting_says_so(lab, deed, word):
    endings(lab, **{word: "reverse"})
    order = sold(lab)
    assert does(lab, deed, order).outcome == "posted"
    check_life(lab, order, reversed_=True)


@pytest.mark.parametrize(("deed", "word"), [("cancel", "cancelled"), ("dispute", "disputed")])
def test_an_order_that_ends_is_taken_back_though_our_memory_of_it_was_lost(lab, deed, word):
    """Neither status is among the synced ones: its mark tells that the order may be in the books."""
    rules = lab.connection.order_rules
    lab.set(order_rules=replace(rules, statuses=rules.statuses - {13}))
    endings(lab, **{word: "reverse"})
    order = sold(lab)
    forget_everything(lab)
    assert does(lab, deed, order).outcome == "posted"
    check_life(lab, order, reversed_=True)


def test_an_order_that_ended_before_we_came_is_skipped(lab):
    order = placed(lab, status_id=5)
    row = lab.sync(order)
    assert (row.state, row.outcome, row.reason) == ("done", "skipped", "status")
    assert written(lab) == []


def test_a_payment_of_an_order_that_is_paid_late_and_cancelled_at_once_is_recorded(lab):
    """Cancelled before we came back: the document is credited, and the money that came is the customer's."""
    order = sold(lab, **ON_ACCOUNT)
    lab.rules(reversal="credit")
    does(lab, "cancel", order)
    check_life(lab, order, reversed_=True)
    does(lab, "reinstate", order, 7)
    does(lab, "pay", order, "20.00")
    live = check_life(lab, order, came="20.00")
    assert [amount for _, amount in payments_of(lab, live)] == [Decimal("20.00")]


def test_a_sales_order_is_made_void_when_its_order_ends(lab):
    lab.rules(document="sales_order")
    order = placed(lab, **ON_ACCOUNT)
    lab.sync(order)
    assert does(lab, "cancel", order).outcome == "posted"
    assert [row["status"] for row in records(lab, "salesorders")] == ["void"]
    assert does(lab, "reinstate", order, 7).outcome == "posted"
    assert [row["status"] for row in records(lab, "salesorders")] == ["void", "confirmed"]


# Deleted in the store: there is no order to read any more


@pytest.mark.parametrize("described", [ON_ACCOUNT, {}], ids=["unpaid", "paid"])
def test_a_deleted_order_is_taken_back_where_the_setting_says_so(lab, described):
    endings(lab, deleted="reverse")
    order = sold(lab, **described)
    row = does(lab, "delete", order)
    assert (row.state, row.outcome, row.reason) == ("done", "skipped", "gone")
    assert documents(lab, order)[1]["invoice_number"] in row.what
    check_life(lab, order, reversed_=True)
    assert len(notes(lab, order)) == (0 if described else 1)


def test_a_deleted_order_keeps_its_document_where_the_setting_says_so(lab):
    endings(lab, deleted="keep")
    order = sold(lab)
    before = len(written(lab))
    assert does(lab, "delete", order).outcome == "skipped"
    assert (len(written(lab)), len(standing(lab, order))) == (before, 1)


def test_a_deleted_order_is_held_by_default(lab):
    order = sold(lab)
    row = does(lab, "delete", order)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
    assert documents(lab, order)[1]["invoice_number"] in row.what


def test_a_deleted_order_of_which_a_part_was_refunded_is_a_persons(lab):
    endings(lab, deleted="reverse")
    order = sold(lab)
    does(lab, "refund", order, quantity=1)
    row = does(lab, "delete", order)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
