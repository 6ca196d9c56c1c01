"""What a comparison of both platforms reads: orders and refunds of the store, documents of ours in Zoho, by lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.bigcommerce import order_pages, refunds
from connectors.bigcommerce import orders as store_orders
from connectors.zoho import lists
from connectors.zoho.documents import custom_field
from mappings.bigcommerce.orders import translate
from mappings.errors import Skip, Unmappable
from mappings.money import summed
from mappings.reconcile import books, store
from mappings.reconcile.words import Back, Booked, Sold
from mappings.records import SILENT, Order
from mappings.rules import BookRules
from mappings.zoho.stages import by_moment
from tasks import begun, told_money
from tasks.services import Connection

AROUND = timedelta(days=3)  # a document may be dated so far from its order's day
OFFLINE = "offline"  # the key of a payment that only the order's status tells
Tell = Callable[[str, int], None]
"""Told what is being read, and how much of it so far."""


@dataclass(frozen=True)
class Days:
    """A period in the merchant's zone, both days included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    def __contains__(self, moment: date | datetime) -> bool:
        if isinstance(moment, datetime):
            return self.since <= moment < self.until
        return self.first <= moment <= self.last


@dataclass
class Read:
    """Both sides, by order id. `keyed`: documents carry our key, so one that bears none is not ours."""

    orders: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    refunds: dict[str, list[Back]] = field(default_factory=dict)
    documents: dict[str, list[Booked]] = field(default_factory=dict)
    keyed: bool = True

    @property
    def many(self) -> int:
        return sum(len(some) for some in self.documents.values())


def read(connection: Connection, rules: BookRules, days: Days, tell: Tell) -> Read:
    """The store first: what is sold meanwhile is booked later, and nothing that we have seen sold is booked unseen."""
    both = Read()
    for row in order_pages.oldest_first(connection.store, days.since, days.until, purpose="reconcile"):
        both.orders[str(row["id"])] = row
        tell("orders of the store", len(both.orders))
    for row in refunds.list_refunds(connection.store, days.since):
        _keep_refund(both, row)
    _read_books(connection, rules, days, both, tell)
    return both


def _keep_refund(both: Read, row: Mapping[str, Any]) -> None:
    back = store.back(row)
    if back is not None:
        both.refunds.setdefault(back.order, []).append(back)


def _read_books(connection: Connection, rules: BookRules, days: Days, both: Read, tell: Tell) -> None:
    """A credit note may be of any later day, and so may an invoice that follows a sales order; any other sale bears its
    order's.
    """
    first, last = days.first - AROUND, days.last + AROUND
    kinds = _kinds(connection)
    late = by_moment(rules) or "sales_order" in kinds
    later = {"credit_note", *(["invoice"] if late else [])}
    pages = [(kind, None if kind in later else last) for kind in kinds]
    found: list[tuple[Booked, bool]] = []
    for kind, end in pages:
        for page in lists.dated(connection.zoho, kind, first, end):
            found += ours(page.rows, kind, rules)
            tell("documents of Zoho", len(found))
    both.keyed = any(keyed for _, keyed in found)
    for document in _told_by_key(found, both.keyed):
        if document.role != "sale" or document.day <= last or document.order in both.orders:
            both.documents.setdefault(document.order, []).append(document)
    both.documents.update({order: books.booking(some) for order, some in both.documents.items()})


def _kinds(connection: Connection) -> tuple[lists.Kind, ...]:
    """A sales order counts as long as its invoice has not come."""
    return (*begun.kinds_made(connection), "credit_note")


def ours(rows: Iterable[Mapping[str, Any]], kind: str, rules: BookRules) -> list[tuple[Booked, bool]]:
    """The documents that may be ours, each with whether it bears our key."""
    found = []
    for row in rows:
        key = custom_field(row, rules.key_field)
        document = books.booked(row, kind, key, rules.store_hash, by_reference=True)
        if document is not None:
            found.append((document, bool(key)))
    return found


def _told_by_key(found: list[tuple[Booked, bool]], keyed: bool) -> list[Booked]:
    """Where our key is told, only that counts. Lists of credit notes may not tell it where those of invoices do: then
    their reference says whose they are, of orders that have a document of ours.
    """
    sure = [document for document, by_key in found if by_key or not keyed]
    if not keyed or any(by_key and document.role != "sale" for document, by_key in found):
        return sure
    known = {document.order for document in sure}
    return [
        *sure,
        *(one for one, by_key in found if not by_key and one.role == "note" and one.order in known),
    ]


def again(
    connection: Connection, rules: BookRules, order: str, both: Read
) -> tuple[Sold | None, list[Booked]]:
    """One order that looked wrong, read a second time from both sides, with its transactions; None: the store has it
    no more.
    """
    bundle = store_orders.read_bundle(connection.store, order, purpose="reconcile")
    documents = _named(connection, rules, order, both)
    if bundle is None:
        return None, documents
    backs = {back.key: back for back in both.refunds.get(order, ())}
    backs |= {back.key: back for row in bundle["refunds"] if (back := store.back(row)) is not None}
    sold = store.sold(bundle["order"], backs.values(), connection.order_rules)
    return _exact(connection, sold, bundle), documents


def _exact(connection: Connection, sold: Sold, bundle: Mapping[str, Any]) -> Sold:
    """With the money that its transactions tell; an order that cannot be translated keeps what its row tells."""
    try:
        order = translate(bundle, connection.order_rules, known=True)
        order = told_money.with_recorded(connection, order)
    except (Skip, Unmappable):
        return sold
    paid = summed([one.amount for one in order.payments])
    return replace(sold, paid=paid, exact=True, by_status=_is_by_status(order, bundle["order"]))


def _is_by_status(order: Order, row: Mapping[str, Any]) -> bool:
    """Only a status says that it was paid, or did so before the order ended: the new one says nothing of the money."""
    if any(payment.key == OFFLINE for payment in order.payments):
        return True
    told = any(not payment.account for payment in order.payments)  # a gateway did
    denied = str(row.get("payment_status") or "").lower() in store.NOT_PAID
    return order.ended in SILENT and not told and not denied


def _named(connection: Connection, rules: BookRules, order: str, both: Read) -> list[Booked]:
    """Every document that bears the order's number, whatever its day; those whose tax was read keep it."""
    opened = {one.id: one for one in both.documents.get(order, ()) if one.tax is not None}
    found: list[tuple[Booked, bool]] = []
    for kind in _kinds(connection):
        rows = lists.named(connection.zoho, kind, order, purpose="reconcile")
        found += [pair for pair in ours(rows, kind, rules) if pair[0].order == order]
    listed = {one.id: one for one in books.booking(_told_by_key(found, both.keyed))}
    return [replace(one, tax=opened[one.id].tax) if one.id in opened else one for one in listed.values()]


def open_one(connection: Connection, document: Booked) -> Booked:
    """The same with the tax that only the whole document tells."""
    sale: lists.Kind = "sales_order" if document.ordered else "invoice"
    kind: lists.Kind = sale if document.role == "sale" else "credit_note"
    answer = lists.opened(connection.zoho, kind, document.id)
    return document if answer is None else books.opened(document, answer)
