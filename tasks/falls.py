"""Asks a person before a large part of the stock falls by much, or to nothing, within a day."""

from __future__ import annotations

import json
from collections.abc import Collection

from ledger import cursors, links
from tasks import mass
from tasks.mass import Guard, Recipe
from tasks.services import Connection
from tasks.stock_notes import FLOW, LINK

RECORD = "falls"
ITEMS = "stock.falls_items"  # the items that wait for a person's word
REMEDY = (
    "Look into Zoho whether so much stock is really gone. If so, run `cartbooks stock confirm`; if not, set it right "
    "there: until then none of these levels is written."
)


def stopped(connection: Connection, falling: Collection[str], looked: Collection[str]) -> set[str]:
    """Of the items that would fall, those that must wait for a person; `looked` are all that this look has seen."""
    kept, known = set(waiting(connection)), mass.passed(GUARD, connection)
    new = {item for item in falling if item not in known}
    stop = set() if mass.let_go(GUARD, connection, new) else new
    left = (kept - set(looked)) | stop
    if left != kept:
        told = json.dumps(sorted(left))
        cursors.put(connection.ledger, connection.name, ITEMS, told, connection.clock())
    if left:
        mass.withhold(GUARD, connection, len(left))
    elif kept:
        mass.settled(GUARD, connection)
    return stop


def waiting(connection: Connection) -> list[str]:
    """The items that are withheld."""
    return list(json.loads(cursors.get(connection.ledger, connection.name, ITEMS) or "[]"))


def withheld(connection: Connection) -> int:
    """How many items wait for a person's word."""
    return mass.withheld(GUARD, connection)


def confirm(connection: Connection) -> list[str]:
    """A person allows, for a day, what is withheld: the items, which are to be looked at again."""
    mass.confirm(GUARD, connection)
    return waiting(connection)


def apart(recipe: Recipe) -> Recipe:
    """The recipe of stock without the guard's own record, which is no item."""
    return mass.apart(GUARD, recipe)


def _mapped(connection: Connection) -> int:
    return links.count(connection.ledger, connection.name, LINK)


def _sentence(connection: Connection, many: int, mapped: int, went: int) -> str:
    share = "half" if connection.largest_fall == 50 else f"{connection.largest_fall:g} %"
    what = f"{many:,} of {mapped:,} SKUs would fall by more than {share} or to nothing"
    return what + (f", after {went:,} within a day" if went else "")


GUARD = Guard(
    flow=FLOW,
    record=RECORD,
    reason="mass-fall",
    remedy=REMEDY,
    alarm="too much stock would fall",
    allowed="stock.falls_allowed",
    withheld="stock.falls_withheld",
    lately="stock.fell_lately",
    total=_mapped,
    share=lambda connection: connection.many_falls,
    sentence=_sentence,
)
