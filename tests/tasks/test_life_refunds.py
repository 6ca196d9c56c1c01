"""Each refund becomes exactly one credit note, to the cent, and its money goes the way that it went in the store."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sandbox.bigcommerce import life
from tests.tasks.checks import invoice_of
from tests.tasks.conftest import LINE, SHIPPING, placed
from tests.tasks.lives import (
    check_life,
    documents,
    does,
    given_back,
    money,
    net,
    notes,
    sold,
    zoho_calls,
)

THIRDS = {**LINE, "price": "9.99", "discounts": [{"amount": "1.00"}]}  # 28.97 for three does not divide
CAP = {"price": "7.30", "quantity": 2, "tax": "7", "sku": "CAP", "name": "Cap"}


@pytest.fixture(params=[True, False], ids=["inclusive", "exclusive"])
def inclusive(request):
    return request.param


def test_one_piece_of_three_is_credited_and_paid_back_in_three_calls(lab):
    """A mug at 10.00 and 20 %: 12.00 of 41.88 go back."""
    lab.sync(
        placed(lab, lines=[{**LINE, "sku": "REFUND", "name": "Refund"}])
    )  # its item is known from here on
    order = sold(lab)
    before = len(lab.world.calls)
    life.refund(lab.world, int(order), quantity=1)
    lab.sync(order)
    invoice = invoice_of(lab, order)["invoice_id"]
    (note,) = notes(lab, order).values()
    assert zoho_calls(lab, before) == [
        f"GET /invoices/{invoice}",
        "POST /creditnotes",
        f"POST /creditnotes/{note['creditnote_id']}/refunds",
    ]
    assert (note["total"], note["tax_total"], note["status"], note["invoice_id"]) == (
        12,
        2,
        "closed",
        invoice,
    )
    check_life(lab, order, came="41.88", back="12.00")


def test_an_order_that_did_not_change_asks_zoho_nothing(lab):
    order = sold(lab)
    does(lab, "refund", order, quantity=1)
    before = len(lab.world.calls)
    lab.sync(order)
    assert zoho_calls(lab, before) == []


@pytest.mark.parametrize(
    "told",
    [
        {"quantity": 2},
        {"amount": "5.00", "line": 0},
        {"shipping": "2.00"},
        {"amount": "3.33"},
        {"tax": "1.37"},
        {},
    ],
    ids=["pieces", "part of a line", "shipping", "order", "tax alone", "everything"],
)
def test_whatever_was_refunded_the_books_are_lower_by_just_that(lab, inclusive, told):
    order = sold(lab, lines=[THIRDS, CAP], inclusive=inclusive)
    if "line" in told:
        told = {**told, "line": lab.world.bigcommerce.orders[int(order)]["products"][0]["id"]}
    assert does(lab, "refund", order, **told).outcome == "posted"
    back = sum(given_back(lab, order).values())
    check_life(lab, order, back=back)


def test_piece_by_piece_until_nothing_is_left(lab, inclusive):
    """28.97 for three: the last piece takes what is left of the cents."""
    order = sold(lab, lines=[THIRDS], inclusive=inclusive)
    for _ in range(3):
        assert does(lab, "refund", order, quantity=1).outcome == "posted"
        check_life(lab, order)
    does(lab, "refund", order)
    live = check_life(lab, order, back=documents(lab, order)[1]["total"])
    assert (len(notes(lab, order)), net(lab, order), live["balance"]) == (4, 0, 0)


def test_several_refunds_before_we_come_are_several_notes(lab):
    order = sold(lab)
    for _ in range(2):
        life.refund(lab.world, int(order), quantity=1)
    lab.sync(order)
    check_life(lab, order, back="24.00")
    assert len(notes(lab, order)) == 2


def test_a_declined_refund_is_none(lab):
    order = sold(lab)
    assert does(lab, "refund", order, quantity=1, declined=True).outcome == "posted"
    assert notes(lab, order) == {}
    check_life(lab, order, back="0")


def test_an_order_that_was_refunded_before_we_came_is_booked_and_credited_in_one_go(lab, inclusive):
    order = placed(lab, inclusive=inclusive)
    life.refund(lab.world, int(order), quantity=1)
    before = len(lab.world.calls)
    assert lab.sync(order).outcome == "posted"
    check_life(lab, order, back=sum(given_back(lab, order).values()))
    assert zoho_calls(lab, before).count("POST /creditnotes") == 1


def test_a_refund_of_money_that_the_books_never_saw_goes_against_what_is_open(lab):
    """Cash on delivery is not recorded by this setting: 12.00 of the open 41.88 are credited, 29.88 stay due."""
    lab.set(order_rules=replace(lab.connection.order_rules, offline="never"))
    order = sold(lab, payment={"style": "offline"})
    assert does(lab, "refund", order, quantity=1, offline=True).outcome == "posted"
    live = check_life(lab, order, came="0", back="0")
    assert (live["balance"], live["credits_applied"]) == (Decimal("29.88"), 12)


def test_more_went_back_than_the_books_saw_coming(lab):
    """20.00 of 41.88 came by card by our books; 24.00 go back: 20.00 are paid out, 4.00 go against the open 21.88."""
    order = placed(lab)
    bundle = lab.world.bigcommerce.orders[int(order)]
    whole, bundle["transactions"][0]["amount"] = bundle["transactions"][0]["amount"], Decimal("20.00")
    lab.sync(order)
    bundle["transactions"][0]["amount"] = whole
    life.refund(lab.world, int(order), quantity=2)
    bundle["transactions"][0]["amount"] = Decimal("20.00")
    assert lab.sync(order).outcome == "posted"
    live = check_life(lab, order, came="20.00", back="20.00")
    assert (live["balance"], live["credits_applied"]) == (Decimal("17.88"), 4)


def test_pieces_go_back_on_their_item_only_where_the_setting_says_so(lab):
    order = sold(lab)
    does(lab, "refund", order, quantity=1)
    (note,) = notes(lab, order).values()
    assert [sku_of(lab, row) for row in note["line_items"]] == ["REFUND"]
    lab.rules(restock="always")
    does(lab, "refund", order, quantity=1)
    _, again = notes(lab, order).values()
    assert [(sku_of(lab, row), row["quantity"]) for row in again["line_items"]] == [("MUG", 1)]
    check_life(lab, order, back="24.00")


def sku_of(lab, row):
    return lab.world.zoho.records["items"][row["item_id"]]["sku"]


def test_money_from_store_credit_goes_back_there(lab):
    lab.rules(restock="always")
    order = sold(lab, lines=[LINE], shipping=SHIPPING)
    does(lab, "refund", order, quantity=1, provider="storecredit", offline=True)
    ((part,),) = (note["creditnote_refunds"] for note in notes(lab, order).values())
    assert part["from_account_id"] == lab.connection.book_rules.store_credit_account
    check_life(lab, order, back="12.00")


def test_a_refund_of_a_sales_order_is_held(lab):
    lab.rules(document="sales_order")
    order = placed(lab)
    lab.sync(order)
    row = does(lab, "refund", order, quantity=1)
    assert (row.state, row.reason) == ("held", "refunded")
    assert "12.00" in row.what


def test_an_organization_that_counts_discounts_per_unit_gets_notes_without_any(new_lab):
    """Three for 28.97 with pieces on their item: a discount of 0.01 would be taken three times."""
    lab = new_lab()
    lab.rules(restock="always")
    order = sold(lab, lines=[THIRDS], shipping="0")
    lab.world.switches["zoho_line_discount"] = "per_unit"
    does(lab, "refund", order, quantity=3)
    (note,) = notes(lab, order).values()
    assert not any(row["discount"] for row in note["line_items"])
    assert money(lab, order).back == note["total"]
    check_life(lab, order)
