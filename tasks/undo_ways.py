"""How what we wrote is taken out of the books again, and our mark out of the store: each may be done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.bigcommerce import orders as store_orders
from connectors.bigcommerce.client import is_missing as is_gone
from connectors.bigcommerce.order_marks import delete_metafield
from connectors.errors import Rejected
from connectors.zoho import creditnotes, documents
from connectors.zoho.client import is_missing
from mappings.plans import Step
from tasks.note_ways import Answer, to_the_end
from tasks.services import Connection

NAMESPACE, NAME = "cartbooks", "document"


def delete_document(connection: Connection, step: Step) -> Answer:
    _unless_gone(lambda: documents.delete_document(to_the_end(connection), step.kind, str(step.target)))  # type: ignore[arg-type]
    return {"id": str(step.target)}


def delete_note(connection: Connection, step: Step) -> Answer:
    _unless_gone(lambda: creditnotes.delete_note(to_the_end(connection), str(step.target)))
    return {"id": str(step.target)}


def take_money_back(connection: Connection, step: Step) -> Answer:
    """What was paid back out of a note stands on it again."""
    refund = str(step.body["refund"])
    _unless_gone(lambda: creditnotes.delete_refund(to_the_end(connection), str(step.target), refund))
    return {"id": refund}


def unapply(connection: Connection, step: Step) -> Answer:
    """The document that a note was used on is owed again; Zoho wants the id of the use, which only a list tells."""
    note, document = str(step.target), str(step.body["document"])
    for row in creditnotes.list_applications(connection.zoho, note):
        if str(row.get("invoice_id")) == document:
            use = str(row["creditnote_invoice_id"])
            creditnotes.unapply_note(to_the_end(connection), note, use)
    return {"id": document}


def unmark(connection: Connection, step: Step) -> Answer:
    """Only our own mark: what somebody else wrote in its place stays."""
    order, ours = str(step.target), str(step.body["value"])
    if step.body["field"] == "external_order_id":
        row = store_orders.get_order(connection.store, order, purpose="unmark")
        if row is not None and str(row.get("external_order_id") or "") == ours:
            store_orders.set_external_id(connection.store, order, "")
        return {"id": order}
    for row in _metafields(connection, order):
        if row.get("key") == NAME and row.get("value") == ours:
            delete_metafield(connection.store, order, str(row["id"]))
    return {"id": order}


def _metafields(connection: Connection, order: str) -> list[dict[str, Any]]:
    """None of an order that the store does not have any more."""
    try:
        return store_orders.list_metafields(connection.store, order, NAMESPACE)
    except Rejected as error:
        if not is_gone(error):
            raise
        return []


def _unless_gone(call: Callable[[], None]) -> None:
    """What a person has deleted meanwhile is as it should be."""
    try:
        call()
    except Rejected as error:
        if not is_missing(error):
            raise


Do = Callable[[Connection, Step], Answer]
WRITES: Mapping[tuple[str, str], Do] = {
    ("delete", "invoice"): delete_document,
    ("delete", "sales_order"): delete_document,
    ("delete", "estimate"): delete_document,
    ("delete", "credit_note"): delete_note,
    ("unrefund", "credit_note"): take_money_back,
    ("unapply", "credit_note"): unapply,
    ("unmark", "order"): unmark,
}
