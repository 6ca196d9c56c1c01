"""Credits on invoices: credit notes and unused payments are applied to what is owed, and taken off again."""

from decimal import Decimal
from typing import Any

from sandbox.zoho import lock
from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.balances import applied, credited, settle, settle_note, settle_payment
from sandbox.zoho.call import Call, named, rows_of
from sandbox.zoho.money import half_up, number
from sandbox.zoho.organization import Record
from sandbox.zoho.shapes.common import fresh
from sandbox.zoho.shapes.payment import PART

NOTES, PAYMENTS, INVOICES = "creditnotes", "customerpayments", "invoices"
APPLIED = "Credits have been applied to the invoice(s)."
STATES = {"draft": 12005, "paid": 12006, "void": 12007}  # of invoices that take no credit
Use = tuple[Record, Record, Decimal]  # (credit note or payment, invoice, amount)


def apply_note(call: Call) -> Answer:
    """POST creditnotes/{id}/invoices: use a credit note on invoices of the same customer."""
    note = call.find(NOTES)
    told = rows_of(call.body, "invoices")
    uses = [(note, _invoice(call, row), _amount(row, note)) for row in told]
    _some(uses, "invoices")
    use(call, uses)
    return Answer({"code": 0, "message": APPLIED}, 201)


def apply_to_invoice(call: Call) -> Answer:
    """POST invoices/{id}/credits: use credit notes and what is left of payments on one invoice."""
    invoice = call.find(INVOICES)
    notes = [
        (named(call, NOTES, row.get("creditnote_id"), 1002, "Credit Note does not exist."), row)
        for row in rows_of(call.body, "apply_creditnotes")
    ]
    payments = [
        (named(call, PAYMENTS, row.get("payment_id"), 1002, "Payment does not exist."), row)
        for row in rows_of(call.body, "invoice_payments")
    ]
    uses = [(source, invoice, _amount(row, source)) for source, row in (*notes, *payments)]
    _some(uses, "apply_creditnotes")
    use(call, uses)
    return Answer({"code": 0, "message": APPLIED}, 201)


def _invoice(call: Call, told: dict[str, Any]) -> Record:
    return named(call, INVOICES, told.get("invoice_id"), 1002, "Invoice does not exist.")


def _amount(told: dict[str, Any], source: Record) -> Decimal:
    amount: Decimal = half_up(number(told, "amount_applied", None), source["price_precision"])
    if amount <= 0:
        raise Refused(2, "Invalid value passed for amount_applied")
    return amount


def _some(uses: list[Use], key: str) -> None:
    if not uses:
        raise Refused(4, f"Invalid value passed for {key}")


def use(call: Call, uses: list[Use]) -> None:
    """All of it or nothing."""
    lock.check(call, call.org.today().isoformat())
    _check(uses)
    for source, invoice, amount in uses:
        part = _of_note if "creditnote_id" in source else _of_payment
        part(call, source, invoice, amount)
        settle(call.org, invoice)
        for record in (source, invoice):
            call.org.touched(record, call.person)


def _check(uses: list[Use]) -> None:
    """Together no more than a source has left, and no more than an invoice is owed."""
    left: dict[int, Decimal] = {}  # by object: what these uses leave of it
    for source, invoice, amount in uses:
        _check_states(source, invoice)
        free = left.get(id(source), _free(source)) - amount
        owed = left.get(id(invoice), Decimal(invoice["balance"])) - amount
        if free < 0:
            raise Refused(24016, "The amount entered is more than the balance of the credit note")
        if owed < 0 or source["customer_id"] != invoice["customer_id"]:
            raise Refused(24016, "The amount entered is more than the balance due for this invoice")
        left[id(source)], left[id(invoice)] = free, owed


def _free(source: Record) -> Decimal:
    free: Decimal = source["balance"] if "creditnote_id" in source else source["unused_amount"]
    return free


