"""What is to be done about an item at one location of the store, from what a look has seen there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import combinations
from types import MappingProxyType
from typing import Any

from ledger.levels import Level
from mappings import stock as arithmetic
from mappings.stock import Merged
from tasks.stock_case import EFFECT, STEPS, WAIT, Case, set_instead
from tasks.stock_pending import agreed, in_doubt, is_busy, without
from tasks.stock_sights import Sight
from tasks.stock_unheard import unanswered, unheard

OLD = 86400.0  # seconds after which an agreement that still stands is written down anew
NOTHING: Mapping[str, Any] = MappingProxyType({})


def one_way(sight: Sight) -> Case:
    """Zoho's figure less open orders is right; what the store shows already is not written."""
    merged = arithmetic.one_way(sight.now, sight.ware.buffer)
    blind = sight.doubtful and sight.now.store is None
    if blind or sight.shown != merged.wanted:
        return Case(sight, merged.wanted, "absolute", _level(sight, merged, proven=False))
    level = sight.level
    if level is None or sight.now.store is not None:
        after = _level(sight, merged, proven=True)
        stands = level is not None and _same(level, after) and not sight.doubtful
        return Case(sight, merged.wanted, "none", level if stands and level else after)
    # only the base is news: what was said of the store stands
    return Case(sight, merged.wanted, "none", replace(_lately(level, sight), base=merged.base))


def two_way(sight: Sight, *, now: float, pace: float) -> Case:
    """Both sides' changes survive; one of the store's that no order explains is believed only when it is seen twice.

    Where a write was not answered and nothing tells what became of it, the case says that it is `unclear`.
    """
    level, known = sight.level, partial(_known, sight, now, pace)
    if level is None or sight.now.store is None or sight.ware.parts:
        return _to_set(sight, now, pace)
    if "write" in level.pending:
        return unanswered(sight, now, pace, known)
    if "adjust" in level.pending:
        return unheard(sight, level, now, pace, known)
    merged = arithmetic.two_way(agreed(level), sight.now, sight.ware.buffer)
    found = merged.to_books
    if not found:
        return _settled(sight, merged, now)
    if _under_way(level, found):
        if now - float(level.pending["since"]) < EFFECT / pace:
            waited = (now - float(level.pending["since"])) * pace  # seldom, where it takes long
            again = (max(1.0, min(waited, WAIT * 3)), "the store has yet to show a change")
            return _meanwhile(sight, found, level.pending, again, now)
        lacks, steps = in_doubt(level) - found, level.pending["left"]
        lost = replace(level, store=level.store - lacks, pending=without(level, "left", "since"))
        return replace(set_instead(known(lost), steps if sum(steps) == lacks else [lacks]), concluded=True)
    doubt = level.pending.get("doubt") or {"by": 0, "at": now}
    same = doubt["by"] == found
    if same and now - float(doubt["at"]) >= WAIT / pace * 0.98:
        return replace(_settled(sight, merged, now), adjust=found)
    pending = {**level.pending, "doubt": {"by": found, "at": doubt["at"] if same else now}}
    return _meanwhile(sight, found, pending, (WAIT, "the store shows what no order explains"), now)


def _known(sight: Sight, now: float, pace: float, level: Level) -> Case:
    """The same, once it is known in what level a change has ended."""
    return two_way(replace(sight, level=level), now=now, pace=pace)


def _to_set(sight: Sight, now: float, pace: float) -> Case:
    """What is set: at first contact Zoho's figure is right, and a kit's always."""
    case, level = one_way(sight), sight.level
    if case.way != "absolute":
        return replace(case, after=replace(case.after, pending={}))
    if level is not None and _is_coming(level, sight, case.wanted, now - EFFECT / pace):
        again = (WAIT, "the store has yet to show a change")
        return Case(sight, sight.now.store or 0, "none", level, again=again)
    return replace(case, after=replace(case.after, pending={"left": [case.change], "since": now}))


