"""Kits: they have as much as their parts let them, and what orders take of them they take of their parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from ledger import links
from ledger.links import Link
from ledger.takings import Sums
from mappings import stock as arithmetic
from tasks.services import Connection
from tasks.stock_notes import LINK, PART
from tasks.stock_sights import Ware

Figures = Mapping[int, Decimal]


@dataclass(frozen=True)
class Family:
    """A batch with the parts of its kits and the kits of its parts: which variant is each, and how many pieces of an
    item are in one of each kit.
    """

    variants: Mapping[str, str]
    kits: Mapping[str, Mapping[str, Decimal]]


def family(connection: Connection, wares: Iterable[Ware]) -> Family:
    """From what the ledger knows of them."""
    batch = list(wares)
    items = list(dict.fromkeys([*(ware.item for ware in batch), *(p for ware in batch for p in ware.parts)]))
    told = links.get_many(connection.ledger, connection.name, PART, items)
    above = {item: [str(kit) for kit in told[item].extra.get("kits", ())] for item in items if item in told}
    every = [*items, *(kit for some in above.values() for kit in some)]
    known = links.get_many(connection.ledger, connection.name, LINK, every)
    variants = {item: link.id for item, link in known.items()} | {ware.item: ware.variant for ware in batch}
    kits = {
        item: {
            kit: parts_of(known[kit])[item] for kit in some if kit in known and item in parts_of(known[kit])
        }
        for item, some in above.items()
    }
    return Family(variants, kits)


def parts_of(link: Link) -> dict[str, Decimal]:
    """Item to pieces of each kit; {} for what is none."""
    return {str(item): Decimal(str(each)) for item, each in (link.extra.get("kit") or {}).items()}


def taken(whole: Family, sums: Mapping[str, Sums], item: str) -> tuple[int, int]:
    """Of an item, alone and in kits: what is due in Zoho for orders, and what is booked."""
    own = sums.get(whole.variants.get(item, ""))
    due, booked = Decimal(own.due if own else 0), Decimal(own.booked if own else 0)
    for kit, each in whole.kits.get(item, {}).items():
        of_kit = sums.get(whole.variants.get(kit, ""))
        if of_kit is not None:
            due, booked = due + of_kit.due * each, booked + of_kit.booked * each
    return int(due.to_integral_value(ROUND_CEILING)), int(booked.to_integral_value(ROUND_CEILING))


def variants_of(whole: Family, wares: Iterable[Ware]) -> dict[str, set[str]]:
    """The variants whose orders matter to each item."""
    found = {}
    for ware in wares:
        items = {ware.item, *ware.parts}
        items |= {kit for item in list(items) for kit in whole.kits.get(item, {})}
        found[ware.item] = {whole.variants[item] for item in items if item in whole.variants}
    return found


def derived(
    ware: Ware, figures: Mapping[str, Figures], whole: Family, sums: Mapping[str, Sums], orders_at: int
) -> dict[int, Decimal]:
    """How many of a kit can be put together at each location, open orders of its parts being served first."""
    found = {}
    for location in set.intersection(*(set(figures[part]) for part in ware.parts)):
        parts = []
        for part, each in ware.parts.items():
            due, booked = taken(whole, sums, part) if location == orders_at else (0, 0)
            parts.append((figures[part][location] - (due - booked), each))
        found[location] = arithmetic.kit(parts)
    return found
