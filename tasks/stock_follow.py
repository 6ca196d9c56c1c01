"""A product that the catalogue has just made has its stock at once, and does not wait for a sweep."""

from __future__ import annotations

from collections.abc import Iterable

from ledger import links
from tasks import stock_notes
from tasks.services import Connection
from tasks.stock_map import CATALOGUE, LINK


def follow(connection: Connection, items: Iterable[str]) -> None:
    """The catalogue has just linked these: what is new, or another variant now, gets its stock without delay."""
    if not connection.stock_on:
        return
    ours = links.get_many(connection.ledger, connection.name, CATALOGUE, list(dict.fromkeys(items)))
    known = links.get_many(connection.ledger, connection.name, LINK, ours)
    new = [item for item, link in ours.items() if item not in known or known[item].id != link.id]
    if new:
        stock_notes.note(connection, new, None)
