"""Texts that people typed, brought to what Zoho takes."""

from __future__ import annotations

_JOINER = "\u200d"  # holds emoji of several parts together, and is not printable


def tidy(text: str) -> str:
    """One line, no control characters: both come along when people paste."""
    kept = (character if character.isprintable() or character == _JOINER else " " for character in text)
    return " ".join("".join(kept).split())


def cut(text: str, limit: int) -> str:
    """Within a length as Zoho may count it (an emoji is two there), never through the middle of a character."""
    return cut_lines(tidy(text), limit)


def cut_lines(text: str, limit: int) -> str:
    """The same for texts of several lines, which stay as they are."""
    length = 0
    for index, character in enumerate(text):
        length += 2 if ord(character) > 0xFFFF else 1
        if length > limit:
            return text[:index].rstrip(f" {_JOINER}")
    return text
