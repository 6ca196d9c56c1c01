"""One Zoho organization: every call with its token and its permit, the envelope opened, lists read to their
proven end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from connectors.budget import SPENT, Budget, Lane
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized
from connectors.http import Response, Session, persistent, send
from connectors.zoho.envelope import NOT_AUTHORIZED, code_of, is_missing, name_of, opened, redacted
from connectors.zoho.oauth import Login, Token, TokenStore, access_token

__all__ = ["PER_PAGE", "Edition", "Page", "Zoho", "in_inventory", "is_missing", "name_of", "redacted"]

Edition = Literal["books", "inventory"]

ROOTS: Mapping[str, str] = {"books": "/books/v3", "inventory": "/inventory/v1"}
PER_PAGE = 200  # the most that Zoho lists at once


@dataclass(frozen=True)
class Page:
    """One page of a list, each row once in the whole walk; `last`: the list ends here."""

    number: int
    rows: list[dict[str, Any]]
    last: bool


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
        how = {"params": params, "body": body, "headers": headers, "purpose": purpose, "entity": entity}

        def once() -> dict[str, Any]:
            return opened(self._answer(method, path, **how), body, write=method != "GET")

        return once() if method != "GET" else persistent(self.session, once)

    def fetch(
        self, path: str, *, params: Mapping[str, Any] | None = None, most: int, purpose: str = "read"
    ) -> tuple[bytes, str] | None:
        """A file and the type that Zoho says it has; None where there is none. Raises like `call`.

        One of more than `most` bytes is Rejected (code "too-large") without being read to its end.
        """

        def once() -> tuple[bytes, str] | None:
            answer = self._answer(
                "GET", path, params=params, headers={"Accept": "*/*"}, purpose=purpose, most=most
            )
            if answer.is_cut and answer.status == 200:
                raise Rejected(413, "too-large", f"the file has more than {most} bytes")
            if answer.status in (200, 204) and answer.is_empty:
                return None
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if answer.status == 200 and not answer.is_json and not kind.startswith("text/"):
                return answer.content, kind
            opened(answer, None, write=False)
            return None

        return persistent(self.session, once)

    def _answer(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        purpose: str = "",
        entity: str = "",
        most: int | None = None,
    ) -> Response:
        query = {"organization_id": self.organization_id, **(params or {})}

        def once(token: Token) -> Response:
            sent = {"Authorization": f"Zoho-oauthtoken {token.value}", **(headers or {})}
            return send(
                self.session, method, self._root(token) + path, write=method != "GET", params=query,
                headers=sent, body=body, most=most, entity=entity or _entity(path),
                purpose=self.purpose or purpose,
            )  # fmt: skip

        response = self._authorized(once)
        if response is None:
            what = f"Zoho refuses {method} {path.split('/')[1]}: token revoked, or scope or role missing"
            raise Unauthorized("zoho", what, 401)
        return response

    def _authorized(self, once: Callable[[Token], Response]) -> Response | None:
        """An answer to a valid token, refreshed once where it is refused; None when the new one is refused, too."""
        stale: str | None = None
        for _ in range(2):
            token = access_token(self.tokens, self.session, self.login, stale=stale)
            response = self._admitted(partial(once, token))
            if response.status != 401 and code_of(response) not in NOT_AUTHORIZED:
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
                silent_until = self.budget.heard(response.headers, response.status, code_of(response))
            if silent_until is None:
                return response
            if not left or code_of(response) == SPENT:
                raise OutOfBudget(silent_until, f"Zoho asks for silence (code {code_of(response)})")
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
        for page in self.walk(path, key, params, identity=identity, purpose=purpose):
            yield from page.rows

    def walk(
        self,
        path: str,
        key: str,
        params: Mapping[str, Any] | None = None,
        *,
        identity: str = "",
        first_page: int = 1,
        purpose: str = "",
    ) -> Iterator[Page]:
        """`pages`, page by page; from `first_page` on where an earlier walk was stopped."""
        identity = identity or f"{key.removesuffix('s')}_id"
        seen: set[str] = set()
        number, last = first_page, False
        while not last:
            page = self.page(path, key, params, number=number, identity=identity, purpose=purpose)
            fresh = {str(row[identity]): row for row in page.rows if str(row[identity]) not in seen}
            if not page.last and not fresh:
                raise Temporary(f"Zoho's list {path} stands still at page {number}")
            seen.update(fresh)
            number, last = number + 1, page.last
            yield Page(page.number, list(fresh.values()), last)

    def page(
        self,
        path: str,
        key: str,
        params: Mapping[str, Any] | None = None,
        *,
        number: int = 1,
        identity: str,
        purpose: str = "",
    ) -> Page:
        """One page as it is told; raises Temporary when it proves that the list is not whole."""
        asked = {**(params or {}), "page": number, "per_page": PER_PAGE}
        answer = self.call("GET", path, params=asked, purpose=purpose)
        rows = answer.get(key)
        if not isinstance(rows, list):
            raise Temporary(f"Zoho's answer to {path} carries no {key}")
        more = _more_follow(path, answer.get("page_context"), number, len(rows))
        if any(not row.get(identity) for row in rows):
            raise Temporary(f"Zoho's list {path} has rows without {identity}")
        return Page(number, rows, not more)

    def _root(self, token: Token) -> str:
        return self.base_url.rstrip("/") or token.api_domain.rstrip("/") + ROOTS[self.edition]


def in_inventory(zoho: Zoho) -> Zoho:
    """The same organization seen through Inventory, which alone has adjustments, transfers, packages and kits."""
    base = zoho.base_url.rstrip("/").removesuffix(ROOTS["books"])
    inventory = base if base in ("", zoho.base_url.rstrip("/")) else base + ROOTS["inventory"]
    return replace(zoho, edition="inventory", base_url=inventory)


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


def _entity(path: str) -> str:
    parts = path.strip("/").split("/")
    return parts[1] if parts[0] == "settings" and len(parts) > 1 else parts[0]
