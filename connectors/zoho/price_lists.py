"""Price lists of a Zoho organization, which its API calls pricebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.errors import Rejected, Temporary
from connectors.zoho.client import PER_PAGE, Zoho, is_missing

ROUND = 5  # every size that a page may have is a multiple of it


def list_price_lists(zoho: Zoho) -> list[dict[str, Any]]:
    """The price lists for sales, active and inactive, without their items."""
    params = {"filter_by": "SalesOrPurchaseType.All"}
    rows = zoho.pages("/pricebooks", "pricebooks", params, identity="pricebook_id", purpose="list")
    return [row for row in rows if str(row.get("sales_or_purchase_type") or "sales") == "sales"]


def get_price_list(zoho: Zoho, pricebook_id: str) -> dict[str, Any] | None:
    """The price list with all its `pricebook_items`, or None when it is gone.

    Whether the items come in pages is not documented: every page is asked for until one says that it is the
    last, or brings nothing new because pages are ignored.
    """
    items: dict[str, Mapping[str, Any]] = {}
    first: dict[str, Any] | None = None
    number, more = 1, True
    while more:
        answer = _page(zoho, pricebook_id, number)
        if answer is None:
            if number > 1:
                raise Temporary("a Zoho price list was deleted while it was read")
            return None
        told, rows, said = answer
        first = told if first is None else first
        if told != first:
            raise Temporary("a Zoho price list changed while it was read")
        before = len(items)
        items |= {str(row["item_id"]): row for row in rows}
        more = _more_follow(said, number, len(rows), len(items) - before)
        number += 1
    return {**(first or {}), "pricebook_items": [dict(row) for row in items.values()]}


def _page(
    zoho: Zoho, pricebook_id: str, number: int
) -> tuple[dict[str, Any], list[Mapping[str, Any]], Mapping[str, Any] | None] | None:
    """The price list without its items, those of this page, and what the answer says about pages."""
    params = {"page": number, "per_page": PER_PAGE}
    try:
        answer = zoho.call("GET", f"/pricebooks/{pricebook_id}", params=params, purpose="read")
    except Rejected as error:
        if is_missing(error):
            return None
        raise
    told = answer.get("pricebook")
    rows = told.get("pricebook_items", _none_needed(told)) if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(rows, list):
        raise Temporary("Zoho's answer carries no price list")
    if str(told.get("pricebook_id")) != pricebook_id or any(not row.get("item_id") for row in rows):
        raise Temporary("Zoho's answer to a price list carries another, or items without their id")
    context = answer.get("page_context") or told.get("page_context")
    bare = {key: value for key, value in told.items() if key not in ("pricebook_items", "page_context")}
    return bare, rows, context if isinstance(context, Mapping) else None


def _none_needed(told: Mapping[str, Any]) -> list[Any] | None:
    """Only a percentage may come without a word of items: silence is no proof that nothing is on a list of rates."""
    return None if told.get("pricebook_type") == "per_item" else []


def _more_follow(said: Mapping[str, Any] | None, number: int, rows: int, fresh: int) -> bool:
    """Whether another page must be asked for; raises when this one proves that the list is not whole."""
    if said is None:
        # Nothing is said: a round number of rows may be a page with another behind it, and a second time the
        # same rows mean that pages are ignored and all came at once.
        return rows % ROUND == 0 and fresh > 0
    if int(said.get("page", number)) != number:
        raise Temporary(f"Zoho's price list answered page {said['page']} instead of {number}")
    more = bool(said.get("has_more_page"))
    if more and not fresh:
        raise Temporary(f"Zoho's price list stands still at page {number}")
    if more and rows < int(said.get("per_page", PER_PAGE)):
        raise Temporary(f"Zoho's price list has a hole: page {number} is short though more follows")
    return more
