"""Inventory adjustments of a Zoho organization: made once, found again by their reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connectors.errors import Unknown
from connectors.zoho.client import Zoho, in_inventory
from connectors.zoho.stock_documents import read_document

PATH = "/inventoryadjustments"
KEY = "inventory_adjustment"
NEWEST = "9999-12-31"
BACK = timedelta(days=30)  # nothing is asked about that was sent longer ago


def create_adjustment(zoho: Zoho, body: Mapping[str, Any]) -> dict[str, Any]:
    """The new adjustment. One that was not heard (Unknown) may be there: ask by its reference, never send again."""
    told = in_inventory(zoho).call("POST", PATH, body=body, purpose="create").get(KEY)
    if not isinstance(told, Mapping):
        raise Unknown("Zoho's answer to an inventory adjustment carries none")
    return dict(told)


def find_adjustments(zoho: Zoho, reference: str, *, since: date | None = None) -> list[dict[str, Any]]:
    """Adjustments with exactly this reference number, each with its `line_items`.

    Zoho documents no filter for it: the list is read, newest first, back to those from before `since` (default: a
    month ago), and to its end where it is not sorted.
    """
    floor = (since or datetime.now(UTC).date() - BACK).isoformat()
    ids = [str(row[f"{KEY}_id"]) for row in _back_to(zoho, reference, floor) if _is(row, reference)]
    whole = (read_document(zoho, "inventoryadjustments", one) for one in ids)
    return [one for one in whole if one is not None and _is(one, reference)]


def _back_to(zoho: Zoho, reference: str, floor: str) -> Iterator[Mapping[str, Any]]:
    """Rows of the list until one is older: only where each so far was older than those before it is that the end."""
    inventory, before = in_inventory(zoho), NEWEST
    params = {"reference_number": reference}
    for page in inventory.walk(PATH, f"{KEY}s", params, identity=f"{KEY}_id", purpose="find"):
        yield from page.rows
        moments = [before, *(str(row.get("created_time") or row.get("date") or "") for row in page.rows)]
        falling = all(moments) and moments == sorted(moments, reverse=True)
        before = moments[-1] if falling else ""
        if "" < before < floor:
            return


def _is(row: Mapping[str, Any], reference: str) -> bool:
    return str(row.get("reference_number") or "") == reference
