"""The rate window of a store: so many calls in 30 s, shared with every other app, told in headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WINDOW = 30.0  # seconds, at pace 1


@dataclass
class RateWindow:
    seconds: float = WINDOW
    began: float = 0.0
    used: int = 0

    def admit(self, now: float, switches: Mapping[str, Any]) -> bool:
        """Count a call; False when the window is spent."""
        self._turn(now)
        if self.left(now, switches) <= 0:
            return False
        self.used += 1
        return True

    def left(self, now: float, switches: Mapping[str, Any]) -> int:
        """What is left after us and the noisy neighbour, whose calls spread evenly over the window."""
        passed = min(1.0, max(0.0, (now - self.began) / self.seconds))
        neighbour = int(switches["neighbour"] * passed)
        return max(0, int(switches["window_quota"]) - self.used - neighbour)

    def resets_in(self, now: float) -> float:
        self._turn(now)
        return max(0.0, self.began + self.seconds - now)

    def headers(self, now: float, switches: Mapping[str, Any]) -> dict[str, str]:
        return {
            "X-Rate-Limit-Time-Window-Ms": str(round(self.seconds * 1000)),
            "X-Rate-Limit-Time-Reset-Ms": str(max(1, round(self.resets_in(now) * 1000))),
            "X-Rate-Limit-Requests-Quota": str(int(switches["window_quota"])),
            "X-Rate-Limit-Requests-Left": str(self.left(now, switches)),
        }

    def _turn(self, now: float) -> None:
        if now >= self.began + self.seconds:
            self.began, self.used = now, 0
