"""Bad moods: which share of which calls goes wrong in which way, and how often each really struck."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

WRITES = ("POST", "PUT", "PATCH", "DELETE")
KINDS = {
    "latency": "the call takes `seconds` longer",
    "slow_body": "the answer's body arrives in pieces over `seconds`",
    "rate_limit": "429 with the platform's headers; nothing was done",
    "rate_limit_bare": "429 without any rate header; nothing was done",
    "server_error": "5xx (`status`, 503 unless told) in the platform's own shape; nothing was done",
    "error_after": "5xx although the call took effect",
    "html": "5xx with a page of HTML; nothing was done",
    "expired_token": "the access token has just expired",
    "reset_before": "the connection is reset before anything was done",
    "reset_after": "the call takes effect, then the connection is reset",
    "callback_lost": "a callback is never sent",
    "callback_doubled": "a callback is sent twice",
    "callback_late": "a callback is held back for up to `seconds`, so that callbacks overtake each other",
}
ADDED = ("latency", "slow_body", "callback_doubled", "callback_late")  # may come on top of another mood


class MoodError(ValueError):
    """A mood nobody knows, or one that is told wrongly."""


@dataclass(frozen=True)
class Mood:
    """Of the calls that match, a share is struck: after the first `skip`, at most `times` (0 = no limit)."""

    kind: str
    share: float = 1.0
    platform: str = "*"  # bigcommerce | zoho | *
    path: str = ""  # beginning of the path, or a pattern with *; for callbacks: of the scope
    methods: tuple[str, ...] = ()  # empty = all
    seconds: float = 1.0
    status: int = 503
    skip: int = 0
    times: int = 0


ROUGH = (
    Mood("reset_after", 0.05, methods=WRITES),
    Mood("server_error", 0.05),
    Mood("rate_limit", 0.02, platform="bigcommerce"),
    Mood("rate_limit", 0.02, platform="zoho", path="/zoho/books"),
    Mood("rate_limit", 0.02, platform="zoho", path="/zoho/inventory"),
)
STORMY = (
    *ROUGH,
    Mood("reset_before", 0.03),
    Mood("error_after", 0.03, methods=WRITES, status=502),
    Mood("html", 0.02, status=502),
    Mood("expired_token", 0.01, platform="zoho", path="/zoho/books"),
    Mood("rate_limit_bare", 0.01, platform="bigcommerce"),
    Mood("latency", 0.05, seconds=1.0),
    Mood("slow_body", 0.02, seconds=0.5),
    Mood("callback_lost", 0.10),
    Mood("callback_doubled", 0.20),
    Mood("callback_late", 0.30, seconds=3.0),
)
NAMED: dict[str, tuple[Mood, ...]] = {
    "calm": (),
    "rough": ROUGH,
    "stormy": STORMY,
    "no_callbacks": (Mood("callback_lost", 1.0),),
}


def moods_from(told: Any) -> tuple[Mood, ...]:
    """Moods by name, by file (JSON or TOML with a list `moods`), as {"moods": ...} or as a list of rows."""
    if isinstance(told, Mapping):
        told = told.get("moods", [dict(told)] if "kind" in told else None)
    if isinstance(told, str):
        return NAMED[told] if told in NAMED else moods_from(_read(Path(told)))
    if not isinstance(told, Iterable):
        raise MoodError("moods are a name, a file, or a list of rows {kind, share, platform, path, ...}")
    return tuple(row if isinstance(row, Mood) else _mood(row) for row in told)


def _read(path: Path) -> Any:
    if not path.is_file():
        raise MoodError(f"{str(path)!r} is neither a named mood ({', '.join(NAMED)}) nor a file")
    text = path.read_text(encoding="utf-8")
    return tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)


def _mood(row: Any) -> Mood:
    known = {each.name for each in fields(Mood)}
    if not isinstance(row, Mapping) or not set(row) <= known:
        raise MoodError(f"a mood is a row with {', '.join(sorted(known))}; got {row!r}")
    if row.get("kind") not in KINDS:
        raise MoodError(f"there is no mood {row.get('kind')!r}; there are: {', '.join(KINDS)}")
    return Mood(**{**row, "methods": tuple(row.get("methods", ()))})


@dataclass
class MoodTable:
    """The moods in force. Drawing counts who was met; `struck` is told by whoever made it happen."""

    moods: tuple[Mood, ...] = ()
    random: Random = field(default_factory=Random)
    met: Counter[Mood] = field(default_factory=Counter)
    drawn: Counter[Mood] = field(default_factory=Counter)
    struck: Counter[Mood] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)  # by "platform kind", since the sandbox started
    lock: Lock = field(default_factory=Lock)

    def set(self, moods: tuple[Mood, ...]) -> None:
        with self.lock:
            self.moods = moods
            for counter in (self.met, self.drawn, self.struck):
                counter.clear()

    def draw(self, platform: str, method: str, path: str) -> list[Mood]:
        """What befalls this call: at most one mood that decides its answer, and any that come on top."""
        chosen: list[Mood] = []
        with self.lock:
            for mood in self.moods:
                if not _matches(mood, platform, method, path):
                    continue
                decided = any(other.kind not in ADDED for other in chosen)
                if self._strikes(mood) and (mood.kind in ADDED or not decided):
                    self.drawn[mood] += 1
                    chosen.append(mood)
        return chosen

    def _strikes(self, mood: Mood) -> bool:
        self.met[mood] += 1
        if self.met[mood] <= mood.skip or (mood.times and self.drawn[mood] >= mood.times):
            return False
        return self.random.random() < mood.share

    def note(self, platform: str, mood: Mood) -> None:
        with self.lock:
            self.struck[mood] += 1
            self.totals[f"{platform} {mood.kind}"] += 1

    def report(self) -> dict[str, Any]:
        rows = [{**asdict(mood), "met": self.met[mood], "struck": self.struck[mood]} for mood in self.moods]
        return {"moods": rows, "totals": dict(sorted(self.totals.items()))}


def _matches(mood: Mood, platform: str, method: str, path: str) -> bool:
    callback = mood.kind.startswith("callback_")
    if callback != (method == "CALLBACK") or mood.platform not in ("*", platform):
        return False
    if mood.methods and method not in mood.methods:
        return False
    return fnmatchcase(path, mood.path) if "*" in mood.path else path.startswith(mood.path)
