"""Words that only one record may have: who has them, found without looking through all records."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Words:
    """By field and folded word the ids of those who bear it; several where the organization allows it."""

    bearers: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    of: dict[str, dict[str, str]] = field(default_factory=dict)

    def put(self, own_id: str, words: Mapping[str, str]) -> None:
        """These are the words of a record now, whatever it had before."""
        self.drop(own_id)
        kept = {name: word.casefold() for name, word in words.items() if word}
        self.of[own_id] = kept
        for pair in kept.items():
            self.bearers[pair].add(own_id)

    def drop(self, own_id: str) -> None:
        for pair in self.of.pop(own_id, {}).items():
            self.bearers[pair].discard(own_id)
            if not self.bearers[pair]:
                del self.bearers[pair]

    def others(self, name: str, word: str, own_id: str) -> set[str]:
        """Who else has this word in this field."""
        return self.bearers.get((name, word.casefold()), set()) - {own_id}
