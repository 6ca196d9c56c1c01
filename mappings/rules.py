"""What a merchant chooses, as plain values: the settings file fills them, the mappings read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

SYNCED_STATUSES = frozenset({2, 3, 7, 8, 9, 10, 11, 12, 13})
"""The shopper has ordered and the order stands. Pending (1) is only a checkout begun; cancelled (5) and declined (6)
are no sale; refunded ones (4, 14) were sales and are synced whatever is chosen; 0 never is."""

PAID_STATUSES = frozenset({2, 3, 8, 9, 10, 11})
"""Goods left the house or wait for it: with a method that reports no transaction this says that the money came.
Not 7 (awaiting payment), 12 (being checked by hand) and 13 (disputed)."""

NoEmail = Literal["hold", "walk_in", "customer_id"]
Ended = Literal["reverse", "keep", "hold"]

ENDINGS: Mapping[str, Ended] = MappingProxyType(
    {
        "cancelled": "reverse",
        "declined": "reverse",
        "disputed": "keep",
        "archived": "keep",
        "deleted": "hold",
    }
)
"""What becomes of the documents of an order that is no sale any more: taken back, left as they are, or a person is
asked."""


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
    """SKUs of the items on which everything but products is booked; `custom` takes lines without a product, `refund`
    money that went back for no piece of goods.
    """

    shipping: str = "SHIPPING"
    handling: str = "HANDLING"
    wrapping: str = "WRAPPING"
    fee: str = "FEE"
    gift_certificate: str = "GIFT-CERTIFICATE"
    custom: str = "CUSTOM"
    refund: str = "REFUND"


@dataclass(frozen=True)
class Fee:
    """What a gateway keeps of a payment: a part of it in percent, and an amount in the payment's currency."""

    percent: Decimal
    fixed: Decimal


@dataclass(frozen=True)
class BookRules:
    """How an order is written into the books.

    `taxes`: "VAT 20" (name and rate) or "20" (total rate) to a tax or tax group id; "0" names the tax of untaxed lines.
    `amend` says which documents are rewritten when their order is edited, `edited` what becomes of the others: a credit
    note takes them back and a new document follows, or they are held. `endings`: see ENDINGS; `reversal` is what an
    unpaid document becomes then. `restock`: whether pieces that a refund names go back on their item. `lock_date`
    (YYYY-MM-DD, "" for none): nothing dated then or before is written, changed or taken back. `refund_accounts`: like
    `deposit_accounts`, for money that goes back. `gateway_fees` by payment method, too: told as bank charges.
    `payment_modes` and `deposit_accounts`: by payment method as the store calls it, any case, to Zoho's mode and to
    an account id. `adjustment_limit` is in the order's currency and per document. `goods_from`: the location of Zoho
    that documents take their goods from, where stock is shown by location; "" is Zoho's primary one.
    `edition` of the organization, "auto" by its country; `state`: where it is, if in India. `tax_authorities` and
    `treatments`: destination ("US-CA", "US", for treatments also "*") to an authority's id and to a tax treatment, or
    "contact" to leave that to Zoho. `tax_exemption`: code or id of the reason why a line bears no tax. Keys of `taxes`
    may name a destination: "VAT 20@FR", "18@intra", "18@inter". `exchange_rate`: Zoho's own, or that of the order.
    `invoice_date`: the day on which the invoice of a sales order became due to be made, or the order's. `part`: the
    shipment whose invoice this is about, where an order has several. `estimate_statuses`: statuses in which an order is
    only a quote. `drop_ship`: goods whose item names a vendor are ordered from him.
    """

    store_hash: str
    document: Literal["invoice", "sales_order", "estimate"] = "invoice"
    invoice_when: Literal["", "paid", "shipped", "completed"] = ""
    invoice_date: Literal["moment", "order"] = "moment"
    partial_invoices: Literal["off", "on"] = "off"
    part: str = ""
    estimate_statuses: frozenset[int] = frozenset()
    drop_ship: Literal["off", "on"] = "off"
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
    goods_from: str = ""
    amend: Literal["unpaid", "draft", "never"] = "unpaid"
    edited: Literal["credit", "hold"] = "credit"
    endings: Mapping[str, Ended] = field(default_factory=lambda: dict(ENDINGS))
    reversal: Literal["void", "credit"] = "void"
    restock: Literal["never", "always"] = "never"
    tax_refunds: Literal["two_lines", "one_line"] = "two_lines"
    voided_payments: Literal["delete", "hold"] = "delete"
    refund_accounts: Mapping[str, str] = field(default_factory=dict)
    gateway_fees: Mapping[str, Fee] = field(default_factory=dict)
    lock_date: str = ""
    edition: Literal["auto", "global", "us", "ca", "uk", "eu", "in", "au", "gcc"] = "auto"
    state: str = ""
    tax_authorities: Mapping[str, str] = field(default_factory=dict)
    tax_exemption: str = ""
    treatments: Mapping[str, str] = field(default_factory=dict)
    exchange_rate: Literal["zoho", "order", "order_as_told"] = "zoho"

    def is_over(self, ended: str) -> bool:
        """Whether an order that ended this way is no sale any more: nothing new of it is booked, what was is taken back
        or held.
        """
        return self.endings.get(ended, "keep") != "keep"


