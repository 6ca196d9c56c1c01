"""Packages of a Zoho organization that have changed: rows of a list of Inventory, whose filters are not relied on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.zoho.client import Page, Zoho, in_inventory
from connectors.zoho.items import modified


def changed_packages(
    zoho: Zoho, since: datetime, back_to: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """Rows of the packages that changed at `since` or later.

    Zoho ignores what it does not know, and then tells the newest package first. So the walk goes on over every page
    that shows a change, and, where `back_to` is given, over all packages that were made then or later.
    """
    asked = {
        "last_modified_time": since.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "sort_column": "last_modified_time",
        "sort_order": "D",
    }
    for page in in_inventory(zoho).walk("/packages", "packages", asked, purpose="changes"):
        young = [row for row in page.rows if (at := modified(row)) is None or at >= since]
        yield from young
        if not young and not _reaches(page, back_to):
            return


def _reaches(page: Page, back_to: datetime | None) -> bool:
    return back_to is not None and any(
        str(row.get("date") or "9") >= back_to.date().isoformat() for row in page.rows
    )
