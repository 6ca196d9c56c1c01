"""The rate window of one store, shared by all processes: what the store's own headers allow, less a share
for others.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis, RedisError

from connectors.errors import OutOfBudget, redis_away
from connectors.http import retry_after

SCRIPT = Path(__file__).with_name("window.lua").read_text()
SPARE = 0.1  # of the window's quota is left to the store's other apps
MAX_WAIT = 10.0
FIRST_SILENCE = 1.0  # seconds after a refusal without headers; doubled at each further one


@dataclass(frozen=True)
class StoreWindow:
    """The window of one store; `pace` makes our own silences shorter (sandbox only), headers are taken as
    they are.
    """

    redis: Redis
    store_hash: str
    pace: float = 1.0
    spare: float = SPARE
    max_wait: float = MAX_WAIT

    def enter(self) -> None:
        """Wait for a place in the window; raises OutOfBudget beyond `max_wait` seconds, Temporary without
        Redis.
        """
        give_up = time.monotonic() + self.max_wait
        while True:
            granted, wait, epoch = self._run("take", self.spare)
            if granted:
                return
            left = give_up - time.monotonic()
            if wait > left:
                raise OutOfBudget(epoch + wait, "the store's rate window is used up")
            time.sleep(min(wait, left) + random.uniform(0.0, 0.02))

    def heard(self, headers: Mapping[str, str], status: int) -> float | None:
        """Learn from an answer; returns the epoch second until which no call may leave after a 429."""
        left, quota = (
            _number(headers, "X-Rate-Limit-Requests-Left"),
            _number(headers, "X-Rate-Limit-Requests-Quota"),
        )
        rest, span = (
            _number(headers, "X-Rate-Limit-Time-Reset-Ms"),
            _number(headers, "X-Rate-Limit-Time-Window-Ms"),
        )
        if left is not None and quota and rest is not None:
            self._run("heard", left, quota, rest / 1000, (span or 30000) / 1000)
        if status == 429:
            seconds = max(retry_after(headers) or 0.0, (rest or 0.0) / 1000)
            _, wait, epoch = self._run("refused", seconds, FIRST_SILENCE / self.pace)
            return epoch + wait
        self._run("fine")
        return None

    def _run(self, operation: str, *rest: float) -> tuple[bool, float, float]:
        try:
            script = self.redis.register_script(SCRIPT)
            raw: Any = script(keys=[f"cartbooks:{{{self.store_hash}}}:window"], args=[operation, *rest])
        except RedisError as error:
            raise redis_away("the store's rate window", error) from None
        return bool(int(raw[0])), float(raw[1]), float(raw[2])


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        return float(headers[name])
    except (KeyError, ValueError):
        return None
