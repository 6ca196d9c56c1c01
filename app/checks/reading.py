"""Asks what is needed to judge a connection: each thing once, nothing written, and no call after a dead login."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.checks.lines import Level, Line, ok, refusal
from app.settings import Connection as Chosen
from connectors.errors import TROUBLE
from tasks.services import Connection


@dataclass(frozen=True)
class Pair:
    """A connection as it is chosen, and as it was made."""

    chosen: Chosen
    made: Connection

    @property
    def key(self) -> str:
        """Where its settings stand."""
        return f"connections.{self.chosen.name}"


Values = Mapping[str, Any]


def _always(_pair: Pair) -> bool:
    return True


@dataclass(frozen=True)
class Read:
    """One question. `ask` gets what was answered so far; `remedy` is for its refusal, `level` how bad that is.

    `fine` is said where the answer itself is the finding; a `gate` that is refused ends the asking.
    """

    name: str
    ask: Callable[[Pair, Values], Any]
    remedy: Callable[[Pair], str]
    fine: str = ""
    level: Level = "fail"
    gate: bool = False
    wanted: Callable[[Pair], bool] = _always


@dataclass(frozen=True)
class Check:
    """A judgement on answers: made where all that it `needs` was answered."""

    needs: tuple[str, ...]
    judge: Callable[[Pair, Values], Iterable[Line]]


def judged(
    reads: Iterable[Read], checks: Iterable[Check], pair: Pair, values: dict[str, Any]
) -> Iterator[Line]:
    """Ask all reads, then judge; `values` receives the answers, for whoever comes next."""
    for read in reads:
        if not read.wanted(pair):
            continue
        try:
            values[read.name] = read.ask(pair, values)
        except TROUBLE as error:
            yield refusal(read.name, error, read.remedy(pair), level=read.level)
            if read.gate:
                break
            continue
        if read.fine:
            yield ok(read.name, read.fine)
    for check in checks:
        if all(name in values for name in check.needs):
            yield from check.judge(pair, values)
