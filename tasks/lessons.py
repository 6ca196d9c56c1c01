"""What a refusal teaches: which belief about the organization was wrong, so that the next plan is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.errors import Rejected
from connectors.zoho.client import is_missing, name_of
from ledger import links
from mappings.plans import Step
from mappings.zoho import editions
from mappings.zoho.found import Needs
from tasks import goods, memory, organization, people, unused_money, voided
from tasks.apply import FOUND
from tasks.hand import Hand
from tasks.posting import Posting

REMEMBERED = ("address_id", "tax_id", "item_id", "customer_id", "currency_id")


SPLIT = Rejected(400, "discount-setting", "the organization counts a line's discount once per unit")
ANOTHER = Rejected(400, "another-order", "what was found in Zoho is of the order as it was before")
HEARD = Rejected(
    400, "payment-heard", "what a document owes was read when a payment of it had not been heard of"
)
FREED = Rejected(
    400, "credit-freed", "what a document owes was read when a credit note had used itself on it"
)


class Replan(Exception):
    """What we believed of the organization was wrong, as this refusal shows; the next plan is better."""

    def __init__(self, refusal: Rejected) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def learn_from(hand: Hand, posting: Posting, error: Rejected) -> None:
    """Some refusals say that we remembered something wrongly: raises Replan where the next plan will differ.

    Raises Unmappable where Zoho asks for what the merchant has not chosen yet.
    """
    if "exempt" in error.message.casefold() and not posting.rules.tax_exemption:
        raise editions.unreasoned(error.message) from error
    if _refuses_discounts(posting, error):
        organization.learn(hand.connection, "line_discounts", "split")
        raise Replan(error) from error
    if _stands_otherwise(posting, error):
        _doubt(hand, posting)
        raise Replan(error) from error
    looked_up = posting.found.document is None or posting.found.items
    if _names_the_unknown(error) and looked_up and _forget(hand, posting.needs):
        raise Replan(error) from error
    if voided.remember(hand, posting.order):
        raise Replan(error) from error


def _stands_otherwise(posting: Posting, error: Rejected) -> bool:
    """Somebody paid or credited the document since it was read, or it was not read and a person has moved it."""
    document = posting.found.document
    if document is None:
        return False
    known = name_of(error) in ("more-than-balance", "another-customer")
    return known or (_names_the_unknown(error) and document.read is None)


def _doubt(hand: Hand, posting: Posting) -> None:
    """The next plan reads the document first."""
    link = memory.newest(hand.connection, posting.order.id)
    if link is not None:
        memory.change(hand.connection, link, doubtful=True)


def _refuses_discounts(posting: Posting, error: Rejected) -> bool:
    """Said outright, or shown: counted once per unit, a document made with its payment comes out below it."""
    below = name_of(error) == "more-than-balance" and posting.rules.payments == "with_invoice"
    return posting.found.organization.line_discounts != "split" and (
        name_of(error) == "discount-setting" or below
    )


def _names_the_unknown(error: Rejected) -> bool:
    """An id we sent means nothing to Zoho (any more); for some it says missing, for others that the value is wrong."""
    wrong = name_of(error) == "invalid-value" and any(name in error.message for name in REMEMBERED)
    return is_missing(error) or wrong


def _forget(hand: Hand, wanted: Needs) -> bool:
    """A contact, address, item or tax was deleted in Zoho: nothing remembered of this order's is trusted any more."""
    connection = hand.connection
    person = (people.KIND, people.contact_key(connection, wanted))
    # what cannot be looked for again is kept: a second one would be made
    things = [(goods.KIND, goods.link_key(hand, need)) for need in wanted.items if need.sku]
    dropped = [
        links.forget(connection.ledger, connection.organization, kind, key)
        for kind, key in (person, *things)
        if kind != people.KIND or wanted.email or wanted.walk_in
    ]
    return organization.doubt(connection) or any(dropped)


def refuse_old_plan(posting: Posting, step: Step, answer: Mapping[str, Any]) -> None:
    """A payment that was found is in the balance that was read already, and the plan has taken it off once more; or it
    is over what the order came to when it was sent.
    """
    if (step.verb, step.kind) != ("create", "payment") or not answer.get(FOUND):
        return
    document = posting.found.document
    read = document is not None and document.read is not None
    if read or unused_money.recorded(step.body, answer) != step.body["amount"]:
        raise Replan(HEARD)
