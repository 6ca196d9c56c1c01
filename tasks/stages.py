"""Which document an order has reached, where a sales order comes first and its invoice later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ledger import intents, links
from mappings.errors import Unmappable
from mappings.records import Order
from mappings.zoho.edits import refuse_invoiced
from mappings.zoho.found import FoundDocument
from tasks import memory, standing
from tasks.hand import Hand
from tasks.memory import DOCUMENT
from tasks.services import Connection


def ordered(connection: Connection) -> Connection:
    """The same connection as it books an order that is not invoiced yet."""
    return replace(connection, book_rules=replace(connection.book_rules, document="sales_order"))


def quoted(connection: Connection) -> Connection:
    """The same connection as it writes the estimate of an order that is only a quote."""
    rules = replace(connection.book_rules, document="estimate", invoice_when="")
    return replace(connection, book_rules=rules)


def quoting(hand: Hand) -> Hand:
    """The same hand for such an order."""
    return replace(hand, connection=quoted(hand.connection))


def estimate(connection: Connection, order: str) -> FoundDocument | None:
    """The last estimate that we made for an order, as we remember it."""
    link = memory.newest(quoted(connection), order)
    return standing.remembered(quoted(connection), link) if link is not None else None


def reached(connection: Connection, order: str) -> Connection:
    """The same as `at`, but with the estimate where that is all that is known of the order."""
    now = at(connection, order)
    only = memory.newest(now, order) is None and memory.newest(quoted(connection), order) is not None
    return quoted(connection) if only else now


def at(connection: Connection, order: str) -> Connection:
    """The connection with the document that books this order now; as it is where there is only one kind."""
    if not connection.book_rules.invoice_when:
        return connection
    stem = memory.stem(connection, order)
    invoiced = links.below(connection.ledger, connection.name, DOCUMENT, f"{stem}:invoice")
    return connection if invoiced else ordered(connection)


def is_ordered(connection: Connection, order: str) -> bool:
    """Whether we know the order by a sales order: then an invoice of ours that we do not know is asked about."""
    twofold = connection.book_rules.invoice_when and connection.book_rules.document == "invoice"
    return bool(twofold) and memory.newest(ordered(connection), order) is not None


def entered(hand: Hand) -> Hand:
    return replace(hand, connection=at(hand.connection, hand.claim.record))


def invoicing(hand: Hand) -> Hand:
    """The same hand, from the moment on at which the sales order is to be invoiced."""
    rules = replace(hand.connection.book_rules, document="invoice")
    return replace(hand, connection=replace(hand.connection, book_rules=rules))


def sales_order(hand: Hand, order: Order, *, dry: bool = False) -> Mapping[str, Any] | None:
    """The sales order whose lines the order's first invoice is made of, as Zoho answers it now. Raises Unmappable where
    a person changed it, made it void, or has invoiced it.
    """
    first = replace(hand, connection=ordered(hand.connection))
    link = memory.newest(first.connection, order.id)
    if not hand.connection.book_rules.invoice_when or link is None:
        return None
    known = replace(standing.remembered(first.connection, link), doubtful=True)
    document = standing.read(first, order, known, dry=dry)
    if document.ended or document.status == "void" or document.read is None:
        raise Unmappable(
            "changed-in-zoho",
            f"sales order {document.number} is void, and the invoice of order {order.id} is to be made from it",
            "Reopen the sales order in Zoho, then retry.",
        )
    if not _sent(hand, order):
        refuse_invoiced(document.read, order)
    return document.read


def _sent(hand: Hand, order: Order) -> bool:
    """Our own invoice may be there already: its answer was lost, and it is asked about before it is sent again."""
    unique = f"{memory.stem(hand.connection, order.id)}:invoice"
    prefix = f"{hand.claim.flow}:{hand.claim.record}:create:{unique}"
    return any(
        one.state != "rejected"
        for one in intents.of_record(hand.connection.ledger, hand.claim.connection, prefix)
    )
