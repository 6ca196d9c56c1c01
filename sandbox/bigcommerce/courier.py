"""Callbacks really sent over HTTP: a queue, threads, the retry schedule, the block list, deactivation."""

import base64
import hashlib
import hmac
import uuid
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlsplit

import requests

from sandbox.bigcommerce.events import switch_off
from sandbox.moods import Mood
from sandbox.world import World

# seconds between tries; after the last one the hook is switched off (docs/integrations/webhooks/overview)
RETRY_GAPS = (60, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 50400, 86400)
RATIO_WINDOW, RATIO_LEAST, RATIO, BLOCKED_FOR = 120, 100, 0.9, 180  # seconds, callbacks, share, seconds
LOG_LENGTH = 5000


def _session() -> requests.Session:
    """Without the machine's proxies: callbacks go where the hook says."""
    session = requests.Session()
    session.trust_env = False
    return session


@dataclass(frozen=True, order=True)
class Letter:
    """One callback on its way. Letters sort by when they are due."""

    due: float
    number: int
    hook_id: int = field(compare=False)
    scope: str = field(compare=False)
    body: bytes = field(compare=False)
    message_id: str = field(compare=False)
    attempt: int = field(compare=False, default=0)


@dataclass
class Courier:
    world: World
    session: requests.Session = field(default_factory=_session)
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    blocked: dict[str, float] = field(default_factory=dict)  # domain -> until (epoch)
    _queue: list[Letter] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _condition: Condition = field(default_factory=Condition)
    _threads: list[Thread] = field(default_factory=list)
    _results: dict[str, deque[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(deque))
    _busy: int = 0

    def post(self, hook_id: int, scope: str, body: bytes) -> None:
        """Queue one callback; moods may lose, double or delay it."""
        moods = self.world.moods.draw("bigcommerce", "CALLBACK", scope)
        for mood in moods:
            self.world.moods.note("bigcommerce", mood)
        message_id = f"msg_{uuid.uuid4().hex[:24]}"
        for delay in _delays(self.world, moods):
            due = self.world.clock.epoch() + delay
            self._push(Letter(due, next(self._numbers), hook_id, scope, body, message_id))

    def waiting(self) -> int:
        """Callbacks queued or being sent."""
        with self._condition:
            return len(self._queue) + self._busy

    def wake(self) -> None:
        """The clock was pushed: what was far away may be due now."""
        with self._condition:
            self._condition.notify_all()

    def deliver_due(self) -> int:
        """Send what is due in the caller's thread (for worlds with callback_threads=0); returns how many."""
        sent = 0
        while (letter := self._pop()) is not None:
            self._deliver(letter)
            sent += 1
        return sent

    def is_blocked(self, domain: str) -> float:
        """Seconds for which a domain stays on the block list."""
        return max(0.0, self.blocked.get(domain, 0.0) - self.world.clock.epoch())

    def _push(self, letter: Letter) -> None:
        with self._condition:
            heappush(self._queue, letter)
            self._start()
            self._condition.notify()

    def _start(self) -> None:
        for number in range(len(self._threads), self.world.options.callback_threads):
            thread = Thread(target=self._run, name=f"courier-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        while not self.world.stopped.is_set():
            letter = self._pop()
            if letter is not None:
                self._deliver(letter)
                continue
            with self._condition:
                self._condition.wait(self._nap())

    def _nap(self) -> float:
        if not self._queue:
            return 0.5
        return min(0.5, max(0.001, self._queue[0].due - self.world.clock.epoch()))

    def _pop(self) -> Letter | None:
        with self._condition:
            if not self._queue or self._queue[0].due > self.world.clock.epoch():
                return None
            self._busy += 1
            return heappop(self._queue)

    def _deliver(self, letter: Letter) -> None:
        try:
            hook = self.world.bigcommerce.hooks.get(letter.hook_id)
            if hook is None or not hook["is_active"]:
                return
            domain = urlsplit(hook["destination"]).netloc
            blocked = self.is_blocked(domain)
            if blocked:
                self._push(_again(letter, self.world.clock.epoch() + blocked, counted=False))
                return
            status = self._send(hook, letter)
            self._judge(hook, letter, status, domain)
        finally:
            with self._condition:
                self._busy -= 1

    def _send(self, hook: dict[str, Any], letter: Letter) -> int:
        """The answer's status, 0 when there was none."""
        headers = {"Content-Type": "application/json", "User-Agent": "sandbox-webhooks"}
        headers.update({str(key): str(value) for key, value in (hook["headers"] or {}).items()})
        headers.update(self._signature(hook, letter))
        timeout = float(self.world.switches["callback_timeout"])
        try:
            answer = self.session.post(
                hook["destination"], letter.body, headers=headers, timeout=timeout, allow_redirects=False
            )
        except requests.RequestException:
            return 0
        return answer.status_code

    def _signature(self, hook: dict[str, Any], letter: Letter) -> dict[str, str]:
        if not self.world.switches["hook_signature"]:
            return {}
        stable = self.world.switches["webhook_id"] == "stable"
        message_id = letter.message_id if stable else f"msg_{uuid.uuid4().hex[:24]}"
        accounts = self.world.bigcommerce.accounts.values()
        secret = next((a.client_secret for a in accounts if a.client_id == hook["client_id"]), "")
        return signature(secret, message_id, int(self.world.clock.epoch()), letter.body)

    def _judge(self, hook: dict[str, Any], letter: Letter, status: int, domain: str) -> None:
        good = 200 <= status < 300
        now = self.world.clock.epoch()
        self._note(hook, letter, status, now)
        self._count(domain, now, good=good)
        if good:
            return
        if letter.attempt >= len(RETRY_GAPS):
            with self.world.lock:
                switch_off(self.world, hook)
            return
        gap = RETRY_GAPS[letter.attempt] / self.world.options.pace
        self._push(_again(letter, now + gap, counted=True))

    def _note(self, hook: dict[str, Any], letter: Letter, status: int, now: float) -> None:
        entry = {
            "hook_id": hook["id"],
            "scope": letter.scope,
            "destination": hook["destination"],
            "attempt": letter.attempt + 1,
            "status": status,
            "at": now,
            "message_id": letter.message_id,
        }
        self.log.append(entry)

    def _count(self, domain: str, now: float, *, good: bool) -> None:
        """Below 90 % success over at least 100 callbacks in two minutes the domain is blocked for three."""
        pace = self.world.options.pace
        with self._condition:
            results = self._results[domain]
            results.append((now, good))
            while results[0][0] < now - RATIO_WINDOW / pace:
                results.popleft()
            successes = sum(1 for _, well in results if well)
            if len(results) >= RATIO_LEAST and successes < RATIO * len(results):
                self.blocked[domain] = now + BLOCKED_FOR / pace
                results.clear()


def _delays(world: World, moods: list[Mood]) -> list[float]:
    """One delay per copy that will be sent."""
    kinds = {mood.kind: mood for mood in moods}
    if "callback_lost" in kinds:
        return []
    late = kinds.get("callback_late")
    copies = 2 if "callback_doubled" in kinds else 1
    return [world.moods.random.uniform(0, late.seconds) if late else 0.0 for _ in range(copies)]


def _again(letter: Letter, due: float, *, counted: bool) -> Letter:
    attempt = letter.attempt + 1 if counted else letter.attempt
    return Letter(due, letter.number, letter.hook_id, letter.scope, letter.body, letter.message_id, attempt)


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Standard Webhooks headers. The library is given base64(secret), so the MAC's key is the secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    mac = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }
