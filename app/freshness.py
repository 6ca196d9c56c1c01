"""How long ago each list of the catalogue was looked at, for whoever watches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.settings import Connection
from ledger import cursors, sightings
from ledger.store import Ledger
from tasks import catalogue_walk, item_looks, price_sweep


@dataclass(frozen=True)
class Look:
    """One kind of look of one connection: `seen` records, `seconds` since its last end (None: never)."""

    connection: str
    what: str  # items | items, all | price lists
    seen: int
    seconds: float | None
    unfinished: bool = False


def looks(connections: Iterable[Connection], ledger: Ledger, now: float) -> Iterator[Look]:
    """Only of what is on."""
    for one in connections:
        if not one.enabled or one.catalogue.items != "on":
            continue
        items = sightings.count(ledger, one.name, item_looks.FLOW)
        yield Look(one.name, "items", items, _since(ledger, one.name, catalogue_walk.MODIFIED, now))
        stopped = bool(cursors.get(ledger, one.name, catalogue_walk.PLACE))
        yield Look(
            one.name, "items, all", items, _since(ledger, one.name, catalogue_walk.DAILY, now), stopped
        )
        if one.catalogue.price_lists == "on":
            lists = sightings.count(ledger, one.name, price_sweep.FLOW)
            yield Look(one.name, "price lists", lists, _since(ledger, one.name, price_sweep.RATES, now))


def _since(ledger: Ledger, connection: str, cursor: str, now: float) -> float | None:
    at = cursors.moved_at(ledger, connection, cursor)
    return None if at is None else max(0.0, now - at)
