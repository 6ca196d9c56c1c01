"""The ledger is locked or Redis is away: whoever was at work says so in a line, and the next turn makes up for it."""

import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from kombu.exceptions import OperationalError

from ledger import store, work
from tasks import sweeps
from tasks.pump import one_round
from tasks.recipe import answer_nudge
from tests.tasks.conftest import placed


@contextmanager
def hasty(lab):
    """A worker that does not wait long for the ledger."""
    ledger = store.open_ledger(lab.settings.ledger_url, busy_timeout=0.05)
    connections = {"main": replace(lab.connection, ledger=ledger)}
    try:
        yield replace(lab.services, ledger=ledger, connections=connections)
    finally:
        store.close_ledger(ledger)


@pytest.mark.parametrize(
    "job",
    [
        answer_nudge,
        lambda services, _: one_round(services, time.time()),
        lambda services, _: sweeps.swept(services, "main", sweeps.orders),
    ],
    ids=["a nudge", "the pump", "a sweep"],
)
def test_whoever_meets_a_locked_ledger_leaves_the_row_to_the_next(lab, job):
    order = placed(lab)
    (work_id,) = work.note(lab.ledger, "main", "orders", [order], time.time() - 60)
    with hasty(lab) as services, store.writing(lab.ledger):
        job(services, work_id)
    assert lab.row(order).state == "waiting"
    lab.quiet()
    assert lab.row(order).outcome == "posted"


def test_a_sweep_that_cannot_nudge_because_redis_is_away_has_noted_its_orders(lab):
    def publish(_task, _work_id):
        raise OperationalError("Connection refused")

    order = placed(lab)
    sweeps.swept(replace(lab.services, publish=publish), "main", sweeps.orders)
    lab.quiet()
    assert lab.row(order).outcome == "posted"
