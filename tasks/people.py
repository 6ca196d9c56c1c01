"""Finds the contact of an order: by what we remember, else by e-mail in Zoho; equal names never make two people one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.zoho import contacts as zoho_contacts
from ledger import links
from ledger.links import Link
from mappings.zoho import contacts as written
from mappings.zoho.found import FoundContact, Needs
from tasks import reservations
from tasks.hand import Hand
from tasks.services import Connection
from tasks.ways import walk_in

KIND = "contact"


def contact(hand: Hand, needs: Needs, *, dry: bool = False) -> FoundContact | None:
    """The contact, or None when it is to be created (and, unless `dry`, reserved for us)."""
    key = contact_key(hand.connection, needs)

    def look() -> tuple[str, dict[str, Any]] | None:
        return _look(hand.connection, needs)

    if dry:
        link = reservations.peek(hand, KIND, key, look)
    else:
        link = reservations.settle(hand, reservations.reserve(hand, KIND, key), look)
    return _found(link) if link else None


def known(connection: Connection, needs: Needs) -> FoundContact | None:
    """The contact as we remember it; nobody is asked."""
    link = links.get(connection.ledger, connection.organization, KIND, contact_key(connection, needs))
    return _found(link) if link is not None and link.state == "linked" else None


def contact_key(connection: Connection, needs: Needs) -> str:
    """Under which the ledger remembers a person: a keyed hash, and the currency, for a contact has only one."""
    who = needs.email or (
        f"{connection.store_hash}:customer:{needs.customer_id}" if needs.customer_id else "walk-in"
    )
    return f"{connection.hash_person(who)}:{needs.currency}"


def _look(connection: Connection, needs: Needs) -> tuple[str, dict[str, Any]] | None:
    if needs.walk_in:
        there = walk_in(connection, needs.names, {"currency_code": needs.currency})
        return (str(there["id"]), remembered(connection, there, profile="", written_by="")) if there else None
    if not needs.email:
        return None
    rows = [
        row
        for row in zoho_contacts.find_contacts(connection.zoho, needs.email)
        if str(row.get("currency_code") or needs.currency) == needs.currency
    ]
    if not rows:
        return None
    oldest = min(rows, key=lambda row: (row.get("status") == "inactive", str(row.get("created_time", ""))))
    detail = zoho_contacts.get_contact(connection.zoho, str(oldest["contact_id"]))
    return str(oldest["contact_id"]), remembered(connection, detail, profile="", written_by="")


def remembered(
    connection: Connection, answer: Mapping[str, Any], *, profile: str, written_by: str
) -> dict[str, Any]:
    """What the ledger keeps of a contact: hashes and ids only."""
    addresses = written.addresses_of(answer, connection.hash_person)
    return {"addresses": addresses, "profile": profile, "written_by": written_by}


def _found(link: Link) -> FoundContact:
    extra = link.extra
    return FoundContact(link.id, dict(extra["addresses"]), extra["profile"], extra["written_by"])
