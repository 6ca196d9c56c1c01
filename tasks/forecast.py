"""How many calls orders will still need today: judged by the same weekday of the weeks before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ledger import history
from ledger.store import Ledger

WEEKS = 4  # looked back over; one in which nothing was ordered on this day says nothing
TIMES = 3  # what such a day brought, for today may be better
FRESH = 600.0  # seconds; the budget asks before every call that is no order's


def calls_to_come(
    ledger: Ledger, connection: str, zone: str, clock: Callable[[], float]
) -> Callable[[], int]:
    """Tells how many calls to keep for orders until midnight in the organization's zone; 0 while nothing is known."""
    known = (float("-inf"), 0)

    def told() -> int:
        nonlocal known
        now = clock()
        if now - known[0] > FRESH:
            known = (now, _reckoned(ledger, connection, ZoneInfo(zone), now))
        return known[1]

    return told


def _reckoned(ledger: Ledger, connection: str, zone: ZoneInfo, now: float) -> int:
    local = datetime.fromtimestamp(now, UTC).astimezone(zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), zone)
    weeks = [timedelta(weeks=back) for back in range(1, WEEKS + 1)]
    spent = [
        history.zoho_calls(
            ledger, connection, "orders", (local - week).timestamp(), (midnight - week).timestamp()
        )
        for week in weeks
    ]
    some = [number for number in spent if number]
    return TIMES * sum(some) // len(some) if some else 0
