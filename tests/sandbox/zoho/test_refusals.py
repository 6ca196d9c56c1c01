"""Nonsense, wrong types, unknown ids and paths: a clear refusal, never a crash and never half a record."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sandbox.zoho
from sandbox.zoho.switches import ZOHO_SWITCHES

CODE = Path(sandbox.zoho.__file__).parent
DOCS = Path(__file__).parents[3] / "docs" / "sandbox-zoho.md"


@pytest.mark.parametrize("body", [b"{", b"[1]", b"false", b'"x"', b'{"rate": NaN}', b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_refused(client, body):
    answer = client.http.post(
        "/zoho/books/v3/items?organization_id=10234695",
        data=body,
        headers={**client.headers, "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json["code"]) == (400, 4)


def test_the_old_form_with_jsonstring_still_works(client):
    answer = client.http.post(
        "/zoho/books/v3/items?organization_id=10234695",
        data={"JSONString": '{"name": "Formed", "rate": 2.5}'},
        headers=client.headers,
    )
    assert (answer.status_code, answer.json["item"]["rate"]) == (201, 2.5)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nonsense", 404, 5),
        ("GET", "/invoices/1", 404, 5),
        ("PATCH", "/invoices/1", 405, 37),
        ("DELETE", "/invoices", 405, 37),
        ("GET", "/invoices/1/nonsense", 404, 5),
        ("POST", "/salesorders/1/status/void", 404, 5),
    ],
)
def test_unknown_paths_ids_and_methods(client, method, path, status, code):
    assert client.refused(method, path) == (status, code)


def test_paths_of_the_other_edition_do_not_exist(client):
    assert client.refused("GET", "/chartofaccounts", edition="inventory/v1") == (404, 5)
    assert client.refused("POST", "/items/active", item_ids="1")[0] in {404, 405}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"customer_id": None}, 4),
        ({"customer_id": "1"}, 1002),
        ({"line_items": []}, 4),
        ({"payment_terms": 1e12}, 2),
        ({"line_items": "x"}, 2),
        ({"line_items": [{"item_id": "1"}]}, 2006),
        ({"line_items": [{"rate": "much"}]}, 2),
        ({"line_items": [{"rate": True}]}, 2),
        ({"line_items": [{"rate": 1, "quantity": 0}]}, 2),
        ({"line_items": [{"rate": 1, "tax_id": "1"}]}, 2),
        ({"line_items": [{"rate": 1, "discount": "x%"}]}, 2),
        ({"line_items": [{"rate": 1, "description": "x" * 2001}]}, 15),
        ({"date": "01.02.2026"}, 2),
        ({"discount_type": "other"}, 2),
        ({"is_inclusive_tax": "perhaps"}, 2),
        ({"reference_number": "x" * 101}, 15),
        ({"custom_fields": {"cf_x": "y"}}, 2),
    ],
)
def test_a_wrong_invoice_is_refused_by_name(client, change, code):
    body = {"customer_id": client.contact(), "line_items": [{"rate": 1}], **change}
    status, told = client.refused("POST", "/invoices", body)
    assert told == code
    assert status == (404 if code in {1002, 2006} else 400)
    assert client.ok("GET", "/invoices")["invoices"] == []


def test_the_status_of_missing_things_and_error_info_are_switches(client_with):
    client = client_with({"zoho_missing_status": 400, "zoho_error_info": True})
    body = {"customer_id": "1", "line_items": [{"rate": 1}]}
    answer = client.call("POST", "/invoices", body)
    assert (answer.status_code, answer.json["code"], answer.json["error_info"]) == (400, 1002, [])


@pytest.mark.parametrize(("switch", "status"), [("dropped", 201), ("refused", 400)])
def test_unknown_fields_are_dropped_or_refused(client_with, switch, status):
    client = client_with({"zoho_unknown_fields": switch})
    answer = client.call("POST", "/items", {"name": "x", "rate": 1, "colour_of_soul": "red"})
    assert answer.status_code == status
    assert "colour_of_soul" not in answer.get_data(as_text=True) or switch == "refused"
    real = {"customer_id": client.contact(), "line_items": [{"rate": 1}], "adjustment": 1, "notes": "n"}
    assert client.call("POST", "/invoices", real).status_code == 201


def test_without_sales_tax_there_are_no_taxes(client_with):
    client = client_with({"zoho_tax_enabled": False})
    assert client.ok("GET", "/settings/taxes")["taxes"] == []
    assert client.refused("POST", "/settings/taxes", {"tax_name": "VAT", "tax_percentage": 20}) == (
        400,
        110817,
    )


def test_taxes_and_groups_are_made_listed_and_removed(client):
    ids = [
        client.ok("POST", "/settings/taxes", {"tax_name": name, "tax_percentage": 9})["tax"]["tax_id"]
        for name in ("CGST9", "SGST9")
    ]
    group = client.ok("POST", "/settings/taxgroups", {"tax_group_name": "GST18", "taxes": ",".join(ids)})[
        "tax_group"
    ]
    assert (group["tax_group_percentage"], len(group["taxes"])) == (18, 2)
    listed = {row["tax_name"]: row["tax_type"] for row in client.ok("GET", "/settings/taxes")["taxes"]}
    assert listed == {"CGST9": "tax", "GST18": "tax_group", "SGST9": "tax"}
    line = {"rate": 100, "tax_id": group["tax_group_id"]}
    invoice = client.invoice(client.contact(), [line])
    assert [row["tax_amount"] for row in invoice["taxes"]] == [9, 9]
    assert client.refused("DELETE", f"/settings/taxes/{ids[0]}")[0] == 400
    client.ok("DELETE", f"/settings/taxgroups/{group['tax_group_id']}")
    client.ok("DELETE", f"/settings/taxes/{ids[0]}")
    assert client.refused("POST", "/settings/taxes", {"tax_name": "sgst9", "tax_percentage": 9}) == (
        400,
        1001,
    )
    assert client.refused("POST", "/settings/taxes", {"tax_name": "No"}) == (400, 2)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "customer_id",
    "line_items",
    "date",
    "discount",
    "discount_type",
    "custom_fields",
    "contact_persons",
    "shipping_charge",
    "adjustment",
    "contact_name",
    "billing_address",
    "payment_terms",
    "currency_id",
    "name",
    "rate",
    "sku",
    "tax_id",
    "item_type",
    "amount",
    "invoices",
    "account_id",
    "exchange_rate",
    "locations",
    "notes",
    "billing_address_id",
    "is_draft",
    "due_date",
    "vendor_id",
    "salesorder_id",
    "delivery_customer_id",
    "is_drop_shipment",
    "expiry_date",
]
PATHS = (
    "/contacts",
    "/items",
    "/invoices",
    "/salesorders",
    "/customerpayments",
    "/creditnotes",
    "/estimates",
    "/purchaseorders",
    "/settings/taxes",
)


@pytest.fixture(scope="module")
def lasting():
    from sandbox import create_app
    from tests.sandbox.zoho.conftest import Client

    made = Client(create_app())
    made.org.per_minute = made.org.per_day = 10**9
    made.customer, made.thing = made.contact("Fuzzed"), made.item("Fuzzed")
    return made


@settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6), st.booleans())
def test_whatever_a_body_holds_the_answer_is_an_envelope(lasting, path, body, helped):
    if helped:
        line = {"rate": body.get("rate"), "item_id": lasting.thing, "discount": body.get("discount")}
        parties = {"customer_id": lasting.customer, "vendor_id": lasting.customer}
        body = {**parties, "line_items": [line], "amount": 1, **body}
    answer = lasting.call("POST", path, body)
    assert answer.status_code in {200, 201, 400, 404}
    assert (answer.json["code"] == 0) == (answer.status_code < 300)


@settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
def test_whatever_an_update_holds_the_answer_is_an_envelope_and_the_record_still_reads(lasting, path, body):
    parties = {"customer_id": lasting.customer, "vendor_id": lasting.customer}
    line = {"rate": 1, "item_id": lasting.thing, "quantity": 1}
    first = {**parties, "line_items": [line], "amount": 1, "rate": 1}
    lasting.count = getattr(lasting, "count", 0) + 1
    unique = f"Changed {lasting.count}"
    named = {"contact_name": unique, "name": unique, "tax_name": unique, "tax_percentage": 5}
    made = lasting.call("POST", path, {**first, **named}).json
    entity = next(value for value in made.values() if isinstance(value, dict))
    record_id = next(value for key, value in entity.items() if key.endswith("_id") and value)
    answer = lasting.call("PUT", f"{path}/{record_id}", body)
    assert answer.status_code in {200, 400, 404}
    if answer.status_code != 404 or path != "/items":
        assert lasting.call("GET", path).status_code == 200


QUERY = [
    "page",
    "per_page",
    "sort_column",
    "sort_order",
    "filter_by",
    "search_text",
    "total",
    "total_less_than",
    "date",
    "status",
    "email",
    "sku",
    "rate",
    "last_modified_time",
    "response_option",
    "item_ids",
    "customer_id",
    "reference_number_contains",
]


@settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from((*PATHS, "/itemdetails")), st.dictionaries(st.sampled_from(QUERY), st.text(max_size=12))
)
def test_whatever_a_query_asks_the_answer_is_an_envelope(lasting, path, query):
    answer = lasting.call("GET", path, **query)
    assert answer.status_code in {200, 400}
    assert "code" in answer.json


def test_every_switch_is_used_and_documented():
    files = [path for path in CODE.rglob("*.py") if not path.name.startswith("switches")]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    told = DOCS.read_text(encoding="utf-8")
    for switch in ZOHO_SWITCHES:
        assert f'"{switch.name}"' in code, switch.name
        assert f"`{switch.name}`" in told, switch.name
        shown = re.search(rf"`{switch.name}` \| (\S+)", told)
        assert shown, switch.name
        assert shown.group(1).strip("`") == str(switch.default).lower(), switch.name


def test_the_state_is_plain_json_with_everything_in_it(client):
    client.invoice(
        client.contact(), [{"rate": "9.99"}], custom_fields=[{"api_name": "cf_cartbooks_key", "value": "k"}]
    )
    state = client.http.get("/control/state").json["zoho"]
    invoice = state["invoices"][0]
    assert (invoice["total"], invoice["custom_field_hash"]) == (9.99, {"cf_cartbooks_key": "k"})
    assert [key for key in invoice if key.startswith("_")] == ["_created_epoch"]
