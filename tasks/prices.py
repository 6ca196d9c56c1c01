"""Brings one price list of Zoho into the store: read, work out, compare, write what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.errors import NotOffered
from connectors.zoho import price_lists as zoho_lists
from ledger import links, sightings
from ledger.links import Link
from mappings.errors import Skip
from mappings.records import PriceList
from mappings.zoho.price_lists import price_list as translate
from tasks import organization, price_homes, price_offer, price_records
from tasks.hand import Hand
from tasks.outcome import Outcome
from tasks.price_records import Refusal
from tasks.price_wants import Wants, wants_of
from tasks.services import Connection, catalogue
from tasks.turns import kept, wait_for

FLOW = "prices"
LOOK_AGAIN = 86400.0  # seconds after which what the store holds is compared once more, changed or not
REFUSED = "refused:"  # before the fingerprint of what the store did not take
HOW_MANY = 10  # records that a sentence names
REMEDY = (
    "Correct these items in Zoho or in the store, then run `cartbooks retry`; all other records are written."
)


@dataclass(frozen=True)
class Preview:
    """What would become of a price list; `price_list_id` is "" where it would be made."""

    name: str
    active: bool
    price_list_id: str
    wanted: int
    put: int
    gone: int


def sync(hand: Hand) -> Outcome:
    """One price list; that a store's plan has none is remembered, and the store left in peace."""
    wait_for(hand.connection, price_records.WRITER)
    hand = kept(replace(hand, connection=catalogue(hand.connection)))
    try:
        return _sync(hand)
    except NotOffered as error:
        price_offer.close(hand.connection)
        _look_again(hand)
        return Outcome("done", "skipped", "price-lists-not-offered", str(error), fingerprint="")


def preview(connection: Connection, record: str) -> Preview | None:
    """The same without writing anything anywhere; None where there is nothing to follow."""
    connection = catalogue(connection)
    price_list = read(connection, record)
    link = price_homes.known(connection, record)
    if price_list is None or not price_list.active:
        return Preview(price_list.name if price_list else "", False, link.id, 0, 0, 0) if link else None
    wants = wants_of(connection, price_list)
    put, gone = len(wants.records), 0
    if link is not None and not any(str(row["id"]) == link.id for row in price_offer.lists(connection)):
        link = None  # a person has deleted it: it would be made again
    if link is not None:
        found = price_records.difference(connection, link, price_list, wants)
        put, gone = len(found.put), found.number_gone
    return Preview(price_list.name, True, link.id if link else "", len(wants.records), put, gone)


def read(connection: Connection, record: str) -> PriceList | None:
    """The price list as Zoho has it now; None when it is gone. Raises Skip for one that is not for sales."""
    detail = zoho_lists.get_price_list(connection.zoho, record)
    if detail is None:
        return None
    itself, _ = organization.known(connection)
    codes = {currency_id: code for code, currency_id in itself.currencies.items()}
    return translate(detail, codes, itself.base_currency)


def _sync(hand: Hand) -> Outcome:
    link = price_homes.known(hand.connection, hand.claim.record)
    try:
        price_list = read(hand.connection, hand.claim.record)
    except Skip:  # for purchases now: to shoppers it is gone
        _forget(hand)
        if link is None:
            raise
        price_list = None
    if price_list is None or not price_list.active:
        return _closed(hand, link, gone=price_list is None)
    wants = wants_of(hand.connection, price_list)
    if _was_just_read(hand, link) and (said := _as_before(hand, link, wants)) is not None:
        return said
    return _written(hand, price_list, wants)


def _closed(hand: Hand, link: Link | None, *, gone: bool) -> Outcome:
    """Inactive or gone in Zoho: inactive in the store; a list that never was there is not made for that."""
    if link is not None and link.extra.get("active", True):
        price_homes.switch_off(hand, link, price_offer.lists(hand.connection))
    if gone:
        _forget(hand)
    if link is None:
        rule, sentence = (
            ("gone", "Zoho has no such price list") if gone else ("inactive", "it is inactive in Zoho")
        )
        raise Skip(rule, sentence)
    return Outcome("done", "inactive", fingerprint="")


def _was_just_read(hand: Hand, link: Link | None) -> bool:
    """The store's side was compared within the day, and the list is not one that was switched off."""
    if link is None or not link.extra.get("active", True):
        return False
    return hand.now - float(link.extra.get("read_at", 0)) < LOOK_AGAIN


def _as_before(hand: Hand, link: Link | None, wants: Wants) -> Outcome | None:
    """All of it was written and nothing has changed, or the same records were refused; unless somebody said retry."""
    if hand.claim.fingerprint == wants.fingerprint == (link.extra.get("fingerprint") if link else None):
        return Outcome("done", "synced", unchanged=True, fingerprint=wants.fingerprint)
    if hand.claim.fingerprint == REFUSED + wants.fingerprint:
        return Outcome("held", "held", "rejected", unchanged=True, fingerprint=REFUSED + wants.fingerprint)
    return None


def _written(hand: Hand, price_list: PriceList, wants: Wants) -> Outcome:
    """Records first, so that nobody ever buys by a list that is half written; what was written last time is doubtful
    from the first write on.
    """
    rows = price_offer.lists(hand.connection)
    link = price_homes.home(hand, price_list, rows)
    money = list(dict.fromkeys([*link.extra.get("currencies", ()), price_list.currency]))
    link = price_homes.bind(hand, link, fingerprint="", currencies=money)
    found = price_records.difference(hand.connection, link, price_list, wants)
    refused = price_records.write(hand, link.id, found)
    link = price_homes.keep_up(hand, link, price_list, rows)
    link = price_homes.assign(hand, price_homes.bind(hand, link, currencies=[price_list.currency]), wants)
    hand.tell("records", written=str(len(found.put) - len(refused)), deleted=str(found.number_gone))
    if refused:
        price_homes.bind(hand, link, read_at=hand.now)
        return _refused(hand, refused, wants)
    price_homes.bind(hand, link, fingerprint=wants.fingerprint, read_at=hand.now)
    return Outcome("done", "synced", fingerprint=wants.fingerprint)


def _refused(hand: Hand, refused: Sequence[Refusal], wants: Wants) -> Outcome:
    connection, number = hand.connection, len(wants.records)
    known = links.by_ids(connection.ledger, connection.name, "variant", [one.variant_id for one in refused])
    skus = {variant: str(found[0].extra.get("sku") or found[0].key) for variant, found in known.items()}
    names = [f"{skus.get(one.variant_id, one.variant_id)} ({one.why})" for one in refused[:HOW_MANY]]
    more = f" and {len(refused) - HOW_MANY} more" if len(refused) > HOW_MANY else ""
    what = f"the store refused {len(refused):,} of {number:,} records: {', '.join(names)}{more}"
    return Outcome("held", "held", "rejected", what, REMEDY, fingerprint=REFUSED + wants.fingerprint)


def _forget(hand: Hand) -> None:
    sightings.forget(hand.connection.ledger, hand.connection.name, FLOW, [hand.claim.record])


def _look_again(hand: Hand) -> None:
    """As if it had been seen long ago and otherwise: the next look notes it, be it there or gone."""
    record = hand.claim.record
    sightings.see(hand.connection.ledger, hand.connection.name, FLOW, [(record, record, "")], 0.0)
