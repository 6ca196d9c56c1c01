"""How the last comparison of orders and books ended, for whoever watches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.settings import Connection
from ledger.store import Ledger
from tasks import reconcile_daily


@dataclass(frozen=True)
class Proof:
    """Of one connection: the days compared (the last one included), how many orders ended how, how long ago it was."""

    connection: str
    first: str
    last: str
    counts: Mapping[str, int]
    seconds: float

    @property
    def sentence(self) -> str:
        named = ", ".join(f"{many:,} {result}" for result, many in self.counts.items() if many)
        return f"orders of {self.first} to {self.last} compared with the books: {named or 'none'}"


def proofs(connections: Iterable[Connection], ledger: Ledger, now: float) -> Iterator[Proof]:
    """Only of connections that were compared already."""
    for one in connections:
        kept = reconcile_daily.remembered(one.name, ledger)
        if one.enabled and kept is not None:
            told, at = kept
            counts = {str(result): int(many) for result, many in told["counts"].items()}
            yield Proof(one.name, str(told["first"]), str(told["last"]), counts, max(0.0, now - at))