def _check_states(source: Record, invoice: Record) -> None:
    if "creditnote_id" in source and source["status"] != "open":
        raise Refused(12004 if source["status"] == "void" else 12003, "The credit note is closed or void.")
    if invoice["status"] in STATES:
        raise Refused(
            STATES[invoice["status"]], f"Credits cannot be applied to a {invoice['status']} invoice."
        )


def _of_note(call: Call, note: Record, invoice: Record, amount: Decimal) -> None:
    note["invoices_credited"].append(
        {
            "creditnote_id": note["creditnote_id"],
            "creditnote_invoice_id": call.org.new_id(),
            "creditnote_number": note["creditnote_number"],
            "invoice_id": invoice["invoice_id"],
            "invoice_number": invoice["invoice_number"],
            "date": call.org.today().isoformat(),
            "amount_applied": amount,
            "credited_amount": amount,
        }
    )
    settle_note(call.org, note)


def _of_payment(call: Call, payment: Record, invoice: Record, amount: Decimal) -> None:
    today = call.org.today().isoformat()
    payment["invoices"].append(payment_part(call, invoice, amount, invoice["balance"], today))
    settle_payment(payment)


def payment_part(call: Call, invoice: Record, amount: Decimal, free: Decimal, day: str) -> Record:
    """The piece of a payment that pays an invoice, of which `free` was owed before."""
    return {
        **fresh(PART),
        "invoice_number": invoice["invoice_number"],
        "invoice_payment_id": call.org.new_id(),
        "invoice_id": invoice["invoice_id"],
        "amount_applied": amount,
        "total": invoice["total"],
        "balance": free - amount,
        "date": invoice["date"],
        "due_date": invoice["due_date"],
        "price_precision": invoice["price_precision"],
        "apply_date": day,
    }


def applications(call: Call) -> Answer:
    return done("success", invoices_credited=call.find(NOTES)["invoices_credited"])


def credits_of(call: Call) -> Answer:
    """GET invoices/{id}/creditsapplied: the credit notes; payments are told apart from them."""
    rows = [
        {
            "creditnote_id": note["creditnote_id"],
            "creditnotes_invoice_id": part["creditnote_invoice_id"],
            "creditnotes_number": note["creditnote_number"],
            "credited_date": part["date"],
            "amount_applied": part["amount_applied"],
        }
        for note, part in credited(call.org, call.find(INVOICES)["invoice_id"])
    ]
    return done("success", credits=rows)


def unapply(call: Call) -> Answer:
    """DELETE creditnotes/{id}/invoices/{part}."""
    note = call.find(NOTES)
    for part in note["invoices_credited"]:
        if part["creditnote_invoice_id"] == call.ids["part"]:
            return _unapplied(call, note, part)
    raise unknown_id()


def unapply_from_invoice(call: Call) -> Answer:
    """DELETE invoices/{id}/creditsapplied/{part}."""
    for note, part in credited(call.org, call.find(INVOICES)["invoice_id"]):
        if part["creditnote_invoice_id"] == call.ids["part"]:
            return _unapplied(call, note, part)
    raise unknown_id()


def _unapplied(call: Call, note: Record, part: Record) -> Answer:
    lock.check(call, part["date"])
    note["invoices_credited"].remove(part)
    settle_note(call.org, note)
    _free_again(call, note, part)
    return done("Credits applied to an invoice have been deleted.")


def unpay(call: Call) -> Answer:
    """DELETE invoices/{id}/payments/{part}: the money stays, as the customer's unused credit."""
    for payment, part in applied(call.org, call.find(INVOICES)["invoice_id"]):
        if part["invoice_payment_id"] == call.ids["part"]:
            lock.check(call, part["apply_date"])
            payment["invoices"].remove(part)
            settle_payment(payment)
            _free_again(call, payment, part)
            return done("The payment has been deleted.")
    raise unknown_id()


def _free_again(call: Call, source: Record, part: Record) -> None:
    invoice = call.org.records[INVOICES][part["invoice_id"]]
    settle(call.org, invoice)
    for record in (source, invoice):
        call.org.touched(record, call.person)
