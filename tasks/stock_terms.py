"""Under which settings both sides agreed: what was agreed on under others is no agreement, and both meet anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ledger import cursors, levels, links
from tasks.chunks import batched
from tasks.services import Connection
from tasks.stock_notes import LINK, PAIRED

TERMS = "stock.terms"
OFF = "off"
AT_ONCE = 500


def hold(connection: Connection) -> None:
    """Before anything is compared with what was agreed: levels of other terms are forgotten, in the stock's turn.

    Else what happened there under the old ones would look like a person's change, and Zoho would hear of it.
    """
    before = cursors.get(connection.ledger, connection.name, TERMS)
    now = _terms(connection)
    told = json.dumps(now, sort_keys=True)
    if before == told:
        return
    if before:
        _forget(connection, _of_other_terms(connection, before, now))
    cursors.put(connection.ledger, connection.name, TERMS, told, connection.clock())


def off(connection: Connection) -> None:
    """An order goes its way and nobody counts its goods: from here on no level is what was agreed, and when stock is
    on again such orders are read once more.
    """
    if cursors.get(connection.ledger, connection.name, TERMS) not in (None, OFF):
        cursors.put(connection.ledger, connection.name, PAIRED, "", connection.clock())
        cursors.put(connection.ledger, connection.name, TERMS, OFF, connection.clock())


def _terms(connection: Connection) -> dict[str, Any]:
    """What decides whose changes count, and where orders take their goods; a buffer or a figure moves one side only."""
    rules = connection.stock_rules
    return {
        "both": rules.method == "two_way",
        "orders": rules.order_location,
        "places": dict(rules.locations),
        "alone": sorted(sku for sku, one in rules.overrides.items() if one.skip),
    }


def _of_other_terms(connection: Connection, before: str, now: dict[str, Any]) -> Iterable[str]:
    """Everything, or the SKUs that are left alone no more, or from now on."""
    then = json.loads(before) if before != OFF else {}
    if {**then, "alone": now["alone"]} != now:
        return (level.item for level in levels.walk(connection.ledger, connection.name))
    changed = set(then["alone"]) ^ set(now["alone"])
    known = links.walk(connection.ledger, connection.name, LINK)
    return (link.key for link in known if str(link.extra.get("sku", "")).casefold() in changed)


def _forget(connection: Connection, items: Iterable[str]) -> None:
    for some in batched(items, AT_ONCE):
        levels.forget(connection.ledger, connection.name, some)
