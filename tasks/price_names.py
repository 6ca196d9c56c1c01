"""Whose name a price list of the store bears: names are unique there, and Zoho's lists are renamed and made anew."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.bigcommerce import price_lists as store_lists
from connectors.zoho import price_lists as zoho_lists
from ledger import links, work
from ledger.links import Link
from mappings.errors import Unmappable
from tasks.fates import Later
from tasks.hand import Hand

KIND = "price_list"
SOON = 2.0  # seconds, and up to twice as many more: two that wait for each other must not meet again

Row = Mapping[str, Any]


def bearer(rows: Iterable[Row], name: str, but: str = "") -> Row | None:
    """The store's list of that name, letter case aside; not the one with the id `but`."""
    return next((row for row in rows if _same(row.get("name"), name) and str(row["id"]) != but), None)


def followers(hand: Hand, row: Row) -> list[Link]:
    """The links of other lists of Zoho to this one of the store."""
    connection = hand.connection
    found = links.by_id(connection.ledger, connection.name, KIND, str(row["id"]))
    return [link for link in found if link.key != hand.claim.record]


def inherited(hand: Hand, others: Iterable[Link]) -> list[Link] | None:
    """What the lists left behind that had this one before and are deleted in Zoho; None where one of them is not."""
    others = list(others)
    for link in others:
        _leave_alone(hand, link)
        if zoho_lists.get_price_list(hand.connection.zoho, link.key) is not None:
            return None
    for link in others:
        links.forget(hand.connection.ledger, hand.connection.name, KIND, link.key)
    return others


def make_room(hand: Hand, row: Row, name: str) -> None:
    """The list that bears the name which this one has now in Zoho steps aside, if it is ours and has another there by
    now; its own turn gives it that.
    """
    connection, others = hand.connection, followers(hand, row)
    if not others:
        raise taken(name, row["id"])
    for link in others:
        _leave_alone(hand, link)
        told = zoho_lists.get_price_list(connection.zoho, link.key)
        if told is not None and _same(told.get("name") or told.get("pricebook_name"), name):
            raise taken(name, row["id"])
        links.bind(
            connection.ledger,
            connection.name,
            KIND,
            link.key,
            link.id,
            {**link.extra, "fingerprint": ""},
            hand.now,
        )
    store_lists.update_price_list(connection.store, row["id"], {"name": f"{name} ({others[0].key})"})
    hand.tell("update", kind=KIND, id=str(row["id"]), name=f"{name} ({others[0].key})")
    work.note(connection.ledger, connection.name, hand.claim.flow, [link.key for link in others], hand.now)


def taken(name: str, price_list_id: Any) -> Unmappable:
    """Why a list is held."""
    which = f" (price list {price_list_id})" if price_list_id else ""
    return Unmappable(
        "price-list-name-taken",
        f'the store has a price list "{name}" that is not ours{which}',
        "Rename one of the two, or let Cartbooks take the store's list over (catalogue.adopt_price_lists); then retry.",
    )


def _leave_alone(hand: Hand, link: Link) -> None:
    """Not while another worker is at that list."""
    row = work.find(hand.connection.ledger, hand.connection.name, hand.claim.flow, link.key)
    if row is not None and row.state == "working":
        soon = SOON * random.uniform(1.0, 3.0)
        raise Later(hand.now + soon, "another worker is at the price list that had this name")


def _same(one: Any, other: str) -> bool:
    return str(one or "").strip().casefold() == other.strip().casefold()
