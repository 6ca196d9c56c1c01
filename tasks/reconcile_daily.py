"""The daily proof and what is remembered of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from connectors.errors import Unauthorized
from ledger import cursors
from ledger.store import Ledger
from mappings.reconcile.sums import counts, reasons
from mappings.reconcile.words import Report
from tasks import sweeps, turns, watch
from tasks.reconcile import reconcile
from tasks.reconcile_reading import Tell
from tasks.services import Connection, Services, catalogue

log = structlog.get_logger(__name__)
DAILY, RESULT = "reconcile.daily", "reconcile.result"


def daily(services: Services, name: str) -> None:
    """Compare the last days with the books, once a day from `reconcile_at` on, up to yesterday."""
    connection = sweeps.opened(services, name, "reconcile", lambda c: 60.0 / c.pace)
    if connection is None or not sweeps.day_is_open(connection, connection.reconcile_at, DAILY):
        return
    report = _compared(connection)
    if report is not None:
        remember(connection, report)
        _tell(connection, report)
    cursors.put(connection.ledger, name, DAILY, sweeps.today(connection), connection.clock())


def _compared(connection: Connection) -> Report | None:
    """None where there is no right to it, such as a scope that nothing else needs: no order waits for that."""
    yesterday = sweeps.local(connection).date() - timedelta(days=1)
    first = yesterday - timedelta(days=connection.reconcile_days - 1)
    try:
        with turns.alone(connection, "reconcile_look") as keep:
            return reconcile(catalogue(connection), first, yesterday, tell=_alive(connection, keep))
    except Unauthorized as error:
        log.warning("no right to compare orders and books", connection=connection.name, why=str(error))
        watch.alert(f"connection {connection.name}: orders and books cannot be compared: {error}")
        return None


def _tell(connection: Connection, report: Report) -> None:
    wrong = len(report.unexplained)
    log.info(
        "orders and books compared", connection=connection.name, orders=len(report.lines), unexplained=wrong
    )
    if wrong:
        watch.alert(
            f"connection {connection.name}: {wrong} orders differ from the books and nothing says why"
        )


def _alive(connection: Connection, keep: turns.Keep) -> Tell:
    """A sign of life now and then: a long list takes longer than a turn is kept."""
    kept = connection.clock()

    def tell(_what: str, _many: int) -> None:
        nonlocal kept
        if connection.clock() - kept > turns.lease(connection) / 4:
            kept = connection.clock()
            keep()

    return tell


def remember(connection: Connection, report: Report) -> None:
    """Counts only, for whoever watches."""
    told = {
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "counts": dict(counts(report)),
        "held": dict(reasons(report, "held")),
    }
    cursors.put(connection.ledger, connection.name, RESULT, json.dumps(told), connection.clock())


def remembered(connection: str, ledger: Ledger) -> tuple[Mapping[str, Any], float] | None:
    """What the last comparison found, and when it was made; None before the first."""
    told, at = cursors.get(ledger, connection, RESULT), cursors.moved_at(ledger, connection, RESULT)
    return None if told is None or at is None else (json.loads(told), at)
