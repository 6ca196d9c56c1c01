"""Lists: pages, order, filters and their switches."""

import pytest

LINE = [{"rate": 10}]


def numbers(answer, key="invoice_number"):
    return [row[key] for row in answer["invoices"]]


@pytest.fixture
def full(client):
    customer = client.contact()
    for n in range(5):
        client.invoice(customer, LINE, reference_number=f"10{n}", date=f"2026-03-0{n + 1}")
        client.world.clock.advance(1)
    return client


def test_pages_end_with_has_more_page(full):
    first = full.ok("GET", "/invoices", per_page="2")
    last = full.ok("GET", "/invoices", per_page="2", page="3")
    beyond = full.ok("GET", "/invoices", per_page="2", page="4")
    assert numbers(first) == ["INV-000005", "INV-000004"]
    assert (first["page_context"]["has_more_page"], last["page_context"]["has_more_page"]) == (True, False)
    assert (numbers(last), numbers(beyond)) == (["INV-000001"], [])
    assert full.ok("GET", "/invoices", per_page="1000")["page_context"]["per_page"] == 200


def test_the_usual_order_is_newest_first_and_can_be_turned(full):
    assert numbers(full.ok("GET", "/invoices", sort_column="created_time", sort_order="A"))[0] == "INV-000001"
    context = full.ok("GET", "/invoices")["page_context"]
    assert (context["sort_column"], context["sort_order"], context["report_name"]) == (
        "created_time",
        "D",
        "Invoices",
    )
    assert full.refused("GET", "/invoices", sort_column="nonsense") == (400, 2)
    assert full.refused("GET", "/invoices", page="0") == (400, 2)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"reference_number": "102"}, 1),
        ({"reference_number_startswith": "10"}, 5),
        ({"reference_number_contains": "02"}, 1),
        ({"reference_number": "99"}, 0),
        ({"date": "2026-03-02"}, 1),
        ({"date_start": "2026-03-02", "date_end": "2026-03-04"}, 3),
        ({"date_before": "2026-03-02"}, 1),
        ({"total": "10.00"}, 5),
        ({"total_greater_than": "10"}, 0),
        ({"status": "draft"}, 5),
        ({"filter_by": "Status.Paid"}, 0),
        ({"filter_by": "Status.All"}, 5),
        ({"customer_id": "1"}, 0),
        ({"search_text": "103"}, 1),
        ({"nonsense": "x"}, 5),
    ],
)
def test_filters_and_their_variants(full, query, count):
    answer = full.ok("GET", "/invoices", **query)
    assert len(answer["invoices"]) == count


def test_filters_may_be_ignored_in_silence(client_with):
    client = client_with({"zoho_filters": "ignored"})
    customer = client.contact()
    for n in range(2):
        client.invoice(customer, LINE, reference_number=str(n))
    assert len(client.ok("GET", "/invoices", reference_number="0")["invoices"]) == 2


@pytest.mark.parametrize(("inclusive", "count"), [(True, 1), (False, 0)])
def test_changes_since_include_the_very_second_or_not(client_with, inclusive, count):
    client = client_with({"zoho_modified_inclusive": inclusive})
    since = client.invoice(client.contact(), LINE)["last_modified_time"]
    assert len(client.ok("GET", "/invoices", last_modified_time=since)["invoices"]) == count
    assert len(client.ok("GET", "/invoices", last_modified_time="2020-01-01T00:00:00 0000")["invoices"]) == 1
    assert client.refused("GET", "/invoices", last_modified_time="yesterday") == (400, 2)


@pytest.mark.parametrize(("works", "count"), [(True, 1), (False, 2)])
def test_lists_by_custom_field_are_a_switch(client_with, works, count):
    client = client_with({"zoho_custom_field_filter": works})
    customer = client.contact()
    for n in range(2):
        client.invoice(customer, LINE, custom_fields=[{"api_name": "cf_cartbooks_key", "value": f"k{n}"}])
    answer = client.ok("GET", "/invoices", cf_cartbooks_key="k1")
    assert len(answer["invoices"]) == count
    assert answer["invoices"][0]["cf_cartbooks_key"] == "k1"


def test_a_new_record_is_found_after_the_lag_but_read_at_once(client_with):
    client = client_with({"zoho_search_lag": 20.0}, pace=10.0)
    contact = client.contact("New", contact_persons=[{"email": "n@x.example"}])
    assert client.ok("GET", "/contacts", email="n@x.example")["contacts"] == []
    assert client.ok("GET", f"/contacts/{contact}")["contact"]["contact_name"] == "New"
    assert client.refused("POST", "/contacts", {"contact_name": "New"}) == (400, 3062)
    client.world.clock.advance(2.1)
    assert len(client.ok("GET", "/contacts", email="n@x.example")["contacts"]) == 1


def test_invoices_can_be_counted_without_rows(full):
    answer = full.ok("GET", "/invoices", response_option="2")
    assert ("invoices" in answer, answer["page_context"]["total"]) == (False, 5)
    sums = full.ok("GET", "/invoices", response_option="1")["page_context"]["sum_columns"]
    assert {row["column_name"]: row["total"] for row in sums} == {"total": 50, "balance": 50}
