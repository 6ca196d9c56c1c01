"""Which item of Zoho is which variant of the store, as far as stock goes: by the catalogue's links, else by SKU."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.bigcommerce import catalog, variants
from connectors.zoho import items as zoho_items
from ledger import cursors, levels, links, sightings
from ledger.links import Link
from tasks import kit_parts, stock_notes
from tasks.services import Connection, Publish, stock
from tasks.stock_spots import Row, Shelf, Spot, sku_of
from tasks.turns import Keep, alone

LINK = stock_notes.LINK
FLOW = "stock_map"  # sightings: every item that was listed, and its SKU
ABSENT = "stock_absent"  # items whose SKU the store did not know when somebody last looked
CATALOGUE = "variant"  # the catalogue's own links
PAIRED = stock_notes.PAIRED
PLACE = "stock.pairing"  # where an unfinished pairing has got to
STALE = 86400.0  # seconds after which it is begun anew, and after which who was absent is looked for again
BY_SKU = 25  # items of one call that are looked for one by one; more of them are worth a whole look


def pair(
    connection: Connection, item_ids: Iterable[str], rows: Mapping[str, Row] | None = None
) -> dict[str, Link]:
    """The links of these items; what has none is looked for, by SKU a few at once and once a day.

    `rows`: the items in detail, of those that the caller has read anyway.
    """
    wanted = list(dict.fromkeys(item_ids))
    found = links.get_many(connection.ledger, connection.name, LINK, wanted)
    moved = _linked_otherwise(connection, found)
    missing = [item for item in wanted if item not in found or item in moved]
    if missing:
        _look_for(stock(connection), missing, rows or {})
        found |= links.get_many(connection.ledger, connection.name, LINK, missing)
    return found


def catch_up(connection: Connection, publish: Publish | None) -> None:
    """What the catalogue has linked, or linked otherwise, since the last look; asks nobody where there is nothing."""
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    ours = {link.key: link.id for link in links.walk(ledger, name, CATALOGUE)}
    known = links.get_many(ledger, name, LINK, ours)
    new = [item for item, variant in ours.items() if item not in known or known[item].id != variant]
    absent = links.get_many(ledger, name, ABSENT, new)
    wanted = [item for item in new if _may_search(absent.get(item), now, ours[item])]
    if wanted:
        _look_for(stock(connection), wanted, {})
        found = links.get_many(ledger, name, LINK, wanted)
        stock_notes.note(connection, found, publish)


def retrack(connection: Connection, items: Mapping[str, str]) -> None:
    """The store counts these by product or by variant after all, as it has just said or been told: what was agreed on
    was another level.
    """
    found = links.get_many(connection.ledger, connection.name, LINK, items)
    changed = [
        (item, link.id, {**link.extra, "tracking": items[item]})
        for item, link in found.items()
        if link.extra.get("tracking") != items[item]
    ]
    levels.forget(connection.ledger, connection.name, [item for item, *_ in changed])
    links.bind_many(connection.ledger, connection.name, LINK, changed, connection.clock())
    _count_siblings(connection, {str(link.extra["product"]) for link in found.values()})


def look(connection: Connection, publish: Publish | None) -> int:
    """Every item and every product, from where the last look was stopped; how many are linked.

    Costs a call per 200 items and one per 250 products, and one per kit that is new or has changed.
    """
    connection = stock(connection)
    with alone(connection, "stock_map") as keep:
        shelf = _shelf(connection, keep)
        run, page = _place(connection)
        for listed in zoho_items.item_pages(connection.zoho, first_page=page):
            keep()
            stock_notes.note(connection, _page(connection, shelf, listed.rows, run), publish)
            _save(connection, run, listed.number + 1)
        _forget(connection, run)
        _count_siblings(connection, None)
        kit_parts.settle(connection)
        _save(connection, 0.0, 1)
        cursors.put(connection.ledger, connection.name, PAIRED, str(run), connection.clock())
    return links.count(connection.ledger, connection.name, LINK)


def _shelf(connection: Connection, keep: Keep) -> Shelf:
    shelf = Shelf()
    for page in catalog.product_pages(connection.store, include="variants"):
        keep()
        for row in page.rows:
            shelf.put(row)
    return shelf


def _page(connection: Connection, shelf: Shelf, rows: Sequence[Row], run: float) -> list[str]:
    """One page of items: linked, and written down as seen; the items whose link is new or another."""
    changed = _bind(connection, shelf, rows, drop=True)
    ledger, name = connection.ledger, connection.name
    told = {str(row["item_id"]): (sku_of(row), str(row.get("last_modified_time") or "")) for row in rows}
    known = sightings.stamps(ledger, name, FLOW, told)
    same = [one for one, seen in known.items() if (seen.belongs, seen.stamp) == told[one]]
    sightings.touch(ledger, name, FLOW, same, connection.clock())
    news = [(one, *told[one]) for one in told if one not in set(same)]
    sightings.see(ledger, name, FLOW, news, max(run, connection.clock()))
    return changed


def _bind(connection: Connection, shelf: Shelf, rows: Sequence[Row], *, drop: bool) -> list[str]:
    """Links these items to their variants; `drop`: the shelf is whole, so what it does not show is not there."""
    ledger, name = connection.ledger, connection.name
    ids = [str(row["item_id"]) for row in rows]
    known = links.get_many(ledger, name, LINK, ids)
    spots = _spots(connection, shelf, rows)
    kits = kit_parts.parts(connection, [row for row in rows if str(row["item_id"]) in spots], known)
    new = {item: _extra(spot, known.get(item), kits.get(item)) for item, spot in spots.items()}
    changed = [
        item
        for item, extra in new.items()
        if item not in known or known[item].id != spots[item].variant or dict(known[item].extra) != extra
    ]
    _make_room(connection, {item: spots[item] for item in changed})
    moved = [item for item in changed if item in known and _is_elsewhere(known[item], spots[item])]
    levels.forget(ledger, name, moved)
    links.bind_many(ledger, name, LINK, [(i, spots[i].variant, new[i]) for i in changed], connection.clock())
    _drop(connection, [item for item in known if item not in spots] if drop else [])
    return changed


def _is_elsewhere(known: Link, spot: Spot) -> bool:
    """Whether its level is another now: of another variant, or counted otherwise."""
    return (known.id, known.extra.get("tracking")) != (spot.variant, spot.tracking)


def _spots(connection: Connection, shelf: Shelf, rows: Sequence[Row]) -> dict[str, Spot]:
    """Item to variant: what the catalogue has linked comes first, and no variant has two items."""
    ledger, name = connection.ledger, connection.name
    ids = [str(row["item_id"]) for row in rows]
    ours = links.get_many(ledger, name, CATALOGUE, ids)
    spots = {item: shelf.by_id[link.id] for item, link in ours.items() if link.id in shelf.by_id}
    free = {str(row["item_id"]): shelf.by_sku.get(sku_of(row)) for row in rows}
    wanted = {item: spot for item, spot in free.items() if spot is not None and item not in spots}
    owners = links.by_ids(ledger, name, CATALOGUE, [spot.variant for spot in wanted.values()])
    return spots | {
        item: spot
        for item, spot in wanted.items()
        if all(link.key == item for link in owners.get(spot.variant, ()))
    }


def _make_room(connection: Connection, spots: Mapping[str, Spot]) -> None:
    """A SKU that has moved to another item takes its variant along."""
    ledger, name = connection.ledger, connection.name
    by_variant = {spot.variant: item for item, spot in spots.items()}
    holders = links.by_ids(ledger, name, LINK, by_variant)
    late = [link.key for found in holders.values() for link in found if link.key != by_variant[link.id]]
    _drop(connection, [item for item in late if item not in spots])


def _drop(connection: Connection, items: Iterable[str]) -> None:
    gone = list(items)
    levels.forget(connection.ledger, connection.name, gone)
    for item in gone:
        links.forget(connection.ledger, connection.name, LINK, item)


def _extra(spot: Spot, known: Link | None, kit: tuple[Mapping[str, str], str] | None) -> dict[str, Any]:
    before = known.extra if known is not None and known.id == spot.variant else {}
    extra = {
        "product": spot.product,
        "sku": spot.sku,
        "tracking": spot.tracking,
        "siblings": int(before.get("siblings", 1)),
        "kit": dict(kit[0]) if kit else {},
    }
    return extra | ({"kit_read": kit[1]} if kit else {})


def _look_for(connection: Connection, missing: Sequence[str], rows: Mapping[str, Row]) -> None:
    """Through the catalogue's links without asking anybody for SKUs, else by SKU."""
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    ours = links.get_many(ledger, name, CATALOGUE, missing)
    absent = links.get_many(ledger, name, ABSENT, missing)
    searched = [one for one in missing if one not in ours and _may_search(absent.get(one), now, "")][:BY_SKU]
    wanted = [one for one in missing if one in ours or one in searched]
    told = dict(rows)
    unread = [one for one in wanted if one not in told]
    told |= zoho_items.item_details(connection.zoho, unread) if unread else {}
    products = {str(link.extra.get("product") or "") for link in ours.values()}
    for one in searched:
        found = variants.find_by_sku(connection.store, sku_of(told.get(one, {})))
        products |= {str(row["product_id"]) for row in found}
    shelf = Shelf()
    for product in catalog.products_by_id(connection.store, products - {""}, include="variants").values():
        shelf.put(product)
    _bound(connection, shelf, [told[one] for one in wanted if one in told])
    there = links.get_many(ledger, name, LINK, wanted)
    lost = {one: ours[one].id if one in ours else "" for one in wanted if one not in there}
    links.bind_many(ledger, name, ABSENT, [(one, variant, {}) for one, variant in lost.items()], now)


