"""Finds stock that differs: compares everything that is paired, both sides read afresh, and notes only what differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from connectors.bigcommerce import orders as store_orders
from connectors.zoho import items as zoho_items
from ledger import cursors, links, takings, work
from ledger.links import Link
from mappings.zoho.stock import in_list, listed
from tasks import (
    open_documents,
    order_looks,
    rights,
    stock_drift,
    stock_map,
    stock_notes,
    stock_plan,
    sweeps,
)
from tasks.chunks import batched
from tasks.falls import waiting as withheld
from tasks.services import Connection, Publish, Services
from tasks.services import stock as of_stock
from tasks.stock_compare import Figures, Shelf, differing, settle, shelf
from tasks.stock_family import parts_of
from tasks.stock_places import Glance
from tasks.stock_sights import Ware
from tasks.store_habits import habits
from tasks.turns import Keep, alone

log = structlog.get_logger(__name__)
PLACE = "stock.look"  # where an unfinished look has got to
LOOKED = "stock.looked"  # when the last one came to its end
DAILY = "stock.daily"  # the day of the last full one
STALE = 86400.0  # seconds after which an unfinished look is begun anew
AT_ONCE = 500  # items that are compared at once: five calls for details
Books = dict[str, Figures]


@dataclass(frozen=True)
class Walk:
    """How far a look has got: by `page` of Zoho's list, or `after` an item; kits follow when the others are done."""

    run: float
    full: bool
    page: int = 1
    after: str = ""
    kits: bool = False
    looked: int = 0
    noted: int = 0


@dataclass(frozen=True)
class _Trip:
    """One turn of a look; `books` keeps the figures of what kits are made of."""

    connection: Connection
    publish: Publish
    keep: Keep
    there: Shelf
    wares: Mapping[str, Ware]
    held: frozenset[str]
    parts: frozenset[str]
    glance: Glance
    books: Books = field(default_factory=dict)


def stock(services: Services, name: str) -> None:
    """Compare everything as often as the setting and the day's calls allow; the first look pairs."""
    connection = _turn(services, name, "stock_sweep", _interval)
    if connection is None:
        return
    with rights.missed(connection, "stock", "stock_forbidden"):
        if not cursors.get(connection.ledger, name, stock_map.PAIRED):
            _meet_orders(connection)
            stock_map.look(connection, services.publish)  # notes everything
        else:
            stock_map.catch_up(connection, services.publish)
            look(connection, services.publish)


def stock_daily(services: Services, name: str) -> None:
    """Once a day from its hour on: pair everything anew, and compare it by details; on from where it was stopped."""
    connection = _turn(services, name, "stock_daily", lambda one: 60.0 / one.pace)
    if connection is None:
        return
    walk = _place(connection)
    with rights.missed(connection, "stock", "stock_forbidden"):
        if sweeps.day_is_open(connection, connection.stock_daily_at, DAILY):
            if walk is None or not walk.full:
                stock_map.look(connection, services.publish)
            look(connection, services.publish, full=True)
            cursors.put(connection.ledger, name, DAILY, sweeps.today(connection), connection.clock())
        elif walk is not None:
            look(connection, services.publish)


def look(connection: Connection, publish: Publish, *, full: bool = False) -> Walk:
    """One look at everything that is paired, from where the last one was stopped; what it found.

    Raises OutOfBudget or Temporary where it could not get to the end: the next call goes on there. Raises Later when
    another worker is at it.
    """
    connection = of_stock(connection)
    with alone(connection, "stock_look") as keep:
        habits(connection)
        walk = _place(connection)
        if walk is None or (full and not walk.full):
            walk = Walk(connection.clock(), full)
        open_documents.look_again(connection, publish)
        trip = _trip(connection, publish, keep)
        for step in (_plain, _kits):
            walk = step(trip, walk)
        stock_drift.looked(connection, walk.looked)
        stock_notes.note(connection, withheld(connection), publish)  # perhaps they fall no more
        _finish(connection, walk)
    log.info("stock compared", connection=connection.name, looked=walk.looked, noted=walk.noted)
    return walk


def unfinished(connection: Connection) -> bool:
    """A look was stopped and is to go on."""
    return _place(connection) is not None


def _turn(
    services: Services, name: str, sweep: str, interval: Callable[[Connection], float]
) -> Connection | None:
    one = services.connections.get(name)
    return sweeps.opened(services, name, sweep, interval) if one is not None and one.stock_on else None


def _interval(connection: Connection) -> float:
    return 60.0 / connection.pace if unfinished(connection) else stock_plan.interval(connection)


def _trip(connection: Connection, publish: Publish, keep: Keep) -> _Trip:
    every = links.walk(connection.ledger, connection.name, stock_map.LINK)
    wares = {link.key: _ware(connection, link) for link in every if _is_ours(connection, link)}
    held = {
        row.record for row in work.held(connection.ledger, connection.name) if row.flow == stock_notes.FLOW
    }
    there = shelf(connection, [ware.variant for ware in wares.values()], keep)
    parts = frozenset(part for ware in wares.values() for part in ware.parts)
    return _Trip(connection, publish, keep, there, wares, frozenset(held), parts, Glance(connection))


def _is_ours(connection: Connection, link: Link) -> bool:
    """Neither left alone by the merchant, nor without a level in the store."""
    rules, sku = connection.stock_rules, str(link.extra.get("sku", ""))
    leaves = link.extra.get("tracking") == "none" and rules.untracked == "leave"
    return not leaves and not rules.override(sku).skip


