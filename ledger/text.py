"""Keeps people out of the sentences that the ledger stores, and what no database takes."""

import re

LONGEST = 2000
_ADDRESS = re.compile(r"[^\s\"'<>(),;:]+@[^\s\"'<>(),;:]+")


def clean(sentence: str) -> str:
    """Hide e-mail addresses, which platforms like to repeat in their errors, and cut what is endless.

    Half an emoji (JSON may hold one, where a name was cut) is no UTF-8, and PostgreSQL takes no NUL.
    """
    storable = sentence.replace("\0", "\ufffd").encode(errors="replace").decode()
    return _ADDRESS.sub("(address hidden)", storable)[:LONGEST]
