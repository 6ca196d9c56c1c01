"""One BigCommerce store: v2 and v3 calls within the store's rate window, lists read to their proven end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.bigcommerce.window import StoreWindow
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from connectors.http import Files, Response, Session, persistent, send, unheard

LIMIT = 250  # the most that BigCommerce lists at once
Identity = Callable[[Mapping[str, Any]], Any]
"""What tells a row of a list from the others; None where nothing does."""


def id_of(row: Mapping[str, Any]) -> Any:
    return row.get("id")


@dataclass(frozen=True)
class Page:
    """One page of a list, each row once in the whole walk; `last`: the list ends here and is whole."""

    number: int
    rows: list[dict[str, Any]]
    last: bool
    total: int


@dataclass(frozen=True)
class BigCommerce:
    """A store; `base_url` ends with the store hash (https://api.bigcommerce.com/stores/{hash})."""

    session: Session
    base_url: str
    token: str = field(repr=False)
    window: StoreWindow

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        files: Files | None = None,
        entity: str = "",
        purpose: str = "",
    ) -> Any:
        """What `path` ("/v2/…" or "/v3/…") answers, numbers as Decimal; None for an empty answer (204).

        Raises OutOfBudget, Temporary (reads), Unknown (writes), Unauthorized, Rejected (status 404: missing).
        """
        write = method != "GET"

        def once() -> Response:
            return send(
                self.session, method, self.base_url.rstrip("/") + path, write=write, params=params,
                headers={"X-Auth-Token": self.token}, body=body, form=form, files=files,
                entity=entity or path.split("/")[2], purpose=purpose,
            )  # fmt: skip

        def opened() -> Any:
            return _opened(self._admitted(once), method, path, write=write)

        return opened() if write else persistent(self.session, opened)

    def _admitted(self, once: Callable[[], Response]) -> Response:
        """An answer within the window; what was refused as one too many was not done, and is sent again after a
        silence that is short.
        """
        for left in reversed(range(self.session.tries)):
            self.window.enter()
            response = once()
            silent_until = self.window.heard(response.headers, response.status)
            if silent_until is None:
                return response
            if not left:
                raise OutOfBudget(silent_until, "BigCommerce asks for silence (HTTP 429)")
        raise AssertionError("the last round returns or raises")


def pages_v2(
    store: BigCommerce, path: str, params: Mapping[str, Any] | None = None, *, purpose: str = "list"
) -> Iterator[dict[str, Any]]:
    """Every row of a v2 list that stands still while it is read (the parts of one order), each once.

    v2 tells no count: only 204 or a short page is the end. Lists that move are read by
    `orders.list_modified`.
    """
    seen: set[Any] = set()
    number, full = 1, True
    while full:
        rows = page_v2(store, path, {**(params or {}), "page": number, "limit": LIMIT}, purpose=purpose)
        fresh = [row for row in rows if row.get("id") is None or row["id"] not in seen]
        full = len(rows) >= LIMIT
        if full and not fresh:
            raise Temporary(f"BigCommerce's list {path} stands still at page {number}")
        seen.update(row.get("id") for row in fresh)
        yield from fresh
        number += 1


def page_v2(
    store: BigCommerce, path: str, params: Mapping[str, Any], *, purpose: str = "list"
) -> list[dict[str, Any]]:
    """One page of a v2 list; empty is 204 without a body, or []."""
    rows = store.call("GET", path, params=params, purpose=purpose)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise Temporary(f"BigCommerce's answer to {path} is no list")
    return rows


def pages_v3(
    store: BigCommerce,
    path: str,
    params: Mapping[str, Any] | None = None,
    *,
    identity: Identity = id_of,
    limit: int = LIMIT,
    purpose: str = "list",
) -> Iterator[dict[str, Any]]:
    """Every row of a v3 list, each once; raises Temporary when the rows read do not add up to the total
    told. `limit`: rows of a page, where a list gives more than others.
    """
    for page in walk_v3(store, path, params, identity=identity, limit=limit, purpose=purpose):
        yield from page.rows


