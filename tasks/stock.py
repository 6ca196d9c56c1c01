"""The way of a batch of stock: pair, read both sides, merge, be sure, adjust, write, remember. Read this file first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from connectors.errors import TROUBLE
from ledger import takings
from mappings.errors import Unmappable
from tasks import (
    open_documents,
    stock_books,
    stock_certainty,
    stock_notes,
    stock_sentences,
    stock_stuck,
    stock_terms,
    turns,
)
from tasks.bench import Bench
from tasks.fates import Later
from tasks.hand import Hand
from tasks.outcome import End, Outcome
from tasks.services import Connection
from tasks.services import stock as paid
from tasks.stock_case import UNCLEAR, WAIT, Case
from tasks.stock_reading import Asked, look
from tasks.stock_wares import wares
from tasks.stock_writing import Desk, write

TURN = "stock"
PATIENCE = 3.0  # seconds that orders which are noted but not read yet are waited for
SOON = 0.25  # seconds between two looks whether they are read, or whether it is our turn


def sync(hands: Sequence[Hand]) -> list[End]:
    """Stock of Zoho into the store, and in two-way also back; an end for each, and a bad one delays no other."""
    with _turn(hands) as bench:
        connection, ends = bench.connection, bench.ends
        stock_terms.hold(connection)
        _documents(bench)
        _wait_for_orders(bench)
        desk = Desk(connection, ends)
        found = wares(connection, sorted(bench.under_way()), ends)
        stock_books.settle(desk, list(found))
        asked = Asked(connection, ends, _fresh(bench), _put_right(bench))
        cases = look(asked, {item: ware for item, ware in found.items() if item not in ends})
        cases = stock_stuck.without(asked, cases)
        cases = stock_certainty.certain(asked, cases)  # nothing falls far on one read alone
        stock_books.sure(desk, cases)  # no change of the store is believed while orders are unread
        cases = stock_books.correct(desk, cases)
        write(desk, cases)
        _finish(bench, cases)
    return [_said(hand, ends[hand.claim.record]) for hand in hands]


def preview(connection: Connection, items: Sequence[str]) -> list[tuple[str, int, int | None, int]]:
    """What would be written: item, location, the level that the store shows, the one that it should show."""
    return [
        (case.item, case.sight.location, case.sight.shown, case.wanted)
        for case in _look(connection, items)[0]
    ]


def explain(connection: Connection, item: str) -> list[str]:
    """The arithmetic of one item in plain words."""
    cases, ends = _look(connection, [item])
    return stock_sentences.explained(connection, item, cases, ends.get(item))


def _look(connection: Connection, items: Sequence[str]) -> tuple[list[Case], dict[str, End]]:
    """Both sides as they are now; nothing is written on either."""
    ends: dict[str, End] = {}
    connection = paid(connection)
    found = wares(connection, items, ends, dry=True)
    cases = look(Asked(connection, ends, whole=True), found)
    ends.update({case.item: case.unclear for case in cases if case.unclear})
    return cases, ends


@contextmanager
def _turn(hands: Sequence[Hand]) -> Iterator[Bench]:
    """One batch of a connection at a time; the turn and the records are kept while calls go on."""
    connection = paid(hands[0].connection)
    turns.patiently(connection, TURN, connection.patience / 4)
    with turns.alone(connection, TURN, soon=SOON) as keep:
        held: list[Bench] = []

        def hold() -> None:
            keep()
            for bench in held:
                bench.hold()

        connection = turns.told(connection, hold)
        held += [Bench({hand.claim.record: replace(hand, connection=connection) for hand in hands})]
        yield held[0]


def _documents(bench: Bench) -> None:
    """What a callback did not tell: the items of a document of Zoho."""
    for record in sorted(bench.under_way()):
        module, _, number = record.partition(":")
        if number:
            try:
                items = open_documents.look(bench.connection, module, number)
            except TROUBLE as error:
                bench.ends[record] = error
            else:
                stock_notes.note(bench.connection, items, None, urgent=True)
                bench.ends[record] = Outcome("done", "read", unchanged=True)


def _wait_for_orders(bench: Bench) -> None:
    """What an order has taken is to be known before its items are looked at; not for ever, its own look comes."""
    connection, now = bench.connection, bench.connection.clock()
    if not takings.unread(connection.ledger, connection.name, now):
        return
    again = Later(now + SOON / connection.pace, "orders are being read")
    for record in bench.under_way():
        if now - bench.hands[record].claim.noted_at < PATIENCE / connection.pace:
            bench.ends[record] = again


def _fresh(bench: Bench) -> frozenset[str]:
    """Only a callback of Zoho asked for these: nothing speaks for reading the store."""
    return frozenset(record for record, hand in bench.hands.items() if hand.claim.urgent)


def _put_right(bench: Bench) -> frozenset[str]:
    """What was unclear and a person says retry of, which forgets the fingerprint that we leave on such a record."""
    claims = [hand.claim for hand in bench.hands.values()]
    return frozenset(
        claim.record
        for claim in claims
        if (claim.outcome, claim.reason) == ("held", UNCLEAR) and claim.fingerprint != UNCLEAR
    )


def _finish(bench: Bench, cases: Sequence[Case]) -> None:
    """Everything that is not through yet is done, or waits for another look."""
    two_way = bench.connection.stock_rules.method == "two_way"
    of: Mapping[str, list[Case]] = defaultdict(list)
    for case in cases:
        of[case.item].append(case)
    for item in bench.under_way():
        again = [case.again for case in of[item] if case.again]
        claim, now = bench.hands[item].claim, bench.connection.clock()
        if again:
            seconds, why = min(again)
            bench.ends[item] = Later(now + seconds / bench.connection.pace, why)
            continue
        idle = all(case.way == "none" and not case.adjust for case in of[item])
        same = (claim.outcome, claim.reason) == ("synced", "")
        # a change is looked at before anybody else's can be mistaken for it; mostly its own callback comes first
        proof = now + WAIT / bench.connection.pace if not idle and two_way else None
        bench.ends[item] = Outcome("done", "synced", fingerprint="", unchanged=idle and same, again_at=proof)


def _said(hand: Hand, end: End) -> End:
    if not (isinstance(end, Unmappable) and end.reason == UNCLEAR):
        return end
    claim = hand.claim
    same = claim.fingerprint == UNCLEAR and claim.outcome == "held"
    return Outcome("held", "held", UNCLEAR, end.what, end.remedy, fingerprint=UNCLEAR, unchanged=same)
