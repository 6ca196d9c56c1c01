"""A worker dies just after a write, and the order changes before anybody asks: what was made is not left for nobody."""

from decimal import Decimal

import pytest

from sandbox.bigcommerce import life
from tasks import memory
from tests.tasks.checks import records
from tests.tasks.conftest import placed
from tests.tasks.lives import ON_ACCOUNT, check_life, documents, does, money, net, notes, sold, standing
from tests.tasks.test_life_endings import endings
from tests.tasks.test_life_people import says
from tests.tasks.test_lost_answers import deadly, without_unique_field, work_until_killed

BOOKS = "/zoho/books/v3"


@pytest.fixture
def lab(new_lab):
    return new_lab(lease=0.3)


def dies_at(lab, order, path):
    adapter = deadly(lab, "POST", path)
    work_until_killed(lab, order)
    assert adapter.died == 1


@pytest.mark.parametrize("over", [life.cancel, life.archive])
def test_a_document_that_nobody_heard_of_goes_with_its_order_which_is_no_sale_any_more(lab, over):
    """The status of an archived one says that it still is a sale, so that it is read like one."""
    endings(lab, archived="reverse")
    order = placed(lab)
    dies_at(lab, order, f"{BOOKS}/invoices")
    over(lab.world, int(order))
    row = lab.sync(order)
    assert (row.state, row.outcome) == ("done", "posted")
    assert [one["status"] for one in records(lab, "invoices")] == ["void"]
    check_life(lab, order, reversed_=True)


def test_a_credit_that_nobody_heard_of_and_that_used_itself_still_takes_back_its_document(lab):
    """The document owed nothing when it was read, and 41.88 once the note was free again: 65.88 are owed in the end."""
    lab.world.switches["zoho_credit_applies_itself"] = True
    lab.rules(amend="never")
    order = sold(lab, **ON_ACCOUNT)
    life.edit(lab.world, int(order), quantity=5)
    dies_at(lab, order, f"{BOOKS}/creditnotes")
    assert lab.sync(order).outcome == "posted"
    live = check_life(lab, order)
    assert live["balance"] == Decimal("65.88")
    assert [one["balance"] for one in records(lab, "invoices") if one is not live] == [0]


def test_the_next_document_of_an_edit_follows_another_edit_and_gets_the_credit_of_the_last(lab):
    """41.88 was credited, 65.88 was sent and never heard of, 5 x 9.00 and 4.90 and 20 % = 59.88 is the order by then:
    18.00 are open.
    """
    order = sold(lab)
    life.edit(lab.world, int(order), quantity=5)
    dies_at(lab, order, f"{BOOKS}/invoices")
    life.edit(lab.world, int(order), price="9.00")
    assert lab.sync(order).outcome == "posted"
    live = check_life(lab, order)
    assert (live["total"], live["balance"]) == (Decimal("59.88"), Decimal("18.00"))


