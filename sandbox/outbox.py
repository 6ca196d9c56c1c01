"""Letters on their way: a queue by due time, and threads that hand over what is due."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from threading import Condition, Thread
from typing import Any

import requests

from sandbox.moods import Mood
from sandbox.world import World


def plain_session() -> requests.Session:
    """Without the machine's proxies: callbacks go where their owner says."""
    session = requests.Session()
    session.trust_env = False
    return session


@dataclass
class Outbox:
    """`deliver` is called once for every letter, in a thread of ours or of whoever calls deliver_due()."""

    world: World
    name: str
    deliver: Callable[[Any], None]
    _queue: list[tuple[float, int, Any]] = field(default_factory=list)
    _ties: Any = field(default_factory=count)
    _condition: Condition = field(default_factory=Condition)
    _threads: list[Thread] = field(default_factory=list)
    _busy: int = 0

    def push(self, due: float, letter: Any) -> None:
        with self._condition:
            heappush(self._queue, (due, next(self._ties), letter))
            self._start()
            self._condition.notify()

    def waiting(self) -> int:
        """Letters queued or being delivered."""
        with self._condition:
            return len(self._queue) + self._busy

    def wake(self) -> None:
        """The clock was pushed: what was far away may be due now."""
        with self._condition:
            self._condition.notify_all()

    def deliver_due(self) -> int:
        """Deliver what is due in the caller's thread (for worlds with callback_threads=0); returns how many."""
        sent = 0
        while (found := self._pop()) is not None:
            self._hand_over(found)
            sent += 1
        return sent

    def _start(self) -> None:
        for number in range(len(self._threads), self.world.options.callback_threads):
            thread = Thread(target=self._run, name=f"{self.name}-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        while not self.world.stopped.is_set():
            found = self._pop()
            if found is not None:
                self._hand_over(found)
                continue
            with self._condition:
                self._condition.wait(self._nap())

    def _hand_over(self, found: tuple[float, int, Any]) -> None:
        try:
            self.deliver(found[2])
        finally:
            with self._condition:
                self._busy -= 1

    def _nap(self) -> float:
        if not self._queue:
            return 0.5
        return min(0.5, max(0.001, self._queue[0][0] - self.world.clock.epoch()))

    def _pop(self) -> tuple[float, int, Any] | None:
        with self._condition:
            if not self._queue or self._queue[0][0] > self.world.clock.epoch():
                return None
            self._busy += 1
            return heappop(self._queue)


def delays(world: World, moods: list[Mood]) -> list[float]:
    """One delay per copy that will be sent: none when it is lost, two when it is doubled."""
    kinds = {mood.kind: mood for mood in moods}
    if "callback_lost" in kinds:
        return []
    late = kinds.get("callback_late")
    copies = 2 if "callback_doubled" in kinds else 1
    return [world.moods.random.uniform(0, late.seconds) if late else 0.0 for _ in range(copies)]
