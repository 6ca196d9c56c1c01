"""Which items show at a product of the store, for callbacks that name no variant: kept in memory, renewed in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from ledger import links
from ledger.store import Ledger
from tasks.stock_notes import LINK

RENEWED = 60.0  # seconds; whatever is paired meanwhile was just looked at, and the sweeps see the rest

ItemsOf = Callable[[str, str], list[str]]  # (connection, product)


@dataclass(frozen=True)
class _Index:
    at: float
    items: Mapping[str, list[str]]


def items_by_product(ledger: Ledger, clock: Callable[[], float] = time.monotonic) -> ItemsOf:
    """A look-up that reads all pairs of a connection at first use, and again when it is asked about a stranger."""
    known: dict[str, _Index] = {}
    reading = Lock()

    def items_of(connection: str, product: str) -> list[str]:
        with reading:
            index = known.get(connection)
            old = index is None or clock() - index.at > RENEWED
            if index is None or (old and product not in index.items):
                index = known[connection] = _Index(clock(), _read(ledger, connection))
        return list(index.items.get(product, ()))

    return items_of


def _read(ledger: Ledger, connection: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in links.walk(ledger, connection, LINK):
        found.setdefault(str(link.extra.get("product") or ""), []).append(link.key)
    return found
