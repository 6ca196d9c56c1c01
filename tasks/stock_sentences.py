"""The arithmetic of one item's stock in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.outcome import End
from tasks.services import Connection
from tasks.stock_case import Case

FIGURES = {"available": "available for sale", "on_hand": "on hand"}


def explained(connection: Connection, item: str, cases: Sequence[Case], end: End | None) -> list[str]:
    """Line by line, or why nothing can be told."""
    if isinstance(end, Exception):
        return [f"item {item}: {getattr(end, 'sentence', None) or end}"]
    return [line for case in cases for line in _lines(connection, case)]


def _lines(connection: Connection, case: Case) -> Iterator[str]:
    sight, rules = case.sight, connection.stock_rules
    now, ware = sight.now, sight.ware
    yield f"SKU {ware.sku}: item {case.item} is variant {ware.variant}, at location {sight.location} of the store"
    figure = f"{FIGURES[rules.figure]}, {rules.mode}"
    if ware.parts:
        parts = ", ".join(f"{each.normalize():f} of {part}" for part, each in ware.parts.items())
        yield f"it is a kit ({parts}): its parts make {now.books.normalize():f}, open orders taken off"
    else:
        yield f"Zoho says {now.books.normalize():f} ({figure})"
        yield f"orders need {now.due}, and {now.booked} of that is booked in Zoho: {now.due - now.booked} is taken off"
    if ware.buffer:
        yield f"{ware.buffer} is held back as a buffer"
    shown = "the store was not read" if sight.shown is None else f"the store shows {sight.shown}"
    yield f"so the store should show {case.wanted}, and {shown}"
    yield from _memory(case)


def _memory(case: Case) -> Iterator[str]:
    level, now = case.sight.level, case.sight.now
    if level is None:
        yield "both sides have never agreed yet: this would be the first time"
        return
    yield (
        f"when both last agreed the store showed {level.store} and Zoho's figure without our documents was "
        f"{level.base.normalize():f}; since then the store's orders took {now.taken - level.taken}"
    )
    if not level.proven:
        yield "the store has yet to show that level"
    if case.adjust:
        yield f"somebody changed the store by {case.adjust:+}: Zoho gets an adjustment"
    if case.again:
        yield f"looked at again soon: {case.again[1]}"
