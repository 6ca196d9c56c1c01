"""Carries a plan out step by step: intent before, id after, and asks before it tries a doubtful write again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.errors import Rejected, Unknown
from ledger import intents
from ledger.intents import Intent
from mappings.plans import Step, resolve
from tasks.fates import Later
from tasks.hand import Hand
from tasks.ways import WAYS, Answer, Way

Born = dict[str, Answer]
Do = Callable[[Hand, Step], Answer]
FOUND = "found"
"""In an answer: it was asked for, so that what was sent may have been of the order as it was before."""


def apply(hand: Hand, steps: tuple[Step, ...], born: Born, do: Do) -> None:
    """Do the steps in order with `do` (`take` and what is to be remembered); `born` gains what each brought to life."""
    for step in steps:
        whole = {name: resolve(getattr(step, name), born) for name in ("body", "target", "expect")}
        ready = replace(step, **whole)
        born[step.key] = do(hand, ready)


def take(hand: Hand, step: Step) -> Answer:
    """One step whose body holds no Ref any more: fenced, and written down before and after."""
    hand.hold()
    way = WAYS[step.verb, step.kind]
    if way.find is None:  # absolute: sent again it changes nothing more
        return _done(hand, step, way.do(hand.connection, step))
    intent = intents.intend(
        hand.connection.ledger, hand.connection.name, _key(hand, step), step.verb, step.kind, _digest(hand, step),
        hand.now, hand.claim.fence,
    )  # fmt: skip
    step = replace(step, expect={**step.expect, "sent_at": intent.attempt_at})
    found = None if intent.fresh else _ask(hand, step, way, intent)
    if found is not None:
        _settle(hand, step, "done", found["id"])
        hand.tell("found", kind=step.kind, key=step.key, id=str(found["id"]))
        return {**found, FOUND: True}
    return _create(hand, step, way)


def _create(hand: Hand, step: Step, way: Way) -> Answer:
    try:
        answer = way.do(hand.connection, step)
    except Unknown as lost:
        _settle(hand, step, "unknown")
        wait = hand.connection.ask_after[0]
        raise Later(hand.now + wait, f"{step.verb} {step.kind} was not answered, asking soon") from lost
    except Rejected:
        # a refusal may be the echo of our own earlier write: what is there under our key is ours
        found = way.find(hand.connection, step) if way.find else None
        _settle(hand, step, "done" if found else "rejected", found["id"] if found else "")
        if found is None:
            raise
        return {**found, FOUND: True}
    _settle(hand, step, "done", answer["id"])
    return _done(hand, step, answer)


def _ask(hand: Hand, step: Step, way: Way, intent: Intent) -> Answer | None:
    """Law 3: a write without an answer is asked about after 5 s and after 30 s; None when it never happened."""
    assert way.find is not None
    for wait in hand.connection.ask_after[intent.asked :]:
        if hand.now < intent.attempt_at + wait:
            raise Later(intent.attempt_at + wait, f"asking whether {step.verb} {step.kind} took effect")
        found = way.find(hand.connection, step)
        if found is not None:
            return found
        intents.mark_asked(hand.connection.ledger, hand.connection.name, _key(hand, step), hand.now)
    intents.again(
        hand.connection.ledger,
        hand.connection.name,
        _key(hand, step),
        _digest(hand, step),
        hand.now,
        hand.claim.fence,
    )
    return None


def _done(hand: Hand, step: Step, answer: Answer) -> Answer:
    hand.tell(step.verb, kind=step.kind, key=step.key, id=str(answer.get("id", "")))
    return answer


def _settle(hand: Hand, step: Step, state: str, target: Any = "") -> None:
    connection = hand.connection
    intents.settle(connection.ledger, connection.name, _key(hand, step), state, str(target), hand.now)


def _key(hand: Hand, step: Step) -> str:
    """Intents belong to a record, because fences of two records cannot be compared."""
    return f"{hand.claim.flow}:{hand.claim.record}:{step.verb}:{step.key}"


def _digest(hand: Hand, step: Step) -> str:
    """Keyed, for a contact's body is a person."""
    return hand.connection.hash_person(json.dumps(step.body, sort_keys=True, default=str))
