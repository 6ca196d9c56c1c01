"""Finds the shipments of our sales orders: a look at Zoho's packages now and then, a call or two when it is quiet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from connectors.errors import Rejected
from connectors.zoho.shipments import changed_packages
from ledger import cursors, links, sightings, work
from mappings.zoho.shipments import shipment_of
from tasks import rights
from tasks.flows import FLOWS
from tasks.memory import DOCUMENT
from tasks.services import Connection, Services, catalogue
from tasks.shipments import FLOW
from tasks.sweeps import opened

log = structlog.get_logger(__name__)
EVERY = 900.0  # seconds between two looks
OVERLAP = timedelta(seconds=300)
DAY = timedelta(days=1)  # once a day as much is looked over again
PATIENCE = timedelta(days=60)  # for which a package may have waited before it leaves
LOOKED, WHOLE = "shipments.looked", "shipments.whole"
Row = Mapping[str, Any]


def look(services: Services, name: str) -> None:
    """Note the shipments of packages that changed since the last look, as far as their sales orders are ours."""
    connection = services.connections.get(name)
    if connection is None or not connection.tracking_on:
        return
    connection = opened(services, name, "shipments", lambda one: EVERY / one.pace)
    if connection is None:
        return
    try:
        with rights.missed(connection, "shipments", "shipments.forbidden"):
            _look(services, catalogue(connection))
    except Rejected as error:  # an organization without Inventory has none, and nothing else waits for them
        log.warning("Zoho does not show its packages", connection=name, why=error.message)


def _look(services: Services, connection: Connection) -> None:
    now = datetime.fromtimestamp(connection.clock(), UTC)
    whole = _at(connection, WHOLE)
    daily = whole is None or now - whole >= DAY / connection.pace
    looked = _at(connection, LOOKED) or now
    since, back_to = (now - DAY, now - PATIENCE) if daily else (looked - OVERLAP, None)
    rows = {str(row["package_id"]): row for row in changed_packages(connection.zoho, since, back_to)}
    _noted(services, connection, [row for row in rows.values() if shipment_of(row)])
    for cursor in (LOOKED, WHOLE) if daily else (LOOKED,):
        cursors.put(connection.ledger, connection.name, cursor, now.isoformat(), connection.clock())


def _noted(services: Services, connection: Connection, rows: list[Row]) -> None:
    """Each change of a package once; the sales orders of others are not ours."""
    ledger, name = connection.ledger, connection.name
    ours = links.by_ids(ledger, name, DOCUMENT, [str(row.get("salesorder_id")) for row in rows])
    news = {str(row["package_id"]): row for row in rows if str(row.get("salesorder_id")) in ours}
    known = sightings.stamps(ledger, name, FLOW, news)
    seen = [
        (package, shipment_of(row), f"{shipment_of(row)} {row.get('last_modified_time')}")
        for package, row in news.items()
    ]
    fresh = [one for one in seen if one[0] not in known or known[one[0]].stamp != one[2]]
    for work_id in work.note(ledger, name, FLOW, {shipment for _, shipment, _ in fresh}, connection.clock()):
        services.publish(FLOWS[FLOW].task, work_id)
    sightings.see(ledger, name, FLOW, fresh, connection.clock())


def _at(connection: Connection, cursor: str) -> datetime | None:
    told = cursors.get(connection.ledger, connection.name, cursor)
    return datetime.fromisoformat(told) if told else None
