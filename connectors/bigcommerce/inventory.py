"""Stock of a store, per variant and location: read to its proven end, set or changed, refusals understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from connectors.bigcommerce.client import BigCommerce, pages_v3
from connectors.errors import Rejected

ITEMS = "/v3/inventory/items"
AT_ONCE = 2000  # rows that one call writes
PER_PAGE = 1000  # rows that one call reads
IN_ADDRESS = 250  # ids in one address

Reason = Literal[
    "tracked-by-product", "tracked-by-variant", "needs-absolute", "unknown", "below-zero", "other"
]
WORDS: Sequence[tuple[Reason, str]] = (
    ("tracked-by-product", r"tracked by product"),
    ("tracked-by-variant", r"tracked by variant"),
    ("needs-absolute", r"requires? (an )?absolute|absolute adjustment (before|first)"),
    ("below-zero", r"below|negative|not enough|insufficient|less than|safety stock"),
    (
        "unknown",
        r"not found|not be found|not exist|unknown|no such|unable to find|invalid\s*$|invalid (items?|identit)",
    ),
)
MENTION = re.compile(
    r"\b(?:(?P<identity>variant_id|product_id|location_id)s?[\s:=\[]+(?P<ids>\d+(?:\s*,\s*\d+)*)"
    r"|skus?[\s:=\[]+(?P<sku>\"[^\"]*\"|'[^']*'|\S[^,\]]*?(?=\s*(?:[,\]]|$)|\s+(?:is|are|does|do|was|were|not|could"
    r"|cannot|requires?|has|have)\b)))",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"[\s,;&\[\]()]*(?:(?:and|or|at|in|for|of|on)\b)?[\s,;&\[\]()]*", re.IGNORECASE)


@dataclass(frozen=True)
class Refusal:
    """What a refused batch says of the rows whose `identity` (variant_id, product_id, sku, location_id) is `id`."""

    reason: Reason
    identity: str
    id: str


def items(
    store: BigCommerce,
    *,
    variant_ids: Sequence[int | str] | None = None,
    product_ids: Sequence[int | str] | None = None,
    location_ids: Sequence[int] = (),
) -> Iterator[dict[str, Any]]:
    """Rows of `identity` and `locations`, each once: all that there are, or those of these variants and products.

    A product that is tracked as one may have a row without a variant: only its product's id asks for that.
    Raises Temporary when the rows read do not add up to the total told: only then is who is absent not there. A
    filter that the store ignores brings more than was asked for, and never less.
    """
    places = {"location_id:in": _told(location_ids)} if location_ids else {}
    if variant_ids is None and product_ids is None:
        yield from _page_by_page(store, places)
        return
    seen: set[Any] = set()
    for name, ids in (("variant_id:in", variant_ids), ("product_id:in", product_ids)):
        wanted = list(dict.fromkeys(str(one) for one in ids or ()))
        for start in range(0, len(wanted), IN_ADDRESS):
            asked = {name: _told(wanted[start : start + IN_ADDRESS]), **places}
            fresh = [row for row in _page_by_page(store, asked) if _which(row) not in seen]
            seen.update(_which(row) for row in fresh)
            seen.discard(None)
            yield from fresh


def set_absolute(store: BigCommerce, reason: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Up to 2000 rows of location_id, one identity and quantity are as given, soon: a read may still show what was.

    All or none where it is Rejected. The number of the transaction; sending the same again is safe.
    """
    return _adjust(store, "PUT", "absolute", reason, rows)


def change_relative(store: BigCommerce, reason: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Like `set_absolute`, by differences: what was not heard (Unknown) must be looked for, never sent again."""
    return _adjust(store, "POST", "relative", reason, rows)


def locations(store: BigCommerce) -> list[dict[str, Any]]:
    """The store's places, each with id, code, label, enabled."""
    return list(pages_v3(store, "/v3/inventory/locations", purpose="list"))


def settings(store: BigCommerce, *, channel_id: int | None = None) -> dict[str, Any]:
    """When the store moves stock: for all, or as one channel has it (None where it has nothing of its own)."""
    params = {} if channel_id is None else {"channel_id": channel_id}
    answer = store.call("GET", "/v3/settings/inventory", params=params, purpose="read")
    return dict(answer["data"])


def refusals(error: Rejected) -> list[Refusal]:
    """Which rows a refused batch names, and why; [] where it names none, and the guilty must be found by halves."""
    found = [one for text in _sentences(error.body) for one in _named(text)]
    told = list(dict.fromkeys(found))
    # A place beside an item only says where: of itself it is guilty when nobody else is named.
    return [one for one in told if one.identity != "location_id"] or told


def _adjust(store: BigCommerce, method: str, how: str, reason: str, rows: Sequence[Mapping[str, Any]]) -> str:
    if not 0 < len(rows) <= AT_ONCE:
        raise ValueError(f"one call changes 1 to {AT_ONCE} levels, not {len(rows)}")
    body = {"reason": reason, "items": [dict(row) for row in rows]}
    path = f"/v3/inventory/adjustments/{how}"
    answer = store.call(method, path, body=body, entity="inventory", purpose=how)
    return str(answer.get("transaction_id") or "") if isinstance(answer, Mapping) else ""


def _page_by_page(store: BigCommerce, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return pages_v3(store, ITEMS, params, identity=_which, limit=PER_PAGE, purpose="list")


def _which(row: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The product and the variant; a SKU alone where neither is told."""
    told = row.get("identity")
    known = told if isinstance(told, Mapping) else row
    ids = known.get("product_id"), known.get("variant_id")
    if ids != (None, None):
        return ids
    return (known["sku"],) if known.get("sku") else None


def _told(ids: Sequence[Any]) -> str:
    return ",".join(str(one) for one in ids)


def _sentences(body: Any) -> Iterator[str]:
    """Every text of the answer, but for the address that describes its type."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for name, inner in body.items():
            if name != "type":
                yield from _sentences(inner)
    elif isinstance(body, Sequence):
        for inner in body:
            yield from _sentences(inner)


def _named(text: str) -> list[Refusal]:
    """The rows that a text names, each with the reason that follows it, or what several rows are listed for."""
    found: list[Refusal] = []
    following: Reason | None = None
    end = len(text)
    for mention in reversed(list(MENTION.finditer(text))):
        between = text[mention.end() : end]
        if following is None or not BETWEEN.fullmatch(between):
            following = _reason(between) or _reason(text[: mention.start()]) or "other"
        found = [*_each(mention, following), *found]
        end = mention.start()
    return found


def _each(mention: re.Match[str], reason: Reason) -> list[Refusal]:
    if mention["sku"]:
        return [Refusal(reason, "sku", mention["sku"].strip("\"'"))]
    identity = mention["identity"].lower()
    return [Refusal(reason, identity, one.strip()) for one in mention["ids"].split(",")]


def _reason(words: str) -> Reason | None:
    return next((reason for reason, known in WORDS if re.search(known, words, re.IGNORECASE)), None)
