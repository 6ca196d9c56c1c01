"""Money given back to customers: out of credit notes, and what is left of payments."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.zoho import accounts, lists, lock
from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.balances import settle_note, settle_payment
from sandbox.zoho.call import Call
from sandbox.zoho.money import ZERO, day, half_up, number, text
from sandbox.zoho.organization import Organization, Record


@dataclass(frozen=True)
class Source:
    """What differs between refunds of credit notes and of payments."""

    module: str
    id_key: str  # of the source
    number_key: str
    rows: str  # where the source keeps them
    key: str  # id of a refund
    answer: str  # key of an answer with one
    lone: bool  # one is told by itself, else in a list
    report: str
    messages: dict[str, str]
    balance: str
    settle: Callable[[Organization, Record], None]


NOTE = Source(
    module="creditnotes",
    id_key="creditnote_id",
    number_key="creditnote_number",
    rows="creditnote_refunds",
    key="creditnote_refund_id",
    answer="creditnote_refund",
    lone=True,
    report="Credit Notes Refund",
    messages={
        "made": "The credit note amount is refunded successfully.",
        "changed": "The credit note refund is updated successfully.",
        "got": "The refund of the credit note is displayed successfully.",
        "listed": "The list of credit note refunds are displayed successfully.",
        "gone": "The refund has been successfully deleted.",
    },
    balance="balance",
    settle=settle_note,
)
PAYMENT = Source(
    module="customerpayments",
    id_key="payment_id",
    number_key="payment_number",
    rows="payment_refunds",
    key="payment_refund_id",
    answer="payment_refunds",
    lone=False,
    report="Customer Payments Refund",
    messages={
        "made": "The refund information for this payment has been saved.",
        "changed": "The refund information for this payment has been saved.",
        "got": "The details of the refund are displayed successfully.",
        "listed": "The list of refunds of the customer is displayed successfully.",
        "gone": "The refund has been deleted.",
    },
    balance="unused_amount",
    settle=lambda _, payment: settle_payment(payment),
)


def create(source: Source, call: Call) -> Answer:
    record = call.find(source.module)
    made = _written(source, call, record, {source.key: call.org.new_id(), "amount": ZERO})
    record[source.rows].append(made)
    _settled(source, call, record)
    return _told(source, "made", made, 201)


def change(source: Source, call: Call) -> Answer:
    record, before = _found(source, call)
    lock.check(call, before["date"])
    before.update(_written(source, call, record, before))
    _settled(source, call, record)
    return _told(source, "changed", before)


def get(source: Source, call: Call) -> Answer:
    return _told(source, "got", _found(source, call)[1])


def delete(source: Source, call: Call) -> Answer:
    record, gone = _found(source, call)
    lock.check(call, gone["date"])
    record[source.rows].remove(gone)
    _settled(source, call, record)
    return done(source.messages["gone"])


def listed(source: Source, call: Call) -> Answer:
    return _page(source, call, call.find(source.module)[source.rows])


def all_listed(source: Source, call: Call) -> Answer:
    """Of every credit note or payment; `customer_id` chooses."""
    return _listed_of(source, call, call.args.get("customer_id", ""))


def of_contact(source: Source, call: Call) -> Answer:
    return _listed_of(source, call, call.find("contacts")["contact_id"])


def _listed_of(source: Source, call: Call, wanted: str) -> Answer:
    records = call.org.records[source.module].values()
    return _page(
        source,
        call,
        [row for each in records if wanted in {"", each["customer_id"]} for row in each[source.rows]],
    )


def _page(source: Source, call: Call, rows: Iterable[Record]) -> Answer:
    """The newest first."""
    newest = sorted(rows, key=lambda row: str(row[source.key]), reverse=True)
    page, per_page = lists.page_of(call, "page", 1), min(lists.page_of(call, "per_page", 200), 200)
    context = {
        "page": page,
        "per_page": per_page,
        "has_more_page": len(newest) > page * per_page,
        "report_name": source.report,
        "sort_column": "created_time",
        "sort_order": "D",
    }
    part = newest[(page - 1) * per_page : page * per_page]
    return done(source.messages["listed"], **{source.rows: part}, page_context=context)


def _found(source: Source, call: Call) -> tuple[Record, Record]:
    record = call.find(source.module)
    for each in record[source.rows]:
        if each[source.key] == call.ids["refund"]:
            return record, each
    raise unknown_id()


def _written(source: Source, call: Call, record: Record, before: Record) -> Record:
    """A refund from a body; what an earlier one has and the body does not name stays."""
    body, free = call.body, record[source.balance] + before["amount"]
    amount = half_up(number(body, "amount", before["amount"] or None), record["price_precision"])
    if amount <= 0 or amount > free or record.get("status", "open") in {"draft", "void"}:
        raise Refused(2, "Invalid value passed for amount")
    account = _account(call, before)
    made = {
        source.key: before[source.key],
        source.id_key: record[source.id_key],
        "date": day(body, "date", date.fromisoformat(before.get("date") or call.org.today().isoformat())),
        **{
            name: text(body, name, limit, before.get(name, ""))
            for name, limit in (("refund_mode", 100), ("reference_number", 100), ("description", 2000))
        },
        "payment_form": "",
        "exchange_rate": record["exchange_rate"],
        "amount": amount,
        "amount_bcy": half_up(amount * Decimal(record["exchange_rate"]), 2),
        "amount_fcy": amount,
        "from_account_id": account["account_id"],
        "from_account_name": account["account_name"],
        "customer_name": record["customer_name"],
        source.number_key: record[source.number_key],
    }
    lock.check(call, made["date"])
    return made


def _account(call: Call, before: Record) -> Record:
    known = before.get("from_account_id") or call.org.account("Undeposited Funds")["account_id"]
    told = accounts.of_money(call, call.body.get("from_account_id"), "from_account_id")
    return told or call.org.accounts[known]


def _settled(source: Source, call: Call, record: Record) -> None:
    source.settle(call.org, record)
    call.org.touched(record, call.person)


def _told(source: Source, what: str, row: Record, status: int = 200) -> Answer:
    one: Any = row if source.lone else [row]
    return Answer({"code": 0, "message": source.messages[what], source.answer: one}, status)
