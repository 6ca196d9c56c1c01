"""Walks through the store's products: which are still as we left them, and which are nobody's yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from connectors.bigcommerce import catalog
from connectors.errors import Temporary
from connectors.zoho.items import item_details
from ledger import links, sightings
from ledger.links import Link
from mappings import matching
from mappings.bigcommerce import prints
from mappings.rules import CatalogueRules
from mappings.zoho.catalogue import is_sold
from tasks.item_looks import FLOW, ITEM, Seen
from tasks.services import Connection
from tasks.turns import Keep

log = structlog.get_logger(__name__)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A variant of the store that no item of ours is linked to; `alone`: it is all of its product."""

    product_id: str
    variant_id: str
    sku: str
    alone: bool


@dataclass
class Shelves:
    """What a walk through the store found: free variants by SKU, and the work records whose product has changed."""

    free: dict[str, Spot] = field(default_factory=dict)
    differing: set[str] = field(default_factory=set)
    products: int = 0


@dataclass
class _Met:
    """The ids that the walk has come by: links to others lead nowhere."""

    products: set[str] = field(default_factory=set)
    variants: set[str] = field(default_factory=set)


def look(connection: Connection, keep: Keep) -> Shelves:
    """Every product of the store once, 250 a call; writes nothing.

    Where the list moved while it was read, what was read still stands; what seems to be gone does not.
    """
    shelves, met = Shelves(), _Met()
    include = prints.includes(connection.catalogue_rules)
    try:
        for page in catalog.product_pages(connection.store, include=include):
            keep()
            _page(connection, page.rows, shelves, met)
    except Temporary as error:
        log.warning("the store was looked at in part", connection=connection.name, why=str(error))
        return shelves
    shelves.differing.update(_gone(connection, met))
    return shelves


def pair(
    connection: Connection,
    rows: Sequence[Row],
    seen: Mapping[str, Seen],
    shelves: Shelves,
    *,
    dry: bool = False,
) -> list[Seen]:
    """Link items to free variants of the same SKU, so that nobody need look for each; those that were linked.

    Only where it is plain: an item with a product of one variant, items of a group with variants of one product.
    Everything else is for the recipe, which sees both sides whole.
    """
    spots = [spot for row in rows if (spot := shelves.free.get(_key(row))) is not None]
    found = matching.pair(rows, [_as_row(spot) for spot in spots]).matched
    by_variant = {spot.variant_id: spot for spot in spots}
    homes = _homes(connection, seen.values())
    owners = links.by_ids(connection.ledger, connection.name, "product", {spot.product_id for spot in spots})
    paired = []
    for item_id, product_id, variant_id in found:
        one, spot = seen[str(item_id)], by_variant[str(variant_id)]
        home = homes.get(one.belongs)
        if home not in (None, spot.product_id) or (one.belongs.startswith(ITEM) and not spot.alone):
            continue
        if any(link.key != one.belongs for link in owners.get(spot.product_id, ())):
            continue
        homes[one.belongs] = str(product_id)
        paired.append((one, spot))
    if not dry:
        _bind(connection, paired)
    for _, spot in paired:
        shelves.free.pop(_key({"sku": spot.sku}), None)
    return [one for one, _ in paired]


def told_whole(connection: Connection, rows: Sequence[Row], shelves: Shelves) -> dict[str, Row]:
    """Those that could be paired and whose list row does not say whether they belong to a group, with that from their
    details.
    """
    unsure = {str(row["item_id"]): row for row in rows if "group_id" not in row and _key(row) in shelves.free}
    told = item_details(connection.zoho, list(unsure)) if unsure else {}
    return {one: {**unsure[one], "group_id": row.get("group_id") or ""} for one, row in told.items()}


def unlinked(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """Of these items the goods that no variant is linked to. A service must not come by a product: the next thing would
    be to hide it. An inactive item does, and the guard sees how many are hidden so.
    """
    sold = [row for row in rows if is_sold(row)]
    known = links.get_many(
        connection.ledger, connection.name, "variant", [str(row["item_id"]) for row in sold]
    )
    return [row for row in sold if str(row["item_id"]) not in known]


def _page(connection: Connection, rows: Sequence[Row], shelves: Shelves, met: _Met) -> None:
    ledger, name, rules = connection.ledger, connection.name, connection.catalogue_rules
    ours = links.by_ids(ledger, name, "product", [str(row["id"]) for row in rows])
    variants = [str(one["id"]) for row in rows for one in row["variants"]]
    known = links.by_ids(ledger, name, "variant", variants)
    changed: list[str] = []
    for row in rows:
        shelves.products += 1
        met.products.add(str(row["id"]))
        shelves.differing.update(_differing(row, ours.get(str(row["id"]), ()), rules))
        for one in row["variants"]:
            met.variants.add(str(one["id"]))
            mine = known.get(str(one["id"]), [])
            changed += [
                link.key for link in mine if link.extra.get("print") != prints.variant_print(one, rules)
            ]
            if not mine and _key(one):
                shelves.free[_key(one)] = _spot(row, one)
    shelves.differing.update(_records(connection, changed))


def _differing(row: Row, mine: Iterable[Link], rules: CatalogueRules) -> Iterator[str]:
    """A person changed a field that follows Zoho."""
    for link in mine:
        if link.extra.get("print") != prints.product_print(row, rules):
            yield link.key


def _gone(connection: Connection, met: _Met) -> Iterator[str]:
    """Work records whose product, or a variant of it, is no longer in the store."""
    for link in links.walk(connection.ledger, connection.name, "product"):
        if link.id not in met.products:
            yield link.key
    lost = [
        link.key
        for link in links.walk(connection.ledger, connection.name, "variant")
        if link.id not in met.variants
    ]
    yield from _records(connection, lost)


def _records(connection: Connection, item_ids: Iterable[str]) -> set[str]:
    wanted = list(item_ids)
    known = sightings.stamps(connection.ledger, connection.name, FLOW, wanted)
    return {known[one].belongs for one in wanted if one in known}


def _homes(connection: Connection, seen: Iterable[Seen]) -> dict[str, str]:
    """The products that work records are linked to already."""
    records = {one.belongs for one in seen}
    found = links.get_many(connection.ledger, connection.name, "product", records)
    return {record: link.id for record, link in found.items()}


def _bind(connection: Connection, paired: Sequence[tuple[Seen, Spot]]) -> None:
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    blank = {"print": "", "hidden": False}
    homes = {one.belongs: spot.product_id for one, spot in paired}
    there = links.get_many(ledger, name, "product", homes)
    new = [(record, home, {**blank, "name": "", "image": "", "rev": ""}) for record, home in homes.items()]
    links.bind_many(ledger, name, "product", [row for row in new if row[0] not in there], now)
    links.bind_many(
        ledger,
        name,
        "variant",
        [
            (one.item_id, spot.variant_id, {**blank, "product": spot.product_id, "sku": spot.sku})
            for one, spot in paired
        ],
        now,
    )


def _spot(row: Row, variant: Row) -> Spot:
    return Spot(str(row["id"]), str(variant["id"]), str(variant["sku"]), len(row["variants"]) == 1)


def _as_row(spot: Spot) -> Row:
    return {"id": spot.variant_id, "product_id": spot.product_id, "sku": spot.sku}


def _key(row: Row) -> str:
    return str(row.get("sku") or "").strip().casefold()
