"""The call budget of one Zoho organization, shared by all processes: no call leaves without a permit."""

from __future__ import annotations

import math
import os
import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from redis import Redis, RedisError

from connectors.errors import NeverSent, OutOfBudget, Temporary, redis_away
from connectors.http import retry_after

Lane = Literal["orders", "stock", "catalogue"]

SCRIPT = Path(__file__).with_name("budget.lua").read_text()
WINDOW = 60.0  # Zoho counts calls per minute
LEASE = 60.0  # seconds; longer than any call may last (connectors.http.Session.whole)
LAST_SHARE = 0.02  # of the day: only to finish what is begun
MIRROR_EVERY = 25  # calls
MAX_WAIT = 10.0  # seconds a thread may sleep for a permit; longer waits belong to the caller's row
BUSY = {1070: 2.0}  # too many at once: seconds of silence
SPENT = 45  # the day's calls are used up
BLOCKED = (43, 44)  # too many in a minute

Recall = Callable[[str], "tuple[int, float | None] | None"]
OnDay = Callable[[str, int, "float | None"], None]


@dataclass(frozen=True)
class _Lane:
    """What a lane leaves to the lanes before it: shares of the burst and of the places in flight."""

    burst: float
    flight: float
    day: float  # times the reserve of the day


@cache
def _clock_name() -> str:
    """Names the monotonic clock that this process reads: processes of one boot share it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return f"{os.uname().nodename}:{os.getpid()}"


def machine_clock() -> tuple[str, float]:
    """A clock of this machine that nobody can set: its name, and its seconds."""
    return _clock_name(), time.monotonic()


LANES: Mapping[str, _Lane] = {
    "orders": _Lane(0.0, 0.0, 0.0),
    "stock": _Lane(0.3, 0.25, 1.0),
    "catalogue": _Lane(0.5, 0.4, 1.25),
}


@dataclass(frozen=True)
class Usage:
    """How much is in use: calls of the last window, calls in flight, the day; times are epoch seconds."""

    minute: int
    in_flight: int
    day_used: int
    day_limit: int
    frozen_until: float | None
    resets_at: float


@dataclass(frozen=True)
class _Answer:
    granted: bool
    wait: float
    why: str
    used: int
    limit: int
    minute: int
    in_flight: int
    frozen: float
    epoch: float


@dataclass(frozen=True)
class Budget:
    """The limits of one organization; `per_minute + burst` must not exceed Zoho's 100 a minute.

    `zone` is the organization's IANA zone, in which its day ends. `pace` makes the minute shorter (sandbox
    only). `needed()` tells how many calls orders are still expected to need today; the reserve is that or
    `reserve_share` of the day, whichever is more. `on_day(day, used, frozen_until)` is told now and then so
    that somebody remembers, and `recall(day)` is asked for what it was told when Redis has forgotten.
    """

    redis: Redis
    organization: str
    per_minute: int = 90
    burst: int = 10
    concurrent: int = 8
    per_day: int = 10000
    zone: str = "UTC"
    pace: float = 1.0
    reserve_share: float = 0.2
    needed: Callable[[], int] | None = None
    on_day: OnDay | None = None
    recall: Recall | None = None
    lease: float = LEASE  # seconds after which the place of a holder that died is free again
    clock: Callable[[], tuple[str, float]] = machine_clock

    @contextmanager
    def permit(
        self, lane: Lane = "orders", *, finishing: bool = False, max_wait: float = MAX_WAIT
    ) -> Iterator[None]:
        """Holds one call's place; sleeps up to `max_wait` s for it.

        Raises OutOfBudget (until when) when the wait would be longer, Temporary when Redis is away.
        """
        token = secrets.token_hex(8)
        granted = self._wait(token, lane, finishing, max_wait)
        sent = False
        try:
            self._tell(granted)
            sent = True
            yield
        except NeverSent:
            sent = False
            raise
        finally:
            self._give(token, sent=sent)

    def heard(self, headers: Mapping[str, str], status: int, code: int | None = None) -> float | None:
        """Learn from an answer: the day's count of the headers, and when to be silent.

        Returns the epoch second until which no call may leave, if this answer refused one too many.
        """
        seconds, why = self._silence(headers, status, code)
        left, limit = _whole(headers, "x-rate-limit-remaining"), _whole(headers, "x-rate-limit-limit")
        if seconds is None and (left is None or limit is None):
            return None
        used = max(0, limit - left) if limit is not None and left is not None else 0
        if code == SPENT:
            used = max(used, limit or self.per_day)
        reset = _whole(headers, "x-rate-limit-reset")
        day = _today(self.zone) if reset is None else day_of(reset, datetime.now(ZoneInfo(self.zone)))
        answer = self._learn(day, used, limit or 0, seconds or 0.0, why)
        if seconds is None:
            return None
        self._told(answer)
        return answer.epoch + answer.frozen

    def usage(self) -> Usage:
        """How things stand now."""
        answer = self._run("look", _today(self.zone))
        frozen = answer.epoch + answer.frozen if answer.frozen > 0 else None
        end = _midnight_after(answer.epoch, self.zone)
        return Usage(answer.minute, answer.in_flight, answer.used, answer.limit, frozen, end)

    def restore(self, day: str, used: int, frozen_until: float | None) -> None:
        """What was mirrored is true again, at least; `day` as told to `on_day`, `frozen_until` in epoch
        seconds.
        """
        seconds = max(0.0, frozen_until - time.time()) if frozen_until else 0.0
        self._learn(day, used, 0, seconds, "frozen", forgotten=used > 0)

    def mirror(self) -> None:
        """Tell `on_day` how the day stands now."""
        self._told(self._run("look", _today(self.zone)))

    def _wait(self, token: str, lane: Lane, finishing: bool, max_wait: float) -> _Answer:
        give_up = time.monotonic() + max_wait
        while True:
            answer = self._take(token, lane, finishing)
            if answer.granted:
                return answer
            if answer.why == "day":
                raise OutOfBudget(_midnight_after(answer.epoch, self.zone), self._day_is_spent(answer, lane))
            left = give_up - time.monotonic()
            if answer.wait > left:
                raise OutOfBudget(answer.epoch + answer.wait, _why(answer, lane))
            time.sleep(min(answer.wait, left) + random.uniform(0.0, 0.01))

    def _take(self, token: str, lane: Lane, finishing: bool) -> _Answer:
        ask = self._asking(token, lane, finishing)
        day = _today(self.zone)
        answer = self._run("take", day, *ask, "1" if self.recall else "0")
        if answer.why != "forgotten" or self.recall is None:
            return answer
        used, frozen_until = self.recall(day) or (0, None)
        # What was spent since the last mirror is not known: count it as spent.
        self.restore(day, used + MIRROR_EVERY if used else 0, frozen_until)
        return self._run("take", day, *ask, "0")

    def _asking(self, token: str, lane: Lane, finishing: bool) -> tuple[Any, ...]:
        window, held = WINDOW / self.pace, LANES[lane]
        gap = window / self.per_minute
        tolerance = gap * max(0, math.floor(self.burst * (1 - held.burst)) - 1)
        slots = max(1, math.floor(self.concurrent * (1 - held.flight)))
        share = 0.0 if finishing else max(LAST_SHARE, self.reserve_share * held.day)
        kept = 0 if finishing or not held.day or self.needed is None else math.ceil(self.needed() * held.day)
        return token, gap, tolerance, slots, self.lease, share, kept

    def _give(self, token: str, *, sent: bool) -> None:
        """The place is free again; if Redis is away its lease ends by itself, and the call's own answer
        matters more.
        """
        try:
            self._run("give", _today(self.zone), token, "1" if sent else "0")
        except Temporary:
            return

    def _learn(
        self, day: str, used: int, limit: int, seconds: float, why: str, *, forgotten: bool = False
    ) -> _Answer:
        empty = WINDOW / self.pace / self.per_minute * (self.burst - 1) if forgotten else 0.0
        return self._run("learn", day, used, limit, seconds, why, empty)

    def _run(self, operation: str, day: str, *rest: Any) -> _Answer:
        name = f"cartbooks:{{{self.organization}}}"
        keys = [f"{name}:budget", f"{name}:calls", f"{name}:day:{day}"]
        limits = (WINDOW / self.pace, self.per_minute + self.burst - 1, self.per_day)
        try:
            script = self.redis.register_script(SCRIPT)
            raw: Any = script(keys=keys, args=[operation, *self.clock(), *limits, *rest])
        except RedisError as error:
            raise redis_away("the call budget", error) from None
        return _answer(raw)

    def _silence(self, headers: Mapping[str, str], status: int, code: int | None) -> tuple[float | None, str]:
        asked = retry_after(headers)
        if code == SPENT:
            reset = _whole(headers, "x-rate-limit-reset")
            return float(reset or math.ceil(_midnight_after(time.time(), self.zone) - time.time())), "spent"
        if code in BUSY:
            return max(asked or 0.0, BUSY[code] / self.pace), "busy"
        if code in BLOCKED or status == 429:
            return max(asked or 0.0, WINDOW / self.pace), "blocked"
        return None, ""

    def _tell(self, answer: _Answer) -> None:
        if answer.used % MIRROR_EVERY == 0:
            self._told(answer)

    def _told(self, answer: _Answer) -> None:
        if self.on_day is not None:
            frozen = answer.epoch + answer.frozen if answer.frozen > 0 else None
            self.on_day(_today(self.zone), answer.used, frozen)

    def _day_is_spent(self, answer: _Answer, lane: Lane) -> str:
        return f"{answer.used} of the day's {answer.limit} calls are used; what is left is not for {lane}"


def day_of(reset: int, now: datetime) -> str:
    """The day that a count belongs to which ends in `reset` seconds: it may have been read just after
    midnight.
    """
    return (now + timedelta(seconds=reset) - timedelta(hours=12)).date().isoformat()


def _why(answer: _Answer, lane: Lane) -> str:
    told = {
        "minute": "the minute's calls are used",
        "slots": "all places in flight are taken",
        "blocked": "Zoho asked for silence after too many calls in a minute",
        "busy": "Zoho asked for silence after too many calls at once",
        "spent": "Zoho says that the day's calls are used",
    }
    return f"{told.get(answer.why, answer.why)} ({lane})"


def _answer(raw: Any) -> _Answer:
    granted, wait, why, used, limit, minute, in_flight, frozen, epoch = raw
    reason = why.decode() if isinstance(why, bytes) else str(why)
    return _Answer(
        bool(int(granted)), float(wait), reason, int(used), int(limit), int(minute), int(in_flight),
        float(frozen), float(epoch),
    )  # fmt: skip


def _whole(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isdigit() else None


def _today(zone: str) -> str:
    return datetime.now(ZoneInfo(zone)).date().isoformat()


def _midnight_after(epoch: float, zone: str) -> float:
    day = datetime.fromtimestamp(epoch, ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
