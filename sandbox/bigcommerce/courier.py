"""Callbacks really sent over HTTP: a queue, threads, the retry schedule, the block list, deactivation."""

import base64
import hashlib
import hmac
import uuid
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests

from sandbox.bigcommerce.events import switch_off
from sandbox.outbox import Outbox, delays, plain_session
from sandbox.world import World

# seconds between tries; after the last one the hook is switched off (docs/integrations/webhooks/overview)
RETRY_GAPS = (60, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 50400, 86400)
RATIO_WINDOW, RATIO_LEAST, RATIO, BLOCKED_FOR = 120, 100, 0.9, 180  # seconds, callbacks, share, seconds
LOG_LENGTH = 5000


@dataclass(frozen=True)
class Letter:
    """One callback on its way."""

    hook_id: int
    scope: str
    body: bytes
    message_id: str
    attempt: int = 0


@dataclass
class Courier:
    world: World
    session: requests.Session = field(default_factory=plain_session)
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    blocked: dict[str, float] = field(default_factory=dict)  # domain -> until (epoch)
    outbox: Outbox = field(init=False)
    _results: dict[str, deque[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(deque))
    _counting: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.world, "courier", self._deliver)

    def post(self, hook_id: int, scope: str, body: bytes) -> None:
        """Queue one callback; moods may lose, double or delay it."""
        moods = self.world.moods.draw("bigcommerce", "CALLBACK", scope)
        for mood in moods:
            self.world.moods.note("bigcommerce", mood)
        message_id = f"msg_{uuid.uuid4().hex[:24]}"
        for delay in delays(self.world, moods):
            due = self.world.clock.epoch() + delay
            self.outbox.push(due, Letter(hook_id, scope, body, message_id))

    def errand(self, due: float, act: Callable[[], None]) -> None:
        """Something that happens in the store by itself a little later, on the way of the callbacks."""
        self.outbox.push(due, act)

    def waiting(self) -> int:
        """Callbacks queued or being sent."""
        return self.outbox.waiting()

    def wake(self) -> None:
        """The clock was pushed: what was far away may be due now."""
        self.outbox.wake()

    def deliver_due(self) -> int:
        """Send what is due in the caller's thread (for worlds with callback_threads=0); returns how many."""
        return self.outbox.deliver_due()

    def is_blocked(self, domain: str) -> float:
        """Seconds for which a domain stays on the block list."""
        return max(0.0, self.blocked.get(domain, 0.0) - self.world.clock.epoch())

    def _deliver(self, letter: Letter | Callable[[], None]) -> None:
        if not isinstance(letter, Letter):
            letter()
            return
        hook = self.world.bigcommerce.hooks.get(letter.hook_id)
        if hook is None or not hook["is_active"]:
            return
        domain = urlsplit(hook["destination"]).netloc
        blocked = self.is_blocked(domain)
        if blocked:
            self.outbox.push(self.world.clock.epoch() + blocked, letter)
            return
        status = self._send(hook, letter)
        self._judge(hook, letter, status, domain)

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
        self.outbox.push(now + gap, replace(letter, attempt=letter.attempt + 1))

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
        with self._counting:
            results = self._results[domain]
            results.append((now, good))
            while results[0][0] < now - RATIO_WINDOW / pace:
                results.popleft()
            successes = sum(1 for _, well in results if well)
            if len(results) >= RATIO_LEAST and successes < RATIO * len(results):
                self.blocked[domain] = now + BLOCKED_FOR / pace
                results.clear()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Standard Webhooks headers. The library is given base64(secret), so the MAC's key is the secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    mac = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }
