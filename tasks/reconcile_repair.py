"""Repair after a comparison: what was found goes through the recipe again, with what it remembers in doubt."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.errors import Rejected
from connectors.zoho import payments
from connectors.zoho.client import is_missing
from ledger import links, work
from ledger.links import Link
from mappings.reconcile.words import Line, Report
from tasks import memory, stages
from tasks.reconcile import FLOW
from tasks.services import Connection, Publish

TASK = "orders.sync"
NEVER_REPAIRED = frozenset({"stranger", "doubled", "unreadable"})  # a person must choose


def repair(connection: Connection, report: Report, publish: Publish | None = None) -> list[str]:
    """Note what a run can put right; gives those orders.

    What we remember and Zoho no longer has is forgotten first, and a document that we remember is to be read before
    anything is planned: a person may have changed or deleted it, and is asked then.
    """
    lines = [line for line in report.unexplained if not _is_for_a_person(line)]
    for line in lines:
        _doubt(connection, line)
    orders = [line.order for line in lines]
    now = connection.clock()
    work.note(connection.ledger, connection.name, FLOW, orders, now)
    rows = [work.find(connection.ledger, connection.name, FLOW, order) for order in orders]
    due = work.retry(connection.ledger, [row.id for row in rows if row is not None], now)
    for work_id in due if publish else ():
        assert publish is not None
        publish(TASK, work_id)
    return orders


def _is_for_a_person(line: Line) -> bool:
    return any(found.fault in NEVER_REPAIRED for found in line.findings)


def _doubt(connection: Connection, line: Line) -> None:
    faults = {found.fault for found in line.findings}
    for one, document in stages.booked(connection, line.order):
        if not memory.ended(one, document):
            memory.change(connection, document, doubtful=True)
    if faults & {"payment", "missing"}:
        known = memory.of_order(connection, memory.PAYMENT, line.order, "payment").values()
        _forget(connection, [link for link in known if _is_gone(connection, link)])
    if "refund" in faults:
        notes = memory.notes_of(connection, line.order).items()
        there = set(line.note_keys)
        _forget(
            connection,
            [link for name, link in notes if name.partition(":")[0] == "refund" and name not in there],
        )


def _is_gone(connection: Connection, link: Link) -> bool:
    if not link.id.isdecimal():
        return False  # paid in the call that made its document: it has no payment that we know by its id
    try:
        payments.get_payment(connection.zoho, link.id)
    except Rejected as error:
        return is_missing(error)
    return False


def _forget(connection: Connection, gone: Iterable[Link]) -> None:
    for link in gone:
        links.forget(connection.ledger, link.scope, link.kind, link.key)
