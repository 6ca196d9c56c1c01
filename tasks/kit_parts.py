"""What kits are made of: asked once for each, and again when Zoho says that it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.zoho import composites
from connectors.zoho.items import modified
from ledger import links
from ledger.links import Link
from tasks.services import Connection
from tasks.stock_notes import LINK, PART

SETTLED = 1.5  # seconds
Row = Mapping[str, Any]
Kit = tuple[Mapping[str, str], str]


def parts(connection: Connection, rows: Iterable[Row], known: Mapping[str, Link]) -> dict[str, Kit]:
    """Of the composite items among these: (part to how many of it, as of which change of the item)."""
    found: dict[str, Kit] = {}
    for row in rows:
        item, stamp = str(row["item_id"]), _stamp(row, connection.clock())
        if not (row.get("is_combo_product") or row.get("combo_type")):
            continue
        link = known.get(item)
        if link is not None and stamp and link.extra.get("kit_read") == stamp:
            found[item] = (link.extra.get("kit") or {}, stamp)
        else:
            told = composites.parts(connection.zoho, item)
            found[item] = ({part: str(each) for part, each in told.items()}, stamp)
    return found


def _stamp(row: Row, now: float) -> str:
    """Zoho tells whole seconds: a kit that was read within the second of its change may change in it once more."""
    changed = modified(row)
    if changed is None or now - changed.timestamp() < SETTLED:
        return ""
    return str(row["last_modified_time"])


def join(connection: Connection, items: Sequence[str]) -> None:
    """Of kits among these items their parts lead to them."""
    found = links.get_many(connection.ledger, connection.name, LINK, items)
    _write(connection, _by_part(found.values()), whole=False)


def settle(connection: Connection) -> None:
    """Parts lead to the kits that there are, and to no others."""
    every = (link for link in links.walk(connection.ledger, connection.name, LINK) if link.extra.get("kit"))
    _write(connection, _by_part(every), whole=True)


def _by_part(kits: Iterable[Link]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in kits:
        for part in link.extra.get("kit") or ():
            found.setdefault(part, []).append(link.key)
    return found


def _write(connection: Connection, by_part: Mapping[str, list[str]], *, whole: bool) -> None:
    ledger, name = connection.ledger, connection.name
    known = {link.key: link for link in links.walk(ledger, name, PART)} if whole else {}
    known = known or links.get_many(ledger, name, PART, by_part)
    rows = []
    for part, kits in by_part.items():
        before = list(known[part].extra["kits"]) if part in known else []
        now = sorted(kits if whole else {*before, *kits})
        if now != before:
            rows.append((part, part, {"kits": now}))
    links.bind_many(ledger, name, PART, rows, connection.clock())
    for part in known if whole else ():
        if part not in by_part:
            links.forget(ledger, name, PART, part)
