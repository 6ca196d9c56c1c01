"""Finds, adopts or makes the price list of the store that follows one of Zoho, and keeps its name and its customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.bigcommerce import price_lists as store_lists
from connectors.errors import NotOffered, OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from ledger import links
from ledger.links import Link
from mappings.records import PriceList
from tasks import price_names
from tasks.fates import Later
from tasks.hand import Hand
from tasks.price_wants import Wants
from tasks.services import Connection

KIND = "price_list"
TAKEN = 409
Row = Mapping[str, Any]


def known(connection: Connection, record: str) -> Link | None:
    """What we remember of the list that follows this one; a reservation counts for nothing."""
    link = links.get(connection.ledger, connection.name, KIND, record)
    return link if link is not None and link.state == "linked" else None


def home(hand: Hand, price_list: PriceList, rows: Sequence[Row]) -> Link:
    """The store's list that follows this one, made where there is none; `rows` are all that the store has."""
    connection = hand.connection
    link = known(connection, price_list.id)
    if link is not None:
        if any(str(row["id"]) == link.id for row in rows):
            return link
        links.forget(connection.ledger, connection.name, KIND, price_list.id)  # a person has deleted it
        hand.tell("gone", kind=KIND, id=link.id)
    link = links.reserve(connection.ledger, connection.name, KIND, price_list.id, hand.now, hand.name)
    same = price_names.bearer(rows, price_list.name)
    if same is not None:
        return _taken_up(hand, price_list, same, ours=not link.fresh)
    if not link.fresh:
        _wait_for(hand, link)
    return _made(hand, price_list)


def bind(hand: Hand, link: Link, **changed: Any) -> Link:
    """Remember something more of it."""
    connection = hand.connection
    extra = {**link.extra, **changed}
    return links.bind(connection.ledger, connection.name, KIND, link.key, link.id, extra, hand.now)


def keep_up(hand: Hand, link: Link, price_list: PriceList, rows: Sequence[Row]) -> Link:
    """Its name, and that it is active where it was switched off because of Zoho."""
    there = next((row for row in rows if str(row["id"]) == link.id), {})
    body: dict[str, Any] = {}
    if there.get("name", link.extra.get("name")) != price_list.name:
        body["name"] = price_list.name
        other = price_names.bearer(rows, price_list.name, but=link.id)
        if other is not None:
            price_names.make_room(hand, other, price_list.name)
    if not link.extra.get("active", True):
        body["active"] = True
    if body:
        _update(hand, link, body)
    return bind(hand, link, name=price_list.name, active=True)


def switch_off(hand: Hand, link: Link, rows: Sequence[Row]) -> None:
    """Inactive in Zoho, or gone from it: its records stay, nobody buys by them."""
    connection = hand.connection
    if all(
        str(row["id"]) != link.id for row in rows
    ):  # a person has deleted it: nothing is left to switch off
        links.forget(connection.ledger, connection.name, KIND, link.key)
        hand.tell("gone", kind=KIND, id=link.id)
        return
    link = bind(hand, link, fingerprint="")
    store_lists.update_price_list(connection.store, link.id, {"active": False})
    hand.tell("update", kind=KIND, id=link.id, active="no")
    bind(hand, link, active=False)


def assign(hand: Hand, link: Link, wants: Wants) -> Link:
    """The assignments that the settings name; those that we made and that are named no more are taken back, those of
    others are not ours to touch.
    """
    connection, ours = hand.connection, [tuple(pair) for pair in link.extra.get("assigned", ())]
    if not wants.assigned and not ours:
        return link
    there = {
        (_number(row.get("customer_group_id")), _number(row.get("channel_id"))): row["id"]
        for row in store_lists.assignments(connection.store, link.id)
    }
    new = [pair for pair in wants.assigned if pair not in there]
    link = bind(hand, link, assigned=[list(pair) for pair in dict.fromkeys([*ours, *new])])
    if new:
        rows = [_assignment(link.id, group, channel) for group, channel in new]
        store_lists.create_assignments(connection.store, rows)
    for pair in ours:
        if pair in there and pair not in wants.assigned:
            store_lists.delete_assignment(connection.store, there[pair])
    kept = [list(pair) for pair in wants.assigned if pair in ours or pair in new]
    return bind(hand, link, assigned=kept)


def _taken_up(hand: Hand, price_list: PriceList, row: Row, *, ours: bool) -> Link:
    """A list of that name is there: our own, if we were about to make it when its answer was lost, that of one which
    was deleted in Zoho and made anew, or another's.
    """
    connection = hand.connection
    others, free = price_names.followers(hand, row), False
    try:
        before = price_names.inherited(hand, others)
        free = before is not None and bool(before or ours or connection.catalogue_rules.adopt_price_lists)
    finally:
        if not free:  # what is given up must not pass for a creation without an answer
            links.release(connection.ledger, connection.name, KIND, price_list.id, hand.name)
    if not free:
        raise price_names.taken(price_list.name, row["id"])
    hand.tell("found", kind=KIND, id=str(row["id"]))
    return _bound(hand, price_list, row, before or ())


def _wait_for(hand: Hand, link: Link) -> None:
    """A creation without an answer is waited for; only then it never happened."""
    due = link.since + hand.connection.ask_after[-1]
    if hand.now < due:
        raise Later(due, "asking whether a price list was made")


def _made(hand: Hand, price_list: PriceList) -> Link:
    connection = hand.connection
    hand.hold()
    links.touch(connection.ledger, connection.name, KIND, price_list.id, hand.now, hand.name)
    try:
        row = store_lists.create_price_list(connection.store, price_list.name)
    except Unknown as lost:
        wait = connection.ask_after[0]
        raise Later(hand.now + wait, "a price list was not answered for, asking soon") from lost
    except (Rejected, Temporary, OutOfBudget, Unauthorized, NotOffered) as error:  # it did not happen
        links.release(connection.ledger, connection.name, KIND, price_list.id, hand.name)
        if isinstance(error, Rejected) and error.status == TAKEN:
            raise price_names.taken(price_list.name, "") from error
        raise
    hand.tell("create", kind=KIND, id=str(row["id"]))
    return _bound(hand, price_list, row)


def _bound(hand: Hand, price_list: PriceList, row: Row, before: Sequence[Link] = ()) -> Link:
    """`before`: what led here until now; its assignments and its currencies are ours to take back."""
    connection = hand.connection
    extra = {
        "name": str(row["name"]),
        "fingerprint": "",
        "active": bool(row.get("active", True)),
        "assigned": [pair for link in before for pair in link.extra.get("assigned", ())],
        "currencies": [code for link in before for code in link.extra.get("currencies", ())],
    }
    return links.bind(
        connection.ledger, connection.name, KIND, price_list.id, str(row["id"]), extra, connection.clock()
    )


def _update(hand: Hand, link: Link, body: Mapping[str, Any]) -> None:
    try:
        store_lists.update_price_list(hand.connection.store, link.id, body)
    except Rejected as error:
        if error.status == TAKEN:
            raise price_names.taken(str(body.get("name", "")), "") from error
        raise
    hand.tell("update", kind=KIND, id=link.id, **{key: str(value) for key, value in body.items()})


def _assignment(price_list_id: str, group: int | None, channel: int | None) -> dict[str, int]:
    told = {"price_list_id": int(price_list_id), "customer_group_id": group, "channel_id": channel}
    return {key: value for key, value in told.items() if value is not None}


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "", 0) else None
