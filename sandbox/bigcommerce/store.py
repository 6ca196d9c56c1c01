"""What a pretended store remembers."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from sandbox.bigcommerce.crowd import Crowd
from sandbox.bigcommerce.products import Products
from sandbox.bigcommerce.stock import Stock, told
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


@dataclass(frozen=True)
class Due:
    """Something the store does by itself when its time (epoch) has come."""

    at: float
    act: Callable[[], None]


@dataclass
class Store:
    hash: str
    accounts: dict[str, Account]  # by access token
    window: RateWindow
    courier: "Courier"
    orders: dict[int, Bundle] = field(default_factory=dict)
    products: Products = field(default_factory=Products)  # variants and the other parts inside
    product_channels: dict[int, tuple[int, ...]] = field(default_factory=dict)  # where not the first alone
    image_files: dict[int, Json] = field(default_factory=dict)  # by image id: what was uploaded, as a digest
    brands: dict[int, Json] = field(default_factory=dict)
    categories: dict[int, Json] = field(default_factory=dict)
    channels: dict[int, Json] = field(default_factory=dict)
    customer_groups: dict[int, Json] = field(default_factory=dict)
    price_lists: dict[int, Json] = field(default_factory=dict)
    # by price list, then by variant and currency
    price_records: dict[int, dict[tuple[int, str], Json]] = field(default_factory=dict)
    price_assignments: dict[int, Json] = field(default_factory=dict)
    locations: dict[int, Json] = field(default_factory=dict)
    stock: Stock = field(default_factory=Stock)
    due: deque[Due] = field(default_factory=deque)
    crowd: Crowd = field(default_factory=Crowd)
    customers: dict[int, Json] = field(default_factory=dict)
    addresses: dict[int, Json] = field(default_factory=dict)  # of customers
    attributes: dict[int, Json] = field(default_factory=dict)  # of customers, and below what they have
    attribute_values: dict[int, Json] = field(default_factory=dict)
    hooks: dict[int, Json] = field(default_factory=dict)
    coupons: dict[int, Json] = field(default_factory=dict)
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
    "refund_payment": 1,
    "fee": 7000,
    "hook": 28000000,
    "metafield": 8000,
    "address": 900,
    "shipment": 300,
    "option": 100,
    "option_value": 1000,
    "image": 400,
    "custom_field": 600,
    "brand": 30,
    "category": 20,
    "customer_group": 1,
    "price_list": 1,
    "price_record": 1,
    "price_assignment": 1,
    "channel": 600001,
    "location": 2,
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
        "products": [store.products[number] for number in store.products.order],
        "image_files": store.image_files,
        "brands": list(store.brands.values()),
        "categories": list(store.categories.values()),
        "channels": list(store.channels.values()),
        "customer_groups": list(store.customer_groups.values()),
        "price_lists": list(store.price_lists.values()),
        "price_records": [row for rows in store.price_records.values() for row in rows.values()],
        "price_assignments": list(store.price_assignments.values()),
        "locations": list(store.locations.values()),
        "stock": told(world),
        "stock_waiting": len(store.stock.effects),
        "payments_waiting": len(store.due),
        "crowd": store.crowd.told(),
        "customers": list(store.customers.values()),
        "addresses": list(store.addresses.values()),
        "attributes": list(store.attributes.values()),
        "attribute_values": list(store.attribute_values.values()),
        "hooks": list(store.hooks.values()),
        "metafields": list(store.metafields.values()),
        "callbacks": {"log": list(store.courier.log), "waiting": store.courier.waiting()},
    }
