"""One call to a platform and its answer, as somebody may keep it who asks later what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Exchange:
    """One call as a record's history may keep it: `path` without its query, `status` 0 where no answer came, `code`
    what the answer says besides (Zoho's number; "" where nothing).
    """

    platform: str
    method: str
    path: str
    status: int
    code: str
    seconds: float


OnExchange = Callable[[Exchange], None]
