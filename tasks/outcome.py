"""How a recipe ended: one plain value, remembered in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outcome:
    """`state` says whether the work is finished, `outcome` what the platforms now hold.

    `again_at` (epoch seconds) asks for a further look, for what may trail behind, such as the mark.
    `unchanged`: nothing was to be done, the last outcome stands.
    """

    state: Literal["done", "held"]
    outcome: str
    reason: str = ""
    what: str = ""
    remedy: str = ""
    fingerprint: str | None = None
    stamp: str | None = None
    again_at: float | None = None
    unchanged: bool = False


End = Outcome | Exception
"""How a record ended, or the error that it met."""
