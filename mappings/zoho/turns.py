"""The document's part of a plan: rewritten, taken back, or made anew, with the credit that this leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from mappings.errors import Unmappable
from mappings.money import ZERO
from mappings.plans import Ref, Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import edits, notes, payments, reversals, stages, steps, unused
from mappings.zoho.courses import Course
from mappings.zoho.documents import Id, draft
from mappings.zoho.found import Found, FoundDocument
from mappings.zoho.keys import key, note_key
from mappings.zoho.standing import (
    Sale,
    amount_of,
    credit_left,
    day_of,
    gone_payments,
    refuse_closed,
    reversal_of,
)


@dataclass(frozen=True)
class Turn:
    """What a part of the plan does, and how the sale stands after it."""

    sale: Sale
    steps: tuple[Step, ...] = ()
    told: tuple[str, ...] = ()


def turned(
    course: Course, order: Order, found: Found, document: FoundDocument, rules: BookRules, sale: Sale
) -> Turn:
    """The document's part of the plan; money that waits for a document pays the one that is live in the end."""
    turn = _turned(course, order, found, document, rules, sale)
    gone = gone_payments(order, found)
    there = {payment: left for payment, left in found.unused.items() if payment not in gone}
    turn = with_its_order(order.id, found, rules, sale, turn)
    sale, paid = unused.used_on(order.id, replace(found, unused=there), rules, turn.sale)
    return replace(turn, sale=sale, steps=(*turn.steps, *paid))


def with_its_order(record: str, found: Found, rules: BookRules, before: Sale, turn: Turn) -> Turn:
    """A void invoice leaves the sales order that it was made of open again, which would hold back its goods for ever:
    it is made void, too. `before`: the invoice as it was, for a run may have been cut short between the two.
    """
    places = [
        place for place, step in enumerate(turn.steps, 1) if (step.verb, step.kind) == ("void", "invoice")
    ]
    if not found.ordered or rules.part or not (places or before.void):
        return turn
    at = places[0] if places else 0
    step = Step("void", "sales_order", key(record, rules, "void", "order"), {}, found.ordered)
    told = (*turn.told, "and so is the sales order that it was made of")
    return replace(turn, steps=(*turn.steps[:at], step, *turn.steps[at:]), told=told)


def _turned(
    course: Course, order: Order, found: Found, document: FoundDocument, rules: BookRules, sale: Sale
) -> Turn:
    if course == "keep":
        mended = tuple(steps.amend(order, document, rules))
        return _credited(order.id, found, rules, Turn(sale, mended))
    if course == "edit":
        return _edited(order, found, document, rules, sale)
    if course == "renew":
        return _renewed(order, found, document, rules, sale)
    if course == "end":
        return _ended(order, found, document, rules, sale)
    return applied_to_itself(order.id, found, document, rules, sale)


def _edited(order: Order, found: Found, document: FoundDocument, rules: BookRules, sale: Sale) -> Turn:
    if edits.may_amend(order, found, document, rules, sale):
        return _amended(order, found, document, rules, sale)
    if rules.edited == "hold" or rules.document == "sales_order":
        raise Unmappable(
            "changed-after-posting",
            f"the lines, quantities or amounts of order {order.id} are not those of document "
            f"{document.number or document.id} any more; its total is {order.total} {order.currency} now",
            "Correct the document in Zoho by hand and leave the order held, or change orders.amend or orders.edited "
            "and retry.",
        )
    if sale.status == "draft":  # a draft is in nobody's books: there is nothing to credit
        return _anew(order, found, document, rules, _void(order.id, document, rules, sale))
    day = day_of(order, document, rules)
    refuse_closed(day, f"the document of order {order.id}", rules)
    return _anew(order, found, document, rules, _mirrored(order.id, document, rules, sale, day))


