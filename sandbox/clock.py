"""The sandbox's clock: the real time plus an offset that a test may push forward."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass
class Clock:
    offset: float = 0.0  # seconds

    def epoch(self) -> float:
        return time.time() + self.offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.epoch(), UTC)

    def advance(self, seconds: float) -> None:
        self.offset += seconds
