"""An order is edited in the store: its document is amended in place, or credited and written anew; never both stand."""

from decimal import Decimal

import pytest

from sandbox.bigcommerce import life
from tasks.foreseen import preview
from tests.tasks.checks import payments_of, records, written
from tests.tasks.conftest import LINE, placed
from tests.tasks.lives import (
    ON_ACCOUNT,
    bundle_of,
    charged,
    check_life,
    documents,
    does,
    money,
    notes,
    sold,
    standing,
    zoho_calls,
)

CAP = {"price": "7.30", "quantity": 2, "tax": "7", "sku": "CAP", "name": "Cap"}
EDITS = {
    "quantity": lambda lab, order: life.edit(lab.world, order, quantity=2),
    "price": lambda lab, order: life.edit(lab.world, order, price="9.37"),
    "a line more": lambda lab, order: life.add(
        lab.world, order, price="3.30", quantity=2, tax="20", name="Pin", sku="PIN"
    ),
    "a line less": lambda lab, order: life.edit(lab.world, order, quantity=0),
    "discount": lambda lab, order: life.discount(lab.world, order, "3.33"),
}


@pytest.fixture(params=[True, False], ids=["inclusive", "exclusive"])
def inclusive(request):
    return request.param


@pytest.fixture(params=list(EDITS))
def edit(request):
    return EDITS[request.param]


def edited(lab, order, edit):
    edit(lab, int(order))
    return lab.sync(order)


def test_an_unpaid_document_is_amended_in_place(lab, inclusive, edit):
    order = sold(lab, lines=[LINE, CAP], inclusive=inclusive, **ON_ACCOUNT)
    (before,) = (dict(row) for row in standing(lab, order))
    ids = {row["item_id"]: row["line_item_id"] for row in before["line_items"]}
    assert edited(lab, order, edit).outcome == "posted"
    live = check_life(lab, order, came="0")
    assert [live[name] for name in ("invoice_id", "invoice_number", "date")] == [
        before[name] for name in ("invoice_id", "invoice_number", "date")
    ]
    assert len(documents(lab, order)) == 1
    assert all(
        ids.get(row["item_id"], row["line_item_id"]) == row["line_item_id"] for row in live["line_items"]
    )


def half_paid(lab, **described):
    """An order in the books of which the gateway captured 15.00."""
    order = placed(lab, **described)
    bundle_of(lab, order)["transactions"][0]["amount"] = Decimal("15.00")
    assert lab.sync(order).outcome == "posted"
    return order


def test_a_document_that_money_came_for_is_credited_and_written_anew(lab, inclusive, edit):
    """15.00 stay on the old document, the note pays the rest of it, and what is left of the note the new one."""
    order = half_paid(lab, lines=[LINE, CAP], inclusive=inclusive)
    assert edited(lab, order, edit).outcome == "posted"
    live = check_life(lab, order, came="15.00")
    (note,) = notes(lab, order).values()
    old = documents(lab, order)[1]
    assert (note["total"], note["invoice_id"]) == (old["total"], old["invoice_id"])
    assert (old["balance"], note["balance"]) == (0, 0)
    assert (live["credits_applied"], live["balance"]) == (15, live["total"] - 15)


def test_a_paid_document_is_credited_and_the_whole_credit_pays_the_new_one(lab, inclusive):
    order = sold(lab, inclusive=inclusive)
    paid = charged(lab, order)
    does(lab, "edit", order, quantity=5)
    live = check_life(lab, order, came=paid)
    assert (live["credits_applied"], live["balance"]) == (paid, live["total"] - paid)
    assert documents(lab, order)[1]["status"] == "paid"


def test_an_edit_below_what_was_paid_is_held_as_overpaid_and_writes_nothing(lab):
    order = sold(lab)
    before = len(written(lab))
    row = does(lab, "edit", order, quantity=2)
    assert (row.state, row.reason, len(written(lab))) == ("held", "overpaid", before)


def test_a_draft_is_amended_and_stays_a_draft(lab):
    lab.rules(unpaid="draft", amend="draft")
    order = sold(lab, **ON_ACCOUNT)
    edited(lab, order, EDITS["quantity"])
    assert check_life(lab, order)["status"] == "draft"


@pytest.mark.parametrize("amend", ["draft", "never"])
def test_a_sent_document_is_credited_where_the_setting_amends_none(lab, amend):
    lab.rules(amend=amend)
    order = sold(lab, **ON_ACCOUNT)
    edited(lab, order, EDITS["quantity"])
    live = check_life(lab, order)
    old, (note,) = documents(lab, order)[1], notes(lab, order).values()
    assert (old["balance"], note["balance"], live["balance"]) == (0, 0, live["total"])


def test_a_paid_document_is_held_where_the_setting_says_so(lab):
    lab.rules(edited="hold")
    order = sold(lab)
    row = does(lab, "edit", order, quantity=5)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
    assert notes(lab, order) == {}
    assert lab.sync(order).state == "held"
    does(lab, "edit", order, quantity=3)
    assert lab.row(order).outcome == "posted"
    check_life(lab, order)


