"""A store may lay a level on top of its safety stock: nobody says whether a write sets what is there or for sale."""

from __future__ import annotations

from ledger.levels import Level
from mappings import stock as arithmetic
from mappings.stock import Agreed


def safety_on_top(level: Level | None, taken: int, on_hand: int | None, for_sale: int | None) -> int:
    """By how much more is on hand than we wrote where just what we wrote is for sale: writing it once more would change
    nothing, for ever. A relative write says nothing of the kind.
    """
    if level is None or level.proven or on_hand is None or for_sale is None or "absolute" in level.pending:
        return 0
    wrote = max(0, arithmetic.expected(Agreed(level.base, level.store, level.taken), taken))
    return on_hand - for_sale if on_hand != wrote == for_sale else 0
