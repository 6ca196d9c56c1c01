"""Finds the price lists of Zoho that may have changed: their own row, their prices, or the rates beneath them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.zoho import price_lists
from ledger import cursors, links, sightings, work
from mappings.zoho.catalogue import rules_digest
from tasks.flows import FLOWS
from tasks.services import Connection, Publish
from tasks.store_facts import facts

FLOW = "prices"
KIND = "price_list"
RATES = "prices.rates"
LOOK_AGAIN = 86400.0  # seconds after which what the store holds is compared once more, changed or not


def look(connection: Connection, publish: Publish) -> None:
    """Note the lists that may differ; what their own row and the rates tell to be unchanged costs nothing more."""
    now, rates = connection.clock(), rates_digest(connection)
    moved = cursors.get(connection.ledger, connection.name, RATES) != rates
    rows = {str(row["pricebook_id"]): row for row in price_lists.list_price_lists(connection.zoho)}
    digest = _rules(connection)
    stamps = {record: _stamp(row, digest) for record, row in rows.items()}
    _note(
        connection,
        [record for record in rows if _may_differ(connection, rows[record], stamps, moved)],
        publish,
    )
    sightings.see(connection.ledger, connection.name, FLOW, _seen(stamps), now)
    _note(connection, _vanished(connection, now), publish)
    cursors.put(connection.ledger, connection.name, RATES, rates, now)


def rates_digest(connection: Connection) -> str:
    """One word for all rates that percentages are taken of."""
    told = hashlib.sha256()
    for link in links.walk(connection.ledger, connection.name, "variant"):
        extra = link.extra
        told.update(f"{link.key} {link.id} {extra.get('rate')} {extra.get('tax')}\n".encode())
    return told.hexdigest()


def _may_differ(
    connection: Connection, row: Mapping[str, Any], stamps: Mapping[str, str], moved: bool
) -> bool:
    """A list of rates says what it holds only when it is read; a percentage needs its row or a rate to change."""
    record = str(row["pricebook_id"])
    known = sightings.stamps(connection.ledger, connection.name, FLOW, [record]).get(record)
    if known is None or known.stamp != stamps[record]:
        return True
    if row.get("status") == "inactive":
        return False
    if moved or row.get("pricebook_type") != "fixed_percentage":
        return True
    link = links.get(
        connection.ledger, connection.name, KIND, record
    )  # without one it is held: perhaps no more
    return link is None or connection.clock() - float(link.extra.get("read_at", 0)) >= LOOK_AGAIN


def _vanished(connection: Connection, run: float) -> Iterable[str]:
    """Lists that the list did not show and that Zoho does not know by id either, or only for purchases; others were
    overlooked.
    """
    ledger, name = connection.ledger, connection.name
    for one in sightings.unseen(ledger, name, FLOW, run, 1000):
        told = price_lists.get_price_list(connection.zoho, one.record)
        if told is not None and str(told.get("sales_or_purchase_type") or "sales") == "sales":
            sightings.touch(ledger, name, FLOW, [one.record], run)
        else:
            yield one.record


def _note(connection: Connection, records: Iterable[str], publish: Publish) -> None:
    for work_id in work.note(connection.ledger, connection.name, FLOW, records, connection.clock()):
        publish(FLOWS[FLOW].task, work_id)


def _seen(stamps: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [(record, record, stamp) for record, stamp in stamps.items()]


def _rules(connection: Connection) -> str:
    rules = connection.catalogue_rules
    told = f"{rules_digest(rules, facts(connection))}{rules.adopt_price_lists}{rules.assignments}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _stamp(row: Mapping[str, Any], digest: str) -> str:
    own = {name: str(value) for name, value in row.items() if name != "pricebook_items"}
    return f"{hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]}|{digest}"
