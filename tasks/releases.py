"""Held orders go on by themselves once the cause is gone: each at most once for each change of its cause."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import structlog

from connectors.zoho import documents
from connectors.zoho import items as zoho_items
from ledger import cursors, work
from ledger.work import Work
from mappings.reasons import RELEASES, Cause
from tasks import organization, purchases, stages
from tasks.flows import FLOWS
from tasks.order_looks import FLOW
from tasks.services import Connection, Publish, Services, catalogue
from tasks.sweeps import opened
from tasks.wares import wares_of

log = structlog.get_logger(__name__)
EVERY = 300.0  # seconds between two sweeps
LATEST = 3600.0  # seconds between two looks for what has been missing for long
PORTION = 200  # orders of one sweep: new ones must not wait behind thousands that were held
AT_MOST = 20  # SKUs, or numbers of orders, that one sweep asks Zoho for
RULES, TAXES = "held.rules", "held.taxes"
SKU = re.compile(r"has no item in Zoho: SKU (.+)$")  # mappings/zoho/items.py says so


def release(services: Services, name: str) -> None:
    """Take up again what is held for a cause that has changed since; asks Zoho only where something waits for it."""
    connection = opened(services, name, "release", lambda one: EVERY / one.pace)
    if connection is None:
        return
    connection = catalogue(connection)
    by_settings(connection, services.publish)
    for cause, look in LOOKS.items():
        rows = [row for row in _held(connection) if cause in RELEASES.get(row.reason, ())]
        if rows and _is_due(connection, cause, rows):
            look(connection, rows, services.publish)


def at_start(services: Services) -> None:
    """Orders that are held under other settings, or by another version, are looked at once more."""
    for connection in services.connections.values():
        if connection.enabled:
            digest = rules_digest(connection)
            if cursors.get(connection.ledger, connection.name, RULES) != digest:
                cursors.put(connection.ledger, connection.name, RULES, digest, connection.clock())
            by_settings(connection, services.publish)


def by_settings(connection: Connection, publish: Publish) -> None:
    """Those that were held before the settings changed; what is more than a portion waits for the next sweep."""
    changed_at = cursors.moved_at(connection.ledger, connection.name, RULES)
    _let_go(connection, _before(_held(connection), changed_at), "the settings have changed", publish)


def rules_digest(connection: Connection) -> str:
    """One word for how orders are read and booked by this version."""
    chosen = [connection.order_rules, connection.book_rules, _version()]
    told = json.dumps(chosen, default=_plain, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(sorted(value.items()))
    return sorted(value) if isinstance(value, frozenset) else str(value)


@cache
def _version() -> str:
    try:
        return version("cartbooks")
    except PackageNotFoundError:
        return ""


def _by_taxes(connection: Connection, rows: Sequence[Work], publish: Publish) -> None:
    """Taxes and currencies as they are now; an order that was being worked meanwhile was noted before, too."""
    itself, taxes = organization.known(connection, at_most=0.9 * EVERY / connection.pace)
    told = [sorted(map(repr, taxes)), sorted(itself.currencies.items()), sorted(itself.places.items())]
    known = [itself.tax_rounding, itself.price_precision, itself.base_currency, itself.country]
    digest = hashlib.sha256(json.dumps([told, known]).encode()).hexdigest()[:16]
    if cursors.get(connection.ledger, connection.name, TAXES) != digest:
        cursors.put(connection.ledger, connection.name, TAXES, digest, connection.clock())
    changed_at = cursors.moved_at(connection.ledger, connection.name, TAXES)
    _let_go(connection, _before(rows, changed_at), "taxes or currencies have changed in Zoho", publish)


def _by_items(connection: Connection, rows: Sequence[Work], publish: Publish) -> None:
    """Orders whose missing item Zoho has by now."""
    wanting: dict[str, list[Work]] = {}
    for row in rows:
        if (named := SKU.search(row.what)) is not None:
            wanting.setdefault(named[1].casefold(), []).append(row)
    for sku in _in_turn(connection, "item", wanting):
        there = bool(zoho_items.find_items_by_sku(connection.zoho, sku))
        since = _good_since(connection, f"held.item:{sku}", good=there)
        if there:
            _let_go(connection, _before(wanting[sku], since), f"Zoho has an item with SKU {sku}", publish)


def _by_strangers(connection: Connection, rows: Sequence[Work], publish: Publish) -> None:
    """Orders whose number no document bears any more that is not ours."""
    waiting = {row.record: row for row in rows}
    rules = connection.book_rules
    for order in _in_turn(connection, "stranger", waiting):
        kind = stages.reached(connection, order).book_rules.document
        found = documents.find_documents(connection.zoho, kind, order)
        named = [documents.custom_field(row, rules.key_field) for row in found if row.get("status") != "void"]
        alone = all(key.startswith(f"{rules.store_hash}:") for key in named)
        since = _good_since(connection, f"held.stranger:{order}", good=alone)
        if alone:
            why = "no other document names the order any more"
            _let_go(connection, _before([waiting[order]], since), why, publish)


def _by_vendors(connection: Connection, rows: Sequence[Work], publish: Publish) -> None:
    """Orders whose goods can be ordered of their vendors by now: one call for all their items."""
    waiting = {row.record: row for row in rows if purchases.waits_for(connection, row.record)}
    items = {
        order: purchases.waits_for(connection, order) for order in _in_turn(connection, "vendor", waiting)
    }
    wares = wares_of(connection, {item for some in items.values() for item in some}, dry=True)
    for order, some in items.items():
        good = not any(wares[item].vendor and wares[item].trouble for item in some)
        since = _good_since(connection, f"held.vendor:{order}", good=good)
        if good:
            why = "its goods can be ordered of their vendors"
            _let_go(connection, _before([waiting[order]], since), why, publish)


LOOKS: Mapping[Cause, Any] = {
    "taxes": _by_taxes,
    "item": _by_items,
    "stranger": _by_strangers,
    "vendor": _by_vendors,
}


def _held(connection: Connection) -> list[Work]:
    return [row for row in work.held(connection.ledger, connection.name) if row.flow == FLOW]


def _before(rows: Iterable[Work], moment: float | None) -> list[Work]:
    """Tried before then: what was taken up again since has met the change already, or is on its way to it."""
    return [row for row in rows if moment is not None and _tried_at(row) < moment]


def _tried_at(row: Work) -> float:
    """When the run began that held it; looks that found the order itself unchanged (`noted_at`) tried nothing."""
    began = row.fingerprint.partition("@")[2]
    return float(began) if began else row.noted_at


def _let_go(connection: Connection, rows: Sequence[Work], why: str, publish: Publish) -> None:
    ids = [row.id for row in rows[:PORTION]]
    if not ids:
        return
    for work_id in work.retry(connection.ledger, ids, connection.clock(), {"why": why}):
        publish(FLOWS[FLOW].task, work_id)
    log.info("held orders are taken up again", connection=connection.name, orders=len(ids), why=why)


def _is_due(connection: Connection, cause: str, rows: Sequence[Work]) -> bool:
    """What is missing since a minute is looked for with every sweep, what is missing since a day once an hour."""
    now = connection.clock()
    waited = (now - max(row.noted_at for row in rows)) * connection.pace
    interval = min(max(EVERY, waited / 4), LATEST) / connection.pace
    return cursors.take_slot(connection.ledger, f"{connection.name}.held.{cause}", now, interval)


def _in_turn(connection: Connection, cause: str, names: Iterable[str]) -> list[str]:
    """As many as one sweep may ask for, from behind the last one on."""
    ledger, cursor = connection.ledger, f"held.{cause}"
    after, ordered = cursors.get(ledger, connection.name, cursor) or "", sorted(names)
    later = [name for name in ordered if name > after]
    some = [*later, *(name for name in ordered if name <= after)][:AT_MOST]
    cursors.put(ledger, connection.name, cursor, some[-1] if some else "", connection.clock())
    return some


def _good_since(connection: Connection, name: str, *, good: bool) -> float | None:
    """When we first saw that it is so, after it was not."""
    word = "yes" if good else "no"
    if cursors.get(connection.ledger, connection.name, name) != word:
        cursors.put(connection.ledger, connection.name, name, word, connection.clock())
    return cursors.moved_at(connection.ledger, connection.name, name)
