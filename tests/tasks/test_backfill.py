"""Orders of the past come in behind the live ones, can be stopped anywhere, and cost what was said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from ledger import runs, work
from ledger.store import writing
from sandbox.bigcommerce import life
from tasks import backfill, sampling
from tasks.foreseen import preview
from tests.tasks.checks import check_nothing_doubled, check_posted, invoices_of, records, written
from tests.tasks.conftest import placed
from tests.tasks.lives import ON_ACCOUNT

DAYS = timedelta(days=9)


class Interrupted(Exception):
    pass


@pytest.fixture
def small(monkeypatch):
    """Portions of three orders."""
    monkeypatch.setattr(backfill, "PORTION", 3)
    monkeypatch.setattr(backfill, "LOW", 2)


def past(lab, many, **described):
    """Orders made day after day, the last one today; their ids."""
    start = lab.world.clock.now() - DAYS
    return [placed(lab, created=start + number * DAYS / many, **described) for number in range(1, many + 1)]


def period(lab):
    now = datetime.fromtimestamp(lab.connection.clock(), UTC)
    first = (now - 2 * DAYS).replace(hour=0, minute=0, second=0, microsecond=0)
    return first, now + timedelta(seconds=5)


def began(lab, most=None):
    return backfill.begin(lab.connection, *period(lab), most)


def carried_on(lab, run, on_look=lambda _: None, wait=0.5):
    return backfill.carry_on(
        lab.services, lab.connection, run, wait=wait, on_look=on_look, sleep=lambda _: None
    )


def zoho_calls(lab, since=0):
    return [c for c in lab.world.calls[since:] if c["platform"] == "zoho" and "/oauth/" not in c["path"]]


def test_every_order_of_the_period_comes_in_and_none_twice(lab, small):
    orders = past(lab, 8)
    run = began(lab)
    told = carried_on(lab, run)
    assert (told.complete, told.listed, told.noted, told.waiting) == (True, 8, 8, 0)
    for order in orders:
        check_posted(lab, order)
    check_nothing_doubled(lab)
    assert runs.get(lab.ledger, "main", run.name).state == "ended"
    assert [one.record for one in runs.records(lab.ledger, run)] == orders


def test_a_later_end_is_another_run_and_no_end_is_the_same(lab):
    since, until = period(lab)
    run = backfill.begin(lab.connection, since, until, None, open_end=False)
    later = until + timedelta(days=1)
    assert backfill.begin(lab.connection, since, later, None).name == run.name
    assert backfill.begin(lab.connection, since, later, None, open_end=False).name != run.name


def test_orders_outside_the_period_are_left(lab, small):
    old = placed(lab, created=lab.world.clock.now() - 3 * DAYS)
    (new,) = past(lab, 1)
    carried_on(lab, began(lab))
    assert (lab.row(old), lab.row(new).outcome) == (None, "posted")


def test_no_more_than_a_portion_and_a_few_wait_at_once(lab, small):
    past(lab, 9)
    waited = []
    carried_on(lab, began(lab), lambda told: waited.append(told.waiting))
    assert max(waited) <= backfill.PORTION + backfill.LOW - 1


def test_stopped_between_any_two_orders_it_goes_on_where_it_was(lab, small):
    orders = past(lab, 7)
    looks = []

    def stops(told):
        looks.append(told)
        if len(looks) % 4 == 0:
            raise Interrupted

    names = set()
    for _ in range(20):
        run = began(lab)
        names.add(run.name)
        try:
            carried_on(lab, run, stops)
            break
        except Interrupted:
            continue
    assert len(names) == 1
    assert all(len(invoices_of(lab, order)) == 1 for order in orders)
    assert runs.count(lab.ledger, run) == 7


@pytest.mark.parametrize("where", ["add", "move"])
def test_whoever_dies_while_noting_leaves_nothing_out_and_nothing_double(lab, small, monkeypatch, where):
    orders = past(lab, 4)
    real, run = getattr(runs, where), began(lab)

    def dies(*told):
        if where == "add":
            real(*told)
        raise Interrupted

    monkeypatch.setattr(runs, where, dies)
    with pytest.raises(Interrupted):
        carried_on(lab, run)
    monkeypatch.setattr(runs, where, real)
    lab.quiet()
    carried_on(lab, began(lab))
    assert all(len(invoices_of(lab, order)) == 1 for order in orders)
    assert [one.record for one in runs.records(lab.ledger, run)] == orders
    assert all(one.fresh for one in runs.records(lab.ledger, run))


def test_what_is_in_the_books_already_costs_no_call_of_zoho(lab, small):
    for order in past(lab, 4):
        lab.sync(order)
    seen = len(lab.world.calls)
    told = carried_on(lab, began(lab))
    assert told.listed == 4
    assert zoho_calls(lab, seen) == []
    assert len(records(lab, "invoices")) == 4


def test_what_was_seen_as_it_is_now_is_not_even_read(lab, small):
    for order in past(lab, 4):
        lab.sync(order)
        stamp = lab.world.bigcommerce.orders[int(order)]["order"]["date_modified"]
        with writing(lab.ledger) as c:
            c.execute(
                text("UPDATE work SET source_stamp = :stamp WHERE record = :order"),
                {"stamp": stamp, "order": order},
            )
    seen = len(lab.world.calls)
    told = carried_on(lab, began(lab))
    assert (told.listed, told.noted) == (4, 0)
    assert {call["path"].rpartition("/")[2] for call in lab.world.calls[seen:]} == {"orders"}


def test_live_orders_go_first(lab, small):
    past(lab, 3)
    run = began(lab)
    backfill.note(lab.connection, run, next(backfill.portions(lab.connection, run)))
    live = placed(lab)
    work.note(lab.ledger, "main", "orders", [live], lab.connection.clock())
    backfill._worked(lab.services)
    assert lab.row(live).outcome == "posted"
    assert runs.patient(lab.ledger, "main") == 3


def test_it_is_paid_from_what_orders_leave_of_the_day(lab, small):
    """Of 1000 calls 25 % are kept back (1.25 times the orders' reserve of 20 %): at 800 used nothing is left for it."""
    past(lab, 3)
    lab.sync(placed(lab))
    control = lab.app.test_client()
    control.put("/control/zoho/limits", json={"per_day": 1000, "day_used": 800})
    lab.sync(
        placed(lab, lines=[{"price": "1.00", "quantity": 1, "tax": "20", "sku": "PEN"}])
    )  # hears of the limit
    run = began(lab)
    told = carried_on(lab, run)
    assert (told.complete, told.noted) == (False, 0)
    backfill.note(lab.connection, run, next(backfill.portions(lab.connection, run)))
    backfill._worked(lab.services)
    assert "what is left is not for catalogue" in work.find(lab.ledger, "main", "orders", "100").why
    live = placed(lab)
    work.note(lab.ledger, "main", "orders", [live], lab.connection.clock())
    backfill._worked(lab.services)
    assert lab.row(live).outcome == "posted"


def test_an_order_that_is_on_its_way_without_us_is_nobody_s_past(lab, small):
    first, second = past(lab, 2)
    work.note(lab.ledger, "main", "orders", [first], lab.connection.clock())
    run = began(lab)
    backfill.note(lab.connection, run, next(backfill.portions(lab.connection, run)))
    assert [one.record for one in runs.records(lab.ledger, run)] == [second]
    assert not lab.row(first).patient


def test_a_limit_takes_the_oldest_ones(lab, small):
    orders = past(lab, 7)
    told = carried_on(lab, began(lab, most=4))
    assert told.complete
    assert [order for order in orders if lab.row(order)] == orders[:4]


def test_what_is_held_or_skipped_is_told_with_its_reason(lab, small):
    past(lab, 1)
    past(lab, 1, status_id=1)
    run = began(lab)
    carried_on(lab, run)
    told = {(one.outcome, one.reason): one.number for one in runs.standings(lab.ledger, run)}
    assert told == {("posted", ""): 1, ("skipped", "status"): 1}
    assert runs.calls(lab.ledger, run)["zoho"] > 0


def test_the_days_it_takes_are_told_beforehand(lab):
    """10 orders x 2.1 = 21 calls at 90 a minute: 1 minute; a day of 10000 less 25 % has 7500 for it."""
    past(lab, 10)
    past(lab, 2, status_id=5)
    told = backfill.estimate(lab.connection, *period(lab), None)
    assert (told.orders, told.synced, told.calls, told.minutes, told.daily, told.days) == (
        12,
        10,
        21,
        1,
        7500,
        1,
    )
    assert told.statuses[5] == 2
    assert backfill.estimate(lab.connection, *period(lab), 5).calls == 11


@pytest.mark.parametrize(
    ("rules", "calls"),
    [
        ({"document": "sales_order"}, 62),  # 20 x 3.1
        ({"invoice_when": "shipped"}, 102),  # 10 x 3.1 + 10 x 7.1
        ({"invoice_when": "completed"}, 62),
        ({"invoice_when": "paid"}, 142),  # 20 x 7.1
    ],
)
def test_an_order_of_two_documents_costs_the_calls_of_both(lab, rules, calls):
    lab.rules(**rules)
    for status, many in ((2, 10), (11, 10), (5, 3)):
        past(lab, many, status_id=status)
    assert backfill.estimate(lab.connection, *period(lab), None).calls == calls


@pytest.mark.parametrize(("orders", "days"), [(10, 1), (11, 2), (20, 2), (21, 3)], ids=str)
def test_how_many_days(lab, orders, days):
    """A day of 28 less 25 % has 21 calls, which are 10 orders at 2.1; of 11 orders (23.1, so 24) 3 are left for another
    day.
    """
    zoho = lab.connection.zoho
    lab.set(zoho=replace(zoho, budget=replace(zoho.budget, per_day=28)))
    past(lab, orders)
    assert backfill.estimate(lab.connection, *period(lab), None).days == days


def test_calls_of_a_known_customer_s_orders_are_two_each(lab, small):
    placed_first, *_ = past(lab, 1)
    lab.sync(placed_first)
    past(lab, 10)
    seen, run = len(lab.world.calls), began(lab)
    carried_on(lab, run)
    assert len(zoho_calls(lab, seen)) == 20
    assert runs.calls(lab.ledger, run)["zoho"] == 20


# --- a sample --------------------------------------------------------------------------------------------------


def test_a_sample_shows_every_sort_there_is(lab):
    plain = past(lab, 4)
    booked = lab.sync(placed(lab)).record
    guest = placed(lab, customer={"id": 0})
    refunded = placed(lab)
    life.refund(lab.world, int(refunded), quantity=1)
    past(lab, 3)
    chosen = sampling.choose(lab.connection, 3)
    assert len(chosen) == 3
    assert {guest, refunded} < set(chosen)
    assert booked not in chosen
    told = {order: sampling.sorts(row) for order, row in chosen.items()}
    assert told[guest] == ("guest",)
    assert told[refunded] == ("refunded",)
    assert ("plain",) in told.values()
    assert len(sampling.choose(lab.connection, 50)) == len(plain) + 5


def test_orders_of_statuses_that_are_not_booked_are_in_no_sample(lab):
    past(lab, 2, status_id=1)
    assert sampling.choose(lab.connection, 5) == {}


def test_both_sides_of_a_sample_stand_beside_each_other(lab):
    past(lab, 2)
    placed(lab, **ON_ACCOUNT)
    chosen = sampling.choose(lab.connection, 3)
    run = sampling.book(lab.services, lab.connection, chosen)
    told = list(sampling.compared(lab.connection, chosen))
    assert [one.store for one in told] == [one.books for one in told]
    paid = {one.store.paid for one in told}
    assert len(paid) == 2
    assert 0 in paid
    assert runs.get(lab.ledger, "main", run.name).kind == "sample"


def test_a_sample_is_not_booked_by_choosing_it(lab):
    past(lab, 2)
    sampling.choose(lab.connection, 2)
    for order in sampling.choose(lab.connection, 2):
        preview(lab.connection, order)
    assert written(lab) == []
