"""Compares what a list of Zoho's items shows with what it showed before, and notes the products that it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.zoho.items import modified
from ledger import links, sightings, work
from ledger.links import Link
from ledger.sightings import Sighting
from mappings.zoho import catalogue
from tasks.flows import FLOWS
from tasks.orders import SETTLED
from tasks.services import Connection, Publish

FLOW = "items"
ITEM = "item:"
UNSETTLED = "~"


@dataclass(frozen=True, slots=True)
class Seen:
    """An item as a list shows it: the work record that it belongs to, and how it stands."""

    item_id: str
    belongs: str
    stamp: str


@dataclass(frozen=True)
class Look:
    """What rows say: `hides` would take something off sale and wait for the guard; `left` are records that an item
    has moved away from; `seen` are all of them by id.
    """

    changed: tuple[Seen, ...] = ()
    same: tuple[str, ...] = ()
    hides: tuple[Seen, ...] = ()
    left: frozenset[str] = frozenset()
    seen: Mapping[str, Seen] = field(default_factory=dict)

    @property
    def records(self) -> list[str]:
        """The work records that what changed belongs to."""
        return list(dict.fromkeys([one.belongs for one in self.changed] + sorted(self.left)))


def compare(
    connection: Connection, rows: Sequence[Mapping[str, Any]], digest: str, *, details: bool = False
) -> Look:
    """Of the rows of a list, or of `details`, those that stand otherwise than they were last seen."""
    ids = [str(row["item_id"]) for row in rows]
    known = sightings.stamps(connection.ledger, connection.name, FLOW, ids)
    now, left = connection.clock(), set()
    same, changed, quiet, every = [], [], {}, {}
    for row in rows:
        seen, before = _seen(row, known, digest), known.get(str(row["item_id"]))
        every[seen.item_id] = seen
        if before is not None and before.belongs == seen.belongs and _same(before, seen, details=details):
            same.append(seen.item_id)
            continue
        if before is not None and before.belongs != seen.belongs:
            left.add(before.belongs)
        seen = replace(seen, stamp=seen.stamp + _unsettled(row, now))
        if row.get("status") == "inactive":
            quiet[seen.item_id] = seen
        else:
            changed.append(seen)
    hides = on_sale(connection, quiet)
    changed += [seen for item_id, seen in quiet.items() if item_id not in hides]
    return Look(
        tuple(changed), tuple(same), tuple(quiet[one] for one in sorted(hides)), frozenset(left), every
    )


def on_sale(connection: Connection, item_ids: Iterable[str]) -> set[str]:
    """Of these items those that shoppers can find, as far as our links know."""
    ledger, name = connection.ledger, connection.name
    variants = links.get_many(ledger, name, "variant", item_ids)
    shown = {item_id: link for item_id, link in variants.items() if _is_shown(link)}
    wanted = {str(link.extra.get("product", "")) for link in shown.values()}
    products = links.by_ids(ledger, name, "product", wanted)
    open_ones = {product_id for product_id, found in products.items() if any(map(_is_shown, found))}
    return {item_id for item_id, link in shown.items() if str(link.extra.get("product", "")) in open_ones}


def record(connection: Connection, look: Look, seen_at: float, publish: Publish) -> None:
    """Note what changed; only when that is written down it counts as seen. What would hide something is left alone."""
    note(connection, look.records, publish)
    rows = [(one.item_id, one.belongs, one.stamp) for one in look.changed]
    sightings.see(connection.ledger, connection.name, FLOW, rows, seen_at)
    sightings.touch(connection.ledger, connection.name, FLOW, look.same, seen_at)


def note(connection: Connection, records: Iterable[str], publish: Publish) -> None:
    """These products must be looked at; a nudge is worth a batch of them."""
    noted = work.note(connection.ledger, connection.name, FLOW, records, connection.clock())
    for work_id in noted[:: FLOWS[FLOW].batch]:
        publish(FLOWS[FLOW].task, work_id)


def _seen(row: Mapping[str, Any], known: Mapping[str, Sighting], digest: str) -> Seen:
    item_id, belongs = str(row["item_id"]), catalogue.record_of(row)
    before = known.get(item_id)
    # lists may leave out the keys of groups: what the item itself once told stands until it says otherwise
    if before is not None and belongs.startswith(ITEM) and "group_id" not in row:
        belongs = before.belongs
    return Seen(item_id, belongs, catalogue.stamp_of(row, digest))


def _same(before: Sighting, seen: Seen, *, details: bool) -> bool:
    """Details tell more than lists do: what a stamp has beside times and rules is compared from list to list only.
    What was not settled when it was seen stands as nothing.
    """
    if not details or before.stamp.endswith(UNSETTLED):
        return before.stamp == seen.stamp
    return before.stamp.rpartition("|")[0] == seen.stamp.rpartition("|")[0]


def _unsettled(row: Mapping[str, Any], now: float) -> str:
    """Zoho tells whole seconds: an item seen within the second of its change may change in it once more, so it does
    not count as seen.
    """
    changed = modified(row)
    return UNSETTLED if changed is not None and now - changed.timestamp() < SETTLED else ""


def _is_shown(link: Link) -> bool:
    return link.state == "linked" and not link.extra.get("hidden")
