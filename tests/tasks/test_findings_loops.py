"""Ways in which work could have been lost, or gone on in vain for ever, each found once and closed."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from connectors.errors import Temporary
from connectors.http import mount
from ledger import cursors, history, work
from ledger.store import close_ledger, open_ledger
from sandbox.bigcommerce import placing
from sandbox.bigcommerce.shapes import rfc2822
from tasks import sweeps
from tasks.broker import ORDERS, make_celery, publisher
from tasks.orders import SETTLED
from tasks.pump import ROUND, pump
from tasks.recipe import answer_nudge, perform
from tests.lab import BASE
from tests.tasks.checks import check_nothing_doubled, check_posted, invoice_of, mark_of, records, written
from tests.tasks.conftest import LINE, by_the_clock, forget_the_look, placed, struck_by
from tests.tasks.test_logins_and_limits import alerts  # noqa: F401 (a fixture)
from tests.tasks.test_lost_answers import Killed
from tests.wsgi import WsgiAdapter

DAY = 86400.0


def bundle_of(lab, order):
    return lab.world.bigcommerce.orders[int(order)]


def works(lab, order):
    perform(lab.services, lab.row(order).id)
    return lab.row(order)


def noted(lab, *orders, **more):
    return work.note(lab.ledger, "main", "orders", list(orders), lab.services.clock(), **more)


# The mark, which may trail


def seen_from_outside(lab, order):
    """What another process sees of an order's row."""
    other = open_ledger(lab.settings.ledger_url)
    row = work.find(other, "main", "orders", order)
    close_ledger(other)
    return row


def test_a_worker_killed_when_the_order_was_finished_and_its_mark_was_not_set_leaves_it_due(lab):
    """That the mark is to be tried again is written down together with the order's end, not after it."""
    struck_by(lab, {"kind": "server_error", "platform": "bigcommerce", "methods": ["PUT"]})
    order = placed(lab)
    noted(lab, order)
    killed = []

    def dies(_connection):
        """The worker is gone as soon as anybody else could see that the order is posted."""
        if not killed and (row := seen_from_outside(lab, order)).outcome == "posted":
            killed.append(row)
            raise Killed

    event.listen(lab.ledger.engine, "begin", dies)
    with pytest.raises(Killed):
        works(lab, order)
    event.remove(lab.ledger.engine, "begin", dies)
    assert (killed[0].state, mark_of(lab, order)) == ("waiting", "")
    assert killed[0].due_at is not None
    struck_by(lab)
    lab.quiet()
    check_posted(lab, order)
    check_nothing_doubled(lab)


def test_a_mark_that_cannot_be_set_is_tried_ever_more_rarely_and_asks_zoho_of_no_record(lab):
    """A scope that the store never grants: after a day it is asked four times a day, not every half minute."""
    struck_by(lab, {"kind": "server_error", "platform": "bigcommerce", "methods": ["PUT"]})
    order = placed(lab)
    noted(lab, order)
    row, waits, now = works(lab, order), [], [time.time()]
    asked, began = len(lab.calls("zoho")), row.finished_at
    by_the_clock(lab, lambda: now[0])
    while now[0] < began + 3 * DAY:
        now[0] = row.due_at + 1.0
        row = works(lab, order)
        waits.append(row.due_at - now[0])
        assert len(waits) < 60
    assert (row.outcome, row.reason) == ("posted", "")
    assert waits[0] < 60  # the first tries are near
    assert waits[-1] == pytest.approx(6 * 3600)
    assert waits == sorted(waits)
    paths = {call["path"] for call in lab.calls("zoho")[asked:]}
    assert all("/settings/" in path or "/organizations" in path or "/oauth/" in path for path in paths), paths
    struck_by(lab)
    now[0] = row.due_at + 1.0
    assert works(lab, order).state == "done"
    check_posted(lab, order)


# Nudges


def test_nudges_that_nobody_takes_do_not_pile_up_and_all_work_is_done_all_the_same(lab):
    """Two thousand rows and no worker for ten minutes: the queue holds what one round hands out, or two."""
    queue, begun = [], time.time()
    lab.services = replace(
        lab.services, publish=lambda *nudge: queue.append(nudge), backlog=lambda _flow: len(queue)
    )
    work.note(lab.ledger, "main", "orders", [str(one) for one in range(5000, 7000)], begun)
    for second in range(600):
        pump(lab.services, begun + second)
    assert ROUND < len(queue) <= 2 * ROUND
    served = set()
    while queue and len(served) < 2000:  # a worker comes: what it takes off is made up for
        served.add(queue.pop(0))
        begun += 0.01
    assert pump(lab.services, begun + 700) > 0


