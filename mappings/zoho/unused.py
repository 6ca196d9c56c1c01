"""Money that was recorded while there was no document to pay: it pays the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mappings.plans import Step
from mappings.records import Order
from mappings.rules import BookRules
from mappings.zoho import payments
from mappings.zoho.found import Found
from mappings.zoho.keys import key
from mappings.zoho.standing import Sale
from mappings.zoho.steps import opened


def used_on(record: str, found: Found, rules: BookRules, sale: Sale) -> tuple[Sale, tuple[Step, ...]]:
    """The sale as far as that money pays it, and the writes that say so; a draft takes none, so it is opened."""
    if not sale.live:
        return sale, ()
    made = tuple(_uses(record, found, rules, sale))
    if not made:
        return sale, ()
    left = sale.open - sum(step.body["invoice_payments"][0]["amount_applied"] for step in made)
    first = (opened(record, rules, sale.id, sale.generation),) if sale.status == "draft" else ()
    return replace(sale, open=left, status="sent"), (*first, *made)


def advanced(order: Order, found: Found, rules: BookRules) -> Found:
    """As it will be found once the order's money is recorded with its sales order; the ids are those of the steps."""
    amounts = {payment.key: payment.amount for payment in order.payments}
    ids = {payment.key: payments.payment_key(payment, order, rules) for payment in order.payments}
    return replace(found, payments=ids, recorded=amounts, unused=amounts)


def _uses(record: str, found: Found, rules: BookRules, sale: Sale) -> Iterator[Step]:
    """`POST /invoices/{id}/credits`, one for each payment, as far as the document is open."""
    open_ = sale.open
    for payment, unused in sorted(found.unused.items()):
        amount = min(unused, open_)
        if amount <= 0:
            continue
        open_ -= amount
        told = {"payment": payment, **({"paid": True} if rules.part and not open_ else {})}
        body = {"invoice_payments": [{"payment_id": found.payments[payment], "amount_applied": amount}]}
        step_key = key(record, rules, "apply", f"payment-{payment}-{sale.generation}")
        yield Step("apply", "payment", step_key, body, sale.id, told)
