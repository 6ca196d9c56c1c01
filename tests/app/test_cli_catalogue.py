"""`cartbooks sync items | prices`: by hand, in part or in whole, told before and stopped at will."""

import os
import signal
import sqlite3
import time

import pytest

from ledger import work
from tests.app.shelf import cursor, item, linked, products, row, shelved
from tests.app.test_cli import one_sentence, put_moods
from tests.days import today

KEPT = ("work", "links", "intents", "history", "sightings", "cursors", "pauses")


@pytest.fixture
def shelf(shop):
    return shelved(shop)


def kept(shop):
    """Everything that the ledger remembers of records; what it learned of the platforms is kept for the hour."""
    with sqlite3.connect(f"file:{shop.directory / 'ledger.db'}?mode=ro", uri=True) as file:
        return {table: file.execute(f"SELECT * FROM {table}").fetchall() for table in KEPT}


# --- items -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["books", "inventory"])
def test_the_first_run_brings_everything_over_without_any_worker(shelf, edition):
    shelf.write(f'catalogue.items = "on"\nzoho.product = "{edition}"')
    ids = [item(shelf, f"SKU-{number}", f"Thing {number}") for number in range(3)]
    told = shelf.run("sync", "items")
    assert told.exit_code == 0, told.output
    assert set(products(shelf)) == {"SKU-0", "SKU-1", "SKU-2"}
    assert set(linked(shelf)) == {f"item:{one}" for one in ids}
    assert "a Zoho call for each 200 items" in told.output
    assert "3 items and 0 products looked at" in told.output
    assert "items: 3 records worked, 0 of them held" in told.output


def test_a_second_run_looks_only_at_what_changed_and_writes_nothing(shelf):
    item(shelf)
    shelf.run("sync", "items")
    shelf.world.calls.clear()
    told = shelf.run("sync", "items")
    assert told.exit_code == 0
    assert shelf.writes() == []
    (listed,) = [call for call in shelf.calls("zoho") if call["path"].endswith("/items")]
    assert "last_modified_time" in str(listed)


def test_a_full_run_says_what_it_costs_before_it_starts(shelf):
    item(shelf)
    shelf.run("sync", "items")
    told = shelf.run("sync", "items", "--full")
    assert told.exit_code == 0
    assert "about 1 Zoho calls" in told.output
    assert "left for the catalogue" in told.output


def test_a_run_that_would_eat_what_is_kept_for_orders_asks_first(shelf):
    for number in range(3):
        item(shelf, f"SKU-{number}", f"Thing {number}")
    shelf.run("sync", "items")
    spent(shelf)
    shelf.world.calls.clear()
    refused = shelf.run("sync", "items", "--full", typed="n\n")
    assert refused.exit_code == 1
    assert "kept for orders" in refused.output
    assert shelf.calls() == []
    told = shelf.run("sync", "items", "--full", "--yes")
    assert (
        "goes on where this one was" in told.output
    )  # the catalogue's calls are gone, whatever a person says
    assert told.exit_code == 1


def spent(shop):
    """The day's calls but for what orders keep."""
    from app.wiring import services_alone

    made = services_alone(shop.settings).connections["main"]
    usage = made.zoho.budget.usage()
    made.zoho.budget.restore(today(made.zoho.budget.zone, 30.0), usage.day_limit - 1500, None)


def test_one_item_by_its_sku(shelf):
    item(shelf, "MUG")
    item(shelf, "CUP", "Cup")
    told = shelf.run("sync", "items", "--sku", "mug")
    assert told.exit_code == 0, told.output
    assert set(products(shelf)) == {"MUG"}
    one_sentence(shelf.run("sync", "items", "--sku", "PLATE"), "no item with the SKU PLATE")


def test_a_dry_run_shows_the_steps_and_leaves_no_trace(shelf):
    item(shelf, name="Mug [blue]")
    before = kept(shelf)
    for words in ((), ("--full",), ("--sku", "MUG")):
        told = shelf.run("sync", "items", "--dry-run", *words)
        assert told.exit_code == 0, told.output
        assert "create product" in told.output
        assert "Mug [blue]" in told.output
        assert "1 steps" in told.output
        assert "nothing was written" in told.output
        assert ("left for the catalogue" in told.output) is ("--full" in words)
    assert shelf.writes() == []
    assert kept(shelf) == before


def test_a_dry_run_works_before_anything_is_switched_on(shelf):
    item(shelf)
    shelf.write("")
    assert shelf.run("sync", "items", "--dry-run").exit_code == 0
    one_sentence(shelf.run("sync", "items"), 'catalogue.items is "off"', "--dry-run")
    assert shelf.writes() == []


def test_what_is_held_is_said_with_its_remedy(shelf):
    shelf.write('catalogue.items = "on"\ncatalogue.create = "hold"')
    item(shelf)
    told = shelf.run("sync", "items")
    assert told.exit_code == 1
    assert "held missing-in-store" in told.output
    assert "1 of them held" in told.output


def test_too_many_hides_are_told_and_wait_for_a_word(shelf):
    ids = [item(shelf, f"SKU-{number}", f"Thing {number}") for number in range(8)]
    shelf.run("sync", "items")
    for one in ids[:7]:
        shelf.world.zoho.ask("POST", f"/items/{one}/inactive", {})
    for _ in range(2):  # as long as nobody has said a word
        told = shelf.run("sync", "items", "--full")
        assert told.exit_code == 1
        assert "cartbooks catalogue confirm" in told.output
    assert all(one["is_visible"] for one in products(shelf).values())


