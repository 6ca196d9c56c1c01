"""Decides what happens to a record after an error; no other module does."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from ledger.errors import LedgerBusy
from mappings.errors import Skip, Unmappable

FIRST_WAIT = 2.0
LONGEST_WAIT = 900.0
ORDERS = "orders"
FORBIDDEN = 403


class Later(Exception):
    """Somebody else must finish first, or an answer must be waited for; costs no attempt. `until` in epoch seconds."""

    def __init__(self, until: float, why: str) -> None:
        super().__init__(why)
        self.until = until


@dataclass(frozen=True)
class Fate:
    """What becomes of the record: `later` at `until`, `held`, `skipped`, or `paused` with its whole connection."""

    verdict: Literal["later", "held", "skipped", "paused"]
    reason: str = ""
    what: str = ""
    remedy: str = ""
    until: float = 0.0
    counts: bool = False


def fate_of(error: Exception, *, attempts: int, now: float, pace: float = 1.0, flow: str = ORDERS) -> Fate:
    """The one table from an error's name to what to do next (DESIGN: errors are named after it)."""
    match error:
        case Skip():
            return Fate("skipped", reason=error.rule, what=error.sentence)
        case Unmappable():
            return Fate("held", error.reason, error.what, error.remedy)
        case Later() | OutOfBudget():
            return Fate("later", reason="waiting", what=str(error), until=max(error.until, now))
        case Temporary() | LedgerBusy():
            wait = getattr(error, "retry_after", None) or backoff(attempts, pace)
            return Fate("later", "temporary", str(error), until=now + wait, counts=True)
        case Unknown():
            return Fate("later", "unknown", str(error), until=now + FIRST_WAIT / pace, counts=True)
        case Unauthorized():
            return _unauthorized(error, now, flow)
        case Rejected():
            return Fate("held", "rejected", _refusal(error), _REFUSED)
        case _:
            return Fate("held", "bug", f"an error of our own: {type(error).__name__}", _BUG)


def backoff(attempts: int, pace: float) -> float:
    """Seconds until the next try: doubling from two seconds to a quarter of an hour, with jitter of a quarter."""
    wait: float = min(FIRST_WAIT * 2.0 ** min(attempts, 12), LONGEST_WAIT)
    return wait * random.uniform(0.75, 1.25) / pace


def _unauthorized(error: Unauthorized, now: float, flow: str) -> Fate:
    """A dead login is everybody's; what a living one may not do in the catalogue is no order's matter."""
    if error.status == FORBIDDEN and flow != ORDERS:
        return Fate("held", "rejected", str(error), _FORBIDDEN)
    return Fate("paused", "unauthorized", str(error), _login_remedy(error.platform), until=now)


def _refusal(error: Rejected) -> str:
    return f"the platform refused the record: {error.message} (code {error.code}, HTTP {error.status})"


def _login_remedy(platform: str) -> str:
    return (
        f"Renew the {platform} login (`cartbooks check` says how), then restart the workers; nothing is lost."
    )


_REFUSED = "Correct what the sentence names, in the platform or in the settings, then run `cartbooks retry`."
_BUG = (
    "Run `cartbooks retry` after an update; the traceback is in the log and in Sentry under this record's id."
)
_FORBIDDEN = (
    "Make an API account in the store with the scopes that docs/commands.md lists and put its token in, then run "
    "`cartbooks retry`; orders go on meanwhile."
)
