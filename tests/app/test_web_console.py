"""The page and the figures: what waits for a person, told safely, and only to whom it concerns."""

import base64
import sqlite3
import time

import pytest

from app.console import MOST
from app.door import SETTLE
from app.settings import flower_password
from ledger import work
from tests.app.test_web import HOOK, ORDER, PATH, Web

HELD = {
    "state": "held",
    "outcome": "held",
    "reason": "tax-unmapped",
    "what": "<script>alert(1)</script> VAT 21 & more",
    "remedy": 'make the tax "VAT 21" in Zoho',
}


@pytest.fixture
def web(tmp_path, valkey, valkey_url):
    return Web(tmp_path, valkey_url)


@pytest.fixture
def page(web):
    def get(path="/", **how):
        return web.app.test_client().get(path, **how)

    return get


def hold(web, order="250"):
    web.post({**ORDER, "data": {"type": "order", "id": order}})
    row = work.find(web.ledger, "main", "orders", order)
    claim = work.claim(web.ledger, row.id, time.time() + SETTLE, 60.0)
    work.finish(web.ledger, claim, time.time(), **HELD)


def test_an_empty_ledger_says_so(page):
    text = page().text
    assert "No order has been seen yet." in text
    assert "Nothing is held." in text


def test_held_orders_are_shown_with_what_why_and_what_to_do(web, page):
    hold(web)
    text = page().text
    assert "main 250" in text
    assert "tax-unmapped" in text
    assert "make the tax &#34;VAT 21&#34; in Zoho" in text


def test_of_thousands_that_are_held_the_page_shows_the_first_and_how_many_more(web, page):
    work.note(web.ledger, "main", "items", [f"item:{one}" for one in range(1, MOST + 11)], time.time())
    claims = work.claim_due(web.ledger, "main", "items", time.time(), 60.0, MOST + 10)
    work.finish_many(web.ledger, [(claim, HELD) for claim in claims], time.time())
    text = page().text
    assert text.count("main item:") == MOST
    assert "And 10 more" in text


def test_what_a_platform_said_is_text_and_never_html(web, page):
    hold(web)
    answer = page()
    assert "<script>" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; VAT 21 &amp; more" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_connection_that_rests_is_shown_with_the_reason(web, page):
    work.pause(web.ledger, "main", time.time() + 300, "Zoho refuses the token")
    assert "Zoho refuses the token" in page().text
    assert 'cartbooks_paused{connection="main"} 1.0' in page("/metrics").text


def test_the_figures_are_those_of_the_ledger(web, page):
    web.post(ORDER)
    hold(web, "7")
    text = page("/metrics").text
    assert 'cartbooks_work{connection="main",flow="orders",outcome="held",state="held"} 1.0' in text
    assert 'cartbooks_work{connection="main",flow="orders",outcome="",state="waiting"} 1.0' in text
    assert "cartbooks_oldest_due_seconds" in text
    assert 'cartbooks_paused{connection="main"} 0.0' in text


@pytest.mark.parametrize("path", ["/", "/metrics"])
@pytest.mark.parametrize(
    "how",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "192.0.2.7"}},
        {"headers": {"Forwarded": "for=192.0.2.7"}},
        {"headers": {"Host": "books.example.com"}},
        {"headers": {"Authorization": "Bearer x"}, "environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"auth": ("cartbooks", "guess"), "environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
    ],
)
def test_from_outside_nothing_is_shown_without_the_password(page, path, how):
    answer = page(path, **how)
    assert answer.status_code == 401
    assert "Basic" in answer.headers["WWW-Authenticate"]
    assert "connection" not in answer.text


@pytest.mark.parametrize("path", ["/", "/metrics"])
def test_whoever_knows_flowers_password_may_look_from_outside(web, page, path):
    known = f"{web.settings.flower.user}:{flower_password(web.settings)}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(known).decode()}", "Host": "books.example.com"}
    assert page(path, headers=headers).status_code == 200


def test_the_doors_of_the_store_and_of_the_prober_need_no_password(web):
    outside = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    client = web.app.test_client()
    assert client.post(PATH, json=ORDER, headers=HOOK, **outside).status_code == 200
    assert client.get("/healthz", **outside).status_code == 200
    assert client.get("/readyz", **outside).status_code == 200


def test_a_locked_ledger_can_still_be_looked_at(web, page, tmp_path):
    with sqlite3.connect(tmp_path / "ledger.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert page().status_code == 200
        other.execute("ROLLBACK")
