"""Our own words for what travels between the platforms; a field enters when a target needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

LineKind = Literal["product", "gift_certificate", "shipping", "handling", "wrapping", "fee"]
Account = Literal["", "gift_certificate", "store_credit"]


@dataclass(frozen=True)
class TaxRate:
    """One rate the store charged on a line; `rate` in percent."""

    name: str
    rate: Decimal


@dataclass(frozen=True)
class Discount:
    """Money off one line, in the order's price basis, as the store spread it."""

    name: str
    code: str | None
    amount: Decimal


@dataclass(frozen=True)
class Address:
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    street_1: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    country_code: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Customer:
    """Who bought: `customer_id` is None for a guest, `email` is as typed and may be empty."""

    customer_id: str | None
    email: str
    first_name: str
    last_name: str
    company: str
    phone: str
    billing: Address


@dataclass(frozen=True)
class Line:
    """One thing that was paid for; `net` and `tax` are what was charged for all `quantity` after discounts.

    `key` is stable within the order: `product:<order product id>`, `shipping`, `shipping:<address id>`,
    `handling`, `wrapping` or `fee:<fee id>`. `rates` is empty where nothing was taxed.
    """

    key: str
    kind: LineKind
    product_id: str | None
    variant_id: str | None
    sku: str
    name: str
    description: str
    quantity: Decimal
    net: Decimal
    tax: Decimal
    rates: tuple[TaxRate, ...] = ()
    discounts: tuple[Discount, ...] = ()

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True)
class Payment:
    """Money received; `account` names the liability it comes from when no gateway moved it."""

    key: str
    method: str
    amount: Decimal
    at: datetime
    reference: str
    account: Account = ""


@dataclass(frozen=True)
class Order:
    """An order as it was charged: sum of line gross = `total`, sum of line tax = `tax`, all in `currency`."""

    id: str
    status_id: int
    created: datetime
    currency: str
    places: int
    inclusive: bool
    customer: Customer
    lines: tuple[Line, ...]
    shipping_address: Address | None
    total: Decimal
    tax: Decimal
    payments: tuple[Payment, ...]
    payment_method: str
    external_order_id: str
    message: str = ""
