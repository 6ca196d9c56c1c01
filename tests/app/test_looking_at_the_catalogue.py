"""`status`, `held`, `retry`, the page and the figures know items and price lists as they know orders."""

import time

import pytest

from app.door import make_door
from app.web import make_app
from ledger import work
from tests.app.shelf import item, products, row, shelved
from tests.app.test_cli import one_sentence
from tests.app.test_cli_catalogue import price_list


@pytest.fixture
def shelf(shop):
    return shelved(shop)


@pytest.fixture
def held(shelf):
    """An item that waits for a person; its id."""
    shelf.write('catalogue.items = "on"\ncatalogue.create = "hold"')
    one = item(shelf)
    assert shelf.run("sync", "items").exit_code == 1
    return one


def page(shop, path="/"):
    return make_app(make_door(shop.settings)).test_client().get(path).text


def test_of_an_item_all_that_is_known_is_told(shelf):
    one = item(shelf)
    shelf.run("sync", "items")
    for called in (one, f"item:{one}"):
        said = shelf.run("status", called)
        assert said.exit_code == 0
        assert f"item {one} (main): synced" in said.stdout
        assert f"product {products(shelf)['MUG']['id']} in the store" in said.stdout
    (told,) = shelf.told("status", one)["items"]
    assert told["history"]
    assert shelf.told("status", one)["orders"] == []


def test_of_a_price_list_too(shelf):
    one = item(shelf)
    shelf.run("sync", "items")
    pricebook = price_list(shelf, "Wholesale", {one: "8.00"})
    shelf.run("sync", "prices")
    assert f"price list {pricebook} (main): synced" in shelf.run("status", pricebook).stdout


def test_what_nobody_knows_is_not_found(shelf):
    assert shelf.run("status", "item:5").exit_code == 1
    assert "has not been seen" in shelf.run("status", "item:5").stdout
    assert "sync order 5" in shelf.run("status", "5").stdout


def test_how_fresh_the_catalogue_is_shows_everywhere(shelf):
    assert "not looked at yet" in shelf.run("status").stdout
    assert "not yet" in page(shelf)
    one = item(shelf)
    shelf.run("sync", "items")
    price_list(shelf, "Wholesale", {one: "8.00"})
    shelf.run("sync", "prices")
    looks = {look["what"]: look for look in shelf.told("status")["catalogue"]}
    assert set(looks) == {"items", "items, all", "price lists"}
    assert [looks[what]["seen"] for what in ("items", "price lists")] == [1, 1]
    assert all(0 <= look["seconds"] < 60 for look in looks.values())
    assert not any(look["unfinished"] for look in looks.values())
    assert "The catalogue" in page(shelf)
    assert 'cartbooks_look_age_seconds{connection="main",what="price lists"}' in page(shelf, "/metrics")
    assert 'cartbooks_work{connection="main",flow="items",outcome="synced",state="done"} 1.0' in page(
        shelf, "/metrics"
    )


def test_without_a_catalogue_nothing_of_it_is_shown(shop):
    assert shop.told("status")["catalogue"] == []
    assert "The catalogue" not in page(shop)


def test_a_held_item_is_shown_with_what_to_do_and_tried_again(shelf, held):
    (told,) = shelf.told("held")
    assert (told["flow"], told["record"], told["reason"]) == ("items", f"item:{held}", "missing-in-store")
    assert "catalogue.create" in told["remedy"]
    shown = page(shelf)
    assert f"main item:{held}" in shown
    assert "missing-in-store" in shown
    shelf.write('catalogue.items = "on"')
    assert shelf.run("retry", held).stdout.startswith("1 held records")
    assert row(shelf, f"item:{held}").due_at <= time.time()
    assert shelf.run("sync", "items").exit_code == 0
    assert set(products(shelf)) == {"MUG"}
    one_sentence(shelf.run("retry", held), f"not held: {held}")


def test_the_record_that_waits_for_a_word_is_not_lost_by_retrying_it(shelf):
    ids = [item(shelf, f"SKU-{number}", f"Thing {number}") for number in range(8)]
    shelf.run("sync", "items")
    for one in ids[:7]:
        shelf.world.zoho.ask("POST", f"/items/{one}/inactive", {})
    shelf.run("sync", "items", "--full")
    assert shelf.told("held")[0]["reason"] == "mass-hide"
    assert shelf.run("retry", "hide-many").exit_code == 0
    assert work.held(shelf.ledger) == []
    assert shelf.run("sync", "items").exit_code == 1  # worked again, it is held again
    assert shelf.told("held")[0]["reason"] == "mass-hide"
    assert all(one["is_visible"] for one in products(shelf).values())
