"""Compares the closed period of the settings with the transaction locks of Zoho, where Zoho tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.checks.lines import Line, ok, warn
from app.checks.reading import Check, Pair, Read, Values
from connectors.errors import Rejected, Unauthorized
from connectors.zoho import settings

ABOUT, LOCKS = "closed period", "transaction locks"


def _locks(pair: Pair, _values: Values) -> list[dict[str, Any]] | None:
    """None where this login is not told: few plans have them, and nothing of ours needs to see them."""
    try:
        return settings.transaction_locks(pair.made.zoho)
    except (Rejected, Unauthorized):
        return None


def closed(pair: Pair, values: Values) -> Iterator[Line]:
    """What Zoho has locked and we do not know of ends as refusals, one for every order of that time."""
    ours, there = pair.made.book_rules.lock_date, values[LOCKS]
    said = f"closed up to {ours}" if ours else "open: orders.lock_date is not set"
    if there is None:
        yield ok(ABOUT, f"{said}; Zoho does not tell its own locks")
        return
    nothing: Mapping[str, Any] = {}
    latest = max((row for row in there if _is_on(row)), key=_day, default=nothing)
    if _day(latest) <= ours:
        yield ok(ABOUT, f"{said}; Zoho has locked no later day")
        return
    scope = str(latest.get("lock_scope_formatted") or "transactions")
    yield warn(
        ABOUT,
        f"{said}, and Zoho has locked {scope} up to {_day(latest)}: it will refuse what is dated then or before",
        f'set {pair.key}.orders.lock_date = "{_day(latest)}": such orders are held before anything of them is sent',
    )


def _is_on(row: Mapping[str, Any]) -> bool:
    return str(row.get("transaction_lock_status") or "").startswith("enabled")


def _day(row: Mapping[str, Any]) -> str:
    return str(row.get("transaction_lock_date") or "")


CLOSED_READS = (
    Read(
        LOCKS,
        _locks,
        lambda _pair: "look again later",
        wanted=lambda pair: pair.chosen.zoho.product == "books",
    ),
)
CLOSED_CHECKS = (Check((LOCKS,), closed),)
