"""Counts the calls that one record costs, whoever makes them on its behalf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_tally: ContextVar[Counter[str] | None] = ContextVar("tally", default=None)


@contextmanager
def tallied() -> Iterator[Counter[str]]:
    """Calls by platform that this thread makes from here on."""
    calls: Counter[str] = Counter()
    token = _tally.set(calls)
    try:
        yield calls
    finally:
        _tally.reset(token)


def count(platform: str, *_call: object) -> None:
    """A hook for the connectors: one more call."""
    calls = _tally.get()
    if calls is not None:
        calls[platform] += 1
