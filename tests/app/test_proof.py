"""Whoever watches sees how the last comparison of orders and books ended, on the page and among the figures."""

import json
import time

import pytest

from ledger import cursors
from tasks.reconcile_daily import RESULT
from tests.app.test_web import Web

COUNTS = {"orders": 40, "posted": 37, "skipped": 2, "held": 0, "waiting": 0, "unexplained": 1}


@pytest.fixture
def web(tmp_path, valkey, valkey_url):
    return Web(tmp_path, valkey_url)


def compared(web, **counts):
    told = {"first": "2026-03-01", "last": "2026-03-31", "counts": {**COUNTS, **counts}, "held": {}}
    cursors.put(web.ledger, "main", RESULT, json.dumps(told), time.time() - 7200)


def test_before_the_first_comparison_nothing_is_said_of_it(web):
    client = web.app.test_client()
    assert "The proof" not in client.get("/").text
    assert "cartbooks_reconciled" not in client.get("/metrics").text


def test_the_page_tells_of_the_last_comparison_and_marks_what_is_unexplained(web):
    compared(web)
    text = " ".join(web.app.test_client().get("/").text.split())
    said = "orders of 2026-03-01 to 2026-03-31 compared with the books: 40 orders, 37 posted, 2 skipped, 1 unexplained"
    assert f'<p class="rest">main: {said}, 2 h ago.' in text
    compared(web, posted=38, unexplained=0)
    assert "<p>main: orders of" in " ".join(web.app.test_client().get("/").text.split())


def test_the_figures_tell_of_it_too(web):
    compared(web)
    text = web.app.test_client().get("/metrics").text
    assert 'cartbooks_reconciled_orders{connection="main",result="unexplained"} 1.0' in text
    assert 'cartbooks_reconciled_orders{connection="main",result="posted"} 37.0' in text
    assert 'cartbooks_reconciled_age_seconds{connection="main"} 720' in text
