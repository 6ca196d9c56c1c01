"""Counts, day by day, the SKUs that a sweep found to differ before it had them corrected, and why they did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from ledger import cursors, sightings
from tasks import sweeps
from tasks.services import Connection

FLOW = "stock_drift"  # sightings: item, cause, day
COUNTS = "stock.drift"


@dataclass(frozen=True)
class Drift:
    """Of one day: the SKUs that were looked at, those that differed, and of these how many by each cause.

    `store`: its level is not what was left there; `books`: Zoho moved and no callback told; `unproven`: a write had no
    effect; `orders`: an order was read late, or a setting is another.
    """

    day: str
    looked: int = 0
    differed: int = 0
    by: Mapping[str, int] = field(default_factory=dict)


def count(connection: Connection, differing: Mapping[str, str]) -> None:
    """These items differ, each with its cause; a SKU counts once a day."""
    day = sweeps.today(connection)
    known = sightings.stamps(connection.ledger, connection.name, FLOW, differing)
    new = {item: cause for item, cause in differing.items() if item not in known or known[item].stamp != day}
    if not new:
        return
    rows = [(item, cause, day) for item, cause in new.items()]
    sightings.see(connection.ledger, connection.name, FLOW, rows, connection.clock())
    now = today(connection)
    by = {**now.by}
    for cause in new.values():
        by[cause] = by.get(cause, 0) + 1
    _keep(connection, Drift(day, now.looked, now.differed + len(new), by))


def looked(connection: Connection, skus: int) -> None:
    """A sweep has looked at so many: the largest of the day counts."""
    now = today(connection)
    if skus > now.looked:
        _keep(connection, Drift(now.day, skus, now.differed, now.by))


def today(connection: Connection) -> Drift:
    """What was found since midnight, the merchant's."""
    return _of(connection, sweeps.today(connection))


def _of(connection: Connection, day: str) -> Drift:
    known = json.loads(cursors.get(connection.ledger, connection.name, COUNTS) or "{}")
    return Drift(**known[day]) if day in known else Drift(day)


def _keep(connection: Connection, drift: Drift) -> None:
    """Two days are enough: the figures of others are in whatever reads the metrics."""
    kept = [drift, _of(connection, _before(drift.day))]
    told = json.dumps({one.day: asdict(one) for one in kept})
    cursors.put(connection.ledger, connection.name, COUNTS, told, connection.clock())


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
