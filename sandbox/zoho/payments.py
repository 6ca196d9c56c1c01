"""Customer payments: applied to invoices, never more than is owed; the rest is the customer's credit."""

from decimal import Decimal
from typing import Any

from sandbox.zoho import accounts, customfields, lists, lock
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.applying import payment_part
from sandbox.zoho.balances import settle, settle_payment
from sandbox.zoho.call import Call, created, named, rows_of
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import ZERO, day, half_up, number, text
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.common import fresh
from sandbox.zoho.shapes.payment import DETAIL, ROW
from sandbox.zoho.views import detail
from sandbox.zoho.views import row as plain_row

MODULE = "customerpayments"
MODES = (
    *("Check", "Cash", "BankTransfer", "BankRemittance", "CreditCard", "AutoTransaction", "Others", "Paypal"),
    *("GoogleCheckout", "Credit", "Authorizenet", "Payflowpro", "Stripe", "TwoCheckout", "Braintree"),
)


def _mode(row: dict[str, Any]) -> str:
    return str(row["payment_mode"]).replace(" ", "").lower()


LISTING = Listing(
    MODULE,
    "Payments Received",
    texts=("reference_number", "customer_name", "payment_number", "notes"),
    exact=("customer_id", "payment_mode"),
    numbers=("amount",),
    dates=("date",),
    searched=("reference_number", "customer_name", "payment_number"),
    sort="date",
    sortable=("date", "amount", "customer_name", "payment_mode", "created_time", "last_modified_time"),
    filter_by="PaymentMode.All",
    statuses={name: lambda row, name=name: _mode(row) == name.lower() for name in MODES},  # type: ignore[misc]
    keys={"notes": "description"},
)


def create(call: Call) -> Answer:
    payment = record(call, call.body)
    told = "The payment from the customer has been recorded"
    return created(
        told, "payment", detail(call, MODULE, payment), f"customerpayments/{payment['payment_id']}"
    )


def record(call: Call, body: dict[str, Any]) -> Record:
    """A stored payment from a body; raises Refused before anything is changed."""
    customer = call.org.records["contacts"].get(str(body.get("customer_id") or ""))
    if customer is None:
        raise Refused(3004, "The customer is blank or does not exist.")
    amount = half_up(number(body, "amount", None), customer["price_precision"])
    if amount <= 0:
        raise Refused(2, "Invalid value passed for amount")
    payment: Record = {**fresh(DETAIL), "payment_id": call.org.new_id(), "amount": amount}
    payment.update(customer_id=customer["contact_id"], customer_name=customer["contact_name"])
    payment.update({name: customer[name] for name in ("currency_id", "currency_code", "currency_symbol")})
    payment["price_precision"] = customer["price_precision"]
    _describe(call, payment, body)
    lock.check(call, payment["date"])
    payment["invoices"] = _parts(call, payment, rows_of(body, "invoices"), {})
    settle_payment(payment)
    told = Call(**{**call.__dict__, "body": body})
    payment["_custom"] = customfields.taken_over(told, MODULE, {})
    _number(call, payment)
    _store(call, payment)
    return payment


def _describe(call: Call, payment: Record, body: dict[str, Any]) -> None:
    known = call.org.account("Undeposited Funds")
    payment["date"] = day(body, "date", call.org.today())
    payment["payment_mode"] = text(body, "payment_mode", 100, payment["payment_mode"] or "cash")
    payment["reference_number"] = text(body, "reference_number", 100, payment["reference_number"])
    payment["description"] = text(body, "description", 2000, payment["description"])
    payment["bank_charges"] = number(body, "bank_charges", payment["bank_charges"])
    currency = call.org.currencies[payment["currency_id"]]
    usual = Decimal(1) if currency["is_base_currency"] else Decimal(currency["exchange_rate"])
    payment["exchange_rate"] = number(body, "exchange_rate", usual) or usual
    account = (
        accounts.of_money(call, body.get("account_id"), "account_id")
        or call.org.accounts.get(payment["account_id"])
        or known
    )
    payment.update({name: account[name] for name in ("account_id", "account_name", "account_type")})
    advance = call.org.account("Accounts Receivable")
    payment["customer_advance_account_id"] = advance["account_id"]
    payment["customer_advance_account_name"] = advance["account_name"]


