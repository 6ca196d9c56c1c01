"""How purchase orders are made, and found again when the answer was lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    made = purchase_answer(purchaseorders.create_purchase(to_the_end(connection), step.body))
    if custom_field(made, connection.book_rules.key_field) == step.key:
        cursors.learn(connection.ledger, connection.organization, KEPT, True)
    return made


def find(connection: Connection, step: Step) -> Answer | None:
    """By reference number, our key re-checked; where purchase orders carry no key, the one to this vendor."""
    reference = str(step.body["reference_number"])
    rows = purchaseorders.find_purchases(connection.zoho, reference)
    row = named(connection, rows, step.key, str(step.body["vendor_id"]))
    made = purchaseorders.get_purchase(connection.zoho, str(row["purchaseorder_id"])) if row else None
    return purchase_answer(made) if made else None


def named(
    connection: Connection, rows: Sequence[Mapping[str, Any]], key: str, vendor: str
) -> Mapping[str, Any] | None:
    """The row of this key, a cancelled one too: its key is taken. Without a key, one that can only be ours."""
    field = connection.book_rules.key_field
    told = {custom_field(row, field): row for row in rows}
    if key in told or cursors.learned(connection.ledger, connection.organization).get(KEPT):
        return told.get(key)
    bare = [row for row in rows if not custom_field(row, field) and str(row.get("status")) != "cancelled"]
    return next((row for row in bare if _is_to(connection, row, key, vendor)), None)


def _is_to(connection: Connection, row: Mapping[str, Any], key: str, vendor: str) -> bool:
    known = links.by_id(connection.ledger, connection.name, KIND, str(row["purchaseorder_id"]))
    return str(row.get("vendor_id")) == vendor and all(link.key == key for link in known)


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
