"""Nothing falls to nothing, or far, before Zoho has said so twice; a mass fall waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from mappings import stock as arithmetic
from mappings.errors import Skip
from tasks import falls
from tasks.fates import Later
from tasks.services import Connection
from tasks.stock_case import WAIT, Case
from tasks.stock_reading import Asked, look

WITHHELD = Skip("withheld", "it is one of too many whose stock would fall: a person is asked")
Key = tuple[str, int]


def certain(asked: Asked, cases: Sequence[Case]) -> list[Case]:
    """The cases that may be carried out, those that fall as a second read tells them."""
    connection, held = asked.connection, {case.key: case for case in cases}
    falling = _falling(connection, held.values())
    if falling:
        second = _again(asked, held, falling)
        unsure = _differing(held, second) & falling
        third = _again(asked, second, unsure) if unsure else {}
        odd = _differing(second, third) & unsure
        until = connection.clock() + WAIT / connection.pace
        for item in odd:
            asked.ends.setdefault(
                item, Later(until, "Zoho does not say the same twice of a level that falls")
            )
        held = {key: case for key, case in held.items() if key[0] not in falling} | second | third
    left = [case for case in held.values() if case.item not in asked.ends]
    stop = falls.stopped(connection, _falling(connection, left), [case.item for case in left])
    asked.ends.update(dict.fromkeys(stop, WITHHELD))
    return [case for case in left if case.item not in stop]


def _falling(connection: Connection, cases: Iterable[Case]) -> set[str]:
    """Items that would fall in the store, or in Zoho because somebody lowered them in the store."""
    most = Decimal(str(connection.largest_fall))
    found = set()
    for case in cases:
        before, store = case.sight.shown, case.sight.now.store
        if case.way != "none" and before is not None and arithmetic.falls(before, case.wanted, most):
            found.add(case.item)
        if case.adjust and store is not None and arithmetic.falls(store - case.adjust, store, most):
            found.add(case.item)
    return found


def _again(asked: Asked, cases: dict[Key, Case], items: Iterable[str]) -> dict[Key, Case]:
    """Another call to Zoho, after the first."""
    wanted = set(items)
    wares = {case.item: case.sight.ware for case in cases.values() if case.item in wanted}
    return {case.key: case for case in look(asked, wares)}


def _differing(one: dict[Key, Case], other: dict[Key, Case]) -> set[str]:
    """Items of which two looks do not say the same."""
    keys = one.keys() | other.keys()
    said = {
        key: (one[key].wanted if key in one else None, other[key].wanted if key in other else None)
        for key in keys
    }
    return {key[0] for key, (first, second) in said.items() if first != second}