Ownership = Literal["follow", "create", "never"]

DEFAULT_FIELDS: Mapping[str, Ownership] = MappingProxyType(
    {
        "name": "follow",
        "price": "follow",
        "cost": "follow",
        "identifiers": "follow",
        "custom_fields": "follow",
        "description": "create",
        "brand": "create",
        "weight": "create",
        "dimensions": "create",
        "image": "create",
        "tax_class": "create",
        "categories": "create",
    }
)
"""follow: Zoho's value is written whenever the store's differs; create: only into a new product; never: not at all.
The SKU is always ours, visibility follows active and inactive."""


@dataclass(frozen=True)
class Assignment:
    """Who buys by a price list (named as in Zoho): a customer group, a channel, or a group on one channel."""

    price_list: str
    customer_group_id: int | None
    channel_id: int | None


@dataclass(frozen=True)
class CatalogueRules:
    """How Zoho's items become products.

    `fields` may name only what differs from DEFAULT_FIELDS. `weight` (in the store's unit), `type`, `categories` and
    `visible` fill new products where Zoho has no answer. `tax_classes`: name of a tax in Zoho, or its percentage ("20";
    "0" for untaxed items), to a tax class id. `custom_fields`: cf_… to the field's name in the store.
    `rates` says whether rates in Zoho carry tax. `track`: stock is on, so new products of tracked items are tracked.
    """

    create: Literal["create", "hold", "only_listed"] = "create"
    listed_field: str = "cf_show_in_store"
    composites: Literal["product", "skip"] = "skip"
    fields: Mapping[str, Ownership] = field(default_factory=lambda: dict(DEFAULT_FIELDS))
    categories: tuple[int, ...] = ()
    weight: Decimal = Decimal(0)
    type: Literal["physical", "digital"] = "physical"
    visible: bool = True
    tax_classes: Mapping[str, int] = field(default_factory=dict)
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    rates: Literal["exclusive", "inclusive"] = "exclusive"
    adopt_price_lists: bool = False
    track: bool = False
    assignments: tuple[Assignment, ...] = ()

    def owns(self, name: str) -> Ownership:
        """Who may write a field; what the merchant leaves out is as by default."""
        return self.fields.get(name) or DEFAULT_FIELDS.get(name, "never")


@dataclass(frozen=True)
class StoreFacts:
    """What the store says of itself: how its prices, weights and sizes are to be read."""

    currency: str
    prices_with_tax: bool
    places: int
    weight_units: str
    dimension_units: str


@dataclass(frozen=True)
class Override:
    """What differs for one SKU: left alone, or with a safety buffer of its own."""

    skip: bool = False
    buffer: int | None = None


@dataclass(frozen=True)
class StockRules:
    """Which figure of Zoho is stock in the store, and where.

    `locations`: Zoho location id to the store's location, several to one summed; empty: the whole item goes to
    `order_location`, the one that orders take from. `buffer` is held back of every figure. `overrides` by SKU in
    casefold. `untracked`: what becomes of goods that the store keeps no stock of.
    """

    method: Literal["off", "scheduled", "one_way", "two_way"] = "off"
    figure: Literal["available", "on_hand"] = "available"
    mode: Literal["accounting", "physical"] = "accounting"
    locations: Mapping[str, int] = field(default_factory=dict)
    order_location: int = 1
    buffer: int = 0
    overrides: Mapping[str, Override] = field(default_factory=dict)
    untracked: Literal["leave", "track"] = "leave"

    def override(self, sku: str) -> Override:
        """What the merchant says of one SKU."""
        return self.overrides.get(sku.strip().casefold(), _AS_ALL)

    def buffer_of(self, sku: str) -> int:
        """What is held back of one SKU."""
        own = self.override(sku).buffer
        return self.buffer if own is None else own


_AS_ALL = Override()
