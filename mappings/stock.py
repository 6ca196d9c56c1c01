"""The arithmetic of stock: what the store should show, and what changed on either side since both last agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

LARGEST = 2_147_483_647
"""The store keeps no higher level."""


@dataclass(frozen=True)
class Agreed:
    """What both sides last agreed on: `base` is Zoho's figure as if no document of ours had ever taken anything."""

    base: Decimal
    store: int
    taken: int


@dataclass(frozen=True)
class Now:
    """What one look sees, of one item at one location of the store.

    `books` is Zoho's figure. Of all known orders: `taken` left the store's level, `due` leaves Zoho's figure with
    their documents, `booked` has left it. `store` is the level, None where it was not read.

    An absolute write overwrites what orders took that nobody had read yet: `late` is the part of `taken` of those that
    came surely before it and were first read after the agreement, `swallowed` that of those of about its time. A
    relative write overwrites nothing, and whatever a look made of an unread order is put right by counting it later.
    """

    books: Decimal
    taken: int
    due: int
    booked: int
    store: int | None
    late: int = 0
    swallowed: int = 0

    @property
    def base(self) -> Decimal:
        return self.books + self.booked


@dataclass(frozen=True)
class Merged:
    """Both sides as they should be.

    `base` is the next agreement's, `wanted` the level that the store should show. `in_books` is what the store's
    people changed and the books have yet to hear of, `in_store` what changed in Zoho that is not ours. `to_store` is
    relative (0 where the level was not read), `to_books` the quantity of the adjustment.
    """

    base: Decimal
    wanted: int
    in_books: Decimal
    in_store: Decimal
    to_store: int
    to_books: int


def published(figure: Decimal, buffer: int) -> int:
    """A whole number of pieces, never below nothing and never above what the store can keep."""
    whole = int((figure - buffer).to_integral_value(ROUND_FLOOR))
    return min(max(whole, 0), LARGEST)


def one_way(now: Now, buffer: int) -> Merged:
    """Zoho's figure less the orders that are not in Zoho yet."""
    return _merged(now, buffer, now.base, unexplained=0, moved=Decimal(0))


def two_way(agreed: Agreed | None, now: Now, buffer: int) -> Merged:
    """Both sides' changes against what was last agreed on; at first contact Zoho's figure is right."""
    if agreed is None:
        return one_way(now, buffer)
    found = _unexplained(agreed, now)
    return _merged(now, buffer, now.base + found, unexplained=found, moved=now.base - agreed.base)


def expected(agreed: Agreed, taken: int) -> int:
    """The level that the store must show if nobody but its orders has touched it."""
    return agreed.store - (taken - agreed.taken)


def kit(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """How many kits can be put together: each part as (figure less what open orders need of it, pieces per kit)."""
    whole = [(figure / each).to_integral_value(ROUND_FLOOR) for figure, each in parts if each > 0]
    return min(whole, default=Decimal(0))


def falls(before: int, after: int, largest_percent: Decimal) -> bool:
    """Whether a write takes a level to nothing, or by more than so many percent: such a one needs a second look."""
    if after >= before or before <= 0:
        return False
    return after <= 0 or (before - after) * 100 > before * largest_percent


def _unexplained(agreed: Agreed, now: Now) -> int:
    """What the store's orders do not explain of its level.

    Orders that an absolute write overwrote stand higher there than they say: a rise by so much is none.
    """
    if now.store is None:
        return 0
    found = _beyond(agreed.store, now.taken - agreed.taken, now.store)
    found = max(found - now.late, min(found, 0))
    return 0 if 0 < found <= now.swallowed else found


def _beyond(before: int, gone: int, after: int) -> int:
    """How far a level lies from where so many pieces gone explain it.

    A level at nothing hides some of it: what is sold beyond that (backorders, orders by hand) may not lower it any
    more, and brings back only what it had really taken.
    """
    told = before - gone
    sold_beyond = told < 0 <= before and after == 0
    brought_less = before == 0 <= after < told
    return 0 if sold_beyond or brought_less else after - told


def _merged(now: Now, buffer: int, base: Decimal, *, unexplained: int, moved: Decimal) -> Merged:
    wanted = published(base - now.due, buffer)
    to_store = 0 if now.store is None else wanted - now.store
    return Merged(base, wanted, Decimal(unexplained), moved, to_store, unexplained)
