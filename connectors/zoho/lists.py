"""Documents of a Zoho organization by their day: rows of lists, for comparisons that open no document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from connectors.errors import Rejected
from connectors.zoho.client import Page, Zoho, is_missing

Kind = Literal["invoice", "sales_order", "estimate", "credit_note"]
LISTS: Mapping[str, tuple[str, str, str]] = {
    "invoice": ("/invoices", "invoices", "invoice"),
    "sales_order": ("/salesorders", "salesorders", "salesorder"),
    "estimate": ("/estimates", "estimates", "estimate"),
    "credit_note": ("/creditnotes", "creditnotes", "creditnote"),
}
"""A kind's path, what its rows are called, and one of them."""


def dated(
    zoho: Zoho, kind: Kind, first: date, last: date | None = None, *, purpose: str = "reconcile"
) -> Iterator[Page]:
    """Pages of the documents dated from `first` to `last`, both included, void ones too, the oldest made first.

    What is made while we read comes at the end. A filter by day is documented for some lists only; where Zoho ignores
    it more rows come, never fewer.
    """
    path, rows, _ = LISTS[kind]
    asked = {"date_start": first.isoformat(), "sort_column": "created_time", "sort_order": "A"}
    if last is not None:
        asked["date_end"] = last.isoformat()
    yield from zoho.walk(path, rows, asked, purpose=purpose)


def named(zoho: Zoho, kind: Kind, reference_number: str, *, purpose: str = "find") -> list[dict[str, Any]]:
    """Rows with exactly this reference number, whatever their day, void ones too."""
    path, rows, _ = LISTS[kind]
    found = zoho.pages(path, rows, {"reference_number": reference_number}, purpose=purpose)
    return [row for row in found if str(row.get("reference_number", "")) == reference_number]


def opened(zoho: Zoho, kind: Kind, document_id: str, *, purpose: str = "reconcile") -> dict[str, Any] | None:
    """The whole document, None where it was deleted meanwhile."""
    path, _, one = LISTS[kind]
    try:
        return dict(zoho.call("GET", f"{path}/{document_id}", purpose=purpose)[one])
    except Rejected as error:
        if is_missing(error):
            return None
        raise
