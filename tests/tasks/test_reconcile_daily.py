"""Once a day the last weeks are compared by themselves; what is found goes through the recipe where that is asked."""

from datetime import timedelta

import pytest

from ledger import cursors, work
from sandbox.bigcommerce import placing
from tasks import reconcile_daily, sweeps
from tasks.reconcile import reconcile
from tasks.reconcile_repair import repair
from tests.tasks import planted
from tests.tasks.checks import invoice_of, payments_of
from tests.tasks.conftest import placed
from tests.tasks.test_document_looks import choose
from tests.tasks.test_logins_and_limits import alerts  # noqa: F401 (a fixture)


def swept(lab):
    cursors.give_slot(lab.ledger, "main.reconcile")
    sweeps.swept(lab.services, "main", reconcile_daily.daily)


def counts(lab):
    kept = reconcile_daily.remembered("main", lab.ledger)
    return kept and kept[0]["counts"]


def compared(lab):
    today = lab.world.zoho.today()
    return reconcile(lab.connection, today - timedelta(days=3), today)


def unexplained(lab):
    return [line.order for line in compared(lab).unexplained]


@pytest.fixture
def yesterday(lab):
    return {"created": lab.world.clock.now() - timedelta(days=1)}


def test_the_daily_comparison_runs_once_and_up_to_yesterday(lab, yesterday):
    lab.set(reconcile_at="00:00")
    old, new = placed(lab, **yesterday), placed(lab)
    lab.sync(old, new)
    planted.deleted(lab, new)
    swept(lab)
    assert (counts(lab)["orders"], counts(lab)["unexplained"]) == (1, 0)
    calls = len(lab.calls())
    swept(lab)
    assert len(lab.calls()) == calls


def test_the_daily_comparison_waits_for_its_hour(lab):
    lab.set(reconcile_at="23:59:59")
    swept(lab)
    assert counts(lab) is None


def test_what_the_daily_comparison_found_is_counted_for_whoever_watches(lab, yesterday, alerts):  # noqa: F811
    lab.set(reconcile_at="00:00")
    order = placed(lab, **yesterday)
    lab.sync(order)
    planted.deleted(lab, order)
    swept(lab)
    assert counts(lab)["unexplained"] == 1
    assert alerts() == ["connection main: 1 orders differ from the books and nothing says why"]


def test_its_calls_are_paid_from_what_is_left_for_the_catalogue(lab, yesterday):
    """Orders keep their reserve: where the day has no more for others, the comparison is made up for another day."""
    lab.set(reconcile_at="00:00")
    used = lab.world.zoho.per_day * 9 // 10  # less than a fifth of the day is left, and that is for orders
    lab.app.test_client().put("/control/zoho/limits", json={"day_used": used})
    lab.sync(placed(lab, **yesterday))  # tells the budget what is used, and goes through
    swept(lab)
    assert counts(lab) is None


def test_a_login_that_may_not_read_credit_notes_stops_the_comparison_and_no_order(lab, yesterday):
    lab.set(reconcile_at="00:00")
    lab.sync(placed(lab, **yesterday))
    scope = lab.app.test_client().get("/control/zoho").json["scope"]
    most = (
        "ZohoBooks.settings.ALL,ZohoBooks.contacts.ALL,ZohoBooks.invoices.ALL,ZohoBooks.customerpayments.ALL"
    )
    lab.app.test_client().put("/control/zoho/scope", json={"scope": most})
    assert scope != most
    lab.connection.store.window.redis.flushall()  # the token that could do more is forgotten
    swept(lab)
    assert counts(lab) is None
    assert work.paused(lab.ledger, lab.connection.clock()) == {}
    assert lab.sync(placed(lab)).outcome == "posted"


def test_an_order_that_nobody_told_us_of_is_booked_by_repair(lab, yesterday):
    order = placed(lab, **yesterday)
    report = compared(lab)
    assert repair(lab.connection, report) == [order]
    lab.quiet()
    assert invoice_of(lab, order)["balance"] == 0
    assert unexplained(lab) == []


def test_a_payment_that_is_gone_from_the_books_is_recorded_again_by_repair(lab):
    order = placed(lab)
    lab.sync(order)
    planted.unpaid(lab, order)
    repair(lab.connection, compared(lab))
    lab.quiet()
    assert len(payments_of(lab, invoice_of(lab, order))) == 1
    assert unexplained(lab) == []


@pytest.mark.parametrize("wrong", ["deleted", "dearer"])
def test_what_a_person_changed_in_zoho_is_held_by_repair_and_not_overwritten(lab, wrong):
    order = placed(lab, status_id=7)
    lab.sync(order)
    getattr(planted, wrong)(lab, order)
    repair(lab.connection, compared(lab))
    lab.quiet()
    assert (lab.row(order).outcome, lab.row(order).reason) == ("held", "changed-in-zoho")
    report = compared(lab)
    assert report.unexplained == ()
    assert [(line.result, line.reason) for line in report.lines] == [("held", "changed-in-zoho")]


def test_a_payment_that_was_deleted_with_its_document_is_recorded_with_the_next_one(lab):
    order = placed(lab)
    lab.sync(order)
    planted.deleted(lab, order)
    repair(lab.connection, compared(lab))
    lab.quiet()
    choose(lab, order, "ours")
    assert (lab.row(order).outcome, invoice_of(lab, order)["balance"]) == ("posted", 0)
    assert unexplained(lab) == []


def test_an_invoice_that_was_deleted_leaves_its_sales_order_and_is_missed_all_the_same(lab, yesterday):
    lab.set(reconcile_at="00:00")
    lab.rules(invoice_when="paid")
    order = placed(lab, **yesterday)
    lab.sync(order)
    planted.deleted(lab, order)
    swept(lab)
    assert counts(lab)["unexplained"] == 1
    repair(lab.connection, compared(lab))
    lab.quiet()
    assert (lab.row(order).outcome, lab.row(order).reason) == ("held", "changed-in-zoho")


def test_an_order_that_ended_while_nobody_looked_is_taken_back_by_repair(lab):
    order = placed(lab)
    lab.sync(order)
    placing.amend(lab.world, int(order), {"order": {"status_id": 5}})
    assert repair(lab.connection, compared(lab)) == [order]
    lab.quiet()
    (line,) = compared(lab).lines
    assert (line.result, line.reason) == ("posted", "taken back")


def test_two_documents_and_strangers_are_left_to_a_person(lab):
    order = placed(lab)
    lab.sync(order)
    planted.doubled(lab, order)
    assert repair(lab.connection, compared(lab)) == []
