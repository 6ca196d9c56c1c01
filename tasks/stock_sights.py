"""What one look sees of an item at one location of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.levels import Level
from ledger.takings import Sums
from mappings import stock as arithmetic
from mappings.stock import Now
from tasks.stock_pending import agreed


@dataclass(frozen=True)
class Ware:
    """An item that the store sells: under which ids, what is held back of it, and of what it is made where it is a kit.

    `parts`: item to pieces of each kit.
    """

    item: str
    variant: str
    extra: Mapping[str, Any]
    buffer: int = 0
    parts: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def sku(self) -> str:
        return str(self.extra.get("sku", ""))


@dataclass(frozen=True)
class Sight:
    """One item at one location as it is now, `at` being the moment until which orders count.

    `doubtful`: an order was read after an absolute write that may or may not have overwritten what it took.
    """

    ware: Ware
    location: int
    now: Now
    level: Level | None
    at: float
    doubtful: bool = False
    orders: Sums | None = None  # what orders take of its variant, as was read with the rest
    for_sale: int | None = None
    taken_as_is: bool = False  # a person has looked at what was unclear, and said retry

    @property
    def item(self) -> str:
        return self.ware.item

    @property
    def kept(self) -> int:
        """What the store holds back as its safety stock, below which it takes no change."""
        if self.for_sale is None or self.now.store is None:
            return 0
        return max(0, self.now.store - self.for_sale)

    @property
    def shown(self) -> int | None:
        """What the store shows: as it was read, else as it must be if only orders have touched it."""
        if self.now.store is not None or self.level is None:
            return self.now.store
        return max(0, arithmetic.expected(agreed(self.level), self.now.taken))
