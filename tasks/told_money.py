"""Money that nothing but an order's status told of: what is in the books stays there when other statuses are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mappings.money import ZERO, summed
from mappings.records import SILENT, Order, Payment
from mappings.statuses import GIVEN_BACK
from mappings.zoho.payments import counted_as
from tasks import memory
from tasks.memory import PAYMENT
from tasks.services import Connection

OFFLINE = "offline"  # the key of a payment that only the order's status tells
STATUS = "status"  # of its link: the status that told of it


def beside(order: Order, payment: str, amount: Decimal) -> dict[str, Any]:
    """What is remembered of such a payment: whether it is there is judged by the settings, and those may change."""
    return {STATUS: order.status_id, "told": str(amount)} if counted_as(payment) == OFFLINE else {}


def with_recorded(connection: Connection, order: Order) -> Order:
    """The order with what was recorded of it under a status that does not count as paid any more: the store has taken
    nothing back. Where the order itself fell back to another status, it has.
    """
    if order.ended in SILENT or any(payment.key == OFFLINE for payment in order.payments):
        return order
    known = memory.of_order(connection, PAYMENT, order.id, "payment")
    kept = [
        Decimal(link.extra["told"])
        for key, link in known.items()
        if counted_as(key) == OFFLINE and _is_kept(connection, link.extra)
    ]
    if not kept:
        return order
    left = order.total - summed([payment.amount for payment in order.payments])
    # as much as the status would tell of: never more than is open
    amount = max(min(summed(kept), left), ZERO)
    paid = Payment(OFFLINE, OFFLINE, amount, order.created, order.id)
    return replace(order, payments=(*order.payments, paid))


def _is_kept(connection: Connection, told: Mapping[str, Any]) -> bool:
    rules = connection.order_rules
    counting = rules.paid_statuses | GIVEN_BACK if rules.offline == "by_status" else frozenset()
    return STATUS in told and told[STATUS] not in counting
