"""How wide the columns of a table are, so that none of its figures and names is cut."""

from __future__ import annotations

from collections.abc import Sequence

FRAME = 3  # what a column's frame and blanks take; one more at the end
GAP = 2
LONGEST = 20
"""Letters of a word that is kept whole; addresses and paths are longer, and leave room for the others."""


def widths(columns: Sequence[Sequence[str]], room: int) -> tuple[bool, list[int]]:
    """Whether there is room for frames beside whole words, and each column's width.

    What is left beyond whole words goes to the columns that want more, those first that want little; only where not
    even words fit are the longest of them broken.
    """
    words = [max(map(_longest_word, column)) for column in columns]
    natural = [max(map(_longest_line, column)) for column in columns]
    framed = sum(words) + FRAME * len(columns) + 1 <= room
    room -= FRAME * len(columns) + 1 if framed else GAP * (len(columns) - 1)
    wide = _narrowed(words, room)
    by_want = sorted(range(len(columns)), key=lambda one: natural[one] - wide[one])
    for waiting, one in zip(range(len(columns), 0, -1), by_want, strict=True):
        wide[one] += max(0, min(natural[one] - wide[one], (room - sum(wide)) // waiting))
    return framed, wide


def _narrowed(words: Sequence[int], room: int) -> list[int]:
    cap = max(words)
    while cap > 1 and sum(min(word, cap) for word in words) > room:
        cap -= 1
    return [min(word, cap) for word in words]


def _longest_word(text: str) -> int:
    return min(LONGEST, max(map(len, text.split()), default=1))


def _longest_line(text: str) -> int:
    return max(map(len, text.splitlines()), default=1)
