"""The edge of the work: claim a row, let its recipe run, and write down what became of it."""

from __future__ import annotations

import time

import structlog

from ledger import history, work
from ledger.work import Claim, LeaseLost
from tasks import watch
from tasks.fates import Fate, fate_of
from tasks.flows import FLOWS
from tasks.hand import Hand
from tasks.outcome import Outcome
from tasks.rest import rest
from tasks.services import Connection, Services
from tasks.tally import tallied

log = structlog.get_logger(__name__)
SHORT = 2.0  # seconds worth sleeping for
OFF = 300.0  # seconds until a connection that is switched off is looked at again


def answer_nudge(services: Services, work_id: int) -> None:
    """A nudge is worth one record of its flow, the most urgent: no callback waits behind a backlog of nudges."""
    row = _awaited(services, work_id)
    if row is None:
        return
    claims = work.claim_due(services.ledger, None, row.flow, services.clock(), services.lease, 1)
    for claim in claims:
        _work(services, claim)


def perform(services: Services, work_id: int) -> None:
    """Do this very row; a second call for the same row finds nothing to claim and ends here."""
    if _awaited(services, work_id) is None:
        return
    claim = work.claim(services.ledger, work_id, services.clock(), services.lease)
    if claim is not None:
        _work(services, claim)


def _work(services: Services, claim: Claim) -> None:
    connection = services.connections.get(claim.connection)
    if connection is None or not connection.enabled:
        work.later(
            services.ledger,
            claim,
            services.clock() + OFF,
            count_attempt=False,
            why="the connection is switched off",
        )
        return
    with tallied() as calls:
        try:
            _remember(connection, claim, FLOWS[claim.flow].recipe(Hand(connection, claim, services.lease)))
        except LeaseLost:
            log.warning("lease lost, another worker has the record", flow=claim.flow, record=claim.record)
        except Exception as error:  # noqa: BLE001 (the one broad except of the service: no record takes the worker down)
            _settle(connection, claim, error)
    if calls:
        told = {platform: str(number) for platform, number in calls.items()}
        history.append(
            connection.ledger, claim.connection, claim.flow, claim.record, connection.clock(), "calls", told
        )


def _awaited(services: Services, work_id: int) -> work.Work | None:
    """The row; one that is due in a moment (its callbacks are still coming in) is waited for."""
    row = work.find_id(services.ledger, work_id)
    if row is not None and row.due_at is not None:
        wait = row.due_at - services.clock()
        if 0 < wait <= SHORT:
            time.sleep(wait)
    return row


def _remember(connection: Connection, claim: Claim, outcome: Outcome) -> None:
    now = connection.clock()
    work.finish(
        connection.ledger,
        claim,
        now,
        state=outcome.state,
        outcome=outcome.outcome,
        reason=outcome.reason,
        what=outcome.what,
        remedy=outcome.remedy,
        fingerprint=outcome.fingerprint,
        stamp=outcome.stamp,
        again_at=outcome.again_at,
        unchanged=outcome.unchanged,
    )
    if not outcome.unchanged:
        _tell(connection, claim, now, outcome.outcome, outcome.reason, outcome.what)


def _settle(connection: Connection, claim: Claim, error: Exception) -> None:
    now = connection.clock()
    fate = fate_of(error, attempts=claim.attempts, now=now, pace=connection.pace)
    try:
        if fate.verdict in {"later", "paused"}:
            _put_back(connection, claim, fate, now)
        else:
            _remember(connection, claim, _final(fate))
    except LeaseLost:
        log.warning("lease lost while settling", flow=claim.flow, record=claim.record)
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
        _tell(connection, claim, now, "paused", fate.reason, fate.what)
    work.later(connection.ledger, claim, fate.until, count_attempt=fate.counts, why=fate.what)
    log.info("later", flow=claim.flow, record=claim.record, why=fate.what, wait=round(fate.until - now, 1))


def _tell(connection: Connection, claim: Claim, now: float, event: str, reason: str, what: str) -> None:
    detail = {"reason": reason, "what": what}
    history.append(connection.ledger, claim.connection, claim.flow, claim.record, now, event, detail)
    log.info(event, connection=claim.connection, flow=claim.flow, record=claim.record, reason=reason)