def walk_v3(
    store: BigCommerce,
    path: str,
    params: Mapping[str, Any] | None = None,
    *,
    identity: Identity = id_of,
    first_page: int = 1,
    limit: int = LIMIT,
    purpose: str = "list",
) -> Iterator[Page]:
    """`pages_v3`, page by page; from `first_page` on where an earlier walk was stopped. The last page comes
    only when the whole walk is proven.
    """
    seen: set[Any] = set()
    totals: set[int] = set()
    number, last, count = first_page - 1, first_page, 0
    while number < last:
        number += 1
        asked = {**(params or {}), "page": number, "limit": limit}
        rows, last, total, size = _told_v3(store, path, asked, number == first_page > 1, purpose)
        totals.add(total)
        fresh = list(_fresh(rows, identity, seen))
        count += len(fresh) + (size * (number - 1) if number == first_page else 0)
        # A row that went away moves those behind it up: the total told then differs from page to page.
        if len(totals) > 1 or (number >= last and count < total):
            raise Temporary(
                f"BigCommerce's list {path} changed while it was read: {count} of {max(totals)} rows seen"
            )
        if number < last and not fresh:
            raise Temporary(f"BigCommerce's list {path} stands still at page {number}")
        yield Page(number, fresh, number >= last, total)


def is_missing(error: Rejected) -> bool:
    """The record does not exist (any more)."""
    return error.status == 404


def _fresh(rows: list[dict[str, Any]], identity: Identity, seen: set[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        key = identity(row)
        if key is None or key not in seen:
            seen.add(key)
            yield row


def _told_v3(
    store: BigCommerce, path: str, asked: Mapping[str, Any], resumed: bool, purpose: str
) -> tuple[list[dict[str, Any]], int, int, int]:
    """A page as it is told; where the list has become shorter than the place to go on from, its end."""
    number, limit = int(asked["page"]), int(asked["limit"])
    try:
        answer = store.call("GET", path, params=asked, purpose=purpose)
    except Rejected as error:
        if resumed and is_missing(error):
            return [], number, 0, limit
        raise
    return _page_v3(answer, path, number, limit)


def _page_v3(answer: Any, path: str, number: int, limit: int) -> tuple[list[dict[str, Any]], int, int, int]:
    """Rows, number of the last page, rows in all, rows of a page; 204 and a missing `meta` mean that this is
    all there is, unless it could be a page that the store made shorter than was asked for.
    """
    if answer is None:
        return [], number, 0, limit
    rows = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list):
        raise Temporary(f"BigCommerce's answer to {path} carries no data")
    meta = answer.get("meta")
    told = meta.get("pagination") if isinstance(meta, Mapping) else None
    if not isinstance(told, Mapping):
        return rows, number + 1 if len(rows) >= LIMIT else number, 0, limit
    if int(told.get("current_page", number)) != number:
        raise Temporary(f"BigCommerce's list {path} answered page {told['current_page']} instead of {number}")
    last, total = int(told.get("total_pages", number)), int(told.get("total", 0))
    return rows, last, total, int(told.get("per_page", limit))


def _opened(response: Response, method: str, path: str, *, write: bool) -> Any:
    status = response.status
    lost = unheard("BigCommerce", response, write=write)
    if lost is not None:
        raise lost
    if status in (401, 403):
        what = "the token is wrong" if status == 401 else "a scope is missing"
        raise Unauthorized(
            "bigcommerce",
            f"BigCommerce refuses {method} {path.split('/')[2]} (HTTP {status}): {what}",
            status,
        )
    if status >= 400:
        raise Rejected(status, status, _message(response), response.body)
    if status == 204 or response.is_empty:
        return None
    if not response.is_json:
        text = f"BigCommerce's answer (HTTP {status}) could not be read"
        raise Unknown(text) if write else Temporary(text)
    return response.body


def _message(response: Response) -> str:
    """v2 tells an array, v3 an object, a gateway plain text (which is not repeated)."""
    body = response.body[0] if isinstance(response.body, list) and response.body else response.body
    if not isinstance(body, Mapping):
        return f"HTTP {response.status}"
    text = body.get("message") or body.get("title") or body.get("error") or f"HTTP {response.status}"
    errors = body.get("errors")
    fields = ", ".join(str(name) for name in errors) if isinstance(errors, Mapping) and errors else ""
    return f"{text} ({fields})" if fields else str(text)
