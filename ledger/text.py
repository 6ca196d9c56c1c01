"""Keeps people out of the sentences that the ledger stores."""

import re

LONGEST = 2000
_ADDRESS = re.compile(r"[^\s\"'<>(),;:]+@[^\s\"'<>(),;:]+")


def clean(sentence: str) -> str:
    """Hide e-mail addresses, which platforms like to repeat in their errors, and cut what is endless."""
    return _ADDRESS.sub("(address hidden)", sentence)[:LONGEST]
