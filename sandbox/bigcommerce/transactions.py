"""Money that moves at a payment provider: rows of transactions that come into being, and what hooks hear of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.bigcommerce import events
from sandbox.bigcommerce.shapes import iso, rfc2822
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.shop import reading
from sandbox.shop.paper import STATUSES, number
from sandbox.world import World

SHIPPED = (2, 10)
PROVIDERS = {"store_credit": "storecredit", "gift_certificate": "giftcertificate"}


@dataclass(frozen=True)
class Move:
    """`event` as transactions name it; `reference` is the transaction that it follows."""

    event: str
    amount: Decimal
    method: str = "credit_card"
    gateway: str = "testgateway"
    reference: Any = None
    status: str = "ok"


def record(world: World, order_id: int, move: Move) -> Json:
    """The row, added to the order and told to the hooks."""
    bundle = world.bigcommerce.orders[order_id]
    taken = {int(row["id"]) for row in bundle["transactions"]}
    row = _row(world, bundle, move, world.bigcommerce.new_id("transaction", taken))
    bundle["transactions"].append(row)
    events.transaction_event(world, order_id, row)
    return row


def _row(world: World, bundle: Bundle, move: Move, number_here: int) -> Json:
    method = move.method
    card = method not in ("store_credit", "gift_certificate", "offline", "custom")
    return {
        "id": number_here,
        "order_id": str(bundle["order"]["id"]),
        "event": move.event,
        "method": method,
        "amount": number(move.amount),
        "currency": reading.currency(bundle),
        "gateway": PROVIDERS.get(method, move.gateway),
        "gateway_transaction_id": f"ch_{number_here}" if card else "",
        "date_created": iso(world.clock.now()),
        "test": True,
        "status": move.status,
        "fraud_review": False,
        "reference_transaction_id": move.reference,
        "avs_result": None,
        "cvv_result": None,
        "credit_card": {"card_type": "visa", "card_iin": None, "card_last4": "4242"}
        if method == "credit_card"
        else None,
        "gift_certificate": {"code": f"GC-{number_here}"} if method == "gift_certificate" else None,
        "store_credit": {"remaining_balance": 0} if method == "store_credit" else None,
        "offline": {"display_name": bundle["order"].get("payment_method", "")}
        if method == "offline"
        else None,
        "custom": {"payment_method": move.gateway} if method == "custom" else None,
        "payment_method_id": f"{move.gateway}.{method}" if card else None,
        "payment_instrument_token": None,
        "custom_provider_field_result": None,
    }


def settle(world: World, order_id: int, *, status_id: int | None = None, payment_status: str = "") -> None:
    """The order after money moved: its statuses, its date, and what the hooks hear."""
    order = world.bigcommerce.orders[order_id]["order"]
    before = int(order["status_id"])
    if payment_status:
        order["payment_status"] = payment_status
    after = before if status_id is None else status_id
    order.update(status_id=after, date_modified=rfc2822(world.clock.now()))
    if after in SHIPPED and not order.get("date_shipped"):
        order["date_shipped"] = order["date_modified"]
    if after != before:
        order["status"] = order["custom_status"] = STATUSES[after]
        events.status_event(world, order_id, before, after)
    events.order_event(world, "updated", order_id)
