"""Credit notes: made once, found again, used up on invoices or paid back; documents and payments taken back."""

from decimal import Decimal

import pytest

from connectors.errors import Rejected
from connectors.zoho.contacts import create_contact
from connectors.zoho.creditnotes import (
    apply_note,
    create_note,
    delete_note,
    find_notes,
    get_note,
    list_applications,
    list_refunds,
    refund_note,
    unapply_note,
    update_note,
)
from connectors.zoho.documents import (
    create_document,
    custom_field,
    delete_document,
    find_documents,
    get_document,
    mark_sent,
    void_document,
)
from connectors.zoho.payments import create_payment, delete_payment, find_payments

KEY = "cf_cartbooks_key"


@pytest.fixture
def contact(zoho):
    return create_contact(zoho, {"contact_name": "A Shop", "contact_type": "customer"})


def body(contact, order, key="", rate="10.00", quantity=2):
    told = {
        "customer_id": contact["contact_id"],
        "reference_number": order,
        "line_items": [{"name": "Chair", "rate": Decimal(rate), "quantity": quantity}],
    }
    return {**told, "custom_fields": [{"api_name": KEY, "value": key}]} if key else told


@pytest.fixture
def invoice(zoho, contact):
    made = create_document(zoho, "invoice", body(contact, "101", "store:101:invoice:1"))
    mark_sent(zoho, made["invoice_id"])
    return made


def test_a_note_is_made_for_an_invoice_and_found_by_reference_and_key(books, contact, invoice, filters):
    for order in ("101", "1010"):
        create_note(books, body(contact, order, f"store:{order}:refund:1", quantity=1), invoice["invoice_id"])
    (found,) = find_notes(books, "101")
    assert custom_field(found, KEY) == "store:101:refund:1"
    note = get_note(books, found["creditnote_id"])
    assert (note["status"], note["total"], note["invoice_id"]) == ("open", 10, invoice["invoice_id"])
    assert find_notes(books, "10") == []


def test_a_second_note_with_the_same_key_is_refused_by_zoho_itself(zoho, contact):
    create_note(zoho, body(contact, "101", "store:101:refund:1"))
    with pytest.raises(Rejected):
        create_note(zoho, body(contact, "101", "store:101:refund:1"))


def test_a_note_is_used_on_an_invoice_and_the_rest_is_paid_back(books, contact, invoice):
    note = create_note(books, body(contact, "101", rate="15.00"), invoice["invoice_id"])["creditnote_id"]
    apply_note(
        books,
        note,
        {"invoices": [{"invoice_id": invoice["invoice_id"], "amount_applied": Decimal("20.00")}]},
    )
    paid = {"date": "2026-01-31", "refund_mode": "cash", "amount": Decimal("10.00"), "reference_number": "R1"}
    made = refund_note(books, note, paid)
    assert [(row["invoice_id"], row["amount_applied"]) for row in list_applications(books, note)] == [
        (invoice["invoice_id"], 20)
    ]
    assert [(row["creditnote_refund_id"], row["amount"]) for row in list_refunds(books, note)] == [
        (made["creditnote_refund_id"], 10)
    ]
    assert get_note(books, note)["status"] == "closed"
    assert get_document(books, "invoice", invoice["invoice_id"])["status"] == "paid"
    (used,) = list_applications(books, note)
    unapply_note(books, note, used["creditnote_invoice_id"])
    assert (
        get_note(books, note)["balance"]
        == get_document(books, "invoice", invoice["invoice_id"])["balance"]
        == 20
    )


def test_a_note_is_amended_or_deleted(books, contact):
    note = create_note(books, body(contact, "101"))["creditnote_id"]
    told = {"adjustment": Decimal("-0.01"), "adjustment_description": "cent"}
    assert update_note(books, note, told)["total"] == Decimal("19.99")
    delete_note(books, note)
    assert find_notes(books, "101") == []


@pytest.mark.parametrize("kind", ["invoice", "sales_order"])
def test_a_document_is_made_void_or_deleted(books, contact, kind):
    name = "invoice_id" if kind == "invoice" else "salesorder_id"
    made = create_document(books, kind, body(contact, "102"))[name]
    void_document(books, kind, made)
    assert get_document(books, kind, made)["status"] == "void"
    delete_document(books, kind, made)
    assert find_documents(books, kind, "102") == []


def test_a_payment_is_deleted_and_one_that_is_gone_is_as_it_should_be(books, contact, invoice):
    part = {"invoice_id": invoice["invoice_id"], "amount_applied": Decimal("20.00")}
    told = {"customer_id": contact["contact_id"], "payment_mode": "cash", "amount": Decimal("20.00")}
    payment = create_payment(
        books, {**told, "date": "2026-01-31", "reference_number": "T1", "invoices": [part]}
    )["payment_id"]
    delete_payment(books, payment)
    delete_payment(books, payment)
    assert find_payments(books, reference_number="T1") == []
    assert get_document(books, "invoice", invoice["invoice_id"])["balance"] == 20
