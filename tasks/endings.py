"""Orders that are no sale any more, or that the store does not have: what becomes of their documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ledger.links import Link
from mappings.errors import Skip, Unmappable
from mappings.rules import BookRules
from mappings.statuses import ENDED
from mappings.zoho.orders import take_back
from tasks import (
    drop_ship,
    look_up,
    memory,
    order_stock,
    quotes,
    stages,
    standing,
    taken_back,
    telling,
    unheard,
)
from tasks.apply import Born, apply
from tasks.hand import Hand
from tasks.outcome import Outcome
from tasks.services import Connection

GONE = Skip("gone", "the store does not have this order (any more)")


def gone(hand: Hand) -> Outcome:
    """The store has no such order: was it booked, the setting says what becomes of its document."""
    connection, record = hand.connection, hand.claim.record
    unheard.remember(hand, ())
    for part in unheard.parts_of(hand):
        unheard.remember(replace(hand, connection=stages.of_part(connection, part)), ())
    connection = stages.at(connection, record)
    booked, rules = memory.newest(connection, record), look_up.rules_of(connection)
    written = stages.left(connection, record) or booked
    refuse_where_a_person_does(written or memory.newest(stages.quoted(connection), record))
    if booked is None:
        order_stock.gone(hand)
        quotes.gone(hand, rules, GONE.sentence)
        return Outcome("done", "skipped", GONE.rule, GONE.sentence)
    chosen = rules.endings.get("deleted", "hold")
    if chosen == "hold" and not all(
        memory.ended(one, link) for one, link in stages.booked(connection, record)
    ):
        order_stock.gone(hand)
        raise still_booked(booked, GONE.sentence)
    if chosen == "reverse":
        for one, link in stages.booked(connection, record):
            _take_back(replace(hand, connection=one), look_up.rules_of(one), link)
        drop_ship.gone(hand, rules)
    order_stock.gone(hand)
    how = "stays" if chosen == "keep" else "was taken back"
    what = f"{GONE.sentence}, and document {booked.extra['number']} {how} as the settings say"
    return Outcome("done", "skipped", GONE.rule, what)


def is_known(connection: Connection, bundle: Mapping[str, Any], booked: Link | None) -> bool:
    """Whether the order may be in the books: we remember it, or it ended and bears a mark from before our memory."""
    if booked is not None:
        return True
    order = bundle["order"]
    ended = ENDED.get(int(order.get("status_id") or 0), "")
    return connection.book_rules.is_over(ended) and bool(order.get("external_order_id"))


def still_booked(booked: Link, why: str) -> Unmappable:
    """An order that is in the books does not leave them unseen."""
    return Unmappable(
        "changed-after-posting",
        f"{why}, and document {booked.extra['number']} books it",
        "Void or credit the document in Zoho by hand, or choose in the settings what becomes of such orders "
        "(orders.cancelled, declined, disputed, archived, deleted), then retry.",
    )


def refuse_where_a_person_does(booked: Link | None) -> None:
    """Somebody keeps this order's documents by hand."""
    if booked is not None and booked.extra.get(standing.CHOICE) == standing.STOP:
        raise Skip(
            "left-to-person", f"document {booked.extra['number']} is kept by hand, as a person has said"
        )


def _take_back(hand: Hand, rules: BookRules, booked: Link) -> None:
    """Of such an order there is only what we remember and what Zoho shows."""
    hand.hold()
    document = standing.remembered(hand.connection, booked)
    if not document.ended:
        document = standing.read(hand, None, document)
        if stages.is_held_by_parts(hand.connection, booked):
            return
    found = replace(look_up.remembered(hand, hand.claim.record, rules), document=document)
    planned = take_back(hand.claim.record, found, rules)
    telling.planned(hand, planned)
    born: Born = {}
    apply(hand, planned.steps, born, partial(taken_back.done, rules))
