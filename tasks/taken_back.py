"""Writes that change or take back what is in the books already, and what is remembered of them."""

from __future__ import annotations

from connectors.errors import Rejected
from mappings.plans import Step
from mappings.rules import BookRules
from tasks import memory, notes, order_stock
from tasks.apply import take
from tasks.hand import Hand
from tasks.ways import Answer

REWRITES = {"amend": "writing", "void": "ending"}


def is_rewrite(step: Step) -> bool:
    return step.verb in REWRITES and step.kind in memory.WORDS


def rewritten(hand: Hand, step: Step) -> Answer:
    """Said before it is sent: what Zoho shows afterwards, though we hear no answer, is then no person's doing."""
    link, begun = memory.document_by_id(hand.connection, str(step.target)), REWRITES[step.verb]
    if link is not None:
        link = memory.change(hand.connection, link, **{begun: True})
    try:
        return take(hand, step)
    except Rejected:
        if link is not None:
            memory.change(hand.connection, link, **{begun: None})
        raise


def voided(hand: Hand, step: Step) -> None:
    link = memory.document_by_id(hand.connection, str(step.target))
    if link is not None:
        memory.change(hand.connection, link, ended="void", status="void", ending=None, choice=None)
    order_stock.rewritten(hand, step.kind)


def noted(hand: Hand, rules: BookRules, step: Step, answer: Answer) -> None:
    """A credit note; one that takes a whole document back ends it."""
    notes.remember(hand, rules, step, answer)
    if ":reversal:" in step.key:
        order_stock.rewritten(hand, step.kind)


def done(rules: BookRules, hand: Hand, step: Step) -> Answer:
    """One step of taking back an order that the store does not have any more."""
    order_stock.beginning(hand, step)
    answer = rewritten(hand, step) if is_rewrite(step) else take(hand, step)
    if step.verb == "void":
        voided(hand, step)
    elif step.verb == "create":
        noted(hand, rules, step, answer)
    else:
        notes.remember_use(hand, step, answer)
    return answer
