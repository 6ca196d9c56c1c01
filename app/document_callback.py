"""Zoho tells of a document of ours that a person changed: its order goes its way again and reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger import links, work
from ledger.links import Link
from ledger.store import Ledger
from mappings.zoho.keys import order_of
from tasks.document_looks import SEEN, differs, is_ours_to_judge
from tasks.memory import DOCUMENT
from tasks.order_looks import FLOW

ENTITIES = ("invoice", "salesorder")


def doubted(ledger: Ledger, connection: str, callback: Any, now: float) -> list[int]:
    """Ids of the work rows that are due because of it; none for a document that is as we wrote it, or not ours.

    Most of these callbacks are echoes of our own writing. What only a reading would show, the hourly look finds.
    """
    for entity in ENTITIES if isinstance(callback, Mapping) else ():
        row = callback.get(entity)
        if isinstance(row, Mapping):
            found = links.by_id(ledger, connection, DOCUMENT, str(row.get(f"{entity}_id") or ""))
            return [one for link in found for one in _taken_up(ledger, link, row, now)]
    return []


def _taken_up(ledger: Ledger, link: Link, row: Mapping[str, Any], now: float) -> list[int]:
    if not is_ours_to_judge(row, link) or link.extra.get("ended") or not differs(row, link):
        return []
    order, seen = order_of(link.key), str(row.get("last_modified_time"))
    known = work.find(ledger, link.scope, FLOW, order)
    if known is None:
        return []
    links.mark(ledger, link.scope, DOCUMENT, link.key, link.id, doubtful=True, **{SEEN: seen})
    why = f"Zoho called: document {link.extra.get('number', link.id)} has changed"
    return work.retry(ledger, [known.id], now, {"why": why})
