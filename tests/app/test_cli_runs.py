"""`cartbooks backfill`, `sync orders --sample`, `--dry-run` and `undo`, as a person at a terminal meets them."""

import re
import sqlite3

import pytest

from ledger import links, runs, work
from tests.app.test_cli import one_sentence

MAY_CHANGE = {
    "cursors",  # the store's time zone
    "learned",  # the organization's taxes and currencies, kept for the hour
    "slots",  # whose turn it was to look for a tax that is missing
    "quota",  # calls of the day, which a look costs, too
}
HELD = {"lines": [{"price": "10.00", "quantity": 1, "tax": "23", "sku": "CAP"}]}
SINCE = ("--since", "2020-01-01")


@pytest.fixture
def orders(shop):
    """Three orders of the past; their ids."""
    return [shop.place() for _ in range(3)]


def dump(shop):
    """Every row of the ledger but of the tables that a look may change."""
    with sqlite3.connect(shop.settings.ledger_url.removeprefix("sqlite:///")) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(map(repr, file.execute(f"SELECT * FROM {name}")))
            for name in tables
            if name not in MAY_CHANGE
        }


def run_of(said):
    """The name of the run that a command tells."""
    return re.search(r"cartbooks undo (\S+?)`", said).group(1)


@pytest.mark.parametrize(
    "words",
    [
        ("backfill", "orders", *SINCE, "--dry-run"),
        ("backfill", "orders", *SINCE, "--dry-run", "--limit", "2"),
        ("sync", "orders", *SINCE, "--dry-run"),
        ("sync", "orders", "--sample", "2", "--dry-run"),
        ("sync", "order", "{order}", "--dry-run"),
    ],
    ids=lambda words: " ".join(words[:2]) + words[-2],
)
def test_a_dry_run_writes_nothing_anywhere(shop, orders, words):
    shop.place(HELD, taxes=False)
    before = dump(shop)
    result = shop.run(*(word.format(order=orders[0]) for word in words))
    assert result.exit_code == 0, result.output
    assert shop.writes() == []
    assert dump(shop) == before


def test_a_dry_run_of_what_was_booked_and_changed_writes_nothing(shop, orders):
    shop.run("sync", "orders", "--sample", "2")
    run = runs.all_of(shop.ledger, "main")[0].name
    before, written = dump(shop), len(shop.writes())
    for words in (("undo", run), ("sync", "orders", *SINCE), ("backfill", "orders", *SINCE)):
        assert shop.run(*words, "--dry-run").exit_code == 0
    assert (dump(shop), len(shop.writes())) == (before, written)


def test_a_dry_run_tells_each_order_its_arithmetic_and_what_all_of_it_costs(shop, orders):
    shop.place(HELD, taxes=False)
    said = shop.run("backfill", "orders", *SINCE, "--dry-run").stdout
    assert "4 orders in the store, 4 of them of a status that is booked" in said
    assert "about 9 Zoho calls" in said  # 4 x 2.1 = 8.4
    assert said.count("difference 0.00") >= 3
    assert "3 x create invoice" in said
    assert "1 would be held: tax-unmapped 1" in said
    assert "3 orders to book or change" in said
    assert "nothing was written" in said


def test_a_new_customer_and_a_new_item_of_several_orders_are_made_once(shop):
    person = {"id": 7, "email": "same@example.com", "first_name": "Same", "last_name": "Person"}
    for _ in range(3):
        shop.place(
            {"lines": [{"price": "10.00", "quantity": 3, "tax": "20", "sku": "MUG"}], "customer": person}
        )
    said = shop.run("backfill", "orders", *SINCE, "--dry-run").stdout
    assert "1 x create contact" in said
    assert "1 x create item" in said
    assert "3 x create payment" in said
    assert ": 8 Zoho calls" in said  # 3 x (invoice, payment), one contact, one item


def test_a_back_fill_asks_first(shop, orders):
    stopped = shop.run("backfill", "orders", *SINCE, typed="n\n")
    assert stopped.exit_code == 1
    assert (shop.writes(), work.counts(shop.ledger), runs.all_of(shop.ledger, "main")) == ([], [], [])


def test_a_back_fill_brings_everything_in_and_ends_with_a_report(shop, orders):
    result = shop.run("backfill", "orders", *SINCE, "--yes")
    assert result.exit_code == 0, result.output
    assert "through" in result.stdout
    assert "3 posted" in result.stdout
    assert re.search(r"\d+ Zoho calls \(\d\.\d\d an order\)", result.stdout)
    assert len(shop.world.zoho.records["invoices"]) == 3
    again = shop.run("backfill", "orders", *SINCE, "--yes")
    assert (again.exit_code, len(shop.world.zoho.records["invoices"])) == (0, 3)


def test_what_is_held_is_told_with_its_reason_and_the_exit_code(shop, orders):
    shop.place(HELD, taxes=False)
    result = shop.run("backfill", "orders", *SINCE, "--yes")
    assert result.exit_code == 1
    assert "1 held: tax-unmapped 1" in result.stdout


