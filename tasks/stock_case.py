"""What is to be done about an item at one location of the store; tasks.stock_cases finds out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ledger.levels import Level
from mappings.errors import Unmappable
from tasks.stock_pending import overwriting, with_
from tasks.stock_sights import Sight

WAIT = 5.0  # seconds until a change that no order explains is looked at once more, before it is believed
UNCLEAR = "stock-unclear"
STEPS = 6  # changes that may be under way at once
EFFECT = 60.0  # seconds in which a change of the store must show
Way = Literal["none", "absolute", "relative"]


@dataclass(frozen=True)
class Case:
    """What is to be done: `adjust` in Zoho, then `wanted` in the store by `way`; `after` is what is agreed on then.

    `again`: seconds until another look, and why: the store shows what no order explains, which is not believed yet.
    `concluded`: what became of a write was concluded from the level alone, which holds only when no order is unread.
    `unclear`: the level tells nothing of the kind, and a person must.
    """

    sight: Sight
    wanted: int
    way: Way
    after: Level
    adjust: int = 0
    again: tuple[float, str] | None = None
    concluded: bool = False
    unclear: Unmappable | None = None

    @property
    def item(self) -> str:
        return self.sight.item

    @property
    def key(self) -> tuple[str, int]:
        return self.sight.item, self.sight.location

    @property
    def beside_doubt(self) -> bool:
        """Whether the store's level is changed although something of it is not explained yet."""
        return self.way == "relative" and self.again is not None

    @property
    def change(self) -> int:
        """What a relative write says."""
        return self.wanted - (self.sight.now.store or 0)


def set_instead(case: Case, before: Sequence[int]) -> Case:
    """What the store took as a difference and dropped, as it does below a safety stock, is set: should it yet come,
    `before`, what is set stays as it is, and meanwhile nobody takes it for a person's change.
    """
    if case.way != "relative":
        return case
    left = [one for one in (*before, case.change - sum(before)) if one][-STEPS:]
    return replace(case, way="absolute", after=overwriting(with_(case.after, left=left)))