def _amended(order: Order, found: Found, document: FoundDocument, rules: BookRules, sale: Sale) -> Turn:
    address, addresses = steps.shipping_address(order, found, rules)
    written = draft(order, found, rules, sale.customer, address, document.generation)
    step = edits.amended(order, document, rules, written)
    before = amount_of(document.read or {}, "total")
    told = (
        f"{document.number or document.id} is rewritten: {before} becomes {order.total} {order.currency}",
        *written.arithmetic,
    )
    planned = (*addresses, *steps.item_creates(order, found, rules, written), step)
    rewritten = Turn(replace(sale, open=sale.open + order.total - before), planned, told)
    return _credited(order.id, found, rules, rewritten)


def _renewed(order: Order, found: Found, document: FoundDocument, rules: BookRules, sale: Sale) -> Turn:
    """An order that stands again, or an edit that was cut short: the credit that took the document back is used."""
    note = reversal_of(found, document.generation)
    whole = amount_of(document.read or {}, "total")
    if note is not None and note.total != whole:
        raise Unmappable(
            "changed-after-posting",
            f"order {order.id} stands again, and credit note {note.number or note.id} took back {note.total} of the "
            f"{whole} of its document, the rest having been refunded",
            "Make the credit note void in Zoho and book the order by hand, or cancel it in the store; then retry.",
        )
    return _anew(order, found, document, rules, applied_to_itself(order.id, found, document, rules, sale))


def _anew(order: Order, found: Found, document: FoundDocument, rules: BookRules, before: Turn) -> Turn:
    """The next generation of the document; what is open of the credit that took back the last is applied to it."""
    generation = document.generation + 1
    customer: Id = before.sale.customer
    address, addresses = steps.shipping_address(order, found, rules)
    day = day_of(order, document, rules) if stages.by_moment(rules) else ""
    written = draft(order, found, rules, customer, address, generation, day=day)
    create = steps.document_create(order, rules, written, generation)
    number = Ref(create.key, "number")
    sale = Sale(Ref(create.key), number, "draft", customer, generation, open=order.total)
    made = (*before.steps, *addresses, *steps.item_creates(order, found, rules, written), create)
    told = (*before.told, f"document {generation} of order {order.id}", *written.arithmetic)
    return _credited(order.id, found, rules, Turn(sale, made, told))


def _credited(record: str, found: Found, rules: BookRules, turn: Turn) -> Turn:
    """What is open of credit notes that took back earlier documents goes against what is open of this one."""
    sale, made = turn.sale, list(turn.steps)
    for name, note, left in _credits(record, found, rules, turn):
        amount = min(left, sale.open)
        if amount <= 0:
            continue
        if sale.status == "draft":
            made.append(steps.opened(record, rules, sale.id, sale.generation))
        made.append(notes.applied(record, rules, name, note, sale, amount))
        sale = replace(sale, open=sale.open - amount, status="sent")
    return Turn(sale, tuple(made), turn.told)


def _credits(record: str, found: Found, rules: BookRules, turn: Turn) -> list[tuple[str, Id, Decimal]]:
    """(name, note, what is left of it) of every note that took back an earlier document."""
    used = _used_up(turn)
    told: list[tuple[str, Id, Decimal]] = []
    for number in range(1, turn.sale.generation):
        name = f"reversal:{number}"
        unique = note_key(record, rules, name)
        made = next((step for step in turn.steps if step.key == unique), None)
        note = found.notes.get(name)
        if made is not None:
            told.append((name, Ref(unique), made.expect["total"] - used.get(Ref(unique), ZERO)))
        elif note is not None and turn.sale.id not in note.applied:
            told.append((name, note.id, credit_left(note) - used.get(note.id, ZERO)))
    return told


def _used_up(turn: Turn) -> dict[Id, Decimal]:
    """What the steps so far apply of each note."""
    used: dict[Id, Decimal] = {}
    for step in turn.steps:
        if step.verb == "apply" and step.target is not None:
            used[step.target] = used.get(step.target, ZERO) + step.body["invoices"][0]["amount_applied"]
    return used


