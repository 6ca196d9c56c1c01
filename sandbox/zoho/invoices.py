"""Invoices: draft, sent, paid, void; created with or without their payment; linked to orders."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sandbox.zoho import (
    accounts,
    customfields,
    document_addresses,
    lists,
    lock,
    payments,
    stock_effects,
    workflows,
)
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.balances import applied, credited, settle, settle_order
from sandbox.zoho.call import Call, created, rows_of
from sandbox.zoho.documents import Kind, build, laid_over
from sandbox.zoho.filters import Listing
from sandbox.zoho.invoice_views import row, shown
from sandbox.zoho.money import ZERO, number, text
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.invoice import DETAIL, LINE

MODULE = "invoices"
KIND = Kind(
    *(MODULE, "invoice", "invoice_number", "INV-", 6, DETAIL, LINE, "Invoice Number", 1001),
    quoted="invoiced_estimate_id",
)
UNPAID = {"sent", "overdue", "partially_paid"}
LISTING = Listing(
    "invoices",
    "Invoices",
    texts=("invoice_number", "reference_number", "customer_name", "email"),
    exact=("customer_id", "status"),
    numbers=("total", "balance"),
    dates=("date", "due_date", "created_date"),
    of_lines=("item_id", "item_name", "item_description"),
    custom=True,
    searched=("invoice_number", "reference_number", "customer_name"),
    sortable=(
        *("customer_name", "invoice_number", "date", "due_date", "total", "balance"),
        *("created_time", "created_date", "last_modified_time", "reference_number"),
    ),
    statuses={
        "Draft": lambda row: row["status"] == "draft",
        "Sent": lambda row: row["status"] == "sent",
        "OverDue": lambda row: row["status"] == "overdue",
        "PartiallyPaid": lambda row: row["status"] == "partially_paid",
        "Paid": lambda row: row["status"] == "paid",
        "Unpaid": lambda row: row["status"] in UNPAID,
        "Void": lambda row: row["status"] == "void",
        "Viewed": lambda row: row["is_viewed_by_client"],
        "DebitNote": lambda row: row["type"] == "debit_note",
    },
    unsifted=("PaymentExpectedDate",),
    words={
        "unpaid": lambda row: row["status"] in UNPAID,
        "viewed": lambda row: row["is_viewed_by_client"],
    },
)


def create(call: Call) -> Answer:
    return born(call, {})


def born(call: Call, addresses: dict[str, Record]) -> Answer:
    """The invoice of a body; one of an order brings the order's own addresses along."""
    invoice = build(call, KIND, call.body, None)
    document_addresses.give(invoice, addresses)
    invoice.update(_stage="draft", _orders=_orders(call, invoice, None))
    batch = _batch(call, invoice)
    if call.asks("send") and not invoice["email"]:
        raise Refused(4, "Invalid value passed for contact_persons")
    call.org.records[MODULE][invoice["invoice_id"]] = invoice
    if estimate := call.org.records["estimates"].get(invoice["estimate_id"]):
        estimate["_stage"] = "invoiced"
    settle(call.org, invoice)
    if call.asks("send"):
        _send(call, invoice, emailed=True)
    for told in batch:
        payments.record(call, told)
    tell(call, "created", invoice)
    path = f"invoices/{invoice['invoice_id']}"
    return created("The invoice has been created.", "invoice", shown(call, invoice), path)


def _batch(call: Call, invoice: Record) -> list[dict[str, Any]]:
    """Books only: ?is_quick_create=true&batch_payments=true with the payments in the body."""
    quick = call.edition == "books" and call.asks("is_quick_create") and call.asks("batch_payments")
    if not quick:
        return []
    told = []
    for each in rows_of(call.body, "batch_payments"):
        amount = number(each, "amount", None)
        part = {"invoice_id": invoice["invoice_id"], "amount_applied": amount}
        told.append(
            {**each, "customer_id": invoice["customer_id"], "date": invoice["date"], "invoices": [part]}
        )
    if sum((each["invoices"][0]["amount_applied"] for each in told), Decimal(0)) > invoice["total"]:
        raise payments.too_much()
    for each in told:
        accounts.of_money(call, each.get("account_id"), "account_id")
    return told


def update(call: Call) -> Answer:
    before = call.find(MODULE)
    paid = before["payment_made"] + before["credits_applied"]
    other = str(call.body.get("customer_id") or before["customer_id"])
    if paid and other != before["customer_id"]:
        raise Refused(3010, "The customer cannot be changed since payments have been applied to the invoice.")
    invoice = build(call, KIND, laid_over(before, call.body), before)
    if paid > invoice["total"]:
        raise payments.too_much()
    _keep(invoice, before)
    invoice["_orders"] = _orders(call, invoice, before)
    left = [each for each in before["_orders"] if each not in invoice["_orders"]]
    before.clear()
    before.update(invoice)
    settle(call.org, before)
    _settle_orders(call, left)
    tell(call, "edited", before)
    return done("Invoice information has been updated.", invoice=shown(call, before))


def _keep(invoice: Record, before: Record) -> None:
    for name in ("_stage", "is_emailed", "reminders_sent", "write_off_amount", "invoice_url"):
        invoice[name] = before[name]


def update_by_field(call: Call) -> Answer:
    return customfields.by_unique_field(call, MODULE, update, create)


