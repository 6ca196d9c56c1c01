"""One path and method: who answers, in which edition, with what scope."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sandbox.zoho.call import View

BOTH, BOOKS, INVENTORY = ("books", "inventory"), ("books",), ("inventory",)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    scope: str
    view: View
    editions: tuple[str, ...] = BOTH

    def matches(self, edition: str, path: str) -> Mapping[str, str] | None:
        """The variable parts of the path, or None."""
        if edition not in self.editions:
            return None
        found = _pattern(self.path).fullmatch(path)
        return found.groupdict() if found else None
