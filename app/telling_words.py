"""The plain words for the events of a record's history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from mappings.reasons import HOLD_REASONS, SKIP_RULES

Detail = Mapping[str, Any]
Told = tuple[str, tuple[str, ...]]

DONE = {
    "create": "created",
    "update": "updated",
    "confirm": "confirmed",
    "send": "marked as sent",
    "amend": "rewrote",
    "mark": "marked in the store",
    "delete": "deleted",
    "void": "made void",
    "apply": "applied",
    "refund": "paid back out of",
    "accept": "accepted",
    "decline": "declined",
    "unapply": "took back what was used of",
    "unrefund": "took back what was paid out of",
    "unmark": "took the mark off in the store",
}
NOTED = {
    "look": "a look at the store's list found a change",
    "person": "a person asked for it",
    "run": "a run of the past's orders has it",
    "document": "a look at Zoho's list of documents found a change",
}


def sentence_of(event: str, detail: Detail) -> Told:
    """What happened, and what belongs below it."""
    if event == "plan":
        return f"planned: {'; '.join(detail.get('steps', ()))}", tuple(detail.get("arithmetic", ()))
    words = WORDS.get(event)
    return words(detail) if words is not None else _else(event, detail), ()


def _noted(detail: Detail) -> str:
    if detail.get("by") == "callback":
        return f"the store called: {detail.get('scope', '')}"
    return NOTED.get(str(detail.get("by")), "noted")


def _counted(detail: Detail) -> str:
    told = [(int(detail.get("bigcommerce", 0)), "the store"), (int(detail.get("zoho", 0)), "Zoho")]
    calls = " and ".join(f"{number} to {name}" for number, name in told if number)
    new = "; nothing had changed since" if detail.get("nothing_new") else ""
    return f"looked: calls {calls or 'none'}{new}"


def _ended(event: str, detail: Detail) -> str:
    reason, what = str(detail.get("reason", "")), str(detail.get("what", ""))
    word = {"held": "held for a person", "paused": "put off while the connection rests"}.get(event, event)
    known = {**HOLD_REASONS, **SKIP_RULES}.get(reason, "")
    return f"{word} ({reason}): {what or known}".replace(" ()", "")


def _thing(detail: Detail) -> str:
    """`invoice 100:invoice:1 (id 460000000000123)`; the store's hash before the first colon is everybody's."""
    key = str(detail.get("key", "")).partition(":")[2]
    identity = f" (id {detail['id']})" if detail.get("id") else ""
    return f"{str(detail.get('kind', '')).replace('_', ' ')} {key}{identity}"


def _put_off(detail: Detail) -> str:
    return f"put off until {_clock(float(detail.get('until', 0)))}: {detail.get('why', '')}"


def _else(event: str, detail: Detail) -> str:
    if event in DONE and detail.get("kind"):
        return f"{DONE[event]} {_thing(detail)}"
    told = " ".join(str(value) for value in detail.values() if value)
    return f"{event}: {told}" if told else event


def _clock(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


WORDS: Mapping[str, Callable[[Detail], str]] = {
    "noted": _noted,
    "calls": _counted,
    "put off": _put_off,
    "released": lambda detail: f"taken up again: {detail.get('why', '')}",
    "found": lambda detail: f"found what an earlier attempt had made: {_thing(detail)}",
    "not answered": lambda detail: f"left {_thing(detail)} as it was: {detail.get('why', '')}",
    "undone": lambda detail: f"taken back with run {detail.get('run', '')}",
    "purchase order over": lambda detail: (
        f"purchase order {detail.get('number', '')} was {detail.get('status', '').replace('gone', 'deleted')} in Zoho; "
        "it is not made again"
    ),
    "mark later": lambda detail: f"the mark in the store is tried again later ({detail.get('why', '')})",
    "posted": lambda _: "done: the books are as the order is",
    **{event: partial(_ended, event) for event in ("held", "skipped", "paused")},
}