def test_an_order_that_is_edited_again_and_again_ends_as_it_is(lab, inclusive):
    """Every credit goes on to the document after: 15.00 came once, and are on the last one in the end."""
    order = half_paid(lab, lines=[LINE, CAP], inclusive=inclusive)
    for quantity in (2, 5, 1):
        does(lab, "edit", order, quantity=quantity)
        live = check_life(lab, order, came="15.00")
        assert live["total"] - live["balance"] == 15
    assert sorted(notes(lab, order)) == ["reversal:1", "reversal:2", "reversal:3"]


def test_what_is_paid_after_an_edit_goes_to_the_new_document(lab):
    """41.88 were paid for three; five cost 65.88, and 24.00 more come in."""
    order = sold(lab)
    does(lab, "edit", order, quantity=5)
    does(lab, "pay", order, "24.00")
    live = check_life(lab, order, came="65.88")
    assert live["balance"] == 0
    assert [amount for _, amount in payments_of(lab, live)] == [Decimal("24.00")]


def test_an_address_alone_writes_nothing_into_the_document(lab):
    order = sold(lab)
    before = len(lab.world.calls)
    does(lab, "address", order, city="Elsewhere")
    told = zoho_calls(lab, before)
    assert [call for call in told if "/invoices" in call or "creditnotes" in call] == []
    check_life(lab, order)


def test_a_refund_after_an_edit_goes_against_the_new_document(lab):
    order = sold(lab)
    does(lab, "edit", order, quantity=5)
    does(lab, "refund", order, quantity=1)
    live = check_life(lab, order, back="12.00")
    assert (
        notes(lab, order)[next(name for name in notes(lab, order) if "refund" in name)]["invoice_id"]
        == live["invoice_id"]
    )


def test_an_edit_after_a_refund_credits_the_whole_and_keeps_the_refund(lab, inclusive):
    order = sold(lab, lines=[LINE, CAP], inclusive=inclusive)
    does(lab, "refund", order, quantity=1)
    second = bundle_of(lab, order)["products"][1]["id"]
    does(lab, "edit", order, second, quantity=3)
    check_life(lab, order)


def test_money_that_comes_late_is_recorded_once(lab):
    order = sold(lab, **ON_ACCOUNT)
    does(lab, "capture", order, "15.00")
    assert lab.row(order).outcome == "posted"
    live = check_life(lab, order)
    assert live["total"] - live["balance"] == money(lab, order).came


def test_a_payment_that_the_store_voids_is_deleted_and_its_document_is_open_again(lab):
    order = sold(lab)
    row = does(lab, "void", order)
    assert row.outcome == "posted"
    live = check_life(lab, order, came="0")
    assert (live["balance"], live["status"]) == (live["total"], "sent")


def test_a_voided_payment_is_held_where_the_setting_says_so(lab):
    lab.rules(voided_payments="hold")
    order = sold(lab)
    row = does(lab, "void", order)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
    assert money(lab, order).came == charged(lab, order)


def test_a_sales_order_is_amended_in_place_until_it_is_invoiced(lab):
    lab.rules(document="sales_order")
    order = placed(lab, **ON_ACCOUNT)
    lab.sync(order)
    does(lab, "edit", order, quantity=2)
    (made,) = records(lab, "salesorders")
    assert (made["total"], made["status"]) == (charged(lab, order), "confirmed")
    lab.world.zoho.ask("POST", f"/invoices/fromsalesorder?salesorder_id={made['salesorder_id']}", {})
    row = does(lab, "edit", order, quantity=1)
    assert (row.state, row.reason) == ("held", "changed-after-posting")


def test_goods_of_a_new_line_whose_item_zoho_lost_are_found_anew(lab):
    """The item that we remember for a line was deleted in Zoho: the refusal teaches, and the amendment goes through."""
    lab.sync(placed(lab, lines=[{**LINE, "sku": "PIN", "name": "Pin"}]))
    order = sold(lab, **ON_ACCOUNT)
    (pin,) = (row["item_id"] for row in records(lab, "items") if row["sku"] == "PIN")
    del lab.world.zoho.records["items"][pin]
    edited(lab, order, EDITS["a line more"])
    assert lab.row(order).outcome == "posted"
    check_life(lab, order)


def test_a_preview_shows_the_turn_that_a_life_is_about_to_take_and_writes_nothing(lab):
    order = sold(lab)
    life.edit(lab.world, int(order), quantity=5)
    before = len(written(lab))
    planned = preview(lab.connection, order)
    assert [(step.verb, step.kind) for step in planned.steps] == [
        ("create", "credit_note"),
        ("create", "invoice"),
        ("send", "invoice"),
        ("apply", "credit_note"),
        ("mark", "order"),
    ]
    assert any("41.88" in sentence for sentence in planned.arithmetic)
    assert (len(written(lab)), len(documents(lab, order))) == (before, 1)


def test_a_payment_of_which_a_part_was_paid_back_is_not_deleted_but_held(lab):
    """41.88 came and 12.00 went back out of them; without the 41.88 the books would have paid what never came."""
    order = sold(lab)
    does(lab, "refund", order, quantity=1)
    row = does(lab, "void", order)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
    assert money(lab, order).came == charged(lab, order)
