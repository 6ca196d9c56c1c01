"""What the work needs, handed in by the wiring: the ledger, and per connection both platforms and its rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from connectors.bigcommerce.client import BigCommerce
from connectors.zoho.client import Zoho
from ledger.store import Ledger
from mappings.rules import BookRules, CatalogueRules, OrderRules, StockRules

Publish = Callable[[str, int], None]


@dataclass(frozen=True)
class Connection:
    """One store and the organization that keeps its books; intervals in seconds."""

    name: str
    store_hash: str
    organization: str
    store: BigCommerce
    zoho: Zoho
    ledger: Ledger
    order_rules: OrderRules
    book_rules: BookRules
    hash_person: Callable[[str], str]
    ask_after: tuple[float, ...] = (5.0, 30.0)
    patience: float = 4.0  # how long a thread waits for another to create the same thing
    order_interval: float = 60.0
    overlap: float = 300.0
    daily_at: str = "03:00"
    daily_window_days: int = 7
    history_days: int = 400
    reconcile_at: str = "04:30"
    reconcile_days: int = 31
    hook_destination: str = ""
    hook_headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # carries our secret
    catalogue_rules: CatalogueRules = field(default_factory=CatalogueRules)
    items_on: bool = False
    price_lists_on: bool = False
    items_interval: float = 300.0
    prices_interval: float = 3600.0
    largest_hide: float = 10.0  # percent of the linked products that one sweep may hide without asking
    catalogue_daily_at: str = "03:30"
    stock_rules: StockRules = field(default_factory=StockRules)
    stock_on: bool = False
    stock_interval: float = 900.0
    stock_daily_at: str = "02:30"
    largest_fall: float = 50.0  # percent of a SKU's level that one write may take without a second read
    many_falls: float = 10.0  # percent of the mapped SKUs that may fall so in a day without asking
    tracking_on: bool = False
    pace: float = 1.0
    enabled: bool = True
    clock: Callable[[], float] = time.time


def catalogue(connection: Connection) -> Connection:
    """The same connection, its Zoho calls paid from what the day has for the catalogue."""
    return replace(connection, zoho=replace(connection.zoho, lane="catalogue"))


def stock(connection: Connection) -> Connection:
    """The same connection, its Zoho calls paid from what the day has for stock."""
    return replace(connection, zoho=replace(connection.zoho, lane="stock"))


@dataclass(frozen=True)
class Services:
    """Everything one process works with; `publish(task, work id)` sends a nudge."""

    ledger: Ledger
    connections: Mapping[str, Connection]
    publish: Publish
    backlog: Callable[[str], int] = lambda _flow: 0  # nudges of a flow that no worker has taken yet
    lease: float = 90.0
    clock: Callable[[], float] = time.time


_make: Callable[[], Services] | None = None
_made: Services | None = None
_lock = Lock()


def install(make: Callable[[], Services]) -> None:
    """Name the maker; it runs on first use in the process, never before a fork."""
    global _make, _made
    with _lock:
        _make, _made = make, None


def services() -> Services:
    """The process's services, made on first use."""
    global _made  # noqa: PLW0603
    with _lock:
        if _made is None:
            if _make is None:
                message = "no services are installed; start this process through app.worker"
                raise RuntimeError(message)
            _made = _make()
        return _made
