"""What no callback told is found by looking: once, cheaply, and without missing anything."""

import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.errors import Temporary
from ledger import cursors, history, work
from sandbox.bigcommerce import placing
from sandbox.bigcommerce.shapes import rfc2822
from tasks import hooks, pump, sweeps
from tasks.orders import SETTLED
from tests.tasks.checks import check_nothing_doubled, check_posted, invoices_of
from tests.tasks.conftest import placed, struck_by


def sweep(lab):
    """A sweep now, whosever turn it is."""
    cursors.give_slot(lab.ledger, "main.orders")
    sweeps.orders(lab.services, "main")
    lab.quiet()


def compare(lab):
    """The daily comparison, as if another day had come."""
    cursors.give_slot(lab.ledger, "main.daily")
    cursors.put(lab.ledger, "main", sweeps.DAILY, "", time.time())
    lab.set(daily_at="00:00")
    sweeps.daily(lab.services, "main")
    lab.quiet()


def touched(lab, order, moment):
    """As if the order had last changed then."""
    lab.world.bigcommerce.orders[int(order)]["order"]["date_modified"] = rfc2822(moment)


def the_second_is_over():
    """The store tells whole seconds: only what is read well after its last change counts as seen."""
    time.sleep(SETTLED + 1.1)


def cursor(lab):
    return datetime.fromisoformat(cursors.get(lab.ledger, "main", sweeps.CURSOR))


def test_an_order_whose_callback_was_lost_is_found_by_the_sweep(lab):
    order = placed(lab)
    assert lab.row(order) is None
    sweep(lab)
    check_posted(lab, order)


def test_a_change_whose_callback_was_lost_is_found_too(lab):
    order = placed(lab, payment={"style": "authorised"}, status_id=7)
    sweep(lab)
    donor = placed(lab, id=999)
    rows = lab.world.bigcommerce.orders.pop(int(donor))["transactions"]
    touched(lab, order, lab.world.clock.now() - timedelta(seconds=5))
    sweep(lab)
    placing.amend(lab.world, int(order), {"order": {"status_id": 11}, "transactions": rows})
    sweep(lab)
    check_posted(lab, order)


def test_sixty_unchanged_orders_cost_no_zoho_call_and_one_of_the_store(lab):
    orders = [
        placed(lab, lines=[{"price": "5.00", "tax": "20", "sku": "MUG"}], shipping="0") for _ in range(60)
    ]
    sweep(lab)
    the_second_is_over()
    sweep(lab)  # our own marks changed every order once more
    before = len(lab.world.calls)
    sweep(lab)
    calls = lab.world.calls[before:]
    assert [call["path"] for call in calls] == ["/bigcommerce/stores/sandbox/v2/orders"]
    assert {lab.row(order).outcome for order in orders} == {"posted"}
    compare(lab)
    assert [call for call in lab.world.calls[before:] if call["platform"] == "zoho"] == []


def test_our_own_marks_do_not_set_off_a_second_round_in_zoho(lab):
    orders = [placed(lab) for _ in range(3)]
    sweep(lab)
    before = len(lab.calls("zoho"))
    sweep(lab)
    assert len(lab.calls("zoho")) == before
    for order in orders:
        check_posted(lab, order)


def test_the_sweep_looks_back_over_the_cursor_for_what_was_listed_late(lab):
    """The store's list may show an order only after its moment has passed: the next look begins before the cursor."""
    now = lab.world.clock.now()
    late = placed(lab)
    hidden = lab.world.bigcommerce.orders.pop(int(late))
    seen = placed(lab, id=300)
    touched(lab, seen, now)
    sweep(lab)
    assert cursor(lab) >= now.replace(microsecond=0)
    lab.world.bigcommerce.orders[int(late)] = hidden
    touched(lab, late, now - timedelta(seconds=lab.connection.overlap - 30))
    sweep(lab)
    check_posted(lab, late)
    check_posted(lab, seen)


def test_the_first_sweep_looks_back_over_the_whole_window(lab):
    order = placed(lab)
    touched(
        lab,
        order,
        lab.world.clock.now() - timedelta(days=lab.connection.daily_window_days) + timedelta(hours=1),
    )
    sweep(lab)
    check_posted(lab, order)


