"""The life of an order in the books: what must be read before it can be planned, and the plan itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mappings.errors import Unmappable
from mappings.money import ZERO, summed
from mappings.plans import Plan, Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import notes, payments, steps, turns
from mappings.zoho.courses import Course, course_of, foreign, paid_of, standing, standing_of, unpaid
from mappings.zoho.found import Found, FoundDocument
from mappings.zoho.standing import (
    Sale,
    amount_of,
    credit_left,
    day_of,
    gone_payments,
    refuse_closed,
    reversal_of,
)


def asks(order: Order, found: Found, rules: BookRules) -> frozenset[str]:
    """What a known order needs besides what is remembered; see `mappings.zoho.orders.asks`."""
    document = found.document
    if document is None:
        return frozenset()
    refuse_refunds_of_orders(order, rules)
    course = course_of(order, found, document, rules)
    asked: set[str] = set()
    shared = bool(rules.part) and bool(
        payments.owed(order, found)
    )  # other parts may have had what came before
    to_be_read = document.doubtful or shared or _to_be_read(course, order, found, document)
    if document.read is None and to_be_read:
        asked.add("document")
    if _writes_lines(course, order, found):
        asked.add("items")
    return frozenset(asked)


def _to_be_read(course: Course, order: Order, found: Found, document: FoundDocument) -> bool:
    if course in ("edit", "end", "renew") or gone_payments(order, found) or notes.incomplete(order, found):
        return True
    missing = bool(payments.owed(order, found))
    credited = bool(found.notes) or document.generation > 1
    return (
        (missing and credited)
        or _credit_waits(course, found, document)
        or _money_waits(course, found, document)
    )


def _credit_waits(course: Course, found: Found, document: FoundDocument) -> bool:
    """A credit that took back this document (or, where it is live, an earlier one) was perhaps not applied to it."""
    numbers = [document.generation] if course == "over" else range(1, document.generation)
    waiting = [note for number in numbers if (note := reversal_of(found, number)) and credit_left(note)]
    return document.status != "paid" and any(document.id not in note.applied for note in waiting)


def _money_waits(course: Course, found: Found, document: FoundDocument) -> bool:
    """A payment was recorded while nothing was open; perhaps something is by now."""
    return course == "keep" and document.status != "paid" and any(left > 0 for left in found.unused.values())


def _writes_lines(course: Course, order: Order, found: Found) -> bool:
    missing = any(f"refund:{refund.key}" not in found.notes for refund in notes.refunds_of(order))
    return course in ("edit", "renew") or missing or (course == "end" and bool(notes.refunds_of(order)))


def plan(order: Order, found: Found, document: FoundDocument, rules: BookRules) -> Plan:
    """What is still missing of an order whose document is there; nothing where all is as it should be."""
    refuse_refunds_of_orders(order, rules)
    course = course_of(order, found, document, rules)
    deleted = unpaid(order, found, document, rules)
    turn = turns.turned(course, order, found, document, rules, standing(order, found, document))
    owed = () if _paid_by_hand(order, found, document, turn.sale) else _owed(order, found, rules, turn.sale)
    money, told = after(order, found, rules, turn.sale, owed)
    if course == "over":
        _refuse_late_refund(order, found, document, turn.sale, money)
    planned = (
        *steps.contact_update(order, found, rules),
        *deleted,
        *turn.steps,
        *money,
        *(steps.mark(order, found, rules, turn.sale.number, turn.sale.generation) if turn.sale.live else ()),
    )
    refuse_closed_steps(planned, order, rules, day_of(order, document, rules))
    return Plan(once(planned), (*turn.told, *told))


def _paid_by_hand(order: Order, found: Found, document: FoundDocument, sale: Sale) -> bool:
    """A person has recorded in Zoho what we did not: the store's payment is not recorded a second time."""
    credited = any(document.id in note.applied for note in found.notes.values())
    if sale.status != "paid" or document.generation > 1 or credited:
        return False
    return document.read is None or amount_of(document.read, "payment_made") > payments.recorded_of(
        order, found
    )


def _owed(order: Order, found: Found, rules: BookRules, sale: Sale) -> tuple[Step, ...]:
    return tuple(steps.payment_creates(order, found, rules, sale.customer, sale.id, sale.open))