def _ended(order: Order, found: Found, document: FoundDocument, rules: BookRules, sale: Sale) -> Turn:
    """Void where nothing was paid, credited or refunded; else a credit note over what is left."""
    refunded = bool(notes.refunds_of(order))
    if _may_void(order.id, document, found, rules, sale) and not refunded:
        return _void(order.id, document, rules, sale)
    day = _late_day(order, document, rules)
    opened = (steps.opened(order, rules, sale.id, sale.generation),) if sale.status == "draft" else ()
    if not refunded:
        turn = _mirrored(order.id, document, rules, sale, day)
        return replace(turn, steps=(*opened, *turn.steps))
    made, told = reversals.left_over(order, found, document, rules, sale, day)
    turn = _taken(order.id, document, rules, sale, made, told)
    return replace(turn, steps=(*opened, *turn.steps))


def taken_back(record: str, found: Found, document: FoundDocument, rules: BookRules, sale: Sale) -> Turn:
    """The same where the store has no order any more: all of the document, or a person."""
    if _may_void(record, document, found, rules, sale):
        return _void(record, document, rules, sale)
    if any(name.startswith("refund:") for name in found.notes):
        raise Unmappable(
            "changed-after-posting",
            f"order {record} is deleted in the store, and a part of its document {document.number or document.id} was "
            "refunded",
            "Credit the rest of the document in Zoho by hand, and leave the order held.",
        )
    day = reversals.day_after(str((document.read or {})["date"]), lock_date=rules.lock_date)
    return _mirrored(record, document, rules, sale, day)


def _may_void(record: str, document: FoundDocument, found: Found, rules: BookRules, sale: Sale) -> bool:
    if rules.document == "sales_order":
        edits.refuse_invoiced(document.read or {}, record)
        return True
    if sale.status == "draft":
        return True
    untouched = sale.open == amount_of(document.read or {}, "total") and not found.notes
    return rules.reversal == "void" and untouched


def _void(record: str, document: FoundDocument, rules: BookRules, sale: Sale) -> Turn:
    step = Step("void", rules.document, key(record, rules, "void", str(document.generation)), {}, sale.id)
    told = (f"{document.number or document.id} is made void",)
    return Turn(replace(sale, open=ZERO, status="void", live=False, void=True), (step,), told)


def _mirrored(record: str, document: FoundDocument, rules: BookRules, sale: Sale, day: str) -> Turn:
    made, told = reversals.mirror(record, document, rules, sale, day)
    return _taken(record, document, rules, sale, made, told)


def _taken(
    record: str, document: FoundDocument, rules: BookRules, sale: Sale, made: list[Step], told: list[str]
) -> Turn:
    """The note, and as much of it as is open on its own document applied there."""
    name = f"reversal:{document.generation}"
    over = replace(sale, live=False)
    amount = min(reversals.total_of(made), sale.open)
    if amount > 0:
        made = [*made, notes.applied(record, rules, name, Ref(note_key(record, rules, name)), sale, amount)]
        over = replace(over, open=sale.open - amount)
    return Turn(over, tuple(made), tuple(told))


def applied_to_itself(
    record: str, found: Found, document: FoundDocument, rules: BookRules, sale: Sale
) -> Turn:
    """A reversal that was cut short: its credit still goes against what is open on its own document."""
    name, note = f"reversal:{document.generation}", reversal_of(found, document.generation)
    amount = min(credit_left(note), sale.open) if note is not None else ZERO
    if note is None or amount <= 0 or document.id in note.applied:
        return Turn(sale)
    step = notes.applied(record, rules, name, note.id, sale, amount)
    return Turn(replace(sale, open=sale.open - amount), (step,))


def _late_day(order: Order, document: FoundDocument, rules: BookRules) -> str:
    moments = [payments.local_date(payment.at, rules) for payment in order.payments]
    moments += [payments.local_date(refund.at, rules) for refund in order.refunds]
    return reversals.day_after(day_of(order, document, rules), *moments, lock_date=rules.lock_date)
