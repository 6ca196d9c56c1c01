"""Who may create what several records need: one at a time, known by a row under a unique index."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ledger import links
from ledger.links import Link
from tasks.fates import Later
from tasks.hand import Hand

LOOK_EVERY = 0.05
COME_BACK = 2.0

Look = Callable[[], tuple[str, dict[str, Any]] | None]
"""Asks the platform: (id, extra) of what is there, or None."""


def reserve(hand: Hand, kind: str, key: str) -> Link:
    """The link of `key`: known (`linked`), or ours to look for and create.

    Waits while another record creates it; raises Later when that takes long. A reservation left by the dead is
    taken over: look on the platform before creating, for they may have created it.
    """
    link = _ours_or_known(hand, kind, key)
    if link is None:
        hand.hold()  # an order of fifty new items may wait for many of them
    end = time.monotonic() + hand.connection.patience
    while link is None:
        if time.monotonic() > end:
            raise Later(
                hand.now + COME_BACK / hand.connection.pace, f"another order is creating the same {kind}"
            )
        time.sleep(LOOK_EVERY)
        link = _ours_or_known(hand, kind, key)
    return link


def _ours_or_known(hand: Hand, kind: str, key: str) -> Link | None:
    """None while another holds it."""
    connection = hand.connection
    link = links.reserve(connection.ledger, connection.organization, kind, key, hand.now, hand.name)
    if link.state == "linked" or link.holder == hand.name:
        return link
    return _take_over(hand, kind, key)


def settle(hand: Hand, link: Link, look: Look) -> Link | None:
    """What a reserved link leads to, asked from the platform where it is not known; None: ours to create."""
    if link.state == "linked":
        return link
    hand.hold()  # an order of fifty new items asks for a minute, and shall not lose its record meanwhile
    found = look()
    if found is None:
        return None
    return links.bind(hand.connection.ledger, link.scope, link.kind, link.key, found[0], found[1], hand.now)


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


def _take_over(hand: Hand, kind: str, key: str) -> Link | None:
    connection = hand.connection
    stale = hand.now - 1.5 * hand.lease
    return links.take_over(connection.ledger, connection.organization, kind, key, hand.now, hand.name, stale)
