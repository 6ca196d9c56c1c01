"""The edge of the work: claim a batch of rows, let their recipe run, and write down what became of each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict

import structlog

from ledger import history, work
from ledger.errors import LedgerBusy
from ledger.work import Claim, LeaseLost
from tasks import telling, watch
from tasks.fates import Fate, fate_of
from tasks.flows import FLOWS, Flow
from tasks.hand import Hand
from tasks.outcome import Outcome
from tasks.rest import rest
from tasks.services import Connection, Services, catalogue
from tasks.tally import Tally, tallied

log = structlog.get_logger(__name__)
SHORT = 2.0  # seconds worth sleeping for
OFF = 300.0  # seconds until a connection that is switched off is looked at again


def answer_nudge(services: Services, work_id: int) -> None:
    """A nudge is worth one batch of its flow, the most urgent: no callback waits behind a backlog of nudges.

    Where the ledger does not let us in, the pump hands the row out again, or its lease runs out.
    """
    try:
        _answer(services, work_id)
    except LedgerBusy as error:
        log.warning("a nudge came to nothing", work=work_id, why=str(error))


def _answer(services: Services, work_id: int) -> None:
    row = _awaited(services, work_id)
    if row is None:
        return
    claims = _claimed(services, row.flow, None, 1)
    if claims:  # the most urgent of all connections says whose turn it is: a batch is of one connection
        claims += _claimed(services, row.flow, claims[0].connection, FLOWS[row.flow].batch - 1)
        _work(services, claims)


def perform(services: Services, work_id: int) -> None:
    """Do this very row; a second call for the same row finds nothing to claim and ends here."""
    if _awaited(services, work_id) is None:
        return
    claim = work.claim(services.ledger, work_id, services.clock(), services.lease)
    if claim is not None:
        _work(services, [claim])


def _claimed(services: Services, flow: str, connection: str | None, limit: int) -> list[Claim]:
    if limit < 1:
        return []
    return work.claim_due(services.ledger, connection, flow, services.clock(), services.lease, limit)


def _work(services: Services, claims: Sequence[Claim]) -> None:
    connection, flow = services.connections.get(claims[0].connection), FLOWS[claims[0].flow]
    if connection is None or not connection.enabled or not flow.is_on(connection):
        for claim in claims:
            work.later(
                services.ledger,
                claim,
                services.clock() + OFF,
                count_attempt=False,
                why=f"{flow.name} are switched off for the connection",
            )
        return
    with tallied() as calls:
        looked = _through(flow, [_hand(connection, claim, services.lease) for claim in claims])
    if calls.counts:
        _tell_calls(connection, flow, claims, calls, looked)


def _hand(connection: Connection, claim: Claim, lease: float) -> Hand:
    """What is no hurry is paid from what the day has left once orders, and stock, have theirs."""
    return Hand(catalogue(connection) if claim.patient else connection, claim, lease)


def _through(flow: Flow, hands: Sequence[Hand]) -> bool:
    """The records through their recipe, and what became of each written down; a bad record delays no other. True
    where all that came of it was that nothing has changed.
    """
    try:
        ends = list(zip(hands, flow.recipe(hands), strict=True))
        good = [(hand.claim, end) for hand, end in ends if isinstance(end, Outcome)]
        _remember(hands[0].connection, good)
    except Exception as error:  # noqa: BLE001 (the one broad except of the service: no record takes the worker down)
        if len(hands) > 1 and _is_bug(error):  # one of them is stranger than we can think: the others go on
            half = len(hands) // 2
            return all([_through(flow, hands[:half]), _through(flow, hands[half:])])
        ends = [(hand, error) for hand in hands]
    for hand, end in ends:
        if isinstance(end, Exception):
            _settle(hand.connection, hand.claim, end)
    return all(isinstance(end, Outcome) and end.unchanged for _, end in ends)


def _is_bug(error: Exception) -> bool:
    return not isinstance(error, LeaseLost) and fate_of(error, attempts=0, now=0.0).reason == "bug"


def _awaited(services: Services, work_id: int) -> work.Work | None:
    """The row; one that is due in a moment (its callbacks are still coming in) is waited for."""
    row = work.find_id(services.ledger, work_id)
    if row is not None and row.due_at is not None:
        wait = row.due_at - services.clock()
        if 0 < wait <= SHORT:
            time.sleep(wait)
    return row


def _remember(connection: Connection, done: Sequence[tuple[Claim, Outcome]]) -> None:
    """How they ended; only what changed is told in the history."""
    now = connection.clock()
    written = work.finish_many(connection.ledger, [(claim, asdict(end)) for claim, end in done], now)
    for claim, _ in done:
        if claim.id not in written:
            _lost(claim)
    changed = [(claim, end) for claim, end in done if claim.id in written and not end.unchanged]
    _tell(connection, now, [(claim, end.outcome, end.reason, end.what) for claim, end in changed])


def _lost(claim: Claim) -> None:
    log.warning("lease lost, another worker has the record", flow=claim.flow, record=claim.record)


def _settle(connection: Connection, claim: Claim, error: Exception) -> None:
    if isinstance(error, LeaseLost):
        _lost(claim)
        return
    now = connection.clock()
    fate = fate_of(error, attempts=claim.attempts, now=now, pace=connection.pace, flow=claim.flow)
    try:
        if fate.verdict in {"later", "paused"}:
            _put_back(connection, claim, fate, now)
        else:
            _remember(connection, [(claim, _final(fate))])
    except LeaseLost:
        _lost(claim)
    if fate.reason == "bug":
        log.error("our own error", flow=claim.flow, record=claim.record, exc_info=error)
        watch.report(error)


def _final(fate: Fate) -> Outcome:
    if fate.verdict == "skipped":
        return Outcome("done", "skipped", fate.reason, fate.what)
    return Outcome("held", "held", fate.reason, fate.what, fate.remedy)


def _put_back(connection: Connection, claim: Claim, fate: Fate, now: float) -> None:
    if fate.verdict == "paused":
        rest(connection, f"{fate.what}. {fate.remedy}", now)
        _tell(connection, now, [(claim, "paused", fate.reason, fate.what)])
    work.later(connection.ledger, claim, fate.until, count_attempt=fate.counts, why=fate.what)
    worth = fate.counts or fate.until - now > 2 * SHORT  # two orders of one new customer wait for moments
    if fate.verdict == "later" and worth and FLOWS[claim.flow].batch == 1:
        telling.put_off(connection, claim, fate.what, fate.until)
    log.info("later", flow=claim.flow, record=claim.record, why=fate.what, wait=round(fate.until - now, 1))


def _tell(connection: Connection, now: float, news: Sequence[tuple[Claim, str, str, str]]) -> None:
    """A line in the history of each: (claim, event, reason, what)."""
    rows = [
        (claim.connection, claim.flow, claim.record, now, event, {"reason": reason, "what": what})
        for claim, event, reason, what in news
    ]
    history.append_many(connection.ledger, rows)
    for claim, event, reason, _ in news:
        log.info(event, connection=claim.connection, flow=claim.flow, record=claim.record, reason=reason)


def _tell_calls(
    connection: Connection, flow: Flow, claims: Sequence[Claim], calls: Tally, looked: bool
) -> None:
    """What it cost; the calls of a batch are nobody's own."""
    if flow.batch > 1:
        log.info("batch", connection=connection.name, flow=flow.name, records=len(claims), **calls.counts)
        return
    for claim in claims:
        telling.calls(connection, claim, calls, nothing_new=looked)
