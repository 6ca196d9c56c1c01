"""Writes levels into the store: one location after the other, many levels a call, the refused ones apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.bigcommerce import inventory
from connectors.bigcommerce.client import BigCommerce
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from ledger import levels as memory
from ledger.levels import Level
from mappings.bigcommerce.stock import identity
from mappings.errors import Skip, Unmappable
from tasks import stock_map
from tasks.chunks import batched
from tasks.fates import Later
from tasks.outcome import End
from tasks.services import Connection
from tasks.stock_case import Case, Way
from tasks.stock_cases import intended
from tasks.stock_pending import overwriting, unwritten

REASON = "Stock of Zoho"
SOON = 1.0  # seconds until a level is looked at again that somebody has bought from meanwhile
REFUSED = 5.0  # seconds in which a change that was stored in spite of a refusal must show
Send = Callable[[BigCommerce, str, Sequence[Mapping[str, Any]]], str]
SENDS: Mapping[Way, Send] = {"absolute": inventory.set_absolute, "relative": inventory.change_relative}
COUNTED = {"tracked-by-product": "product", "tracked-by-variant": "variant"}
NOT_COUNTED = "is not tracked"
NOWHERE = Skip("not-in-store", "the store does not know this item's variant (any more)")


class Otherwise(Later):
    """The store counts another level than the one that was looked at: nothing of that look holds."""


class Doubtful(Exception):
    """A neighbour was refused, and nobody says whether this one was stored."""


@dataclass(frozen=True)
class Row:
    """A case on its way into the store: by what the store counts it, and whether it was refused before."""

    case: Case
    way: Way
    counted: str
    again: bool = False

    @property
    def identity(self) -> dict[str, int]:
        ware = self.case.sight.ware
        return identity({**ware.extra, "tracking": self.counted}, ware.variant)

    @property
    def body(self) -> dict[str, int]:
        quantity = self.case.wanted if self.way == "absolute" else self.case.change
        return {"location_id": self.case.sight.location, **self.identity, "quantity": quantity}


@dataclass(frozen=True)
class Desk:
    """Where a batch is worked; `ends` gains what befell those that could not be."""

    connection: Connection
    ends: dict[str, End]

    def keep(self, levels: Iterable[Level]) -> None:
        memory.put_many(self.connection.ledger, self.connection.name, levels)

    def open(self, cases: Iterable[Case]) -> list[Case]:
        return [case for case in cases if case.item not in self.ends]


def write(desk: Desk, cases: Sequence[Case]) -> None:
    """Every case by its way; what is agreed on then is remembered call by call."""
    still = [case for case in desk.open(cases) if case.way == "none"]
    desk.keep(c.after for c in still if c.concluded or c.after != c.sight.level)
    for way in SENDS:
        for location in sorted({case.sight.location for case in cases if case.way == way}):
            mine = [case for case in cases if (case.way, case.sight.location) == (way, location)]
            for most in sorted({_most(case) for case in mine}, reverse=True):
                for some in batched([case for case in mine if _most(case) == most], most):
                    _call(desk, way, desk.open(some))


def _most(case: Case) -> int:
    """How many go together: fewer where a call of this one was refused before without a name."""
    level = case.sight.level
    return inventory.AT_ONCE if level is None else int(level.pending.get("most", inventory.AT_ONCE))


def _call(desk: Desk, way: Way, cases: Sequence[Case]) -> None:
    # it may happen without our hearing of it; also what is set instead of a change that never came
    desk.keep(intended(case, desk.connection.clock()) for case in cases if _is_told_before(case))
    rows = [Row(case, way, str(case.sight.ware.extra.get("tracking") or "variant")) for case in cases]
    for sent, error in _sent(desk, rows):
        if error is None:
            desk.keep(_agreed(row) for row in sent)
            continue
        for row in sent:
            desk.ends[row.case.item] = _fate(desk.connection, row, error)
        if not isinstance(error, Unknown | Doubtful | Otherwise):
            now = desk.connection.clock()
            desk.keep(unwritten(intended(row.case, now)) for row in sent if _is_told_before(row.case))


def _is_told_before(case: Case) -> bool:
    return case.way == "relative" or (case.concluded and case.sight.level is not None)


def _agreed(row: Row) -> Level:
    """What is agreed on once it is written; one that had to be absolute after all is remembered as such."""
    after = row.case.after
    return after if row.way == row.case.way else overwriting(replace(after, at=row.case.sight.at))


def _fate(connection: Connection, row: Row, error: Exception) -> Exception:
    if isinstance(error, Doubtful):
        until = connection.clock() + REFUSED / connection.pace
        return Later(until, "the store refused another change of the same call: looked at again soon")
    if isinstance(error, Unknown) and row.way == "relative":
        until = connection.clock() + SOON / connection.pace
        return Later(until, "a change of stock was not answered: the level is asked for soon")
    return error


def _sent(desk: Desk, rows: Sequence[Row]) -> Iterator[tuple[Sequence[Row], Exception | None]]:
    """Which went through, and what befell the others: some that share a fate at a time."""
    if not rows:
        return
    try:
        SENDS[rows[0].way](desk.connection.store, REASON, [row.body for row in rows])
    except Rejected as refusal:
        yield from _apart(desk, rows, refusal)
    except (Unknown, Temporary, OutOfBudget, Unauthorized) as error:
        yield rows, error
    else:
        yield rows, None


def _apart(
    desk: Desk, rows: Sequence[Row], refusal: Rejected
) -> Iterator[tuple[Sequence[Row], Exception | None]]:
    """Those that it names go their own way; where it names none, it is halved."""
    named = {(one.identity, one.id): one.reason for one in inventory.refusals(refusal)}
    guilty = {n: reason for n, row in enumerate(rows) if (reason := named.get(_name(row)))}
    if named and {identity for identity, _ in named} == {"location_id"}:  # of one call all go to one location
        yield rows, no_location(rows[0].case.sight.location)
        return
    if rows[0].way == "relative" and len(rows) > 1:
        others = [row for n, row in enumerate(rows) if n not in guilty]
        desk.keep(_refused(desk.connection, row, len(rows) if guilty else len(rows) // 2) for row in others)
        yield others, Doubtful()
    elif guilty:
        yield from _sent(desk, [row for n, row in enumerate(rows) if n not in guilty])
    if guilty:
        for reason in sorted(set(guilty.values())):
            yield from _mended(desk, [rows[n] for n in guilty if guilty[n] == reason], reason, refusal)
    elif len(rows) > 1 and rows[0].way == "absolute":
        half = len(rows) // 2
        yield from _sent(desk, rows[:half])
        yield from _sent(desk, rows[half:])
    elif len(rows) == 1:
        yield rows, refusal


def _refused(connection: Connection, row: Row, most: int) -> Level:
    """Whether nothing of a refused call was stored is not documented: what is relative is looked for before it is sent
    again, and with fewer others where nobody was named.
    """
    level = intended(row.case, connection.clock())
    write = {**level.pending["write"], "wait": REFUSED}
    return replace(level, pending={**level.pending, "write": write, "most": max(1, most)})


def _name(row: Row) -> tuple[str, str]:
    name, i = next(iter(row.identity.items()))
    return name, str(i)


def _mended(
    desk: Desk, rows: Sequence[Row], reason: str, refusal: Rejected
) -> Iterator[tuple[Sequence[Row], Exception | None]]:
    """A refusal that says how it would be right is heeded, once."""
    if rows[0].again:
        yield rows, refusal
    elif reason in COUNTED:
        counted = COUNTED[reason]
        shared = _recounted(desk.connection, rows, counted)
        yield (
            [row for row in rows if row.case.item in shared],
            tracked_by_product(rows[0].case.sight.ware.sku),
        )
        alone = [row for row in rows if row.case.item not in shared]
        if rows[0].way == "relative":  # to which level?
            yield alone, Otherwise(desk.connection.clock(), "the store counts it otherwise: looked at again")
            return
        yield from _sent(desk, [replace(row, counted=counted, again=True) for row in alone])
    elif reason in ("needs-absolute", "below-zero"):  # no safety stock keeps a level from being set
        yield from _sent(desk, [replace(row, way="absolute", again=True) for row in rows])
    elif NOT_COUNTED in str(refusal.body):  # any more: what the settings say of such is done at the next look
        stock_map.retrack(desk.connection, {row.case.item: "none" for row in rows})
        yield (
            rows,
            Otherwise(desk.connection.clock(), "the store does not count it any more: looked at again"),
        )
    else:
        yield rows, NOWHERE if reason == "unknown" else refusal


def _recounted(connection: Connection, rows: Sequence[Row], counted: str) -> set[str]:
    """What the store counts by is remembered; the items that share one level with others."""
    items = [row.case.item for row in rows]
    stock_map.retrack(connection, dict.fromkeys(items, counted))
    found = stock_map.pair(connection, items)
    several = {item for item, link in found.items() if int(link.extra.get("siblings", 1)) > 1}
    return several if counted == "product" else set()


def no_location(number: int) -> Unmappable:
    return Unmappable(
        "location-missing",
        f"the store has no location {number}, where the settings want these levels",
        "Correct stock.locations or stock.order_location (`cartbooks check` lists what there is), then run "
        "`cartbooks retry`.",
    )


def tracked_by_product(sku: str) -> Unmappable:
    return Unmappable(
        "tracked-by-product",
        f"the store counts one stock for the whole product of SKU {sku}, and Zoho one for each of its variants",
        "Let the product count its stock by variant in the store, then run `cartbooks retry`.",
    )
