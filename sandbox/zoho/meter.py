"""What an organization has used of its limits."""

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Meter:
    """Times are epoch seconds; `used` counts the day's calls by product, or under "all"."""

    recent: deque[float] = field(default_factory=deque)
    blocked_until: float = 0.0
    in_flight: int = 0
    most_in_flight: int = 0
    day: str = ""
    used: dict[str, int] = field(default_factory=dict)