class Interrupting(list):
    """The calls that the sandbox received; Ctrl-C is pressed while the first of this kind waits for its answer."""

    def __init__(self, calls, method, path):
        super().__init__(calls)
        self.awaited = method, path

    def append(self, call):
        super().append(call)
        if self.awaited and call["method"] == self.awaited[0] and call["path"].endswith(self.awaited[1]):
            self.awaited = None
            os.kill(os.getpid(), signal.SIGINT)


def test_a_run_that_is_stopped_finishes_its_page_and_goes_on_there(shelf):
    many = 250  # two pages
    for number in range(many):
        item(shelf, f"SKU-{number}", f"Thing {number}")
    shelf.world.calls = Interrupting(shelf.world.calls, "GET", "/items")
    told = shelf.run("sync", "items", "--full")
    one_sentence(told, "stopped", "goes on where this one was")
    assert cursor(shelf, "items.full")  # its place
    begun = len(shelf.world.calls)
    assert shelf.run("sync", "items", "--full").exit_code == 0
    lists = [c for c in shelf.world.calls[begun:] if c["platform"] == "zoho" and c["path"].endswith("/items")]
    assert len(lists) == 1
    assert len(products(shelf)) == many


def test_a_run_that_is_stopped_while_it_writes_finishes_its_batch(shelf):
    for number in range(130):
        item(shelf, f"SKU-{number}", f"Thing {number}")
    shelf.world.calls = Interrupting(shelf.world.calls, "POST", "/catalog/products")
    one_sentence(shelf.run("sync", "items"), "stopped", "goes on where this one was")
    assert len(products(shelf)) == 100
    assert len(linked(shelf)) == 100  # nothing that was made is forgotten
    told = shelf.run("sync", "items")
    assert told.exit_code == 0, told.output
    assert len(products(shelf)) == 130


def test_a_running_worker_may_take_its_share(shelf):
    one = item(shelf)
    from app.wiring import services_alone

    made = services_alone(shelf.settings)
    shelf.run("sync", "items")
    work.note(shelf.ledger, "main", "items", [f"item:{one}"], time.time())
    (claim,) = work.claim_due(made.ledger, "main", "items", time.time(), 2.0, 1)  # a worker has it, and dies
    told = shelf.run("sync", "items", "--wait", "10")
    assert told.exit_code == 0
    assert row(shelf, f"item:{one}").state == "done"
    assert claim.fence < row(shelf, f"item:{one}").fence


def test_what_is_put_off_is_said_and_not_waited_for_for_ever(shelf):
    item(shelf)
    put_moods(shelf, [{"kind": "server_error", "platform": "bigcommerce", "methods": ["POST"]}])
    told = shelf.run("sync", "items", "--wait", "0.5")
    assert told.exit_code == 1
    assert "put off" in told.output


# --- prices ----------------------------------------------------------------------------------------------


def price_list(shop, name, items):
    """A person makes a price list of rates in Zoho; its id."""
    rows = [{"item_id": one, "pricebook_rate": rate} for one, rate in items.items()]
    body = {
        "name": name,
        "pricebook_type": "per_item",
        "sales_or_purchase_type": "sales",
        "currency_id": shop.world.zoho.currency(shop.world.zoho.base)["currency_id"],
        "pricebook_items": rows,
    }
    return shop.world.zoho.ask("POST", "/pricebooks", body)["pricebook"]["pricebook_id"]


@pytest.fixture
def priced(shelf):
    """Two items with their products, each in a price list of its own."""
    mug, cup = item(shelf, "MUG"), item(shelf, "CUP", "Cup")
    assert shelf.run("sync", "items").exit_code == 0
    price_list(shelf, "Wholesale", {mug: "8.00"})
    price_list(shelf, "Cups", {cup: "7.00"})
    return shelf


def lists(shop):
    return {row["name"]: row for row in shop.world.bigcommerce.price_lists.values()}


def test_price_lists_arrive_and_a_second_run_writes_nothing(priced):
    told = priced.run("sync", "prices")
    assert told.exit_code == 0, told.output
    assert set(lists(priced)) == {"Wholesale", "Cups"}
    assert "prices: 2 records worked" in told.output
    priced.world.calls.clear()
    for words in ((), ("--full",)):
        assert priced.run("sync", "prices", *words).exit_code == 0


def test_a_full_run_mends_what_somebody_changed_in_the_store(priced):
    assert priced.run("sync", "prices").exit_code == 0
    (record,) = priced.world.bigcommerce.price_records[lists(priced)["Wholesale"]["id"]].values()
    record["price"] = 1
    assert priced.run("sync", "prices").exit_code == 0
    assert (
        record["price"] == 1
    )  # nothing changed in Zoho: the store is compared once a day, or when somebody asks
    assert priced.run("sync", "prices", "--full").exit_code == 0
    (record,) = priced.world.bigcommerce.price_records[lists(priced)["Wholesale"]["id"]].values()
    assert float(record["price"]) == 8.0


def test_only_the_lists_of_one_item(priced):
    told = priced.run("sync", "prices", "--sku", "MUG")
    assert told.exit_code == 0, told.output
    assert set(lists(priced)) == {"Wholesale"}


def test_a_dry_run_of_prices_says_what_would_be_written(priced):
    before = kept(priced)
    priced.world.calls.clear()
    told = priced.run("sync", "prices", "--dry-run")
    assert told.exit_code == 0, told.output
    assert "made, with 1 records" in told.output
    assert priced.writes() == []
    assert kept(priced) == before


def test_a_plan_without_price_lists_is_one_clear_sentence(priced):
    answer = priced.app.test_client().put("/control/switches", json={"bigcommerce_price_lists": "403"})
    assert answer.status_code == 200, answer.text
    one_sentence(priced.run("sync", "prices"), "plan has no price lists")
    assert priced.world.bigcommerce.price_lists == {}
