"""What a shopper did, before the store has computed anything: the words every order here is described in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from sandbox.arithmetic import ZERO, Rate

ZERO_DECIMAL_CURRENCIES = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "XPF", "XAF", "XOF", "UGX", "PYG"})
THREE_DECIMAL_CURRENCIES = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def places_of(currency: str) -> int:
    """The decimals in which a currency is paid."""
    if currency in ZERO_DECIMAL_CURRENCIES:
        return 0
    return 3 if currency in THREE_DECIMAL_CURRENCIES else 2


FIRST_DAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """Who buys: `customer_id` 0 is a guest. Everybody here is invented."""

    first_name: str = "Ada"
    last_name: str = "Example"
    email: str = "ada@example.com"
    company: str = ""
    phone: str = "+44 20 7946 0000"
    street_1: str = "1 Test Street"
    street_2: str = ""
    city: str = "Sampletown"
    state: str = "Greater Sample"
    zip: str = "SA1 1AA"
    country: str = "United Kingdom"
    country_iso2: str = "GB"
    customer_id: int = 0


@dataclass(frozen=True)
class Deduction:
    """Money off in the price basis: `kind` is manual, automatic or coupon; coupons are reported apart."""

    kind: str
    amount: Decimal
    name: str = ""
    code: str | None = None
    target: str = "order"


@dataclass(frozen=True)
class CartLine:
    """`price` is per unit in the price basis; `product_id` 0 is a custom line; `children` are bundled."""

    price: Decimal
    quantity: int = 1
    rates: tuple[Rate, ...] = ()
    name: str = "Thing"
    sku: str = "THING"
    product_id: int = 0
    variant_id: int = 0
    kind: str = "physical"
    deductions: tuple[Deduction, ...] = ()
    wrapping: Decimal = ZERO
    wrapping_rates: tuple[Rate, ...] = ()
    children: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    destination: int = 0


@dataclass(frozen=True)
class Charge:
    """A cost in the price basis, taxed as its rates say."""

    cost: Decimal = ZERO
    rates: tuple[Rate, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Destination:
    """Where goods go; `person` None is the billing address."""

    shipping: Charge = field(default_factory=Charge)
    handling: Charge = field(default_factory=Charge)
    person: Person | None = None
    method: str = "Flat Rate"


@dataclass(frozen=True)
class Payment:
    """`style`: purchase | capture (authorised, then captured) | settled | authorised | offline | none."""

    style: str = "purchase"
    method: str = "Credit Card"
    gateway: str = "testgateway"
    failed_first: bool = False


@dataclass(frozen=True)
class Cart:
    """A whole order to be; `error` is added to the order's total so that its parts do not add up to it."""

    lines: tuple[CartLine, ...]
    order_id: int = 100
    status_id: int = 11
    inclusive: bool = False
    currency: str = "EUR"
    shown_currency: str = ""
    created: datetime = FIRST_DAY
    person: Person = field(default_factory=Person)
    deductions: tuple[Deduction, ...] = ()
    destinations: tuple[Destination, ...] = ()
    fees: tuple[Charge, ...] = ()
    gift_certificate: Decimal = ZERO
    store_credit: Decimal = ZERO
    payment: Payment = field(default_factory=Payment)
    refunded: Decimal = ZERO
    error: Decimal = ZERO
    message: str = ""
    tax_class: str = "Default Tax Class"

    @property
    def places(self) -> int:
        return places_of(self.currency)
