"""A level that we wrote a while ago and that never came to be: perhaps the store counts the product otherwise now."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.errors import TROUBLE
from tasks.fates import Later
from tasks.services import Connection
from tasks.stock_case import EFFECT, Case
from tasks.stock_reading import Asked
from tasks.stock_wares import counted_otherwise


def without(asked: Asked, cases: Sequence[Case]) -> list[Case]:
    """The cases but for those of products that the store counts in another way now, or not any more: they are looked
    at again. Only what is to be written once more just as before is asked for.
    """
    connection = asked.connection
    wares = [case.sight.ware for case in cases if _is_stuck(connection, case)]
    try:
        changed = counted_otherwise(connection, wares, gone="") if wares else set()
    except TROUBLE:
        return list(cases)  # the write itself meets it, or the next look
    asked.ends.update(dict.fromkeys(changed, Later(connection.clock(), "the store counts it otherwise now")))
    return [case for case in cases if case.item not in changed]


def _is_stuck(connection: Connection, case: Case) -> bool:
    level = case.sight.level
    if level is None or level.proven or case.sight.now.store is None or case.way != "absolute":
        return False
    wrote = level.store - (case.sight.now.taken - level.taken)
    return case.wanted == wrote and case.sight.at - level.at >= EFFECT / connection.pace