def after(
    order: Order,
    found: Found,
    rules: BookRules,
    sale: Sale,
    owed: tuple[Step, ...],
    *,
    paid_with: bool = False,
) -> tuple[list[Step], list[str]]:
    """What follows once the document is right: opened or confirmed, paid, and its refunds credited."""
    made: list[Step] = list(_settled(order, found, rules, sale, owed, paid_with=paid_with))
    made += owed
    if sale.void:
        return made, []
    recorded = [row["amount_applied"] for step in owed for row in step.body.get("invoices", ())]
    together = summed([payment.amount for payment in order.payments]) if paid_with else ZERO
    left = sale.open - summed(recorded) - together
    credited, told = notes.refund_notes(order, found, rules, sale, left, paid_of(order, found))
    return [*made, *credited], told


def _settled(
    order: Order, found: Found, rules: BookRules, sale: Sale, owed: tuple[Step, ...], *, paid_with: bool
) -> Iterator[Step]:
    """A draft takes no credit: one whose refunds are to be credited is opened, whatever is chosen for unpaid ones."""
    if not sale.live:
        return
    yield from steps.confirm(order, rules, sale.id, sale.status, sale.generation)
    sent = tuple(
        steps.send(
            order, found, rules, sale.id, sale.status, money_to_come=bool(owed), generation=sale.generation
        )
    )
    yield from sent
    credited = notes.incomplete(order, found) and sale.status == "draft"
    if credited and not (sent or owed or paid_with):
        yield steps.opened(order, rules, sale.id, sale.generation)


def once(planned: Iterable[Step]) -> tuple[Step, ...]:
    """An item that several documents name is made for the first of them."""
    by_key: dict[tuple[str, str, str], Step] = {}
    for step in planned:
        by_key.setdefault((step.verb, step.kind, step.key), step)
    return tuple(by_key.values())


def refuse_refunds_of_orders(order: Order, rules: BookRules) -> None:
    if rules.document == "sales_order" and notes.refunds_of(order):
        back = summed([refund.total for refund in order.refunds])
        raise Unmappable(
            "refunded",
            f"{back} {order.currency} of order {order.id} was refunded, and a sales order cannot be credited",
            "Lower or void the sales order and book the refund in Zoho by hand; leave the order held.",
        )


def _refuse_late_refund(
    order: Order, found: Found, document: FoundDocument, sale: Sale, money: list[Step]
) -> None:
    """Refunded after the whole document was taken back: another note would take back the same twice. So would the
    notes of one that a person has made void.
    """
    note = reversal_of(found, document.generation)
    back = summed([refund.total for refund in order.refunds])
    missing = any(step.verb == "create" and step.kind == "credit_note" for step in money)
    whole = amount_of(document.read or {}, "total")
    twice = missing and note is not None and note.total + back != whole
    refunded = any(name.startswith("refund:") and one.status != "void" for name, one in found.notes.items())
    if twice or (sale.void and (refunded or (order.payments and notes.incomplete(order, found)))):
        raise Unmappable(
            "changed-after-posting",
            f"{back} {order.currency} of order {order.id} was refunded after its document was taken back",
            "Pay it in Zoho out of the customer's credit by hand, and leave the order held.",
        )


def refuse_closed_steps(planned: Iterable[Step], order: Order | str, rules: BookRules, day: str = "") -> None:
    """Whatever is written with a date, or changes what has one: a step's own, else the document's `day`."""
    record = order if isinstance(order, str) else order.id
    for step in planned:
        if step.kind not in ("invoice", "sales_order", "payment", "credit_note") or step.verb == "apply":
            continue
        dated = str(step.body.get("date") or day)
        refuse_closed(dated, f"{step.verb} {step.kind.replace('_', ' ')} of order {record}", rules)


def take_back(record: str, found: Found, rules: BookRules) -> Plan:
    """The plan for an order that the store does not have any more; see `mappings.zoho.orders.take_back`."""
    document = found.document
    if document is None:
        return Plan()
    if not document.ours:
        raise foreign(record, document)
    sale = standing_of(found, document)
    if sale.live:
        turn = turns.taken_back(record, found, document, rules, sale)
    else:
        turn = turns.applied_to_itself(record, found, document, rules, sale)
    turn = turns.with_its_order(record, found, rules, sale, turn)
    refuse_closed_steps(turn.steps, record, rules, str((document.read or {}).get("date") or ""))
    return Plan(turn.steps, turn.told)
