"""Estimates: made, sent, accepted or declined; they book nothing and lie in Books only."""

from datetime import timedelta

import pytest

LINE = {"rate": 100, "quantity": 2, "description": "free text"}


@pytest.fixture
def quote(client):
    """Makes an estimate of a customer of its own and answers it."""
    customer = client.contact()

    def make(**more):
        body = {"customer_id": customer, "line_items": [LINE], **more}
        return client.ok("POST", "/estimates", body)["estimate"]

    return make


def test_an_estimate_is_born_a_draft_with_a_number_of_its_own(client, quote):
    vat = client.tax("VAT", "20")
    made = quote(line_items=[{**LINE, "tax_id": vat}], reference_number="100", expiry_date="2030-01-31")
    assert (made["status"], made["estimate_number"], made["expiry_date"]) == (
        "draft",
        "QT-000001",
        "2030-01-31",
    )
    assert (made["total"], made["tax_total"], made["uninvoiced_amount"]) == (240, 40, 240)
    assert client.ok("GET", f"/estimates/{made['estimate_id']}")["estimate"] == made


@pytest.mark.parametrize("status", ["sent", "accepted", "declined"])
def test_an_estimate_is_marked_and_listed_by_its_status(client, quote, status):
    made, other = quote(), quote()
    path = f"/estimates/{made['estimate_id']}/status"
    if status != "sent":
        assert client.refused("POST", f"{path}/{status}") == (400, 9)
    client.ok("POST", f"{path}/sent")
    client.ok("POST", f"{path}/{status}")
    found = client.ok("GET", "/estimates", status=status)["estimates"]
    assert [(row["estimate_id"], row["status"]) for row in found] == [(made["estimate_id"], status)]
    assert found == client.ok("GET", "/estimates", filter_by=f"Status.{status.capitalize()}")["estimates"]
    day = client.org.today().isoformat() if status != "sent" else ""
    assert found[0].get(f"{status}_date", "") == day
    assert client.ok("GET", f"/estimates/{other['estimate_id']}")["estimate"]["status"] == "draft"


def test_a_sent_estimate_past_its_day_is_expired(client, quote):
    past = (client.org.today() - timedelta(days=1)).isoformat()
    made = quote(expiry_date=past)["estimate_id"]
    client.ok("POST", f"/estimates/{made}/status/sent")
    assert client.ok("GET", f"/estimates/{made}")["estimate"]["status"] == "expired"
    assert len(client.ok("GET", "/estimates", status="expired")["estimates"]) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"reference_number": "100"}, 1),
        ({"date_end": "2026-03-01"}, 1),
        ({"custom_field": "s:1:estimate:1"}, 1),
        ({"custom_field_startswith": "S:1"}, 1),
        ({"last_modified_time": "2090-01-01T00:00:00+0000"}, 0),
    ],
)
def test_estimates_are_listed_by_what_is_asked(client, quote, query, found):
    key = {"custom_fields": [{"api_name": "cf_cartbooks_key", "value": "s:1:estimate:1"}]}
    quote(reference_number="100", date="2026-03-01", **key)
    quote(reference_number="101", date="2026-03-31")
    assert len(client.ok("GET", "/estimates", **query)["estimates"]) == found


def test_an_update_keeps_what_it_does_not_name_and_a_deleted_one_is_gone(client, quote):
    made = quote(reference_number="100")
    path = f"/estimates/{made['estimate_id']}"
    client.ok("POST", f"{path}/status/sent")
    line = {"line_item_id": made["line_items"][0]["line_item_id"], "rate": 5}
    now = client.ok("PUT", path, {"line_items": [line]})["estimate"]
    assert (now["total"], now["reference_number"], now["status"]) == (5, "100", "sent")
    assert now["line_items"][0]["line_item_id"] == line["line_item_id"]
    client.ok("DELETE", path)
    assert client.refused("GET", path) == (404, 5)


def test_an_invoice_closes_the_estimate_that_it_names_and_a_sales_order_only_names_it(client, quote):
    made = quote()
    body = {"customer_id": made["customer_id"], "line_items": [LINE]}
    order = client.ok("POST", "/salesorders", {**body, "estimate_id": made["estimate_id"]})["salesorder"]
    assert (order["estimate_id"], client.org.records["estimates"][made["estimate_id"]]["_stage"]) == (
        made["estimate_id"],
        "draft",
    )
    invoice = client.ok("POST", "/invoices", {**body, "invoiced_estimate_id": made["estimate_id"]})["invoice"]
    assert invoice["estimate_id"] == made["estimate_id"]
    assert client.ok("GET", f"/estimates/{made['estimate_id']}")["estimate"]["status"] == "invoiced"
    assert client.refused("POST", "/invoices", {**body, "invoiced_estimate_id": made["estimate_id"]}) == (
        400,
        9,
    )
    assert client.refused("POST", f"/estimates/{made['estimate_id']}/status/declined") == (400, 9)
    assert client.refused("POST", "/invoices", {**body, "invoiced_estimate_id": "1"}) == (404, 1002)


def test_the_unique_field_names_and_guards_estimates(client, quote):
    key = {"custom_fields": [{"api_name": "cf_cartbooks_key", "value": "k"}]}
    made = quote(**key)
    body = {"customer_id": made["customer_id"], "line_items": [LINE], **key}
    assert client.refused("POST", "/estimates", body) == (400, 120123)
    headers = {"X-Unique-Identifier-Key": "cf_cartbooks_key", "X-Unique-Identifier-Value": "k"}
    changed = client.ok("PUT", "/estimates", {"notes": "seen"}, headers=headers)["estimate"]
    assert (changed["estimate_id"], changed["notes"]) == (made["estimate_id"], "seen")


def test_estimates_are_of_books_only_and_the_locked_period_is_not_theirs(client, quote):
    client.http.put("/control/zoho/lock", json={"date": "2026-03-31"})
    made = quote(date="2026-03-01")
    assert client.refused("GET", "/estimates", edition="inventory/v1") == (404, 5)
    assert client.refused("DELETE", f"/contacts/{made['customer_id']}") == (400, 3000)
    assert client.http.get("/control/state").json["zoho"]["estimates"][0]["total"] == 200
