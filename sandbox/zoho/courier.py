"""Callbacks of workflow rules really sent over HTTP, once: nobody tries again."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import requests

from sandbox.outbox import Outbox, delays, plain_session
from sandbox.world import World

LOG_LENGTH = 5000


@dataclass(frozen=True)
class Letter:
    """One callback as it will be sent, whatever becomes of the record meanwhile."""

    webhook_id: str
    workflow_id: str
    entity: str
    event: str
    record_id: str
    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Courier:
    """A day has room for so many callbacks; what comes after them is never sent."""

    world: World
    session: requests.Session = field(default_factory=plain_session)
    log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    outbox: Outbox = field(init=False)
    day: str = ""
    today: int = 0  # callbacks of this day

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.world, "zoho-courier", self._deliver)

    def post(self, letter: Letter) -> None:
        """Queue one callback; moods may lose, double or delay it."""
        if not self._counted():
            return
        moods = self.world.moods.draw("zoho", "CALLBACK", f"{letter.entity}/{letter.event}")
        for mood in moods:
            self.world.moods.note("zoho", mood)
        for delay in delays(self.world, moods):
            self.outbox.push(self.world.clock.epoch() + delay, letter)

    def waiting(self) -> int:
        """Callbacks queued or being sent."""
        return self.outbox.waiting()

    def wake(self) -> None:
        """The clock was pushed: what was far away may be due now."""
        self.outbox.wake()

    def deliver_due(self) -> int:
        """Send what is due in the caller's thread (for worlds with callback_threads=0); returns how many."""
        return self.outbox.deliver_due()

    def _counted(self) -> bool:
        day = self.world.zoho.today().isoformat()
        if day != self.day:
            self.day, self.today = day, 0
        self.today += 1
        return self.today <= int(self.world.switches["zoho_webhooks_a_day"])

    def _deliver(self, letter: Letter) -> None:
        timeout = float(self.world.switches["callback_timeout"])
        try:
            answer = self.session.request(
                letter.method,
                letter.url,
                data=letter.body,
                headers=letter.headers,
                timeout=timeout,
                allow_redirects=False,
            )
            status = answer.status_code
        except requests.RequestException:
            status = 0
        self.log.append(
            {
                "webhook_id": letter.webhook_id,
                "workflow_id": letter.workflow_id,
                "entity": letter.entity,
                "event": letter.event,
                "record_id": letter.record_id,
                "url": letter.url,
                "status": status,
                "at": self.world.clock.epoch(),
            }
        )
