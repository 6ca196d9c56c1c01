"""In which kinds of documents an order was begun: it goes on in them, whatever is chosen for others by now."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ledger import intents, links
from ledger.links import Link
from mappings.rules import BookRules
from mappings.zoho.keys import part_of
from tasks import memory
from tasks.memory import DOCUMENT
from tasks.order_looks import FLOW
from tasks.services import Connection

WAY = "way"
SaleKind = Literal["invoice", "sales_order"]


def remember(connection: Connection, order: str) -> None:
    """Said before an order's sales order is made: whether an invoice is to follow it, and when."""
    rules = connection.book_rules
    told = {"invoice_when": rules.invoice_when, "partial_invoices": rules.partial_invoices}
    memory.bind(connection, WAY, memory.stem(connection, order), "", told)


def as_begun(connection: Connection, order: str) -> Connection:
    """The same connection with the kinds of documents in which this order was begun; as it is where none was."""
    rules = connection.book_rules
    if rules.document == "estimate":
        return connection
    kinds = kinds_of(connection, order)
    if "order" in kinds:
        way = links.get(connection.ledger, connection.name, WAY, memory.stem(connection, order))
        return replace(connection, book_rules=_ordered(rules, way, invoiced="invoice" in kinds))
    if "invoice" in kinds and rules.document == "sales_order":
        return replace(connection, book_rules=replace(rules, document="invoice"))
    return connection


def kinds_of(connection: Connection, order: str) -> set[str]:
    """The words of the documents that book it, or ever did; where there are none, of those that were sent and never
    heard of.
    """
    rows = links.below(connection.ledger, connection.name, DOCUMENT, memory.stem(connection, order))
    made = {row.key.split(":")[2] for row in rows} - {"estimate"}
    if made:
        return made
    sent = intents.of_record(connection.ledger, connection.name, f"{FLOW}:{order}:create")
    unheard = [one for one in sent if one.state in ("intended", "unknown")]
    return {
        memory.WORDS[one.kind]
        for one in unheard
        if one.kind in ("invoice", "sales_order") and not part_of(one.key.split(":", 3)[3])
    }


def kinds_made(connection: Connection) -> tuple[SaleKind, ...]:
    """The kinds in which orders are booked, or were while something else was chosen; the invoice first."""
    rules = connection.book_rules
    chosen = {rules.document, "sales_order" if rules.invoice_when else rules.document}
    every: tuple[SaleKind, ...] = ("invoice", "sales_order")
    return tuple(kind for kind in every if kind in chosen or _were_made(connection, memory.WORDS[kind]))


def _were_made(connection: Connection, word: str) -> bool:
    return links.says(connection.ledger, connection.name, DOCUMENT, word)


def _ordered(rules: BookRules, way: Link | None, *, invoiced: bool) -> BookRules:
    """Of an order that has a sales order. The moment of its invoice is that of now, where there is one. Of one that was
    booked before its way was kept, what is chosen now tells it, and whether it was invoiced.
    """
    chosen = rules.invoice_when
    when = way.extra["invoice_when"] if way is not None else chosen or ("paid" if invoiced else "")
    if not when:
        return replace(rules, document="sales_order", invoice_when="", partial_invoices="off")
    if chosen or way is None:
        return replace(rules, document="invoice", invoice_when=chosen or when)
    return replace(
        rules, document="invoice", invoice_when=when, partial_invoices=way.extra["partial_invoices"]
    )
