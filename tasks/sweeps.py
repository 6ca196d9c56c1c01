"""Finds what no callback told: looks at lists on a schedule, notes only what changed since the last look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from kombu.exceptions import OperationalError
from redis import RedisError

from connectors.bigcommerce import orders as store_orders
from connectors.errors import OutOfBudget, Temporary, Unauthorized, Unknown
from ledger import cursors, history, work
from ledger.store import LedgerBusy
from tasks import hooks as store_hooks
from tasks import look_up
from tasks.chunks import batched
from tasks.fates import Later
from tasks.flows import FLOWS
from tasks.order_looks import CURSOR, FLOW, changed, since
from tasks.rest import rest
from tasks.services import Connection, Services

log = structlog.get_logger(__name__)
DAILY = "orders.daily"
LOOK = {"by": "look"}
PAGE = 250


AGAIN = (Temporary, OutOfBudget, Unknown, Later, LedgerBusy, OperationalError, RedisError)
"""A platform's bad moment, or the ledger's, or Redis was away when what a sweep had noted was to be nudged."""

Sweep = Callable[[Services, str], None]


def swept(services: Services, name: str, sweep: Sweep) -> None:
    """One turn of a sweep; a bad moment is news for the log only, the next turn is near.

    A dead login rests the connection, as it does for a record. Errors of our own go on to whoever called.
    """
    now = services.clock()
    try:
        if name not in work.paused(services.ledger, now):
            sweep(services, name)
    except AGAIN as error:
        log.info("a sweep will be made up for", sweep=sweep.__name__, connection=name, why=str(error))
    except Unauthorized as error:
        rest(services.connections[name], str(error), now)


def orders(services: Services, name: str) -> None:
    """Note every order modified since the cursor; the cursor moves after its rows are committed."""
    connection = opened(services, name, "orders", lambda c: c.order_interval)
    if connection is None:
        return
    for page in batched(store_orders.list_modified(connection.store, since(connection)), PAGE):
        _note(services, connection, changed(connection, page))
        cursors.put(connection.ledger, name, CURSOR, _latest(page).isoformat(), connection.clock())


def daily(services: Services, name: str) -> None:
    """The full comparison, once a day from `daily_at` on: every order of the window is finished as it is now.

    Orders of the window that the list no longer shows were archived or deleted: they are read by id.
    """
    connection = opened(services, name, "daily", lambda c: 60.0 / c.pace)
    if connection is None or not day_is_open(connection, connection.daily_at, DAILY):
        return
    start = _instant(connection.clock()) - timedelta(days=connection.daily_window_days)
    listed: set[str] = set()
    for page in batched(store_orders.list_modified(connection.store, start), PAGE):
        listed.update(str(row["id"]) for row in page)
        _note(services, connection, changed(connection, page))
    known = work.finished_since(connection.ledger, name, FLOW, start.timestamp(), rules=["quote"])
    vanished = [record for record, stamp in known.items() if record not in listed and _within(stamp, start)]
    _publish(services, work.note(connection.ledger, name, FLOW, vanished, connection.clock(), told=LOOK))
    forgotten = history.prune(connection.ledger, connection.clock() - 86400.0 * connection.history_days, name)
    cursors.put(connection.ledger, name, DAILY, today(connection), connection.clock())
    told = {"listed": len(listed), "vanished": len(vanished), "forgotten": forgotten}
    log.info("daily comparison", connection=name, **told)


def _within(stamp: str, start: datetime) -> bool:
    """Last changed in the window, so that the list should show it; what is older may well be missing there."""
    return not stamp or store_orders.modified({"date_modified": stamp}) >= start


def day_is_open(connection: Connection, hour: str, cursor: str) -> bool:
    """It is past `hour` (HH:MM) in the merchant's zone, and what the cursor tells of was not done today."""
    due = local(connection).strftime("%H:%M") >= hour
    return due and cursors.get(connection.ledger, connection.name, cursor) != today(connection)


def today(connection: Connection) -> str:
    """The merchant's date."""
    return local(connection).date().isoformat()


def local(connection: Connection) -> datetime:
    """Now, in the merchant's zone."""
    return _instant(connection.clock()).astimezone(ZoneInfo(look_up.rules_of(connection).time_zone))


def hooks(services: Services, name: str) -> None:
    """Callbacks that were switched off or removed are registered again."""
    connection = opened(services, name, "hooks", lambda c: 600.0 / c.pace)
    if connection is None or not connection.hook_destination:
        return
    for sentence in store_hooks.repair(connection):
        log.warning("hook repaired", connection=name, what=sentence)


def opened(services: Services, name: str, sweep: str, interval: Any) -> Connection | None:
    """The connection if it is on and this turn of the sweep is ours: two beats sweep once."""
    connection = services.connections.get(name)
    if connection is None or not connection.enabled:
        return None
    turn = interval(connection)  # in seconds of our own pace; a beat that comes a little early still counts
    return (
        connection
        if cursors.take_slot(connection.ledger, f"{name}.{sweep}", connection.clock(), turn)
        else None
    )


def _note(services: Services, connection: Connection, stamps: Mapping[str, str]) -> None:
    if not stamps:
        return
    noted = work.note(
        connection.ledger, connection.name, FLOW, stamps, connection.clock(), stamp=stamps, told=LOOK
    )
    _publish(services, noted)


def _publish(services: Services, work_ids: Iterable[int]) -> None:
    for work_id in work_ids:
        services.publish(FLOWS[FLOW].task, work_id)


def _latest(page: Iterable[Mapping[str, Any]]) -> datetime:
    return max(store_orders.modified(row) for row in page)


def _instant(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
