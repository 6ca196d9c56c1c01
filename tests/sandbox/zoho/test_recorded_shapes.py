"""Answers carry the keys that real answers were seen to carry, and the types of what they say."""

import json
from pathlib import Path

import pytest

RECORDED = Path(__file__).parents[4] / "shared" / "specs" / "zoho" / "recorded"
# keys of one recorded organization's own making
OWN = ("cf_", "tag_")
# the recording's note, and keys of features that are not pretended
FEATURES = {"_note", "warehouses", "stopped"}


def recorded(name, *way):
    if not RECORDED.is_dir():
        pytest.skip(f"the recorded answers are not beside this checkout ({RECORDED.name}/ of the specs)")
    data = json.loads((RECORDED / name).read_text(encoding="utf-8"))
    node = data[0]["response"] if isinstance(data, list) else data
    for step in way:
        node = node[step]
    return node


def missing(real, ours, path=""):
    """Keys of the real answer that ours lacks, with their way; lists are compared by their first rows."""
    if isinstance(real, dict) and isinstance(ours, dict):
        lacks = []
        for key, value in real.items():
            if key.startswith(OWN) or key in FEATURES or (path.endswith("custom_field_hash")):
                continue
            if key not in ours:
                lacks.append(f"{path}.{key}")
            else:
                lacks += missing(value, ours[key], f"{path}.{key}")
        return lacks
    if isinstance(real, list) and isinstance(ours, list) and real and ours:
        return missing(real[0], ours[0], f"{path}[]")
    return []


@pytest.fixture
def shop(client):
    vat = client.tax("VAT", "7.5")
    person = {"first_name": "Ann", "last_name": "Other", "email": "ann@shop.example"}
    customer = client.contact(contact_persons=[person])
    client.ok("POST", f"/contacts/{customer}/address", {"address": "1 Long Street", "city": "Town"})
    item = client.item()
    line = {"item_id": item, "quantity": 1, "rate": 1, "tax_id": vat}
    key = [{"api_name": "cf_cartbooks_key", "value": "s:1:invoice:1"}]
    persons = client.ok("GET", f"/contacts/{customer}")["contact"]["contact_persons"]
    who = [persons[0]["contact_person_id"]]
    invoice = client.invoice(customer, [line], custom_fields=key, contact_persons=who)
    payment = client.pay(customer, "1.08", invoice["invoice_id"])
    body = {"customer_id": customer, "line_items": [line], "custom_fields": key, "contact_persons": who}
    order = client.ok("POST", "/salesorders", body)["salesorder"]
    note = client.ok("POST", "/creditnotes", {"customer_id": customer, "line_items": [line]})["creditnote"]
    made = {
        "contact": customer,
        "item": item,
        "invoice": invoice["invoice_id"],
        "payment": payment["payment_id"],
    }
    made["estimate"] = client.ok("POST", "/estimates", body)["estimate"]["estimate_id"]
    return client, {**made, "salesorder": order["salesorder_id"], "creditnote": note["creditnote_id"]}


SINGLES = [
    ("books-v3-nango/create-invoice.json", "invoice", "/invoices/{invoice}"),
    ("books-v3-nango/get-invoice.json", "invoice", "/invoices/{invoice}"),
    ("books-v3-nango/get-contact.json", "contact", "/contacts/{contact}"),
    ("books-v3-nango/create-contact.json", "contact", "/contacts/{contact}"),
    ("books-v3-nango/create-item.json", "item", "/items/{item}"),
    ("books-v3-nango/create-payment.json", "payment", "/customerpayments/{payment}"),
    ("books-v3-nango/create-credit-note.json", "creditnote", "/creditnotes/{creditnote}"),
    ("books-v3-nango/create-estimate.json", "estimate", "/estimates/{estimate}"),
    ("books-v3-nango/get-estimate.json", "estimate", "/estimates/{estimate}"),
    ("inventory-v1-dfd/invoice-detail.json", "invoice", "/invoices/{invoice}"),
    ("inventory-v1-dfd/contact-detail.json", "contact", "/contacts/{contact}"),
    ("inventory-v1-dfd/item-detail.json", "item", "/items/{item}"),
    ("inventory-v1-dfd/salesorder-detail.json", "salesorder", "/salesorders/{salesorder}"),
]


