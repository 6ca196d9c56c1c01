"""The records of one batch while they are worked: who holds them, and how those ended that are through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.errors import Unauthorized
from ledger import work
from ledger.errors import LeaseLost
from tasks.hand import Hand
from tasks.outcome import End
from tasks.services import Connection


@dataclass
class Bench:
    """The records of a batch, each in the hand that claimed it, and how those ended that are through."""

    hands: Mapping[str, Hand]
    ends: dict[str, End] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)  # to be looked at once more
    renewed: float = 0.0

    @property
    def connection(self) -> Connection:
        return next(iter(self.hands.values())).connection

    def under_way(self) -> set[str]:
        return {record for record in self.hands if record not in self.ends}

    def hold(self) -> set[str]:
        """Keep all that are under way, for one may be slow; those that another worker has by now are let go."""
        hands = [self.hands[record] for record in sorted(self.under_way())]
        now = self.connection.clock()
        if hands and now - self.renewed > hands[0].lease / 6:
            held = work.renew_many(
                self.connection.ledger, [hand.claim for hand in hands], now, hands[0].lease
            )
            for hand in hands:
                if hand.claim.id not in held:
                    self.ends[hand.claim.record] = LeaseLost(f"{hand.claim.record} was claimed again")
            self.renewed = now
        return self.under_way()

    def end(self, record: str, error: Exception) -> None:
        """One is through; a login that is dead is dead for all."""
        for one in self.under_way() if isinstance(error, Unauthorized) else {record}:
            self.ends[one] = error
