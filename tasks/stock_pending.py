"""What a level remembers of writes and suspicions that are under way, and what it is once they are settled."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from ledger.levels import Level
from mappings.stock import Agreed


def unwritten(level: Level) -> Level:
    """The level without a write of which we know that it did not happen."""
    return replace(level, pending=without(level, "write", "odd"))


def written(level: Level) -> Level:
    """The level with a write of which we know that it happened."""
    write = level.pending["write"]
    told = write["next"]
    return replace(
        level,
        base=Decimal(told["base"]),
        store=int(told["store"]),
        taken=int(told["taken"]),
        at=float(told["at"]),
        pending={name: value for name, value in write["pending"].items() if name not in ("left", "since")},
    )


def accounted(level: Level) -> Level:
    """Both sides agree on what was changed in the store."""
    by = int(level.pending["adjust"]["by"])
    return dropped(replace(level, base=level.base + by, store=level.store + by), "doubt")


def dropped(level: Level, *more: str) -> Level:
    """The level without an adjustment under way."""
    kept = {name: value for name, value in level.pending.items() if name not in ("adjust", *more)}
    return replace(level, pending=kept)


def overwriting(after: Level) -> Level:
    """The level once it is set rather than changed: `at` is when that was."""
    return replace(after, pending=without(after, "absolute"))


def is_busy(level: Level) -> bool:
    """Whether something is under way there."""
    return bool(level.pending.keys() - {"absolute"})


def with_(level: Level, **told: Any) -> Level:
    return replace(level, pending={**level.pending, **told})


def without(level: Level, *names: str) -> dict[str, Any]:
    return {name: value for name, value in level.pending.items() if name not in names}


def in_doubt(level: Level) -> int:
    return int((level.pending.get("doubt") or {}).get("by", 0))


def agreed(level: Level) -> Agreed:
    return Agreed(level.base, level.store, level.taken)
