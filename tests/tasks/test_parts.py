"""One invoice for each shipment: made of the sales order's lines, paid in turn, all of them the order to the cent."""

import time
from decimal import Decimal

import pytest

from ledger import runs, work
from sandbox.bigcommerce import life, placing
from tasks import backfill, memory, stages
from tasks.foreseen import preview
from tests.tasks import planted
from tests.tasks.checks import invoices_of, mark_of, records
from tests.tasks.conftest import LINE, placed, struck_by
from tests.tasks.test_lost_answers import deadly, forget_everything, work_until_killed
from tests.tasks.test_reconcile import compared, faults
from tests.tasks.test_stages import sales_order
from tests.tasks.test_undo import take_back

D = Decimal
THIRDS = {**LINE, "price": "3.33", "quantity": 3, "discounts": [{"amount": "0.02"}]}
UNPAID = {"status_id": 7, "payment": {"style": "authorised"}}
CASH = {"payment": {"style": "offline"}}


@pytest.fixture
def lab(new_lab):
    return parted(new_lab())


def parted(lab):
    lab.rules(invoice_when="shipped", partial_invoices="on")
    return lab


def leave(lab, order, *pieces):
    """So many pieces of each line leave the house; the shipment's id."""
    lines = [row["id"] for row in lab.world.bigcommerce.orders[int(order)]["products"]]
    (made,) = life.ship(lab.world, int(order), dict(zip(lines, pieces, strict=True)))
    return str(made)


def left(lab, order, *pieces):
    """The same, and the order goes its way."""
    made = leave(lab, order, *pieces)
    lab.sync(order)
    return made


def keys(lab):
    return sorted(row["_custom"]["cf_cartbooks_key"] for row in records(lab, "invoices"))


def open_on(lab, order):
    return [row["balance"] for row in invoices_of(lab, order)]


def again(lab, order):
    """The order is taken up though nothing has changed; how often Zoho was called for it."""
    before = len(lab.calls("zoho"))
    work.retry(lab.ledger, [lab.row(order).id], time.time())
    lab.quiet()
    return len(lab.calls("zoho")) - before


def agrees(lab, order):
    planted.aged(lab)
    return faults(compared(lab))[order] == []


@pytest.mark.parametrize("inclusive", [False, True])
def test_each_shipment_is_invoiced_by_itself_and_the_advance_pays_one_after_the_other(lab, inclusive):
    """Two lines, 3 for 9.97 and 2 for 20.00, in shipments of 1 + 1 and 1 + 0; the rest once all has left."""
    order = placed(lab, lines=[THIRDS, {**LINE, "quantity": 2, "sku": "CUP"}], inclusive=inclusive)
    lab.sync(order)
    assert (invoices_of(lab, order), agrees(lab, order)) == ([], True)
    first = left(lab, order, 1, 1)
    assert (lab.row(order).outcome, len(invoices_of(lab, order)), agrees(lab, order)) == ("posted", 1, True)
    second = leave(lab, order, 1, 0)
    told = [step.key.split(":")[1] for step in preview(lab.connection, order).steps if step.verb == "create"]
    assert told == [f"{order}.{second}"]
    life.status(lab.world, int(order), 2)
    assert lab.sync(order).outcome == "posted"
    made, before = invoices_of(lab, order), sales_order(lab, order)
    assert keys(lab) == sorted(f"sandbox:{order}.{part}:invoice:1" for part in (first, second, "rest"))
    assert sum(row["total"] for row in made) == before["total"]
    assert (open_on(lab, order), before["invoiced_status"]) == ([0, 0, 0], "invoiced")
    assert all(row["salesorder_item_id"] for one in made for row in one["line_items"])
    assert len(records(lab, "customerpayments")) == 1
    assert (mark_of(lab, order), agrees(lab, order)) == (before["salesorder_number"], True)
    assert (again(lab, order), len(records(lab, "invoices"))) == (0, 3)


def test_a_preview_of_an_order_that_has_left_counts_the_calls_of_all_its_documents(lab):
    order = placed(lab)
    leave(lab, order, 1)
    leave(lab, order, 2)
    foreseen = preview(lab.connection, order).zoho_calls
    lab.sync(order)
    wrote = [call for call in lab.calls("zoho") if call["method"] != "GET" and "/oauth/" not in call["path"]]
    assert foreseen == len(wrote)


