"""What a merchant chooses, as plain values: the settings file fills them, the mappings read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

SYNCED_STATUSES = frozenset({2, 3, 7, 8, 9, 10, 11, 12, 13})
"""The shopper has ordered and the order stands. Pending (1) is only a checkout begun; cancelled (5) and declined (6)
are no sale; 4 and 14 are held as refunded whatever is chosen; 0 is never synced."""

PAID_STATUSES = frozenset({2, 3, 8, 9, 10, 11})
"""Goods left the house or wait for it: with a method that reports no transaction this says that the money came.
Not 7 (awaiting payment), 12 (being checked by hand) and 13 (disputed)."""

NoEmail = Literal["hold", "walk_in", "customer_id"]


@dataclass(frozen=True)
class OrderRules:
    """How an order of the store is read.

    `price_basis_fallback`: True when prices were entered with tax; asked only where an order (before 2025) does not
    say so and its own prices do not show it; None holds such an order.
    """

    statuses: frozenset[int] = SYNCED_STATUSES
    paid_statuses: frozenset[int] = PAID_STATUSES
    price_basis_fallback: bool | None = None
    offline: Literal["by_status", "never"] = "by_status"
    no_email: NoEmail = "hold"


@dataclass(frozen=True)
class ServiceSkus:
    """SKUs of the items on which everything but products is booked; `custom` takes lines without a product."""

    shipping: str = "SHIPPING"
    handling: str = "HANDLING"
    wrapping: str = "WRAPPING"
    fee: str = "FEE"
    gift_certificate: str = "GIFT-CERTIFICATE"
    custom: str = "CUSTOM"


@dataclass(frozen=True)
class BookRules:
    """How an order is written into the books.

    `taxes`: "VAT 20" (name and rate) or "20" (total rate) to a tax or tax group id; "0" names the tax of untaxed lines.
    `payment_modes` and `deposit_accounts`: by payment method as the store calls it, any case, to Zoho's mode and to
    an account id. `adjustment_limit` is in the order's currency and per document.
    """

    store_hash: str
    document: Literal["invoice", "sales_order"] = "invoice"
    missing_product: Literal["create", "hold", "catch_all"] = "create"
    catch_all_sku: str = "CATCH-ALL"
    shipping: Literal["item", "charge"] = "item"
    adjustment_limit: Decimal = Decimal("0.02")
    contact_name: Literal["person", "company"] = "person"
    payments: Literal["separate", "with_invoice"] = "separate"
    payment_modes: Mapping[str, str] = field(default_factory=dict)
    deposit_accounts: Mapping[str, str] = field(default_factory=dict)
    gift_certificate_account: str = ""
    store_credit_account: str = ""
    taxes: Mapping[str, str] = field(default_factory=dict)
    number: Literal["zoho", "order"] = "zoho"
    number_prefix: str = ""
    time_zone: str = "UTC"
    skus: ServiceSkus = field(default_factory=ServiceSkus)
    key_field: str = "cf_cartbooks_key"
    mark: Literal["external_order_id", "metafield", "none"] = "external_order_id"
    unpaid: Literal["sent", "draft"] = "sent"
    no_email: NoEmail = "hold"
    walk_in_name: str = "Walk-in customer"