def test_the_cursor_moves_only_as_far_as_what_was_written_down(lab):
    """The second page is lost: the first one's orders are noted, and the next sweep goes on from there."""
    start = lab.world.clock.now() - timedelta(hours=2)
    orders = [placed(lab)]
    pattern = lab.world.bigcommerce.orders[int(orders[0])]
    for number in range(1, sweeps.PAGE + 10):
        lab.world.bigcommerce.orders[1000 + number] = {
            **pattern,
            "order": {**pattern["order"], "id": 1000 + number},
        }
        orders.append(str(1000 + number))
    for place, order in enumerate(orders):
        touched(lab, order, start + timedelta(seconds=10 * place))
    path = "/bigcommerce/stores/sandbox/v2/orders"
    struck_by(lab, {"kind": "server_error", "platform": "bigcommerce", "path": path, "skip": 1, "times": 3})
    with pytest.raises(Temporary):
        sweeps.orders(lab.services, "main")
    assert {lab.row(order) is None for order in orders[: sweeps.PAGE]} == {False}
    assert {lab.row(order) is None for order in orders[sweeps.PAGE :]} == {True}
    cursors.give_slot(lab.ledger, "main.orders")
    sweeps.orders(lab.services, "main")
    assert {lab.row(order) is None for order in orders} == {False}
    listed = [call["query"] for call in lab.calls("bigcommerce") if call["path"] == path]
    assert len(listed) == 5  # the lost page three times; the last look began near the end of the first page


def test_the_daily_comparison_finds_what_the_cursor_missed_and_reads_what_has_vanished(lab):
    kept, missed, vanished, held = placed(lab), placed(lab), placed(lab), placed(lab, error="0.50")
    hidden = lab.world.bigcommerce.orders.pop(int(missed))
    sweep(lab)
    lab.world.bigcommerce.orders[int(missed)] = hidden
    touched(lab, missed, lab.world.clock.now() - timedelta(days=2))
    the_second_is_over()
    sweep(lab)
    assert lab.row(missed) is None
    assert lab.row(held).reason == "sums-differ"
    for gone in (vanished, held):
        del lab.world.bigcommerce.orders[int(gone)]
    before = len(lab.world.calls)
    compare(lab)
    assert lab.row(held).reason == "gone"
    check_posted(lab, missed)
    check_posted(lab, kept)
    assert lab.row(vanished).reason == "changed-after-posting"
    assert len(invoices_of(lab, vanished)) == 1
    read = [call["path"] for call in lab.world.calls[before:] if call["path"].endswith(f"/orders/{kept}")]
    assert read == []  # an order that was listed as it is known is not read again


def test_a_held_order_that_changes_again_within_the_second_that_was_read_is_found_without_a_callback(lab):
    now = time.time()
    lab.set(clock=lambda: now)  # on a machine that stands still the second would be over
    order = placed(lab, error="0.50")
    sweep(lab)
    assert lab.row(order).reason == "sums-differ"
    read = lab.world.bigcommerce.orders[int(order)]["order"]
    read["total_inc_tax"] = str(Decimal(read["total_inc_tax"]) - Decimal("0.50"))
    sweep(lab)
    assert lab.row(order).reason != "sums-differ"


def test_the_daily_comparison_is_made_once_a_day_and_not_before_its_hour(lab):
    local = datetime.now(UTC).astimezone(sweeps.local(lab.connection).tzinfo)
    lab.set(daily_at="23:59")
    if local.strftime("%H:%M") < "23:58":
        sweeps.daily(lab.services, "main")
        assert lab.calls("bigcommerce") == []
    compare(lab)
    before = len(lab.calls("bigcommerce"))
    assert before > 0
    cursors.give_slot(lab.ledger, "main.daily")
    sweeps.daily(lab.services, "main")
    assert len(lab.calls("bigcommerce")) == before


def test_two_beats_sweep_once(lab):
    lab.set(pace=1.0)
    placed(lab)
    start = threading.Barrier(4)

    def beat():
        start.wait()
        sweeps.orders(lab.services, "main")

    beats = [threading.Thread(target=beat) for _ in range(4)]
    for thread in beats:
        thread.start()
    for thread in beats:
        thread.join()
    assert len(lab.calls("bigcommerce")) == 1


