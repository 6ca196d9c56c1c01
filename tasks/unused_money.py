"""Payments that were recorded while no document was there to pay: what is left of them, and where it went."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.zoho import payments
from ledger import intents, links
from ledger.links import Link
from mappings.plans import Step
from tasks import memory
from tasks.memory import DOCUMENT, PAYMENT, USED
from tasks.note_ways import Answer, to_the_end
from tasks.order_looks import FLOW
from tasks.services import Connection

WORD = "payment-"  # how such a use begins, behind `{store}:{order}:apply:` or that of a part


def left(connection: Connection, order: str, *, dry: bool = False) -> dict[str, Decimal]:
    """Payment key to what of it pays no document, as far as that was kept; only those of which something is left."""
    if not dry:
        _hear_of_uses(connection, order)
    used = memory.uses_of(connection, USED, order)  # on whatever part of it
    found = {}
    for key, link in memory.of_order(connection, PAYMENT, order, "payment").items():
        if "applied" in link.extra:
            went = [Decimal(one.extra["amount"]) for one in used if one.extra["payment"] == link.id]
            found[key] = Decimal(link.extra["amount"]) - Decimal(link.extra["applied"]) - sum(went)
    return {key: amount for key, amount in found.items() if amount > 0}


def recorded(body: Mapping[str, Any], answer: Mapping[str, Any]) -> Decimal:
    """How much a payment is over: as Zoho says of one that was found, whose order may have been another one then."""
    return Decimal(str(answer.get("amount") or body["amount"]))


def applied_at_once(body: Mapping[str, Any], answer: Mapping[str, Any]) -> Decimal:
    """How much of a payment pays documents: as Zoho says of one that was found, else as it was sent."""
    if answer.get("unused_amount") is not None:
        return recorded(body, answer) - Decimal(str(answer["unused_amount"]))
    return Decimal(sum(row["amount_applied"] for row in body.get("invoices", ())))


def use(connection: Connection, step: Step) -> Answer:
    payments.use_payment(to_the_end(connection), str(step.target), step.body)
    return {"id": str(step.target)}


def find_use(connection: Connection, step: Step) -> Answer | None:
    """A payment is used on a document once by us: that the document lists it says that it happened."""
    wanted = str(step.body["invoice_payments"][0]["payment_id"])
    rows = payments.payments_of(connection.zoho, str(step.target))
    return {"id": str(step.target)} if any(str(row["payment_id"]) == wanted for row in rows) else None


def remember(connection: Connection, key: str, document: str, row: Mapping[str, Any]) -> None:
    """`row` names the payment and how much of it was used."""
    extra = {"payment": str(row["payment_id"]), "amount": str(row["amount_applied"])}
    memory.bind(connection, USED, key, document, extra)


def _hear_of_uses(connection: Connection, order: str) -> None:
    """A use that went unheard: its document looks paid, and the payment as if it still paid nothing."""
    known = {link.key for link in memory.uses_of(connection, USED, order)}
    recorded = memory.of_order(connection, PAYMENT, order, "payment")
    for sent in intents.of_record(connection.ledger, connection.name, f"{FLOW}:{order}:apply"):
        key = sent.key.split(":", 3)[3]
        name = key.rpartition(":")[2]
        if sent.state == "rejected" or not name.startswith(WORD) or key in known:
            continue
        payment, _, number = name.removeprefix(WORD).rpartition("-")
        _hear_of(connection, key, recorded.get(payment), number)


def _hear_of(connection: Connection, key: str, payment: Link | None, number: str) -> None:
    unique = f"{key.partition(':apply:')[0]}:invoice:{number}"
    document = links.get(connection.ledger, connection.name, DOCUMENT, unique)
    if payment is None or document is None:
        return
    for row in payments.payments_of(connection.zoho, document.id):
        if str(row["payment_id"]) == payment.id:
            told = {"payment_id": payment.id, "amount_applied": row["amount"]}
            remember(connection, key, document.id, told)
