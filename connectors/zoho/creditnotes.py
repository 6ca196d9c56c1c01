"""Credit notes of a Zoho organization: made once, found again, used up on documents or paid back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.zoho.client import Zoho

PATH = "/creditnotes"


def create_note(zoho: Zoho, body: Mapping[str, Any], invoice_id: str = "") -> dict[str, Any]:
    """The new note, open from birth. Which invoice it is for goes into the query: in the body Zoho drops it."""
    params = {"invoice_id": invoice_id} if invoice_id else {}
    return dict(zoho.call("POST", PATH, params=params, body=body, purpose="create")["creditnote"])


def get_note(zoho: Zoho, note_id: str) -> dict[str, Any]:
    return dict(zoho.call("GET", f"{PATH}/{note_id}", purpose="read")["creditnote"])


def find_notes(zoho: Zoho, reference_number: str) -> list[dict[str, Any]]:
    """List rows with exactly this reference number, void ones too; the caller re-checks the key.

    A list that Zoho did not filter is read to its end, so an empty answer means that the list has none.
    """
    rows = zoho.pages(PATH, "creditnotes", {"reference_number": reference_number}, purpose="find")
    return [row for row in rows if str(row.get("reference_number", "")) == reference_number]


def update_note(zoho: Zoho, note_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Writes the given fields; without `line_items` the lines stay as they are."""
    return dict(zoho.call("PUT", f"{PATH}/{note_id}", body=body, purpose="update")["creditnote"])


def apply_note(zoho: Zoho, note_id: str, body: Mapping[str, Any]) -> None:
    """Uses the note's credit on documents: `{"invoices": [{"invoice_id", "amount_applied"}]}`. Zoho tells no id."""
    zoho.call("POST", f"{PATH}/{note_id}/invoices", body=body, purpose="apply")


def list_applications(zoho: Zoho, note_id: str) -> list[dict[str, Any]]:
    """On which documents the note was used: `creditnote_invoice_id`, `invoice_id`, `amount_applied`."""
    answer = zoho.call("GET", f"{PATH}/{note_id}/invoices", purpose="read")
    return [dict(row) for row in answer.get("invoices_credited") or ()]


def unapply_note(zoho: Zoho, note_id: str, application_id: str) -> None:
    """Takes a use back: the credit is free again, and its document open."""
    zoho.call("DELETE", f"{PATH}/{note_id}/invoices/{application_id}", purpose="apply")


def refund_note(zoho: Zoho, note_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Money paid back out of the note: the new row with its `creditnote_refund_id`."""
    answer = zoho.call("POST", f"{PATH}/{note_id}/refunds", body=body, purpose="create", entity="note_refund")
    return dict(answer["creditnote_refund"])


def list_refunds(zoho: Zoho, note_id: str) -> list[dict[str, Any]]:
    """What was paid back out of the note."""
    answer = zoho.call("GET", f"{PATH}/{note_id}/refunds", purpose="read", entity="note_refund")
    return [dict(row) for row in answer.get("creditnote_refunds") or ()]


def delete_note(zoho: Zoho, note_id: str) -> None:
    """It never was; refused while any of its credit is used."""
    zoho.call("DELETE", f"{PATH}/{note_id}", purpose="delete")


def delete_refund(zoho: Zoho, note_id: str, refund_id: str) -> None:
    """The money never went back; refused where a bank statement was reconciled with it."""
    zoho.call("DELETE", f"{PATH}/{note_id}/refunds/{refund_id}", purpose="delete", entity="note_refund")
