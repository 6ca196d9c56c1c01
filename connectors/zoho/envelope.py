"""What Zoho's answers say: the envelope opened, its refusals named, its sentences without what we sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.errors import Rejected, Temporary, Unknown
from connectors.http import Response, unheard

NOT_AUTHORIZED = (14, 57)
CODES: Mapping[int, str] = {
    2: "invalid-value",
    4: "invalid-value",
    5: "missing",
    6: "link-refused",
    15: "too-long",
    1001: "number-taken",
    1002: "missing",
    2006: "missing",
    3004: "another-customer",
    3062: "name-taken",
    4089: "discount-setting",
    6041: "wrong-organization",
    9004: "currency-missing",
    24016: "more-than-balance",
    36023: "already-invoiced",
    36026: "already-invoiced",
    110817: "tax-disabled",
}


def name_of(error: Rejected) -> str:
    """A word for the refusals that we know (CODES), else ""."""
    if error.status == 404:
        return "missing"
    return CODES.get(error.code, "") if isinstance(error.code, int) else ""


def is_missing(error: Rejected) -> bool:
    """The record does not exist (any more)."""
    return name_of(error) == "missing"


def opened(response: Response, sent: Any, *, write: bool) -> dict[str, Any]:
    lost = unheard("Zoho", response, write=write)
    if lost is not None:
        raise lost
    body = response.body
    if not isinstance(body, dict):
        # An answer without an envelope (a gateway's page) proves nothing about a write.
        raise (
            Unknown(f"Zoho's answer (HTTP {response.status}) could not be read")
            if write
            else Temporary(f"Zoho's answer (HTTP {response.status}) could not be read")
        )
    code = code_of(response)
    if code != 0 or response.status >= 400:
        text = redacted(str(body.get("message", "")), sent)
        raise Rejected(response.status, code if code is not None else response.status, text)
    return body


def redacted(message: str, sent: Any) -> str:
    """The platform's sentence without what we sent: it quotes names and addresses, and held reasons are
    stored.
    """
    for word in sorted(_words(sent), key=len, reverse=True):
        message = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "[…]", message, flags=re.IGNORECASE)
    return re.sub(r"\S+@\S+", "[…]", message)


def _words(value: Any) -> Iterator[str]:
    """Every text in a body that could be a person's; ids and short words stay readable."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not str(name).endswith("_id"):
                yield from _words(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str) and len(value) > 1:
        yield value


def code_of(response: Response) -> int | None:
    body = response.body
    code = body.get("code") if isinstance(body, Mapping) else None
    return int(code) if isinstance(code, (int, str)) and str(code).lstrip("-").isdigit() else None