def get(call: Call) -> Answer:
    return done("success", invoice=shown(call, call.find(MODULE)))


def listed(call: Call) -> Answer:
    return lists.answer(call, LISTING, call.org.records[MODULE].values(), lambda invoice: row(call, invoice))


def delete(call: Call) -> Answer:
    invoice = call.find(MODULE)
    lock.check(call, invoice["date"])
    if applied(call.org, invoice["invoice_id"]):
        raise Refused(4001, "The invoice has payments and cannot be deleted.")
    if credited(call.org, invoice["invoice_id"]):
        raise Refused(12008, "The invoice has credits applied and cannot be deleted.")
    tell(call, "deleted", invoice)
    stock_effects.dropped(call.org, MODULE, invoice)
    del call.org.records[MODULE][invoice["invoice_id"]]
    call.org.deleted.append({"module": MODULE, "id": invoice["invoice_id"]})
    _settle_orders(call, invoice["_orders"])
    return done("The invoice has been deleted.")


def mark_sent(call: Call) -> Answer:
    invoice = call.find(MODULE)
    _send(call, invoice, emailed=False)
    tell(call, "edited", invoice)
    return done("Invoice status has been changed to Sent.")


def email(call: Call) -> Answer:
    invoice = call.find(MODULE)
    first = not invoice["is_emailed"]
    _send(call, invoice, emailed=True)
    tell(call, "edited", invoice)
    return done("Your invoice has been sent.", is_first_email=first)


def _send(call: Call, invoice: Record, *, emailed: bool) -> None:
    if invoice["_stage"] == "void":
        raise Refused(9, "Void invoices cannot be marked as sent.")
    lock.check(call, invoice["date"] if invoice["_stage"] == "draft" else "")
    invoice["_stage"] = "sent"
    invoice["is_emailed"] = invoice["is_emailed"] or emailed
    settle(call.org, invoice)
    call.org.touched(invoice, call.person)


def void(call: Call) -> Answer:
    invoice = call.find(MODULE)
    lock.check(call, invoice["date"])
    if invoice["payment_made"] or invoice["credits_applied"]:
        raise Refused(
            4001, "Payments or credits are applied to the invoice. Remove them before marking it as void."
        )
    invoice["_stage"] = "void"
    settle(call.org, invoice)
    call.org.touched(invoice, call.person)
    tell(call, "edited", invoice)
    return done("Invoice status has been changed to Void.")


def to_draft(call: Call) -> Answer:
    invoice = call.find(MODULE)
    lock.check(call, invoice["date"])
    if invoice["_stage"] != "void":
        raise Refused(9, "Only void invoices can be changed to draft.")
    invoice["_stage"] = "draft"
    settle(call.org, invoice)
    call.org.touched(invoice, call.person)
    tell(call, "edited", invoice)
    return done("Status of invoice changed from void to draft")


def payments_of(call: Call) -> Answer:
    invoice = call.find(MODULE)
    rows = [
        {
            "payment_id": payment["payment_id"],
            "payment_number": payment["payment_number"],
            "invoice_id": invoice["invoice_id"],
            "invoice_payment_id": part["invoice_payment_id"],
            **{name: payment[name] for name in ("payment_mode", "description", "date", "reference_number")},
            "exchange_rate": payment["exchange_rate"],
            "amount": part["amount_applied"],
            "tax_amount_withheld": 0,
            "online_transaction_id": "",
            "is_single_invoice_payment": len(payment["invoices"]) == 1,
        }
        for payment, part in applied(call.org, invoice["invoice_id"])
    ]
    return done("success", payments=rows)


def change_custom_fields(call: Call) -> Answer:
    lock.check(call, call.find(MODULE)["date"])
    tell(call, "edited", customfields.change(call, MODULE))
    return done(customfields.UPDATED)


def _orders(call: Call, invoice: Record, before: Record | None) -> list[str]:
    """The orders whose lines are invoiced here; more than is left of a line is refused."""
    found: list[str] = []
    for line in invoice["line_items"]:
        wanted = text(line, "salesorder_item_id", 50)
        if not wanted:
            continue
        order, source = _order_line(call, wanted)
        own = [
            each["quantity"]
            for each in (before or {}).get("line_items", [])
            if each["salesorder_item_id"] == wanted
        ]
        if line["quantity"] > source["quantity"] - source["quantity_invoiced"] + sum(own, ZERO):
            raise nothing_left()
        if order["salesorder_id"] not in found:
            found.append(order["salesorder_id"])
    return found


def _order_line(call: Call, line_id: str) -> tuple[Record, Record]:
    for order in call.org.records["salesorders"].values():
        for line in order["line_items"]:
            if line["line_item_id"] == line_id:
                return order, line
    raise Refused(2, "Invalid value passed for salesorder_item_id")


def nothing_left() -> Refused:
    return Refused(36026, "There are no items in this sales order to be invoiced.")


def _settle_orders(call: Call, order_ids: Iterable[str]) -> None:
    for order_id in order_ids:
        if order_id in call.org.records["salesorders"]:
            settle_order(call.org, call.org.records["salesorders"][order_id])


def tell(call: Call, event: str, invoice: Record) -> None:
    workflows.fire(call, "invoice", event, lambda: shown(call, invoice))
