"""Stock of orders that are a sales order first and an invoice later: each piece is taken once, whichever books it."""

import time

import pytest

from ledger import work
from sandbox.bigcommerce import life, placing
from tasks import open_documents
from tasks.recipe import perform
from tests.tasks.checks import records
from tests.tasks.conftest import struck_by
from tests.tasks.test_lost_answers import deadly, work_until_killed
from tests.tasks.test_order_stock import Goods, document, of, person
from tests.tasks.test_shipments import leave, sales_order
from tests.tasks.test_stock import aged, callback, counting, shown, writes

INVOICES = "/zoho/books/v3/invoices"
UNPAID = {"status_id": 7, "payment": {"style": "authorised"}}
FIGURES = {
    "available": "available_for_sale_stock",
    "on_hand": "stock_on_hand",
}


def trading(lab, method="one_way", when="shipped", **rules):
    """Twenty mugs on both sides, agreed an hour ago, and orders that are invoiced when they ship."""
    counting(lab, method, **rules)
    lab.rules(invoice_when=when)
    mug = Goods(lab)
    lab.stock(mug.item)
    aged(lab)
    return mug


def level(lab, mug):
    """What the store shows once all is quiet; that neither a callback nor a second look finds more to write."""
    callback(lab, mug.item)
    found = shown(lab, mug.variant)
    before = len(writes(lab))
    lab.stock(mug.item)
    assert len(writes(lab)) == before
    return found


def set_to(lab, order, status):
    placing.amend(lab.world, int(order), {"order": {"status_id": status}})
    assert lab.sync(order).outcome == "posted"


WAYS = [("scheduled", "available"), ("one_way", "on_hand"), ("two_way", "available")]


@pytest.mark.parametrize(("method", "figure"), WAYS)
def test_a_piece_is_taken_once_from_the_sales_order_to_the_invoice_and_comes_back_once(
    new_lab, method, figure
):
    """20 - 3 = 17 with either document; credited 17 + 3 = 20; it stands again 20 - 3 = 17, edited 20 - 5 = 15."""
    lab = new_lab()
    mug = trading(lab, method, figure=figure)
    begin = len(writes(lab))
    order = mug.sold(lab)
    lab.sync(order)
    taken = 3 if figure == "available" else 0
    assert of(lab, order) == (3, 3, taken, False)
    assert level(lab, mug) == 17
    life.ship(lab.world, int(order))
    assert lab.sync(order).outcome == "posted"
    assert (of(lab, order), lab.in_books(mug.item, FIGURES[figure])) == ((3, 3, 3, False), 17)
    assert level(lab, mug) == 17
    assert writes(lab)[begin:] == []
    set_to(lab, order, 5)
    assert len(records(lab, "creditnotes")) == 1
    assert level(lab, mug) == lab.in_books(mug.item, FIGURES[figure]) == 20
    set_to(lab, order, 2)
    assert level(lab, mug) == lab.in_books(mug.item, FIGURES[figure]) == 17
    life.edit(lab.world, int(order), quantity=5)
    assert lab.sync(order).outcome == "posted"
    assert of(lab, order)[1:] == (5, 5, False)
    assert level(lab, mug) == lab.in_books(mug.item, FIGURES[figure]) == 15
    assert [row for row in records(lab, "inventoryadjustments") if ":stock:" in row["reference_number"]] == []


def test_an_edited_sales_order_holds_back_what_the_order_needs_now_and_gives_it_back_when_it_is_void(new_lab):
    """20 - 5 = 15, then 20."""
    lab = new_lab()
    mug = trading(lab)
    order = mug.sold(lab, **UNPAID)
    lab.sync(order)
    life.edit(lab.world, int(order), quantity=5)
    lab.sync(order)
    assert of(lab, order)[1:] == (5, 5, False)
    assert level(lab, mug) == lab.in_books(mug.item) == 15
    set_to(lab, order, 5)
    assert of(lab, order)[1:] == (0, 0, False)
    assert level(lab, mug) == lab.in_books(mug.item) == 20


def test_a_void_invoice_does_not_leave_its_sales_order_open_to_hold_back_the_goods(new_lab):
    """20 - 3 = 17, made void 20, it stands again with an invoice alone: 17, and not 14."""
    lab = new_lab()
    mug = trading(lab)
    order = mug.sold(lab, **{**UNPAID, "status_id": 2})
    lab.sync(order)
    assert level(lab, mug) == lab.in_books(mug.item) == 17
    set_to(lab, order, 5)
    assert [row["status"] for row in (*records(lab, "invoices"), sales_order(lab, order))] == ["void", "void"]
    assert level(lab, mug) == lab.in_books(mug.item) == 20
    set_to(lab, order, 2)
    assert of(lab, order)[1:] == (3, 3, False)
    assert level(lab, mug) == lab.in_books(mug.item) == 17


def test_a_worker_that_dies_between_the_two_voids_leaves_the_sales_order_to_the_next(new_lab):
    lab = new_lab(lease=0.8)
    mug = trading(lab)
    order = mug.sold(lab, **{**UNPAID, "status_id": 2})
    lab.sync(order)
    placing.amend(lab.world, int(order), {"order": {"status_id": 5}})
    deadly(lab, "POST", "/status/void")
    work_until_killed(lab, order)
    assert (records(lab, "invoices")[0]["status"], sales_order(lab, order)["status"]) == ("void", "confirmed")
    lab.quiet()
    assert sales_order(lab, order)["status"] == "void"
    assert level(lab, mug) == 20


