"""The other parts of an order: shipping addresses, coupons, tax rows, fees, transactions and refunds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.arithmetic import ZERO, Rate
from sandbox.shop.cart import Cart
from sandbox.shop.order_json import address, owed
from sandbox.shop.paper import cost, iso, link, money, number
from sandbox.shop.product_json import address_id, line_ids
from sandbox.shop.refunding import left_of, quote, rest_of
from sandbox.shop.till import Receipt, RungDestination

MONEY_STYLES = {
    "purchase": "purchase",
    "capture": "capture",
    "settled": "settled",
    "authorised": "authorization",
}


@dataclass(frozen=True)
class TaxRow:
    """One rate on one thing; `product` None is a shipping, handling or wrapping charge."""

    rate: Rate
    amount: Decimal
    kind: str
    product: int | None
    address: int


def addresses_json(cart: Cart, receipt: Receipt) -> list[dict[str, Any]]:
    """One row per destination; nothing for an order without shipped goods."""
    if not any(line.kind == "physical" for line in cart.lines):
        return []
    return [_destination(cart, place, rung) for place, rung in enumerate(receipt.destinations)]


def _destination(cart: Cart, place: int, rung: RungDestination) -> dict[str, Any]:
    here = address_id(cart, place)
    units = sum(line.quantity for line in cart.lines if line.destination == place and line.kind == "physical")
    shipping = cost("cost", rung.shipping, inclusive=cart.inclusive)
    return {
        "id": here,
        "order_id": cart.order_id,
        **address(rung.destination.person or cart.person),
        "items_total": units,
        "items_shipped": 0,
        "shipping_method": rung.destination.method,
        **shipping,
        "cost_tax_class_id": 2,
        **cost("handling_cost", rung.handling, inclusive=cart.inclusive),
        "handling_cost_tax_class_id": 2,
        "shipping_zone_id": 1,
        "shipping_zone_name": "Everywhere",
        "shipping_quotes": link(cart.order_id, f"shipping_addresses/{here}/shipping_quotes"),
        "form_fields": [],
    }


def coupons_json(cart: Cart, receipt: Receipt) -> list[dict[str, Any]]:
    """One row per coupon code with what it took off; `amount` and `discount` are numbers."""
    taken: dict[str, Decimal] = {}
    for line in receipt.lines:
        for one in line.deductions:
            if one.kind == "coupon":
                code = one.code or "COUPON"
                taken[code] = taken.get(code, ZERO) + one.amount
    return [
        {
            "id": cart.order_id * 10 + place,
            "coupon_id": 1 + place,
            "order_id": cart.order_id,
            "code": code,
            "amount": number(amount),
            "type": 2,
            "discount": number(amount),
        }
        for place, (code, amount) in enumerate(taken.items())
    ]


def taxes_json(cart: Cart, receipt: Receipt) -> list[dict[str, Any]]:
    """The tax rows as asked for with details: one per rate and line. Fees have tax but no row."""
    rows = [*_line_rows(cart, receipt), *_charge_rows(cart, receipt)]
    return [
        {"id": cart.order_id * 1000 + place, "order_id": cart.order_id, **tax_row_json(row, cart.tax_class)}
        for place, row in enumerate(rows, start=1)
    ]


def tax_row_json(row: TaxRow, tax_class: str) -> dict[str, Any]:
    """One rate on one thing, without the ids that the store gives."""
    return {
        "order_address_id": row.address,
        "tax_rate_id": 1,
        "sales_tax_id": "",
        "tax_class_id": 0,
        "name": row.rate.name,
        "class": tax_class,
        "rate": money(row.rate.percent),
        "priority": 1,
        "priority_amount": money(row.amount),
        "line_amount": money(row.amount),
        "order_pickup_method_id": 0,
        "order_product_id": None if row.product is None else str(row.product),
        "line_item_type": row.kind,
    }


def _line_rows(cart: Cart, receipt: Receipt) -> Iterator[TaxRow]:
    for line_id, rung in zip(line_ids(cart), receipt.lines, strict=True):
        here = address_id(cart, rung.line.destination)
        for rate, amount in zip(rung.line.rates, rung.money.by_rate, strict=True):
            yield TaxRow(rate, amount, "item", line_id, here)
        for rate, amount in zip(rung.line.wrapping_rates, rung.wrapping.by_rate, strict=True):
            yield TaxRow(rate, amount, "gift-wrapping", None, here)


def _charge_rows(cart: Cart, receipt: Receipt) -> Iterator[TaxRow]:
    for place, rung in enumerate(receipt.destinations):
        here = address_id(cart, place)
        for kind, charge, paid in (
            ("shipping", rung.destination.shipping, rung.shipping),
            ("handling", rung.destination.handling, rung.handling),
        ):
            for rate, amount in zip(charge.rates, paid.by_rate, strict=True):
                yield TaxRow(rate, amount, kind, None, here)


def fees_json(cart: Cart, receipt: Receipt) -> list[dict[str, Any]]:
    """Custom fees; the order's totals contain them, its sub-totals do not."""
    return [
        {
            "id": cart.order_id * 10 + place,
            "type": "custom_fee",
            "display_name_customer": rung.fee.name,
            "display_name_merchant": rung.fee.name,
            "source": "v2",
            **cost("cost", rung.money, inclusive=cart.inclusive),
            "tax_class_id": 0,
        }
        for place, rung in enumerate(receipt.fees, start=1)
    ]


