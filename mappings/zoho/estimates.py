"""A quote in the books: an estimate that says what an order would be, and is accepted or declined in the end.

It books nothing: no payment, no refund and no mark in the store belongs to it, and closed periods do not bind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mappings.errors import Skip, Unmappable
from mappings.plans import Plan, Ref, Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.statuses import GIVEN_BACK
from mappings.zoho import edits, steps
from mappings.zoho.documents import Id, draft, fingerprint
from mappings.zoho.found import Found, FoundDocument
from mappings.zoho.keys import key
from mappings.zoho.standing import customer_of, status_of

KIND: Final = "estimate"
CLOSED = frozenset({"accepted", "declined", "invoiced", "deleted", "left"})
"""What was answered, or was taken away by a person, is rewritten no more."""
_LINKS = {"invoice": "invoiced_estimate_id", "sales_order": "estimate_id"}


def is_quote(order: Order, rules: BookRules, statuses: frozenset[int], *, known: bool) -> bool:
    """Whether of an order that was never booked only the estimate is to be seen to.

    `statuses`: all that are let through, those of quotes among them; `known`: there is an estimate for it already.
    Raises Skip for one that is neither a quote any more nor a sale yet.
    """
    if rules.is_over(order.ended):
        return known
    if order.status_id in rules.estimate_statuses:
        return True
    if known and order.status_id not in (statuses - rules.estimate_statuses) | GIVEN_BACK:
        raise Skip(
            "status", f"status {order.status_id} is not among the synced ones, and the estimate stays open"
        )
    return False


def only(order: Order) -> Skip:
    """What is said of an order of which there is an estimate, or was one, and nothing else."""
    if order.ended:
        return Skip("status", f"the order is {order.ended} and was never booked")
    return Skip(
        "quote", f"with status {order.status_id} it is only a quote so far, and nothing of it is booked"
    )


def asks(order: Order, found: Found, rules: BookRules) -> frozenset[str]:
    """See `mappings.zoho.orders.asks`."""
    document = found.document
    if document is None or rules.is_over(order.ended):
        return frozenset()
    if document.ended:
        return frozenset({"items"})
    if is_closed(document):
        return frozenset()
    changed = _is_changed(order, document)
    read = document.read is None and (changed or document.doubtful)
    asked = (("document", read), ("items", changed))
    return frozenset(name for name, so in asked if so)


def plan(order: Order, found: Found, rules: BookRules) -> Plan:
    """The estimate of an order that is only a quote: made, rewritten in place where the order was edited, or declined
    once the order is none any more. One that a person, or the customer, has answered stays as it is.
    """
    document = found.document
    if rules.is_over(order.ended):
        return _over(order, document, rules)
    if document is None or document.ended:
        return _new(order, found, rules)
    if is_closed(document):
        return Plan()
    written, told = _as_the_order_says(order, found, document, rules)
    sent = _sent(order, rules, document.id, status_of(document), document.generation)
    return Plan((*steps.contact_update(order, found, rules), *written, *sent), told)


def answered(
    record: Order | str, quote: FoundDocument | None, rules: BookRules, verb: str
) -> tuple[Step, ...]:
    """The estimate is accepted, for its order is booked, or declined; a draft must be marked as sent before."""
    if quote is None or is_closed(quote) or quote.ended:
        return ()
    is_draft = quote.status in ("", "draft")
    step_key = key(record, rules, verb, str(quote.generation))
    body = {"draft": is_draft}
    return (Step(verb, KIND, step_key, body, quote.id, calls=1 + is_draft),)  # type: ignore[arg-type]


def named(found: Found, rules: BookRules) -> dict[str, Any]:
    """By which the first document of an order tells of the estimate that came before it."""
    quote = found.estimate
    gone = quote is None or quote.ended or quote.status in CLOSED - {"accepted"}
    if quote is None or gone or found.sales_order is not None:
        return {}
    return {_LINKS[rules.document]: quote.id}


def is_closed(document: FoundDocument) -> bool:
    return status_of(document) in CLOSED


def _is_changed(order: Order, document: FoundDocument) -> bool:
    return bool(document.fingerprint) and document.fingerprint != fingerprint(order)


def _over(order: Order, document: FoundDocument | None, rules: BookRules) -> Plan:
    declined = answered(order, document, rules, "decline")
    if declined and document is not None and rules.endings[order.ended] == "hold":
        raise still_open(order.id, document.number, f"order {order.id} is {order.ended} in the store")
    return Plan(declined)


def still_open(record: str, number: str, why: str) -> Unmappable:
    """The setting says that a person decides what becomes of an order that ended."""
    return Unmappable(
        "changed-after-posting",
        f"{why}, and estimate {number} of order {record} is open in Zoho",
        "Mark the estimate as declined in Zoho and leave the order held, or choose in the settings what becomes of "
        "such orders (orders.cancelled, declined, disputed, archived, deleted), then retry.",
    )


def _new(order: Order, found: Found, rules: BookRules) -> Plan:
    """The first one, or the next after one that was declined with its order, which stands again."""
    before = found.document
    generation = before.generation + 1 if before else 1
    customer: Id = customer_of(before, found) if before else _customer(order, found, rules)
    written = draft(order, found, rules, customer, None, generation)
    create = steps.document_create(order, rules, written, generation)
    planned = (
        *(() if before else steps.contact_create(order, found, rules)),
        *steps.contact_update(order, found, rules),
        *steps.item_creates(order, found, rules, written),
        create,
        *_sent(order, rules, Ref(create.key), "draft", generation),
    )
    return Plan(planned, written.arithmetic)


def _customer(order: Order, found: Found, rules: BookRules) -> Id:
    return found.contact.contact_id if found.contact else Ref(steps.contact_key(order, rules))


def _as_the_order_says(
    order: Order, found: Found, document: FoundDocument, rules: BookRules
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    if not _is_changed(order, document):
        return tuple(steps.amend(order, document, rules)), ()
    written = draft(order, found, rules, customer_of(document, found), None, document.generation)
    told = f"{document.number or document.id} is rewritten: {order.total} {order.currency} now"
    step = edits.amended(order, document, rules, written)
    return (*steps.item_creates(order, found, rules, written), step), (told, *written.arithmetic)


def _sent(order: Order, rules: BookRules, document: Id, status: str, generation: int) -> Iterator[Step]:
    """A draft is nobody's offer yet. Nothing is mailed."""
    if rules.unpaid == "sent" and status == "draft":
        yield Step("send", KIND, key(order, rules, "offer", str(generation)), {}, document)
