"""What a hostile bookkeeper found in the life of an order, each as a test."""

import time
from decimal import Decimal

import pytest

from ledger import work
from sandbox.bigcommerce import life
from tasks.recipe import perform
from tests.tasks.conftest import LINE, struck_by
from tests.tasks.lives import ON_ACCOUNT, charged, check_life, documents, does, net, notes, sold
from tests.tasks.test_life_people import says

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
