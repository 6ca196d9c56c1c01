"""Contacts, items, documents and payments: made once, found again whatever the list filters do."""

from decimal import Decimal

import pytest

from connectors.errors import Rejected
from connectors.zoho.contacts import (
    add_address,
    create_contact,
    find_contacts,
    get_contact,
    list_addresses,
    update_contact,
)
from connectors.zoho.documents import (
    confirm_sales_order,
    create_document,
    custom_field,
    find_documents,
    get_document,
    mark_sent,
    update_document,
)
from connectors.zoho.items import create_item, find_items_by_sku
from connectors.zoho.payments import create_payment, find_payments, get_payment
from connectors.zoho.settings import accounts, currencies

KEY = "cf_cartbooks_key"


@pytest.fixture
def contact(zoho):
    return create_contact(zoho, contact_body("A Shop", "shop@example.com"))


def contact_body(name, email):
    person = {"first_name": name, "email": email, "is_primary_contact": True}
    return {"contact_name": name, "contact_type": "customer", "contact_persons": [person]}


def document_body(contact, order, key=""):
    body = {
        "customer_id": contact["contact_id"],
        "reference_number": order,
        "line_items": [{"name": "Chair", "rate": Decimal("10.00"), "quantity": 2}],
    }
    return {**body, "custom_fields": [{"api_name": KEY, "value": key}]} if key else body


def test_a_contact_is_found_by_its_e_mail_whatever_the_letter_case(books, filters):
    for number in range(3):
        create_contact(books, contact_body(f"Shop {number}", f"shop{number}@example.com"))
    create_contact(books, {"contact_name": "No mail", "contact_type": "customer"})
    found = find_contacts(books, "SHOP1@Example.com ")
    assert [row["contact_name"] for row in found] == ["Shop 1"]
    assert find_contacts(books, "shop@example.com") == []


def test_a_contact_is_changed_and_given_an_address(books, contact):
    update_contact(books, contact["contact_id"], {"company_name": "Shop Ltd"})
    assert get_contact(books, contact["contact_id"])["company_name"] == "Shop Ltd"
    address = add_address(books, contact["contact_id"], {"address": "1 High Street", "city": "Leeds"})
    assert address["address_id"]
    assert address["address_id"] in [
        row["address_id"] for row in list_addresses(books, contact["contact_id"])
    ]


def test_an_item_is_found_by_its_whole_sku(books, filters):
    for sku in ("CH-1", "CH-10", "XCH-1"):
        create_item(books, {"name": f"Item {sku}", "sku": sku, "rate": Decimal(1)})
    assert [row["sku"] for row in find_items_by_sku(books, "ch-1")] == ["CH-1"]
    assert find_items_by_sku(books, "CH-2") == []
    assert find_items_by_sku(books, "  ") == []


@pytest.mark.parametrize("kind", ["invoice", "sales_order"])
def test_a_document_is_found_by_its_reference_and_told_by_its_key(books, contact, filters, kind):
    for order in ("101", "1010", "102"):
        create_document(books, kind, document_body(contact, order, f"store:{order}:{kind}:1"))
    found = find_documents(books, kind, "101")
    assert [custom_field(row, KEY) for row in found] == [f"store:101:{kind}:1"]
    number = "invoice_id" if kind == "invoice" else "salesorder_id"
    assert custom_field(get_document(books, kind, found[0][number]), KEY) == f"store:101:{kind}:1"
    assert find_documents(books, kind, "10") == []


def test_a_second_document_with_the_same_key_is_refused_by_zoho_itself(zoho, contact):
    create_document(zoho, "invoice", document_body(contact, "101", "store:101:invoice:1"))
    with pytest.raises(Rejected):
        create_document(zoho, "invoice", document_body(contact, "101", "store:101:invoice:1"))
    assert len(find_documents(zoho, "invoice", "101")) == 1


def test_an_invoice_is_amended_sent_and_paid(books, contact):
    invoice = create_document(books, "invoice", document_body(contact, "101"))
    assert invoice["status"] == "draft"
    amended = update_document(
        books,
        "invoice",
        invoice["invoice_id"],
        {"adjustment": Decimal("-0.01"), "adjustment_description": "cent"},
    )
    assert amended["total"] == Decimal("19.99")
    mark_sent(books, invoice["invoice_id"])
    assert get_document(books, "invoice", invoice["invoice_id"])["status"] == "sent"
    payment = create_payment(books, payment_body(contact, invoice, "19.99", "txn-1"))
    assert get_payment(books, payment["payment_id"])["reference_number"] == "txn-1"
    assert get_document(books, "invoice", invoice["invoice_id"])["status"] == "paid"


def payment_body(contact, invoice, amount, reference):
    return {
        "customer_id": contact["contact_id"],
        "payment_mode": "creditcard",
        "amount": Decimal(amount),
        "date": "2026-03-01",
        "reference_number": reference,
        "invoices": [{"invoice_id": invoice["invoice_id"], "amount_applied": Decimal(amount)}],
    }


def test_a_payment_is_found_by_reference_and_by_customer(books, contact, filters):
    invoice = create_document(books, "invoice", document_body(contact, "101"))
    mark_sent(books, invoice["invoice_id"])
    create_payment(books, payment_body(contact, invoice, "5.00", "txn-1"))
    create_payment(books, payment_body(contact, invoice, "6.00", "txn-11"))
    assert [row["amount"] for row in find_payments(books, reference_number="txn-1")] == [Decimal("5.00")]
    assert len(find_payments(books, customer_id=contact["contact_id"])) == 2
    assert find_payments(books, reference_number="txn-1", customer_id="1") == []
    with pytest.raises(ValueError):
        find_payments(books)


def test_an_invoice_is_made_and_paid_in_one_call(zoho, world, contact):
    world.calls.clear()
    paid = [{"payment_mode": "creditcard", "amount": Decimal("20.00")}]
    invoice = create_document(
        zoho, "invoice", {**document_body(contact, "101"), "batch_payments": paid}, quick=True
    )
    assert len([call for call in world.calls if "/books/" in call["path"]]) == 1
    assert get_document(zoho, "invoice", invoice["invoice_id"])["balance"] == 0


def test_a_number_of_ours_switches_zohos_own_off_for_that_document(books, contact):
    mine = create_document(books, "invoice", {**document_body(contact, "101"), "invoice_number": "BC-101"})
    assert mine["invoice_number"] == "BC-101"
    assert create_document(books, "invoice", document_body(contact, "102"))["invoice_number"] != "BC-101"


def test_a_sales_order_is_confirmed_by_the_word_of_its_edition(books, contact):
    order = create_document(books, "sales_order", document_body(contact, "101"))
    confirm_sales_order(books, order["salesorder_id"])
    again = get_document(books, "sales_order", order["salesorder_id"])
    assert again["order_status"] in ("confirmed", "open")


def test_currencies_and_accounts_are_listed(zoho):
    assert "EUR" in {row["currency_code"] for row in currencies(zoho)}
    assert {row["account_id"] for row in accounts(zoho)}


def test_a_custom_field_is_read_wherever_an_answer_carries_it():
    assert custom_field({KEY: "a"}, KEY) == "a"
    assert custom_field({"custom_field_hash": {KEY: "b"}}, KEY) == "b"
    assert custom_field({"custom_fields": [{"api_name": KEY, "value": "c"}]}, KEY) == "c"
    assert custom_field({"custom_fields": [{"api_name": "cf_x", "value": "c"}]}, KEY) == ""
    assert custom_field({}, KEY) == ""
