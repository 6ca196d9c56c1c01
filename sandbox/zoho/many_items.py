"""Many items at once, for catalogues too large to be typed: made without callbacks, changed with them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sandbox.zoho import inventoryadjustments, items, places, stock
from sandbox.zoho.call import Call
from sandbox.zoho.item_views import tell
from sandbox.zoho.organization import Organization

Told = dict[str, Any]
OWN = ("count", "start", "age", "items")  # what is ours of a telling; the rest describes each item
USUAL = {"name": "Item {n}", "sku": "SKU-{n}", "rate": "10"}


def make(org: Organization, told: Told) -> list[str]:
    """The ids of new items, in their order; no callback tells of them.

    {"items": [bodies]}, or {"count": N, "start": 1, ...} where every text of the rest may have {n} in it.
    `age`: so many seconds ago they were made and last changed.
    """
    stamp = (org.now() - timedelta(seconds=float(told.get("age", 0)))).strftime("%Y-%m-%dT%H:%M:%S%z")
    ids = []
    for body in _bodies(told):
        call = _call(org, body)
        item = items.kept(call, items.drafted(call))
        item.update(created_time=stamp, last_modified_time=stamp, _seen_from=0.0)
        ids.append(str(item["item_id"]))
    return ids


def change(org: Organization, ids: Iterable[str], changes: Told) -> None:
    """A person puts the same changes on many items; each fires the rules of items."""
    for item_id in ids:
        call = _call(org, changes)
        tell(call, "edited", items.changed(call, org.records["items"][item_id]))


def count(org: Organization, found: Mapping[str, Any], place: str = "") -> str:
    """Somebody counts: one adjustment brings these items to what was found at a place; its id, "" for none."""
    where = place or places.primary(org)
    lines = []
    for item_id, pieces in found.items():
        there = stock.at(org, org.records["items"][item_id], where).on_hand
        if Decimal(str(pieces)) != there:
            lines.append({"item_id": item_id, "quantity_adjusted": Decimal(str(pieces)) - there})
    if not lines:
        return ""
    body = {"date": org.today().isoformat(), "reason": "Stocktaking", "adjustment_type": "quantity"}
    call = _call(org, {**body, "location_id": where, "line_items": lines})
    made = inventoryadjustments.create(call).payload["inventory_adjustment"]
    return str(made["inventory_adjustment_id"])


def _bodies(told: Told) -> Iterator[Told]:
    shared = {**USUAL, **{key: value for key, value in told.items() if key not in OWN}}
    start = int(told.get("start", 1))
    for number in range(start, start + int(told.get("count", 0))):
        yield {key: _numbered(value, number) for key, value in shared.items()}
    yield from told.get("items", ())


def _numbered(value: Any, number: int) -> Any:
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def _call(org: Organization, body: Told) -> Call:
    return Call(org, "inventory", {}, {}, body, {}, person=True)
