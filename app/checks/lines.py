"""One finding, and how a platform's refusal becomes one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from connectors.errors import OutOfBudget, Rejected, Temporary

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Line:
    """`about` is a few words; `what` says how it stands; `remedy` what to do ("" where nothing is)."""

    level: Level
    about: str
    what: str
    remedy: str = ""
    connection: str = ""


def ok(about: str, what: str) -> Line:
    return Line("ok", about, what)


def warn(about: str, what: str, remedy: str) -> Line:
    """Orders travel, but something is less safe, slower, or will hold some of them."""
    return Line("warn", about, what, remedy)


def fail(about: str, what: str, remedy: str) -> Line:
    """Orders do not travel, or not as they should."""
    return Line("fail", about, what, remedy)


def refusal(about: str, error: Exception, remedy: str, *, level: Level = "fail") -> Line:
    """What it means that a read was not answered; `remedy` is for the refusals that are about us."""
    if isinstance(error, OutOfBudget):
        at = datetime.fromtimestamp(error.until, UTC).strftime("%H:%M UTC")
        return warn(about, f"could not be asked now: {error}", f"look again after {at}")
    if isinstance(error, Temporary):
        return fail(about, str(error), "check the network and the platform's status page, then look again")
    if isinstance(error, Rejected):
        return Line(level, about, f"{error.message} (HTTP {error.status}, code {error.code})", remedy)
    return Line(level, about, str(error), remedy)
