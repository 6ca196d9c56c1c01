"""Reads a batch of stock afresh: what Zoho has, what orders have taken, what the store shows where that is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from connectors.bigcommerce import inventory
from connectors.errors import TROUBLE
from connectors.zoho import items as zoho_items
from ledger import levels as memory
from ledger import takings
from ledger.levels import Level
from ledger.takings import Sums, Taking
from mappings.bigcommerce import stock as store_stock
from mappings.errors import Skip, Unmappable
from mappings.stock import Now
from mappings.zoho.stock import figures
from tasks import stock_places
from tasks.chunks import batched
from tasks.fates import Later
from tasks.outcome import End
from tasks.services import Connection
from tasks.stock_case import Case
from tasks.stock_cases import one_way, two_way
from tasks.stock_family import Family, derived, family, taken, variants_of
from tasks.stock_pending import is_busy
from tasks.stock_safety import safety_on_top
from tasks.stock_sights import Sight, Ware

SOON = 1.0  # seconds until an item is looked at again whose order is being booked right now
WINDOW = 10.0  # seconds around an absolute write in which nobody knows which was first: it, or an order
WHOLE = 1.5  # the store tells its orders' times in whole seconds
GONE = Skip("untracked-in-zoho", "Zoho does not have this item (any more)")
NOWHERE = Skip("not-in-store", "the store does not show a level of this item's variant (any more)")

Figures = Mapping[int, Decimal]


@dataclass(frozen=True)
class Asked:
    """How a look is meant: `fresh` items get by without the store where nothing speaks for reading it; what the store
    shows of those in `as_is` a person has put right. `whole`: the store is read in any case.
    """

    connection: Connection
    ends: dict[str, End]  # how those ended that cannot be looked at
    fresh: frozenset[str] = frozenset()
    as_is: frozenset[str] = frozenset()
    whole: bool = False


def look(asked: Asked, wares: Mapping[str, Ware]) -> list[Case]:
    """What is to be done about these items, by location; orders that were booked meanwhile put their items off."""
    connection, ends = asked.connection, asked.ends
    whole = family(connection, wares.values())
    matter = variants_of(whole, wares.values())
    before = _sums(connection, matter)
    _put_off(asked, (item for item in wares if any(before[one].in_flight for one in matter[item])))
    books = _books(asked, [ware for ware in wares.values() if ware.item not in ends])
    known = memory.get_many(connection.ledger, connection.name, books)
    shelf = _shelf(asked, _unclear(asked, whole, before, wares, books, known), wares)
    at = connection.clock()
    after = _sums(connection, {item: matter[item] for item in books})
    _put_off(asked, (item for item in books if any(after[one] != before[one] for one in matter[item])))
    sights = _sights(connection, whole, after, wares, books, known, shelf, at)
    return [_case(asked, one) for one in sights if one.item not in ends]


def _sums(connection: Connection, matter: Mapping[str, set[str]]) -> dict[str, Sums]:
    variants = {one for some in matter.values() for one in some}
    return takings.sums(connection.ledger, connection.name, sorted(variants))


def _put_off(asked: Asked, items: Iterable[str]) -> None:
    until = asked.connection.clock() + SOON / asked.connection.pace
    for item in items:
        asked.ends.setdefault(item, Later(until, "an order of it is being booked right now"))


def _books(asked: Asked, wares: Sequence[Ware]) -> dict[str, dict[str, Figures]]:
    """Zoho's figures of each item, or of the parts of each kit; a hundred items are one call.

    What cannot be asked any more today waits, and what was answered goes on.
    """
    rows: dict[str, Mapping[str, Any]] = {}
    wanted = list(dict.fromkeys(item for ware in wares for item in (ware.parts or (ware.item,))))
    trouble: Exception | None = None
    for some in batched(wanted, zoho_items.AT_ONCE):
        try:
            rows |= zoho_items.item_details(asked.connection.zoho, some) if trouble is None else {}
        except TROUBLE as error:
            trouble = error
        if trouble is not None:
            asked.ends.update({w.item: trouble for w in wares if {*(w.parts or (w.item,))} & set(some)})
    found: dict[str, dict[str, Figures]] = {}
    for ware in wares:
        if ware.item not in asked.ends:
            try:
                found[ware.item] = {one: _figures(asked, one, rows) for one in ware.parts or (ware.item,)}
            except (Skip, Unmappable, *TROUBLE) as error:
                asked.ends[ware.item] = error
    return found


def _figures(asked: Asked, item: str, rows: Mapping[str, Mapping[str, Any]]) -> Figures:
    """Lists of details may leave out the locations; the item alone tells them."""
    rules = asked.connection.stock_rules
    if item not in rows:
        raise GONE
    try:
        return figures(rows[item], rules)
    except Unmappable as error:
        if error.reason != "places-missing":
            raise
        return stock_places.alone(asked.connection, item, rows[item])


def _unclear(
    asked: Asked,
    whole: Family,
    sums: Mapping[str, Sums],
    wares: Mapping[str, Ware],
    books: Mapping[str, Mapping[str, Figures]],
    known: Mapping[str, Mapping[int, Level]],
) -> list[str]:
    """The items whose level in the store must be read.

    Where both sides' changes count, all of them. Else the first time; and where Zoho's figure explains no write
    although something other than a callback of Zoho asked for this look.
    """
    connection = asked.connection
    if connection.stock_rules.method == "two_way" or asked.whole:
        return list(books)
    blind = _sights(connection, whole, sums, wares, books, known, {}, connection.clock())
    wanted = set()
    for sight in blind:
        first = sight.level is None or is_busy(sight.level)
        if first or (sight.item not in asked.fresh and one_way(sight).way == "none"):
            wanted.add(sight.item)
    return sorted(wanted)


def _shelf(
    asked: Asked, items: Sequence[str], wares: Mapping[str, Ware]
) -> dict[str, Mapping[int, tuple[int, int]]]:
    """What the store shows of these, by location; a variant that it does not show is none of its any more."""
    if not items:
        return {}
    names = {item: _counted_by(wares[item]) for item in items}
    ids = {kind: [i for name, i in names.values() if name == kind] for kind in ("variant_id", "product_id")}
    try:
        told = inventory.items(
            asked.connection.store, variant_ids=ids["variant_id"], product_ids=ids["product_id"]
        )
        rows = {one: row for row in told for one in _names(row)}
    except TROUBLE as error:
        asked.ends.update(dict.fromkeys(items, error))
        return {}
    asked.ends.update({item: NOWHERE for item, name in names.items() if name not in rows})
    return {item: store_stock.levels(rows[name]) for item, name in names.items() if name in rows}


def _counted_by(ware: Ware) -> tuple[str, str]:
    """By which id the store counts it."""
    if ware.extra.get("tracking") == "product":
        return "product_id", str(ware.extra["product"])
    return "variant_id", ware.variant


def _names(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A product that is counted as one has a row without a variant; a variant's row says nothing of its product's."""
    told = row.get("identity") or {}
    if told.get("variant_id"):
        yield "variant_id", str(told["variant_id"])
    yield "product_id", str(told.get("product_id"))


