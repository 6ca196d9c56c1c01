"""The order object of v2, with its keys in the order in which the store writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.arithmetic import ZERO, total_of
from sandbox.shop.cart import Cart, Person
from sandbox.shop.paper import STATUSES, cost, currency_id, link, money, rfc_2822
from sandbox.shop.till import Receipt

SHIPPED = frozenset({2, 10})
PAYMENT_STATUSES = {
    "purchase": "captured",
    "capture": "captured",
    "settled": "captured",
    "authorised": "authorized",
}


def order_json(cart: Cart, receipt: Receipt) -> dict[str, Any]:
    """The v2 order; its links are relative and are completed by the store that serves them."""
    return {
        **_head(cart),
        **_amounts(cart, receipt),
        **_counts(cart),
        **_paid(cart, receipt),
        **_places_and_currency(cart),
        **_tail(cart, receipt),
    }


def _head(cart: Cart) -> dict[str, Any]:
    written = rfc_2822(cart.created)
    return {
        "id": cart.order_id,
        "customer_id": cart.person.customer_id,
        "date_created": written,
        "is_tax_inclusive_pricing": cart.inclusive,
        "date_modified": written,
        "date_shipped": written if cart.status_id in SHIPPED else "",
        "status_id": cart.status_id,
        "status": STATUSES[cart.status_id],
    }


def _amounts(cart: Cart, receipt: Receipt) -> dict[str, Any]:
    inclusive = cart.inclusive
    return {
        "subtotal_ex_tax": money(total_of(line.money.shown_ex for line in receipt.lines)),
        "subtotal_inc_tax": money(total_of(line.money.shown_inc for line in receipt.lines)),
        "subtotal_tax": money(receipt.line_tax),
        **cost("shipping_cost", receipt.shipping, inclusive=inclusive),
        "shipping_cost_tax_class_id": 2,
        **cost("handling_cost", receipt.handling, inclusive=inclusive),
        "handling_cost_tax_class_id": 2,
        **cost("wrapping_cost", receipt.wrapping, inclusive=inclusive),
        "wrapping_cost_tax_class_id": 3,
        "total_ex_tax": money(receipt.total_ex),
        "total_inc_tax": money(receipt.total_inc),
        "total_tax": money(receipt.total_tax),
    }


def _counts(cart: Cart) -> dict[str, Any]:
    units = sum(line.quantity for line in cart.lines)
    return {"items_total": units, "items_shipped": units if cart.status_id in SHIPPED else 0}


def _paid(cart: Cart, receipt: Receipt) -> dict[str, Any]:
    return {
        "payment_method": cart.payment.method,
        "payment_provider_id": None if cart.payment.style in {"offline", "none"} else f"pay-{cart.order_id}",
        "payment_status": payment_status(cart, receipt),
        "refunded_amount": money(ZERO),
        "order_is_digital": all(line.kind == "digital" for line in cart.lines),
        "store_credit_amount": money(cart.store_credit),
        "gift_certificate_amount": money(cart.gift_certificate),
    }


def payment_status(cart: Cart, receipt: Receipt) -> str:
    """What the store says of the money; offline methods leave it empty, refunds come before all."""
    if cart.refunded:
        return "refunded" if cart.refunded == receipt.total_inc else "partially refunded"
    return PAYMENT_STATUSES.get(cart.payment.style, "")


def owed(cart: Cart, receipt: Receipt) -> Decimal:
    """What is left to pay after gift certificates and store credit."""
    return receipt.total_inc - cart.gift_certificate - cart.store_credit


def _places_and_currency(cart: Cart) -> dict[str, Any]:
    shown = cart.shown_currency or cart.currency
    return {
        "ip_address": "192.0.2.1",
        "ip_address_v6": "",
        "geoip_country": cart.person.country,
        "geoip_country_iso2": cart.person.country_iso2,
        "currency_id": currency_id(shown),
        "currency_code": shown,
        "currency_exchange_rate": "1.0000000000" if shown == cart.currency else "1.0837000000",
        "default_currency_id": currency_id(cart.currency),
        "default_currency_code": cart.currency,
        "staff_notes": "",
        "customer_message": cart.message,
    }


def _tail(cart: Cart, receipt: Receipt) -> dict[str, Any]:
    physical = [line for line in cart.lines if line.kind == "physical"]
    return {
        "discount_amount": money(receipt.discounts),
        "coupon_discount": money(receipt.coupons),
        "shipping_address_count": len(cart.destinations) if physical else 0,
        "is_deleted": False,
        "ebay_order_id": "0",
        "cart_id": f"00000000-0000-4000-8000-{cart.order_id:012d}",
        "billing_address": {**address(cart.person), "form_fields": []},
        "fees": link(cart.order_id, "fees"),
        "is_email_opt_in": False,
        "credit_card_type": None,
        "order_source": "www",
        "channel_id": 1,
        "external_source": None,
        **{
            part: link(cart.order_id, part)
            for part in ("consignments", "products", "shipping_addresses", "coupons")
        },
        "external_id": None,
        "external_merchant_id": None,
        "tax_provider_id": "AvaTaxProvider" if cart.tax_class == "Automatic Tax" else "BasicTaxProvider",
        "customer_locale": "en",
        "external_order_id": "",
        "store_default_currency_code": "EUR",
        "store_default_to_transactional_exchange_rate": "1.0000000000",
        "custom_status": STATUSES[cart.status_id],
    }


def address(person: Person) -> dict[str, Any]:
    """A person's address with the keys of v2."""
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company,
        "street_1": person.street_1,
        "street_2": person.street_2,
        "city": person.city,
        "state": person.state,
        "zip": person.zip,
        "country": person.country,
        "country_iso2": person.country_iso2,
        "phone": person.phone,
        "email": person.email,
    }
