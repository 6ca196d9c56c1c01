"""Reads whose stock a callback may have moved; whatever else stands in it decides at most whether to look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from app.zoho_callback import ID
from connectors.zoho.stock_documents import MODULES
from ledger import links, takings
from ledger.store import Ledger
from tasks.hooks import LEVELS
from tasks.memory import DOCUMENT
from tasks.order_stock import AT_REST
from tasks.stock_notes import LINK, with_kits

MOST = 500  # items that one callback may note, within 0.2 s; of more, the document itself is noted and read
SHORT = {"shipmentorder": "shipment", "purchasereceive": "receive"}  # how some ids are called besides
SPECIFIC = ("salesreturns", "shipmentorders", "packages", "purchasereceives", "creditnotes", "transferorders",
            "inventoryadjustments", "bills", "invoices", "salesorders")  # fmt: skip
"""Of single fields the first that fits is what the callback is about: a package names its sales order, too."""
FROM_ORDERS = frozenset({"invoices", "packages", "shipmentorders"})
"""What takes the goods that a sales order has held back; returns and credit notes bring goods of their own."""


@dataclass(frozen=True)
class Moved:
    """A document of Zoho: `pieces` by item where its lines are told, `order`: the sales order it belongs to."""

    module: str
    id: str
    pieces: Mapping[str, Decimal] = field(default_factory=dict)
    status: str = ""
    order: str = ""
    reference: str = ""

    @property
    def record(self) -> str:
        """Its work record: whoever works it reads the document and notes its items."""
        return f"{self.module}:{self.id}"


def moved_by(callback: Any) -> Moved | None:
    """The document that a callback of Zoho tells of: whole, by its entity's name, or in single fields."""
    if not isinstance(callback, Mapping):
        return None
    for name, told in callback.items():
        module = _MODULE.get(_bare(name))
        if module and isinstance(told, Mapping):
            return _moved(module, told)
    named = {_bare(name) for name in callback}
    module = next((one for one in SPECIFIC if named & set(_ids(MODULES[one]))), None)
    return _moved(module, callback) if module else None


def records(ledger: Ledger, connection: str, store_hash: str, moved: Moved) -> list[str]:
    """What a document of Zoho asks to be looked at: its items, or the document where they are not told.

    Documents of ours are read again themselves, because they say what is booked of an order; unless the callback only
    tells what we know, as those do that our own writing causes.
    """
    if moved.reference.startswith(f"{store_hash}:stock:"):
        return []
    ours = links.by_ids(ledger, connection, DOCUMENT, [moved.id, moved.order])
    if moved.id in ours:
        echo = _is_echo(ledger, connection, _order(ours[moved.id][0].key), moved)
        return [] if echo else [moved.record]
    if not 0 < len(moved.pieces) <= MOST:
        return [moved.record]
    if moved.order not in ours:
        return of_items(ledger, connection, moved.pieces)
    rest = _not_of(ledger, connection, _order(ours[moved.order][0].key), moved.pieces)
    return [f"salesorders:{moved.order}", *of_items(ledger, connection, rest)]


def of_items(ledger: Ledger, connection: str, items: Iterable[str]) -> list[str]:
    """Items, the parts of those that are kits, and the kits of all of them."""
    return with_kits(ledger, connection, items)


def in_store(callback: Mapping[str, Any]) -> tuple[str, str] | None:
    """Product and variant ("" for a product that is counted as one) of a level that changed in the store; None for a
    callback about something else. Nonsense is a ValueError, KeyError or TypeError.
    """
    if callback["scope"] not in LEVELS:
        return None
    inventory = callback["data"]["inventory"]
    product, variant = str(inventory["product_id"]), str(inventory.get("variant_id") or "")
    if not ID.fullmatch(product) or (variant and not ID.fullmatch(variant)):
        raise ValueError("no ids")
    return product, variant


def of_variant(ledger: Ledger, connection: str, variant: str) -> list[str]:
    """The items whose stock a variant of the store shows."""
    return [link.key for link in links.by_ids(ledger, connection, LINK, [variant]).get(variant, [])]


def _is_echo(ledger: Ledger, connection: str, order: str, moved: Moved) -> bool:
    """The document takes what we know it has taken, or is just being made."""
    rows = takings.of_order(ledger, connection, order)
    flying = takings.sums(ledger, connection, [row.variant for row in rows])
    if flying and all(one.in_flight for one in flying.values()):
        return True
    if moved.status in {"", *AT_REST}:
        return False
    found = links.get_many(ledger, connection, LINK, moved.pieces)
    told: dict[str, Decimal] = {}
    for item, link in found.items():
        told[link.id] = told.get(link.id, Decimal(0)) + moved.pieces[item]
    booked = {row.variant: row.booked for row in rows if row.booked}
    return bool(moved.pieces) and told == booked


def _not_of(ledger: Ledger, connection: str, order: str, items: Iterable[str]) -> list[str]:
    """Those that the order has not: what the order has is looked at when its own document was read."""
    variants = {row.variant for row in takings.of_order(ledger, connection, order)}
    found = links.get_many(ledger, connection, LINK, items)
    return [item for item in items if item not in found or found[item].id not in variants]


def _order(key: str) -> str:
    """The order of a document's key (mappings/zoho/keys.py)."""
    return key.split(":")[1]


def _moved(module: str, told: Mapping[str, Any]) -> Moved | None:
    bare = {_bare(name): value for name, value in told.items()}
    itself = next((str(bare[name]) for name in _ids(MODULES[module]) if name in bare), "")
    order = str(bare.get("salesorderid") or "") if module in FROM_ORDERS else ""
    if not ID.fullmatch(itself):
        return None
    return Moved(
        module,
        itself,
        _pieces(told.get("line_items")),
        str(told.get("status") or "").casefold(),
        order if ID.fullmatch(order) else "",
        str(told.get("reference_number") or ""),
    )


def _pieces(lines: Any) -> dict[str, Decimal]:
    """How much of each item the lines name, with what lies inside of kits."""
    found: dict[str, Decimal] = {}
    for line in _rows(lines):
        for row in (line, *_rows(line.get("mapped_items"))):
            item = str(row.get("item_id") or "")
            if ID.fullmatch(item):
                found[item] = found.get(item, Decimal(0)) + _number(row.get("quantity"))
    return found


def _rows(told: Any) -> Iterator[Mapping[str, Any]]:
    return (row for row in told if isinstance(row, Mapping)) if isinstance(told, list) else iter(())


def _number(told: Any) -> Decimal:
    try:
        number = Decimal(str(told or 0))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def _bare(name: Any) -> str:
    """Some entities write their name in one word here and in two there."""
    return str(name).replace("_", "").casefold()


def _ids(name: str) -> tuple[str, ...]:
    return tuple(f"{one}id" for one in (name, SHORT.get(name, "")) if one)


_MODULE = {name: module for module, name in MODULES.items()} | {
    short: module for module, name in MODULES.items() if (short := SHORT.get(name))
}
