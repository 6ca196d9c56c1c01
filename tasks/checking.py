"""Looks at what Zoho made of a document: equal to the cent, mended within the limit, or held (law 4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.errors import Rejected
from mappings.errors import Unmappable
from mappings.plans import Step
from mappings.zoho import payments
from mappings.zoho.documents import draft
from mappings.zoho.orders import expected, verify
from mappings.zoho.verdicts import counted_per_unit, discounted
from tasks import goods, organization, told_money
from tasks.apply import take
from tasks.hand import Hand
from tasks.lessons import SPLIT, Replan
from tasks.posting import Posting
from tasks.ways import Answer

OTHERWISE_PAID = Rejected(400, "otherwise-paid", "other payments came with the document than were planned")


def verified(hand: Hand, posting: Posting, step: Step, answer: Answer) -> Answer:
    """The document as it stands in the end; raises Unmappable where it cannot be made equal."""
    _learn_rounding(hand, posting, answer)
    if _half_split(step, answer):
        step = replace(step, verb="amend", key=f"{step.key}:split", target=str(answer["id"]))
        answer = take(hand, step)
    if counted_per_unit(step.body, answer):
        step, answer = _split(hand, posting, step, answer)
    return _mended(hand, posting, step, answer)


def amended(hand: Hand, posting: Posting, step: Step, answer: Answer) -> Answer:
    """The same of a document that was rewritten as a whole; one that must be written otherwise is planned anew."""
    if counted_per_unit(step.body, answer):
        organization.learn(hand.connection, "line_discounts", "split")
        raise Replan(SPLIT)
    return _mended(hand, posting, step, answer)


def _mended(hand: Hand, posting: Posting, step: Step, answer: Answer) -> Answer:
    expect = {**expected(posting.order), **step.expect}
    verdict = verify(expect, step.body, answer, posting.rules)
    if verdict.reason:
        raise Unmappable(verdict.reason, verdict.what, verdict.remedy)
    if verdict.amend is None:
        return answer
    mended = take(hand, Step("amend", step.kind, f"{step.key}:amend", verdict.amend, str(answer["id"])))
    again = verify(expect, {**step.body, **verdict.amend}, mended, posting.rules)
    if not again.equal:
        raise Unmappable("total-differs", again.what or f"Zoho's total is {mended['total']}", again.remedy)
    return mended


def _split(hand: Hand, posting: Posting, step: Step, answer: Answer) -> tuple[Step, Answer]:
    """The organization counts a line's discount per unit: the draft is written again without any."""
    organization.learn(hand.connection, "line_discounts", "split")
    itself = replace(posting.found.organization, line_discounts="split")
    found = replace(posting.found, organization=itself, items=goods.items(hand, posting.needs))
    sent = step.body
    written = draft(posting.order, found, posting.rules, sent["customer_id"], sent.get("shipping_address_id"))
    body = {**written.body, "custom_fields": sent["custom_fields"]}  # of whichever generation it is
    again = Step("amend", step.kind, f"{step.key}:split", body, str(answer["id"]))
    return again, take(hand, again)


def _half_split(step: Step, answer: Answer) -> bool:
    """A draft with line discounts where we write none any more: it was to be written again, and that was not heard."""
    return (
        step.verb == "create"
        and not discounted(step.body)
        and answer.get("status") == "draft"
        and discounted(answer)
    )


def paid_with(answer: Answer, posting: Posting, *, found: bool) -> dict[str, dict[str, Any]]:
    """Keys of the payments that were recorded in the call that made the document, with what is to be remembered of
    each: none where Zoho ignored them. Of one that was found nobody knows what was chosen when it was sent.
    """
    order, rules = posting.order, posting.rules
    if rules.document != "invoice" or not (found or rules.payments == "with_invoice"):
        return {}
    left = Decimal(str(answer["total"])) - Decimal(str(answer.get("balance", answer["total"])))
    paid = {}
    for payment in order.payments:
        key = payments.payment_key(payment, order, rules)
        if payment.amount <= left and not _is_recorded(posting, payment.key):
            left -= payment.amount
            paid[key] = told_money.beside(order, payment.key, payment.amount)
    return paid


def _is_recorded(posting: Posting, payment: str) -> bool:
    return payment in posting.found.payments


def _learn_rounding(hand: Hand, posting: Posting, answer: Answer) -> None:
    told = answer.get("tax_rounding")
    if told in ("entity_level", "item_level") and told != posting.found.organization.tax_rounding:
        organization.learn(hand.connection, "tax_rounding", told)