def test_without_a_day_the_run_that_was_stopped_goes_on(shop, orders):
    refused = shop.run("backfill", "orders", "--yes")
    assert refused.exit_code == 2
    assert "say since when" in refused.output
    run = runs.begin(
        shop.ledger,
        "main",
        "backfill",
        1.0,
        since="2020-01-01T00:00:00+01:00",
        until="2040-01-01T00:00:00+01:00",
    )
    runs.move(shop.ledger, run, orders[0])
    said = shop.run("backfill", "orders", "--yes").stdout
    assert f"run {run.name} goes on behind order {orders[0]}" in said
    assert len(shop.world.zoho.records["invoices"]) == 2


def test_a_period_that_lies_ahead_is_refused(shop):
    assert shop.run("backfill", "orders", "--since", "2999-01-01").exit_code == 2


def test_a_connection_that_is_off_is_not_filled(shop, orders):
    shop.write("enabled = false")
    one = shop.run("backfill", "orders", *SINCE, "--yes")
    assert one.exit_code == 1
    assert "enabled is false" in one.output


def test_a_sample_lays_both_sides_beside_each_other(shop, orders):
    result = shop.run("sync", "orders", "--sample", "2", COLUMNS="200")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("books") >= 2
    assert "(!)" not in result.stdout
    assert "2 posted" in result.stdout
    assert len(shop.world.zoho.records["invoices"]) == 2
    assert "@" not in result.stdout


def test_a_sample_of_nothing_says_so(shop):
    assert "no order of the latest ones waits" in shop.run("sync", "orders", "--sample", "2").stdout


def test_either_a_day_or_a_sample_is_wanted(shop):
    assert shop.run("sync", "orders").exit_code == 2
    assert shop.run("sync", "orders", *SINCE, "--sample", "2").exit_code == 2


def test_a_run_is_shown_taken_back_and_listed(shop, orders):
    run = run_of(shop.run("sync", "orders", "--sample", "2").stdout)
    shown = shop.run("undo", run, "--dry-run", COLUMNS="200").stdout
    assert "2 x void invoice" in shown
    assert "nothing was written" in shown
    said = shop.run("undo", run, "--yes", COLUMNS="200")
    assert said.exit_code == 0, said.output
    assert "2 orders taken back" in said.stdout
    assert re.search(r"contacts? that the run made stays? in Zoho: \d+", said.stdout)
    assert {row["status"] for row in shop.world.zoho.records["invoices"].values()} == {"void"}
    assert "nothing is left to take back" in shop.run("undo", run, "--yes").stdout
    listed = shop.run("undo", COLUMNS="200").stdout
    assert run in listed
    assert "undone" in listed


def test_an_undo_asks_first(shop, orders):
    run = run_of(shop.run("sync", "orders", "--sample", "1").stdout)
    before = len(shop.writes())
    assert shop.run("undo", run, typed="n\n").exit_code == 1
    assert len(shop.writes()) == before


def test_a_run_that_nobody_knows_is_told_in_a_sentence(shop):
    one_sentence(shop.run("undo", "2020-01-01-ffff"), "there is no run")
    assert "no run was started yet" in shop.run("undo").stdout


def test_what_was_taken_back_is_booked_again_when_it_is_named(shop, orders):
    run = run_of(shop.run("sync", "orders", "--sample", "3").stdout)
    shop.run("undo", run, "--yes")
    assert "0 held records are tried again" in shop.run("retry").stdout
    assert "skipped undone" in shop.run("sync", "order", orders[0]).stdout
    assert "books it again" in shop.run("explain", "order", orders[0]).stdout
    shop.run("retry", orders[0])
    assert "posted" in shop.run("sync", "order", orders[0]).stdout


def test_the_comparison_knows_what_was_taken_back(shop, orders):
    run = run_of(shop.run("sync", "orders", "--sample", "3").stdout)
    shop.run("undo", run, "--yes")
    told = shop.told("reconcile")
    assert told["counts"]["skipped"] == 3
    assert told["counts"]["unexplained"] == 0


def test_an_order_that_a_person_changed_is_listed_and_the_exit_code_says_so(shop, orders):
    run = run_of(shop.run("sync", "orders", "--sample", "1").stdout)
    (invoice,) = shop.world.zoho.records["invoices"].values()
    shop.world.zoho.ask("PUT", f"/invoices/{invoice['invoice_id']}", {"adjustment": "1.00"})
    sent = {"order": invoice["reference_number"], "ours": True, "tracked": ["1Z", "UPS"]}
    links.bind(shop.ledger, "main", "shipment", "9", "5,6", sent, 0.0)
    said = shop.run("undo", run, "--yes", COLUMNS="200")
    assert "2 shipments were entered in the store and stay there" in said.stdout
    assert f"5 of order {sent['order']}, 6 of" in said.stdout
    assert said.exit_code == 1
    assert "was changed in Zoho: " in said.stdout
    assert f"`cartbooks undo {run}` tries again what remains" in said.stdout
