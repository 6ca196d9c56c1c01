"""An order that is only a quote: its estimate is made, rewritten, accepted or declined, and nothing of it is booked."""

import time
from decimal import Decimal

import pytest

from ledger import history, runs, work
from sandbox.bigcommerce import life
from tasks import backfill, memory, stages
from tasks.foreseen import preview
from tests.tasks.checks import invoice_of, mark_of, records, written
from tests.tasks.conftest import placed, struck_by
from tests.tasks.lives import does, zoho_calls
from tests.tasks.test_lost_answers import (
    deadly,
    forget_everything,
    without_unique_field,
    work_until_killed,
)
from tests.tasks.test_reconcile import compared, faults, result
from tests.tasks.test_sweeps import compare
from tests.tasks.test_undo import take_back

TOTAL, DEARER = Decimal("41.88"), Decimal("53.88")  # 3 or 4 x 12.00 and 5.88 of shipping
QUOTE = {"status_id": 7, "payment": {"style": "offline"}}
BOOKS = "/zoho/books/v3"


@pytest.fixture
def lab(new_lab):
    return quoting(new_lab())


def quoting(lab, **rules):
    """Awaiting payment is only a quote."""
    lab.rules(estimate_statuses=frozenset({7}), **rules)
    return lab


def quoted(lab, **described):
    """An order that has its estimate, and nothing else; its id."""
    order = placed(lab, **{**QUOTE, **described})
    row = lab.sync(order)
    assert (row.state, row.outcome, row.reason) == ("done", "skipped", "quote")
    assert (booked(lab), mark_of(lab, order)) == ([0, 0, 0, 0], "")
    return order


def estimates(lab):
    return [(row["total"], row["_stage"]) for row in records(lab, "estimates")]


def booked(lab):
    return [
        len(records(lab, name)) for name in ("salesorders", "invoices", "customerpayments", "creditnotes")
    ]


def ask(lab, method, path, body=None):
    (made,) = records(lab, "estimates")
    return lab.world.zoho.ask(method, f"/estimates/{made['estimate_id']}{path}", body or {})


def test_a_quote_is_edited_in_place_and_accepted_once_its_order_is_booked_for_good(lab):
    order = quoted(lab)
    assert estimates(lab) == [(TOTAL, "sent")]
    lines = [row["line_item_id"] for row in records(lab, "estimates")[0]["line_items"]]
    does(lab, "edit", order, quantity=4)
    assert estimates(lab) == [(DEARER, "sent")]
    assert [row["line_item_id"] for row in records(lab, "estimates")[0]["line_items"]] == lines
    before = len(zoho_calls(lab, 0))
    assert (lab.sync(order).reason, len(zoho_calls(lab, 0))) == ("quote", before)
    assert does(lab, "pay", order).outcome == "posted"
    (accepted,), invoice = records(lab, "estimates"), invoice_of(lab, order)
    assert (accepted["accepted_date"] != "", accepted["_stage"]) == (True, "invoiced")
    assert (invoice["total"], invoice["balance"], invoice["estimate_id"]) == (
        DEARER,
        0,
        accepted["estimate_id"],
    )
    assert mark_of(lab, order) == invoice["invoice_number"]
    assert does(lab, "status", order, 7).outcome == "posted"
    assert does(lab, "cancel", order).outcome == "posted"
    assert (len(estimates(lab)), booked(lab)) == (1, [0, 1, 1, 1])


def test_a_quote_of_a_known_customer_costs_two_calls(lab):
    """Its estimate, and that it was sent."""
    lab.sync(placed(lab, **QUOTE))
    begin, order = len(lab.world.calls), placed(lab, **QUOTE)
    assert (lab.sync(order).reason, len(zoho_calls(lab, begin))) == ("quote", 2)


@pytest.mark.parametrize("answers", ["sent", "any"])
def test_an_order_that_ends_as_a_quote_has_it_declined_and_the_next_one_if_it_stands_again(new_lab, answers):
    lab = quoting(new_lab(switches={"zoho_estimate_answers": answers}), unpaid="draft")
    order = quoted(lab)
    assert estimates(lab) == [(TOTAL, "draft")]
    row = does(lab, "cancel", order)
    assert (row.outcome, row.reason, estimates(lab)) == ("skipped", "status", [(TOTAL, "declined")])
    before = len(written(lab))
    lab.sync(order)
    assert len(written(lab)) == before
    assert does(lab, "reinstate", order, 7).reason == "quote"
    assert estimates(lab) == [(TOTAL, "declined"), (TOTAL, "draft")]
    assert does(lab, "status", order, 1).reason == "status"  # neither a quote nor a sale
    life.pay(lab.world, int(order))
    assert does(lab, "status", order, 11).outcome == "posted"
    assert [stage for _, stage in estimates(lab)] == ["declined", "invoiced"]


