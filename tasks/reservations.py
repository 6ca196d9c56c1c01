"""Who may create what several records need: one at a time, known by a row under a unique index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger import links
from ledger.links import Link
from tasks.fates import Later
from tasks.hand import Hand

COME_BACK = 2.0  # seconds

Look = Callable[[], tuple[str, dict[str, Any]] | None]
"""Asks the platform: (id, extra) of what is there, or None."""


def settle(hand: Hand, kind: str, key: str, look: Look) -> Link | None:
    """The link of `key`: known, or found by asking the platform; None when it is ours to create.

    Raises Later when another record is creating it right now. A reservation left by the dead is taken over;
    `look` then finds what they may have created.
    """
    connection = hand.connection
    scope, ledger = connection.organization, connection.ledger
    link = links.reserve(ledger, scope, kind, key, hand.now, hand.name)
    if link.state == "linked":
        return link
    if link.holder != hand.name:
        _take_over(hand, kind, key)
    found = look()
    if found is None:
        return None
    return links.bind(ledger, scope, kind, key, found[0], found[1], hand.now)


def peek(hand: Hand, kind: str, key: str, look: Look) -> Link | None:
    """The same without a trace, for a preview."""
    link = links.get(hand.connection.ledger, hand.connection.organization, kind, key)
    if link is not None and link.state == "linked":
        return link
    found = look()
    if found is None:
        return None
    return Link(hand.connection.organization, kind, key, found[0], found[1], "linked", "", hand.now)


def give_back(hand: Hand, kind: str, key: str) -> None:
    """What was reserved and not created is free again."""
    links.release(hand.connection.ledger, hand.connection.organization, kind, key, hand.name)


def _take_over(hand: Hand, kind: str, key: str) -> None:
    connection = hand.connection
    stale = hand.now - 1.5 * hand.lease
    taken = links.take_over(connection.ledger, connection.organization, kind, key, hand.now, hand.name, stale)
    if taken is None:
        raise Later(hand.now + COME_BACK / connection.pace, f"another order is creating the same {kind}")
