"""Settings that change while orders are on their way: what is in the books stays, and goes on as it was begun."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from ledger import cursors, runs
from mappings.rules import ServiceSkus
from sandbox.bigcommerce import life
from tasks import backfill, document_looks, releases, sweeps
from tasks.foreseen import preview
from tasks.reconcile_repair import repair
from tests.tasks.checks import invoice_of, key_of, records, written
from tests.tasks.conftest import placed
from tests.tasks.lives import ON_ACCOUNT, charged, check_life
from tests.tasks.test_lost_answers import deadly, work_until_killed
from tests.tasks.test_reconcile import compared, faults
from tests.tasks.test_undo import take_back

BOOKS = "/zoho/books/v3"
TOTAL = Decimal("41.88")  # 3 x 12.00 and 5.88 of shipping, and all of it was paid
WAYS = {
    "invoice": {"document": "invoice", "invoice_when": ""},
    "sales order": {"document": "sales_order", "invoice_when": ""},
    "invoice later": {"document": "invoice", "invoice_when": "shipped"},
}
TURNS = [
    ("invoice", "sales order"),
    ("sales order", "invoice"),
    ("sales order", "invoice later"),
    ("invoice later", "invoice"),
]
LIVES = {  # how an order is placed, what was done with it before the settings change, and what after it
    "paid, then edited": ({}, None, lambda w, order: life.edit(w, order, quantity=4)),
    "paid, then refunded in part": ({}, None, lambda w, order: life.refund(w, order, quantity=1)),
    "paid, then shipped": ({}, None, life.ship),
    "shipped, then refunded in part": ({}, life.ship, lambda w, order: life.refund(w, order, quantity=1)),
    "shipped, then cancelled": ({}, life.ship, life.cancel),
    "unpaid, then edited": (ON_ACCOUNT, None, lambda w, order: life.edit(w, order, quantity=4)),
    "unpaid, then paid": (ON_ACCOUNT, None, life.capture),
    "unpaid, then cancelled": (ON_ACCOUNT, None, life.cancel),
    "cancelled, then stands again": (ON_ACCOUNT, life.cancel, life.reinstate),
}


def books_of(lab, order):
    """What the books and our own row say of an order, whatever its numbers are."""
    told = []
    for module in ("salesorders", "invoices", "creditnotes", "customerpayments"):
        for row in records(lab, module):
            if key_of(row).split(":")[1:2] == [order]:
                amounts = [row.get(name) for name in ("total", "balance", "amount", "unused_amount")]
                told.append((module, row.get("status"), row.get("invoiced_status"), *amounts))
    row = lab.row(order)
    return told, (row.state, row.outcome, row.reason)


def lived(lab, name):
    """An order as far as it had come when the settings changed."""
    described, before, _ = LIVES[name]
    order = placed(lab, **described)
    lab.sync(order)
    if before is not None:
        goes_on(lab, order, before)
    return order


def goes_on(lab, order, deed):
    deed(lab.world, int(order))
    lab.sync(order)


def look(lab):
    """Every look of the schedule, as if its time had come; what it wrote."""
    before = len(written(lab))
    lab.set(daily_at="00:00")
    for slot in ("orders", "daily", "documents", "release"):
        cursors.give_slot(lab.ledger, f"main.{slot}")
    releases.at_start(lab.services)
    for sweep in (sweeps.orders, sweeps.daily, document_looks.look, releases.release):
        sweeps.swept(lab.services, "main", sweep)
        lab.quiet()
    return written(lab)[before:]


@pytest.mark.parametrize(("old", "new"), TURNS)
def test_an_order_goes_on_as_if_the_kind_of_its_document_were_still_chosen(new_lab, old, new):
    """Of two orders alike one lives on before the settings change, the other after it: their books are the same."""
    lab = new_lab()
    lab.rules(**WAYS[old])
    pairs = {name: (lived(lab, name), lived(lab, name)) for name in LIVES}
    for name, (first, _) in pairs.items():
        goes_on(lab, first, LIVES[name][2])
    before = faults(compared(lab))
    lab.rules(**WAYS[new])
    assert look(lab) == []
    assert faults(compared(lab)) == before
    for name, (_, second) in pairs.items():
        goes_on(lab, second, LIVES[name][2])
    assert {name: books_of(lab, second) for name, (_, second) in pairs.items()} == {
        name: books_of(lab, first) for name, (first, _) in pairs.items()
    }
    assert look(lab) == []


@pytest.mark.parametrize(("old", "module", "new"), [
    ("invoice", "invoices", "sales order"),
    ("invoice", "invoices", "invoice later"),
    ("sales order", "salesorders", "invoice"),
    ("invoice later", "salesorders", "invoice"),
])  # fmt: skip
@pytest.mark.parametrize("deed", [None, life.cancel])
def test_a_document_that_went_unheard_is_found_whatever_is_chosen_by_then(new_lab, old, module, new, deed):
    lab = new_lab(lease=0.8)
    lab.rules(**WAYS[old])
    order = placed(lab, **ON_ACCOUNT)
    deadly(lab, "POST", f"{BOOKS}/{module}")
    work_until_killed(lab, order)
    lab.rules(**WAYS[new])
    if deed is not None:
        deed(lab.world, int(order))
    lab.sync(order)
    made = [
        (kind, row["status"] == "void") for kind in ("salesorders", "invoices") for row in records(lab, kind)
    ]
    assert made == [(module, deed is not None)]


def test_a_cancelled_order_that_was_taken_back_is_not_booked_again_because_such_orders_are_to_be_kept(lab):
    order = lived(lab, "unpaid, then cancelled")
    goes_on(lab, order, life.cancel)
    assert [row["status"] for row in records(lab, "invoices")] == ["void"]
    lab.rules(endings={**lab.connection.book_rules.endings, "cancelled": "keep"})
    assert look(lab) == []
    goes_on(lab, order, lambda w, one: life.address(w, one, company="Mill"))
    assert [row["status"] for row in records(lab, "invoices")] == ["void"]


@pytest.mark.parametrize("now", [{"offline": "never"}, {"paid_statuses": frozenset({2})}])
@pytest.mark.parametrize("payments", ["separate", "with_invoice"])
def test_money_that_was_recorded_by_its_status_stays_when_other_statuses_tell_of_it(lab, now, payments):
    lab.rules(payments=payments)
    order, fallen = (placed(lab, payment={"style": "offline"}) for _ in range(2))
    lab.sync(order, fallen)
    first = records(lab, "customerpayments")
    if payments == "separate":  # the order itself is not paid any more, by the settings as they were
        goes_on(lab, fallen, lambda w, one: life.status(w, one, 7))
        assert records(lab, "customerpayments") == first[:1]
    lab.set(order_rules=replace(lab.connection.order_rules, **now))
    goes_on(lab, order, lambda w, one: life.status(w, one, 9))
    assert invoice_of(lab, order)["balance"] == 0
    assert faults(compared(lab))[order] == []
    goes_on(lab, order, lambda w, one: life.edit(w, one, quantity=4))
    assert [row["balance"] for row in records(lab, "invoices") if row["total"] == Decimal("53.88")] == [
        Decimal(12)
    ]


@pytest.mark.parametrize(("old", "new"), [("with_invoice", "separate"), ("separate", "with_invoice")])
def test_money_comes_once_when_the_way_of_recording_changes_while_an_invoice_goes_unheard(new_lab, old, new):
    lab = new_lab(lease=0.8)
    lab.rules(payments=old)
    order = placed(lab)
    deadly(lab, "POST", f"{BOOKS}/invoices")
    work_until_killed(lab, order)
    lab.rules(payments=new)
    lab.quiet()
    (paid,) = records(lab, "customerpayments")
    assert (invoice_of(lab, order)["balance"], paid["unused_amount"]) == (0, 0)
    assert (lab.row(order).outcome, preview(lab.connection, order).steps) == ("posted", ())


@pytest.mark.parametrize("now", [{"shipping": "charge"}, {"skus": ServiceSkus(shipping="POST")}])
def test_a_sales_order_is_rewritten_before_its_invoice_where_its_lines_would_be_others_by_now(new_lab, now):
    lab = new_lab()
    lab.rules(**WAYS["invoice later"])
    order = placed(lab)
    lab.sync(order)
    lab.rules(**now)
    assert look(lab) == []
    life.ship(lab.world, int(order))
    assert preview(lab.connection, order).steps == ()
    assert lab.sync(order).outcome == "posted"
    (ordered,) = records(lab, "salesorders")
    assert (ordered["invoiced_status"], invoice_of(lab, order)["balance"]) == ("invoiced", 0)


def test_what_is_due_by_another_moment_is_told_by_the_comparison_and_invoiced_when_it_is_repaired(lab):
    lab.rules(**WAYS["invoice later"])
    order = placed(lab)
    lab.sync(order)
    lab.rules(invoice_when="paid")
    assert (look(lab), faults(compared(lab))[order]) == ([], ["missing"])
    repair(lab.connection, compared(lab))
    lab.quiet()
    assert (invoice_of(lab, order)["balance"], faults(compared(lab))[order]) == (0, [])


def test_a_run_leaves_the_books_though_another_kind_of_document_is_chosen_by_then(lab):
    run = runs.begin(lab.ledger, "main", "sync", time.time())
    order = placed(lab)
    backfill.noted(lab.connection, run, {order: ""})
    lab.quiet()
    lab.rules(**WAYS["sales order"])
    assert [end.done for end in take_back(lab, run)] == [True]
    assert [row["status"] for row in records(lab, "invoices")] in ([], ["void"])


@pytest.mark.parametrize(("deed", "now"), [
    (None, {"invoice_when": "completed"}),
    (None, WAYS["invoice"]),
    (life.cancel, WAYS["invoice"]),
    (lambda w, order: life.edit(w, order, quantity=4), WAYS["sales order"]),
    (lambda w, order: life.refund(w, order, quantity=1), WAYS["invoice"]),
])  # fmt: skip
def test_an_invoice_of_a_sales_order_that_went_unheard_is_found_whatever_is_chosen_by_then(
    new_lab, deed, now
):
    lab = new_lab(lease=0.8)
    lab.rules(**WAYS["invoice later"])
    order = placed(lab, status_id=2)
    deadly(lab, "POST", f"{BOOKS}/invoices")
    work_until_killed(lab, order)
    lab.rules(**now)
    if deed is not None:
        deed(lab.world, int(order))
    assert lab.sync(order).outcome == "posted", lab.row(order).what
    if deed is life.cancel:
        assert {row["status"] for row in records(lab, "invoices") + records(lab, "salesorders")} == {"void"}
    else:
        assert check_life(lab, order)["balance"] == charged(lab, order) - TOTAL
