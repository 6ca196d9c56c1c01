"""The credit notes of refunds: exactly one for each, over its total to the cent, and where its money goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from mappings.errors import Unmappable
from mappings.money import ZERO, summed
from mappings.plans import Ref, Step
from mappings.records import Order, Payment, Refund
from mappings.rules import BookRules
from mappings.zoho import payments, refund_lines, steps
from mappings.zoho.documents import DESCRIPTION_LIMIT, Draft, Id, header, written
from mappings.zoho.found import Found, FoundDocument, FoundNote
from mappings.zoho.items import booked_on
from mappings.zoho.keys import key, note_key
from mappings.zoho.standing import Sale, amount_of, credit_left
from mappings.zoho.texts import cut_lines


@dataclass(frozen=True)
class Given:
    """A refund and how much of each of its payments is paid out of its note; the rest goes against what is open."""

    refund: Refund
    repaid: tuple[tuple[Payment, Decimal], ...]


def refunds_of(order: Order) -> tuple[Refund, ...]:
    """Those over something: a refund of nothing gets no credit note."""
    return tuple(refund for refund in order.refunds if refund.total)


def incomplete(order: Order, found: Found) -> bool:
    """Whether the note of a refund is missing, or something of it is neither repaid nor applied."""
    return any(not _complete(refund, found) for refund in refunds_of(order))


def _complete(refund: Refund, found: Found) -> bool:
    note = found.notes.get(f"refund:{refund.key}")
    return note is not None and not credit_left(note)


def refuse_lost_refunds(order: Order, found: Found) -> None:
    """A note whose refund the store does not tell of any more, or tells otherwise: a declined one, for instance."""
    totals = {f"refund:{refund.key}": refund.total for refund in order.refunds}
    for name, note in found.notes.items():
        if not name.startswith("refund:") or note.status == "void":
            continue
        now = totals.get(name, ZERO)
        if name not in totals or (note.total and note.total != now):
            raise Unmappable(
                "changed-after-posting",
                f"credit note {note.number or note.id} books {note.total} for refund {name.removeprefix('refund:')}, "
                f"which is {now} in the store now",
                "Make the credit note void in Zoho, or correct it and what was paid out of it; leave the order held.",
            )


def given(order: Order, found: Found, paid: Decimal) -> tuple[Given, ...]:
    """How the money of every refund goes back: as far as `paid`, the money in the books, lasts, the oldest first."""
    told = []
    for refund in refunds_of(order):
        note = found.notes.get(f"refund:{refund.key}")
        repaid = []
        for payment in refund.payments:
            never = note is not None and payment.key not in note.repaid and not credit_left(note)
            amount = ZERO if never else min(payment.amount, paid)
            paid -= amount
            repaid.append((payment, amount))
        told.append(Given(refund, tuple(repaid)))
    return tuple(told)


def refund_notes(
    order: Order, found: Found, rules: BookRules, sale: Sale, left: Decimal, paid: Decimal
) -> tuple[list[Step], list[str]]:
    """Every note that is missing, and every repayment and application of the notes that are there; `left` is what is
    open on the document, `paid` the money in the books.
    """
    made: list[Step] = []
    told: list[str] = []
    for each in given(order, found, paid):
        note = found.notes.get(f"refund:{each.refund.key}")
        if note is None:
            creation, sentences = _note(each, order, found, rules, sale)
            made += creation
            told += sentences
        used = list(_used(each, note, order, rules, sale, left))
        left -= summed([_applied(step) for step in used])
        made += used
    return made, told


def _note(
    each: Given, order: Order, found: Found, rules: BookRules, sale: Sale
) -> tuple[list[Step], list[str]]:
    refund = each.refund
    unique = note_key(order, rules, f"refund:{refund.key}")
    lines = refund_lines.booked(refund, order, rules)
    like = replace(order, lines=lines, total=refund.total, tax=summed([line.tax for line in lines]))
    head = header(order, rules, sale.customer, payments.local_date(refund.at, rules), unique)
    draft = written(like, found, replace(rules, shipping="item"), head, _booked(found, sale))
    rows = _rows(draft, like, _sold_rows(order, found, found.document, rules))
    body = {**draft.body, "line_items": [_described(row, f"Refund {refund.key}") for row in rows]}
    of = "" if rules.part else sale.id  # it may give back what other parts have invoiced
    creation = creation_of(unique, body, total=refund.total, tax=like.tax, currency=order.currency, sale=of)
    repaid = summed([amount for _, amount in each.repaid])
    told = [
        f"refund {refund.key}: {refund.total} {order.currency} credited, {repaid} of it paid back",
        *draft.arithmetic,
    ]
    return [*steps.item_creates(like, found, rules, Draft(body, ())), creation], told


def _booked(found: Found, sale: Sale) -> Mapping[str, Any] | None:
    """The document that the note is for, where it was there and read before this plan."""
    document = found.document
    return document.read if document is not None and document.id == sale.id else None


def creation_of(
    unique: str, body: Mapping[str, Any], *, total: Decimal, tax: Decimal, currency: str, sale: Id
) -> Step:
    """`POST /creditnotes?invoice_id=`: what the answer must say, and the document that the query names."""
    expect = {
        "total": total,
        "tax": tax,
        "lines": len(body["line_items"]),
        "currency": currency,
        "invoice": sale,
    }
    return Step("create", "credit_note", unique, body, expect=expect)


def _sold_rows(
    order: Order, found: Found, document: FoundDocument | None, rules: BookRules
) -> dict[str, Mapping[str, Any]]:
    """The document's row of each line, where they answer to one another one to one, by item and order."""
    rows = (document.read or {}).get("line_items", ()) if document is not None else ()
    if len(rows) != len(order.lines) or rules.part:
        return {}
    pairs = list(zip(order.lines, rows, strict=True))
    same = all(str(row.get("item_id")) == _item_of(line, found, rules) for line, row in pairs)
    return {line.key: row for line, row in pairs} if same else {}


