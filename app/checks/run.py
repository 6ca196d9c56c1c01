"""Goes through everything in its order; what stands on something broken is not looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cryptography.fernet import InvalidToken
from redis import Redis

from app import wiring
from app.checks.books import BOOKS_CHECKS, BOOKS_READS
from app.checks.catalogue import CATALOGUE_CHECKS, CATALOGUE_READS
from app.checks.closed import CLOSED_CHECKS, CLOSED_READS
from app.checks.editions import EDITION_CHECKS, EDITION_READS
from app.checks.lines import Line, fail, ok
from app.checks.machine import ledger_lines, redis_lines
from app.checks.reading import Pair, judged
from app.checks.stock import STOCK_CHECKS, STOCK_READS
from app.checks.store import STORE_CHECKS, STORE_READS
from app.settings import Connection, Settings
from ledger.store import Ledger, open_ledger


def look_over(settings: Settings, redis_url: str, name: str | None = None) -> Iterator[Line]:
    """Every finding as it is made; `name`: only this connection."""
    yield ok(
        "settings",
        f"can be read; connections: {', '.join(one.name for one in settings.connections) or 'none'}",
    )
    ours = [*ledger_lines(settings.ledger_url), *redis_lines(redis_url, ours=not settings.redis_url)]
    yield from ours
    if not settings.connections:
        yield fail(
            "connections", "none is set up", "copy cartbooks.example.toml to cartbooks.toml and fill it in"
        )
    if any(line.level == "fail" for line in ours):
        yield fail("connections", "not looked at", "mend what stands above first")
        return
    ledger = open_ledger(settings.ledger_url)
    with Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=2) as redis:
        for one in settings.connections:
            if name in (None, one.name):
                for line in _connection(settings, one, ledger, redis):
                    yield replace(line, connection=one.name)


def _connection(settings: Settings, one: Connection, ledger: Ledger, redis: Redis) -> Iterator[Line]:
    if not one.enabled:
        yield ok("connection", f"connections.{one.name}.enabled is false: not looked at")
        return
    try:
        made = wiring.make_connection(settings, one, ledger, redis)
        made = replace(made, zoho=replace(made.zoho, purpose="check"))
    except InvalidToken:
        yield fail(
            "Zoho login",
            "the refresh token in the ledger was sealed with another CARTBOOKS_KEY",
            f"put the old key back, or run `cartbooks connect zoho --connection {one.name}`",
        )
        return
    values: dict[str, Any] = {}
    pair = Pair(one, made)
    yield from judged(STORE_READS, STORE_CHECKS, pair, values)
    yield from judged(BOOKS_READS, BOOKS_CHECKS, pair, values)
    if "store login" in values and "organization" in values:  # nothing is asked of a dead login
        if "taxes" in values:
            yield from judged(EDITION_READS, EDITION_CHECKS, pair, values)
        yield from judged(CLOSED_READS, CLOSED_CHECKS, pair, values)
        yield from judged(CATALOGUE_READS, CATALOGUE_CHECKS, pair, values)
        yield from judged(STOCK_READS, STOCK_CHECKS, pair, values)