def test_the_queue_as_redis_keeps_it_is_what_bounds_the_nudges(lab, valkey, valkey_url, tmp_path):
    celery = make_celery(valkey_url, {}, str(tmp_path / "beat"))
    lab.services = replace(lab.services, publish=publisher(celery))
    now = time.time()
    work.note(lab.ledger, "main", "orders", [str(one) for one in range(5000, 5700)], now)
    for second in range(0, 120, 5):
        pump(lab.services, now + second)
    assert ROUND < valkey.llen(ORDERS) <= 2 * ROUND
    assert lab.services.backlog(ORDERS) == valkey.llen(ORDERS)
    celery.close()


def test_a_nudge_out_of_a_backlog_does_the_urgent_order_first(lab):
    """Forty orders of an import wait, and a callback comes: the oldest nudge is spent on the callback's order."""
    old = [placed(lab) for _ in range(3)]
    noted(lab, *old, *[str(one) for one in range(5000, 5040)])
    queue = []
    lab.services = replace(lab.services, publish=lambda _task, work_id: queue.append(work_id))
    pump(lab.services, time.time())
    urgent = placed(lab)
    noted(lab, urgent, urgent=True)
    assert queue[0] == lab.row(old[0]).id
    answer_nudge(lab.services, queue[0])
    check_posted(lab, urgent)
    assert lab.row(old[0]).state == "waiting"
    answer_nudge(lab.services, lab.row(urgent).id)  # its own nudge comes later and is worth the next one
    check_posted(lab, old[0])
    for work_id in queue[1:3]:
        answer_nudge(lab.services, work_id)
    for order in old:
        check_posted(lab, order)
    check_nothing_doubled(lab)


# Logins and bad moments


class Gathering(WsgiAdapter):
    """A transport on which so many workers wait for one another before their first call."""

    def __init__(self, app, workers):
        super().__init__(app)
        self.barrier = threading.Barrier(workers)

    def send(self, request, **options):
        self.barrier.wait(100)
        return super().send(request, **options)


def test_a_login_that_stays_dead_alerts_once_over_many_workers_and_many_rests(lab, alerts):  # noqa: F811
    """Five workers hold a record each when the first of them meets it; the rest ends, and all meet it again.

    Sometimes ten minutes after its end: so long Zoho may refuse to be asked for a token at all.
    """
    lab.set(pace=1.0)
    orders = [placed(lab) for _ in range(5)]
    now = [time.time()]
    by_the_clock(lab, lambda: now[0])
    token = lab.world.options.bigcommerce_token
    account = lab.world.bigcommerce.accounts.pop(token)
    mount(lab.connection.store.session, BASE, Gathering(lab.app, len(orders)))
    noted(lab, *orders)
    for gap in (304.0, 450.0, 300.5, 890.0, 304.0):
        workers = [threading.Thread(target=works, args=(lab, order)) for order in orders]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert list(work.paused(lab.ledger, now[0])) == ["main"]
        assert work.due(lab.ledger, now[0], 10, renudge_after=0.0) == []
        assert len(alerts()) == 1
        now[0] += gap
    assert len(lab.calls("bigcommerce")) == 25
    assert {(lab.row(order).state, lab.row(order).attempts) for order in orders} == {("waiting", 0)}
    lab.world.bigcommerce.accounts[token] = account
    mount(lab.connection.store.session, BASE, WsgiAdapter(lab.app))
    for order in orders:
        works(lab, order)
        check_posted(lab, order)
    assert len(alerts()) == 1


def test_a_login_that_was_well_again_for_a_while_alerts_anew(new_lab, alerts):  # noqa: F811
    lab = new_lab(pace=1)
    order = placed(lab)
    now = [time.time()]
    by_the_clock(lab, lambda: now[0])
    token = lab.world.options.bigcommerce_token
    account = lab.world.bigcommerce.accounts.pop(token)
    noted(lab, order)
    works(lab, order)
    lab.world.bigcommerce.accounts[token] = account
    now[0] += 301
    works(lab, order)
    check_posted(lab, order)
    now[0] += 7200
    del lab.world.bigcommerce.accounts[token]
    noted(lab, order)
    works(lab, order)
    assert len(alerts()) == 2


SWEEPS = {"orders": sweeps.orders, "daily": sweeps.daily, "hooks": sweeps.hooks}


