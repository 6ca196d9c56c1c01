"""Asks a person before a sweep takes a large part of the catalogue off sale."""

from __future__ import annotations

from collections.abc import Collection

from ledger import links
from tasks import mass
from tasks.hand import Hand
from tasks.mass import Guard, Recipe
from tasks.outcome import Outcome
from tasks.services import Connection

FLOW = "items"
RECORD = "hide-many"
ALLOWED = "items.hide_allowed"
WITHHELD = "items.hide_withheld"
LATELY = "items.hidden_lately"
REMEDY = (
    "Look into Zoho whether so many items are really inactive or deleted. If so, run `cartbooks catalogue confirm`; "
    "if not, set it right there: until then nothing is hidden."
)


def allowed(connection: Connection, records: Collection[str]) -> bool:
    """Whether a sweep may take these products off sale."""
    return mass.allowed(GUARD, connection, records)


def noted(connection: Connection, records: Collection[str]) -> None:
    """These go off sale."""
    mass.noted(GUARD, connection, records)


def stopped(connection: Connection, records: Collection[str]) -> set[str]:
    """Of these, on their way off sale, those that must wait for a person: a callback or a retry comes by no sweep."""
    return mass.stopped(GUARD, connection, records)


def withheld(connection: Connection) -> int:
    """How many products wait for a person's word."""
    return mass.withheld(GUARD, connection)


def withhold(connection: Connection, hides: int) -> None:
    """Hold them all as one record, and tell a person once."""
    mass.withhold(GUARD, connection, hides)


def settled(connection: Connection) -> None:
    """Everything that was to be hidden is on its way: nothing waits for a person, and a word once given is used."""
    mass.settled(GUARD, connection)


def confirm(connection: Connection) -> int:
    """A person allows, for a day, what is withheld; how many products that are. The next sweep hides them."""
    return mass.confirm(GUARD, connection)


def apart(recipe: Recipe) -> Recipe:
    """The recipe of items without the guard's own record, which is no product."""
    return mass.apart(GUARD, recipe)


def again(hand: Hand) -> Outcome:
    """The record itself, when somebody retries it: only a sweep or a person's word can end it."""
    return mass.outcome(GUARD, hand.connection)


def _linked(connection: Connection) -> int:
    return links.count(connection.ledger, connection.name, "product")


def _sentence(_: Connection, hides: int, linked: int, went: int) -> str:
    share = round(100 * hides / linked) if linked else 100
    what = f"{hides:,} of {linked:,} products ({share} %) would become invisible"
    return what + (f", after {went:,} within a day" if went else "")


GUARD = Guard(
    flow=FLOW,
    record=RECORD,
    reason="mass-hide",
    remedy=REMEDY,
    alarm="too many products would be hidden",
    allowed=ALLOWED,
    withheld=WITHHELD,
    lately=LATELY,
    total=_linked,
    share=lambda connection: connection.largest_hide,
    sentence=_sentence,
)