def _is_coming(level: Level, sight: Sight, wanted: int, since: float) -> bool:
    """Whether just this was set since then, and the store still shows what it showed before."""
    before = level.store - sum(level.pending.get("left") or ())
    sent = float(level.pending.get("since") or 0)
    return sent > since and level.store == wanted and sight.now.store == before and not sight.doubtful


def intended(case: Case, now: float) -> Level:
    """The level as it is with a relative write that is about to be sent, and with the doubt about it."""
    sight, after = case.sight, case.after
    assert sight.level is not None
    told = {"base": str(after.base), "store": after.store, "taken": after.taken, "at": after.at}
    write: dict[str, Any] = {
        "by": case.change,
        "from": sight.now.store,
        "taken": sight.now.taken,
        "since": now,
    }
    write |= {"next": told, "pending": dict(after.pending)}
    pending = {**sight.level.pending, "write": write}
    if "doubt" in after.pending:
        pending["doubt"] = after.pending["doubt"]
    return replace(sight.level, pending=pending)


def _settled(sight: Sight, merged: Merged, now: float) -> Case:
    """The store's side is clear: what is left is to show there what changed in Zoho."""
    level = sight.level
    assert level is not None
    # only an absolute write may have overwritten what an order took, so it is remembered when the last one was made
    pending = {"absolute": level.pending.get("absolute", level.at)}
    after = _level(sight, merged, proven=not merged.to_store, pending=pending)
    if merged.to_store:
        if merged.wanted < sight.kept and merged.wanted >= merged.wanted - merged.to_store - sight.kept:
            # the store would not change it, and sells no more than this
            seen = merged.wanted - merged.to_store
            return Case(sight, seen, "none", replace(after, store=seen, proven=True))
        pending |= {"left": [merged.to_store], "since": now}
        return Case(sight, merged.wanted, "relative", replace(after, pending=pending))
    return Case(sight, merged.wanted, "none", level if _same(level, after) else after)


def _meanwhile(
    sight: Sight, doubt: int, pending: Mapping[str, Any], again: tuple[float, str], now: float
) -> Case:
    """What changed in Zoho does not wait for the doubt about the store; the doubt stays what it is."""
    level, store = sight.level, sight.now.store
    assert level is not None
    assert store is not None
    taken = sight.now.taken - sight.now.late
    merged = arithmetic.one_way(sight.now, sight.ware.buffer)
    change = merged.wanted - (store - doubt)
    if not change or store + change < 0:
        return Case(sight, store, "none", replace(level, pending=pending), again=again)
    missing = in_doubt(level) - doubt if "left" in pending else 0
    steps = list(pending.get("left") or ())
    steps = (steps if sum(steps) == missing else [missing]) if missing else []
    pending = {**pending, "left": [*steps, change][-STEPS:], "since": now}
    after = replace(level, base=merged.base, store=merged.wanted, taken=taken, pending=pending, proven=False)
    return Case(sight, store + change, "relative", after, again=again)


def _under_way(level: Level, found: int) -> bool:
    """Whether the store only lacks what was written last, all or some of it, beside a change that is in doubt."""
    missing, steps = in_doubt(level) - found, level.pending.get("left") or ()
    some = (chosen for many in range(1, len(steps) + 1) for chosen in combinations(steps, many))
    return bool(missing) and any(sum(chosen) == missing for chosen in some)


def _level(sight: Sight, merged: Merged, *, proven: bool, pending: Mapping[str, Any] = NOTHING) -> Level:
    now = sight.now
    return Level(
        sight.item,
        sight.location,
        merged.base,
        merged.wanted,
        now.taken,
        sight.at,
        proven=proven,
        pending=pending,
    )


def _lately(level: Level, sight: Sight) -> Level:
    """What was agreed long ago as it is by now, so that nobody goes through the orders of a year."""
    if sight.at - level.at < OLD:
        return level
    store = arithmetic.expected(agreed(level), sight.now.taken)
    return replace(level, store=store, taken=sight.now.taken, at=sight.at)


def _same(level: Level, after: Level) -> bool:
    stands = (level.base, level.proven) == (after.base, after.proven) and after.at - level.at < OLD
    return stands and level.store + level.taken == after.store + after.taken and not is_busy(level)