def test_a_connection_that_is_switched_off_is_neither_swept_nor_worked(lab):
    order = placed(lab)
    work.note(lab.ledger, "main", "orders", [order], time.time())
    lab.set(enabled=False)
    sweeps.orders(lab.services, "main")
    pumped = []
    lab.services = type(lab.services)(
        **{**vars(lab.services), "publish": lambda *nudge: pumped.append(nudge)}
    )
    assert pump.pump(lab.services, time.time()) == 1
    assert len(pumped) == 1
    assert lab.calls() == []


def test_a_nudge_that_was_lost_is_handed_out_again(lab):
    order = placed(lab)
    work.note(lab.ledger, "main", "orders", [order], time.time())
    nudges = []
    lab.services = type(lab.services)(
        **{**vars(lab.services), "publish": lambda *nudge: nudges.append(nudge)}
    )
    moment = time.time()
    assert [pump.pump(lab.services, moment + later) for later in (0, 5, 11)] == [1, 0, 1]
    assert {nudge[0] for nudge in nudges} == {"orders.sync"}


def test_hooks_that_were_switched_off_removed_or_stripped_are_repaired(lab):
    hooks.register(lab.connection)
    store = lab.world.bigcommerce
    (hook,) = store.hooks.values()
    harms = ({"is_active": False}, {"headers": None}, {"destination": "https://elsewhere.example"})
    for harm in harms:
        hook.update(harm)
        cursors.give_slot(lab.ledger, "main.hooks")
        sweeps.hooks(lab.services, "main")
        hook = max(store.hooks.values(), key=lambda row: row["id"])
        assert hook["destination"] == lab.connection.hook_destination
        assert hook["is_active"]
        assert hook["headers"] == dict(lab.connection.hook_headers)
        assert hook["scope"] == "store/order/*"


def test_hooks_that_are_right_are_left_alone(lab):
    hooks.register(lab.connection)
    before = len(lab.world.calls)
    sweeps.hooks(lab.services, "main")
    assert [call["method"] for call in lab.world.calls[before:]] == ["GET"]
    assert hooks.remove(lab.connection) != []
    assert lab.world.bigcommerce.hooks == {}


def test_a_store_that_shows_changes_only_by_list_still_ends_with_one_document_each(lab):
    """Sweep, change, sweep, compare, in any order: the same end."""
    orders = [placed(lab) for _ in range(4)]
    sweep(lab)
    for order in orders[:2]:
        placing.amend(lab.world, int(order), {"order": {"staff_notes": "packed"}})
    sweep(lab)
    compare(lab)
    for order in orders:
        check_posted(lab, order)
    check_nothing_doubled(lab)


def test_a_second_change_within_the_second_that_was_read_is_found_without_a_callback(lab):
    order = placed(lab)
    sweep(lab)
    check_posted(lab, order)
    told = lab.world.bigcommerce.orders[int(order)]["order"]
    told["status_id"], told["status"] = 5, "Cancelled"  # its date_modified is that of our own mark
    the_second_is_over()
    sweep(lab)
    (note,) = lab.world.zoho.records["creditnotes"].values()
    assert (note["reference_number"], note["total"]) == (order, invoices_of(lab, order)[0]["total"])


def test_the_daily_comparison_forgets_old_history_and_keeps_that_of_held_orders(lab):
    posted, held = placed(lab), placed(lab, error="0.50")
    lab.sync(posted, held)
    now = time.time()
    for order in (posted, held):
        history.append(lab.ledger, "main", "orders", order, now - 401 * 86400, "posted", {"told": "long ago"})
        history.append(lab.ledger, "main", "orders", order, now - 399 * 86400, "posted", {"told": "later"})
    compare(lab)
    old = {
        order: [
            e.detail["told"] for e in history.of(lab.ledger, "main", "orders", order) if "told" in e.detail
        ]
        for order in (posted, held)
    }
    assert old == {posted: ["later"], held: ["long ago", "later"]}
