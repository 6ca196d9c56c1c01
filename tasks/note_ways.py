"""How credit notes are written, and how documents and payments are taken back; found again when the answer was lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.errors import Rejected
from connectors.zoho import creditnotes, documents, payments
from connectors.zoho.client import Zoho, name_of
from ledger import cursors, links
from mappings.errors import Unmappable
from mappings.plans import Step
from tasks.memory import NOTE, REPAID
from tasks.services import Connection

Answer = Mapping[str, Any]
KEPT = "keeps_note_key"
ALONE = "notes_apply_themselves"
"""Learned: a note that names its invoice is at once used on what is open of it."""
SOFTER = ("more-than-balance", "link-refused")  # refusals of a note that is made in another way then
WITH_DOCUMENT = "with the document"
"""Stands for the id of a payment that was recorded in the document's own call."""


def create_note(connection: Connection, step: Step) -> Answer:
    """For its invoice; where that has been credited already, or would use the credit up by itself, for none.

    Some organizations take no line that names a line of the invoice: then the note is for the invoice as a whole.
    """
    invoice, zoho = str(step.expect.get("invoice") or ""), to_the_end(connection)
    bare = _of_no_invoice(step.body)
    if invoice and not cursors.learned(connection.ledger, connection.organization).get(ALONE):
        for body in (step.body, bare):
            try:
                return note_answer(creditnotes.create_note(zoho, body, invoice))
            except Rejected as error:
                if name_of(error) not in SOFTER:
                    raise
                if name_of(error) == "more-than-balance":
                    break
    return note_answer(creditnotes.create_note(zoho, bare))


def _of_no_invoice(body: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        {name: told for name, told in row.items() if name != "invoice_item_id"} for row in body["line_items"]
    ]
    return {**body, "line_items": rows}


def find_note(connection: Connection, step: Step) -> Answer | None:
    """By reference number, our key re-checked; where notes carry no key, one of this amount that is nobody's yet."""
    rows = creditnotes.find_notes(connection.zoho, step.body["reference_number"])
    field, live = connection.book_rules.key_field, [row for row in rows if row.get("status") != "void"]
    row = next((row for row in live if documents.custom_field(row, field) == step.key), None)
    if row is None:
        row = _bare(connection, step, [row for row in live if not documents.custom_field(row, field)])
    return note_answer(creditnotes.get_note(connection.zoho, str(row["creditnote_id"]))) if row else None


def _bare(connection: Connection, step: Step, bare: list[dict[str, Any]]) -> dict[str, Any] | None:
    if cursors.learned(connection.ledger, connection.organization).get(KEPT):
        return None  # what carries no key was made by somebody else
    wanted = (str(step.body["customer_id"]), Decimal(str(step.expect["total"])))
    return next(
        (
            row
            for row in bare
            if (str(row.get("customer_id")), _amount(row, "total")) == wanted
            and not _known(connection, NOTE, row["creditnote_id"], step)
        ),
        None,
    )


def amend_note(connection: Connection, step: Step) -> Answer:
    return note_answer(creditnotes.update_note(to_the_end(connection), str(step.target), step.body))


def apply_note(connection: Connection, step: Step) -> Answer:
    creditnotes.apply_note(to_the_end(connection), str(step.target), step.body)
    return {"id": str(step.body["invoices"][0]["invoice_id"])}


def find_application(connection: Connection, step: Step) -> Answer | None:
    """A note is used on a document once: the document's id says that it happened."""
    wanted = str(step.body["invoices"][0]["invoice_id"])
    rows = creditnotes.list_applications(connection.zoho, str(step.target))
    return {"id": wanted} if any(str(row.get("invoice_id")) == wanted for row in rows) else None


def refund_note(connection: Connection, step: Step) -> Answer:
    made = creditnotes.refund_note(to_the_end(connection), str(step.target), step.body)
    return {**made, "id": str(made["creditnote_refund_id"])}


def find_refund(connection: Connection, step: Step) -> Answer | None:
    """Of this reference and amount, and known as no other step's: one refund may go back in two equal parts."""
    amount, reference = Decimal(str(step.body["amount"])), str(step.body.get("reference_number") or "")
    for row in creditnotes.list_refunds(connection.zoho, str(step.target)):
        same = _amount(row, "amount") == amount and str(row.get("reference_number") or "") == reference
        if same and not _known(connection, REPAID, row["creditnote_refund_id"], step):
            return {**row, "id": str(row["creditnote_refund_id"])}
    return None


def void_document(connection: Connection, step: Step) -> Answer:
    """Planned only for one that was just read and is not void: so it is never sent in vain."""
    documents.void_document(to_the_end(connection), step.kind, str(step.target))  # type: ignore[arg-type]
    return {"id": str(step.target)}


def delete_payment(connection: Connection, step: Step) -> Answer:
    if step.target == WITH_DOCUMENT:
        raise Unmappable(
            "changed-after-posting",
            "a payment that was recorded together with its document is no longer counted by the store",
            "Delete the payment in Zoho by hand, and leave the order held.",
        )
    payments.delete_payment(to_the_end(connection), str(step.target))
    return {"id": str(step.target)}


def note_answer(note: Mapping[str, Any]) -> Answer:
    """The note as Zoho answered it, with `id` and `number` as other documents have them."""
    return {**note, "id": str(note["creditnote_id"]), "number": str(note["creditnote_number"])}


def to_the_end(connection: Connection) -> Zoho:
    """What is begun may be finished with the last calls of a day."""
    return replace(connection.zoho, finishing=True)


def _amount(row: Mapping[str, Any], name: str) -> Decimal:
    return Decimal(str(row.get(name) or 0))


def _known(connection: Connection, kind: str, identity: Any, step: Step) -> bool:
    """We know it already, as the result of another step."""
    return any(
        link.key != step.key for link in links.by_id(connection.ledger, connection.name, kind, str(identity))
    )


Do = Callable[[Connection, Step], Answer]
Find = Callable[[Connection, Step], Answer | None]
WRITES: Mapping[tuple[str, str], tuple[Do, Find | None]] = {
    ("create", "credit_note"): (create_note, find_note),
    ("amend", "credit_note"): (amend_note, None),
    ("apply", "credit_note"): (apply_note, find_application),
    ("refund", "credit_note"): (refund_note, find_refund),
    ("void", "invoice"): (void_document, None),
    ("void", "sales_order"): (void_document, None),
    ("delete", "payment"): (delete_payment, None),
}
