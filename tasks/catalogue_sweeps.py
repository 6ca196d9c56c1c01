"""Finds what changed in Zoho's catalogue: a short look often, a full one a day, price lists by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from connectors.errors import Rejected
from connectors.zoho import items as zoho_items
from ledger import cursors
from tasks import catalogue_walk, hiding, price_offer, price_sweep, rights, sweeps
from tasks.catalogue_walk import DAILY, MODIFIED, full
from tasks.item_looks import Look, Seen, compare, record
from tasks.services import Connection, Publish, Services, catalogue

log = structlog.get_logger(__name__)

__all__ = ["full", "items", "items_full", "prices"]


def items(services: Services, name: str) -> None:
    """Note every item that changed since the cursor; the first look by new rules is the full one."""
    connection = _turn(services, name, "items", lambda c: c.items_interval, lambda c: c.items_on)
    if connection is None:
        return
    with rights.missed(connection, "catalogue", "forbidden"):
        if catalogue_walk.is_due(connection):
            full(connection, publish=services.publish)
        else:
            delta(catalogue(connection), services.publish)


def items_full(services: Services, name: str) -> None:
    """The full comparison, once a day from its hour on, and on from where it was stopped."""
    connection = _turn(services, name, "items_full", lambda c: 60.0 / c.pace, lambda c: c.items_on)
    if connection is None:
        return
    if catalogue_walk.unfinished(connection) or sweeps.day_is_open(
        connection, connection.catalogue_daily_at, DAILY
    ):
        with rights.missed(connection, "catalogue", "forbidden"):
            full(connection, publish=services.publish)


def prices(services: Services, name: str) -> None:
    """Note every price list that may have changed."""
    connection = _turn(services, name, "prices", lambda c: c.prices_interval, lambda c: c.price_lists_on)
    if connection is None or not price_offer.is_open(connection):
        return
    try:
        price_sweep.look(catalogue(connection), services.publish)
    except (
        Rejected
    ) as error:  # price lists are a switch in Zoho, too; nothing else of the connection waits for them
        log.warning("Zoho does not show its price lists", connection=name, why=error.message)


def delta(connection: Connection, publish: Publish) -> None:
    """Items by their last change. The cursor follows what is written down; it waits before a page with something to
    hide, because that is decided only when all of it is known.
    """
    digest = catalogue_walk.digest(connection)
    since = datetime.fromisoformat(cursors.get(connection.ledger, connection.name, MODIFIED) or "")
    latest, hides = since, dict[str, Seen]()
    for page in zoho_items.item_pages(connection.zoho, since=since - timedelta(seconds=connection.overlap)):
        look = compare(connection, page.rows, digest)
        record(connection, look, connection.clock(), publish)
        hides |= {one.item_id: one for one in look.hides}
        latest = max([latest, *(at for row in page.rows if (at := zoho_items.modified(row)))])
        if not hides:
            _move(connection, latest)
    _hide(connection, list(hides.values()), publish)
    _move(connection, latest)


def _hide(connection: Connection, hides: list[Seen], publish: Publish) -> None:
    records = {one.belongs for one in hides}
    if hiding.let_go(connection, records):
        record(connection, Look(changed=tuple(hides)), connection.clock(), publish)
    else:
        hiding.withhold(connection, max(len(records), hiding.withheld(connection)))


def _move(connection: Connection, latest: datetime) -> None:
    cursors.put(connection.ledger, connection.name, MODIFIED, latest.isoformat(), connection.clock())


def _turn(
    services: Services,
    name: str,
    sweep: str,
    interval: Callable[[Connection], float],
    is_on: Callable[[Connection], bool],
) -> Connection | None:
    connection = services.connections.get(name)
    if connection is None or not is_on(connection):
        return None
    return sweeps.opened(services, name, sweep, interval)
