"""Counts the calls that one record costs, whoever makes them on its behalf, and keeps what each came to."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from connectors.exchange import Exchange

MOST = 200  # calls of one run that are kept one by one
ROOT = re.compile(r"^.*?/(?:stores/[^/]+|books/v3|inventory/v1)(?=/)")
PLAIN = re.compile(
    r"[\w.~-]+"
)  # ids and words; a path holds nothing else, and if it did, it would be nobody's business


@dataclass
class Tally:
    """`counts`: calls by platform. `rows`: each (milliseconds since `since`, platform's first letter, method, path,
    status, code, milliseconds it took): plain JSON, and short, because every look at an order keeps them.
    """

    since: float
    counts: Counter[str] = field(default_factory=Counter)
    rows: list[list[Any]] = field(default_factory=list)


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def tallied() -> Iterator[Tally]:
    """Calls that this thread makes from here on."""
    calls = Tally(time.time())
    token = _tally.set(calls)
    try:
        yield calls
    finally:
        _tally.reset(token)


def count(platform: str, *_call: object) -> None:
    """A hook for the connectors: one more call."""
    calls = _tally.get()
    if calls is not None:
        calls.counts[platform] += 1


def keep(call: Exchange) -> None:
    """A hook for the connectors: how a call went."""
    calls = _tally.get()
    if calls is None or len(calls.rows) >= MOST:
        return
    began = time.time() - call.seconds - calls.since
    calls.rows.append(
        [
            round(1000 * began),
            call.platform[:1],
            call.method,
            plain_path(call.path),
            call.status,
            call.code,
            round(1000 * call.seconds),
        ]
    )


def plain_path(path: str) -> str:
    """The path below the platform's root, ids kept; a part that is neither id nor word is not."""
    below = ROOT.sub("", path)
    return "/".join(part if PLAIN.fullmatch(part) else "…" * bool(part) for part in below.split("/"))
