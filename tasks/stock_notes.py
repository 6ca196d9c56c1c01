"""Writes down whose stock must be looked at: callbacks are gathered for a moment, and kits follow their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil

from ledger import links, work
from ledger.store import Ledger
from tasks.services import Connection

FLOW, TASK, BATCH = "stock", "stock.sync", 2000
TICK = 1.25  # seconds; changes that come within one are one batch: 500 in five seconds cost five looks
LINK = "stock"  # item -> variant, written by tasks.stock_map
PAIRED = "stock.paired"  # when tasks.stock_map last paired everything; the first time orders are met as well
PART = "stock_part"  # item -> the kits that it is a part of


def delay(now: float, pace: float) -> float:
    """Seconds until the next tick, on which all workers and web processes agree."""
    tick = TICK / pace
    return max(0.0, ceil(now / tick) * tick - now)


def with_kits(ledger: Ledger, connection: str, items: Iterable[str]) -> list[str]:
    """These items, what those of them that are kits are made of, and the kits that any of these is a part of: a kit
    has as much as its parts let it, and its documents move its parts.
    """
    wanted = list(dict.fromkeys(items))
    known = links.get_many(ledger, connection, LINK, wanted)
    wanted += [part for item in wanted if item in known for part in known[item].extra.get("kit") or ()]
    found = links.get_many(ledger, connection, PART, wanted)
    kits = [str(kit) for part in wanted if part in found for kit in found[part].extra.get("kits", ())]
    return list(dict.fromkeys([*wanted, *kits]))


def note(
    connection: Connection,
    items: Iterable[str],
    publish: Callable[[str, int], None] | None,
    urgent: bool = False,
) -> None:
    """These items must be looked at, at the next tick; without `publish` the pump hands them out."""
    now = connection.clock()
    records = with_kits(connection.ledger, connection.name, items)
    noted = work.note(
        connection.ledger, connection.name, FLOW, records, now,
        delay=delay(now, connection.pace), urgent=urgent,
    )  # fmt: skip
    if publish is not None:
        for work_id in noted[::BATCH]:
            publish(TASK, work_id)
