"""How purchase orders are made, and found again when the answer was lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.zoho import purchaseorders
from connectors.zoho.documents import custom_field
from ledger import cursors, links
from mappings.plans import Step
from tasks.note_ways import Answer, to_the_end
from tasks.services import Connection

KIND = "purchase"
KEPT = "keeps_purchase_key"  # learned: what carries no key was made by somebody else


def create(connection: Connection, step: Step) -> Answer:
    return _learned(connection, purchaseorders.create_purchase(to_the_end(connection), step.body), step.key)


def find(connection: Connection, step: Step) -> Answer | None:
    return found(connection, str(step.body["reference_number"]), step.key)


def found(connection: Connection, order: str, key: str) -> Answer | None:
    """By reference number, our key re-checked: a cancelled one counts, too, for its key is taken. Where purchase orders
    carry no key, the live one to the same vendor; lists may leave keys out, so those are opened.
    """
    rows, field = purchaseorders.find_purchases(connection.zoho, order), connection.book_rules.key_field
    vendor = key.rpartition(":")[2]
    for row in sorted(rows, key=lambda row: custom_field(row, field) != key):
        told = custom_field(row, field)
        if told == key or (not told and str(row.get("vendor_id")) == vendor):
            made = purchaseorders.get_purchase(connection.zoho, str(row["purchaseorder_id"]))
            if made is not None and _is_ours(connection, made, key):
                return _learned(connection, made, key)
    return None


def _is_ours(connection: Connection, made: Mapping[str, Any], key: str) -> bool:
    told = custom_field(made, connection.book_rules.key_field)
    if told or cursors.learned(connection.ledger, connection.organization).get(KEPT):
        return told == key
    known = links.by_id(connection.ledger, connection.name, KIND, str(made["purchaseorder_id"]))
    return made.get("status") != "cancelled" and all(link.key == key for link in known)


def _learned(connection: Connection, made: Mapping[str, Any], key: str) -> Answer:
    if custom_field(made, connection.book_rules.key_field) == key:
        cursors.learn(connection.ledger, connection.organization, KEPT, True)
    return purchase_answer(made)


def amend(connection: Connection, step: Step) -> Answer:
    return purchase_answer(
        purchaseorders.update_purchase(to_the_end(connection), str(step.target), step.body)
    )


def delete(connection: Connection, step: Step) -> Answer:
    purchaseorders.delete_purchase(to_the_end(connection), str(step.target))
    return {"id": str(step.target)}


def purchase_answer(made: Mapping[str, Any]) -> Answer:
    """A purchase order as Zoho answered it, with `id`, `number` and `status` as other documents have them."""
    status = str(made.get("status") or made.get("order_status") or "")
    number = str(made.get("purchaseorder_number") or "")
    return {**made, "id": str(made["purchaseorder_id"]), "number": number, "status": status}


Do = Callable[[Connection, Step], Answer]
Find = Callable[[Connection, Step], Answer | None]
WRITES: Mapping[tuple[str, str], tuple[Do, Find | None]] = {
    ("create", "purchase_order"): (create, find),
    ("amend", "purchase_order"): (amend, None),
    ("delete", "purchase_order"): (delete, None),
}
