"""Reads which item a callback of Zoho speaks of; whatever else stands in it is not looked at and not kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

ID = re.compile(r"[1-9][0-9]{0,23}")
JSON_FIELD = "JSONString"  # how older rules send the whole record in a form


def record_of(fields: Mapping[str, str], body: bytes) -> str | None:
    """The work record of flow items; "" for a callback about something else, None for nonsense.

    `fields` are those of address and form, `body` the raw body of what is no form. Shapes: the whole record by its
    entity's name (the default payload), or single fields that a person has chosen.
    """
    try:
        if body:
            return _told(json.loads(body))
        if JSON_FIELD in fields:
            return _told(json.loads(fields[JSON_FIELD]))
    except (ValueError, RecursionError):
        return None
    return _told(fields)


def _told(callback: Any) -> str | None:
    if not isinstance(callback, Mapping):
        return None
    item = callback.get("item")
    if isinstance(item, Mapping):
        return _record(item)
    if "item_id" in callback:
        return _record(callback)
    others = any(isinstance(one, Mapping) or str(name).endswith("_id") for name, one in callback.items())
    return "" if others else None


def _record(item: Mapping[str, Any]) -> str | None:
    """Items of one group are one product."""
    group, itself = (str(item.get(name) or "") for name in ("group_id", "item_id"))
    if not ID.fullmatch(itself) or (group and not ID.fullmatch(group)):
        return None
    return f"group:{group}" if group else f"item:{itself}"
