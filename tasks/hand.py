"""One worker at one record: what every stage of a recipe is handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger import history, work
from ledger.work import Claim
from tasks.services import Connection


@dataclass(frozen=True)
class Hand:
    """Whose claim, on which connection, and for how many seconds it may be held without renewal.

    `said`: in a preview, what a person could choose of a document (by its id).
    """

    connection: Connection
    claim: Claim
    lease: float
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def now(self) -> float:
        return self.connection.clock()

    @property
    def name(self) -> str:
        """Who holds what this record reserves; the same after a crash, so that it finds its own again."""
        return f"{self.claim.connection}:{self.claim.flow}:{self.claim.record}"

    def hold(self) -> None:
        """Keep the record; raises LeaseLost when another worker has taken it over."""
        work.renew(self.connection.ledger, self.claim, self.now, self.lease)

    def tell(self, event: str, **detail: Any) -> None:
        """A line in the record's history, plain JSON: ids and amounts only."""
        claim = self.claim
        history.append(
            self.connection.ledger, claim.connection, claim.flow, claim.record, self.now, event, detail
        )