def _item_of(line: Any, found: Found, rules: BookRules) -> str:
    try:
        return found.items.get(booked_on(line, found.items, rules)[0], "")
    except Unmappable:
        return ""


def _rows(draft: Draft, like: Order, sold: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The note's rows, each with the invoice's row that it gives back where it is on the same item."""
    rows = [dict(row) for row in draft.body["line_items"]]
    if len(rows) != len(like.lines):
        return rows
    for line, row in zip(like.lines, rows, strict=True):
        given_back = sold.get(line.key)
        if given_back is not None and str(given_back.get("item_id")) == row["item_id"]:
            row["invoice_item_id"] = str(given_back["line_item_id"])
    return rows


def _described(row: Mapping[str, Any], why: str) -> dict[str, Any]:
    told = "\n".join(part for part in (why, str(row.get("description", ""))) if part)
    return {**row, "description": cut_lines(told, DESCRIPTION_LIMIT)}


def _used(
    each: Given, note: FoundNote | None, order: Order, rules: BookRules, sale: Sale, open_: Decimal
) -> Iterator[Step]:
    """What is paid out of the note and what is applied, of what is left of it."""
    refund = each.refund
    target: Id = Ref(note_key(order, rules, f"refund:{refund.key}")) if note is None else note.id
    left = refund.total if note is None else credit_left(note)
    done: frozenset[str] = note.repaid if note is not None else frozenset()
    for payment, amount in each.repaid:
        amount_now = min(amount, left)
        if payment.key in done or amount_now <= 0:
            continue
        left -= amount_now
        told = f"Refund {refund.key} of order {order.id}"
        body = payments.repaid_body(payment, amount_now, told, order, rules)
        step_key = key(order, rules, "repaid", f"{refund.key}-{payment.key}")
        yield Step("refund", "credit_note", step_key, body, target, {"amount": amount_now})
    again = note is not None and sale.id in note.applied
    amount = min(left, open_)
    if amount > 0 and not again and not sale.void:
        yield applied(order.id, rules, f"refund:{refund.key}", target, sale, amount)


def applied(record: str, rules: BookRules, name: str, note: Id, sale: Sale, amount: Decimal) -> Step:
    """`POST /creditnotes/{id}/invoices`: a note's credit lowers what is open on a document."""
    body = {"invoices": [{"invoice_id": sale.id, "amount_applied": amount}]}
    step_key = key(record, rules, "apply", f"{name.replace(':', '-')}-{sale.generation}")
    return Step("apply", "credit_note", step_key, body, note)


def _applied(step: Step) -> Decimal:
    if step.verb != "apply":
        return ZERO
    return summed([amount_of(row, "amount_applied") for row in step.body["invoices"]])
