"""What a pretended store remembers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from sandbox.bigcommerce.window import WINDOW, RateWindow
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.bigcommerce.courier import Courier

Json = dict[str, Any]
Bundle = dict[
    str, Any
]  # order, products, coupons, shipping_addresses, taxes, transactions, refunds, fees, ...
PARTS = ("products", "coupons", "shipping_addresses", "taxes", "transactions", "refunds", "fees")


@dataclass(frozen=True)
class Account:
    """An API account: hooks belong to its client id, calls are allowed by its scopes ("*" = every scope)."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...] = ("*",)


@dataclass
class Store:
    hash: str
    accounts: dict[str, Account]  # by access token
    window: RateWindow
    courier: "Courier"
    orders: dict[int, Bundle] = field(default_factory=dict)
    products: dict[int, Json] = field(default_factory=dict)  # variants and the other parts inside
    customers: dict[int, Json] = field(default_factory=dict)
    addresses: dict[int, Json] = field(default_factory=dict)  # of customers
    hooks: dict[int, Json] = field(default_factory=dict)
    metafields: dict[int, Json] = field(default_factory=dict)
    currencies: list[Json] = field(default_factory=list)
    tax_classes: list[Json] = field(default_factory=list)
    admin_emails: list[str] = field(default_factory=list)
    counters: dict[str, Iterator[int]] = field(default_factory=dict)
    store_id: str = "1025646"
    name: str = "Sandbox store"
    currency: str = "USD"
    time_zone: str = "America/Chicago"

    def new_id(self, kind: str, taken: Any = ()) -> int:
        """The next free number of a kind; recorded ones may have taken some already."""
        counter = self.counters.setdefault(kind, count(FIRST_IDS.get(kind, 1)))
        return next(number for number in counter if number not in taken)


FIRST_IDS = {
    "order": 100,
    "product": 77,
    "variant": 5000,
    "customer": 11,
    "order_product": 30000,
    "order_address": 20000,
    "tax": 40000,
    "transaction": 50000,
    "refund": 6000,
    "fee": 7000,
    "hook": 28000000,
    "metafield": 8000,
    "address": 900,
    "shipment": 300,
}


def new_store(world: World, courier: "Courier") -> Store:
    options = world.options
    account = Account(
        options.bigcommerce_client_id, options.bigcommerce_client_secret, options.bigcommerce_scopes
    )
    window = RateWindow(WINDOW / options.pace)
    return Store(options.store_hash, {options.bigcommerce_token: account}, window, courier)


def state(world: World) -> dict[str, Any]:
    """The whole final state, JSON-able: orders as bundles, and everything else by id."""
    store = world.bigcommerce
    return {
        "store_hash": store.hash,
        "orders": [store.orders[number] for number in sorted(store.orders)],
        "products": list(store.products.values()),
        "customers": list(store.customers.values()),
        "addresses": list(store.addresses.values()),
        "hooks": list(store.hooks.values()),
        "metafields": list(store.metafields.values()),
        "callbacks": {"log": list(store.courier.log), "waiting": store.courier.waiting()},
    }
