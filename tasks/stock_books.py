"""What the store's people changed becomes inventory adjustments in Zoho: many items a document, each made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from connectors.bigcommerce import orders as store_orders
from connectors.errors import TROUBLE, OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from connectors.zoho.adjustments import create_adjustment, find_adjustments
from ledger import levels as memory
from ledger import takings, work
from ledger.levels import Level
from mappings.zoho.stock import AdjustmentLine, adjustment
from tasks import look_up, order_looks
from tasks.chunks import batched
from tasks.fates import Later
from tasks.services import Connection
from tasks.stock_case import Case
from tasks.stock_pending import accounted, dropped
from tasks.stock_reading import WHOLE
from tasks.stock_wares import counted_otherwise
from tasks.stock_writing import Desk, Otherwise

LINES = 100  # of one document
SOON = 2.0  # seconds until an item is looked at again whose orders are still being read
LONG = 300.0


def settle(desk: Desk, items: Sequence[str]) -> None:
    """Adjustments that were sent and not answered, or never sent: asked about before anything else is done."""
    connection = desk.connection
    known = memory.get_many(connection.ledger, connection.name, items)
    open_ones: dict[str, list[Level]] = {}
    for some in known.values():
        for level in some.values():
            if "adjust" in level.pending:
                open_ones.setdefault(str(level.pending["adjust"]["reference"]), []).append(level)
    for reference, levels in open_ones.items():
        try:
            _ask(desk, reference, levels)
        except (*TROUBLE, Later) as error:
            desk.ends.update({level.item: error for level in levels})


def _ask(desk: Desk, reference: str, levels: Sequence[Level]) -> None:
    """After five seconds and after thirty; then Zoho's figure tells whether it happened: a list may lag."""
    connection, sent = desk.connection, dict(levels[0].pending["adjust"])
    asked = int(sent.get("asked", 0))
    due = float(sent["since"]) + connection.ask_after[min(asked, len(connection.ask_after) - 1)]
    why = "asking whether an inventory adjustment took effect"
    if connection.clock() < due:
        raise Later(due, why)
    found = find_adjustments(connection.zoho, reference)
    if found:
        told = {str(line.get("item_id")) for one in found for line in one.get("line_items") or ()}
        desk.keep(accounted(level) if level.item in told else dropped(level) for level in levels)
        return
    last = asked + 1 >= len(connection.ask_after)
    if last and connection.stock_rules.method != "two_way":
        desk.keep(dropped(level) for level in levels)
        return
    again = {**sent, "asked": asked + 1}
    desk.keep(replace(level, pending={**level.pending, "adjust": _own(level, again)}) for level in levels)
    if last:
        return  # Zoho's figure itself tells now
    raise Later(float(sent["since"]) + connection.ask_after[asked + 1], why)


def _own(level: Level, told: Mapping[str, Any]) -> dict[str, Any]:
    return {**told, "by": level.pending["adjust"]["by"]}


def sure(desk: Desk, cases: Sequence[Case]) -> None:
    """Before anything is concluded from a level, and before one that is in doubt is changed: the store knows of no
    order that we have not read. Read after a change that nobody answers, it would look just like that change.
    """
    connection = desk.connection
    doubted = [case for case in desk.open(cases) if case.adjust or case.concluded or case.beside_doubt]
    if not doubted:
        return
    now = connection.clock()
    waited = now - min(_first_seen(case, connection) for case in doubted)  # seldom, where it takes long
    until = now + max(SOON / connection.pace, min(waited / 2, LONG / connection.pace))
    waits = Later(until, "orders are read before anything is concluded from the level")
    try:
        unread = bool(takings.unread(connection.ledger, connection.name, connection.clock()))
        if unread or _unseen(connection, max(_first_seen(case, connection) for case in doubted)):
            desk.ends.update({case.item: waits for case in doubted})
            return
    except TROUBLE as error:
        desk.ends.update({case.item: error for case in doubted})
        return
    variants = [case.sight.ware.variant for case in doubted]
    sums = takings.sums(connection.ledger, connection.name, variants)
    moved = [case for case in doubted if sums[case.sight.ware.variant] != case.sight.orders]
    desk.ends.update({case.item: waits for case in moved})
    desk.ends.update({case.item: case.unclear for case in desk.open(doubted) if case.unclear})
    _still_counted(desk, [case for case in desk.open(doubted) if case.adjust])


