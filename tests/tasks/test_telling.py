"""What the runs of an order tell its history: each time it is put off and why, and nothing of a moment's wait."""

import time
from dataclasses import replace

from ledger import history
from ledger.work import note
from tasks import recipe
from tasks.fates import Later
from tasks.flows import FLOWS
from tests.tasks.conftest import placed, struck_by


def told(lab, order, event):
    return [line.detail for line in history.of(lab.ledger, "main", "orders", order) if line.event == event]


def test_an_order_that_is_put_off_says_why_and_until_when_and_what_was_answered(lab):
    order = placed(lab)
    struck_by(lab, {"kind": "server_error", "platform": "zoho", "times": 4})
    lab.sync(order)
    (first, *_) = told(lab, order, "put off")
    assert "answered HTTP 503" in first["why"]
    assert first["until"] > 0
    statuses = [row[4] for row in told(lab, order, "calls")[0]["rows"] if row[1] == "z"]
    assert any(status >= 500 for status in statuses)


def test_waiting_a_moment_for_another_worker_is_not_told_and_waiting_long_is(lab, monkeypatch):
    order = placed(lab)
    for seconds, lines in ((2.0, 0), (60.0, 1)):

        def wait(hands, seconds=seconds):
            raise Later(time.time() + seconds, "another worker is at it")

        monkeypatch.setitem(FLOWS, "orders", replace(FLOWS["orders"], recipe=wait))
        note(lab.ledger, "main", "orders", [order], time.time())
        recipe.perform(replace(lab.services, clock=lambda: time.time() + 10), lab.row(order).id)
        assert len(told(lab, order, "put off")) == lines


def test_a_run_that_finds_nothing_new_says_so(lab):
    order = placed(lab)
    lab.sync(order)
    lab.sync(order)
    assert [bool(detail.get("nothing_new")) for detail in told(lab, order, "calls")][-1] is True
    assert told(lab, order, "calls")[0].get("nothing_new") is None