@pytest.mark.parametrize(("name", "entity", "path"), SINGLES)
def test_a_record_carries_every_key_that_was_recorded(shop, name, entity, path):
    client, ids = shop
    real = recorded(name)[entity]
    ours = client.ok("GET", path.format(**ids))[entity]
    for part in ("documents", "packages", "invoices", "payments", "salesorders", "item_custom_fields"):
        real.pop(part, None)
    assert missing(real, ours) == []


LISTS = [
    ("books-v3-nango/list-invoices.json", "/invoices", "invoices"),
    ("books-v3-nango/list-contacts.json", "/contacts", "contacts"),
    ("books-v3-nango/list-items.json", "/items", "items"),
    ("books-v3-nango/list-payments.json", "/customerpayments", "customerpayments"),
    ("books-v3-nango/list-credit-notes.json", "/creditnotes", "creditnotes"),
    ("books-v3-nango/list-estimates.json", "/estimates", "estimates"),
    ("books-v3-nango/list-currencies.json", "/settings/currencies", "currencies"),
    ("books-v3-nango/list-taxes.json", "/settings/taxes", "taxes"),
    ("books-v3-nango/list-chart-of-accounts.json", "/chartofaccounts", "chartofaccounts"),
    ("books-v3-nango/list-organizations.json", "/organizations", "organizations"),
    ("inventory-v1-dfd/salesorders-list.json", "/salesorders", "salesorders"),
    ("inventory-v1-dfd/items-list.json", "/items", "items"),
]


@pytest.mark.parametrize(("name", "path", "entities"), LISTS)
def test_a_list_carries_every_key_that_was_recorded(shop, name, path, entities):
    client, _ = shop
    real = recorded(name)
    ours = client.ok("GET", path, search_text="")
    for context in (real.get("page_context", {}), ours.get("page_context", {})):
        context.pop("search_criteria", None)
        context.pop("seller_app_sales_channels", None)
    assert missing({entities: real[entities]}, ours) == []
    assert missing(real.get("page_context", {}), ours.get("page_context", {})) == []


MESSAGES = [
    ("create-invoice.json", "The invoice has been created."),
    ("create-contact.json", "The contact has been added."),
    ("create-item.json", "The item has been added."),
    ("create-payment.json", "The payment from the customer has been recorded"),
    ("create-credit-note.json", "The credit note has been created."),
    ("create-estimate.json", "The quote has been created."),
]


@pytest.mark.parametrize(("name", "message"), MESSAGES)
def test_creates_say_what_real_creates_said_with_the_same_status(client, name, message):
    real = recorded(f"books-v3-nango/{name}", "message")
    entry = json.loads((RECORDED / "books-v3-nango" / name).read_text(encoding="utf-8"))[0]
    request = entry["request"]
    path = request["path"].removeprefix("/books/v3")
    customer, item = client.contact("Somebody"), client.item("Something")
    body = request["json"]
    invoice = client.invoice(customer, [{"item_id": item, "rate": 100}])["invoice_id"]
    if "customer_id" in body:
        body["customer_id"] = customer
    for line in body.get("line_items", []):
        line.update({"item_id": item} if "item_id" in line else {})
    for part in body.get("invoices", []):
        part["invoice_id"] = invoice
    answer = client.call("POST", path, body)
    assert (answer.status_code, answer.json["message"]) == (entry["status"], real) == (201, message)
    seen = {key.lower() for key, _ in answer.headers}
    wanted = {key for key in entry["headers"] if key not in {"date", "vary"}}
    assert wanted - seen == set()
    assert answer.headers["location"].startswith("/api/v3/")
