"""How stock stands, from the ledger alone: what is paired, when it was looked at, what differed, what waits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.settings import Connection
from ledger import cursors, links
from ledger.store import Ledger
from tasks import falls, stock_drift, stock_map, stock_sweeps

METHODS = {
    "scheduled": "by looking now and then",
    "one_way": "in real time",
    "two_way": "in real time, both ways",
}
CAUSES = {
    "store": "the level was not what we had left in the store",
    "books": "Zoho had changed and no callback had told",
    "unproven": "a write had had no effect",
    "orders": "an order was read late, or a setting is another",
}


@dataclass(frozen=True)
class Differed:
    """Of one day: how many SKUs were looked at, how many differed before they were put right, and by what cause."""

    day: str
    looked: int = 0
    differed: int = 0
    by: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class StockState:
    """Of one connection: `seconds` since all was last compared (None: never); `withheld` SKUs wait for a word."""

    connection: str
    method: str
    paired: int
    seconds: float | None
    unfinished: bool
    withheld: int
    today: Differed
    yesterday: Differed


def states(connections: Iterable[Connection], ledger: Ledger, now: float) -> Iterator[StockState]:
    """Only where stock is on."""
    for one in connections:
        if one.enabled and one.stock.on:
            yield _state(one, ledger, now)


def sentences(state: StockState) -> Iterator[str]:
    """The same for a person who asks."""
    ago = "never compared yet" if state.seconds is None else f"last compared {state.seconds:.0f} s ago"
    under_way = ", a look is under way or was stopped" if state.unfinished else ""
    yield f"stock follows {METHODS[state.method]}: {skus(state.paired)} paired, {ago}{under_way}"
    for when, told in (("today", state.today), ("yesterday", state.yesterday)):
        if told.looked or told.differed:
            yield f"stock {when}: {differed(told)}"
    if state.withheld:
        yield f"{skus(state.withheld)} would fall by much or to nothing: see Zoho, then `cartbooks stock confirm`"


def skus(number: int) -> str:
    """So many, as one says it."""
    return f"{number:,} SKU{'' if number == 1 else 's'}"


def differed(told: Differed) -> str:
    """How much the sweeps found, and why."""
    said = f"{told.differed:,} of {skus(told.looked)} differed before a look put them right"
    causes = [f"{many:,}: {CAUSES.get(cause, cause)}" for cause, many in sorted(told.by.items()) if many]
    return f"{said} ({'; '.join(causes)})" if causes else said


def _state(one: Connection, ledger: Ledger, now: float) -> StockState:
    looked = cursors.moved_at(ledger, one.name, stock_sweeps.LOOKED)
    day = datetime.fromtimestamp(now, UTC).astimezone(_zone(one, ledger)).date()
    drift = json.loads(cursors.get(ledger, one.name, stock_drift.COUNTS) or "{}")
    return StockState(
        connection=one.name,
        method=one.stock.method,
        paired=links.count(ledger, one.name, stock_map.LINK),
        seconds=None if looked is None else max(0.0, now - looked),
        unfinished=bool(cursors.get(ledger, one.name, stock_sweeps.PLACE)),
        withheld=int(cursors.get(ledger, one.name, falls.GUARD.withheld) or 0),
        today=_of(drift, day),
        yesterday=_of(drift, day - timedelta(days=1)),
    )


def _zone(one: Connection, ledger: Ledger) -> ZoneInfo:
    """The merchant's; the store's own is known as soon as an order was read."""
    return ZoneInfo(one.schedule.time_zone or cursors.get(ledger, one.name, "time_zone") or "UTC")


def _of(drift: Mapping[str, Mapping[str, Any]], day: date) -> Differed:
    told = drift.get(day.isoformat(), {})
    by = {str(cause): int(many) for cause, many in dict(told.get("by") or {}).items()}
    return Differed(day.isoformat(), int(told.get("looked", 0)), int(told.get("differed", 0)), by)
