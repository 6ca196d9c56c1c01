"""Custom fields that must not repeat, and records named by them."""

import pytest

LINE = [{"rate": 10}]
KEY = "cf_cartbooks_key"


def key(value, name=KEY):
    return [{"api_name": name, "value": value}]


def named(value, upsert=False, name=KEY):
    headers = {"X-Unique-Identifier-Key": name, "X-Unique-Identifier-Value": value}
    return {**headers, "X-Upsert": "true"} if upsert else headers


@pytest.mark.parametrize("code", [120123, 1001])
def test_a_repeated_value_is_refused_and_nothing_is_made(client_with, code):
    client = client_with({"zoho_unique_duplicate_code": code})
    customer = client.contact()
    made = client.invoice(customer, LINE, custom_fields=key("s:1:invoice:1"))
    body = {"customer_id": customer, "line_items": LINE, "custom_fields": key("s:1:invoice:1")}
    assert client.refused("POST", "/invoices", body) == (400, code)
    assert len(client.ok("GET", "/invoices")["invoices"]) == 1
    assert (
        client.invoice(customer, LINE, custom_fields=key("s:2:invoice:1"))["invoice_number"] == "INV-000002"
    )
    again = client.ok("PUT", f"/invoices/{made['invoice_id']}", {"custom_fields": key("s:1:invoice:1")})
    assert again["invoice"]["custom_field_hash"][KEY] == "s:1:invoice:1"


@pytest.mark.parametrize("told", ["placeholder", "label", "index", "customfield_id"])
def test_a_field_is_named_in_any_of_the_ways_that_its_answer_shows(client, told):
    for name in ("cf_one", "cf_two"):
        client.org.set_custom_field("items", name, unique=False)
    item = client.item(custom_fields=key("b", "cf_two"))
    path = f"/items/{item}"
    field = client.ok("GET", path)["item"]["custom_fields"][0]
    assert field["index"] == 2
    client.ok("PUT", path, {"custom_fields": [{told: field[told], "value": "c"}]})
    assert client.ok("GET", path)["item"]["custom_field_hash"]["cf_two"] == "c"
    client.ok("PUT", path, {"custom_fields": [{"index": [2], "value": "d"}, {"value": "e"}]})
    assert client.ok("GET", path)["item"]["custom_field_hash"]["cf_two"] == "c"


def test_the_value_is_free_again_when_its_record_is_deleted(client):
    customer = client.contact()
    made = client.invoice(customer, LINE, custom_fields=key("k"))
    client.ok("DELETE", f"/invoices/{made['invoice_id']}")
    client.invoice(customer, LINE, custom_fields=key("k"))


def test_payments_orders_and_credit_notes_have_the_field_too(client):
    customer = client.contact()
    for path in ("/customerpayments", "/salesorders", "/creditnotes"):
        body = {"customer_id": customer, "amount": 5, "line_items": LINE, "custom_fields": key("k")}
        client.ok("POST", path, body)
        assert client.refused("POST", path, body) == (400, 120123)


def test_a_field_can_be_taken_away_and_is_then_dropped_in_silence(client):
    told = {"module": "invoices", "api_name": KEY}
    client.http.delete("/control/zoho/custom_fields", json=told)
    customer = client.contact()
    for _ in range(2):
        assert client.invoice(customer, LINE, custom_fields=key("k"))["custom_fields"] == []
    client.http.post("/control/zoho/custom_fields", json={**told, "unique": False})
    for _ in range(2):
        assert client.invoice(customer, LINE, custom_fields=key("k"))[KEY] == "k"


def test_an_undefined_field_may_be_refused(client_with):
    client = client_with({"zoho_unknown_custom_fields": "refused"})
    body = {"customer_id": client.contact(), "line_items": LINE, "custom_fields": key("x", "cf_nobody")}
    assert client.refused("POST", "/invoices", body) == (400, 2)


@pytest.mark.parametrize(("ignores", "status"), [(False, 201), (True, 400)])
def test_case_may_matter(client_with, ignores, status):
    client = client_with({"zoho_unique_ignores_case": ignores})
    customer = client.contact()
    client.invoice(customer, LINE, custom_fields=key("abc"))
    body = {"customer_id": customer, "line_items": LINE, "custom_fields": key("ABC")}
    assert client.call("POST", "/invoices", body).status_code == status


def test_a_record_is_changed_by_its_unique_value(client):
    made = client.invoice(client.contact(), LINE, custom_fields=key("k"))
    answer = client.ok("PUT", "/invoices", {"notes": "found"}, headers=named("k"))
    assert (answer["invoice"]["invoice_id"], answer["invoice"]["notes"]) == (made["invoice_id"], "found")
    assert client.refused("PUT", "/invoices", {"notes": "x"}) == (400, 2)


@pytest.mark.parametrize(("code", "status"), [(5, 404), (1002, 400)])
def test_a_value_that_nobody_has_is_refused(client_with, code, status):
    client = client_with({"zoho_unique_miss_code": code, "zoho_unique_miss_status": status})
    assert client.refused("PUT", "/invoices", {"notes": "x"}, headers=named("nobody")) == (status, code)


@pytest.mark.parametrize(("status", "fills"), [(201, False), (200, True)])
def test_an_upsert_creates_and_the_next_one_changes(client_with, status, fills):
    client = client_with({"zoho_upsert_create_status": status, "zoho_upsert_fills_field": fills})
    body = {"customer_id": client.contact(), "line_items": LINE}
    first = client.call("PUT", "/invoices", body, headers=named("k", upsert=True))
    assert (first.status_code, first.json["invoice"].get(KEY)) == (status, "k" if fills else None)
    body["custom_fields"] = key("k")
    client.call("PUT", "/invoices", body, headers=named("k", upsert=True))
    client.call("PUT", "/invoices", body, headers=named("k", upsert=True))
    assert len(client.ok("GET", "/invoices")["invoices"]) == (1 if fills else 2)


def test_the_headers_mean_nothing_on_post(client):
    customer = client.contact()
    client.invoice(customer, LINE, custom_fields=key("k"))
    made = client.ok("POST", "/invoices", {"customer_id": customer, "line_items": LINE}, headers=named("k"))
    assert made["invoice"]["custom_fields"] == []


def test_custom_fields_alone_are_changed_on_the_singular_path(client):
    made = client.invoice(client.contact(), LINE)["invoice_id"]
    client.ok("PUT", f"/invoice/{made}/customfields", {"custom_fields": key("late")})
    assert client.ok("GET", f"/invoices/{made}")["invoice"][KEY] == "late"
