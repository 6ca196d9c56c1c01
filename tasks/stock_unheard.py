"""What became of a change that nobody answered: the level tells, or Zoho's figure, or a person must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger.levels import Level
from mappings import stock as arithmetic
from mappings.errors import Unmappable
from tasks.stock_case import UNCLEAR, WAIT, Case, set_instead
from tasks.stock_pending import accounted, dropped, unwritten, written
from tasks.stock_sights import Sight

ARRIVES = 15.0  # seconds after which a change that nobody answered has happened or never will
UNSAID = 30.0  # seconds between two looks whether Zoho's figure or list tells of an adjustment
GIVEN_UP = 600.0  # seconds after which an adjustment never happened
Settled = Callable[[Level], Case]
"""What is to be done once it is known: given the level as the change left it."""


def unanswered(sight: Sight, now: float, pace: float, settled: Settled) -> Case:
    """Of a relative write that nobody answered the level itself tells whether it happened."""
    level, store = sight.level, sight.now.store
    assert level is not None
    assert store is not None
    write = level.pending["write"]
    taken = sight.now.taken - int(write["taken"])
    moved = store - (int(write["from"]) - taken)
    if sight.taken_as_is:
        return replace(settled(_counted(sight)), concluded=True)
    if moved == int(write["by"]):
        return replace(settled(written(level)), concluded=True)
    wait = float(write.get("wait", ARRIVES)) / pace
    if moved == 0 and now - float(write["since"]) >= wait * 0.98:
        return replace(set_instead(settled(unwritten(level)), [int(write["by"])]), concluded=True)
    if moved == 0:
        again = (WAIT, "asking whether a change of stock took effect")
        return Case(sight, store, "none", level, again=again)
    odd = level.pending.get("odd") or {"by": 0, "at": now}
    if odd["by"] != moved:
        odd = {"by": moved, "at": now}
    if now - float(odd["at"]) < WAIT / pace * 0.98:
        again = (WAIT, "a change of stock was not answered, and the level explains neither outcome")
        return Case(sight, store, "none", replace(level, pending={**level.pending, "odd": odd}), again=again)
    unclear = _unclear(sight, store - moved, store - moved + int(write["by"]), store)
    return Case(sight, store, "none", level, concluded=True, unclear=unclear)


def _counted(sight: Sight) -> Level:
    """The level after which what the store shows now is right, as somebody has counted it: whatever Zoho's figure of
    now does not explain of it is theirs.
    """
    level = sight.level
    assert level is not None
    merged = arithmetic.one_way(sight.now, sight.ware.buffer)
    pending = {name: value for name, value in written(level).pending.items() if name != "doubt"}
    return replace(
        level, base=merged.base, store=merged.wanted, taken=sight.now.taken, at=sight.at, pending=pending
    )


def unheard(sight: Sight, level: Level, now: float, pace: float, settled: Settled) -> Case:
    """Of an adjustment that was not answered, and that Zoho's list does not show, its figure tells: a list may lag."""
    moved, sent = sight.now.base - level.base, level.pending["adjust"]
    if moved == int(sent["by"]):
        return settled(accounted(level))
    if moved == 0 or now - float(sent["since"]) >= GIVEN_UP / pace:
        return settled(dropped(level))
    assert sight.now.store is not None
    again = (UNSAID, "asking whether an inventory adjustment took effect")
    return Case(sight, sight.now.store, "none", level, again=again)


def _unclear(sight: Sight, before: int, after: int, shown: int) -> Unmappable:
    return Unmappable(
        UNCLEAR,
        f"a change of SKU {sight.ware.sku} was not answered: the store should show {before} without it or {after} with "
        f"it, and shows {shown}",
        "Count the goods and correct the level in the store, then run `cartbooks retry`: what stands there then is "
        "taken as it is.",
    )
