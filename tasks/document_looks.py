"""Finds what people did to our documents in Zoho: once an hour the list of what changed, a call or two when quiet.

Nothing is judged here: the order of such a document is noted, and its recipe reads the document and compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import structlog

from connectors.zoho.changes import changed_since, modified
from connectors.zoho.lists import LISTS, Kind
from ledger import cursors, links, work
from ledger.links import Link
from mappings.zoho.keys import order_of
from tasks import begun, memory, open_documents, stages, stock_notes
from tasks.flows import FLOWS
from tasks.memory import APPLIED, DOCUMENT, NOTE, PAYMENT, REPAID, USED
from tasks.order_looks import FLOW
from tasks.services import Connection, Publish, Services, catalogue
from tasks.sweeps import opened

log = structlog.get_logger(__name__)
EVERY = 3600.0  # seconds between two looks
OVERLAP = timedelta(seconds=300)  # a list may lag behind, and clocks differ
DAY = timedelta(days=1)  # looked back over once a day, for what a list did not show in time
SKEW = 10.0  # seconds by which Zoho's clock may be ahead of ours
AT_MOST = 50  # documents of one look that changed in nothing a list tells: each costs a call to be read
LOOKED, WHOLE = "documents.looked", "documents.whole"
SEEN = "seen"  # of a link: the last change of its document that was acted on
Row = Mapping[str, Any]


def look(services: Services, name: str) -> None:
    """Note the orders whose documents or credit notes somebody has changed since the last look."""
    connection = opened(services, name, "documents", lambda one: EVERY / one.pace)
    if connection is None:
        return
    connection = catalogue(connection)
    began, since = _now(connection), _since(connection)
    for kind in _kinds(connection):
        rows = [
            (row, link) for row, link in _ours(connection, kind, since) if _is_news(connection, row, link)
        ]
        left = _noted(connection, kind, rows, services.publish)
        began = min(began, left) if left else began
    _keep_place(connection, began)


def _kinds(connection: Connection) -> Iterator[Kind]:
    """A login that may not see credit notes is no trouble as long as we have made none."""
    yield from begun.kinds_made(connection)
    if links.count(connection.ledger, connection.name, NOTE):
        yield "credit_note"


def _ours(connection: Connection, kind: Kind, since: datetime) -> Iterator[tuple[Row, Link]]:
    """What changed of what is ours, the oldest change first."""
    identity, linked = f"{LISTS[kind][2]}_id", NOTE if kind == "credit_note" else DOCUMENT
    rows = {str(row[identity]): row for row in changed_since(connection.zoho, kind, since)}
    found = links.by_ids(connection.ledger, connection.name, linked, rows)
    pairs = [(rows[one], link) for one, its in found.items() for link in its]
    yield from sorted(pairs, key=lambda pair: str(pair[0].get("last_modified_time")))


def _noted(
    connection: Connection, kind: Kind, rows: list[tuple[Row, Link]], publish: Publish
) -> datetime | None:
    """The orders of those that are not as we left them; where too many must be read, from when on the next look is to
    go on.
    """
    asked = 0
    for row, link in rows:
        suspect = differs(row, link)
        if not suspect and not (kind != "credit_note" and _changed_after_us(connection, row, link)):
            continue
        asked += not suspect
        if asked > AT_MOST:
            return modified(row)
        _doubt(connection, row, link, publish)
        if suspect and connection.stock_on and kind != "credit_note":
            items = open_documents.look(connection, LISTS[kind][1], link.id)
            stock_notes.note(connection, items, publish)
    return None


def _is_news(connection: Connection, row: Row, link: Link) -> bool:
    """Of an order's documents only the one that books it now."""
    if not is_ours_to_judge(row, link):
        return False
    if link.kind == NOTE:
        return True
    live = memory.live(stages.holder(connection, link), order_of(link.key))
    return live is not None and live.key == link.key


def is_ours_to_judge(row: Row, link: Link) -> bool:
    """Not acted on already, not a person's own; and not being written by us, who read it before anything else then."""
    if link.extra.get(SEEN) == str(row.get("last_modified_time")) or link.extra.get("choice") == "stop":
        return False
    return not (link.extra.get("writing") or link.extra.get("ending"))


def differs(row: Row, link: Link) -> bool:
    """The list itself shows that it is not as we wrote it."""
    if str(row.get("status")) == "void" and link.extra.get("status") != "void":
        return True
    known, told = link.extra.get("total"), row.get("total")
    try:
        return None not in (known, told) and Decimal(str(told)) != Decimal(str(known))
    except InvalidOperation:
        return False


def _changed_after_us(connection: Connection, row: Row, link: Link) -> bool:
    """Changed after whatever we last did to it: a payment changes its invoice as well."""
    at = modified(row)
    stem = memory.stem(connection, order_of(link.key))
    done = [
        one.since
        for kind in (DOCUMENT, PAYMENT, NOTE, APPLIED, REPAID, USED)
        for sign in (":", ".")
        for one in links.below(connection.ledger, connection.name, kind, stem, sign)
    ]
    return at is not None and at.timestamp() > max([link.since, *done]) + SKEW


def _doubt(connection: Connection, row: Row, link: Link, publish: Publish) -> None:
    """The order is taken up and reads its document before it plans anything."""
    order, seen = order_of(link.key), str(row.get("last_modified_time"))
    _mark(connection, link, **{SEEN: seen})
    document = memory.newest(stages.holder(connection, link), order)
    if document is not None:
        _mark(connection, document, doubtful=True)
    number = str(link.extra.get("number", link.id))
    take_up(connection, order, f"document {number} has changed in Zoho", publish)


def _mark(connection: Connection, link: Link, **facts: Any) -> None:
    """The order may be worked at this very moment: what its worker remembers is not written over."""
    links.mark(connection.ledger, link.scope, link.kind, link.key, link.id, **facts)


def take_up(connection: Connection, order: str, why: str, publish: Publish | None) -> None:
    """The order goes its way again though the store shows nothing new."""
    ledger, now = connection.ledger, connection.clock()
    row = work.find(ledger, connection.name, FLOW, order)
    told = {"why": why}
    ids = (
        work.retry(ledger, [row.id], now, told)
        if row is not None
        else work.note(ledger, connection.name, FLOW, [order], now, told={"by": "document"})
    )
    if publish is not None:
        for work_id in ids:
            publish(FLOWS[FLOW].task, work_id)
    log.info("order taken up", connection=connection.name, record=order, why=why)


def _since(connection: Connection) -> datetime:
    """A day back once a day, and at the first look."""
    now = _now(connection)
    whole = cursors.get(connection.ledger, connection.name, WHOLE)
    if whole is None or now - datetime.fromisoformat(whole) >= DAY / connection.pace:
        return now - DAY
    looked = cursors.get(connection.ledger, connection.name, LOOKED)
    return (datetime.fromisoformat(looked) if looked else now - DAY) - OVERLAP


def _keep_place(connection: Connection, began: datetime) -> None:
    now = _now(connection)
    whole = cursors.get(connection.ledger, connection.name, WHOLE)
    if whole is None or now - datetime.fromisoformat(whole) >= DAY / connection.pace:
        cursors.put(connection.ledger, connection.name, WHOLE, now.isoformat(), connection.clock())
    cursors.put(connection.ledger, connection.name, LOOKED, began.isoformat(), connection.clock())


def _now(connection: Connection) -> datetime:
    return datetime.fromtimestamp(connection.clock(), UTC)
