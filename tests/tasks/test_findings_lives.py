"""What a hostile bookkeeper found in the life of an order, each as a test."""

import time
from decimal import Decimal

import pytest

from ledger import work
from sandbox.bigcommerce import life
from tasks.recipe import perform
from tests.tasks.checks import records
from tests.tasks.conftest import LINE, placed, struck_by
from tests.tasks.lives import (
    ON_ACCOUNT,
    bundle_of,
    charged,
    check_life,
    documents,
    does,
    net,
    notes,
    sold,
    zoho_calls,
)
from tests.tasks.test_life_people import says
from tests.tasks.test_lost_answers import without_unique_field

UNHEARD = {
    "platform": "zoho",
    "path": "/zoho/books/v3/invoices/*/credits",
    "methods": ["POST"],
    "times": 1,
    "share": 1,
}


@pytest.mark.parametrize("deeds", [("void", "cancel"), ("cancel",)], ids=["voided first", "cancelled"])
@pytest.mark.parametrize("back", [{"amount": "5.00"}, {}], ids=["part", "all"])
def test_money_that_came_while_nothing_was_live_pays_the_next_document(lab, deeds, back):
    order = sold(lab, **ON_ACCOUNT)
    for deed in (*deeds, "pay"):
        does(lab, deed, order)
    assert does(lab, "refund", order, **back).outcome == "posted"
    live = check_life(lab, order, came=charged(lab, order), back=Decimal(back.get("amount", "41.88")))
    assert (live["balance"], live["payment_made"]) == (0, Decimal("41.88"))


@pytest.mark.parametrize("mood", ["reset_before", "reset_after", "error_after"])
def test_such_a_use_that_went_unheard_is_asked_about(lab, mood):
    order = sold(lab, **ON_ACCOUNT)
    for deed in ("cancel", "pay"):
        does(lab, deed, order)
    struck_by(lab, {**UNHEARD, "kind": mood})
    assert does(lab, "reinstate", order).outcome == "posted"
    assert check_life(lab, order, came="41.88")["balance"] == 0


def test_such_a_use_that_went_unheard_before_the_order_changed_again_is_known(lab):
    """The money was used, whoever heard of it: two mugs more (2 x 12.00) stay open and find no money waiting."""
    order = sold(lab, **ON_ACCOUNT)
    for deed in ("cancel", "pay"):
        does(lab, deed, order)
    lab.set(ask_after=(0.5, 0.6))
    struck_by(lab, {**UNHEARD, "kind": "reset_after"})
    life.reinstate(lab.world, int(order))
    work.note(lab.ledger, "main", "orders", [order], time.time())
    perform(lab.services, work.due(lab.ledger, time.time(), 1, renudge_after=0.0)[0][0])
    does(lab, "cancel", order)
    check_life(lab, order, reversed_=True, came="41.88")
    does(lab, "reinstate", order)
    assert check_life(lab, order, came="41.88")["balance"] == 0
    assert does(lab, "edit", order, quantity=5).outcome == "posted"
    assert check_life(lab, order, came="41.88")["balance"] == 24


def test_a_paid_order_made_smaller_stays_a_persons_though_the_difference_went_back(lab):
    """41.88 came in for what is 29.88 now; 12.00 went back, and the store does not say what for."""
    order = sold(lab)
    assert does(lab, "edit", order, quantity=2).reason == "overpaid"
    row = does(lab, "refund", order, amount="12.00")
    assert (row.state, row.reason) == ("held", "overpaid")
    assert "41.88 EUR came in for an order of 29.88, 12.00 of it went back" in row.what
    assert net(lab, order) == Decimal("41.88")
    assert says(lab, order, choice="stop").reason == "left-to-person"


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("tax", ["0.01", "1.00"])
def test_tax_that_went_back_alone_and_then_the_line_piece_by_piece(lab, inclusive, tax):
    line = {**LINE, "price": "7.30", "quantity": 2}
    order = sold(lab, lines=[line], inclusive=inclusive, shipping={"cost": "0", "tax": "20"})
    for told in ({"tax": tax}, {"quantity": 1}, {"quantity": 1}):
        assert does(lab, "refund", order, **told).outcome == "posted"
    check_life(lab, order, back=charged(lab, order))
    back = sum(row["tax_total"] for row in notes(lab, order).values())
    assert abs(back - documents(lab, order)[1]["tax_total"]) <= Decimal(
        "0.01"
    )  # 2 x 1.22 of 7.30, 2.43 of 14.60


@pytest.mark.parametrize("back", [{"amount": "5.00"}, {"tax": "1.37"}], ids=["on no line", "tax alone"])
def test_where_no_line_may_be_below_nothing_what_needs_one_is_held_and_says_so(new_lab, back):
    lab = new_lab(switches={"zoho_negative_lines": "refused"})
    order = sold(lab)
    does(lab, "refund", order, **back)
    before = len(records(lab, "creditnotes"))
    row = does(lab, "cancel", order)
    assert (row.state, row.reason) == ("held", "rejected")
    assert "no line below nothing" in row.what
    assert "one_line" in row.remedy
    assert len(records(lab, "creditnotes")) == before


def forget(lab):
    with lab.ledger.engine.begin() as connection:
        for table in ("work", "links", "intents"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


PAPERS = ("invoices", "creditnotes", "customerpayments", "contacts")


def papers(lab):
    return {module: len(records(lab, module)) for module in PAPERS}


@pytest.mark.parametrize("deeds", [("edit",), ("cancel", "pay", "reinstate")], ids=["edited", "paid late"])
def test_a_payment_found_again_after_memory_was_lost_is_used_no_second_time(lab, deeds):
    order = sold(lab, **(ON_ACCOUNT if "pay" in deeds else {}))
    for deed in deeds:
        does(lab, deed, order, **({"quantity": 5} if deed == "edit" else {}))
    before = papers(lab)
    forget(lab)
    lab.sync(order)
    assert papers(lab) == before
    assert does(lab, "edit", order, quantity=7).outcome == "posted"
    assert does(lab, "refund", order, quantity=1).outcome == "posted"
    check_life(lab, order, came="41.88", back="12.00")


def test_an_order_that_was_cancelled_while_our_memory_was_lost_is_taken_back(lab):
    order = sold(lab)
    forget(lab)
    assert does(lab, "cancel", order).outcome == "posted"
    check_life(lab, order, reversed_=True)


def test_a_cancelled_order_with_somebody_elses_mark_costs_one_question(lab):
    order = placed(lab, status_id=5)
    bundle_of(lab, order)["order"]["external_order_id"] = "ERP-7"
    before = len(lab.world.calls)
    assert lab.sync(order).reason == "status"
    assert [one for one in zoho_calls(lab, before) if "/invoices" in one] == ["GET /invoices"]
    assert not any(one.startswith(("POST", "PUT")) or "/contacts" in one for one in zoho_calls(lab, before))


@pytest.mark.parametrize(
    "deeds", [(), ("edit",), ("cancel", "reinstate")], ids=["paid", "edited", "reinstated"]
)
def test_without_a_key_in_zoho_and_without_memory_what_the_mark_names_is_not_made_again(lab, deeds):
    without_unique_field(lab)
    order = sold(lab)
    for deed in deeds:
        does(lab, deed, order, **({"quantity": 5} if deed == "edit" else {}))
    before = papers(lab)
    forget(lab)
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "foreign-document")
    assert papers(lab) == before