def test_money_that_comes_later_pays_what_is_open_the_oldest_part_first(lab):
    order = placed(lab, **UNPAID)
    lab.sync(order)
    left(lab, order, 1)
    left(lab, order, 1)
    assert open_on(lab, order) == [D("17.88"), D("12.00")]
    life.capture(lab.world, int(order), "20.00")
    lab.sync(order)
    assert open_on(lab, order) == [0, D("9.88")]
    left(lab, order, 1)
    assert [row["status"] for row in invoices_of(lab, order)] == ["paid", "partially_paid", "sent"]
    life.pay(lab.world, int(order), "21.88")
    lab.sync(order)
    assert (open_on(lab, order), len(records(lab, "customerpayments"))) == ([0, 0, 0], 2)
    assert (again(lab, order), agrees(lab, order)) == (0, True)


def test_money_that_only_the_status_told_of_gives_way_to_what_a_card_paid(lab):
    """Partly shipped counts as paid by an offline method; then the shopper pays by card instead."""
    order = placed(lab, status_id=7, payment={"style": "offline"})
    lab.sync(order)
    left(lab, order, 1)
    life.pay(lab.world, int(order), "30.00")
    assert lab.sync(order).outcome == "posted"
    left(lab, order, 1)
    (paid,) = records(lab, "customerpayments")
    assert (paid["amount"], paid["unused_amount"], open_on(lab, order)) == (D("30.00"), D("0.12"), [0, 0])
    assert agrees(lab, order)
    other = placed(lab, status_id=7, payment={"style": "offline"})
    left(lab, other, 1)
    life.refund(lab.world, int(other), quantity=1)
    lab.sync(other)
    life.pay(lab.world, int(other), "30.00")
    row = lab.sync(other)
    assert (row.reason, "parts were built on it" in row.what) == ("changed-after-posting", True)


@pytest.mark.parametrize("path", ["/zoho/books/v3/invoices", "/zoho/books/v3/invoices/*/credits"])
@pytest.mark.parametrize("kind", ["error_after", "reset_before"])
def test_an_answer_for_the_second_part_that_was_lost_doubles_nothing(lab, kind, path):
    order = placed(lab)
    lab.sync(order)
    left(lab, order, 1)
    leave(lab, order, 2)
    struck_by(lab, {"kind": kind, "platform": "zoho", "path": path, "methods": ["POST"], "times": 1})
    assert lab.sync(order).outcome == "posted"
    lab.sync(order, order)
    assert (len(records(lab, "invoices")), open_on(lab, order)) == (2, [0, 0])
    assert len(records(lab, "customerpayments")) == 1


def test_a_worker_that_dies_after_the_second_part_leaves_nothing_twice_though_its_shipment_is_deleted(
    new_lab,
):
    lab = parted(new_lab(lease=0.8))
    order = placed(lab)
    lab.sync(order)
    left(lab, order, 1)
    second = leave(lab, order, 1)
    deadly(lab, "POST", "/zoho/books/v3/invoices")
    work_until_killed(lab, order)
    bundle = lab.world.bigcommerce.orders[int(order)]
    bundle["shipments"] = [row for row in bundle["shipments"] if str(row["id"]) != second]
    lab.quiet()
    assert (len(records(lab, "invoices")), lab.row(order).reason) == (2, "changed-after-posting")
    assert f"INV-000002 books of order {order} its shipment {second}, and" in lab.row(order).what


@pytest.mark.parametrize("unique", [True, False])
def test_without_a_key_field_one_part_is_not_taken_for_another(lab, unique):
    if not unique:
        lab.world.zoho.remove_custom_field("invoices", "cf_cartbooks_key")
    order = placed(lab)
    lab.sync(order)
    left(lab, order, 1)
    leave(lab, order, 2)
    struck_by(
        lab,
        {
            "kind": "reset_before",
            "platform": "zoho",
            "path": "/zoho/books/v3/invoices",
            "methods": ["POST"],
            "times": 1,
        },
    )
    assert lab.sync(order).outcome == "posted"
    assert [row["total"] for row in records(lab, "invoices")] == [D("17.88"), D("24.00")]


