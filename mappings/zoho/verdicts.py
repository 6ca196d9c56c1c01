"""What Zoho made of a body we sent: equal to the cent, a cent to mend, or a case for a person."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mappings.money import in_coins
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho.documents import ADJUSTMENT_SENTENCE
from mappings.zoho.found import Verdict


def expected(order: Order) -> dict[str, Any]:
    """What the answer for an order's sale document must say; a step of the plan carries the same in `expect`."""
    return {"total": order.total, "tax": order.tax, "currency": order.currency}


def verify(
    expect: Mapping[str, Any], body: Mapping[str, Any], answer: Mapping[str, Any], rules: BookRules
) -> Verdict:
    """What Zoho made of a body: equal to the cent, to be amended within the limit, or held.

    `expect` is a step's: total, tax, currency, lines (without it, as many as the body has). `answer` is the document or
    the credit note itself, or the envelope around it. Lines and tax are looked at where the answer has them.
    """
    made = _document_in(answer)
    code, rows, tax = made.get("currency_code"), made.get("line_items"), made.get("tax_total")
    lines = expect.get("lines", len(body["line_items"]) if "line_items" in body else None)
    if code and code != (expect.get("currency") or code):
        return _differs("currency-unmapped", f"the document came out in {code}, not in {expect['currency']}")
    if rows is not None and lines is not None and len(rows) != lines:
        return _differs("total-differs", f"{lines} lines were sent and {len(rows)} were booked")
    told = expect.get("tax")
    limit = in_coins(rules.adjustment_limit, str(expect.get("currency") or code or ""))
    if told is not None and tax not in (None, "") and abs(Decimal(str(tax)) - told) > limit:
        return _differs("tax-differs", f"the store says {told} of tax and Zoho booked {tax}")
    total, adjustment = Decimal(str(made["total"])), Decimal(str(body.get("adjustment", 0)))
    return _judged(expect["total"], total, adjustment, limit)


def _document_in(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    inside = (answer.get(name) for name in ("invoice", "salesorder", "estimate", "creditnote"))
    return next((found for found in inside if isinstance(found, Mapping)), answer)


def discounted(document: Mapping[str, Any]) -> bool:
    """Whether a line of the document carries a discount of its own."""
    return any(Decimal(str(row.get("discount") or 0)) for row in document.get("line_items", ()))


def counted_per_unit(body: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether the organization took a line's discount once per unit: 3 × 3.34 - 0.02 came out as 9.96 instead of 10.00.

    Seen on the total, because lines of tax-inclusive documents are answered with or without their tax.
    """
    made = _document_in(answer)
    taken = [
        (Decimal(str(row["discount"])), Decimal(str(row["quantity"])))
        for row in body["line_items"]
        if row.get("discount")
    ]
    extra = sum((discount * (quantity - 1) for discount, quantity in taken), Decimal(0))
    if not extra:
        return False
    if body.get("is_inclusive_tax"):
        return bool(_sum_of(body) - Decimal(str(made["total"])) == extra)
    return bool(_sum_of(body) - Decimal(str(made["sub_total"])) == extra)


def _sum_of(body: Mapping[str, Any]) -> Decimal:
    """What the lines come to when every discount counts once; of an inclusive document with charge and adjustment."""
    rows = body["line_items"]
    lines = [
        Decimal(str(row["rate"])) * Decimal(str(row["quantity"])) - Decimal(str(row.get("discount", 0)))
        for row in rows
    ]
    if not body.get("is_inclusive_tax"):
        return sum(lines, Decimal(0))
    beside = [Decimal(str(body.get(name, 0))) for name in ("shipping_charge", "adjustment")]
    return sum((*lines, *beside), Decimal(0))


def _judged(wanted: Decimal, total: Decimal, adjustment: Decimal, limit: Decimal) -> Verdict:
    difference = wanted - total
    if not difference:
        return Verdict("")
    adjusted = adjustment + difference
    if abs(adjusted) > limit:
        what = f"the total must be {wanted}, Zoho's is {total}: an adjustment of {adjusted} would be needed"
        return _differs("total-differs", what, difference)
    amend = {"adjustment": adjusted, "adjustment_description": ADJUSTMENT_SENTENCE}
    return Verdict("", difference=difference, amend=amend)


_REMEDIES = {
    "currency-unmapped": "Look at the contact's currency in Zoho: a second currency needs a second contact.",
    "tax-differs": "See whether an item or the contact brings its own tax in Zoho, or map the tax (orders.taxes).",
    "total-differs": "Open the document in Zoho: correct or delete it, then retry. Nothing was paid on it.",
}


def _differs(reason: str, what: str, difference: Decimal = Decimal(0)) -> Verdict:
    return Verdict(reason, what, _REMEDIES[reason], difference)