def test_the_quote_of_an_order_that_is_deleted_is_found_in_a_day_and_goes_as_the_setting_says(lab):
    orders, endings = [quoted(lab) for _ in range(3)], lab.connection.book_rules.endings
    for deleted, order in zip(("reverse", "keep", "hold"), orders, strict=True):
        lab.rules(endings={**endings, "deleted": deleted})
        life.delete(lab.world, int(order))
        compare(lab)
    assert [lab.row(order).reason for order in orders] == ["gone", "gone", "changed-after-posting"]
    assert [stage for _, stage in estimates(lab)] == ["declined", "sent", "sent"]


def test_a_sales_order_is_made_from_the_estimate_and_its_invoice_from_the_sales_order(lab):
    lab.rules(invoice_when="shipped")
    order = quoted(lab)
    assert does(lab, "pay", order).outcome == "posted"
    (quote,), (sold,) = records(lab, "estimates"), records(lab, "salesorders")
    assert (sold["estimate_id"], quote["_stage"], booked(lab)) == (
        quote["estimate_id"],
        "accepted",
        [1, 0, 1, 0],
    )
    assert mark_of(lab, order) == sold["salesorder_number"]
    assert does(lab, "ship", order).outcome == "posted"
    assert (estimates(lab), invoice_of(lab, order)["balance"]) == ([(TOTAL, "accepted")], 0)
    assert mark_of(lab, order) == invoice_of(lab, order)["invoice_number"]


@pytest.mark.parametrize(
    ("method", "path", "told", "converts"),
    [
        ("DELETE", "", "deleted", "any"),
        ("POST", "/status/declined", "declined", "any"),
        ("POST", "/status/declined", "declined", "accepted"),
        ("POST", "/status/accepted", "", "any"),
    ],
)
def test_what_a_person_did_to_the_estimate_holds_no_sale(new_lab, method, path, told, converts):
    lab = quoting(new_lab(switches={"zoho_estimate_converts": converts}), mark="none")
    order = quoted(lab)
    ask(lab, method, path)
    assert does(lab, "pay", order).outcome == "posted"
    assert does(lab, "status", order, 7).outcome == "posted"  # what was booked once is no quote again
    assert (invoice_of(lab, order)["balance"], booked(lab)) == (0, [0, 1, 1, 0])
    events = history.of(lab.ledger, "main", "orders", order)
    assert [one.detail["why"] for one in events if one.event == "not answered"] == [f"it is {told}"] * bool(
        told
    )


@pytest.mark.parametrize(
    ("deed", "choice", "after"),
    [
        ("rewrites", "keep", [(Decimal("9.48"), "sent")]),  # 3 x 1.20 and 5.88
        ("rewrites", "ours", [(DEARER, "sent")]),
        ("rewrites", "stop", [(Decimal("9.48"), "sent")]),
        ("declines", "keep", [(TOTAL, "declined")]),
        ("declines", "ours", [(TOTAL, "declined"), (DEARER, "sent")]),
    ],
)
def test_a_quote_that_a_person_changed_is_held_when_its_order_is_edited_until_he_chooses(
    lab, deed, choice, after
):
    order = quoted(lab)
    if deed == "declines":
        ask(lab, "POST", "/status/declined")
    else:
        kept = ("line_item_id", "item_id", "quantity", "tax_id")
        mugs, *others = records(lab, "estimates")[0]["line_items"]
        cheaper = {**{name: mugs[name] for name in kept}, "rate": 1}
        ask(lab, "PUT", "", {"line_items": [cheaper, *others]})
    row = does(lab, "edit", order, quantity=4)
    assert (row.state, row.reason) == ("held", "changed-in-zoho")
    reached = stages.reached(lab.connection, order)
    memory.change(reached, memory.newest(reached, order), choice=choice, doubtful=True)
    work.retry(lab.ledger, [row.id], time.time())
    lab.quiet()
    assert lab.row(order).reason == ("left-to-person" if choice == "stop" else "quote")
    assert estimates(lab) == after
    if choice != "stop":
        assert does(lab, "pay", order).outcome == "posted"
        assert (invoice_of(lab, order)["total"], invoice_of(lab, order)["balance"]) == (DEARER, 0)


