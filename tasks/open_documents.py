"""Documents that may have changed since we made them are read again: what have they taken of the stock by now?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from connectors.zoho import stock_documents
from ledger import cursors, links, takings
from ledger.links import Link
from mappings.rules import StockRules
from tasks import order_stock, stock_notes
from tasks.memory import DOCUMENT
from tasks.services import Connection, Publish, stock

ROUND = "stock.documents"  # how far the round of all open documents has got
AT_MOST = 20  # documents of one sweep
REST = 3600.0  # seconds between two rounds: a document that stays open costs a call an hour at most
OVER = 30 * 86400.0  # seconds for which the document of an order that is over is still asked for
PAGE = 200
DONE = {
    "accounting": ("quantity_invoiced", "invoiced_status", frozenset({"invoiced"})),
    "physical": ("quantity_shipped", "shipped_status", frozenset({"shipped", "fulfilled"})),
}
Row = Mapping[str, Any]
NOTHING: Mapping[str, Row | None] = {}


def look(connection: Connection, module: str, document_id: str) -> list[str]:
    """The items whose stock is to be looked at because somebody changed this document.

    None for an echo of our own: a document of ours that took just what we thought.
    """
    connection = stock(connection)
    order = _order_of(connection, module, document_id) if module in order_stock.MODULES.values() else ""
    if order and takings.in_flight(connection.ledger, connection.name, order):
        return []  # our own way with it is not at its end, and sees to it there
    document = stock_documents.read_document(connection.zoho, module, document_id)
    if order:
        return _ours(connection, order, {document_id: document})
    if document is None:
        return []  # what it moved back the sweep finds
    ours = [item for one in _orders_behind(document) for item in _behind(connection, one)]
    return list(dict.fromkeys([*_items(document), *ours]))


def look_again(connection: Connection, publish: Publish | None, at_most: int = AT_MOST) -> int:
    """Documents of orders that are still open, the oldest order first; how many were read."""
    connection = stock(connection)
    after = _place(connection)
    if after is None:
        return 0
    read = 0
    for order in _open(connection, after):
        if read == at_most:
            _keep_place(connection, after)
            return read
        items = _ours(connection, order)
        if items:
            stock_notes.note(connection, items, publish)
        read, after = read + 1, order
    if read or after:  # a round that found nothing to read has cost nothing, and needs no rest
        _keep_place(connection, "")
    return read


def refresh(connection: Connection, variants: Iterable[str], at_most: int = AT_MOST) -> bool:
    """Documents of open orders of these variants, because Zoho's figure moved: perhaps it was one of them. True where
    it was.
    """
    orders = takings.open_with(connection.ledger, connection.name, variants)
    changed = False
    for order in islice(_with_documents(connection, orders), at_most):
        changed |= bool(_ours(connection, order))
    return changed


def _open(connection: Connection, after: str) -> Iterator[str]:
    """Orders without a document cost no call."""
    young = connection.clock() - OVER
    while page := takings.open_orders(connection.ledger, connection.name, PAGE, after, young):
        yield from _with_documents(connection, page)
        after = page[-1]


def _with_documents(connection: Connection, orders: Iterable[str]) -> Iterator[str]:
    for order in orders:
        link = order_stock.document_of(connection, order)
        if link is not None and not takings.in_flight(connection.ledger, connection.name, order):
            yield order


def _place(connection: Connection) -> str | None:
    """Behind which order the round goes on; None while it rests."""
    kept = json.loads(cursors.get(connection.ledger, connection.name, ROUND) or "{}")
    if kept.get("after"):
        return str(kept["after"])
    rests = connection.clock() - float(kept.get("ended", 0.0)) < REST / connection.pace
    return None if rests else ""


def _keep_place(connection: Connection, after: str) -> None:
    now = connection.clock()
    told = {"after": after} if after else {"ended": now}
    cursors.put(connection.ledger, connection.name, ROUND, json.dumps(told), now)


def _ours(connection: Connection, order: str, read: Mapping[str, Row | None] = NOTHING) -> list[str]:
    """Remembers what the order's document has taken by now; the items that it took otherwise than the order needs, or
    than we thought. `read`: what was read already, by id.
    """
    link = order_stock.document_of(connection, order)
    if link is None:
        return []  # taken back in this moment
    quantities = _quantities(connection, order, link, read)
    is_live = bool(quantities)
    rows = takings.of_order(connection.ledger, connection.name, order)
    found = links.by_ids(connection.ledger, connection.name, stock_notes.LINK, [r.variant for r in rows])
    booked: dict[str, int] = {}
    wanted: list[str] = []
    for row in rows:
        items = [link.key for link in found.get(row.variant, ())]
        quantity = sum((quantities.pop(item, Decimal(0)) for item in items), Decimal(0))
        # what the order never asked for is a person's own business: it is no part of what is due
        most = max(row.due, row.booked)
        booked[row.variant] = min(int(quantity), most) if items else row.booked * is_live
        if booked[row.variant] != row.booked or quantity > booked[row.variant]:
            wanted += items
    order_stock.keep_seen(connection, order, link.id, booked)
    return [*wanted, *(item for item, quantity in quantities.items() if quantity)]


def _quantities(
    connection: Connection, order: str, link: Link, read: Mapping[str, Row | None]
) -> dict[str, Decimal]:
    """What is taken by the document, or where an invoice takes nothing (any more), by the sales order behind it."""
    module = order_stock.module_of(link)
    document = _document(connection, module, link, read)
    taken = _taken(connection, module, document) if document is not None else {}
    behind = None if taken else order_stock.order_behind(connection, order, link)
    held = _document(connection, "salesorders", behind, read) if behind is not None else None
    return _held_back(held) if held is not None else taken


def _document(connection: Connection, module: str, link: Link, read: Mapping[str, Row | None]) -> Row | None:
    if link.id in read:
        return read[link.id]
    return stock_documents.read_document(connection.zoho, module, link.id)


def _held_back(document: Row) -> dict[str, Decimal]:
    """What a sales order still holds back; what was invoiced of it, be it in a draft, is not its own any more."""
    held: dict[str, Decimal] = {}
    for line in (
        document.get("line_items") or () if _order_status(document) not in order_stock.AT_REST else ()
    ):
        gone = _number(line.get("quantity_cancelled")) + _number(line.get("quantity_invoiced"))
        left = _number(line.get("quantity")) - gone
        if line.get("item_id") and left > 0:
            held[str(line["item_id"])] = held.get(str(line["item_id"]), Decimal(0)) + left
    return held


def _taken(connection: Connection, module: str, document: Row) -> dict[str, Decimal]:
    """What a document of ours has taken of the published figure, by item."""
    taken: dict[str, Decimal] = {}
    if str(document.get("status") or "") in order_stock.AT_REST:
        return taken
    for line in document.get("line_items") or ():
        if line.get("item_id"):
            item, quantity = str(line["item_id"]), _number(line.get("quantity"))
            if module == "salesorders":
                quantity = _ordered(connection, document, line, quantity)
            taken[item] = taken.get(item, Decimal(0)) + quantity
    return taken


def _ordered(connection: Connection, document: Row, line: Row, quantity: Decimal) -> Decimal:
    """A sales order holds its goods back for the buyer until they leave; a closed one holds back no more."""
    rules = connection.stock_rules
    if _order_status(document) in order_stock.AT_REST:
        return Decimal(0)
    if rules.figure == "available" and not _is_over(document, rules):
        return quantity - _number(line.get("quantity_cancelled"))
    by_line, by_order, whole = DONE[rules.mode]
    if line.get(by_line) not in (None, ""):
        return min(quantity, _number(line[by_line]))
    return quantity if str(document.get(by_order) or "") in whole else Decimal(0)


def _is_over(document: Row, rules: StockRules) -> bool:
    """Its invoice closes a sales order, and its goods may lie there still."""
    unshipped = rules.mode == "physical" and document.get("invoiced_status") == "invoiced"
    return _order_status(document) == "closed" and not unshipped


def _order_status(document: Row) -> str:
    return str(document.get("order_status") or document.get("status") or "")


def _order_of(connection: Connection, module: str, document_id: str) -> str:
    """Whose document this is; "" where it is none of ours, or one that we took back."""
    for link in links.by_id(connection.ledger, connection.name, DOCUMENT, document_id):
        _, order, kind, *_ = link.key.split(":")
        live = order_stock.document_of(connection, order) if order_stock.MODULES.get(kind) == module else None
        behind = order_stock.order_behind(connection, order, live) if live is not None else None
        if document_id in {one.id for one in (live, behind) if one is not None}:
            return order
    return ""


def _orders_behind(document: Row) -> list[str]:
    """The sales orders that an invoice, a package or a shipment comes from."""
    rows = [document, *(document.get("salesorders") or ()), *(document.get("line_items") or ())]
    ids = [str(row.get("salesorder_id") or "") for row in rows if isinstance(row, Mapping)]
    return [one for one in dict.fromkeys(ids) if one]


def _behind(connection: Connection, sales_order: str) -> list[str]:
    """What was invoiced or shipped of a sales order of ours is taken by it."""
    order = _order_of(connection, "salesorders", sales_order)
    if not order or connection.stock_rules.figure == "available":
        return []
    return _ours(connection, order)


def _items(document: Row) -> Iterable[str]:
    return [str(line["item_id"]) for line in document.get("line_items") or () if line.get("item_id")]


def _number(value: Any) -> Decimal:
    try:
        return Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)
