"""Compares what both sides tell of many items with what was last agreed: which of them differ, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from connectors.bigcommerce import inventory
from connectors.bigcommerce import orders as store_orders
from ledger import levels as memory
from ledger import takings, work
from ledger.levels import Level
from ledger.takings import Sums
from mappings import stock as arithmetic
from mappings.bigcommerce import stock as store_stock
from mappings.stock import Agreed, Now
from tasks import order_looks
from tasks.fates import Later
from tasks.order_stock import about
from tasks.services import Connection
from tasks.stock_family import Family, derived, family, taken, variants_of
from tasks.stock_notes import FLOW
from tasks.stock_pending import is_busy
from tasks.stock_safety import safety_on_top
from tasks.stock_sights import Ware
from tasks.turns import alone

Figures = Mapping[int, Decimal]
Levels = Mapping[int, tuple[int, int]]  # by location: on hand, for sale
NONE = Sums(0, 0, 0, in_flight=False)


@dataclass(frozen=True)
class Shelf:
    """The store's levels, all read at once, and what orders had taken then; `at` is before the first was read.

    `restless`: variants of which orders came by while the levels were read.
    """

    connection: Connection
    at: float
    by_variant: Mapping[str, Levels]
    by_product: Mapping[str, Levels]
    sums: Mapping[str, Sums]
    restless: frozenset[str]

    def levels(self, ware: Ware) -> Levels | None:
        """By location; None where the store shows nothing of this variant."""
        found = self.by_variant.get(ware.variant)
        return self.by_product.get(str(ware.extra.get("product"))) if found is None else found

    @cached_property
    def has_unread_orders(self) -> bool:
        """Whether the store may have sold what we know nothing of yet; asked at most once."""
        one = self.connection
        if takings.unread(one.ledger, one.name, one.clock()):
            return True
        rows = list(store_orders.list_modified(one.store, order_looks.since(one)))
        return bool(order_looks.changed(one, rows))


@dataclass
class Found:
    """What a sweep is to note, what of it counts as drift (by cause), and levels that were seen to stand as written.

    `doubtful` ones of those may have moved in Zoho by a document of an open order.
    """

    noted: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    drift: dict[str, str] = field(default_factory=dict)
    proven: list[Level] = field(default_factory=list)


@dataclass(frozen=True)
class _Look:
    """One item as it is compared: `amounts` are due and booked by now, `taken` what orders took of the store's level by
    now. `flying`: a document of it is being made; `moved`: orders have come by since the store was read.
    """

    there: Shelf
    ware: Ware
    amounts: tuple[int, int]
    taken: int
    flying: bool
    moved: bool

    def here(self, level: Level) -> bool:
        """Whether orders take from it."""
        return level.location == self.there.connection.stock_rules.order_location

    def then(self, level: Level) -> int:
        """What orders had taken of it when the store was read."""
        return self.there.sums.get(self.ware.variant, NONE).taken if self.here(level) else 0

    def store(self, level: Level, on_hand: int | None, for_sale: int | None) -> tuple[int | None, int]:
        """The level, and how much of what is there lies below it as safety stock."""
        rules = self.there.connection.stock_rules
        both = rules.method == "two_way" and not self.ware.parts
        spared = 0 if both else safety_on_top(level, self.then(level), on_hand, for_sale)
        return (for_sale if spared else on_hand), spared

    def cause(self, level: Level, books: Decimal, store: int | None) -> str:
        """Why it differs: the store's level first, because who writes there also writes what changed in Zoho."""
        if level.at >= self.there.at:
            return ""  # somebody has looked at it since the store was read
        here, then = self.here(level), self.then(level)
        (due, booked), agreed = self.amounts if here else (0, 0), Agreed(level.base, level.store, level.taken)
        merged = arithmetic.two_way(agreed, Now(books, then, due, booked, store), self.ware.buffer)
        if merged.to_books:
            extra = "store" if merged.to_books > 0 else "store-less"
            return extra if level.proven else "unproven"
        if self.flying:
            return ""
        if merged.in_store:
            return "books"
        stands = max(0, arithmetic.expected(agreed, self.taken if here else 0))
        return "" if stands == merged.wanted else "orders"

    def counts(self, level: Level, cause: str) -> bool:
        """Whether this is drift: not what a callback has told already, nor an order that is about to be read."""
        one = self.there.connection
        row = work.find(one.ledger, one.name, FLOW, self.ware.item)
        if self.moved or (row is not None and row.state in {"waiting", "working"}):
            return False
        late = takings.seen_since(one.ledger, one.name, [self.ware.variant], level.at)
        if any(about(one, order.created, level) for order in late.get(self.ware.variant, ())):
            return False
        return cause != "store-less" or not self.there.has_unread_orders


