"""Items of a Zoho organization: found by SKU, listed page by page or by what changed, read by id, made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.errors import Rejected, Temporary
from connectors.zoho.client import PER_PAGE, Page, Zoho, is_missing, name_of

ItemPage = Page
AT_ONCE = 100  # ids of one call; more are taken by some organizations only
LARGEST_IMAGE = 8 * 1024 * 1024  # bytes: what a store takes
SECOND = timedelta(seconds=1)  # Zoho tells and compares times in whole seconds
OLDEST_FIRST = {"sort_column": "created_time", "sort_order": "A"}
EVERY_STATUS = {"filter_by": "Status.All"}
BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
    b"BM": "image/bmp",
}


def find_items_by_sku(zoho: Zoho, sku: str) -> list[dict[str, Any]]:
    """List rows of the items with exactly this SKU, letter case aside (Zoho keeps SKUs unique without it).

    Only Inventory documents a filter by SKU; Books searches name, description and SKU. Either way it is re-
    checked here.
    """
    wanted = sku.strip()
    if not wanted:
        return []
    params = {"sku": wanted} if zoho.edition == "inventory" else {"search_text": wanted}
    rows = zoho.pages("/items", "items", params, purpose="find")
    return [row for row in rows if str(row.get("sku") or "").strip().casefold() == wanted.casefold()]


def find_items_by_name(zoho: Zoho, name: str) -> list[dict[str, Any]]:
    """List rows of the items with exactly this name and without a SKU; only for asking after a lost write."""
    rows = zoho.pages("/items", "items", {"search_text": name}, purpose="find")
    return [row for row in rows if str(row.get("name") or "") == name and not row.get("sku")]


def item_pages(zoho: Zoho, *, since: datetime | None = None, first_page: int = 1) -> Iterator[ItemPage]:
    """List rows of the items of every status, page by page: all of them from `first_page` on, or those
    changed since then, oldest change first; one that changes meanwhile comes again.

    Raises Temporary when the walk cannot prove that none is missing.
    """
    if since is not None:
        return _changed(zoho, since)
    params = {**EVERY_STATUS, **OLDEST_FIRST}
    return zoho.walk("/items", "items", params, first_page=first_page, purpose="list")


def item_details(zoho: Zoho, item_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Items in full by id, 100 a call, fewer where Zoho refuses so many; those that are gone are absent."""
    wanted = list(dict.fromkeys(str(one) for one in item_ids if one))
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= _details(zoho, wanted[start : start + AT_ONCE])
    return found


def get_item(zoho: Zoho, item_id: str) -> dict[str, Any] | None:
    """The item, or None when it does not exist (any more)."""
    try:
        return dict(zoho.call("GET", f"/items/{item_id}", purpose="read")["item"])
    except Rejected as error:
        if is_missing(error):
            return None
        raise


def item_image(zoho: Zoho, item_id: str) -> tuple[bytes, str] | None:
    """The item's image and its content type, or None when it has none; a larger one than a store takes is
    Rejected.
    """
    try:
        told = zoho.fetch(f"/items/{item_id}/image", most=LARGEST_IMAGE)
    except Rejected as error:
        if is_missing(error):
            return None
        raise
    if told is None:
        return None
    content, kind = told
    return content, next((known for begin, known in BEGINNINGS.items() if content.startswith(begin)), kind)


def create_item(zoho: Zoho, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = zoho.call("POST", "/items", body=body, purpose="create")
    return dict(answer["item"])


def _changed(zoho: Zoho, since: datetime) -> Iterator[ItemPage]:
    """Items change while we read and leave their place, and what moved up over a page's edge would be missed.
    So the list is opened again at the last change seen, less a second, because whether bounds are included is
    not documented; what changed within seconds, as many items at once do, is walked by page numbers.
    """
    seen: set[tuple[str, str]] = set()
    floor, number, count, last = since, 1, 0, False
    before: list[str] = []
    while not last:
        page = _changed_since(zoho, floor, number)
        moments = _moments(page, floor)
        if moments is None:
            if count:
                raise Temporary("Zoho's list of items is no longer sorted by its changes")
            yield from _all_that_changed(zoho, since)
            return
        ids = [str(row["item_id"]) for row in page.rows]
        if number > 1 and ids == before:
            raise Temporary(f"Zoho's list of items stands still at page {number}")
        fresh = [row for row in page.rows if (row["item_id"], row["last_modified_time"]) not in seen]
        seen.update((row["item_id"], row["last_modified_time"]) for row in fresh)
        last, count, before = page.last, count + 1, ids
        yield ItemPage(count, fresh, last)
        floor, number = _next_place(moments, floor, number)


def _next_place(moments: list[datetime], floor: datetime, number: int) -> tuple[datetime, int]:
    """The list opened anew where this page ended; its next page where that would bring half of it again."""
    if not moments:
        return floor, number + 1
    again = moments[-1] - SECOND
    repeated = sum(at >= again for at in moments)
    return (again, 1) if again > floor and repeated <= len(moments) // 2 else (floor, number + 1)


def _changed_since(zoho: Zoho, floor: datetime, number: int) -> Page:
    params = {
        **EVERY_STATUS,
        "last_modified_time": floor.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "sort_column": "last_modified_time",
        "sort_order": "A",
    }
    return zoho.page("/items", "items", params, number=number, identity="item_id", purpose="list")


def _all_that_changed(zoho: Zoho, since: datetime) -> Iterator[ItemPage]:
    """Where Zoho ignores the filter or the order, all are read and what changed is sorted out here. None is told
    before all are known: who has seen a change counts on having seen those before it.
    """
    rows = (row for page in item_pages(zoho) for row in page.rows)
    changed = [row for row in rows if (at := modified(row)) is None or at >= since - SECOND]
    changed.sort(key=lambda row: modified(row) or since)
    for number, start in enumerate(range(0, max(1, len(changed)), PER_PAGE), 1):
        yield ItemPage(number, changed[start : start + PER_PAGE], start + PER_PAGE >= len(changed))


def modified(row: Mapping[str, Any]) -> datetime | None:
    """When the item last changed; None where the row does not tell it."""
    try:
        at = datetime.fromisoformat(str(row.get("last_modified_time") or ""))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _moments(page: Page, floor: datetime) -> list[datetime] | None:
    """When the rows of a page changed; None when filter or order were ignored, for then they prove nothing."""
    moments = [at for row in page.rows if (at := modified(row)) is not None]
    fits = len(moments) == len(page.rows) and moments == sorted(moments)
    return moments if fits and (not moments or moments[0] >= floor - SECOND) else None


def _details(zoho: Zoho, some: list[str]) -> dict[str, dict[str, Any]]:
    try:
        rows = zoho.call("GET", "/itemdetails", params={"item_ids": ",".join(some)}, purpose="read").get(
            "items"
        )
    except Rejected as error:
        if name_of(error) not in ("invalid-value", "missing"):
            raise
        if len(some) > 1:
            return _details(zoho, some[: len(some) // 2]) | _details(zoho, some[len(some) // 2 :])
        if is_missing(error):
            return {}
        raise
    if not isinstance(rows, list):
        raise Temporary("Zoho's answer to /itemdetails carries no items")
    found = {str(row.get("item_id")): dict(row) for row in rows}
    if not found.keys() <= set(some):
        raise Temporary(
            "Zoho answered other items than were asked for: that proves nothing of those asked for"
        )
    return found
