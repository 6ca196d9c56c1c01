"""`cartbooks resolve`: what a person chooses is written down for the workers, and nothing is chosen by mistake."""

import time

import pytest

from ledger import history, links, work
from sandbox.bigcommerce import life
from tasks.memory import DOCUMENT
from tests.app.front import SIMPLE
from tests.app.test_cli import one_sentence


@pytest.fixture
def booked(shop):
    """An order in the books."""
    order = shop.place()
    shop.run("sync", "order", order)
    return order


@pytest.fixture
def changed(shop, booked):
    """An order that is held because a person changed its document."""
    row = work.find(shop.ledger, "main", "orders", booked)
    work.retry(shop.ledger, [row.id], time.time())
    claim = work.claim(shop.ledger, row.id, time.time(), 60.0)
    end = {"state": "held", "outcome": "held", "reason": "changed-in-zoho", "fingerprint": "held:x"}
    work.finish(shop.ledger, claim, time.time(), **end)
    return booked


def document(shop, order):
    return links.get(shop.ledger, "main", DOCUMENT, f"sandbox:{order}:invoice:1")


@pytest.mark.parametrize(
    ("choice", "said"), [("keep", "stays as it is in Zoho"), ("ours", "is written again")]
)
def test_a_choice_is_kept_with_the_document_and_its_order_is_taken_up(shop, changed, choice, said):
    before = len(shop.calls())
    out = shop.run("resolve", "order", changed, f"--{choice}").stdout
    assert said in out
    assert "document INV-000001" in out
    link, row = document(shop, changed), work.find(shop.ledger, "main", "orders", changed)
    assert (link.extra["choice"], link.extra["number"]) == (choice, "INV-000001")
    assert (row.state, row.fingerprint) == ("waiting", "")
    last = history.of(shop.ledger, "main", "orders", changed)[-1]
    assert (last.event, last.detail) == ("released", {"why": f"a person said --{choice}"})
    assert len(shop.calls()) == before  # the workers do it, not the command


def test_nothing_is_kept_or_written_over_where_both_sides_agree(shop, booked):
    for choice in ("--keep", "--ours"):
        one_sentence(shop.run("resolve", "order", booked, choice), "not held for changed-in-zoho", "posted")
    assert "choice" not in document(shop, booked).extra


def test_any_order_in_the_books_may_be_left_alone_and_followed_again(shop, booked):
    one_sentence(shop.run("resolve", "order", booked, "--follow"), "is followed already")
    assert "left alone from now on" in shop.run("resolve", "order", booked, "--stop").stdout
    assert document(shop, booked).extra["choice"] == "stop"
    assert "is followed again" in shop.run("resolve", "order", booked, "--follow").stdout
    assert "choice" not in document(shop, booked).extra


def test_an_order_without_a_document_leaves_nothing_to_choose(shop):
    one_sentence(shop.run("resolve", "order", "77", "--stop"), "no document in the books")
    for words in ((), ("--keep", "--ours")):
        one_sentence(shop.run("resolve", "order", "77", *words), "--keep, --ours, --stop or --follow", code=2)


@pytest.fixture
def retyped(shop):
    """An unpaid order that was edited in the store, after a person had given its document another price in Zoho."""
    order = shop.place({**SIMPLE, "payment": "authorised"})
    shop.run("sync", "order", order)
    (live,) = shop.world.zoho.records["invoices"].values()
    kept = {name: live["line_items"][0][name] for name in ("line_item_id", "item_id", "quantity", "tax_id")}
    shop.world.zoho.ask("PUT", f"/invoices/{live['invoice_id']}", {"line_items": [{**kept, "rate": "9.50"}]})
    (line,) = shop.world.bigcommerce.orders[int(order)]["products"]
    life.edit(shop.world, int(order), line=line["id"], quantity=2)
    shop.run("sync", "order", order)
    return order


@pytest.mark.parametrize(
    ("choice", "said", "planned"),
    [
        ("keep", "stays as it is in Zoho", "nothing to do"),
        ("ours", "is written again as the order says", "24.00"),
        ("stop", "left alone from now on", ""),
    ],
)
def test_what_a_choice_would_lead_to_is_shown_before_it_is_made(shop, retyped, choice, said, planned):
    before, written = document(shop, retyped), len(shop.writes())
    shown = shop.run("resolve", "order", retyped, f"--{choice}", "--dry-run").stdout
    assert f"if you say --{choice}, order {retyped}: document INV-000001" in shown
    assert "nothing was written" in shown
    assert said in shown
    assert planned in shown
    assert (document(shop, retyped), len(shop.writes())) == (before, written)
    (row,) = shop.told("held")
    assert row["reason"] == "changed-in-zoho"
