"""Collects what an order needs: from the ledger, and where it does not know, from Zoho."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from connectors.bigcommerce import store as store_itself
from ledger import cursors
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho.found import Found, FoundDocument, Needs
from mappings.zoho.orders import asks, needs, refuse_never_booked
from tasks import goods, memory, notes, organization, people, stages, standing, unused_money
from tasks.contact_lists import price_list_for
from tasks.hand import Hand
from tasks.memory import PAYMENT
from tasks.services import Connection


def rules_of(connection: Connection) -> BookRules:
    """The merchant's rules, with what only the platforms can tell filled in."""
    rules = connection.book_rules
    if not rules.time_zone:
        rules = replace(rules, time_zone=_store_zone(connection))
    if connection.zoho.edition == "inventory" or rules.invoice_when or rules.part:
        rules = replace(rules, payments="separate")  # a switch of Books; advances came before
    return rules


def needs_of(hand: Hand, order: Order, rules: BookRules) -> Needs:
    """Of the document that we know last; a further one is written where that is taken back."""
    link = memory.newest(hand.connection, order.id)
    return needs(order, rules, memory.generation(link) if link else 1)


def found_for(hand: Hand, order: Order, needs: Needs, rules: BookRules, *, dry: bool = False) -> Found:
    """What is there already; what is missing is reserved for us unless `dry`.

    Of an order in the books first what we remember, without a call; then only what its plan asks for.
    """
    organization.known(hand.connection)  # who has no calls left for it shall not have reserved anything yet
    document = document_of(hand, order, needs, dry=dry)
    if document is None:
        refuse_never_booked(order, rules)
        return _of_new(hand, order, needs, rules, dry=dry)
    connection = hand.connection
    found = _remembered(hand, order, rules, dry=dry)
    found = replace(found, contact=people.known(connection, needs), document=document)
    asked = asks(order, found, rules)
    if "document" in asked:
        found = replace(found, document=standing.read(hand, order, document, dry=dry))
    if "items" in asked:
        found = replace(found, items=goods.items(hand, needs, dry=dry))
    return found


def _of_new(hand: Hand, order: Order, needs: Needs, rules: BookRules, *, dry: bool) -> Found:
    contact = people.contact(hand, needs, dry=dry)
    new = contact is None and not needs.walk_in
    return replace(
        _remembered(hand, order, rules, dry=dry),
        contact=contact,
        items=goods.items(hand, needs, dry=dry),
        pricebook_id=price_list_for(hand, order, dry=dry) if new else "",
        sales_order=stages.sales_order(hand, order, dry=dry) if rules.document == "invoice" else None,
        estimate=stages.estimate(hand.connection, order.id),
    )


def _remembered(hand: Hand, order: Order, rules: BookRules, *, dry: bool) -> Found:
    """Of refunds only the order's own, where its last part alone has them."""
    found = remembered(hand, order.id, rules, dry=dry)
    if not rules.part:
        return found
    theirs = {f"refund:{refund.key}" for refund in order.refunds}
    kept = {
        name: note for name, note in found.notes.items() if name in theirs or name.startswith("reversal:")
    }
    return replace(found, notes=kept)


def remembered(hand: Hand, order: str, rules: BookRules, *, dry: bool = False) -> Found:
    """What no order is needed for but its id."""
    connection = hand.connection
    itself, taxes = organization.known(connection)
    payments = memory.of_order(connection, PAYMENT, order, "payment")
    return Found(
        taxes=taxes,
        payments={key: link.id for key, link in payments.items()},
        recorded={
            key: Decimal(link.extra["amount"]) for key, link in payments.items() if "amount" in link.extra
        },
        unused=unused_money.left(connection, order, dry=dry) if rules.document == "invoice" else {},
        ordered=stages.behind(connection, order),
        organization=itself,
        notes=notes.found_notes(hand, order, rules, dry=dry),
        marked=memory.mark_of(connection, order),
        begun=memory.is_begun(connection, order),
        digest=connection.hash_person,
    )


def document_of(hand: Hand, order: Order, needs: Needs, *, dry: bool = False) -> FoundDocument | None:
    """The document we remember, re-read where it was left unverified, or one that an earlier life of ours made."""
    connection = hand.connection
    known = memory.documents_of(connection, order.id)
    for link in reversed(known):  # one that is to be made again has the one before it behind it
        if link.extra.get("verified"):
            return standing.remembered(connection, link)
        if (there := standing.unverified(hand, order, link, dry=dry)) is not None:
            return there
    unmarked = not order.external_order_id or connection.book_rules.document == "estimate"
    if known or unmarked or stages.is_ordered(connection, order.id):
        return None
    found = standing.earlier(hand, order, needs, dry=dry)
    if found is None or dry:
        return found
    notes.adopt(hand, order, connection.book_rules)
    credited = f"reversal:{found.generation}" in memory.notes_of(connection, order.id)
    return replace(found, ended="credited") if credited else found


def _store_zone(connection: Connection) -> str:
    """The store's IANA zone, asked once."""
    known = cursors.get(connection.ledger, connection.name, "time_zone")
    if known is None:
        told = store_itself.store_information(connection.store).get("timezone") or {}
        known = str(told.get("name") or "UTC")
        cursors.put(connection.ledger, connection.name, "time_zone", known, connection.clock())
    return known
