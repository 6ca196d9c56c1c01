"""What the web process holds, and how it nudges workers without ever holding an answer up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.nudge import NudgeAt, after, careful, gathered
from app.product_index import ItemsOf, items_by_product
from app.redis_server import NoRedis
from app.settings import Connection, Settings
from app.wiring import make_broker
from ledger.store import Ledger, open_ledger
from tasks.broker import publisher

SETTLE = 0.5  # seconds: an order's callbacks come in a burst, and one look after it is enough
MARGIN = 0.05  # seconds: a row is nudged when it is due, not just before
HASTY = {  # kombu would sleep for seconds between its tries to connect
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    "max_retries": 0,
    "interval_start": 0,
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Door:
    """What the web process holds: the ledger with a short patience, the connections, and ways to nudge."""

    ledger: Ledger
    connections: Mapping[str, Connection]
    nudge: Callable[[str, int], None]
    nudge_at: NudgeAt
    items_of_product: ItemsOf
    settings: Settings


def make_door(settings: Settings) -> Door:
    """The ledger with little patience: a busy one answers 503, and the callback is sent again."""
    connections = {one.name: one for one in settings.connections}
    ledger = open_ledger(settings.ledger_url, busy_timeout=0.8)
    publish = careful(_publisher(settings))
    nudge, nudge_at = after(SETTLE + MARGIN, publish), gathered(publish, MARGIN)
    return Door(ledger, connections, nudge, nudge_at, items_by_product(ledger), settings)


def _publisher(settings: Settings) -> Callable[[str, int], None]:
    """Nudges that give up soon; none at all while there is no Redis to speak of."""
    try:
        broker = make_broker(settings)
    except NoRedis as error:
        log.warning("no nudges: %s", error)
        return lambda _task, _work_id: None
    broker.conf.broker_transport_options |= HASTY
    publish: Callable[[str, int], None] = publisher(broker)
    return publish
