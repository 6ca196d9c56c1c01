"""`cartbooks reconcile`: the page, the table, the JSON, the exit code, and what status and the console tell of it."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest

from ledger import work
from tests.app.test_cli import one_sentence


@pytest.fixture
def booked(shop):
    """Two orders in the books; their ids."""
    orders = [shop.place(), shop.place()]
    for order in orders:
        assert shop.run("sync", "order", order).exit_code == 0
    return orders


def dearer(shop, order):
    """A person adds a line to the order's invoice."""
    rows = shop.world.zoho.records["invoices"].values()
    invoice = next(row for row in rows if row["reference_number"] == order)
    lines = [{"item_id": row["item_id"], "rate": row["rate"], "quantity": row["quantity"], "tax_id": row["tax_id"]}
             for row in invoice["line_items"]]  # fmt: skip
    more = {"line_items": [*lines, {"name": "Postage", "rate": "5.00", "quantity": 1}]}
    shop.world.zoho.ask("PUT", f"/invoices/{invoice['invoice_id']}", more)


def test_where_everything_is_equal_the_page_says_so(shop, booked):
    told = shop.run("reconcile")
    assert told.exit_code == 0, told.output
    assert "2 orders in the store, 2 documents in Zoho" in told.output
    assert "2 in the books, equal" in told.output
    assert "0 unexplained" in told.output
    assert "Nothing differs." in told.output
    assert "72.00" in told.output  # 2 x 3 x 10.00 + 20 %


def test_what_is_unexplained_is_named_and_ends_with_1(shop, booked):
    dearer(shop, booked[0])
    told = shop.run("reconcile")
    assert told.exit_code == 1
    said = told.output.split("What differs:")[1]
    assert f"Order {booked[0]} costs 36.00 EUR, INV-000001 says 41.00 EUR: 5.00 EUR apart." in said
    assert f"Order {booked[1]}" not in said


def test_a_row_for_each_order_and_everything_as_json(shop, booked, tmp_path):
    file = tmp_path / "proof.csv"
    told = shop.run("reconcile", "--json", "--csv", str(file), "--details")
    plain = json.loads(told.stdout)
    assert (plain["counts"]["posted"], plain["taxes_read"]) == (2, 2)
    rows = list(csv.DictReader(file.open()))
    assert [row["order"] for row in rows] == sorted(booked)
    assert {(row["sold"], row["booked"], row["tax"], row["tax booked"]) for row in rows} == {
        ("36.00", "36.00", "6.00", "6.00")
    }


def test_a_period_of_days_is_compared(shop, booked):
    day = datetime.now(UTC).date() - timedelta(days=60)
    told = shop.told("reconcile", "--from", str(day), "--to", str(day + timedelta(days=9)))
    assert (told["first"], told["last"], told["orders"]) == (str(day), str(day + timedelta(days=9)), [])
    refused = shop.run("reconcile", "--from", "2026-03-02", "--to", "2026-03-01")
    assert refused.exit_code == 2
    assert "is after" in refused.output


def test_nothing_is_written_anywhere_unless_repair_is_asked_for(shop, booked):
    shop.place()
    shop.world.calls.clear()
    shop.run("reconcile")
    assert shop.writes() == []
    assert len(work.counts(shop.ledger)) == 1


def test_repair_notes_what_it_found(shop, booked):
    dearer(shop, booked[0])
    told = shop.run("reconcile", "--repair")
    assert "1 orders go through the recipe again" in told.output
    assert work.find(shop.ledger, "main", "orders", booked[0]).state == "waiting"


def test_status_and_console_tell_of_the_last_comparison(shop, booked):
    assert shop.told("status")["proof"] == []
    dearer(shop, booked[0])
    shop.run("reconcile")
    (proof,) = shop.told("status")["proof"]
    assert (proof["counts"]["posted"], proof["counts"]["unexplained"]) == (1, 1)
    assert "compared with the books" in shop.run("status").output


def test_a_comparison_of_chosen_days_is_not_remembered_as_the_last(shop, booked):
    shop.run("reconcile", "--from", "2026-01-01", "--to", "2026-01-02")
    assert shop.told("status")["proof"] == []


def test_a_platform_s_bad_moment_is_told_in_a_sentence(shop, booked):
    shop.write(url="http://127.0.0.1:9")
    told = shop.run("reconcile")
    assert told.exit_code == 1
    assert one_sentence(told)
