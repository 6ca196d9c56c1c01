"""Documents by day and by reference number, and one opened: whatever the list filters do."""

from datetime import date, timedelta

import pytest

from connectors.zoho import lists
from connectors.zoho.contacts import create_contact
from connectors.zoho.documents import create_document

FIRST = date(2026, 3, 1)


@pytest.fixture
def invoices(books):
    """One on each of four days, the latest made first; their ids by day."""
    customer = create_contact(books, {"contact_name": "A customer"})["contact_id"]
    made = {}
    for number in (3, 2, 1, 0):
        day = FIRST + timedelta(days=number)
        body = {"customer_id": customer, "date": day.isoformat(), "reference_number": f"10{number}",
                "line_items": [{"name": "Mug", "rate": 10, "quantity": 1}]}  # fmt: skip
        made[day] = create_document(books, "invoice", body)["invoice_id"]
    return made


def listed(books, *days, kind="invoice"):
    return [row["invoice_id"] for page in lists.dated(books, kind, *days) for row in page.rows]


def test_documents_of_days_are_listed_the_oldest_made_first(books, invoices):
    days = sorted(invoices)
    assert listed(books, days[1], days[2]) == [invoices[days[2]], invoices[days[1]]]
    assert listed(books, days[2]) == [invoices[days[3]], invoices[days[2]]]


def test_a_filter_that_is_ignored_gives_more_and_never_fewer(books, invoices, world):
    world.switches["zoho_filters"] = "ignored"
    days = sorted(invoices)
    assert set(listed(books, days[1], days[2])) == set(invoices.values())
    (row,) = lists.named(books, "invoice", "102")
    assert row["invoice_id"] == invoices[days[2]]


def test_a_document_is_found_by_its_reference_number_and_no_longer_one(books, invoices):
    assert [row["reference_number"] for row in lists.named(books, "invoice", "101")] == ["101"]
    assert lists.named(books, "invoice", "10") == []
    assert lists.named(books, "credit_note", "101") == []


def test_only_a_whole_document_tells_its_tax(books, invoices):
    (page,) = lists.dated(books, "invoice", FIRST)
    assert "tax_total" not in page.rows[0]
    assert lists.opened(books, "invoice", page.rows[0]["invoice_id"])["tax_total"] == 0
    assert lists.opened(books, "invoice", "460000000000099999") is None
