"""Reads which item a callback of Zoho speaks of; whatever else stands in it is not kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger import sightings
from ledger.store import Ledger

FLOW = "items"
ID = re.compile(r"[1-9][0-9]{0,23}")
JSON_FIELD = "JSONString"  # how older rules send the whole record in a form


@dataclass(frozen=True)
class Told:
    """An item and its group: "" for an item of its own, None where the callback does not say."""

    item: str
    group: str | None


ELSE = Told("", None)  # a callback about something else


def callback_of(fields: Mapping[str, str], body: bytes) -> Any:
    """What was sent; None for nonsense. `fields` are those of address and form, `body` that of what is no form."""
    try:
        if body:
            return json.loads(body)
        if JSON_FIELD in fields:
            return json.loads(fields[JSON_FIELD])
    except (ValueError, RecursionError):
        return None
    return fields


def told_by(callback: Any) -> Told | None:
    """What a callback tells of an item; None for nonsense.

    Shapes: the whole record by its entity's name (the default payload), or single fields that a person has chosen.
    """
    if not isinstance(callback, Mapping):
        return None
    item = callback.get("item")
    if isinstance(item, Mapping):
        return _item(item)
    if "item_id" in callback:
        return _item(callback)
    others = any(isinstance(one, Mapping) or str(name).endswith("_id") for name, one in callback.items())
    return ELSE if others else None


def records(ledger: Ledger, connection: str, told: Told, now: float) -> list[str]:
    """The work records that the callback concerns; items of one group are one product.

    A member that no list has shown yet is remembered as such, or its group would be read without it. Its empty stamp
    says that nothing of it has been seen.
    """
    seen = sightings.stamps(ledger, connection, FLOW, [told.item]).get(told.item)
    before = [seen.belongs] if seen else []
    if told.group is None and seen:  # of a deleted item only its id is told
        return before
    record = f"group:{told.group}" if told.group else f"item:{told.item}"
    if told.group and record not in before:
        sightings.see(ledger, connection, FLOW, [(told.item, record, "")], now)
    return list(dict.fromkeys([record, *before]))


def _item(item: Mapping[str, Any]) -> Told | None:
    itself, group = str(item.get("item_id") or ""), item.get("group_id")
    if not ID.fullmatch(itself) or (group and not ID.fullmatch(str(group))):
        return None
    return Told(itself, None if group is None else str(group))
