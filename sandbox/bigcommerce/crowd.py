"""How many calls of one kind a store takes at the same time: one writer of price records above all."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

RECORDS = "price records PUT"
ADJUSTMENTS = "inventory adjustments"
# method, path below v3, name, how many at once; None: as the switch price_list_writers says
ROOMS: tuple[tuple[str, str, str, int | None], ...] = (
    ("PUT", r"/pricelists/(\d+/)?records$", RECORDS, None),
    ("POST", r"/pricelists/(\d+/)?records$", "price records POST", 10),
    ("GET", r"/pricelists/\d+/records$", "price records GET", 10),
    ("DELETE", r"/pricelists/\d+$", "price list DELETE", 1),
    ("PUT", r"/pricelists/\d+/assignments$", "price list assignment PUT", 25),
    ("PUT", r"/customers$", "customers PUT", 3),
    # one after the other is asked for, not enforced: `most` tells whether somebody kept to it
    ("PUT", r"/inventory/adjustments/", ADJUSTMENTS, 1000),
    ("POST", r"/inventory/adjustments/", ADJUSTMENTS, 1000),
    *((method, r"/inventory/locations$", "locations", 50) for method in ("GET", "POST", "PUT", "DELETE")),
)


@dataclass
class Crowd:
    """Calls under way by kind, the most there ever were at once, and how often one was refused."""

    inside: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def enter(self, method: str, path: str, switches: Mapping[str, Any]) -> Callable[[], None] | None:
        """What to call when the call has ended, or None when there are too many of its kind already."""
        name, limit = _room(method, path)
        if not name:
            return lambda: None
        if self.inside[name] >= (int(switches["price_list_writers"]) if limit is None else limit):
            self.refused[name] += 1
            return None
        self.inside[name] += 1
        self.most[name] = max(self.most[name], self.inside[name])

        def leave() -> None:
            self.inside[name] -= 1

        return leave

    def told(self) -> dict[str, Any]:
        return {"inside": dict(+self.inside), "most": dict(self.most), "refused": dict(self.refused)}


def _room(method: str, path: str) -> tuple[str, int | None]:
    for wanted, pattern, name, limit in ROOMS:
        if wanted == method and re.match(pattern, path):
            return name, limit
    return "", None
