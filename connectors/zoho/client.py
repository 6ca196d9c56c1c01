"""One Zoho organization: every call with its token and its permit, the envelope opened, lists read to their
proven end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from connectors.budget import SPENT, Budget, Lane
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from connectors.http import Response, Session, persistent, send, unheard
from connectors.zoho.oauth import Login, Token, TokenStore, access_token

Edition = Literal["books", "inventory"]

ROOTS: Mapping[str, str] = {"books": "/books/v3", "inventory": "/inventory/v1"}
PER_PAGE = 200  # the most that Zoho lists at once

TOO_MANY = (43, 44, 45, 1070)
NOT_AUTHORIZED = (14, 57)
MISSING = (5, 1002, 2006)
CODES: Mapping[int, str] = {
    2: "invalid-value",
    4: "invalid-value",
    5: "missing",
    15: "too-long",
    1001: "number-taken",
    1002: "missing",
    2006: "missing",
    3062: "name-taken",
    4089: "discount-setting",
    6041: "wrong-organization",
    9004: "currency-missing",
    24016: "more-than-balance",
    36026: "already-invoiced",
    110817: "tax-disabled",
}


@dataclass(frozen=True)
class Zoho:
    """An organization seen through Books or Inventory; without `base_url` the host that the login names is
    used.

    `lane` is what its calls are paid from, `finishing` allows them the last calls of the day, and `purpose` says
    for the figures why they are made, where not each call says so itself: `replace(zoho, lane="stock")`.
    """

    session: Session
    base_url: str
    organization_id: str
    tokens: TokenStore
    login: Login
    budget: Budget
    edition: Edition = "books"
    lane: Lane = "orders"
    finishing: bool = False
    purpose: str = ""

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        purpose: str = "",
        entity: str = "",
    ) -> dict[str, Any]:
        """The opened envelope of one call (numbers are Decimal).

        Raises OutOfBudget, Temporary (reads), Unknown (writes), Unauthorized, Rejected (code: Zoho's number).
        """
        query = {"organization_id": self.organization_id, **(params or {})}
        write = method != "GET"

        def once(token: Token) -> Response:
            sent = {"Authorization": f"Zoho-oauthtoken {token.value}", **(headers or {})}
            return send(
                self.session, method, self._root(token) + path, write=write, params=query,
                headers=sent, body=body, entity=entity or _entity(path),
                purpose=self.purpose or purpose,
            )  # fmt: skip

        def opened() -> dict[str, Any]:
            response = self._authorized(once)
            if response is None:
                what = f"Zoho refuses {method} {path.split('/')[1]}: token revoked, or scope or role missing"
                raise Unauthorized("zoho", what)
            return _opened(response, body, write=write)

        return opened() if write else persistent(self.session, opened)

    def _authorized(self, once: Callable[[Token], Response]) -> Response | None:
        """An answer to a valid token, refreshed once where it is refused; None when the new one is refused, too."""
        stale: str | None = None
        for _ in range(2):
            token = access_token(self.tokens, self.session, self.login, stale=stale)
            response = self._admitted(partial(once, token))
            if response.status != 401 and _code(response) not in NOT_AUTHORIZED:
                return response
            stale = token.value
        return None

    def _admitted(self, once: Callable[[], Response]) -> Response:
        """An answer within the budget; what was refused as one too many was not done, and is sent again after a
        silence that is short.
        """
        for left in reversed(range(self.session.tries)):
            with self.budget.permit(self.lane, finishing=self.finishing):
                response = once()
                silent_until = self.budget.heard(response.headers, response.status, _code(response))
            if silent_until is None:
                return response
            if not left or _code(response) == SPENT:
                raise OutOfBudget(silent_until, f"Zoho asks for silence (code {_code(response)})")
        raise AssertionError("the last round returns or raises")

    def pages(
        self,
        path: str,
        key: str,
        params: Mapping[str, Any] | None = None,
        *,
        identity: str = "",
        purpose: str = "",
    ) -> Iterator[dict[str, Any]]:
        """Every row of a list, each once; raises Temporary when the walk cannot prove that none is missing.

        `key` names the rows in the envelope, `identity` their id (default: `key` without its s, plus `_id`).
        """
        identity = identity or f"{key.removesuffix('s')}_id"
        seen: set[str] = set()
        number, more = 1, True
        while more:
            asked = {**(params or {}), "page": number, "per_page": PER_PAGE}
            answer = self.call("GET", path, params=asked, purpose=purpose)
            rows = answer.get(key)
            if not isinstance(rows, list):
                raise Temporary(f"Zoho's answer to {path} carries no {key}")
            more = _more_follow(path, answer.get("page_context"), number, len(rows))
            if any(not row.get(identity) for row in rows):
                raise Temporary(f"Zoho's list {path} has rows without {identity}")
            fresh = {str(row[identity]): row for row in rows if str(row[identity]) not in seen}
            if more and not fresh:
                raise Temporary(f"Zoho's list {path} stands still at page {number}")
            seen.update(fresh)
            yield from fresh.values()
            number += 1

    def _root(self, token: Token) -> str:
        return self.base_url.rstrip("/") or token.api_domain.rstrip("/") + ROOTS[self.edition]


def name_of(error: Rejected) -> str:
    """A word for the refusals that we know (CODES), else ""."""
    if error.status == 404:
        return "missing"
    return CODES.get(error.code, "") if isinstance(error.code, int) else ""


def is_missing(error: Rejected) -> bool:
    """The record does not exist (any more)."""
    return name_of(error) == "missing"


def _more_follow(path: str, context: Any, number: int, rows: int) -> bool:
    """Whether another page follows; raises when this page proves that the list is not whole."""
    if not isinstance(context, Mapping):
        if rows >= PER_PAGE:
            raise Temporary(f"Zoho's list {path} does not say whether more follows")
        return False
    more = bool(context.get("has_more_page"))
    told = context.get("page", number)
    if int(told) != number:
        raise Temporary(f"Zoho's list {path} answered page {told} instead of {number}")
    if more and rows < int(context.get("per_page", PER_PAGE)):
        raise Temporary(f"Zoho's list {path} has a hole: page {number} is short though more follows")
    return more


def _opened(response: Response, sent: Any, *, write: bool) -> dict[str, Any]:
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
    code = _code(response)
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


def _code(response: Response) -> int | None:
    body = response.body
    code = body.get("code") if isinstance(body, Mapping) else None
    return int(code) if isinstance(code, (int, str)) and str(code).lstrip("-").isdigit() else None


def _entity(path: str) -> str:
    parts = path.strip("/").split("/")
    return parts[1] if parts[0] == "settings" and len(parts) > 1 else parts[0]
