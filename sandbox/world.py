"""All state of one sandbox: options, switches, moods, clock, the calls received, the two platforms."""

from dataclasses import dataclass, field
from threading import Event, RLock
from typing import TYPE_CHECKING, Any

from sandbox.clock import Clock
from sandbox.moods import MoodTable

if TYPE_CHECKING:
    from sandbox.bigcommerce.store import Store


@dataclass(frozen=True)
class Options:
    """Fixed when the sandbox starts; the credentials are invented and open no real door."""

    store_hash: str = "sandbox"
    bigcommerce_token: str = "bc-sandbox-token"  # noqa: S105 - not a secret
    bigcommerce_client_id: str = "bc-sandbox-client"
    bigcommerce_client_secret: str = "bc-sandbox-secret"  # noqa: S105
    bigcommerce_scopes: tuple[str, ...] = ("*",)  # such as "store_v2_orders", "store_v2_products_read_only"
    organization_id: str = "10234695"
    zoho_client_id: str = "1000.SANDBOX"
    zoho_client_secret: str = "zoho-sandbox-secret"  # noqa: S105
    refresh_token: str = "1000.sandbox-refresh"  # noqa: S105
    grant_code: str = "1000.sandbox-grant"
    pace: float = 1.0  # the limit windows, retry gaps and search lag run this many times faster
    seed: int = 0
    latency: float = 0.0  # seconds, for every platform call
    callback_threads: int = 4  # 0: nothing is sent until somebody calls courier.deliver_due()
    more: dict[str, Any] = field(default_factory=dict)  # what only one platform understands


@dataclass
class World:
    options: Options
    switches: dict[str, Any]
    moods: MoodTable
    clock: Clock = field(default_factory=Clock)
    lock: RLock = field(default_factory=RLock)  # held while a view runs: one request at a time changes state
    calls: list[dict[str, Any]] = field(default_factory=list)  # one entry per platform call, see door.py
    expectations: dict[str, Any] = field(default_factory=dict)  # by order id, what the generator promises
    stopped: Event = field(default_factory=Event)
    bigcommerce: "Store" = field(init=False)
    zoho: Any = field(init=False)
