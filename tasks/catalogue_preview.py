"""What a look at the catalogue would change, worked out and not done: plans for a person to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from connectors.zoho import items as zoho_items
from ledger import cursors, sightings
from mappings.errors import Skip, Unmappable
from mappings.plans import Plan
from mappings.zoho.catalogue import record_of, rules_digest
from tasks import items
from tasks.catalogue_walk import MODIFIED
from tasks.chunks import batched
from tasks.item_looks import FLOW, compare
from tasks.services import Connection, catalogue
from tasks.store_facts import facts

BATCH = 100  # records whose details are read together

Planned = tuple[str, Plan | Skip | Unmappable]
Of = dict[str, list[str]]
"""Work record to the ids of its items."""


def planned(
    connection: Connection, of: Of, on_batch: Callable[[int], None] = lambda _: None
) -> Iterator[Planned]:
    """What would become of these records; one Zoho call for each hundred of their items."""
    for number, records in enumerate(batched(of, BATCH), 1):
        yield from items.preview(connection, records, {record: of[record] for record in records})
        on_batch(min(number * BATCH, len(of)))


def changed(connection: Connection, *, full: bool, on_page: Callable[[int], None] = lambda _: None) -> Of:
    """The records that a look would note, a full one or one for what changed since the last; reads Zoho's list only."""
    connection = catalogue(connection)
    digest = rules_digest(connection.catalogue_rules, facts(connection))
    of: Of = {}
    for page in zoho_items.item_pages(connection.zoho, since=None if full else _since(connection)):
        look = compare(connection, page.rows, digest)
        for one in (*look.changed, *look.hides):
            of.setdefault(one.belongs, []).append(one.item_id)
        on_page(page.number)
    return _whole(connection, of)


def of_sku(connection: Connection, sku: str) -> Of:
    """The record of the item with this SKU; empty where Zoho has none."""
    connection = catalogue(connection)
    rows = zoho_items.find_items_by_sku(connection.zoho, sku)
    details = zoho_items.item_details(connection.zoho, [str(row["item_id"]) for row in rows])
    of: Of = {}
    for item_id, row in details.items():  # only details tell the group for certain
        of.setdefault(record_of(row), []).append(item_id)
    return _whole(connection, of)


def _since(connection: Connection) -> datetime | None:
    seen = cursors.get(connection.ledger, connection.name, MODIFIED)
    return datetime.fromisoformat(seen) - timedelta(seconds=connection.overlap) if seen else None


def _whole(connection: Connection, of: Of) -> Of:
    """A group is read with all its members, changed or not."""
    known = sightings.members(connection.ledger, connection.name, FLOW, of)
    return {record: list(dict.fromkeys([*ids, *known.get(record, [])])) for record, ids in of.items()}