@pytest.mark.parametrize(("kind", "releases"), [("reset_after", True), ("reset_before", False)])
def test_nothing_is_concluded_while_nobody_knows_whether_the_invoice_is_there(new_lab, kind, releases):
    """Whether the draft has given back already what its sales order held, or not: 17 all the time."""
    lab = new_lab(switches={"zoho_draft_invoice_releases": releases})
    mug = trading(lab, "two_way")
    order, begin = mug.sold(lab), len(writes(lab))
    lab.sync(order)
    life.ship(lab.world, int(order))
    struck_by(lab, {"kind": kind, "platform": "zoho", "path": INVOICES, "methods": ["POST"], "times": 1})
    work.note(lab.ledger, "main", "orders", [order], time.time())
    perform(lab.services, lab.row(order).id)
    assert of(lab, order) == (3, 3, 3, True)
    assert level(lab, mug) == 17
    assert of(lab, order) == (3, 3, 3, False)
    assert writes(lab)[begin:] == []


@pytest.mark.parametrize("releases", [False, True])
def test_a_draft_that_cannot_be_sent_is_never_shown_as_goods_that_are_there(new_lab, releases):
    """20 - 3 = 17 where the draft gives them back, 17 - 3 = 14 for the time being where it does not."""
    lab = new_lab(switches={"zoho_draft_invoice_releases": releases})
    mug = trading(lab)
    order = mug.sold(lab, **UNPAID)
    lab.sync(order)
    struck_by(lab, {"kind": "rate_limit", "platform": "zoho", "path": f"{INVOICES}/*/status/sent"})
    placing.amend(lab.world, int(order), {"order": {"status_id": 2}})
    work.note(lab.ledger, "main", "orders", [order], time.time())
    perform(lab.services, lab.row(order).id)
    assert (records(lab, "invoices")[0]["status"], of(lab, order)) == ("draft", (3, 3, 0, False))
    open_documents.look(lab.connection, "invoices", document(lab, order))
    assert of(lab, order) == (3, 3, 0, False)
    struck_by(lab)
    assert level(lab, mug) == lab.in_books(mug.item) == 17
    assert of(lab, order) == (3, 3, 3, False)


def test_what_a_person_makes_void_is_told_from_both_documents(new_lab):
    """The invoice is void: its sales order holds the 3 back again. That is void, too: they are there, and ordered."""
    lab = new_lab()
    mug = trading(lab)
    order = mug.sold(lab, **{**UNPAID, "status_id": 2})
    lab.sync(order)
    invoice, first = document(lab, order), sales_order(lab, order)["salesorder_id"]
    person(lab, "POST", f"/invoices/{invoice}/status/void")
    open_documents.look(lab.connection, "invoices", invoice)
    assert of(lab, order) == (3, 3, 3, False)
    assert level(lab, mug) == lab.in_books(mug.item) == 17
    person(lab, "POST", f"/salesorders/{first}/status/void")
    assert open_documents.look(lab.connection, "salesorders", first) == [mug.item]
    assert of(lab, order) == (3, 3, 0, False)
    assert (level(lab, mug), lab.in_books(mug.item)) == (17, 20)


@pytest.mark.parametrize("figure", ["available", "on_hand"])
def test_physically_the_sales_order_goes_on_taking_when_it_is_invoiced_and_the_shipment_takes(
    new_lab, figure
):
    """20 - 3 = 17 while ordered, invoiced and shipped; two more, of which the sales order knows nothing: 15."""
    lab = new_lab()
    mug = trading(lab, when="paid", figure=figure, mode="physical")
    order, begin = mug.sold(lab), len(writes(lab))
    lab.sync(order)
    assert sales_order(lab, order)["invoiced_status"] == "invoiced"
    open_documents.look(lab.connection, "salesorders", document(lab, order))
    assert of(lab, order) == (3, 3, 3 if figure == "available" else 0, False)
    assert level(lab, mug) == 17
    shipment = leave(lab, order)
    open_documents.look(lab.connection, "shipmentorders", shipment)
    assert of(lab, order) == (3, 3, 3, False)
    assert level(lab, mug) == lab.in_books(mug.item, "actual_available_for_sale_stock") == 17
    assert writes(lab)[begin:] == []
    life.edit(lab.world, int(order), quantity=5)
    assert lab.sync(order).outcome == "posted"
    assert of(lab, order)[1:] == (5, 3, False)
    assert level(lab, mug) == 15


def test_physically_too_a_void_invoice_gives_the_goods_back(new_lab):
    lab = new_lab()
    mug = trading(lab, mode="physical")
    order = mug.sold(lab, **{**UNPAID, "status_id": 2})
    lab.sync(order)
    assert level(lab, mug) == 17
    set_to(lab, order, 5)
    assert of(lab, order)[1:] == (0, 0, False)
    assert level(lab, mug) == lab.in_books(mug.item, "actual_available_for_sale_stock") == 20