def shelf(connection: Connection, variants: Iterable[str], keep: Callable[[], None]) -> Shelf:
    """Every level of the store, a thousand a call."""
    wanted = list(variants)
    before = takings.sums(connection.ledger, connection.name, wanted)
    at, by_variant, by_product = connection.clock(), {}, {}
    for number, row in enumerate(inventory.items(connection.store)):
        if number % inventory.PER_PAGE == 0:
            keep()
        told: Mapping[str, Any] = row.get("identity") or {}
        shown = store_stock.levels(row)
        if told.get("variant_id") is None:
            by_product[str(told.get("product_id"))] = shown
        else:
            by_variant[str(told["variant_id"])] = shown
    now = takings.sums(connection.ledger, connection.name, wanted)
    restless = frozenset(one for one in wanted if now[one] != before[one])
    return Shelf(connection, at, by_variant, by_product, now, restless)


def differing(there: Shelf, wares: Sequence[Ware], books: Mapping[str, Mapping[str, Figures]]) -> Found:
    """Of these items those that must be looked at; `books` tells Zoho's figures of each, or of its parts."""
    connection, found = there.connection, Found()
    whole = family(connection, wares)
    matter = variants_of(whole, wares)
    now = takings.sums(
        connection.ledger, connection.name, sorted({v for some in matter.values() for v in some})
    )
    known = memory.get_many(connection.ledger, connection.name, [ware.item for ware in wares])
    for ware in wares:
        figures = _figures(connection, ware, books[ware.item], whole, now)
        flying = any(now[one].in_flight for one in matter[ware.item])
        moved = flying or any(
            one in there.restless or now[one] != there.sums.get(one, NONE) for one in matter[ware.item]
        )
        amounts = (0, 0) if ware.parts else taken(whole, now, ware.item)  # a kit's figure has them in itself
        look = _Look(there, ware, amounts, now.get(ware.variant, NONE).taken, flying, moved)
        _judge(look, figures, known.get(ware.item, {}), found)
    return found


def settle(connection: Connection, found: Found) -> None:
    """What was seen to stand as written is proven; a level that somebody is just writing is left alone."""
    if not found.proven:
        return
    try:
        with alone(connection, "stock"):
            now = memory.get_many(connection.ledger, connection.name, [one.item for one in found.proven])
            stands = [one for one in found.proven if now.get(one.item, {}).get(one.location) == one]
            memory.put_many(connection.ledger, connection.name, [replace(one, proven=True) for one in stands])
    except Later:
        return  # the next sweep sees it again


def _figures(
    connection: Connection,
    ware: Ware,
    books: Mapping[str, Figures],
    whole: Family,
    sums: Mapping[str, Sums],
) -> Figures:
    if not ware.parts:
        return books[ware.item]
    return derived(ware, books, whole, sums, connection.stock_rules.order_location)


def _judge(look: _Look, figures: Figures, known: Mapping[int, Level], found: Found) -> None:
    """Notes the item for the first of its locations that differs."""
    shown = look.there.levels(look.ware)
    if shown is None:
        if look.ware.extra.get("tracking") == "none":  # to be counted from now on
            found.noted.append(look.ware.item)
        return  # else the next pairing tells whether it is still sold
    for location, books in figures.items():
        level = known.get(location)
        if level is None or is_busy(level):
            found.noted.append(look.ware.item)
            return
        store, spared = look.store(level, *shown.get(location, (None, None)))
        cause = look.cause(level, books, store)
        if cause:
            _differs(look, level, cause, found)
            return
        if not level.proven and store is not None and not spared and level.at < look.there.at:
            found.proven.append(level)


def _differs(look: _Look, level: Level, cause: str, found: Found) -> None:
    found.noted.append(look.ware.item)
    if cause == "books" and look.amounts[0] != look.amounts[1]:
        found.doubtful.append(look.ware.item)
    if look.counts(level, cause):
        found.drift[look.ware.item] = cause.removesuffix("-less")
