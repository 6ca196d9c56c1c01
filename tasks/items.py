"""The way of a batch of items: read, translate, look up, plan, apply, remember. Read this file first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ledger import sightings, work
from mappings.errors import Skip, Unmappable
from mappings.plans import Plan
from mappings.zoho.catalogue import record_of
from tasks import hiding, item_skus, stock_follow
from tasks import item_memory as memory
from tasks.bench import Bench
from tasks.fates import Later
from tasks.hand import Hand
from tasks.item_cases import VANISHED, Case, cases
from tasks.item_reading import FLOW, Row, Source, members
from tasks.item_writing import carry_out
from tasks.outcome import End, Outcome
from tasks.services import Connection, catalogue
from tasks.store_ways import PRODUCT

SOON = 1.0  # seconds until a record that was not seen whole is looked at once more
WITHHELD = ("withheld", "it is one of too many that would become invisible: a person is asked")
DELETED = "deleted-in-store"
"""Why a product is held that a person deleted in the store: it is made again only when somebody says retry, which
forgets the fingerprint that we leave on such a record."""


def sync(hands: Sequence[Hand]) -> list[End]:
    """Products of Zoho into the store; an end for each, and a bad one delays no other."""
    connection = catalogue(hands[0].connection)
    bench = Bench({hand.claim.record: replace(hand, connection=connection) for hand in hands})
    ready, told = _read(bench)
    _correct(connection, [row for source in told.values() for row in source.moved])
    left = carry_out(bench, _guarded(bench, ready))
    memory.remember(connection, [(case, case.there) for case in left if case.there])
    for case in left:
        if case.trouble is None:
            bench.ends[case.record] = _done(bench, case)
        else:
            _end(bench, case.record, case.trouble)
    stock_follow.follow(connection, [item for case in left for item in case.known.variants])
    item_skus.look_again(connection, left, bench.ends)
    _forget(connection, [source for record, source in told.items() if _is_through(bench.ends[record])])
    memory.forget(connection, [record for record in told if _is_nowhere(record, bench.ends[record])])
    return [bench.ends[hand.claim.record] for hand in hands]


def preview(
    connection: Connection, records: Sequence[str], of: Mapping[str, Sequence[str]] | None = None
) -> list[tuple[str, Plan | Skip | Unmappable]]:
    """What would become of these records; nothing is written anywhere.

    `of`: the items of each, where no list has shown us yet which belong to a group.
    """
    connection = catalogue(connection)
    planned: list[tuple[str, Plan | Skip | Unmappable]] = []
    for record, _, case in cases(connection, of or members(connection, records)):
        if isinstance(case, Case):
            planned.append((record, case.plan))
        elif isinstance(case, Skip | Unmappable):
            planned.append((record, case))
        else:
            raise case
    return planned


def _read(bench: Bench) -> tuple[list[Case], dict[str, Source]]:
    """What is to be done, and what Zoho said; records that end here are put down on the bench."""
    ready, told = [], {}
    recreate = {record for record, hand in bench.hands.items() if _asked_again(hand)}
    of = members(bench.connection, sorted(bench.hold()))
    for record, source, case in cases(bench.connection, of, recreate, bench.hold):
        told[record] = case.source if isinstance(case, Case) else source
        if isinstance(case, Case):
            ready.append(case)
        elif record in bench.under_way():
            _end(bench, record, case)
        if not bench.under_way():
            break
    for record in _grown(bench.connection, of):
        bench.again.add(record)
        if isinstance(bench.ends.get(record), Skip):
            bench.ends[record] = Later(
                bench.connection.clock() + SOON / bench.connection.pace, "its items are only just being seen"
            )
    return [case for case in ready if case.record in bench.under_way()], told


def _guarded(bench: Bench, ready: Sequence[Case]) -> list[Case]:
    """Without those that a person must be asked about first; as nothing was seen of them, the next walk finds them."""
    connection = bench.connection
    stopped = hiding.stopped(connection, [case.record for case in ready if _goes_off_sale(case)])
    for case in ready:
        if case.record in stopped:
            bench.ends[case.record] = Skip(*WITHHELD)
            items = [*(str(row["item_id"]) for row in case.source.rows), *case.source.vanished]
            unseen = [(item, case.record, "") for item in items]
            sightings.see(connection.ledger, connection.name, FLOW, unseen, 0.0)
    return [case for case in ready if case.record not in stopped]


def _goes_off_sale(case: Case) -> bool:
    """Because all of it is inactive or gone; what its member was before it joined a group does not count."""
    hides = any(
        step.kind == PRODUCT and step.expect.get("hides") and "record" not in step.expect
        for step in case.plan.steps
    )
    return hides and all(row.get("status") == "inactive" for row in case.source.rows)


def _grown(connection: Connection, of: Mapping[str, Sequence[str]]) -> set[str]:
    """Groups of which a sweep wrote down more members while we read them: it notes before it says what it has seen."""
    now = members(connection, list(of))
    return {record for record, items in of.items() if list(items) != now[record]}


def _asked_again(hand: Hand) -> bool:
    claim = hand.claim
    return claim.outcome == "held" and claim.reason == DELETED and claim.fingerprint != DELETED


def _end(bench: Bench, record: str, error: Exception) -> None:
    if not (isinstance(error, Unmappable) and error.reason == DELETED):
        bench.end(record, error)
        return
    claim = bench.hands[record].claim
    bench.ends[record] = Outcome(
        "held",
        "held",
        DELETED,
        error.what,
        error.remedy,
        fingerprint=DELETED,
        unchanged=claim.fingerprint == DELETED and claim.outcome == "held",
    )


def _done(bench: Bench, case: Case) -> Outcome:
    hand = bench.hands[case.record]
    outcome = "synced" if case.product is not None and case.product.active else "hidden"
    return Outcome(
        "done",
        outcome,
        fingerprint="",
        unchanged=not case.plan.steps and (hand.claim.outcome, hand.claim.reason) == (outcome, ""),
        again_at=hand.now + SOON / bench.connection.pace if case.record in bench.again else None,
    )


def _correct(connection: Connection, rows: Iterable[Row]) -> None:
    """Items that a list showed elsewhere than where they belong: only their details tell the group for certain."""
    moved = {str(row["item_id"]): record_of(row) for row in rows}
    if not moved:
        return
    known = sightings.stamps(connection.ledger, connection.name, FLOW, moved)
    seen = [(item, record, known[item].stamp if item in known else "") for item, record in moved.items()]
    sightings.see(connection.ledger, connection.name, FLOW, seen, connection.clock())
    work.note(connection.ledger, connection.name, FLOW, sorted(set(moved.values())), connection.clock())


def _is_through(end: End) -> bool:
    return isinstance(end, Outcome) or (isinstance(end, Skip) and end.rule == VANISHED[0])


def _is_nowhere(record: str, end: End) -> bool:
    """Neither in Zoho nor in the store, for a product that is there still is hidden instead."""
    return record.startswith("item:") and isinstance(end, Skip) and end.rule == VANISHED[0]


def _forget(connection: Connection, through: Iterable[Source]) -> None:
    """Items that are gone for good are no longer waited for by the sweep."""
    gone = [item for source in through for item in source.vanished]
    if gone:
        sightings.forget(connection.ledger, connection.name, FLOW, gone)
