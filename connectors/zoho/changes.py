"""Documents of a Zoho organization that changed, whoever changed them: rows of lists, the latest change first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.zoho.client import Zoho
from connectors.zoho.items import modified
from connectors.zoho.lists import LISTS, Kind

__all__ = ["changed_since", "modified"]


def changed_since(zoho: Zoho, kind: Kind, since: datetime) -> Iterator[dict[str, Any]]:
    """Rows of the documents that changed at `since` or later, void ones too; deleted ones are never told.

    The filter is documented for some lists only: the first row that is older ends the walk, so a list that does not
    know it costs a page more and not the whole of it. What changes while we read comes with the next look.
    """
    path, rows, _ = LISTS[kind]
    asked = {
        "last_modified_time": since.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "sort_column": "last_modified_time",
        "sort_order": "D",
    }
    for page in zoho.walk(path, rows, asked, purpose="changes"):
        young = [row for row in page.rows if (at := modified(row)) is None or at >= since]
        yield from young
        if len(young) < len(page.rows):
            return
