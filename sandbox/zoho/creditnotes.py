"""Credit notes: open from birth, applied to invoices, refunded, void."""

from decimal import Decimal
from typing import Any

from sandbox.zoho import customfields, lists, stock_effects, workflows
from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.balances import settle
from sandbox.zoho.call import Call, created, named, rows_of
from sandbox.zoho.documents import Kind, build, laid_over
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import ZERO, day, flag, half_up, number, text
from sandbox.zoho.organization import Organization, Record
from sandbox.zoho.payments import check_account
from sandbox.zoho.shapes.creditnote import DETAIL, LINE, ROW
from sandbox.zoho.views import detail
from sandbox.zoho.views import row as plain_row

MODULE = "creditnotes"
KIND = Kind(MODULE, "creditnote", "creditnote_number", "CN-", 5, DETAIL, LINE, "Credit Note Number", 12018)
LISTING = Listing(
    MODULE,
    "Credit Notes",
    texts=("creditnote_number", "reference_number", "customer_name"),
    exact=("customer_id", "status"),
    numbers=("total",),
    dates=("date",),
    searched=("creditnote_number", "reference_number", "customer_name"),
    sortable=(
        "customer_name",
        "creditnote_number",
        "date",
        "total",
        "balance",
        "created_time",
        "last_modified_time",
    ),
    statuses={
        "Open": lambda row: row["status"] == "open",
        "Closed": lambda row: row["status"] == "closed",
        "Void": lambda row: row["status"] == "void",
        "Draft": lambda row: row["status"] == "draft",
    },
)


def create(call: Call) -> Answer:
    """The link to an invoice is a query parameter; in the body it is dropped."""
    note = build(call, KIND, call.body, None)
    note["_stage"] = "draft" if flag(call.body, "is_draft", False) else "open"
    if call.args.get("invoice_id"):
        invoice = named(call, "invoices", call.args["invoice_id"], 1002, "Invoice does not exist.")
        note["invoice_id"] = invoice["invoice_id"]
    note["issued_date"] = note["date"]
    call.org.records[MODULE][note["creditnote_id"]] = note
    _settle(call.org, note)
    _tell(call, "created", note)
    path = f"creditnotes/{note['creditnote_id']}"
    return created("The credit note has been created.", "creditnote", detail(call, MODULE, note), path)


def update(call: Call) -> Answer:
    before = call.find(MODULE)
    note = build(call, KIND, laid_over(before, call.body), before)
    for name in ("_stage", "invoices_credited", "creditnote_refunds", "invoice_id", "issued_date"):
        note[name] = before[name]
    used = _used(note) + _refunded(note)
    if used > note["total"]:
        raise Refused(12003, "More than the new total has been credited or refunded.")
    before.clear()
    before.update(note)
    _settle(call.org, before)
    _tell(call, "edited", before)
    return done("The credit note has been updated.", creditnote=detail(call, MODULE, before))


def update_by_field(call: Call) -> Answer:
    return customfields.by_unique_field(call, MODULE, update, create)


def get(call: Call) -> Answer:
    return done("success", creditnote=detail(call, MODULE, call.find(MODULE)))


def listed(call: Call) -> Answer:
    return lists.answer(
        call, LISTING, call.org.records[MODULE].values(), lambda note: plain_row(call, MODULE, note, ROW)
    )


def delete(call: Call) -> Answer:
    note = call.find(MODULE)
    if note["invoices_credited"] or note["creditnote_refunds"]:
        raise Refused(12003, "Credits have been applied or refunded; the credit note cannot be deleted.")
    _tell(call, "deleted", note)
    stock_effects.dropped(call.org, MODULE, note)
    del call.org.records[MODULE][note["creditnote_id"]]
    call.org.deleted.append({"module": MODULE, "id": note["creditnote_id"]})
    return done("The credit note has been deleted.")


def void(call: Call) -> Answer:
    note = call.find(MODULE)
    if note["invoices_credited"] or note["creditnote_refunds"]:
        raise Refused(12003, "Credits have been applied or refunded; the credit note cannot be void.")
    return _stage(call, "void", "The credit note has been marked as void.")


def to_draft(call: Call) -> Answer:
    return _stage(call, "draft", "The credit note has been marked as Draft.")


def to_open(call: Call) -> Answer:
    return _stage(call, "open", "Status of the credit note has been changed to open.")


def _stage(call: Call, stage: str, message: str) -> Answer:
    note = call.find(MODULE)
    note["_stage"] = stage
    _settle(call.org, note)
    call.org.touched(note, call.person)
    _tell(call, "edited", note)
    return done(message)


