"""Several flows share workers and the pump: what waits of one keeps nothing of another back."""

import time
from dataclasses import replace

import pytest

from ledger import work
from tasks.broker import make_celery
from tasks.flows import FLOWS, Flow
from tasks.pump import ROUND, pump


@pytest.fixture
def queues(lab, monkeypatch):
    """What lies in each flow's queue; items go by the hundred."""
    monkeypatch.setitem(FLOWS, "items", Flow("items", "items.sync", lambda _hands: [], batch=100))
    lying = {flow: [] for flow in FLOWS}
    lab.services = replace(
        lab.services,
        publish=lambda task, work_id: lying[task.split(".")[0]].append(work_id),
        backlog=lambda flow: len(lying[flow]),
    )
    return lying


def test_ten_thousand_items_that_wait_keep_no_order_back(lab, queues):
    now = time.time()
    work.note(lab.ledger, "main", "items", [f"item:{one}" for one in range(1, 3001)], now - 60)
    for second in range(5):
        pump(lab.services, now + second)
    queues["items"] += [0] * 2 * ROUND  # and nobody takes them
    work.note(lab.ledger, "main", "orders", ["77"], now + 5)
    pump(lab.services, now + 5)
    row = work.find(lab.ledger, "main", "orders", "77")
    assert queues["orders"] == [row.id]


def test_a_nudge_is_sent_for_each_batch_and_for_each_connection(lab, queues):
    now = time.time()
    work.note(lab.ledger, "main", "items", [f"item:{one}" for one in range(1, 151)], now)
    work.note(lab.ledger, "other", "items", ["item:1"], now)
    assert pump(lab.services, now) == 3
    told = [work.find_id(lab.ledger, one) for one in queues["items"]]
    assert [row.connection for row in told] == ["main", "main", "other"]


def test_what_was_nudged_just_now_is_not_nudged_again_though_its_batch_had_one_nudge(lab, queues):
    now = time.time()
    work.note(lab.ledger, "main", "items", ["item:1", "item:2", "item:3"], now)
    assert [pump(lab.services, now + later) for later in (0, 5, 11)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("orders.sync", "orders"),
        ("items.sync", "items"),
        ("prices.sync", "prices"),
        ("sweeps.orders", "sweeps"),
        ("sweeps.nudge", "sweeps"),
        ("sweeps.items", "items"),
        ("sweeps.items_full", "items"),
        ("sweeps.prices", "prices"),
        ("stock.sync", "stock"),
        ("sweeps.stock", "stock"),
        ("sweeps.stock_daily", "stock"),
    ],
)
def test_long_walks_of_the_catalogue_are_not_made_where_orders_are_worked(tmp_path, task, queue):
    celery = make_celery("redis://127.0.0.1:1/0", {}, str(tmp_path / "beat"))
    assert celery.amqp.router.route({}, task)["queue"].name == queue
    celery.close()
