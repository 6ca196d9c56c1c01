"""Chooses a few of the latest orders, of as many sorts as there are, and lays both sides of each beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from connectors.bigcommerce import order_pages
from connectors.bigcommerce import orders as store_orders
from connectors.zoho import documents
from ledger import runs, work
from ledger.runs import Run
from mappings.bigcommerce.orders import translate
from mappings.money import summed
from mappings.statuses import GIVEN_BACK
from tasks import backfill, memory, stages
from tasks.order_looks import FLOW
from tasks.recipe import perform
from tasks.services import Connection, Services

KIND = "sample"
LOOKED_AT = 250  # of the latest orders
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Side:
    """What one side says of an order, amounts in its currency; `given_back`: refunds, or credit notes."""

    total: Decimal
    tax: Decimal
    lines: int
    paid: Decimal
    given_back: Decimal


@dataclass(frozen=True)
class Compared:
    order: str
    sorts: tuple[str, ...]
    currency: str
    number: str
    store: Side
    books: Side


def choose(connection: Connection, many: int) -> dict[str, Row]:
    """Rows of orders that are not in the books, by id: first one of each sort, then the latest."""
    rows = {str(row["id"]): row for row in islice(order_pages.latest(connection.store), LOOKED_AT)}
    under_way, _ = runs.untouchable(connection.ledger, connection.name, rows)
    quotes = connection.book_rules.estimate_statuses
    statuses = (connection.order_rules.statuses - quotes) | GIVEN_BACK
    left = {
        order: row
        for order, row in rows.items()
        if int(row["status_id"]) in statuses
        and order not in under_way
        and memory.newest(stages.at(connection, order), order) is None
    }
    chosen, seen = dict[str, Row](), set[str]()
    for order in [*_of_new_sorts(left, seen), *left]:
        if len(chosen) < many:
            chosen.setdefault(order, left[order])
    return chosen


def _of_new_sorts(rows: Mapping[str, Row], seen: set[str]) -> Iterator[str]:
    """Those that show the most sorts come first, so that a few orders show many."""
    for order in sorted(rows, key=lambda one: -len(sorts(rows[one]))):
        if set(sorts(rows[order])) - seen:
            seen.update(sorts(rows[order]))
            yield order


def sorts(row: Row) -> tuple[str, ...]:
    """What is special about an order, as far as a list tells."""
    told = {
        "refunded": _is(row, "refunded_amount") or int(row["status_id"]) in GIVEN_BACK,
        "discounted": _is(row, "discount_amount") or _is(row, "coupon_discount"),
        "foreign currency": _currency(row) != str(row.get("store_default_currency_code") or _currency(row)),
        "guest": not int(row.get("customer_id") or 0),
        "gift certificate or store credit": _is(row, "gift_certificate_amount")
        or _is(row, "store_credit_amount"),
        "several addresses": int(row.get("shipping_address_count") or 0) > 1,
    }
    return tuple(sort for sort, so in told.items() if so) or ("plain",)


def _currency(row: Row) -> str:
    return str(row.get("default_currency_code") or "")


def _is(row: Row, name: str) -> bool:
    return Decimal(str(row.get(name) or 0)) > 0


def book(services: Services, connection: Connection, chosen: Mapping[str, Row]) -> Run:
    """Put them through the recipe here and now, in the name of a run."""
    run = runs.begin(connection.ledger, connection.name, KIND, connection.clock())
    stamps = {order: str(row["date_modified"]) for order, row in chosen.items()}
    for work_id in backfill.noted(connection, run, stamps):
        perform(services, work_id)
    runs.set_state(connection.ledger, run, "ended", connection.clock())
    return run


def compared(connection: Connection, chosen: Mapping[str, Row]) -> Iterable[Compared]:
    """Both sides of those that are in the books, each read afresh."""
    for order, row in chosen.items():
        staged = stages.whole(connection, order)  # of one that is invoiced in parts its sales order says all
        link = memory.live(staged, order)
        known = work.find(connection.ledger, connection.name, FLOW, order)
        bundle = store_orders.read_bundle(connection.store, order)
        if link is None or known is None or bundle is None or known.outcome != "posted":
            continue
        sold = translate(bundle, connection.order_rules, known=True)
        made = documents.get_document(connection.zoho, staged.book_rules.document, link.id)
        store = Side(
            total=sold.total,
            tax=sold.tax,
            lines=len(sold.lines),
            paid=summed([payment.amount for payment in sold.payments]),
            given_back=summed([refund.total for refund in sold.refunds]),
        )
        number = str(link.extra.get("number", ""))
        yield Compared(order, sorts(row), sold.currency, number, store, _books(connection, order, made))


def _books(connection: Connection, order: str, made: Row) -> Side:
    notes = memory.notes_of(connection, order)
    return Side(
        total=_money(made.get("total")),
        tax=_money(made.get("tax_total")),
        lines=len(made.get("line_items") or ()),
        paid=_money(made.get("payment_made")),
        given_back=summed([_money(link.extra.get("total")) for link in notes.values()]),
    )


def _money(value: Any) -> Decimal:
    return Decimal(str(value or 0))
