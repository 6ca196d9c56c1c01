"""What a run tells a record's history: its plan and its calls, short and without anybody's data."""

from __future__ import annotations

from typing import Any

from ledger import history
from ledger.text import clean
from ledger.work import Claim
from mappings.plans import Plan, Step
from tasks.hand import Hand
from tasks.services import Connection
from tasks.tally import Tally

STEPS, SENTENCES = 60, 30  # of one plan: an order of hundreds of new items is told by its beginning


def planned(hand: Hand, plan: Plan) -> None:
    """What is going to be done, and how its figures came about; a plan of nothing is no news."""
    if not plan.steps:
        return
    steps = [_named(step) for step in plan.steps[:STEPS]]
    more = len(plan.steps) - len(steps)
    detail: dict[str, Any] = {"steps": steps + ([f"and {more} more"] if more else [])}
    if plan.arithmetic:
        detail["arithmetic"] = list(plan.arithmetic[:SENTENCES])
    hand.tell("plan", **detail)


def calls(connection: Connection, claim: Claim, tally: Tally, *, nothing_new: bool) -> None:
    """What a run asked and was answered, call by call, and how many that were."""
    detail: dict[str, Any] = {platform: str(number) for platform, number in tally.counts.items()}
    detail |= {"since": round(tally.since, 3), "rows": tally.rows}
    if nothing_new:
        detail["nothing_new"] = True
    if claim.patient:  # no measure for what a day of orders costs
        detail["patient"] = True
    _append(connection, claim, "calls", detail)


def put_off(connection: Connection, claim: Claim, why: str, until: float) -> None:
    """It is tried again at `until`."""
    _append(connection, claim, "put off", {"why": clean(why), "until": round(until, 3)})


def _append(connection: Connection, claim: Claim, event: str, detail: dict[str, Any]) -> None:
    now = connection.clock()
    history.append(connection.ledger, claim.connection, claim.flow, claim.record, now, event, detail)


def _named(step: Step) -> str:
    """`create invoice 100:invoice:1`: keys hold ids only, and which store it is the record says itself."""
    return f"{step.verb} {step.kind.replace('_', ' ')} {step.key.partition(':')[2]}"
