"""Looks at what is ours: the ledger and Redis."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.checks.lines import Line, fail, ok, warn
from app.redis_server import OLDEST, REMEDY
from ledger.store import Ledger, LedgerBusy, is_current, open_ledger, try_write

MIGRATE = "run `cartbooks migrate` (`cartbooks up` does it, too)"


def ledger_lines(url: str) -> Iterator[Line]:
    """There, of this version, and open for writing; the trial writes nothing."""
    kind, _, path = url.partition(":///")
    if kind == "sqlite" and not Path(path).exists():
        yield fail("ledger", f"{path} is not there yet", MIGRATE)
        return
    if kind == "sqlite" and not (os.access(path, os.W_OK) and os.access(Path(path).parent, os.W_OK)):
        yield fail("ledger", f"{path} may not be written", "give this user the file and its directory")
        return
    try:
        yield _ledger(open_ledger(url, busy_timeout=5.0), "PostgreSQL" if kind != "sqlite" else path)
    except LedgerBusy as error:
        yield fail(
            "ledger", str(error), "end what holds it (a backup?), or start the database; then look again"
        )


def _ledger(ledger: Ledger, where: str) -> Line:
    if not is_current(ledger):
        return fail("ledger", f"{where} has tables of another version", MIGRATE)
    try_write(ledger)
    return ok("ledger", f"{where} is up to date and takes writes")


def redis_lines(url: str, *, ours: bool) -> Iterator[Line]:
    """It answers, is new enough, and throws nothing away when it is full."""
    try:
        with Redis.from_url(
            url, socket_connect_timeout=2, socket_timeout=2, retry=Retry(NoBackoff(), 0)
        ) as client:
            told: dict[str, Any] = client.info()
    except (RedisError, ValueError) as error:
        yield fail(
            "Redis", f"does not answer ({type(error).__name__})", f"start it, or correct REDIS_URL. {REMEDY}"
        )
        return
    version = str(told.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST:
        yield fail("Redis", f"version {version} is too old", f"{OLDEST[0]}.{OLDEST[1]} or newer is needed")
        return
    yield ok(
        "Redis", f"version {version} answers" + (" (our own; none is given in REDIS_URL)" if ours else "")
    )
    if told.get("maxmemory") and told.get("maxmemory_policy") != "noeviction":
        yield warn(
            "Redis",
            f"throws keys away when it is full ({told['maxmemory_policy']}), the day's count of calls among them",
            "set maxmemory-policy noeviction",
        )