def _bound(connection: Connection, shelf: Shelf, rows: Sequence[Row]) -> None:
    changed = _bind(connection, shelf, rows, drop=False)
    seen = [(str(row["item_id"]), sku_of(row), "") for row in rows]
    sightings.see(connection.ledger, connection.name, FLOW, seen, connection.clock())
    if changed:
        _count_siblings(connection, {spot.product for spot in shelf.by_id.values()})
        kit_parts.join(connection, changed)


def _linked_otherwise(connection: Connection, found: Mapping[str, Link]) -> set[str]:
    """Items that the catalogue has linked to another variant since; one that the store did not show is not new."""
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    ours = links.get_many(ledger, name, CATALOGUE, found)
    moved = {item for item, link in ours.items() if link.id != found[item].id}
    absent = links.get_many(ledger, name, ABSENT, moved)
    return {item for item in moved if _may_search(absent.get(item), now, ours[item].id)}


def _may_search(absent: Link | None, now: float, variant: str) -> bool:
    return absent is None or absent.id != variant or now - absent.since >= STALE


def _count_siblings(connection: Connection, products: set[str] | None) -> None:
    """How many items share the level of a product that is counted as one; of these products, or of all."""
    ledger, name = connection.ledger, connection.name
    by_product: dict[str, list[Link]] = {}
    for link in links.walk(ledger, name, LINK):
        if products is None or link.extra["product"] in products:
            by_product.setdefault(str(link.extra["product"]), []).append(link)
    wrong = [
        (link.key, link.id, {**link.extra, "siblings": len(found)})
        for found in by_product.values()
        for link in found
        if link.extra.get("siblings") != len(found)
    ]
    links.bind_many(ledger, name, LINK, wrong, connection.clock())


def _forget(connection: Connection, run: float) -> None:
    """Items that the list did not show, and that Zoho does not know by their id either."""
    ledger, name = connection.ledger, connection.name
    after = ""
    while unseen := sightings.unseen(ledger, name, FLOW, run, zoho_items.AT_ONCE, after):
        after = unseen[-1].record
        ids = [one.record for one in unseen]
        there = zoho_items.item_details(connection.zoho, ids)
        gone = [one for one in ids if one not in there]
        _drop(connection, gone)
        sightings.forget(ledger, name, FLOW, gone)


def _place(connection: Connection) -> tuple[float, int]:
    """When the unfinished look began and the page that it goes on with."""
    kept = json.loads(cursors.get(connection.ledger, connection.name, PLACE) or "{}")
    run, now = float(kept.get("run", 0.0)), connection.clock()
    return (run, int(kept["page"])) if run and now - run < STALE else (now, 1)


def _save(connection: Connection, run: float, page: int) -> None:
    told = json.dumps({"run": run, "page": page}) if run else ""
    cursors.put(connection.ledger, connection.name, PLACE, told, connection.clock())