def _parts(
    call: Call, payment: Record, told: list[dict[str, Any]], before: dict[str, Record]
) -> list[Record]:
    """What the payment does for each invoice; its own parts from `before` do not stand in its way."""
    parts = []
    for row in told:
        invoice = named(call, "invoices", row.get("invoice_id"), 1002, "Invoice does not exist.")
        own = before.get(invoice["invoice_id"])
        free = invoice["balance"] + (own["amount_applied"] if own else ZERO)
        parts.append(_part(call, payment, row, invoice, free))
    if sum((part["amount_applied"] for part in parts), ZERO) > payment["amount"]:
        raise too_much()
    return parts


def _part(call: Call, payment: Record, told: dict[str, Any], invoice: Record, free: Decimal) -> Record:
    if invoice["customer_id"] != payment["customer_id"]:
        raise Refused(3004, "The invoice belongs to another customer.")
    if invoice["_stage"] == "void" or (
        invoice["_stage"] == "draft" and call.switch("zoho_draft_payment") == "refused"
    ):
        raise Refused(12005, "Payments cannot be recorded for an invoice that is in draft or void state.")
    amount = half_up(number(told, "amount_applied", None), invoice["price_precision"])
    if amount <= 0:
        raise Refused(2, "Invalid value passed for amount_applied")
    if amount > free:
        raise too_much()
    return payment_part(call, invoice, amount, free, payment["date"])


def too_much() -> Refused:
    return Refused(24016, "The amount entered is more than the balance due for this invoice")


def _number(call: Call, payment: Record) -> None:
    payment["payment_number"] = call.org.next_number(MODULE, "", 1)
    payment["payment_number_suffix"] = payment["payment_number"]


def _store(call: Call, payment: Record) -> None:
    payment.update(created_by=call.org.user, created_time=call.org.stamp())
    call.org.touched(payment, call.person)
    call.org.records[MODULE][payment["payment_id"]] = call.org.born(payment)
    _settle(call, payment)


def _settle(call: Call, payment: Record) -> None:
    for part in payment["invoices"]:
        invoice = call.org.records["invoices"][part["invoice_id"]]
        settle(call.org, invoice)
        call.org.touched(invoice, call.person)


def update(call: Call) -> Answer:
    payment = call.find(MODULE)
    draft = fresh(payment)
    draft["amount"] = half_up(number(call.body, "amount", payment["amount"]), payment["price_precision"])
    if draft["amount"] <= 0:
        raise Refused(2, "Invalid value passed for amount")
    _describe(call, draft, {"date": payment["date"], **call.body})
    lock.check(call, payment["date"], draft["date"])
    before = {part["invoice_id"]: part for part in payment["invoices"]}
    told = rows_of(call.body, "invoices") if "invoices" in call.body else payment["invoices"]
    draft["invoices"] = _parts(call, draft, told, before)
    settle_payment(draft)
    if draft["unused_amount"] < 0:
        raise too_much()
    draft["_custom"] = customfields.taken_over(call, MODULE, payment["_custom"], payment["payment_id"])
    old = {**payment}
    payment.update(draft)
    call.org.touched(payment, call.person)
    _settle(call, old)
    _settle(call, payment)
    message = "The details of the payment received from the customer have been updated"
    return done(message, payment=detail(call, MODULE, payment))


def update_by_field(call: Call) -> Answer:
    return customfields.by_unique_field(call, MODULE, update, create)


def get(call: Call) -> Answer:
    return done("success", payment=detail(call, MODULE, call.find(MODULE)))


def listed(call: Call) -> Answer:
    return lists.answer(call, LISTING, call.org.records[MODULE].values(), lambda payment: row(call, payment))


def delete(call: Call) -> Answer:
    payment = call.find(MODULE)
    lock.check(call, payment["date"])
    if payment["payment_refunds"]:
        raise Refused(9, "Delete the refunds of the payment first.")
    del call.org.records[MODULE][payment["payment_id"]]
    call.org.deleted.append({"module": MODULE, "id": payment["payment_id"]})
    _settle(call, payment)
    return done("The payment has been deleted.")


def change_custom_fields(call: Call) -> Answer:
    lock.check(call, call.find(MODULE)["date"])
    customfields.change(call, MODULE)
    return done(customfields.UPDATED)


def row(call: Call, payment: Record) -> dict[str, Any]:
    rate = Decimal(payment["exchange_rate"])
    return plain_row(
        call,
        MODULE,
        payment,
        ROW,
        invoice_numbers=",".join(part["invoice_number"] for part in payment["invoices"]),
        payment_mode_formatted=payment["payment_mode"],
        bcy_amount=half_up(payment["amount"] * rate, 2),
        bcy_unused_amount=half_up(payment["unused_amount"] * rate, 2),
        documents="",
        payment_type="Invoice Payment" if payment["invoices"] else "Customer Advance",
    )
