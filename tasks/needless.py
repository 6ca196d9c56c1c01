"""What a record can do without: Zoho may refuse it, and nothing is held for that."""

from __future__ import annotations

from dataclasses import replace

from connectors.errors import Rejected
from mappings.plans import Step
from tasks.apply import take
from tasks.hand import Hand
from tasks.ways import Answer

NEEDLESS = {
    "pricebook_id": "no price list",
    "estimate_id": "no link to the estimate",
    "invoiced_estimate_id": "no link to the estimate",
}
"""By the field of a body, and how it is told that it was left out."""


def taken(hand: Hand, step: Step) -> Answer:
    """The step; where it is refused and bears what a person has deleted in Zoho, or moved on, once more without."""
    try:
        return take(hand, step)
    except Rejected as error:
        needless = [name for name in NEEDLESS if name in step.body]
        if not needless:
            raise
        hand.tell(NEEDLESS[needless[0]], why=f"refused with code {error.code}")
    body = {name: value for name, value in step.body.items() if name not in needless}
    return take(hand, replace(step, body=body))
