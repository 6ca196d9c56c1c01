"""Which document an order has reached, where a sales order comes first and its invoice later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ledger import intents
from ledger.links import Link
from mappings.errors import Unmappable
from mappings.records import Order
from mappings.zoho.documents import fingerprint
from mappings.zoho.edits import refuse_invoiced
from mappings.zoho.found import FoundDocument
from mappings.zoho.keys import order_of, part_of
from mappings.zoho.stages import refuse_strangers, with_ours
from tasks import begun, memory, standing
from tasks.hand import Hand
from tasks.order_looks import FLOW
from tasks.services import Connection


def ordered(connection: Connection) -> Connection:
    """The same connection as it books an order that is not invoiced yet."""
    return replace(connection, book_rules=replace(connection.book_rules, document="sales_order", part=""))


def of_part(connection: Connection, part: str) -> Connection:
    """The same connection as it invoices one part of an order, whatever is chosen for others by now."""
    rules = replace(connection.book_rules, document="invoice", invoice_when="shipped", part=part)
    return replace(connection, book_rules=rules)


def in_parts(connection: Connection, order: str) -> bool:
    """Whether the order has an invoice for each shipment: one that is invoiced already goes on as it has begun."""
    if memory.parts_of(connection, order):
        return True
    rules = connection.book_rules
    chosen = rules.partial_invoices == "on" and rules.invoice_when == "shipped"
    return chosen and whole(connection, order).book_rules.document == "sales_order"


def booked(connection: Connection, order: str) -> list[tuple[Connection, Link]]:
    """The last document of each kind that books the order, those of its parts first, and who knows it by that."""
    parts = [of_part(connection, part) for part in memory.parts_of(connection, order)]
    first = whole(parts[0] if parts else connection, order)
    found = [(one, memory.newest(one, order)) for one in (*parts, first)]
    return [(one, link) for one, link in found if link is not None]


def is_held_by_parts(connection: Connection, link: Link) -> bool:
    """Whether it is a sales order of which invoices that are not void hold a part: nobody but a person can end it."""
    if connection.book_rules.document != "sales_order":
        return False
    order = order_of(link.key)
    parts = (of_part(connection, part) for part in memory.parts_of(connection, order))
    there = ((one, memory.newest(one, order)) for one in parts)
    return any(memory.ended(one, last) != "void" for one, last in there if last is not None)


def left(connection: Connection, order: str) -> Link | None:
    """The document of an order in parts of which a person said that the order is to be left alone."""
    if not connection.book_rules.part:
        return None
    there = (link for _, link in booked(connection, order))
    return next((link for link in there if link.extra.get(standing.CHOICE) == standing.STOP), None)


def written(connection: Connection, order: str, booked: Link | None) -> Link | None:
    """What books the order, or is its quote where nothing does: there it is told what a person said of it."""
    return left(connection, order) or booked or memory.newest(quoted(connection), order)


def holder(connection: Connection, link: Link) -> Connection:
    """Who knows the document of this key, or what a credit note is for."""
    order, part = order_of(link.key), part_of(link.key)
    if part:
        return of_part(connection, part)
    return at(connection, order) if link.kind == memory.NOTE else whole(connection, order)


def quoted(connection: Connection) -> Connection:
    """The same connection as it writes the estimate of an order that is only a quote."""
    rules = replace(connection.book_rules, document="estimate", lock_date="", invoice_when="", part="")
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
    """The connection with the document that books this order now, of several the last; as it is where there is only
    one kind.
    """
    parts = memory.parts_of(connection, order)
    return of_part(connection, parts[-1]) if parts else whole(connection, order)


def whole(connection: Connection, order: str) -> Connection:
    """The same, of one that is not invoiced in parts; of one that is, its sales order."""
    connection = replace(connection, book_rules=replace(connection.book_rules, part=""))
    connection = begun.as_begun(connection, order)
    if not connection.book_rules.invoice_when:
        return connection
    return connection if "invoice" in begun.kinds_of(connection, order) else ordered(connection)


def is_ordered(connection: Connection, order: str) -> bool:
    """Whether we know the order by a sales order that we made: then an invoice of ours that we do not know is asked
    about. Where we have only found the sales order, our memory is younger than the books, and it is looked for.
    """
    twofold = connection.book_rules.invoice_when and connection.book_rules.document == "invoice"
    made = f"{FLOW}:{order}:create:{memory.stem(connection, order)}:order"
    return (
        bool(twofold)
        and memory.newest(ordered(connection), order) is not None
        and bool(intents.of_record(connection.ledger, connection.name, made))
    )


def behind(connection: Connection, order: str) -> str:
    """The id of the sales order that an invoiced order had first, unless we made it void; "" where there is none."""
    if not connection.book_rules.invoice_when or connection.book_rules.document != "invoice":
        return ""
    link = memory.live(ordered(connection), order)
    return link.id if link is not None else ""


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
    in_part = bool(hand.connection.book_rules.part)
    document = standing.read(first, None if in_part else order, known, dry=dry)
    if document.ended or document.status == "void" or document.read is None:
        raise Unmappable(
            "changed-in-zoho",
            f"sales order {document.number} is void, and the invoice of order {order.id} is to be made from it",
            "Reopen the sales order in Zoho, then retry.",
        )
    if in_part:
        return _with_ours(hand, order, document.read)
    if not _sent(hand, order):
        refuse_invoiced(document.read, order)
    return document.read


def is_ours_to_rewrite(connection: Connection, order: str, *, dry: bool = False) -> bool:
    """A sales order whose lines are others only because other settings hold by now is written again; not one of which
    a person said that it stays as it is.
    """
    link = memory.newest(ordered(connection), order)
    if link is None or link.extra.get("kept"):
        return False
    if not dry:
        memory.change(connection, link, fingerprint=standing.DIFFERS)
    return True


def _with_ours(hand: Hand, order: Order, read: Mapping[str, Any]) -> Mapping[str, Any]:
    """The sales order with what our other parts have invoiced of it; a person may not have done so."""
    ours = _invoiced(hand.connection, order.id)
    if not _sent(hand, order):
        refuse_strangers(read, ours, order)
    return with_ours(read, ours)


def _invoiced(connection: Connection, order: str) -> dict[str, Decimal]:
    """How many pieces our invoices say of each line of the sales order; a credited one still holds them."""
    ours: dict[str, Decimal] = {}
    for one in (of_part(connection, part) for part in memory.parts_of(connection, order)):
        for link in memory.documents_of(one, order):
            linked = link.extra.get("linked") if memory.ended(one, link) != "void" else None
            for line, quantity in (linked or {}).items():
                ours[line] = ours.get(line, Decimal(0)) + Decimal(quantity)
    return ours


def is_invoiced(connection: Connection, order: str) -> bool:
    """Whether our invoices say all of the sales order, as we remember both."""
    link = memory.newest(ordered(connection), order)
    told = link.extra.get("print", {}) if link is not None else {}
    said = [Decimal(row.split("|")[1]) for name, row in told.items() if name.startswith("row ")]
    return bool(said) and sum(_invoiced(connection, order).values()) >= sum(said)


def is_invoice_sent(hand: Hand, order: Order) -> bool:
    """Whether the sales order has an invoice on its way of which nothing was heard: its moment had come."""
    rules = hand.connection.book_rules
    return bool(rules.invoice_when) and rules.document == "sales_order" and _sent(hand, order)


def is_as_ordered(hand: Hand, order: Order) -> bool:
    """Whether the order still is what its sales order says, and stands."""
    link = memory.live(hand.connection, order.id)
    same = link is not None and link.extra.get("fingerprint") == fingerprint(order)
    return same and not order.refunds and not hand.connection.book_rules.is_over(order.ended)


def _sent(hand: Hand, order: Order) -> bool:
    """Our own invoice may be there already: its answer was lost, and it is asked about before it is sent again."""
    unique = f"{memory.branch(hand.connection, order.id)}:invoice"
    prefix = f"{hand.claim.flow}:{hand.claim.record}:create:{unique}"
    return any(
        one.state != "rejected"
        for one in intents.of_record(hand.connection.ledger, hand.claim.connection, prefix)
    )
