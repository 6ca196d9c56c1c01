"""The page: counts, sums by day and currency, every difference, and what it cannot say; ids and amounts only."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from mappings.reconcile import page, sums
from mappings.reconcile.words import Finding, Line, Pair, Report

D = Decimal
DAY = date(2026, 3, 31)
EQUAL = Pair(D("36.00"), D("36.00"))
POSTED = Line(
    "104", DAY, "EUR", 11, "posted", sold=EQUAL, tax=Pair(D(6), None), paid=EQUAL, documents=("INV-1",)
)
LESS = replace(
    POSTED, order="105", result="unexplained", sold=Pair(D(36), D(30)), tax=Pair(D(6), D(5)),
    findings=(Finding("total", "105", "Order 105 costs 36.00 EUR.", "Look."),),
)  # fmt: skip
HELD = replace(
    LESS, order="106", day=date(2026, 4, 1), result="held", reason="tax-unmapped", sold=Pair(D(36), D(0)),
    what="No tax. Map it.",
)  # fmt: skip
SKIPPED = Line("107", DAY, "EUR", 1, "skipped", "status")
YEN = Line("108", DAY, "JPY", 11, "posted", sold=Pair(D(1200), D(1200)), paid=Pair(D(0), D(0)))
REPORT = Report(
    "abc", "10234695", "Europe/Berlin", DAY, date(2026, 4, 1), datetime(2026, 4, 2, tzinfo=UTC),
    (POSTED, LESS, HELD, SKIPPED, YEN), documents=3, taxes_read=2,
)  # fmt: skip


def test_the_page_says_whose_comparison_of_which_days_it_is():
    assert page.heading(REPORT) == [
        "Orders 2026-03-31 to 2026-04-01 (Europe/Berlin), compared 2026-04-02 00:00 UTC",
        "BigCommerce store abc and Zoho organization 10234695",
    ]


def test_orders_are_counted_by_how_they_ended_and_why():
    assert list(page.counted(REPORT)) == [
        "5 orders in the store, 3 documents in Zoho",
        "2 in the books, equal",
        "1 skipped by rule (1 status)",
        "1 held for a person (1 tax-unmapped)",
        "1 unexplained",
    ]


def test_older_orders_count_where_they_differ_and_are_in_no_sum():
    report = replace(REPORT, older=(LESS, POSTED))
    assert sums.counts(report)["unexplained"] == len(report.unexplained) == 2
    assert sums.counts(report)["orders"] == 5
    assert sums.counts(report)["posted"] == 2
    assert sums.reasons(replace(report, older=(HELD,)), "held") == [("tax-unmapped", 2)]
    assert list(page.sum_rows(report)) == list(page.sum_rows(REPORT))


def test_sums_show_one_figure_where_both_agree_and_both_where_they_differ():
    """36 + 36 = 72 sold and 36 + 30 = 66 booked: 6 less. Tax was read of one of two: 5 of its 6."""
    rows = list(page.sum_rows(REPORT))
    assert rows[0] == (
        "2026-03-31", "EUR", "2", "72.00 / 66.00\n(-6.00)", "12.00 / 1 read, -1.00 apart", "0.00", "72.00",
    )  # fmt: skip
    assert rows[1] == ("2026-03-31", "JPY", "1", "1,200", "0 / not told", "0", "0")
    assert rows[2][3] == "36.00 / 0.00\n(-36.00)"
    assert [row[0] for row in rows[3:]] == ["all days", "all days"]
    assert rows[3][3] == "108.00 / 66.00\n(-42.00)"


def test_a_sum_of_taxes_or_of_money_is_of_the_orders_whose_documents_tell_it():
    """6 + 6 = 12 of tax in the store, of which one 6 was read and is equal; all read: 5 + 6 = 11, one less than 12."""
    read = replace(POSTED, tax=Pair(D(6), D(6)))
    untold = replace(read, paid=Pair(D(36), None))
    (half, _) = page.sum_rows(replace(REPORT, lines=(POSTED, read)))
    assert half[4] == "12.00 / 1 read, equal"
    (whole, _) = page.sum_rows(replace(REPORT, lines=(LESS, untold)))
    assert whole[4] == "12.00 / 11.00\n(-1.00)"
    assert whole[6] == "36.00"


def test_every_difference_says_what_to_do_and_a_held_one_why():
    assert list(page.differences(REPORT)) == [
        ("", "Order 105 costs 36.00 EUR.", "Look."),
        ("held tax-unmapped", "Order 105 costs 36.00 EUR.", "No tax. Map it."),
    ]


def test_the_page_says_what_it_cannot_know():
    said = " ".join(page.remarks(replace(REPORT, taxes_left=4, unread=2, remarks=("No keys.",))))
    assert "read, and compared, in 2 of 3 documents" in said
    assert "4 documents that were changed" in said
    assert "2 orders that differ were not read a second time" in said
    assert said.endswith("No keys.")


def test_the_table_has_a_row_for_each_order():
    text = io.StringIO()
    csv.writer(text).writerows([page.COLUMNS, *page.csv_rows(REPORT)])
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert [row["order"] for row in rows] == ["104", "105", "106", "107", "108"]
    assert (rows[0]["sold"], rows[0]["booked"], rows[0]["tax booked"]) == ("36.00", "36.00", "")
    assert rows[4]["sold"] == "1200"
    assert rows[1]["differences"] == "Order 105 costs 36.00 EUR."


def test_everything_is_there_as_plain_json():
    told = json.loads(json.dumps(page.plain(REPORT)))
    assert told["counts"] == {
        "orders": 5, "posted": 2, "skipped": 1, "held": 1, "waiting": 0, "unexplained": 1
    }  # fmt: skip
    assert told["orders"][1]["sold"] == {"store": "36", "books": "30"}
    assert told["orders"][1]["findings"][0]["fault"] == "total"
    assert told["totals"][0]["sold"]["store"] == "108.00"
