"""The places where a Zoho organization keeps stock: locations, or warehouses where it is older."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.errors import NotOffered, Rejected
from connectors.zoho.client import Zoho, is_missing

WORDS = (("/locations", "location"), ("/settings/warehouses", "warehouse"))


@dataclass(frozen=True)
class Place:
    id: str
    name: str
    primary: bool
    active: bool


def locations(zoho: Zoho) -> list[Place]:
    """Every place, active or not; [] where the organization has neither locations nor warehouses."""
    for path, word in WORDS:
        rows = _offered(zoho, path, word)
        if rows:
            return [_place(row, word) for row in rows]
    return []


def _offered(zoho: Zoho, path: str, word: str) -> list[dict[str, Any]]:
    try:
        return list(zoho.pages(path, f"{word}s", identity=f"{word}_id", purpose="list"))
    except NotOffered:
        return []
    except Rejected as error:
        if is_missing(error) or error.status == 403:  # what a plan without them answers is not documented
            return []
        raise


def _place(row: Mapping[str, Any], word: str) -> Place:
    """Organizations that have moved from one word to the other tell some keys in the old one."""
    primary = row.get(f"is_primary_{word}", row.get("is_primary", False))
    active = row.get(f"is_{word}_active", row.get("status", "active"))
    is_active = active if isinstance(active, bool) else str(active).lower() in ("active", "true")
    return Place(
        str(row[f"{word}_id"]), str(row.get(f"{word}_name") or ""), primary in (True, "true"), is_active
    )