def _ware(connection: Connection, link: Link) -> Ware:
    buffer = connection.stock_rules.buffer_of(str(link.extra.get("sku", "")))
    return Ware(link.key, link.id, link.extra, buffer, parts_of(link))


def _plain(trip: _Trip, walk: Walk) -> Walk:
    """Everything but kits, by lists where those can tell, else by details."""
    if walk.kits:
        return walk
    by_list = listed(trip.connection.stock_rules) and not walk.full
    for step, books in _listed(trip, walk) if by_list else _detailed(trip, walk):
        walk = _compared(trip, walk, {item: {item: told} for item, told in books.items()}, step)
    return _compared(trip, walk, {}, {"kits": True, "after": ""})


def _kits(trip: _Trip, walk: Walk) -> Walk:
    """Kits have as much as their parts let them; parts that were read with the others are not read again."""
    kits = sorted(item for item, ware in trip.wares.items() if ware.parts and item > walk.after)
    for some in batched(kits, AT_ONCE):
        parts = {part for kit in some for part in trip.wares[kit].parts}
        trip.books.update(_read(trip, sorted(parts - trip.books.keys())))
        whole = [kit for kit in some if trip.wares[kit].parts.keys() <= trip.books.keys()]
        books = {kit: {part: trip.books[part] for part in trip.wares[kit].parts} for kit in whole}
        walk = _compared(trip, walk, books, {"after": some[-1]})
    return walk


def _listed(trip: _Trip, walk: Walk) -> Iterator[tuple[Mapping[str, Any], Books]]:
    rules = trip.connection.stock_rules
    for page in zoho_items.item_pages(trip.connection.zoho, first_page=walk.page):
        told = {str(row["item_id"]): in_list(row, rules) for row in page.rows}
        books: Books = {item: {rules.order_location: z} for item, z in told.items() if z is not None}
        _keep_parts(trip, books)
        yield {"page": page.number + 1}, books


def _detailed(trip: _Trip, walk: Walk) -> Iterator[tuple[Mapping[str, Any], Books]]:
    plain = {item for item, ware in trip.wares.items() if not ware.parts}
    wanted = sorted(item for item in plain | trip.parts if item > walk.after)
    for some in batched(wanted, AT_ONCE):
        books = _read(trip, some)
        _keep_parts(trip, books)
        yield {"after": some[-1]}, books


def _keep_parts(trip: _Trip, books: Books) -> None:
    trip.books.update({item: told for item, told in books.items() if item in trip.parts})


def _read(trip: _Trip, items: Sequence[str]) -> Books:
    """Details of these; what Zoho keeps no stock of is left out."""
    told = zoho_items.item_details(trip.connection.zoho, items) if items else {}
    found = {item: trip.glance.figures(item, row) for item, row in told.items()}
    return {item: figured for item, figured in found.items() if figured is not None}


def _compared(
    trip: _Trip, walk: Walk, books: Mapping[str, Mapping[str, Figures]], step: Mapping[str, Any]
) -> Walk:
    """Drift is counted before it is corrected; the place is kept after what it has passed is noted."""
    trip.keep()
    mine = [
        trip.wares[item] for item, told in books.items() if item in trip.wares and _fits(trip, item, told)
    ]
    asked = [ware for ware in mine if ware.item not in trip.held]
    found = differing(trip.there, asked, books)
    doubtful = [trip.wares[item].variant for item in found.doubtful]
    if doubtful and open_documents.refresh(trip.connection, doubtful):
        found = differing(trip.there, asked, books)
    stock_drift.count(trip.connection, found.drift)
    stock_notes.note(trip.connection, found.noted, trip.publish)
    settle(trip.connection, found)
    walk = replace(walk, looked=walk.looked + len(mine), noted=walk.noted + len(found.noted), **step)
    _save(trip.connection, walk)
    return walk


def _fits(trip: _Trip, item: str, told: Mapping[str, Figures]) -> bool:
    """A kit's list row has a figure of its own, which nobody asked for."""
    return set(trip.wares[item].parts or (item,)) == set(told)


def _meet_orders(connection: Connection) -> None:
    """When stock is switched on nobody knows yet what the orders of the last days take: they are read once more."""
    start = datetime.fromtimestamp(connection.clock(), UTC) - timedelta(days=connection.daily_window_days)
    for page in batched(store_orders.list_modified(connection.store, start), 250):
        ids = [str(row["id"]) for row in page]
        new = [one for one in ids if not takings.of_order(connection.ledger, connection.name, one)]
        work.note(connection.ledger, connection.name, order_looks.FLOW, new, connection.clock())
    held = [
        row.record for row in work.held(connection.ledger, connection.name) if row.flow == order_looks.FLOW
    ]
    work.note(connection.ledger, connection.name, order_looks.FLOW, held, connection.clock())


def _place(connection: Connection) -> Walk | None:
    kept = json.loads(cursors.get(connection.ledger, connection.name, PLACE) or "{}")
    walk = Walk(**kept) if kept.keys() == Walk.__dataclass_fields__.keys() else None
    return walk if walk and connection.clock() - walk.run < STALE else None


def _save(connection: Connection, walk: Walk) -> None:
    cursors.put(connection.ledger, connection.name, PLACE, json.dumps(asdict(walk)), connection.clock())


def _finish(connection: Connection, walk: Walk) -> None:
    """Only what is as fresh as the look's beginning counts as looked at then."""
    cursors.put(connection.ledger, connection.name, LOOKED, str(walk.run), connection.clock())
    cursors.put(connection.ledger, connection.name, PLACE, "", connection.clock())
