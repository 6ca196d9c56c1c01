"""The keys of orders and their lines in the order in which the real API writes them, and how dates look."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import Any

from sandbox.bigcommerce.store import Json

COST = ("ex_tax", "inc_tax", "tax", "tax_class_id")
ORDER_KEYS = (
    *("id", "customer_id", "date_created", "is_tax_inclusive_pricing", "date_modified", "date_shipped"),
    *("status_id", "status", "subtotal_ex_tax", "subtotal_inc_tax", "subtotal_tax", "base_shipping_cost"),
    *(f"shipping_cost_{side}" for side in COST),
    "base_handling_cost",
    *(f"handling_cost_{side}" for side in COST),
    "base_wrapping_cost",
    *(f"wrapping_cost_{side}" for side in COST),
    *("total_ex_tax", "total_inc_tax", "total_tax", "items_total", "items_shipped", "payment_method"),
    *("payment_provider_id", "payment_status", "refunded_amount", "order_is_digital", "store_credit_amount"),
    *("gift_certificate_amount", "ip_address", "ip_address_v6", "geoip_country", "geoip_country_iso2"),
    *("currency_id", "currency_code", "currency_exchange_rate", "default_currency_id"),
    *("default_currency_code", "staff_notes", "customer_message", "discount_amount", "coupon_discount"),
    *("shipping_address_count", "is_deleted", "ebay_order_id", "cart_id", "billing_address", "fees"),
    *("is_email_opt_in", "credit_card_type", "order_source", "channel_id", "external_source", "consignments"),
    *("products", "shipping_addresses", "coupons", "external_id", "external_merchant_id", "tax_provider_id"),
    *("customer_locale", "external_order_id", "store_default_currency_code"),
    *("store_default_to_transactional_exchange_rate", "custom_status"),
)
PERSON = (
    *("first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip"),
    *("country", "country_iso2", "phone", "email"),
)
LINKS = ("fees", "consignments", "products", "shipping_addresses", "coupons")


def in_order(row: Json, keys: Iterable[str]) -> Json:
    """The same row with the known keys first; what the row does not have is not invented."""
    known = {key: row[key] for key in keys if key in row}
    return {**known, **row} | known


def link(root: str, resource: str) -> Json:
    return {"url": f"{root}/v2{resource}", "resource": resource}


def rfc2822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


@lru_cache(maxsize=20000)
def moment_of(text: str) -> datetime:
    """RFC 2822 or ISO 8601, aware; ValueError when it is neither."""
    # a plus that nobody encoded arrives as a space
    written = text.replace(" ", "+") if text[10:11] == "T" else text
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def flag(value: Any) -> bool:
    return str(value).lower() in ("1", "true", "yes")