def _sights(
    connection: Connection,
    whole: Family,
    sums: Mapping[str, Sums],
    wares: Mapping[str, Ware],
    books: Mapping[str, Mapping[str, Figures]],
    known: Mapping[str, Mapping[int, Level]],
    shelf: Mapping[str, Mapping[int, tuple[int, int]]],
    at: float,
) -> list[Sight]:
    """Everything that was read, laid together; orders take from one location only."""
    rules = connection.stock_rules
    oldest = min((level.at for some in known.values() for level in some.values()), default=at)
    variants = [wares[item].variant for item in books]
    late = takings.seen_since(connection.ledger, connection.name, variants, oldest)
    sights = []
    for item, figured in books.items():
        ware = wares[item]
        own = figured if not ware.parts else {item: derived(ware, figured, whole, sums, rules.order_location)}
        for location, figure in own[item].items():
            level = known.get(item, {}).get(location)
            store, for_sale = shelf.get(item, {}).get(location, (None, None))
            total = due = booked = before = near = 0
            if location == rules.order_location:
                total = sums[ware.variant].taken
                due, booked = (0, 0) if ware.parts else taken(whole, sums, item)
                before, near = _overwritten(connection, level, late.get(ware.variant, ()))
            doubtful, spared = bool(near or before), safety_on_top(level, total, store, for_sale)
            if spared and (rules.method != "two_way" or ware.parts):
                store = for_sale
            now = Now(figure, total, due, booked, store, late=before, swallowed=near + spared)
            sights.append(Sight(ware, location, now, level, at, doubtful, sums.get(ware.variant), for_sale))
    return sights


def _overwritten(connection: Connection, level: Level | None, rows: Sequence[Taking]) -> tuple[int, int]:
    """Of orders that were read after the last agreement: what an absolute write has surely overwritten, and what it
    may have.
    """
    if level is None:
        return 0, 0
    wrote = float(level.pending.get("absolute", level.at))
    late = near = 0
    for row in rows:
        if row.seen_at >= level.at:
            late += row.taken if row.created < wrote - WHOLE else 0
            near += (
                row.taken if wrote - WHOLE <= row.created < wrote + WINDOW / connection.pace + WHOLE else 0
            )
    return late, near


def _case(asked: Asked, sight: Sight) -> Case:
    connection = asked.connection
    if connection.stock_rules.method == "two_way":
        sight = replace(sight, taken_as_is=sight.item in asked.as_is)
        return two_way(sight, now=connection.clock(), pace=connection.pace)
    case = one_way(sight)
    if case.way == "none" and sight.now.swallowed:  # it may be right, and not as it was written
        return replace(case, after=replace(case.after, proven=False))
    return case
