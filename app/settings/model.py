"""The shape of what a merchant can choose: frozen values, made once at the start and handed down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the key (or variable), what stands there, and what to do about it."""

    key: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.key} = {self.value}: {self.remedy}"


class SettingsError(Exception):
    """Everything that is wrong with the settings at once, so that one round of mending is enough."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class StoreSettings:
    """One BigCommerce store; `base_url` ends with the store's hash and has no slash behind it."""

    store_hash: str
    base_url: str
    webhook_signature: str  # when_present | required
    public_url: str  # where BigCommerce reaches our web app; empty: no callbacks, sweeps only
    token: str = field(repr=False)
    client_secret: str = field(repr=False)
    webhook_secret: str = field(repr=False)


@dataclass(frozen=True)
class PlanSettings:
    """What the organization's plan allows, with our distance to it kept."""

    per_day: int
    per_minute: int
    burst: int
    concurrent: int


@dataclass(frozen=True)
class ZohoSettings:
    """One Zoho organization; an empty `base_url` or `accounts_url` means the data centre's own."""

    organization_id: str
    data_center: str
    product: str  # books | inventory
    client_id: str
    base_url: str
    accounts_url: str
    webhook_signature: str  # off | when_present | required
    edition: str  # auto | global | us | ca | uk | eu | in | au | gcc
    state: str
    plan: PlanSettings
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)  # empty: `cartbooks connect zoho` has sealed it in the ledger
    webhook_secret: str = field(repr=False)


@dataclass(frozen=True)
class ScheduleSettings:
    """When the sweeps look by themselves; `daily_at` is HH:MM in `time_zone` (empty: the store's own)."""

    order_interval: int  # seconds
    daily_at: str
    time_zone: str
    history_days: int
    reconcile_at: str  # HH:MM
    reconcile_days: int


@dataclass(frozen=True)
class OrderSettings:
    """How an order becomes a document; the words are those of mappings/rules.py."""

    statuses: frozenset[int]
    paid_statuses: frozenset[int]
    price_basis_fallback: str  # inclusive | exclusive | hold
    offline: str  # by_status | never
    no_email: str  # hold | walk_in | customer_id
    walk_in_name: str
    document: str  # invoice | sales_order | sales_order_then_invoice
    invoice_when: str  # paid | shipped | completed
    invoice_date: str  # moment | order
    partial_invoices: str  # off | on
    estimate_statuses: frozenset[int]
    drop_ship: str  # off | on
    missing_product: str  # create | hold | catch_all
    catch_all_sku: str
    shipping: str  # item | charge
    adjustment_limit: Decimal  # in the document's currency, per document and per tax rate
    contact_name: str  # person | company
    payments: str  # separate | with_invoice
    unpaid: str  # sent | draft
    payment_modes: Mapping[str, str]
    deposit_accounts: Mapping[str, str]
    gift_certificate_account: str
    store_credit_account: str
    taxes: Mapping[str, str]
    number: str  # zoho | order
    number_prefix: str
    skus: Mapping[str, str]
    key_field: str
    mark: str  # external_order_id | metafield | none
    ask_after: tuple[float, ...]  # seconds
    lease: float  # seconds
    amend: str  # unpaid | draft | never
    edited: str  # credit | hold
    cancelled: str  # reverse | keep | hold
    declined: str  # reverse | keep | hold
    disputed: str  # reverse | keep | hold
    archived: str  # reverse | keep | hold
    deleted: str  # reverse | keep | hold
    reversal: str  # void | credit
    restock: str  # never | always
    tax_refunds: str  # two_lines | one_line
    voided_payments: str  # delete | hold
    refund_accounts: Mapping[str, str]
    gateway_fees: Mapping[str, tuple[Decimal, Decimal]]  # percent, amount
    lock_date: str  # YYYY-MM-DD
    tracking: str  # off | on
    tax_authorities: Mapping[str, str]
    tax_exemption: str
    treatments: Mapping[str, str]
    exchange_rate: str  # zoho | order | order_as_told


@dataclass(frozen=True)
class CatalogueSettings:
    """How items become products, and price lists price lists; the words are those of mappings/rules.py.

    An assignment is (name of the price list, customer group or None, channel or None).
    """

    items: str  # off | on
    price_lists: str  # off | on
    items_interval: int  # seconds
    prices_interval: int  # seconds
    daily_at: str
    create: str  # create | hold | only_listed
    listed_field: str
    composites: str  # product | skip
    fields: Mapping[str, str]  # follow | create | never
    categories: tuple[int, ...]
    weight: Decimal
    type: str  # physical | digital
    visible: bool
    tax_classes: Mapping[str, int]
    custom_fields: Mapping[str, str]
    rates: str  # exclusive | inclusive
    largest_hide: Decimal  # percent
    adopt_price_lists: bool
    assignments: tuple[tuple[str, int | None, int | None], ...]


@dataclass(frozen=True)
class StockSettings:
    """How the store's stock follows Zoho's; the words are those of mappings/rules.py."""

    method: str  # off | scheduled | one_way | two_way
    figure: str  # available | on_hand
    mode: str  # accounting | physical
    locations: Mapping[str, int]  # Zoho's location id -> the store's
    order_location: int
    buffer: int
    overrides: Mapping[str, str | int]  # SKU -> skip, or its own buffer
    untracked: str  # leave | track
    interval: int  # seconds
    daily_at: str
    largest_fall: Decimal  # percent
    many: Decimal  # percent

    @property
    def on(self) -> bool:
        """Whether anything of stock is done at all."""
        return self.method != "off"

    @property
    def at_once(self) -> bool:
        """Whether callbacks are waited for."""
        return self.method in {"one_way", "two_way"}


@dataclass(frozen=True)
class Connection:
    """One store and the organization that keeps its books."""

    name: str
    enabled: bool
    store: StoreSettings
    zoho: ZohoSettings
    schedule: ScheduleSettings
    orders: OrderSettings
    catalogue: CatalogueSettings
    stock: StockSettings


@dataclass(frozen=True)
class WebSettings:
    host: str
    port: int


@dataclass(frozen=True)
class FlowerSettings:
    """Flower on this machine; an empty password is replaced by one that is kept in the data directory."""

    port: int
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """Everything that can be chosen; an empty `redis_url` means that we start a server ourselves."""

    connections: tuple[Connection, ...]
    data_dir: Path
    web: WebSettings
    flower: FlowerSettings
    log_level: str
    pace: float  # limit windows run this many times faster; 1 against the real platforms
    redis_url: str = field(repr=False)
    ledger_url: str = field(repr=False)
    sentry_dsn: str = field(repr=False)
    key: bytes = field(repr=False)

    def connection(self, name: str) -> Connection | None:
        """The connection of that name, or None."""
        return next((one for one in self.connections if one.name == name), None)

    def secrets(self) -> tuple[str, ...]:
        """Every secret value there is, for whoever must keep them out of what is said."""
        return tuple(
            filter(None, (self.key.decode(), self.flower.password, *_passwords(self), *_of_connections(self)))
        )


def _passwords(settings: Settings) -> Iterator[str]:
    for url in (settings.redis_url, settings.ledger_url):
        yield urlsplit(url).password or ""


def _of_connections(settings: Settings) -> Iterator[str]:
    for one in settings.connections:
        yield from (one.store.token, one.store.client_secret, one.store.webhook_secret)
        yield from (one.zoho.client_secret, one.zoho.refresh_token, one.zoho.webhook_secret)
