"""Credit notes: open from birth, of an invoice or of nothing; applying.py applies and refunds.py repays them."""

from sandbox.zoho import applying, customfields, lists, lock, stock_effects, workflows
from sandbox.zoho.answers import Answer, Refused, done
from sandbox.zoho.balances import settle_note
from sandbox.zoho.call import Call, created, named, rows_of
from sandbox.zoho.documents import Kind, build, laid_over
from sandbox.zoho.filters import Listing
from sandbox.zoho.money import flag
from sandbox.zoho.organization import Record
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
    of_lines=("item_id", "item_name", "item_description", "line_item_id", "tax_id"),
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
    linked = any(row.get("invoice_item_id") for row in rows_of(call.body, "line_items"))
    if linked and call.switch("zoho_credit_lines") == "refused":
        raise Refused(6, "Invalid values are given for creation")
    note = build(call, KIND, call.body, None)
    note["_stage"] = "draft" if flag(call.body, "is_draft", False) else "open"
    invoice = None
    if call.args.get("invoice_id"):
        invoice = named(call, "invoices", call.args["invoice_id"], 1002, "Invoice does not exist.")
        note["invoice_id"] = _credited(call, invoice, note)
    _link(call, note, {})
    note["issued_date"] = note["date"]
    call.org.records[MODULE][note["creditnote_id"]] = note
    settle_note(call.org, note)
    _use(call, note, invoice)
    tell(call, "created", note)
    path = f"creditnotes/{note['creditnote_id']}"
    return created("The credit note has been created.", "creditnote", detail(call, MODULE, note), path)


def _credited(call: Call, invoice: Record, note: Record) -> str:
    """The id of the customer's invoice that the note is of."""
    if invoice["customer_id"] != note["customer_id"]:
        raise Refused(2, "Invalid value passed for invoice_id")
    _check_total(call, invoice, note)
    return str(invoice["invoice_id"])


def _check_total(call: Call, invoice: Record, note: Record) -> None:
    """A switch says whether more than all of an invoice is credited."""
    if call.switch("zoho_credit_over_invoice") != "refused":
        return
    others = [
        each["total"]
        for each in call.org.records[MODULE].values()
        if each["invoice_id"] == invoice["invoice_id"]
        and each["_stage"] != "void"
        and each["creditnote_id"] != note["creditnote_id"]
    ]
    if sum(others, note["total"]) > invoice["total"]:
        raise Refused(24016, "The amount entered is more than the total of this invoice")


def _link(call: Call, note: Record, known: dict[str, str]) -> None:
    """Lines that name a line of an invoice show the invoice; `known` are links that the note has already."""
    for line in note["line_items"]:
        wanted = line["invoice_item_id"]
        if wanted:
            line["invoice_id"] = known.get(wanted) or _invoice_with(call, note, wanted)


def _invoice_with(call: Call, note: Record, line_id: str) -> str:
    """The customer's invoice that has this line; that of the note is looked into first."""
    invoices = call.org.records["invoices"]
    first = [invoices[note["invoice_id"]]] if note["invoice_id"] in invoices else []
    for invoice in (*first, *invoices.values()):
        own = invoice["customer_id"] == note["customer_id"]
        if own and any(line["line_item_id"] == line_id for line in invoice["line_items"]):
            return str(invoice["invoice_id"])
    raise Refused(2, "Invalid value passed for invoice_item_id")


def _use(call: Call, note: Record, invoice: Record | None) -> None:
    """Where the switch says so, a note made of an invoice is applied to what is owed of it at once."""
    if invoice is None or not call.switch("zoho_credit_applies_itself") or note["status"] != "open":
        return
    amount = min(note["balance"], invoice["balance"])
    if amount > 0 and invoice["_stage"] == "sent":
        applying.use(call, [(note, invoice, amount)])


def update(call: Call) -> Answer:
    before = call.find(MODULE)
    note = build(call, KIND, laid_over(before, call.body), before)
    if _in_use(before) and note["customer_id"] != before["customer_id"]:
        raise Refused(3010, "The customer cannot be changed since credits have been applied or refunded.")
    for name in ("_stage", "invoices_credited", "creditnote_refunds", "invoice_id", "issued_date"):
        note[name] = before[name]
    _link(call, note, {line["invoice_item_id"]: line["invoice_id"] for line in before["line_items"]})
    if note["invoice_id"] in call.org.records["invoices"]:
        _check_total(call, call.org.records["invoices"][note["invoice_id"]], note)
    if before["total_credits_used"] + before["total_refunded_amount"] > note["total"]:
        raise Refused(12003, "More than the new total has been credited or refunded.")
    before.clear()
    before.update(note)
    settle_note(call.org, before)
    tell(call, "edited", before)
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
    note = _unused(call, "deleted")
    tell(call, "deleted", note)
    stock_effects.dropped(call.org, MODULE, note)
    del call.org.records[MODULE][note["creditnote_id"]]
    call.org.deleted.append({"module": MODULE, "id": note["creditnote_id"]})
    return done("The credit note has been deleted.")


def void(call: Call) -> Answer:
    return _stage(call, "void", "The credit note has been marked as void.")


def to_draft(call: Call) -> Answer:
    return _stage(call, "draft", "The credit note has been marked as Draft.")


def to_open(call: Call) -> Answer:
    return _stage(call, "open", "Status of the credit note has been changed to open.")


def _stage(call: Call, stage: str, message: str) -> Answer:
    note = _unused(call, stage)
    note["_stage"] = stage
    settle_note(call.org, note)
    call.org.touched(note, call.person)
    tell(call, "edited", note)
    return done(message)


def _unused(call: Call, end: str) -> Record:
    """A note of which nothing is applied or given back, outside the locked period."""
    note = call.find(MODULE)
    lock.check(call, note["date"])
    if _in_use(note):
        raise Refused(12003, f"Credits have been applied or refunded; the credit note cannot be {end}.")
    return note


def _in_use(note: Record) -> bool:
    return bool(note["invoices_credited"] or note["creditnote_refunds"])


def tell(call: Call, event: str, note: Record) -> None:
    workflows.fire(call, "creditnote", event, lambda: detail(call, MODULE, note))
