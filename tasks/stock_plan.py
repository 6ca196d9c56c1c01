"""How often the day's calls allow a look at all stock: what a look costs, spread over what is left of the day."""

from __future__ import annotations

import time
from math import ceil

from connectors.budget import LANES, LAST_SHARE
from connectors.zoho.client import PER_PAGE
from connectors.zoho.items import AT_ONCE
from ledger import links, sightings
from mappings.zoho.stock import listed
from tasks import stock_map
from tasks.services import Connection

MINUTE = 60


def cost(connection: Connection) -> int:
    """Zoho calls of one look at everything that is paired."""
    ledger, name = connection.ledger, connection.name
    if listed(connection.stock_rules):  # lists tell twice as many a call as details
        return max(1, ceil(sightings.count(ledger, name, stock_map.FLOW) / PER_PAGE))
    return max(1, ceil(links.count(ledger, name, stock_map.LINK) / AT_ONCE))


def room(connection: Connection) -> int:
    """Calls that the day still has for stock, without what orders may need."""
    budget, lane = connection.zoho.budget, LANES["stock"]
    usage = budget.usage()
    kept = max(LAST_SHARE, budget.reserve_share * lane.day) * usage.day_limit
    if budget.needed is not None:
        kept = max(kept, budget.needed() * lane.day)
    return max(0, usage.day_limit - usage.day_used - ceil(kept))


def interval(connection: Connection) -> float:
    """Seconds from one look to the next: as it is set, or more, so that the day's calls last to its end."""
    return max(connection.stock_interval, _allowed(connection, room(connection)))


def freshness(connection: Connection) -> str:
    """What a look costs and how often there is one, in a sentence for whoever asks how fresh stock can be."""
    count = links.count(connection.ledger, connection.name, stock_map.LINK)
    if not count:
        return "no SKU is paired yet"
    calls, left = cost(connection), room(connection)
    skus = f"{count:,} SKU{'s' if count != 1 else ''} cost{'s' if count == 1 else ''}"
    price = f"{skus} {calls:,} Zoho call{'s' if calls != 1 else ''} a look"
    if left < calls:
        return f"{price}; with {left:,} calls left today the next look waits for tomorrow"
    allowed = _allowed(connection, left)
    # intervals of a connection are of its own pace; what the day allows is of the platform's
    seconds = max(connection.stock_interval * connection.pace, allowed)
    return f"{price}; with {left:,} calls left today a look every {_told(seconds)}"


def _allowed(connection: Connection, left: int) -> float:
    """Seconds between looks that use up what is left just when the day ends."""
    seconds = max(0.0, connection.zoho.budget.usage().resets_at - time.time())
    calls = cost(connection)
    return seconds * calls / left if left >= calls else seconds


def _told(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{ceil(seconds)} seconds"
    minutes = round(seconds / MINUTE)
    if minutes < 2 * MINUTE:
        return f"{minutes} minute{'s' if minutes != 1 else ''}"
    return f"{round(minutes / MINUTE)} hours"
