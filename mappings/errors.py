"""How a record leaves the recipe before anything is written: not ours to sync, or not possible yet."""

from __future__ import annotations


class Skip(Exception):
    """Not ours to sync, by a named rule."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule = rule
        self.sentence = sentence


class Unmappable(Exception):
    """A field or a choice is missing: `reason` is the code of docs/held.md, `what` and `remedy` plain sentences.

    Neither sentence carries a name, an address or an e-mail: they end in the ledger and in logs.
    """

    def __init__(self, reason: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.reason = reason
        self.what = what
        self.remedy = remedy
