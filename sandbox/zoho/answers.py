"""What the API says: the envelope of successes, the refusals with their code and HTTP status."""

from dataclasses import dataclass, field
from typing import Any

FOUND = 302
BAD, UNAUTHORIZED, MISSING, WRONG_METHOD, TOO_MANY = 400, 401, 404, 405, 429


@dataclass(frozen=True)
class Answer:
    """One answer before it becomes HTTP: `payload` is the whole JSON object."""

    payload: dict[str, Any]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None  # a file instead of the payload
    content_type: str = ""


class Refused(Exception):
    """The platform refuses: `code` and `message` go into the envelope, `status` is the HTTP status."""

    def __init__(
        self, code: int, message: str, status: int = BAD, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.headers = headers or {}

    def answer(self) -> Answer:
        return Answer({"code": self.code, "message": self.message}, self.status, self.headers)


def done(message: str, **parts: Any) -> Answer:
    """A success of anything but a create (200)."""
    return Answer({"code": 0, "message": message, **parts})


def unknown_id() -> Refused:
    """The answer to an id that was never given out (facts section 5, code 5)."""
    return Refused(
        5, "We couldnt find any resource for the given ID. Please verify the ID and try again.", MISSING
    )


def not_authorized() -> Refused:
    return Refused(57, "You are not authorized to perform this operation", UNAUTHORIZED)
