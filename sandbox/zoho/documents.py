"""What invoices, sales orders and credit notes share: one way from a body to a document."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.zoho import customfields, document_addresses, editions, figures, lock, parties, places
from sandbox.zoho.answers import Refused
from sandbox.zoho.call import Call, named
from sandbox.zoho.money import day, text
from sandbox.zoho.organization import IDS, Record
from sandbox.zoho.shapes.common import Shape, fresh

TEXTS = {
    "reference_number": 100,
    "notes": 5000,
    "terms": 10000,
    "adjustment_description": 200,
    "salesperson_name": 200,
    "delivery_method": 100,
    "subject_content": 1000,
}


@dataclass(frozen=True)
class Kind:
    """What differs between the kinds of documents."""

    module: str
    entity: str
    number_key: str
    prefix: str
    width: int
    detail: Shape
    line: Shape
    label: str  # as it opens the refusal of a repeated number
    taken: int  # its code
    booked: bool = True  # it is in the accounts, so the locked period binds it
    quoted: str = ""  # the field that names the estimate it is made from

    @property
    def id_key(self) -> str:
        return IDS[self.module]


def build(call: Call, kind: Kind, asked: dict[str, Any], before: Record | None) -> Record:
    """The whole document from everything ever asked of it; raises Refused before anything is stored.

    `asked` is the body of the create with the bodies of later updates laid over it.
    """
    org = call.org
    if asked.get("customer_id") in (None, ""):
        raise Refused(4, "Invalid value passed for customer_id")
    customer = named(call, "contacts", asked["customer_id"], 1002, "Contact does not exist.")
    record: Record = {**fresh(kind.detail), kind.id_key: before[kind.id_key] if before else org.new_id()}
    for name, limit in TEXTS.items():
        if name in record:
            record[name] = text(asked, name, limit, record[name])
    record["date"] = day(asked, "date", org.today() if before is None else date.fromisoformat(before["date"]))
    if kind.booked:
        lock.check(call, record["date"], before["date"] if before else "")
    parties.customer_of(record, asked, customer)
    document_addresses.keep(call, record, before)
    editions.of_document(call, record, asked, customer)
    parties.currency_of(call, record, asked, customer)
    known = {line["line_item_id"]: line for line in before["line_items"]} if before else {}
    figures.reckon(call, kind.line, record, asked, known)
    editions.check(call, record, customer)
    if kind.quoted and asked.get(kind.quoted):
        record["estimate_id"] = _estimate(call, kind, str(asked[kind.quoted]), before)
    _place(call, record, asked)
    record["_custom"] = customfields.taken_over(
        call, kind.module, before["_custom"] if before else {}, before[kind.id_key] if before else ""
    )
    record["_asked"] = _remembered(asked, record)
    _history(call, record, before)
    record[kind.number_key] = _number(call, kind, asked, before)
    return record


def _estimate(call: Call, kind: Kind, estimate_id: str, before: Record | None) -> str:
    """What a new document is made from is there, and in a state in which documents are made from it."""
    if before is None:
        estimate = named(call, "estimates", estimate_id, 1002, "Quote does not exist.")
        if estimate["_stage"] == "invoiced" or (
            call.switch("zoho_estimate_converts") == "accepted" and estimate["_stage"] != "accepted"
        ):
            raise Refused(9, f"Invalid value passed for {kind.quoted}")
    return estimate_id


def _place(call: Call, record: Record, asked: dict[str, Any]) -> None:
    """Where each line's stock is: as the line says, as the document says, else at the primary place."""
    whole = places.named(call, asked, places.primary(call.org))
    for told, line in zip(asked["line_items"], record["line_items"], strict=True):
        line.update(places.shown_at(call.org, places.named(call, told, whole)))


def laid_over(before: Record, body: dict[str, Any]) -> dict[str, Any]:
    """A PUT: what is not in the body stays; line_items, when given, replace the lines."""
    return {**before["_asked"], **body}


def _remembered(asked: dict[str, Any], record: Record) -> dict[str, Any]:
    rows = [
        {**told, "line_item_id": line["line_item_id"]}
        for told, line in zip(asked["line_items"], record["line_items"], strict=True)
    ]
    passing = {"custom_fields", "batch_payments"}
    return {**{key: value for key, value in asked.items() if key not in passing}, "line_items": rows}


def _number(call: Call, kind: Kind, asked: dict[str, Any], before: Record | None) -> str:
    """Zoho's own number, unless the query says that the body brings one; numbers are unique."""
    wanted = text(asked, kind.number_key, 100) if call.asks("ignore_auto_number_generation") else ""
    if call.asks("ignore_auto_number_generation") and not wanted and before is None:
        raise Refused(4, f"Invalid value passed for {kind.number_key}")
    own = before[kind.number_key] if before else ""
    taken = {each[kind.number_key] for each in call.org.records[kind.module].values()} - {own}
    if wanted in taken:
        raise Refused(kind.taken, f"{kind.label} already exist")
    if wanted or own:
        return wanted or str(own)
    while (fresh_number := call.org.next_number(kind.module, kind.prefix, kind.width)) in taken:
        continue
    return fresh_number


def _history(call: Call, record: Record, before: Record | None) -> None:
    org = call.org
    kept = ("created_time", "created_date", "created_by_id", "created_by_name", "_seen_from", "_born", "_at")
    if before is not None:
        record.update({name: before[name] for name in kept if name in before})
    else:
        now = {"created_time": org.stamp(), "created_date": org.today().isoformat()}
        now |= {"created_by_id": org.user_id, "created_by_name": org.user, "issued_date": ""}
        record.update({name: value for name, value in now.items() if name in record})
        org.born(record)
    org.touched(record, call.person)
