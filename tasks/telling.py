"""What a run tells a record's history: its plan and its calls, short and without anybody's data."""

from __future__ import annotations

from typing import Any

from mappings.plans import Plan, Step
from tasks.hand import Hand

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


def _named(step: Step) -> str:
    """`create invoice 100:invoice:1`: keys hold ids only, and which store it is the record says itself."""
    return f"{step.verb} {step.kind.replace('_', ' ')} {step.key.partition(':')[2]}"
