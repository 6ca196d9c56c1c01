"""A sweep that would take a large part of the catalogue off sale stops and asks."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger import cursors, work
from tasks import hiding
from tests.tasks.shelf import carried_over, glance, hidden, look
from tests.tasks.test_logins_and_limits import alerts  # noqa: F401 (a fixture)


@pytest.fixture
def lab(new_lab):
    lab = new_lab().one_currency()
    lab.set(items_on=True)
    return lab


def waiting(lab):
    """The record that asks."""
    return work.find(lab.ledger, "main", "items", "hide-many")


def delete(lab, ids):
    for item_id in ids:
        lab.delete_item(item_id)


def switch_off(lab, ids):
    for item_id in ids:
        lab.change_item(item_id, status="inactive")


@pytest.mark.parametrize("harm", [delete, switch_off])
def test_a_sweep_that_would_hide_too_many_hides_none_and_holds_one_record(lab, harm, alerts):  # noqa: F811
    ids = carried_over(lab, 20)
    harm(lab, ids[:6])
    for _ in range(2):
        walk = look(lab)
        assert (walk.withheld, walk.vanished) == (6, 0)
        assert hidden(lab) == set()
        row = waiting(lab)
        assert (row.state, row.reason) == ("held", "mass-hide")
        assert row.what == "6 of 20 products (30 %) would become invisible"
        assert "cartbooks catalogue confirm" in row.remedy
    assert len([one for one in alerts() if "invisible" in one]) == 1


def test_a_persons_word_lets_the_next_sweep_hide_them(lab):
    ids = carried_over(lab, 20)
    delete(lab, ids[:4])
    switch_off(lab, ids[4:8])
    look(lab)
    assert hiding.confirm(lab.connection) == 8
    look(lab)
    assert hidden(lab) == {f"sku-{n}" for n in range(1, 9)}
    assert waiting(lab).state == "done"
    assert hiding.withheld(lab.connection) == 0


def test_a_word_is_used_up_and_good_for_a_day(lab):
    ids = carried_over(lab, 24)
    assert hiding.confirm(lab.connection) == 0  # nothing waits
    delete(lab, ids[:6])
    look(lab)
    hiding.confirm(lab.connection)
    cursors.put(lab.ledger, "main", hiding.ALLOWED, str(time.time() - 1), time.time())
    assert look(lab).withheld == 6
    hiding.confirm(lab.connection)
    assert look(lab).vanished == 6
    delete(lab, ids[6:14])
    assert look(lab).withheld == 8
    assert len(hidden(lab)) == 6


def test_a_word_for_few_is_none_for_many(lab):
    ids = carried_over(lab, 30)
    delete(lab, ids[:6])
    look(lab)
    hiding.confirm(lab.connection)
    delete(lab, ids[6:25])
    assert look(lab).withheld == 25
    assert hidden(lab) == set()


def test_five_may_go_without_asking_however_small_the_shop(lab):
    ids = carried_over(lab, 6)
    delete(lab, ids[:5])
    assert look(lab).withheld == 0
    assert len(hidden(lab)) == 5
    assert waiting(lab) is None


def test_exactly_the_share_may_go_and_one_more_may_not(lab):
    ids = carried_over(lab, 60)
    lab.set(largest_hide=10.0)
    delete(lab, ids[:6])
    assert look(lab).withheld == 0
    assert len(hidden(lab)) == 6
    delete(lab, ids[6:13])
    assert look(lab).withheld == 7
    assert len(hidden(lab)) == 6


def test_the_short_look_asks_too_and_notes_everything_else(lab):
    ids = carried_over(lab, 20)
    glance(lab)
    switch_off(lab, ids[:7])
    lab.change_item(ids[10], rate="55")
    glance(lab)
    assert hidden(lab) == set()
    assert lab.product(ids[10])["price"] == 55
    assert waiting(lab).reason == "mass-hide"
    glance(lab)
    assert hidden(lab) == set()
    assert look(lab).withheld == 7  # the full look finds them again
    hiding.confirm(lab.connection)
    look(lab)
    assert len(hidden(lab)) == 7


def test_what_is_right_again_in_zoho_needs_no_word_any_more(lab):
    ids = carried_over(lab, 20)
    switch_off(lab, ids[:7])
    look(lab)
    assert waiting(lab).state == "held"
    for item_id in ids[:7]:
        lab.change_item(item_id, status="active")
    assert look(lab).withheld == 0
    assert waiting(lab).state == "done"
    assert hidden(lab) == set()


def test_a_retry_of_the_held_record_is_no_word(lab):
    ids = carried_over(lab, 20)
    delete(lab, ids[:7])
    look(lab)
    begin = len(lab.world.calls)
    work.retry(lab.ledger, [waiting(lab).id], time.time())
    lab.quiet()
    assert (waiting(lab).state, waiting(lab).reason) == ("held", "mass-hide")
    assert hidden(lab) == set()
    assert lab.world.calls[begin:] == []


def test_what_is_hidden_already_counts_for_nothing(lab):
    ids = carried_over(lab, 20)
    for first in (0, 5, 10):
        delete(lab, ids[first : first + 5])
        assert look(lab).withheld == 0
        cursors.put(lab.ledger, "main", hiding.LATELY, "", time.time())  # another day
    assert len(hidden(lab)) == 15


def test_a_group_that_loses_a_variant_stays_and_the_variant_cannot_be_bought(lab):
    shirts = [{"option": size, "name": f"Shirt {size}", "sku": f"S-{size}", "rate": 20} for size in "SML"]
    group = lab.group("Shirt", "Size", shirts)
    look(lab)
    lab.quiet()
    members = {row["sku"]: row["item_id"] for row in lab.items_of(group)}
    lab.delete_item(members["S-M"])
    look(lab)
    product = lab.product(f"group:{group}")
    assert {row["sku"] for row in product["variants"] if row["purchasing_disabled"]} == {"S-M"}
    assert product["is_visible"]
    for sku in ("S-S", "S-L"):
        lab.delete_item(members[sku])
    look(lab)
    assert not lab.product(f"group:{group}")["is_visible"]


def test_batches_of_two_workers_together_take_off_sale_what_one_may(lab):
    """Four batches of three of twenty: five may go unasked, so the first three do, and who comes later waits."""
    carried_over(lab, 20)
    batches = [[f"item:{batch}-{n}" for n in range(3)] for batch in range(4)]
    gate = threading.Barrier(len(batches))

    def ask(batch):
        gate.wait()
        return hiding.stopped(lab.connection, batch)

    for _ in range(5):
        cursors.put(lab.ledger, "main", hiding.LATELY, "{}", time.time())
        with ThreadPoolExecutor(len(batches)) as workers:
            stopped = list(workers.map(ask, batches))
        assert sorted(len(one) for one in stopped) == [0, 3, 3, 3]
