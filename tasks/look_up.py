"""Collects what an order needs: from the ledger, and where it does not know, from Zoho."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.bigcommerce import store as store_itself
from connectors.errors import Rejected
from connectors.zoho import documents
from connectors.zoho.client import is_missing
from ledger import cursors, links
from ledger.links import Link
from mappings.errors import Unmappable
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho.found import Found, FoundDocument, Needs
from mappings.zoho.orders import verify
from mappings.zoho.verdicts import discounted
from tasks import goods, organization, people
from tasks.contact_lists import price_list_for
from tasks.hand import Hand
from tasks.services import Connection

DOCUMENT, PAYMENT, MARK = "document", "payment", "mark"


def rules_of(connection: Connection) -> BookRules:
    """The merchant's rules, with what only the platforms can tell filled in."""
    rules = connection.book_rules
    if not rules.time_zone:
        rules = replace(rules, time_zone=_store_zone(connection))
    if connection.zoho.edition == "inventory":
        rules = replace(rules, payments="separate")  # quick creation is a switch of Books
    return rules


def found_for(hand: Hand, order: Order, needs: Needs, *, dry: bool = False) -> Found:
    """What is there already; what is missing is reserved for us unless `dry`."""
    connection = hand.connection
    itself, taxes = organization.known(connection)
    document = document_of(hand, order, needs)
    posted = document is not None
    contact = people.known(connection, needs) if posted else people.contact(hand, needs, dry=dry)
    new = contact is None and not posted and not needs.walk_in
    return Found(
        contact=contact,
        items={} if posted else goods.items(hand, needs, dry=dry),
        taxes=taxes,
        document=document,
        payments=_payments(connection, needs),
        organization=itself,
        marked=_marked(connection, needs),
        digest=connection.hash_person,
        pricebook_id=price_list_for(hand, order, dry=dry) if new else "",
    )


def document_of(hand: Hand, order: Order, needs: Needs) -> FoundDocument | None:
    """The document we remember, re-read where it was left unverified, or one that an earlier life of ours made."""
    connection = hand.connection
    link = links.get(connection.ledger, connection.name, DOCUMENT, needs.key)
    if link is not None and link.extra.get("verified"):
        return _remembered(link)
    if link is not None and (standing := _read(connection, link, order)) is not None:
        return standing
    return _earlier(connection, needs) if order.external_order_id else None


def _remembered(link: Link) -> FoundDocument:
    extra = link.extra
    return FoundDocument(
        id=link.id,
        number=extra["number"],
        status=extra["status"],
        fingerprint=extra["fingerprint"],
        customer_id=extra["customer_id"],
    )


def _read(connection: Connection, link: Link, order: Order) -> FoundDocument | None:
    """A document that was not right when it was made, as it is now; None where a person has deleted it."""
    kind = connection.book_rules.document
    try:
        made = documents.get_document(connection.zoho, kind, link.id)
    except Rejected as error:
        if is_missing(error):
            return None
        raise
    if _half_split(connection, made):
        return None  # made again: the intent finds it, and it is written without discounts
    _remember_money(connection, link, made)
    verdict = verify(order, {"line_items": made["line_items"]}, made, connection.book_rules)
    if verdict.reason and verdict.reason != "total-differs":  # of the total the plan sees to
        raise Unmappable(verdict.reason, verdict.what, verdict.remedy)
    if verdict.equal:  # a person has mended it, or we died just before we could say that it is right
        right = {**link.extra, "verified": True, "status": made["status"], "total": str(made["total"])}
        links.bind(connection.ledger, link.scope, link.kind, link.key, link.id, right, connection.clock())
    return replace(_standing(kind, made), fingerprint=str(link.extra.get("fingerprint", "")))


def _half_split(connection: Connection, made: Mapping[str, Any]) -> bool:
    split = cursors.learned(connection.ledger, connection.organization).get("line_discounts") == "split"
    return split and made["status"] == "draft" and discounted(made)


def _remember_money(connection: Connection, link: Link, made: Mapping[str, Any]) -> None:
    """What was paid in the call that made the document, should we have died before we noted it."""
    if link.extra.get("paid_with") and Decimal(str(made["balance"])) < Decimal(str(made["total"])):
        for key in link.extra["paid_with"]:
            links.bind(
                connection.ledger, connection.name, PAYMENT, key, "with the document", {}, connection.clock()
            )


def _earlier(connection: Connection, needs: Needs) -> FoundDocument | None:
    """The store says the order is marked and we do not know it: our memory may be younger than the books."""
    rules = connection.book_rules
    rows = documents.find_documents(connection.zoho, rules.document, needs.reference)
    ours = [row for row in rows if documents.custom_field(row, rules.key_field) == needs.key]
    live = [row for row in ours if row.get("status") != "void"] or ours
    return _standing(rules.document, live[0]) if live else None


def _standing(kind: str, made: Mapping[str, Any]) -> FoundDocument:
    word = "invoice" if kind == "invoice" else "salesorder"
    return FoundDocument(
        id=str(made[f"{word}_id"]),
        number=str(made[f"{word}_number"]),
        total=Decimal(str(made["total"])),
        status=str(made["status"]),
        adjustment=Decimal(str(made.get("adjustment") or 0)),
        customer_id=str(made.get("customer_id", "")),
    )


def _payments(connection: Connection, needs: Needs) -> dict[str, str]:
    """Every payment that we recorded for the order, also those that the store no longer counts."""
    store, order, *_ = needs.key.split(":")
    known = links.below(connection.ledger, connection.name, PAYMENT, f"{store}:{order}:payment")
    return {link.key.split(":", 3)[3]: link.id for link in known}


def _marked(connection: Connection, needs: Needs) -> str:
    link = links.get(connection.ledger, connection.name, MARK, needs.key)
    return link.id if link else ""


def _store_zone(connection: Connection) -> str:
    """The store's IANA zone, asked once."""
    known = cursors.get(connection.ledger, connection.name, "time_zone")
    if known is None:
        told = store_itself.store_information(connection.store).get("timezone") or {}
        known = str(told.get("name") or "UTC")
        cursors.put(connection.ledger, connection.name, "time_zone", known, connection.clock())
    return known