def apply(call: Call) -> Answer:
    """POST creditnotes/{id}/invoices: use the credit on invoices of the same customer."""
    note = call.find(MODULE)
    if note["status"] != "open":
        raise Refused(12004 if note["status"] == "void" else 12003, "The credit note is closed or void.")
    pairs = [_applied(call, note, row) for row in rows_of(call.body, "invoices")]
    if not pairs:
        raise Refused(4, "Invalid value passed for invoices")
    if sum((amount for _, amount in pairs), ZERO) > note["balance"]:
        raise Refused(24016, "The amount entered is more than the balance of the credit note")
    for invoice, amount in pairs:
        part = {
            "creditnote_id": note["creditnote_id"],
            "creditnote_invoice_id": call.org.new_id(),
            "invoice_id": invoice["invoice_id"],
            "invoice_number": invoice["invoice_number"],
            "date": call.org.today().isoformat(),
            "amount_applied": amount,
            "credited_amount": amount,
        }
        note["invoices_credited"].append(part)
        settle(call.org, invoice)
        call.org.touched(invoice)
    _settle(call.org, note)
    call.org.touched(note, call.person)
    return Answer({"code": 0, "message": "Credits have been applied to the invoice(s)."}, 201)


def _applied(call: Call, note: Record, told: dict[str, Any]) -> tuple[Record, Decimal]:
    invoice = named(call, "invoices", told.get("invoice_id"), 1002, "Invoice does not exist.")
    codes = {"draft": 12005, "paid": 12006, "void": 12007}
    if invoice["status"] in codes:
        raise Refused(
            codes[invoice["status"]], f"Credits cannot be applied to a {invoice['status']} invoice."
        )
    amount = half_up(number(told, "amount_applied", None), note["price_precision"])
    if amount <= 0 or amount > invoice["balance"] or invoice["customer_id"] != note["customer_id"]:
        raise Refused(24016, "The amount entered is more than the balance due for this invoice")
    return invoice, amount


def applications(call: Call) -> Answer:
    return done("success", invoices_credited=call.find(MODULE)["invoices_credited"])


def unapply(call: Call) -> Answer:
    note = call.find(MODULE)
    part = next(
        (row for row in note["invoices_credited"] if row["creditnote_invoice_id"] == call.ids["part"]), None
    )
    if part is None:
        raise unknown_id()
    note["invoices_credited"].remove(part)
    settle(call.org, call.org.records["invoices"][part["invoice_id"]])
    _settle(call.org, note)
    return done("Credits applied to an invoice have been deleted.")


def refund(call: Call) -> Answer:
    note = call.find(MODULE)
    amount = half_up(number(call.body, "amount", None), note["price_precision"])
    account = check_account(call, {"account_id": call.body.get("from_account_id")})
    if amount <= 0 or amount > note["balance"] or note["status"] != "open":
        raise Refused(2, "Invalid value passed for amount")
    made = {
        "creditnote_refund_id": call.org.new_id(),
        "creditnote_id": note["creditnote_id"],
        "date": day(call.body, "date", call.org.today()),
        "refund_mode": text(call.body, "refund_mode", 100),
        "reference_number": text(call.body, "reference_number", 100),
        "description": text(call.body, "description", 2000),
        "amount": amount,
        "amount_bcy": half_up(amount * Decimal(note["exchange_rate"]), 2),
        "from_account_id": account["account_id"] if account else "",
        "from_account_name": account["account_name"] if account else "",
        "customer_name": note["customer_name"],
        "creditnote_number": note["creditnote_number"],
    }
    note["creditnote_refunds"].append(made)
    _settle(call.org, note)
    call.org.touched(note, call.person)
    told = "The credit note amount is refunded successfully."
    return Answer({"code": 0, "message": told, "creditnote_refund": made}, 201)


def refunds(call: Call) -> Answer:
    return done("success", creditnote_refunds=call.find(MODULE)["creditnote_refunds"])


def _used(note: Record) -> Decimal:
    return sum((part["amount_applied"] for part in note["invoices_credited"]), ZERO)


def _refunded(note: Record) -> Decimal:
    return sum((each["amount"] for each in note["creditnote_refunds"]), ZERO)


def _settle(org: Organization, note: Record) -> None:
    note["total_credits_used"] = _used(note)
    note["total_refunded_amount"] = _refunded(note)
    left = note["total"] - _used(note) - _refunded(note)
    note["balance"] = ZERO if note["_stage"] == "void" else left
    closed = note["_stage"] == "open" and left == 0
    note["status"] = "closed" if closed else note["_stage"]
    note["current_sub_status"] = note["status"]
    stock_effects.settle(org, MODULE, note)


def _tell(call: Call, event: str, note: Record) -> None:
    workflows.fire(call, "creditnote", event, lambda: detail(call, MODULE, note))
