"""A sales order first, its invoice when the moment has come: made of its lines, paid by what came in before."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from ledger import cursors, runs, work
from sandbox.bigcommerce import life
from tasks import backfill, document_looks, stages
from tasks.foreseen import preview
from tests.tasks.checks import invoice_of, invoices_of, mark_of, payments_of, records
from tests.tasks.conftest import LINE, placed, struck_by
from tests.tasks.test_lost_answers import deadly, work_until_killed
from tests.tasks.test_reconcile import compared, faults
from tests.tasks.test_shipments import booked, in_store, leave, look
from tests.tasks.test_undo import take_back

TOTAL = Decimal("41.88")


@pytest.fixture
def lab(new_lab):
    return staged(new_lab())


def staged(lab, when="shipped"):
    lab.rules(invoice_when=when)
    return lab


def sales_order(lab, order):
    (made,) = [row for row in records(lab, "salesorders") if row["reference_number"] == order]
    return made


def test_before_the_moment_there_is_a_confirmed_sales_order_and_an_advance(lab):
    order = placed(lab)
    lab.sync(order)
    assert (sales_order(lab, order)["status"], invoices_of(lab, order)) == ("confirmed", [])
    (paid,) = records(lab, "customerpayments")
    assert (paid["amount"], paid["unused_amount"]) == (TOTAL, TOTAL)
    assert mark_of(lab, order) == sales_order(lab, order)["salesorder_number"]


def test_at_the_moment_its_lines_are_invoiced_and_the_advance_pays_them(lab):
    order = placed(lab)
    lab.sync(order)
    life.ship(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    invoice, before = invoice_of(lab, order), sales_order(lab, order)
    linked = [row["salesorder_item_id"] for row in invoice["line_items"]]
    assert linked == [row["line_item_id"] for row in before["line_items"]]
    assert (invoice["total"], invoice["balance"], before["invoiced_status"]) == (TOTAL, 0, "invoiced")
    assert len(payments_of(lab, invoice)) == len(records(lab, "customerpayments")) == 1
    assert mark_of(lab, order) == invoice["invoice_number"]


def test_what_is_done_again_changes_nothing(lab):
    order = placed(lab)
    for _ in range(2):
        lab.sync(order)
        work.retry(lab.ledger, [lab.row(order).id], time.time())
        life.ship(lab.world, int(order)) if not invoices_of(lab, order) else None
        lab.quiet()
    counts = [len(records(lab, name)) for name in ("salesorders", "invoices", "customerpayments")]
    assert counts == [1, 1, 1]


@pytest.mark.parametrize(
    ("when", "described", "invoiced"),
    [
        ("paid", {}, 1),
        ("paid", {"status_id": 7, "payment": {"style": "offline"}}, 0),
        ("shipped", {"status_id": 2}, 1),
        ("shipped", {"status_id": 3}, 0),
        ("completed", {"status_id": 2}, 0),
        ("completed", {"status_id": 10}, 1),
    ],
)
def test_the_moment_is_the_merchants_to_choose(new_lab, when, described, invoiced):
    lab = staged(new_lab(), when)
    order = placed(lab, **described)
    lab.sync(order)
    assert (len(records(lab, "salesorders")), len(invoices_of(lab, order))) == (1, invoiced)


def test_money_that_comes_later_brings_the_moment(new_lab):
    lab = staged(new_lab(), "paid")
    order = placed(lab, status_id=7, payment={"style": "authorised"})
    lab.sync(order)
    assert (records(lab, "customerpayments"), invoices_of(lab, order)) == ([], [])
    life.capture(lab.world, int(order))
    lab.sync(order)
    assert invoice_of(lab, order)["balance"] == 0
    assert len(records(lab, "customerpayments")) == 1


def test_payments_are_recorded_by_themselves_whatever_is_chosen(lab):
    lab.rules(payments="with_invoice")
    order = placed(lab)
    life.ship(lab.world, int(order))
    lab.sync(order)
    assert (len(records(lab, "customerpayments")), invoice_of(lab, order)["balance"]) == (1, 0)


def test_an_edit_before_the_moment_goes_to_the_sales_order_and_so_into_the_invoice(lab):
    order = placed(lab)
    lab.sync(order)
    life.edit(lab.world, int(order), quantity=4)
    lab.sync(order)
    assert sales_order(lab, order)["total"] == Decimal("53.88")
    life.ship(lab.world, int(order))
    lab.sync(order)
    invoice = invoice_of(lab, order)
    assert (invoice["total"], invoice["balance"]) == (Decimal("53.88"), Decimal("12.00"))


def test_an_edit_after_it_takes_the_invoice_back_by_a_note(lab):
    order = placed(lab)
    life.ship(lab.world, int(order))
    lab.sync(order)
    life.edit(lab.world, int(order), quantity=4)
    lab.sync(order)
    old, new = records(lab, "invoices")
    (note,) = records(lab, "creditnotes")
    assert (old["total"], note["total"], new["total"]) == (TOTAL, TOTAL, Decimal("53.88"))
    assert len(records(lab, "salesorders")) == 1


def test_an_invoice_that_nobody_paid_is_taken_back_as_well_for_it_may_not_say_more_than_its_sales_order(lab):
    order = placed(lab, status_id=2, payment={"style": "authorised"})
    lab.sync(order)
    assert invoice_of(lab, order)["balance"] == TOTAL
    life.edit(lab.world, int(order), price="12.00")
    assert lab.sync(order).outcome == "posted"
    assert [row["total"] for row in records(lab, "invoices")] == [TOTAL, Decimal("49.08")]
    assert records(lab, "creditnotes")[0]["total"] == TOTAL


def test_an_order_that_is_cancelled_before_the_moment_voids_its_sales_order(lab):
    order = placed(lab, status_id=7, payment={"style": "offline"})
    lab.sync(order)
    life.cancel(lab.world, int(order))
    lab.sync(order)
    assert (sales_order(lab, order)["status"], records(lab, "invoices")) == ("void", [])


def test_an_order_that_is_cancelled_after_it_takes_its_invoice_back(lab):
    order = placed(lab)
    life.ship(lab.world, int(order))
    lab.sync(order)
    life.cancel(lab.world, int(order))
    lab.sync(order)
    (note,) = records(lab, "creditnotes")
    assert note["total"] == invoice_of(lab, order)["total"] == TOTAL


def test_a_refund_after_the_moment_is_credited(lab):
    order = placed(lab)
    life.ship(lab.world, int(order))
    lab.sync(order)
    (line,) = lab.world.bigcommerce.orders[int(order)]["products"]
    life.refund(lab.world, int(order), items=[{"item_type": "PRODUCT", "item_id": line["id"], "quantity": 1}])
    assert lab.sync(order).outcome == "posted"
    (note,) = records(lab, "creditnotes")
    assert note["total"] == Decimal("12.00")


def test_a_refund_after_it_is_credited_though_nobody_had_looked_in_between(lab):
    """Paid in full and refunded in part before we came: what comes of it must not hang on how soon that was."""
    lab.rules(invoice_when="paid")
    order = placed(lab)
    life.refund(lab.world, int(order), quantity=1)
    told = [step.kind for step in preview(lab.connection, order).steps if step.verb == "create"]
    assert [told.count(kind) for kind in ("sales_order", "invoice", "credit_note")] == [1, 1, 1]
    assert lab.sync(order).outcome == "posted"
    assert [row["total"] for row in records(lab, "creditnotes")] == [Decimal("12.00")]
    assert (sales_order(lab, order)["total"], invoice_of(lab, order)["balance"]) == (TOTAL, 0)


def test_a_refund_before_it_is_a_persons(lab):
    order = placed(lab)
    lab.sync(order)
    (line,) = lab.world.bigcommerce.orders[int(order)]["products"]
    life.refund(lab.world, int(order), items=[{"item_type": "PRODUCT", "item_id": line["id"], "quantity": 1}])
    assert lab.sync(order).reason == "refunded"


def test_a_sales_order_that_a_person_has_invoiced_is_not_invoiced_again(lab):
    order = placed(lab)
    lab.sync(order)
    made = sales_order(lab, order)["salesorder_id"]
    lab.world.zoho.ask("POST", f"/invoices/fromsalesorder?salesorder_id={made}", {})
    life.ship(lab.world, int(order))
    assert lab.sync(order).reason == "changed-after-posting"
    assert len(records(lab, "invoices")) == 1


def test_a_sales_order_that_a_person_changed_is_not_invoiced_unseen(lab):
    order = placed(lab)
    lab.sync(order)
    made = sales_order(lab, order)
    rows = [
        {"line_item_id": row["line_item_id"], "item_id": row["item_id"], "rate": 1}
        for row in made["line_items"]
    ]
    lab.world.zoho.ask("PUT", f"/salesorders/{made['salesorder_id']}", {"line_items": rows})
    life.ship(lab.world, int(order))
    assert lab.sync(order).reason == "changed-in-zoho"
    assert records(lab, "invoices") == []


@pytest.mark.parametrize("path", ["/invoices", "/credits"])
@pytest.mark.parametrize("kind", ["error_after", "reset_after", "reset_before"])
def test_an_answer_that_was_lost_doubles_nothing(lab, kind, path):
    order = placed(lab)
    lab.sync(order)
    life.ship(lab.world, int(order))
    where = {"platform": "zoho", "path": f"/zoho/books/v3/invoices{'*' if path == '/credits' else ''}"}
    struck_by(lab, {"kind": kind, **where, "methods": ["POST"], "times": 1})
    assert lab.sync(order).outcome == "posted"
    invoice = invoice_of(lab, order)
    assert (len(records(lab, "invoices")), invoice["balance"]) == (1, 0)
    assert len(payments_of(lab, invoice)) == 1


@pytest.mark.parametrize("path", ["/zoho/books/v3/salesorders", "/zoho/books/v3/invoices", "/credits"])
def test_a_worker_that_dies_in_the_middle_leaves_nothing_twice(new_lab, path):
    lab = staged(new_lab(lease=0.8))
    order = placed(lab)
    life.ship(lab.world, int(order))
    deadly(lab, "POST", path)
    work_until_killed(lab, order)
    lab.quiet()
    counts = [len(records(lab, name)) for name in ("salesorders", "invoices", "customerpayments")]
    assert (counts, invoice_of(lab, order)["balance"]) == ([1, 1, 1], 0)


def test_an_order_of_several_lines_is_invoiced_row_by_row(lab):
    """3 x 10.00 and 3 x 3.33 - 0.02: what makes rows of a line makes the same rows in both documents."""
    order = placed(
        lab, lines=[LINE, {**LINE, "price": "3.33", "sku": "CUP", "discounts": [{"amount": "0.02"}]}]
    )
    life.ship(lab.world, int(order))
    lab.sync(order)
    invoice, before = invoice_of(lab, order), sales_order(lab, order)
    assert (invoice["total"], invoice["balance"]) == (before["total"], 0)
    assert before["invoiced_status"] == "invoiced"


def test_a_preview_shows_the_invoice_that_is_due(lab):
    order = placed(lab)
    lab.sync(order)
    assert preview(lab.connection, order).steps == ()
    life.ship(lab.world, int(order))
    told = [(step.verb, step.kind) for step in preview(lab.connection, order).steps]
    assert told == [("create", "invoice"), ("send", "invoice"), ("apply", "payment"), ("mark", "order")]
    assert records(lab, "invoices") == []


def test_a_preview_of_an_order_that_is_due_at_once_counts_the_calls_of_both_documents(lab):
    lab.sync(placed(lab))  # its customer and its items are known from now on
    order = placed(lab, status_id=2)
    planned, before = preview(lab.connection, order), len(lab.calls("zoho"))
    told = [(step.verb, step.kind) for step in planned.steps]
    assert told == [
        ("create", "sales_order"), ("confirm", "sales_order"), ("create", "payment"), ("mark", "order"),
        ("create", "invoice"), ("send", "invoice"), ("apply", "payment"),
    ]  # fmt: skip
    assert lab.sync(order).outcome == "posted"
    assert len(lab.calls("zoho")) - before == planned.zoho_calls + 1  # the sales order is read in between


def test_an_order_that_was_deleted_before_the_moment_voids_its_sales_order(lab):
    lab.rules(endings={**lab.connection.book_rules.endings, "deleted": "reverse"})
    order = placed(lab, status_id=7, payment={"style": "authorised"})
    lab.sync(order)
    life.delete(lab.world, int(order))
    assert lab.sync(order).reason == "gone"
    assert sales_order(lab, order)["status"] == "void"


def test_what_ships_from_zoho_is_shipped_in_the_store_and_then_invoiced(lab):
    lab.set(tracking_on=True)
    order = booked(lab)
    leave(lab, order)
    look(lab)
    assert [row["tracking_number"] for row in in_store(lab, order)] == ["1Z999"]
    life.status(lab.world, int(order), 2)
    assert lab.sync(order).outcome == "posted"
    assert invoice_of(lab, order)["balance"] == 0


def test_the_comparison_counts_a_sales_order_until_its_invoice_is_there(lab):
    waiting, invoiced = placed(lab), placed(lab)
    life.ship(lab.world, int(invoiced))
    lab.sync(waiting, invoiced)
    assert faults(compared(lab)) == {waiting: [], invoiced: []}
    lab.world.zoho.ask("POST", f"/salesorders/{sales_order(lab, waiting)['salesorder_id']}/status/void", {})
    assert faults(compared(lab))[waiting] == ["missing"]


def test_a_sales_order_that_a_person_made_void_puts_its_order_in_doubt(lab):
    order = placed(lab)
    lab.sync(order)
    lab.world.zoho.ask("POST", f"/salesorders/{sales_order(lab, order)['salesorder_id']}/status/void", {})
    cursors.give_slot(lab.ledger, "main.documents")
    document_looks.look(lab.services, "main")
    lab.quiet()
    assert lab.row(order).reason == "changed-in-zoho"


@pytest.mark.parametrize("shipped", [False, True])
def test_what_a_run_booked_leaves_the_books_with_both_its_documents(lab, shipped):
    run = runs.begin(lab.ledger, "main", "sync", time.time())
    order = placed(lab)
    if shipped:
        life.ship(lab.world, int(order))
    backfill.noted(lab.connection, run, {order: ""})
    lab.quiet()
    assert [end.done for end in take_back(lab, run)] == [True]
    assert sales_order(lab, order)["status"] == "void"
    assert (invoices_of(lab, order), records(lab, "customerpayments"), mark_of(lab, order)) == ([], [], "")


def test_a_person_may_be_told_what_an_order_has_reached(lab):
    order = placed(lab)
    lab.sync(order)
    assert stages.at(lab.connection, order).book_rules.document == "sales_order"
    life.ship(lab.world, int(order))
    lab.sync(order)
    assert stages.at(lab.connection, order).book_rules.document == "invoice"
    assert replace(lab.connection.book_rules, invoice_when="").document == "invoice"