def test_the_next_document_of_an_edit_goes_with_its_order_which_is_cancelled(lab):
    lab.rules(amend="never")
    order = sold(lab, **ON_ACCOUNT)
    life.edit(lab.world, int(order), quantity=5)
    dies_at(lab, order, f"{BOOKS}/invoices")
    life.cancel(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    assert len(documents(lab, order)) == 2
    check_life(lab, order, reversed_=True)


def test_the_credit_of_a_cancelled_order_that_nobody_heard_of_is_used_when_it_stands_again(lab):
    order = sold(lab)
    life.cancel(lab.world, int(order))
    dies_at(lab, order, f"{BOOKS}/creditnotes")
    life.reinstate(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    assert check_life(lab, order)["balance"] == 0
    assert list(notes(lab, order)) == ["reversal:1"]


@pytest.mark.parametrize("described", [ON_ACCOUNT, {}], ids=["unpaid", "paid"])
def test_what_nobody_heard_of_goes_with_an_order_that_is_deleted(lab, described):
    lab.rules(amend="never", endings={**lab.connection.book_rules.endings, "deleted": "reverse"})
    order = sold(lab, **described)
    life.edit(lab.world, int(order), quantity=5)
    dies_at(lab, order, f"{BOOKS}/invoices")
    life.delete(lab.world, int(order))
    assert lab.sync(order).reason == "gone"
    assert (net(lab, order), standing(lab, order)) == (0, [])


def test_a_payment_that_nobody_heard_of_goes_where_the_store_made_it_void(lab):
    """Nobody plans it any more, so nobody would ask, and 41.88 that never came would stay in the books."""
    order = placed(lab)
    dies_at(lab, order, f"{BOOKS}/customerpayments")
    life.void(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    assert records(lab, "customerpayments") == []
    assert check_life(lab, order)["balance"] == Decimal("41.88")


def test_a_payment_that_did_not_happen_and_was_made_void_is_asked_about_once(lab):
    order = placed(lab)
    deadly(lab, "POST", f"{BOOKS}/customerpayments", before=True)
    work_until_killed(lab, order)
    life.void(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    check_life(lab, order, came=0)


def test_a_payment_that_nobody_heard_of_is_no_persons_though_its_invoice_is_read_as_paid(lab):
    """The refund has the invoice read: paid by nobody that we know. Once the payment is called back it must go."""
    order = placed(lab)
    dies_at(lab, order, f"{BOOKS}/customerpayments")
    life.refund(lab.world, int(order), quantity=1)
    assert lab.sync(order).outcome == "posted"
    assert memory.of_order(lab.connection, memory.PAYMENT, order, "payment")
    check_life(lab, order, came="41.88", back="12.00")


def test_a_payment_that_is_found_is_not_taken_off_the_balance_twice(lab):
    """5.00 by certificate went unheard: 36.88 of 41.88 were open, and 31.88 of the 36.88 by card were used on them."""
    order = placed(lab, gift_certificate="5")
    dies_at(lab, order, f"{BOOKS}/customerpayments")
    life.refund(lab.world, int(order), quantity=1)
    assert lab.sync(order).outcome == "posted"
    assert check_life(lab, order, came="41.88", back="12.00")["balance"] == 0


@pytest.mark.parametrize(("pieces", "came"), [(5, "65.88"), (1, "41.88")], ids=["dearer", "cheaper"])
def test_money_of_which_only_the_status_tells_is_what_was_recorded_and_not_what_is_due_when_it_is_found(
    lab, pieces, came
):
    """41.88 went unheard. 5 pieces are 65.88, so 24.00 are recorded beside; 1 piece is 17.88, and once there are 2 of
    29.88 nothing of the 41.88 is recorded again.
    """
    order = placed(lab, payment={"style": "offline"})
    dies_at(lab, order, f"{BOOKS}/customerpayments")
    life.edit(lab.world, int(order), quantity=pieces)
    lab.sync(order)
    assert money(lab, order).came == Decimal(came)
    does(lab, "edit", order, quantity=pieces + 1)
    assert money(lab, order).came == Decimal(came) + (12 if pieces == 5 else 0)


def test_a_credit_of_the_rest_that_nobody_heard_of_is_no_wrong_credit_of_the_whole(lab):
    """12.00 of 41.88 were refunded, the 29.88 left were credited when the order was cancelled, and it stands again."""
    order = sold(lab)
    does(lab, "refund", order, quantity=1)
    life.cancel(lab.world, int(order))
    dies_at(lab, order, f"{BOOKS}/creditnotes")
    life.reinstate(lab.world, int(order))
    life.edit(lab.world, int(order), quantity=5)
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
    assert [one["total"] for one in records(lab, "creditnotes")] == [Decimal("12.00"), Decimal("29.88")]


def test_a_refund_that_nobody_heard_of_makes_a_deleted_order_a_persons(lab):
    lab.rules(endings={**lab.connection.book_rules.endings, "deleted": "reverse"})
    order = sold(lab)
    life.refund(lab.world, int(order), quantity=1)
    dies_at(lab, order, f"{BOOKS}/creditnotes")
    life.delete(lab.world, int(order))
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "changed-after-posting")
    assert len(notes(lab, order)) == 1


def test_where_zoho_keeps_no_key_what_nobody_heard_of_is_not_doubled(lab):
    """One without a key may be it: nobody says that it is not there, and once it is wanted again it is found."""
    without_unique_field(lab)
    order = placed(lab)
    dies_at(lab, order, f"{BOOKS}/invoices")
    life.cancel(lab.world, int(order))
    assert lab.sync(order).reason == "status"
    life.reinstate(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    assert len(records(lab, "invoices")) == 1


def test_what_did_not_happen_after_all_is_asked_about_once(lab):
    order = placed(lab)
    deadly(lab, "POST", f"{BOOKS}/invoices", before=True)
    work_until_killed(lab, order)
    life.cancel(lab.world, int(order))
    assert lab.sync(order).reason == "status"
    before = len(lab.calls("zoho"))
    assert lab.sync(order).reason == "status"
    assert len(lab.calls("zoho")) == before
    life.reinstate(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    check_life(lab, order)


@pytest.mark.parametrize("unique", [True, False], ids=["unique field", "no unique field"])
@pytest.mark.parametrize("described", [ON_ACCOUNT, {}], ids=["unpaid", "paid"])
def test_a_document_that_nobody_heard_of_follows_an_edit_that_came_before_we_asked(lab, described, unique):
    """No person is asked: it is rewritten while nothing was paid of it, and credited and made anew once something was.

    3 x 10.00 and 4.90 and 20 % = 41.88 was sent, 5 x 10.00 and 4.90 and 20 % = 65.88 is the order by then.
    """
    if not unique:
        without_unique_field(lab)
    order = placed(lab, **described)
    dies_at(lab, order, f"{BOOKS}/invoices")
    life.edit(lab.world, int(order), quantity=5)
    row = lab.sync(order)
    assert (row.state, row.outcome, row.reason) == ("done", "posted", "")
    assert len(records(lab, "invoices")) == 1
    if unique:
        check_life(lab, order)
    assert [one["total"] for one in records(lab, "invoices")] == [Decimal("65.88")]


def test_a_document_that_is_not_right_even_when_it_was_rewritten_is_held(lab):
    """Found after its answer was lost, and Zoho counts it otherwise: written once more and no oftener."""
    order = placed(lab, **ON_ACCOUNT)
    dies_at(lab, order, f"{BOOKS}/invoices")
    lab.rules(amend="never", edited="hold")
    life.edit(lab.world, int(order), quantity=5)
    assert lab.sync(order).reason == "changed-after-posting"
    assert len(records(lab, "invoices")) == 1


def test_a_document_that_a_person_made_void_before_we_heard_of_it_is_asked_about(lab):
    """Its key is used up: Zoho refuses a second one under it, and the refusal says nothing of why."""
    order = placed(lab, **ON_ACCOUNT)
    dies_at(lab, order, f"{BOOKS}/invoices")
    (made,) = records(lab, "invoices")
    lab.world.zoho.ask("POST", f"/invoices/{made['invoice_id']}/status/void", {})
    row = lab.sync(order)
    assert (row.state, row.reason) == ("held", "changed-in-zoho")
    assert f"{made['invoice_number']} was made void in Zoho" in row.what
    assert says(lab, order, choice="ours").outcome == "posted"
    assert [one["status"] for one in records(lab, "invoices")] == ["void", "sent"]
    check_life(lab, order)


def test_a_document_of_an_order_that_was_edited_unheard_is_written_again_on_demand_once_a_person_made_it_void(
    lab,
):
    order = placed(lab, **ON_ACCOUNT)
    dies_at(lab, order, f"{BOOKS}/invoices")
    lab.rules(amend="never", edited="hold")
    life.edit(lab.world, int(order), quantity=5)
    assert lab.sync(order).reason == "changed-after-posting"
    (made,) = records(lab, "invoices")
    lab.world.zoho.ask("POST", f"/invoices/{made['invoice_id']}/status/void", {})
    assert says(lab, order, choice="ours").outcome == "posted"
    assert [one["status"] for one in records(lab, "invoices")] == ["void", "sent"]
    check_life(lab, order)
