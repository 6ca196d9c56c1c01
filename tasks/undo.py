"""Takes a run back: what it booked leaves the books, order by order, and stays out until somebody wants it again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connectors.errors import Rejected, Unknown
from ledger import intents, links, runs, work
from ledger.claims import End
from ledger.runs import UNDONE, Run, RunRecord
from ledger.work import Claim, Work
from mappings.plans import Step
from tasks import memory, order_stock, purchases, quotes, taken_back
from tasks.apply import take
from tasks.fates import Later
from tasks.hand import Hand
from tasks.order_looks import FLOW
from tasks.services import Connection, Services, catalogue
from tasks.shipments import KIND as SHIPMENT
from tasks.undo_plan import Undo, forgotten, plan_of
from tasks.ways import ANSWERS

TRIES = 3  # of a step whose answer was lost: each of them may be done twice
PATIENCE = 5.0  # seconds beyond the lease of whoever works an order, or died over it
LOOK_EVERY = 0.1


@dataclass(frozen=True)
class Ended:
    """`done`: the order is out of the books, or never was in them; else `remains` says what a person must see to."""

    order: str
    done: bool
    remains: str = ""


def planned(connection: Connection, run: Run) -> Iterator[Undo]:
    """What is to be done for each order of the run that was not in the books before it, and is not taken back yet."""
    for record in runs.records(connection.ledger, run):
        if record.fresh and record.undone_at is None:
            one = _planned(connection, record)
            if one is not None:
                yield one


def _planned(connection: Connection, record: RunRecord) -> Undo | None:
    """None: nothing came of it, and nothing is to come (a rule skipped it)."""
    row = _row(connection, record.record)
    if row is None:
        return None
    undo = plan_of(catalogue(connection), record.record, row.fence)
    if not undo.steps and not undo.numbers and row.state == "done" and row.fingerprint != UNDONE:
        return None
    return undo


def begin(connection: Connection, run: Run) -> None:
    """The run is not gone on with any more."""
    runs.set_state(connection.ledger, run, "undoing", connection.clock())


def shipments(connection: Connection, run: Run) -> Iterator[tuple[str, str]]:
    """(shipment of the store, its order) of all that we entered there for the run's orders: a person sees to them."""
    orders = {one.record for one in runs.records(connection.ledger, run) if one.fresh}
    for link in links.walk(connection.ledger, connection.name, SHIPMENT):
        if link.extra["ours"] and link.extra["order"] in orders:
            yield from ((one, str(link.extra["order"])) for one in link.id.split(","))


def finish(connection: Connection, run: Run) -> bool:
    """Whether nothing of it is left."""
    left = [one for one in runs.records(connection.ledger, run) if one.fresh and one.remains]
    runs.set_state(connection.ledger, run, "undoing" if left else "undone", connection.clock())
    return not left


def take_back(
    services: Services,
    connection: Connection,
    run: Run,
    undo: Undo,
    sleep: Callable[[float], None] = time.sleep,
) -> Ended:
    """One order; what remains is written down with the run. The row says that the order was taken back before the first
    step: whoever dies on the way leaves nobody who would book it again, and undoing once more goes on.
    """
    if undo.remains:
        runs.settle(connection.ledger, run, undo.order, undone_at=None, remains=undo.remains)
        return Ended(undo.order, False, undo.remains)
    claim = _claimed(services, connection, undo.order, sleep)
    hand = Hand(catalogue(connection), claim, services.lease)
    before = claim.fingerprint, claim.outcome, claim.reason
    if claim.fence != undo.fence + 1:  # somebody has worked it since it was planned
        undo = plan_of(hand.connection, undo.order, claim.fence)
        if undo.remains:
            _finish(hand, run, *before, remains=undo.remains)
            return Ended(undo.order, False, undo.remains)
    runs.set_aside(connection.ledger, claim)
    remains = ""
    try:
        for step in undo.steps:
            _done(hand, step)
    except Rejected as refused:
        remains = f"Zoho refused: {refused.message} (code {refused.code})"
    except BaseException:
        _finish(hand, run, UNDONE, "skipped", UNDONE, settled=False)
        raise
    if not remains:
        _forget(hand)
    _finish(hand, run, UNDONE, "skipped", UNDONE, remains=remains)
    return Ended(undo.order, not remains, remains)


def _claimed(services: Services, connection: Connection, order: str, sleep: Callable[[float], None]) -> Claim:
    """The order's row for us alone; a worker that has it comes to its end first."""
    give_up = time.monotonic() + services.lease + PATIENCE
    while True:
        now = connection.clock()
        work.note(connection.ledger, connection.name, FLOW, [order], now)
        row = _row(connection, order)
        assert row is not None  # it was noted
        if row.due_at is not None and row.due_at > now and row.state == "waiting":
            work.retry(connection.ledger, [row.id], now)  # put off: it is due for us
        claim = work.claim(connection.ledger, row.id, connection.clock(), services.lease)
        if claim is not None:
            return claim
        if time.monotonic() > give_up:
            raise Later(now, f"order {order} is in a worker's hands")
        sleep(LOOK_EVERY)


def _done(hand: Hand, step: Step) -> None:
    order_stock.beginning(hand, step)
    for left in reversed(range(TRIES)):
        try:
            quotes.answer(hand, step) if step.verb in ANSWERS else take(hand, step)
            break
        except Unknown:
            if not left:
                raise
    if step.verb == "void":
        taken_back.voided(hand, step)
    else:
        forgotten(hand.connection, step)


def _forget(hand: Hand) -> None:
    """What was written is not there any more: nobody asks for it before it is written again."""
    connection, order = hand.connection, hand.claim.record
    intents.forget(connection.ledger, connection.name, f"{FLOW}:{order}")
    purchases.forget_all(connection, order)
    memory.end(connection, order)
    order_stock.gone(hand)


def _finish(
    hand: Hand,
    run: Run,
    fingerprint: str,
    outcome: str,
    reason: str,
    *,
    remains: str = "",
    settled: bool = True,
) -> None:
    connection, claim = hand.connection, hand.claim
    state = "held" if outcome == "held" else "done"
    what = f"taken back with run {run.name}" if reason == UNDONE else ""
    end: End = {
        "state": state,
        "outcome": outcome,
        "reason": reason,
        "what": what,
        "fingerprint": fingerprint,
    }
    work.finish(connection.ledger, claim, hand.now, **end)
    if settled:
        at = None if remains else hand.now
        runs.settle(connection.ledger, run, claim.record, undone_at=at, remains=remains)
        hand.tell(UNDONE if not remains else "not undone", run=run.name, why=remains)


def _row(connection: Connection, order: str) -> Work | None:
    return work.find(connection.ledger, connection.name, FLOW, order)
