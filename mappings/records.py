"""Our own words for what travels between the platforms; a field enters when a target needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

LineKind = Literal["product", "gift_certificate", "shipping", "handling", "wrapping", "fee", "refund", "tax"]
Account = Literal["", "gift_certificate", "store_credit"]
Ending = Literal["", "cancelled", "declined", "disputed", "archived", "deleted"]
SILENT: Final = frozenset({"cancelled", "declined", "disputed"})
"""Endings whose status says nothing of the money: what only the status before told of is not gone by them."""


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
class Refund:
    """Money that went back: sum of line gross = `total` = sum of payments, sum of line tax = `tax`.

    `key` is the store's refund id. `lines` bear the key of the line that was sold, with the net and tax given back of
    it. Two kinds stand for no line: `refund` is money back on the whole order (untaxed, or with the rates of its tax),
    `tax` has a net of 0: only its tax was given back. `returned` names the lines whose `quantity` is pieces; on every
    other line the quantity is 1. `payments` tell how the money went back, without what was declined.
    """

    key: str
    at: datetime
    lines: tuple[Line, ...]
    total: Decimal
    tax: Decimal
    payments: tuple[Payment, ...]
    returned: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Shipment:
    """Goods that left for an order: `pieces` by the key of the line that was sold."""

    key: str
    at: datetime
    pieces: Mapping[str, Decimal]


@dataclass(frozen=True)
class Order:
    """An order as it was charged: sum of line gross = `total`, sum of line tax = `tax`, all in `currency`.

    Refunds lower none of this: they stand beside it, the oldest first. `ended` says why it is no sale any more, or why
    it is not shown any more; "" while it stands. `exchange_rate`: what one unit of the store's own currency,
    `store_currency`, was in the order's, as the store told it. `shipped`: when its goods left, as the store says.
    `shipments`: the oldest first, where they were asked for. `invoiced`: when the moment of its invoice came, where
    the order itself does not tell that: of a part.
    """

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
    external_order_id: str
    message: str = ""
    refunds: tuple[Refund, ...] = ()
    ended: Ending = ""
    store_currency: str = ""
    exchange_rate: Decimal | None = None
    shipped: datetime | None = None
    shipments: tuple[Shipment, ...] = ()
    invoiced: datetime | None = None


@dataclass(frozen=True)
class Variant:
    """One sellable item of Zoho; alone it is a product, in a group one variant of it.

    `options`: (attribute, option) in the group's order, none where the item stands alone. `weight` is in the store's
    unit. `tax` is the tax's name, "" where nothing is taxed. What is None or "" is what Zoho does not say.
    `tracked`: Zoho keeps stock of it.
    """

    item_id: str
    sku: str
    options: tuple[tuple[str, str], ...]
    rate: Decimal
    cost: Decimal | None
    weight: Decimal | None
    upc: str
    ean: str
    isbn: str
    mpn: str
    tax: str
    tax_percentage: Decimal
    active: bool
    image: str
    tracked: bool = False


@dataclass(frozen=True)
class Product:
    """An item or an item group; `key` is its work record (`item:<id>` or `group:<id>`).

    `custom_fields`: name in the store and value; "" means that Zoho keeps the field empty. `listed`: the merchant
    ticked it for the store.
    """

    key: str
    name: str
    description: str
    brand: str
    active: bool
    variants: tuple[Variant, ...]
    width: Decimal | None
    height: Decimal | None
    depth: Decimal | None
    custom_fields: tuple[tuple[str, str], ...]
    listed: bool

    @property
    def grouped(self) -> bool:
        """Whether it is one product with variants rather than a single item."""
        return any(variant.options for variant in self.variants)


@dataclass(frozen=True)
class Tier:
    """What one piece costs from `quantity_min` on; `discount` is the percentage off where no price is told."""

    quantity_min: int
    quantity_max: int | None
    price: Decimal | None
    discount: Decimal | None = None


@dataclass(frozen=True)
class Entry:
    """An item on a price list: a price, or a percentage off the item's own; neither where only tiers are told."""

    item_id: str
    price: Decimal | None
    tiers: tuple[Tier, ...]
    discount: Decimal | None = None


@dataclass(frozen=True)
class PriceList:
    """`percentage` is signed: a mark-up is positive; `places` and `rounding` shape what it makes of a rate."""

    id: str
    name: str
    currency: str
    active: bool
    kind: Literal["per_item", "fixed_percentage"]
    entries: tuple[Entry, ...]
    percentage: Decimal
    rounding: str
    places: int
