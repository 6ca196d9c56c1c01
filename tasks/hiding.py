"""Asks a person before a sweep takes a large part of the catalogue off sale."""

from __future__ import annotations

from functools import partial

from ledger import links
from tasks import mass
from tasks.mass import Guard
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

# tasks.mass says what each does; a callback or a retry, which come by no sweep, ask whether they are `stopped`
allowed = partial(mass.allowed, GUARD)
let_go = partial(mass.let_go, GUARD)
stopped = partial(mass.stopped, GUARD)
withheld = partial(mass.withheld, GUARD)
withhold = partial(mass.withhold, GUARD)
settled = partial(mass.settled, GUARD)
confirm = partial(mass.confirm, GUARD)
apart = partial(mass.apart, GUARD)