@dataclass(frozen=True)
class Event:
    """One thing that happened to the money, as the payment gateway or the store tells it."""

    event: str
    method: str
    amount: Decimal
    status: str = "ok"


def transactions_json(cart: Cart, receipt: Receipt) -> list[dict[str, Any]]:
    """Who paid how: gateway events, gift certificate and store credit; a failed try moves no money."""
    if cart.status_id == 0:
        return []
    events = [*_credits(cart), *_gateway_events(cart, owed(cart, receipt))]
    return [_transaction(cart, place, event) for place, event in enumerate(events, start=1)]


def _credits(cart: Cart) -> Iterator[Event]:
    if cart.gift_certificate:
        yield Event("purchase", "gift_certificate", cart.gift_certificate)
    if cart.store_credit:
        yield Event("purchase", "store_credit", cart.store_credit)


def _gateway_events(cart: Cart, rest: Decimal) -> Iterator[Event]:
    style = cart.payment.style
    if cart.payment.failed_first:
        yield Event("purchase", "credit_card", rest, "error")
    if style == "capture":
        yield Event("authorization", "credit_card", rest)
    if style == "offline":
        yield Event("pending", "offline", rest)
    if style in MONEY_STYLES and rest > ZERO:
        yield Event(MONEY_STYLES[style], "credit_card", rest)
    if cart.refunded:
        yield Event("refund", "offline" if style == "offline" else "credit_card", cart.refunded)


def _transaction(cart: Cart, place: int, told: Event) -> dict[str, Any]:
    event, method = told.event, told.method
    number_here = cart.order_id * 10 + place
    card, own = (
        method == "credit_card",
        {"gift_certificate": "giftcertificate", "store_credit": "storecredit"},
    )
    return {
        "id": number_here,
        "order_id": str(cart.order_id),
        "event": event,
        "method": method,
        "amount": number(told.amount),
        "currency": cart.currency,
        "gateway": cart.payment.gateway if card else own.get(method, "cod"),
        "gateway_transaction_id": f"ch_{number_here}" if card else "",
        "date_created": iso(cart.created),
        "test": True,
        "status": told.status,
        "fraud_review": False,
        "reference_transaction_id": number_here - 1 if event in {"capture", "refund"} else None,
        "avs_result": None,
        "cvv_result": None,
        "credit_card": {"card_type": "visa", "card_iin": None, "card_last4": "4242"} if card else None,
        "gift_certificate": {"code": f"GC-{cart.order_id}"} if method == "gift_certificate" else None,
        "store_credit": {"remaining_balance": 0} if method == "store_credit" else None,
        "offline": {"display_name": cart.payment.method} if method == "offline" else None,
        "custom": None,
        "payment_method_id": "testgateway.credit_card" if card else None,
        "payment_instrument_token": None,
        "custom_provider_field_result": None,
    }


def refunds_json(cart: Cart, bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
    """At most one refund: of everything in the order, thing by thing, or of an untaxed amount of it."""
    if not cart.refunded:
        return []
    whole = rest_of(bundle)
    amount = {"item_type": "ORDER", "item_id": cart.order_id, "amount": cart.refunded}
    told = quote(bundle, whole if cart.refunded == left_of(bundle) else [amount])
    money_out = next((row["id"] for row in bundle["transactions"] if row["event"] == "refund"), None)
    return [
        {
            "id": cart.order_id * 10,
            "order_id": cart.order_id,
            "user_id": 1,
            "created": iso(cart.created),
            "reason": "",
            "total_amount": number(cart.refunded),
            "total_tax": number(told.tax),
            "uses_merchant_override_values": False,
            "items": [item_json(item) for item in told.items],
            "payments": [
                {
                    "id": 1,
                    "provider_id": cart.payment.gateway,
                    "amount": number(cart.refunded),
                    "offline": cart.payment.style == "offline",
                    "is_declined": False,
                    "declined_message": None,
                    "transaction_id": None if money_out is None else str(money_out),
                }
            ],
        }
    ]


def item_json(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item of a refund with its amounts as JSON numbers."""
    wanted = item["requested_amount"]
    return {**item, "requested_amount": None if wanted is None else number(Decimal(str(wanted)))}
