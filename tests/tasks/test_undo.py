"""A run is taken back: whatever it booked is out of the books, and stays out until somebody wants it again."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.bigcommerce import orders as store_orders
from ledger import history, intents, links, runs, work
from ledger.runs import UNDONE
from sandbox.bigcommerce import life
from tasks import backfill, memory, undo
from tasks.fates import Later
from tests.tasks.checks import invoice_of, invoices_of, mark_of, payments_of, records, written
from tests.tasks.conftest import LINE, by_the_clock, placed, struck_by
from tests.tasks.lives import ON_ACCOUNT, check_life, documents, does, net, notes
from tests.tasks.test_shipments import in_store, leave, look, tracking


@pytest.fixture
def run(lab):
    """A run that has noted nothing yet."""
    return runs.begin(lab.ledger, "main", "sync", time.time())


@pytest.fixture
def booked(lab, run):
    """Places an order and books it in the name of the run; its id."""

    def make(**described):
        order = placed(lab, **described)
        backfill.noted(lab.connection, run, {order: ""})
        lab.quiet()
        return order

    return make


def take_back(lab, run):
    """The whole run; how each order ended."""
    plans = list(undo.planned(lab.connection, run))
    undo.begin(lab.connection, run)
    ends = [undo.take_back(lab.services, lab.connection, run, one) for one in plans]
    undo.finish(lab.connection, run)
    return ends


def remains(lab, run):
    """What a person must see to, by order."""
    return {one.record: one.remains for one in runs.records(lab.ledger, run) if one.remains}


def test_a_paid_order_leaves_the_books_its_number_stays(lab, run, booked):
    order = booked()
    invoice = invoice_of(lab, order)
    assert mark_of(lab, order) == invoice["invoice_number"]
    (end,) = take_back(lab, run)
    assert end.done
    assert (invoice["status"], invoices_of(lab, order), records(lab, "customerpayments")) == ("void", [], [])
    assert mark_of(lab, order) == ""
    assert undo.finish(lab.connection, run)
    assert runs.get(lab.ledger, "main", run.name).state == "undone"
    row = lab.row(order)
    assert (row.state, row.outcome, row.reason, row.fingerprint) == ("done", "skipped", "undone", UNDONE)


@pytest.mark.parametrize("theirs", ["", "THEIRS-1"])
def test_only_our_own_mark_is_taken_off_the_order(lab, run, booked, theirs):
    order = booked()
    bundle = lab.world.bigcommerce.orders[int(order)]
    bundle["order"]["external_order_id"] = theirs or bundle["order"]["external_order_id"]
    take_back(lab, run)
    assert mark_of(lab, order) == theirs


def test_a_mark_in_a_metafield_is_deleted(lab, run, booked):
    lab.rules(mark="metafield")
    order = booked()
    assert [row["value"] for row in metafields(lab, order)] == [invoice_of(lab, order)["invoice_number"]]
    take_back(lab, run)
    assert metafields(lab, order) == []


@pytest.mark.parametrize("mark", ["external_order_id", "metafield"])
def test_of_an_order_that_the_store_does_not_have_any_more_no_mark_is_left_to_take_off(
    lab, run, booked, mark
):
    lab.rules(mark=mark)
    order = booked()
    life.delete(lab.world, int(order))
    assert take_back(lab, run)[0].done
    assert invoices_of(lab, order) == []


def metafields(lab, order):
    return store_orders.list_metafields(lab.connection.store, order, "cartbooks")


def test_a_draft_is_deleted(lab, run, booked):
    lab.rules(unpaid="draft")
    order = booked(**ON_ACCOUNT)
    assert invoice_of(lab, order)["status"] == "draft"
    take_back(lab, run)
    assert records(lab, "invoices") == []
    assert memory.newest(lab.connection, order) is None


def test_credit_notes_and_what_was_paid_out_of_them_go_first(lab, run, booked):
    order = booked(lines=[{**LINE, "quantity": 4}])
    does(lab, "refund", order, quantity=1)
    assert len(notes(lab, order)) == 1
    assert take_back(lab, run)[0].done
    assert (records(lab, "creditnotes"), records(lab, "customerpayments")) == ([], [])
    assert invoices_of(lab, order) == []


def test_credit_that_was_used_on_a_document_is_free_again_first(lab, run, booked):
    """Edited when paid: a note takes the first document back and pays the second."""
    order = booked(lines=[{**LINE, "quantity": 4}])
    does(lab, "edit", order, quantity=5)
    assert sorted(documents(lab, order)) == [1, 2]
    assert take_back(lab, run)[0].done
    assert {row["status"] for row in documents(lab, order).values()} == {"void"}
    assert records(lab, "creditnotes") == []


def test_sweeps_and_callbacks_leave_it_where_it_is(lab, run, booked):
    order = booked()
    take_back(lab, run)
    before = len(written(lab))
    bundle = lab.world.bigcommerce.orders[int(order)]
    bundle["order"]["customer_message"] = "Hurry!"
    row = lab.sync(order)
    assert (row.outcome, row.reason, len(written(lab))) == ("skipped", "undone", before)


def test_retry_books_it_again_under_the_next_key(lab, run, booked):
    order = booked()
    take_back(lab, run)
    work.retry(lab.ledger, [lab.row(order).id], time.time())
    lab.quiet()
    assert lab.row(order).outcome == "posted"
    assert sorted(documents(lab, order)) == [1, 2]
    check_life(lab, order)


def test_a_draft_that_was_deleted_is_written_again_without_asking_for_the_old_one(lab, run, booked):
    lab.rules(unpaid="draft")
    order = booked(**ON_ACCOUNT)
    take_back(lab, run)
    work.retry(lab.ledger, [lab.row(order).id], time.time())
    lab.quiet()
    assert list(documents(lab, order)) == [1]


def test_a_new_run_that_names_it_books_it_again(lab, run, booked):
    order = booked()
    take_back(lab, run)
    another = runs.begin(lab.ledger, "main", "backfill", time.time())
    backfill.noted(lab.connection, another, {order: ""}, patient=True)
    lab.quiet()
    assert lab.row(order).outcome == "posted"
    assert [one.fresh for one in runs.records(lab.ledger, another)] == [True]


def test_what_was_in_the_books_before_the_run_stays_there(lab, run):
    order = placed(lab)
    lab.sync(order)
    backfill.noted(lab.connection, run, {order: ""})
    lab.quiet()
    assert take_back(lab, run) == []
    assert len(invoices_of(lab, order)) == 1


def test_an_order_that_is_held_or_waits_is_not_booked_any_more(lab, run):
    order = placed(lab)
    backfill.noted(lab.connection, run, {order: ""})
    (end,) = take_back(lab, run)
    assert (end.done, lab.row(order).reason, written(lab)) == (True, "undone", [])


def test_an_order_that_a_rule_skipped_is_left_to_the_rule(lab, run, booked):
    order = booked(status_id=1)
    assert take_back(lab, run) == []
    assert lab.row(order).reason == "status"


def test_what_a_person_changed_is_left_to_him(lab, run, booked):
    order, other = booked(), booked()
    invoice = invoice_of(lab, order)
    lab.world.zoho.ask("PUT", f"/invoices/{invoice['invoice_id']}", {"adjustment": "1.00"})
    before = len(written(lab))
    first, second = take_back(lab, run)
    assert (first.done, second.done) == (False, True)
    assert "adjustment: written none, now 1" in remains(lab, run)[order].replace("written 0", "written none")
    assert len(invoices_of(lab, order)) == 1
    assert lab.row(order).outcome == "posted"  # and goes on being followed
    assert invoices_of(lab, other) == []
    assert len(written(lab)) > before
    assert not undo.finish(lab.connection, run)
    assert runs.get(lab.ledger, "main", run.name).state == "undoing"


def test_a_closed_period_is_left_to_a_person(lab, run, booked):
    order = booked()
    lab.rules(lock_date=invoice_of(lab, order)["date"])
    before = len(written(lab))
    take_back(lab, run)
    assert "the books are closed until" in remains(lab, run)[order]
    assert len(written(lab)) == before


def test_a_payment_that_a_person_recorded_is_his(lab, run, booked):
    order = booked(**ON_ACCOUNT)
    invoice = invoice_of(lab, order)
    part = [{"invoice_id": invoice["invoice_id"], "amount_applied": "5.00"}]
    told = {"customer_id": invoice["customer_id"], "payment_mode": "cash", "amount": "5.00", "invoices": part}
    lab.world.zoho.ask("POST", "/customerpayments", {**told, "date": invoice["date"]})
    before = len(written(lab))
    take_back(lab, run)
    assert "is not ours" in remains(lab, run)[order]
    assert len(written(lab)) == before


def test_a_payment_of_the_document_s_own_call_is_found_and_deleted(lab, run, booked):
    lab.rules(payments="with_invoice")
    order = booked()
    assert len(payments_of(lab, invoice_of(lab, order))) == 1
    (one,) = undo.planned(lab.connection, run)
    assert [step.kind for step in one.steps] == ["payment", "invoice", "order"]
    assert take_back(lab, run)[0].done
    assert (records(lab, "customerpayments"), invoices_of(lab, order)) == ([], [])


def test_what_a_person_deleted_since_it_was_planned_is_as_it_should_be(lab, run, booked):
    lab.rules(unpaid="draft")
    order = booked(**ON_ACCOUNT)
    (one,) = undo.planned(lab.connection, run)
    lab.world.zoho.ask("DELETE", f"/invoices/{invoice_of(lab, order)['invoice_id']}", {})
    assert undo.take_back(lab.services, lab.connection, run, one).done
    assert memory.newest(lab.connection, order) is None


def test_what_zoho_refuses_stops_there_and_is_told(lab, run, booked):
    """A period that was locked in Zoho, of which our settings say nothing; nothing else was touched before."""
    order = booked()
    lab.world.zoho.lock_date = invoice_of(lab, order)["date"]
    take_back(lab, run)
    lab.world.zoho.lock_date = ""
    assert len(payments_of(lab, invoice_of(lab, order))) == 1
    assert "locked" in remains(lab, run)[order]
    assert take_back(lab, run)[0].done  # undoing once more tries again
    assert remains(lab, run) == {}


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
@pytest.mark.parametrize("step", range(3))
def test_who_dies_on_the_way_leaves_nobody_who_books_it_again(lab, run, booked, monkeypatch, step, killed):
    """Whoever is killed cannot even say how far he was: his lease runs out, and a worker takes the order up."""
    order = booked()
    real, left = undo._done, [step]

    def dies(hand, one):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        real(hand, one)

    monkeypatch.setattr(undo, "_done", dies)
    if killed:
        monkeypatch.setattr(undo, "_finish", lambda *_, **__: None)
        lab.services = replace(lab.services, lease=0.1)
    with pytest.raises(KeyboardInterrupt):
        take_back(lab, run)
    monkeypatch.undo()
    lab.sync(order)
    assert (lab.row(order).reason, len(records(lab, "invoices"))) == ("undone", 1)
    assert len(records(lab, "customerpayments")) == (step == 0)
    assert take_back(lab, run)[0].done
    assert (invoices_of(lab, order), records(lab, "customerpayments"), mark_of(lab, order)) == ([], [], "")


def test_an_order_in_a_worker_s_hands_is_waited_for_as_long_as_its_lease_may_last(
    lab, run, booked, monkeypatch
):
    order, now = booked(), [time.time()]
    by_the_clock(lab, lambda: now[0])
    monkeypatch.setattr(undo, "PATIENCE", 0.0)
    (one,) = undo.planned(lab.connection, run)
    work.note(lab.ledger, "main", "orders", [order], now[0])
    assert work.claim(lab.ledger, lab.row(order).id, now[0], 90.0)  # by one who died
    with pytest.raises(Later):
        undo.take_back(replace(lab.services, lease=0.0), lab.connection, run, one)

    def sleep(_seconds):
        now[0] += 30

    assert undo.take_back(lab.services, lab.connection, run, one, sleep).done
    assert lab.services.lease == 90.0


def test_an_answer_that_is_lost_is_no_reason_to_stop(lab, run, booked):
    order = booked()
    lost = {
        "kind": "reset_after",
        "platform": "zoho",
        "path": "/zoho/books/v3",
        "methods": ["DELETE", "POST"],
    }
    struck_by(lab, {**lost, "times": 2})
    assert take_back(lab, run)[0].done
    assert (invoices_of(lab, order), records(lab, "customerpayments")) == ([], [])


def test_nothing_of_the_order_is_intended_or_remembered_any_more(lab, run, booked):
    order = booked()
    take_back(lab, run)
    assert intents.of_record(lab.ledger, "main", f"orders:{order}") == []
    kinds = {
        link.kind
        for kind in ("document", "payment", "note", "mark")
        for link in links.walk(lab.ledger, "main", kind)
    }
    assert kinds == {"document"}  # void, so that the next one has another key
    assert "undone" in [event.event for event in history.of(lab.ledger, "main", "orders", order)]


def test_planning_an_undo_writes_nothing(lab, run, booked):
    booked()
    before, rows = len(written(lab)), runs.records(lab.ledger, run)
    (one,) = undo.planned(lab.connection, run)
    assert [(step.verb, step.kind) for step in one.steps] == [
        ("delete", "payment"),
        ("void", "invoice"),
        ("unmark", "order"),
    ]
    assert (len(written(lab)), runs.records(lab.ledger, run)) == (before, rows)


def test_net_booked_is_nothing_after_any_life(lab, run, booked):
    orders = [booked(lines=[{**LINE, "quantity": 4}]) for _ in range(3)]
    does(lab, "refund", orders[0], quantity=1)
    does(lab, "cancel", orders[1])
    does(lab, "edit", orders[2], quantity=5)
    assert all(end.done for end in take_back(lab, run))
    assert [net(lab, order) for order in orders] == [Decimal(0)] * 3
    assert records(lab, "customerpayments") == []


def test_a_sales_order_is_made_void_too(lab, run, booked):
    lab.rules(document="sales_order")
    booked()
    assert take_back(lab, run)[0].done
    assert {row["status"] for row in records(lab, "salesorders")} == {"void"}


def test_goods_that_left_are_a_persons_and_their_shipments_in_the_store_are_told(lab, run, booked):
    tracking(lab)
    lab.rules(document="invoice", invoice_when="paid")
    order, other = booked(), placed(lab)
    lab.sync(other)
    for one in (order, other):
        leave(lab, one)
    look(lab)
    (end,) = take_back(lab, run)
    assert not end.done
    assert "delete its shipments and packages" in end.remains
    assert (invoice_of(lab, order)["balance"], len(records(lab, "customerpayments"))) == (0, 2)
    (made,) = in_store(lab, order)
    assert list(undo.shipments(lab.connection, run)) == [(str(made["id"]), order)]