def test_an_order_that_is_cancelled_after_its_first_part_takes_that_back_and_makes_no_further(lab):
    paid, unpaid = placed(lab), placed(lab, **UNPAID)
    for order in (paid, unpaid):
        lab.sync(order)
        left(lab, order, 1)
        life.cancel(lab.world, int(order))
        assert lab.sync(order).outcome == "posted"
    assert [row["status"] for row in records(lab, "invoices")] == ["paid", "void"]
    assert [row["total"] for row in records(lab, "creditnotes")] == [D("17.88")]
    assert [sales_order(lab, order)["status"] for order in (paid, unpaid)] == ["confirmed", "void"]
    assert (agrees(lab, paid), agrees(lab, unpaid)) == (True, True)
    life.reinstate(lab.world, int(paid))
    left(lab, paid, 2)
    live = [row for row in invoices_of(lab, paid) if row["balance"] or row["payment_made"]]
    assert agrees(lab, paid), live
    assert sum(row["total"] for row in records(lab, "creditnotes")) == D("17.88")


def test_a_refund_before_all_has_left_invoices_the_rest_and_is_credited_once(lab):
    order = placed(lab)
    lab.sync(order)
    left(lab, order, 1)
    life.refund(lab.world, int(order), quantity=1)
    assert lab.sync(order).outcome == "posted"
    (note,) = records(lab, "creditnotes")
    assert (note["total"], note["balance"]) == (D("12.00"), 0)
    assert sum(row["total"] for row in invoices_of(lab, order)) == D("41.88")
    assert (open_on(lab, order), agrees(lab, order)) == ([0, 0], True)
    left(lab, order, 2)
    life.refund(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    assert sum(row["total"] for row in records(lab, "creditnotes")) == D("41.88")
    assert (len(records(lab, "invoices")), agrees(lab, order), again(lab, order)) == (2, True, 0)


def test_a_refund_of_an_order_in_parts_that_is_declined_later_is_for_a_person(lab):
    order = placed(lab)
    lab.sync(order)
    left(lab, order, 1)
    life.refund(lab.world, int(order), quantity=1)
    lab.sync(order)
    (refund,) = lab.world.bigcommerce.orders[int(order)]["refunds"]
    declined = [{**one, "is_declined": True} for one in refund["payments"]]
    status = {"status_id": 3, "payment_status": "captured", "refunded_amount": "0.0000"}
    placing.amend(lab.world, int(order), {"order": status, "refunds": [{**refund, "payments": declined}]})
    row = lab.sync(order)
    assert (row.reason, "which is 0 in the store now" in row.what) == ("changed-after-posting", True)


def test_what_a_person_invoiced_of_the_sales_order_is_not_invoiced_again(lab):
    order = placed(lab)
    lab.sync(order)
    left(lab, order, 1)
    made = sales_order(lab, order)["salesorder_id"]
    lab.world.zoho.ask("POST", f"/invoices/fromsalesorder?salesorder_id={made}", {})
    left(lab, order, 1)
    assert (lab.row(order).reason, len(records(lab, "invoices"))) == ("changed-after-posting", 2)


def test_an_edit_of_an_order_that_is_invoiced_in_part_is_a_persons_and_of_one_that_is_whole_goes_part_by_part(
    lab,
):
    order = placed(lab)
    lab.sync(order)
    left(lab, order, 1)
    life.edit(lab.world, int(order), price="11.00")
    assert lab.sync(order).reason == "changed-after-posting"
    made = sales_order(lab, order)
    names = ("line_item_id", "item_id", "quantity", "rate", "tax_id")
    rows = [{name: row[name] for name in names} for row in made["line_items"]]
    rows[0]["rate"] = 11
    lab.world.zoho.ask("PUT", f"/salesorders/{made['salesorder_id']}", {"line_items": rows})
    again(lab, order)
    assert lab.row(order).reason == "changed-in-zoho"
    link = memory.newest(stages.ordered(lab.connection), order)
    memory.change(
        lab.connection, link, choice="keep", doubtful=True
    )  # as `cartbooks resolve order ID --keep`
    again(lab, order)
    assert (lab.row(order).outcome, agrees(lab, order)) == ("posted", True)
    left(lab, order, 2)
    life.edit(lab.world, int(order), quantity=4)
    assert lab.sync(order).outcome == "posted"
    booked = [sum(row["total"] for row in records(lab, name)) for name in ("invoices", "creditnotes")]
    assert booked[0] - booked[1] == D("58.68")
    life.pay(lab.world, int(order), "16.80")
    lab.sync(order)
    assert [row["amount"] for row in records(lab, "customerpayments")] == [D("41.88"), D("16.80")]
    assert (sum(open_on(lab, order)), agrees(lab, order)) == (0, True)


@pytest.mark.parametrize("amend", ["unpaid", "never"])
@pytest.mark.parametrize("described", [CASH, UNPAID], ids=["paid", "unpaid"])
def test_parts_that_became_cheaper_leave_nothing_of_their_sales_order_to_compare(lab, described, amend):
    """41.88 was ordered and invoiced, 38.28 is what the parts say after the edit: 3.60 of it are not open."""
    lab.rules(amend=amend, endings={**lab.connection.book_rules.endings, "deleted": "reverse"})
    order = placed(lab, **described)
    lab.sync(order)
    left(lab, order, 1)
    left(lab, order, 2)
    life.edit(lab.world, int(order), price="9.00")
    assert lab.sync(order).outcome == "posted"
    assert agrees(lab, order)
    life.delete(lab.world, int(order))
    lab.sync(order)
    assert [line.findings for line in compared(lab).lines] == [()]


def test_what_was_forgotten_is_found_again_part_by_part(lab):
    """And a shipment counts though the order's status does not tell of it."""
    order = placed(lab)
    lab.sync(order)
    leave(lab, order, 1)
    life.status(lab.world, int(order), 11)
    lab.sync(order)
    leave(lab, order, 1)
    forget_everything(lab)
    assert lab.sync(order).outcome == "posted"
    assert [row["total"] for row in records(lab, "invoices")] == [D("17.88"), D("12.00")]
    assert (len(records(lab, "customerpayments")), open_on(lab, order)) == (1, [0, 0])


def test_a_part_that_is_doubled_or_missing_in_the_books_is_told(lab):
    order = placed(lab)
    lab.sync(order)
    part = left(lab, order, 3)
    (made,) = invoices_of(lab, order)
    planted.copied(lab, made, f"{order}.{part}", "invoice", 2)
    records(lab, "invoices")[-1]["reference_number"] = order
    planted.aged(lab)
    assert faults(compared(lab))[order] == ["doubled"]


@pytest.mark.parametrize("since", [{}, {"invoice_when": ""}], ids=["as it was", "settings changed"])
def test_what_a_run_booked_in_parts_leaves_the_books_part_by_part(lab, since):
    run = runs.begin(lab.ledger, "main", "sync", time.time())
    order = placed(lab)
    leave(lab, order, 1)
    leave(lab, order, 2)
    backfill.noted(lab.connection, run, {order: ""})
    lab.quiet()
    assert len(invoices_of(lab, order)) == 2
    lab.rules(**since)
    assert [end.done for end in take_back(lab, run)] == [True]
    assert (invoices_of(lab, order), records(lab, "customerpayments")) == ([], [])
    assert (sales_order(lab, order)["status"], mark_of(lab, order)) == ("void", "")


def test_orders_in_parts_go_on_so_though_the_setting_was_turned_off(lab):
    order, other = placed(lab), placed(lab)
    lab.sync(order, other)
    left(lab, order, 1)
    lab.rules(partial_invoices="off")
    left(lab, other, 1)
    lab.rules(invoice_when="")  # invoices alone are made from now on
    left(lab, order, 2)
    assert [row["total"] for row in records(lab, "invoices")] == [D("17.88"), D("24.00")]
    assert sales_order(lab, order)["invoiced_status"] == "invoiced"
    assert (records(lab, "creditnotes"), invoices_of(lab, other)) == ([], [])


def test_an_order_that_was_deleted_after_its_first_part_leaves_the_books(lab):
    lab.rules(endings={**lab.connection.book_rules.endings, "deleted": "reverse"})
    order = placed(lab, **UNPAID)
    lab.sync(order)
    left(lab, order, 1)
    life.delete(lab.world, int(order))
    assert lab.sync(order).reason == "gone"
    assert (invoices_of(lab, order), sales_order(lab, order)["status"]) == ([], "void")


def test_an_order_that_ends_after_a_refund_goes_back_where_one_invoice_says_all_and_else_waits_for_a_person(
    lab,
):
    whole, parted_, refunded = placed(lab), placed(lab), placed(lab)
    for order in (whole, parted_, refunded):
        lab.sync(order)
        if order != whole:
            left(lab, order, 1)
        life.refund(lab.world, int(order), **({} if order == refunded else {"quantity": 1}))
        lab.sync(order)
        life.cancel(lab.world, int(order))
    lab.sync(whole, parted_, refunded)
    ends = [lab.row(order).reason for order in (whole, parted_, refunded)]
    assert ends == ["", "changed-after-posting", ""]
    assert (agrees(lab, whole), agrees(lab, refunded)) == (True, True)