@pytest.mark.parametrize(
    ("kind", "unique"), [("error_after", True), ("reset_after", False), ("reset_before", False)]
)
def test_an_answer_that_was_lost_doubles_no_estimate(lab, kind, unique):
    if not unique:
        without_unique_field(lab)
    lost = {"kind": kind, "platform": "zoho", "methods": ["POST"], "times": 1}
    struck_by(lab, {**lost, "path": f"{BOOKS}/estimates"})
    order = quoted(lab)
    does(lab, "cancel", order)
    struck_by(lab, {**lost, "path": f"{BOOKS}/estimates"})
    does(lab, "reinstate", order, 7)
    assert estimates(lab) == [(TOTAL, "declined"), (TOTAL, "sent")]
    struck_by(lab, {**lost, "path": "*/accepted"})
    assert does(lab, "pay", order).outcome == "posted"
    assert (estimates(lab), booked(lab)) == ([(TOTAL, "declined"), (TOTAL, "invoiced")], [0, 1, 1, 0])


@pytest.mark.parametrize(("deed", "stage"), [("cancel", "declined"), ("pay", "invoiced"), ("edit", "sent")])
def test_an_estimate_that_nobody_heard_of_is_not_left_for_nobody(new_lab, deed, stage):
    lab = quoting(new_lab(lease=0.3))
    order = placed(lab, **QUOTE)
    adapter = deadly(lab, "POST", f"{BOOKS}/estimates")
    work_until_killed(lab, order)
    assert adapter.died == 1
    does(lab, deed, order, **({"quantity": 4} if deed == "edit" else {}))
    assert estimates(lab) == [(DEARER if deed == "edit" else TOTAL, stage)]


def test_an_estimate_that_nobody_heard_of_is_declined_with_an_order_that_the_store_deleted(new_lab):
    lab = quoting(new_lab(lease=0.3))
    lab.rules(endings={**lab.connection.book_rules.endings, "deleted": "reverse"})
    order = placed(lab, **QUOTE)
    deadly(lab, "POST", f"{BOOKS}/estimates")
    work_until_killed(lab, order)
    life.delete(lab.world, int(order))
    assert (lab.sync(order).reason, estimates(lab)) == ("gone", [(TOTAL, "declined")])


@pytest.mark.parametrize("edited", [False, True], ids=["as it was", "edited meanwhile"])
def test_a_quote_is_found_again_when_our_memory_was_lost(lab, edited):
    order = quoted(lab)
    forget_everything(lab)
    if edited:
        life.edit(lab.world, int(order), quantity=4)
    assert lab.sync(order).reason == "quote"
    assert estimates(lab) == [(DEARER if edited else TOTAL, "sent")]


def test_an_order_whose_invoice_nobody_heard_of_is_no_quote(new_lab):
    lab = quoting(new_lab(lease=0.3))
    order = placed(lab)
    deadly(lab, "POST", f"{BOOKS}/invoices")
    work_until_killed(lab, order)
    assert does(lab, "status", order, 7).outcome == "posted"
    assert (estimates(lab), booked(lab)) == ([], [0, 1, 1, 0])


def test_a_quote_that_the_customer_has_accepted_stays_so_though_our_memory_was_lost(lab):
    order = quoted(lab)
    ask(lab, "POST", "/status/accepted")
    forget_everything(lab)
    assert (lab.sync(order).reason, estimates(lab)) == ("quote", [(TOTAL, "accepted")])


def test_an_order_that_was_booked_is_no_quote_though_our_memory_was_lost(lab):
    order = placed(lab)
    lab.sync(order)
    forget_everything(lab)
    assert does(lab, "status", order, 7).outcome == "posted"
    assert (estimates(lab), booked(lab)) == ([], [0, 1, 1, 0])


def test_a_dry_run_tells_of_the_estimate_and_writes_nothing(lab):
    order = placed(lab, **QUOTE)
    before = len(written(lab))
    steps = [(step.verb, step.kind) for step in preview(lab.connection, order).steps]
    assert steps[-2:] == [("create", "estimate"), ("send", "estimate")]
    assert len(written(lab)) == before
    lab.sync(order)
    life.pay(lab.world, int(order))
    before = len(written(lab))
    steps = [(step.verb, step.kind) for step in preview(lab.connection, order).steps]
    assert steps[:2] == [("accept", "estimate"), ("create", "invoice")]
    assert len(written(lab)) == before


def test_a_comparison_misses_no_quote_and_a_run_that_is_undone_declines_it(lab):
    run = runs.begin(lab.ledger, "main", "sync", time.time())
    order, sold = placed(lab, **QUOTE), placed(lab)
    backfill.noted(lab.connection, run, {order: "", sold: ""})
    lab.quiet()
    report = compared(lab)
    assert (faults(report)[order], result(report, order)) == ([], ("skipped", "quote"))
    assert [end.done for end in take_back(lab, run)] == [True, True]
    assert estimates(lab) == [(TOTAL, "declined")]
    assert {row["status"] for row in records(lab, "invoices")} == {"void"}