def _still_counted(desk: Desk, cases: Sequence[Case]) -> None:
    """A product whose stock is counted otherwise by now, or no more, shows another level: nobody took any goods."""
    if cases:
        until = desk.connection.clock()
        again = Otherwise(until, "the store counts it otherwise: looked at again")
        try:
            changed = counted_otherwise(desk.connection, [case.sight.ware for case in cases])
        except TROUBLE as error:
            desk.ends.update({case.item: error for case in cases})
        else:
            desk.ends.update(dict.fromkeys(changed, again))


def _first_seen(case: Case, connection: Connection) -> float:
    """When the level first showed it: no order from after that is the reason, unless a change of ours may have shown
    meanwhile, and just as much was sold.
    """
    level = case.sight.level
    alone = level is not None and "left" not in level.pending and not (case.concluded or case.beside_doubt)
    doubt = level.pending.get("doubt") if level is not None and alone else None
    return float(doubt["at"]) if doubt else connection.clock()


def _unseen(connection: Connection, until: float) -> bool:
    """Whether the store's list shows orders from before then that we have not read; all such are noted."""
    listed = store_orders.list_modified(connection.store, order_looks.since(connection))
    new: dict[str, str] = {}
    old = set()
    for page in batched(listed, 250):
        new |= order_looks.changed(connection, page)
        old |= {str(row["id"]) for row in page if _created(row) <= until + WHOLE}
    name, now = connection.name, connection.clock()
    work.note(connection.ledger, name, order_looks.FLOW, new, now, stamp=new, urgent=True)
    return bool(new.keys() & old)


def _created(row: Mapping[str, Any]) -> float:
    return store_orders.modified({"date_modified": row["date_created"]}).timestamp()


def correct(desk: Desk, cases: Sequence[Case]) -> list[Case]:
    """Zoho hears of what was changed in the store; the cases with that accounted for."""
    changed = [case for case in desk.open(cases) if case.adjust]
    done: dict[tuple[str, int], Level] = {}
    for some in batched(changed, LINES):
        for told, error in _told(desk, desk.open(some)):
            if error is None:
                after = {case.key: accounted(_with(case, {})) for case in told}
                desk.keep(after.values())
                done |= after
            else:
                desk.ends.update({case.item: error for case in told})
    left = desk.open(cases)
    return [
        replace(case, sight=replace(case.sight, level=done.get(case.key, case.sight.level))) for case in left
    ]


def _told(desk: Desk, cases: Sequence[Case]) -> Iterator[tuple[Sequence[Case], Exception | None]]:
    if not cases:
        return
    connection = desk.connection
    reference = f"{connection.store_hash}:stock:{uuid4().hex[:12]}"
    sent = {"reference": reference, "since": connection.clock()}
    desk.keep(_with(case, sent) for case in cases)
    try:
        create_adjustment(
            connection.zoho, adjustment(_lines(connection, cases), reference, _date(connection))
        )
    except Unknown:
        until = connection.clock() + connection.ask_after[0]
        yield cases, Later(until, "an inventory adjustment was not answered, asking soon")
    except Rejected as refusal:
        if len(cases) > 1:
            half = len(cases) // 2
            yield from _told(desk, cases[:half])
            yield from _told(desk, cases[half:])
        else:
            desk.keep(dropped(_with(case, sent)) for case in cases)
            yield cases, refusal
    except (OutOfBudget, Temporary, Unauthorized) as error:
        desk.keep(dropped(_with(case, sent)) for case in cases)
        yield cases, error
    else:
        yield cases, None


def _with(case: Case, sent: Mapping[str, Any]) -> Level:
    level = case.sight.level
    assert level is not None
    return replace(level, pending={**level.pending, "adjust": {**sent, "by": case.adjust}})


def _lines(connection: Connection, cases: Sequence[Case]) -> list[AdjustmentLine]:
    """Of several locations in Zoho that are one in the store the first one is adjusted."""
    places = {store: zoho for zoho, store in reversed(list(connection.stock_rules.locations.items()))}
    return [
        AdjustmentLine(case.item, Decimal(case.adjust), places.get(case.sight.location, "")) for case in cases
    ]


def _date(connection: Connection) -> str:
    """The merchant's date."""
    zone = ZoneInfo(look_up.rules_of(connection).time_zone)
    return datetime.fromtimestamp(connection.clock(), UTC).astimezone(zone).date().isoformat()