@pytest.fixture
def sweeper(lab):
    """Makes one turn of a sweep as its task does."""

    def sweep(name):
        cursors.give_slot(lab.ledger, f"main.{name}")
        sweeps.swept(lab.services, "main", SWEEPS[name])

    lab.set(daily_at="00:00")
    return sweep


@pytest.mark.parametrize("mood", ["server_error", "reset_before", "html", "rate_limit", "rate_limit_bare"])
@pytest.mark.parametrize("name", SWEEPS)
def test_a_stores_bad_moment_ends_no_sweep_in_an_error_and_the_next_turn_finds_everything(
    lab,
    sweeper,
    alerts,  # noqa: F811
    name,
    mood,
):
    order = placed(lab)
    struck_by(lab, {"kind": mood, "platform": "bigcommerce"})
    sweeper(name)
    (row,) = lab.world.moods.report()["moods"]
    assert row["struck"] > 0
    assert lab.row(order) is None
    struck_by(lab)
    lab.world.clock.advance(60)
    time.sleep(0.1)  # the store's window, which it asked us to wait for
    for one in SWEEPS:
        sweeper(one)
    lab.quiet()
    check_posted(lab, order)
    assert lab.world.bigcommerce.hooks
    assert alerts() == []
    assert work.paused(lab.ledger, time.time()) == {}


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_that_meets_a_dead_login_rests_the_connection_and_alerts_once(lab, sweeper, alerts, name):  # noqa: F811
    lab.set(pace=1.0)
    token = lab.world.options.bigcommerce_token
    account = lab.world.bigcommerce.accounts.pop(token)
    sweeper(name)
    assert list(work.paused(lab.ledger, time.time())) == ["main"]
    assert len(alerts()) == 1
    before = len(lab.world.calls)
    for one in SWEEPS:  # none of them tries while it rests, though the login may be well again
        lab.world.bigcommerce.accounts[token] = account
        sweeper(one)
    assert len(lab.world.calls) == before
    assert len(alerts()) == 1
    work.resume(lab.ledger, "main")
    sweeper(name)
    assert len(lab.world.calls) > before


def test_an_error_of_our_own_in_a_sweep_is_not_swallowed(lab, sweeper):
    cursors.put(lab.ledger, "main", sweeps.CURSOR, "not a moment", time.time())
    with pytest.raises(ValueError, match="not a moment"):
        sweeper("orders")


def test_a_sweep_called_by_hand_still_says_what_went_wrong(lab):
    struck_by(lab, {"kind": "server_error", "platform": "bigcommerce"})
    with pytest.raises(Temporary):
        sweeps.orders(lab.services, "main")


# Held orders


def refused(lab):
    """Ten new items, a new customer, and an account that Zoho does not know."""
    lab.rules(deposit_accounts={"credit_card": "460000000000000404"})
    lines = [{**LINE, "sku": f"NEW{one}", "name": f"New {one}"} for one in range(10)]
    return placed(lab, lines=lines, customer={"id": 77, "email": "new@example.com"})


def without_its_tax(lab):
    order = placed(lab, lines=[{**LINE, "sku": f"NEW{one}", "name": f"New {one}"} for one in range(10)])
    lab.world.zoho.taxes.clear()
    return order


def vanished(lab):
    order = placed(lab)
    lab.sync(order)
    del lab.world.bigcommerce.orders[int(order)]
    return order


def cancelled_after_posting(lab):
    lab.rules(endings={"cancelled": "hold"})
    order = placed(lab)
    lab.sync(order)
    placing.amend(lab.world, int(order), {"order": {"status_id": 5}})
    return order


HOLDS = {
    "rejected": refused,
    "tax-unmapped": without_its_tax,
    "changed-after-posting": cancelled_after_posting,
    "gone after posting": vanished,
}


@pytest.mark.parametrize("reason", HOLDS)
def test_further_callbacks_of_a_held_order_cost_zoho_nothing(lab, reason):
    order = HOLDS[reason](lab)
    row = lab.sync(order)
    assert row.state == "held"
    assert reason in (row.reason, "gone after posting")
    before, told = len(lab.calls("zoho")), [(row.reason, row.what, row.remedy)]
    for _ in range(5):
        forget_the_look(lab) if reason == "tax-unmapped" else None
        row = lab.sync(order)
        told.append((row.reason, row.what, row.remedy))
        assert row.state == "held"
    assert len(lab.calls("zoho")) == before
    assert len(set(told)) == 1  # what is to be done about it is still said
    assert row.remedy


