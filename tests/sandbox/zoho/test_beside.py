"""What documents have beside themselves: addresses of their own, comments, mails, a PDF."""

import pytest

LINE = [{"rate": 10, "name": "x"}]
MODULES = ("invoices", "salesorders", "creditnotes", "estimates")
HERE, THERE = {"address": "1 Here St", "city": "Here"}, {"address": "2 There St", "zip": "22"}


def _made(client, module, **more):
    body = {"customer_id": client.contact(billing_address={"address": "Home"}), "line_items": LINE, **more}
    record = client.ok("POST", f"/{module}", body)[module[:-1]]
    return record, f"/{module}/{record[module[:-1] + '_id']}"


@pytest.mark.parametrize("module", MODULES)
def test_a_document_keeps_the_address_it_was_given(client, module):
    record, path = _made(client, module)
    assert record["billing_address"]["address"] == "Home"
    for side, told in (("billing", HERE), ("shipping", THERE)):
        answer = client.ok("PUT", f"{path}/address/{side}", told)
        assert answer[f"{side}_address"].items() >= told.items()
    client.ok("PUT", path, {"notes": "changed"})
    shown = client.ok("GET", path)[module[:-1]]
    assert shown["billing_address"].items() >= HERE.items()
    assert shown["shipping_address"].items() >= THERE.items()
    assert client.ok("GET", f"/contacts/{record['customer_id']}")["contact"]["billing_address"]["city"] == ""


def test_an_address_named_by_id_later_takes_the_place_of_the_documents_own(client):
    record, path = _made(client, "invoices")
    client.ok("PUT", f"{path}/address/billing", HERE)
    own = client.ok("GET", f"/contacts/{record['customer_id']}")["contact"]["billing_address"]["address_id"]
    told = client.ok("PUT", path, {"billing_address_id": own})["invoice"]
    assert told["billing_address"]["address"] == "Home"
    client.ok("PUT", f"{path}/address/billing", {**HERE, "is_update_customer": True})
    contact = client.ok("GET", f"/contacts/{record['customer_id']}")["contact"]
    assert (contact["billing_address"]["city"], contact["billing_address"]["address_id"]) == ("Here", own)


def test_an_invoice_of_an_order_has_the_orders_own_address(client):
    order, path = _made(client, "salesorders")
    client.ok("PUT", f"{path}/address/shipping", THERE)
    client.ok("POST", f"{path}/status/open")
    made = client.ok("POST", "/invoices/fromsalesorder", salesorder_id=order["salesorder_id"])["invoice"]
    assert made["shipping_address"]["zip"] == "22"


def test_the_address_of_a_locked_document_stays(client):
    _, path = _made(client, "invoices", date="2026-03-01")
    client.http.put("/control/zoho/lock", json={"date": "2026-03-31"})
    assert client.refused("PUT", f"{path}/address/billing", HERE) == (400, 1038)


@pytest.mark.parametrize("module", ["salesorders", "estimates"])
def test_the_locked_period_is_not_for_addresses_of_what_is_not_booked(client, module):
    _, path = _made(client, module, date="2026-03-01")
    client.http.put("/control/zoho/lock", json={"date": "2026-03-31"})
    assert client.ok("PUT", f"{path}/address/billing", HERE)["billing_address"]["city"] == "Here"


@pytest.mark.parametrize("module", MODULES)
def test_comments_are_kept_beside_what_the_system_says(client, module):
    _, path = _made(client, module)
    client.ok("POST", f"{path}/comments", {"description": "Paid by the shop"})
    newest, first = client.ok("GET", f"{path}/comments")["comments"]
    assert (newest["comment_type"], newest["description"]) == ("internal", "Paid by the shop")
    assert first["comment_type"] == "system"
    client.ok("PUT", f"{path}/comments/{newest['comment_id']}", {"description": "Or not"})
    assert client.ok("GET", f"{path}/comments")["comments"][0]["description"] == "Or not"
    client.ok("DELETE", f"{path}/comments/{newest['comment_id']}")
    assert len(client.ok("GET", f"{path}/comments")["comments"]) == 1
    assert client.refused("POST", f"{path}/comments", {}) == (400, 4)
    assert client.refused("DELETE", f"{path}/comments/{newest['comment_id']}") == (404, 5)


def test_a_contact_shows_its_history(client):
    contact = client.contact()
    told = client.ok("GET", f"/contacts/{contact}/comments")["contact_comments"]
    assert [row["contact_name"] for row in told] == ["A customer"]


@pytest.mark.parametrize("module", ["salesorders", "creditnotes", "estimates"])
def test_mails_only_say_that_they_were_sent(client, module):
    _, path = _made(client, module)
    client.ok("POST", f"{path}/email", {"to_mail_ids": ["a@example.org"]})
    assert client.ok("GET", path)[module[:-1]]["is_emailed"] is True


def test_many_invoices_are_mailed_in_one_call(client):
    _, path = _made(client, "invoices")
    client.ok("POST", "/invoices/email", invoice_ids=path.rpartition("/")[2])
    assert client.ok("GET", path)["invoice"]["status"] == "sent"


@pytest.mark.parametrize("asked", [{"accept": "pdf"}, {"headers": {"Accept": "application/pdf"}}])
def test_a_document_is_had_as_a_pdf(client, asked):
    record, path = _made(client, "invoices")
    answer = client.call("GET", path, **asked)
    assert answer.content_type.startswith("application/pdf")
    assert answer.data.startswith(b"%PDF-1.4")
    assert record["invoice_number"].encode() in answer.data
    assert record["invoice_number"] in answer.headers["content-disposition"]
    table = int(answer.data.rsplit(b"startxref\n", 1)[1].split()[0])
    assert answer.data[table:].startswith(b"xref")


def test_credit_notes_are_opened_and_voided_alike_in_both_editions(client):
    _, path = _made(client, "creditnotes", is_draft=True)
    for stage in ("open", "draft", "void"):
        client.ok("POST", f"{path}/status/{stage}", edition="inventory/v1")
        assert client.ok("GET", path)["creditnote"]["status"] == stage
