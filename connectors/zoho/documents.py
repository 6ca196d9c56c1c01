"""Invoices, sales orders and estimates of a Zoho organization: made once, found again by reference number, moved on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from connectors.zoho.client import Zoho

Kind = Literal["invoice", "sales_order", "estimate"]
Answered = Literal["accepted", "declined"]


@dataclass(frozen=True)
class _Words:
    """What the API calls a kind of document."""

    path: str
    many: str
    one: str
    number: str


KINDS: Mapping[str, _Words] = {
    "invoice": _Words("/invoices", "invoices", "invoice", "invoice_number"),
    "sales_order": _Words("/salesorders", "salesorders", "salesorder", "salesorder_number"),
    "estimate": _Words("/estimates", "estimates", "estimate", "estimate_number"),
}


def create_document(
    zoho: Zoho, kind: Kind, body: Mapping[str, Any], *, quick: bool = False
) -> dict[str, Any]:
    """The new document. A number in the body is ours and switches Zoho's own numbering off for this one.

    `quick`: create and pay in one call (`batch_payments` in the body; Books only, a documented switch of
    invoices).
    """
    words = KINDS[kind]
    params = {"ignore_auto_number_generation": "true"} if body.get(words.number) else {}
    if quick:
        params |= {"is_quick_create": "true", "batch_payments": "true"}
    answer = zoho.call("POST", words.path, params=params, body=body, purpose="create")
    return dict(answer[words.one])


def get_document(zoho: Zoho, kind: Kind, document_id: str) -> dict[str, Any]:
    words = KINDS[kind]
    return dict(zoho.call("GET", f"{words.path}/{document_id}", purpose="read")[words.one])


def find_documents(zoho: Zoho, kind: Kind, reference_number: str) -> list[dict[str, Any]]:
    """List rows with exactly this reference number, void ones too; the caller re-checks the key
    (`custom_field`).

    A list that Zoho did not filter is read to its end, so an empty answer means that the list has none.
    """
    words = KINDS[kind]
    params = {"reference_number": reference_number}
    rows = zoho.pages(words.path, words.many, params, purpose="find")
    return [row for row in rows if str(row.get("reference_number", "")) == reference_number]


def update_document(zoho: Zoho, kind: Kind, document_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Writes the given fields; without `line_items` the lines stay as they are."""
    words = KINDS[kind]
    path = f"{words.path}/{document_id}"
    return dict(zoho.call("PUT", path, body=body, purpose="update")[words.one])


def mark_sent(zoho: Zoho, document_id: str, kind: Kind = "invoice") -> None:
    """A draft becomes an open invoice, or an estimate that may be answered; nothing is mailed."""
    zoho.call("POST", f"{KINDS[kind].path}/{document_id}/status/sent", purpose="send")


def answer_estimate(zoho: Zoho, estimate_id: str, answer: Answered) -> None:
    """A sent estimate is accepted or declined, in the customer's stead."""
    zoho.call("POST", f"/estimates/{estimate_id}/status/{answer}", purpose="answer")


def confirm_sales_order(zoho: Zoho, salesorder_id: str) -> None:
    """A draft order becomes a confirmed one; Books calls the same step open."""
    status = "confirmed" if zoho.edition == "inventory" else "open"
    path = f"/salesorders/{salesorder_id}/status/{status}"
    zoho.call("POST", path, purpose="confirm")


def void_document(zoho: Zoho, kind: Kind, document_id: str) -> None:
    """It stays with its number and counts no more; refused while money or credit is applied to it."""
    zoho.call("POST", f"{KINDS[kind].path}/{document_id}/status/void", purpose="void")


def delete_document(zoho: Zoho, kind: Kind, document_id: str) -> None:
    """It never was; refused while money or credit is applied to it."""
    zoho.call("DELETE", f"{KINDS[kind].path}/{document_id}", purpose="delete")


def custom_field(row: Mapping[str, Any], api_name: str) -> str:
    """The value of a custom field, wherever this answer carries it: promoted key, hash, or list; else ""."""
    if row.get(api_name):
        return str(row[api_name])
    told = row.get("custom_field_hash")
    if isinstance(told, Mapping) and told.get(api_name):
        return str(told[api_name])
    for field in row.get("custom_fields") or ():
        if isinstance(field, Mapping) and field.get("api_name") == api_name:
            return str(field.get("value") or "")
    return ""