def test_a_held_order_is_really_tried_again_by_retry_and_by_its_own_change(lab):
    order = refused(lab)
    assert lab.sync(order).reason == "rejected"
    lab.sync(order)
    before = len(lab.calls("zoho", "POST"))
    work.retry(lab.ledger, [lab.row(order).id], lab.services.clock())
    lab.quiet()
    assert lab.row(order).state == "held"  # nothing was put right
    assert len(lab.calls("zoho", "POST")) > before
    lab.sync(order)  # a callback after the retry costs nothing again
    before = len(lab.calls("zoho"))
    lab.sync(order)
    assert len(lab.calls("zoho")) == before
    lab.rules(deposit_accounts={})
    placing.amend(lab.world, int(order), {"order": {"customer_message": "where is it?"}})
    lab.sync(order)
    check_posted(lab, order)
    check_nothing_doubled(lab)


def test_what_holds_an_order_put_right_in_zoho_is_seen_by_retry(lab):
    order = without_its_tax(lab)
    assert lab.sync(order).reason == "tax-unmapped"
    lab.merchant_taxes([bundle_of(lab, order)])
    forget_the_look(lab)
    assert lab.sync(order).reason == "tax-unmapped"  # nobody said that it was put right
    assert work.retry(lab.ledger, "main", lab.services.clock()) == [lab.row(order).id]
    lab.quiet()
    check_posted(lab, order)


# What is found by looking


def compare(lab):
    cursors.give_slot(lab.ledger, "main.daily")
    cursors.put(lab.ledger, "main", sweeps.DAILY, "", time.time())
    before = len(lab.world.calls)
    sweeps.daily(lab.services, "main")
    due = work.due(lab.ledger, lab.services.clock(), 10, renudge_after=0.0)
    for work_id, _, _ in due:
        perform(lab.services, work_id)
    return len(due), len(lab.world.calls) - before


def test_the_daily_comparison_does_not_read_old_orders_again_every_day_for_ever(lab):
    """Last changed before the window and imported today: the list may well not show it, and nothing is wrong."""
    lab.rules(mark="none")
    order = placed(lab)
    bundle_of(lab, order)["order"]["date_modified"] = rfc2822(datetime.now(UTC) - timedelta(days=10))
    lab.sync(order)
    check_posted(lab, order, marked=False)
    lab.set(daily_at="00:00")
    begun = time.time()
    for day in range(12):
        by_the_clock(lab, lambda day=day: begun + day * DAY)
        assert compare(lab) == (0, 1)  # one page of the list and nothing else


def test_an_order_posted_in_the_window_is_not_read_again_for_ever_either(lab):
    """As the days pass it leaves the window; it is read once more at the most."""
    order = placed(lab)
    lab.sync(order)
    time.sleep(SETTLED + 1.1)
    lab.sync(order)
    lab.set(daily_at="00:00")
    begun, read = time.time(), 0
    for day in range(20):
        by_the_clock(lab, lambda day=day: begun + day * DAY)
        due, _ = compare(lab)
        read += due
    assert read <= 1
    check_posted(lab, order)


@pytest.mark.parametrize("finder", ["sweep", "daily"])
def test_a_change_in_the_same_second_as_the_one_we_read_is_found_without_a_callback(lab, finder):
    lab.rules(endings={"cancelled": "hold"})
    order = placed(lab)
    lab.sync(order)
    told = bundle_of(lab, order)["order"]
    stamp = told["date_modified"]
    told["status_id"], told["status"] = 5, "Cancelled"
    assert told["date_modified"] == stamp
    if finder == "sweep":
        sweeps.orders(lab.services, "main")
    else:
        lab.set(daily_at="00:00")
        sweeps.daily(lab.services, "main")
    lab.quiet()
    assert lab.row(order).reason == "changed-after-posting"
    assert invoice_of(lab, order)["status"] == "paid"


def test_an_order_left_alone_for_two_seconds_is_not_noted_again_by_any_sweep(lab):
    order = placed(lab)
    lab.sync(order)
    time.sleep(SETTLED + 1.1)
    lab.sync(order)
    sweeps.orders(lab.services, "main")
    assert work.due(lab.ledger, time.time(), 10, renudge_after=0.0) == []
    told = [line.event for line in history.of(lab.ledger, "main", "orders", order)]
    assert told.count("posted") == 1
    assert len(records(lab, "invoices")) == 1
    assert len(written(lab)) == 6
