"""What can go wrong between us and a platform, named after what to do next."""

from __future__ import annotations

from typing import Any


class Temporary(Exception):
    """Nothing was changed and trying again later may help; `retry_after` in seconds where the platform said
    so.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def redis_away(keeps: str, error: Exception) -> Temporary:
    """Redis does not answer, and without what it `keeps` no call may leave."""
    return Temporary(f"Redis, which keeps {keeps}, cannot be reached ({type(error).__name__})", 2.0)


class NeverSent(Temporary):
    """The call did not leave this machine: no connection came about, so it cost the platform nothing."""


class OutOfBudget(Exception):
    """No call may leave before `until` (epoch seconds); costs no attempt."""

    def __init__(self, until: float, why: str) -> None:
        super().__init__(why)
        self.until = until


class Unknown(Exception):
    """A write left us and its result was never heard: ask before trying again."""


class Unauthorized(Exception):
    """The login or a scope is missing: the connection pauses until a person acts; `status` where one was
    answered.
    """

    def __init__(self, platform: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.platform = platform
        self.status = status


class NotOffered(Exception):
    """The platform has no such thing for this account: what the plan does not include is turned off, not
    tried again.
    """


class Rejected(Exception):
    """The platform refused this record; `code` and `message` are the platform's own, what we sent taken
    out.
    """

    def __init__(self, status: int, code: int | str, message: str, body: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.body = body


TROUBLE = (OutOfBudget, Temporary, Unauthorized, Rejected, Unknown)
"""What any call may meet; a read is never Unknown."""
