"""Makes the real things out of settings: sessions, budgets, tokens, the ledger, the Celery app."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from typing import Any

from celery import Celery
from cryptography.fernet import Fernet
from redis import Redis

from app import settings as choices
from app.believe import SECRET_HEADER
from app.metrics import counting
from app.redis_server import find_url
from app.settings import Settings
from connectors.bigcommerce.client import BigCommerce
from connectors.bigcommerce.window import StoreWindow
from connectors.budget import Budget
from connectors.http import SOON, Session, open_session
from connectors.zoho.client import Zoho
from connectors.zoho.oauth import Login, TokenStore
from ledger import cursors, quota, tokens
from ledger.store import Ledger, is_current, open_ledger
from tasks import document_looks, releases, shipment_looks, tally
from tasks import services as installed
from tasks.broker import make_celery, publisher
from tasks.forecast import calls_to_come
from tasks.services import Connection, Publish, Services

TRIES = 3  # of one read, before its whole record is put off


def make_broker(settings: Settings) -> Celery:
    """The Celery app of this process."""
    url = find_url(settings.redis_url, settings.data_dir)
    return make_celery(url, schedule(settings), str(settings.data_dir / "celerybeat-schedule"))


def schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """What beat sends: every sweep of every connection; each sweep guards its own turn."""
    every: dict[str, dict[str, Any]] = {"nudge": _entry("sweeps.nudge", 60.0 / settings.pace)}
    for one in settings.connections:
        every[f"{one.name}.orders"] = _entry(
            "sweeps.orders", one.schedule.order_interval / settings.pace, one.name
        )
        every[f"{one.name}.daily"] = _entry("sweeps.daily", 300.0, one.name)
        every[f"{one.name}.reconcile"] = _entry("sweeps.reconcile", 300.0, one.name)
        every[f"{one.name}.release"] = _entry("sweeps.release", releases.EVERY / settings.pace, one.name)
        every[f"{one.name}.documents"] = _entry(
            "sweeps.documents", document_looks.EVERY / settings.pace, one.name
        )
        every[f"{one.name}.hooks"] = _entry("sweeps.hooks", 600.0 / settings.pace, one.name)
        if one.orders.tracking == "on":
            every[f"{one.name}.shipments"] = _entry(
                "sweeps.shipments", shipment_looks.EVERY / settings.pace, one.name
            )
        every |= _of_catalogue(one, settings.pace)
        every |= _of_stock(one, settings.pace)
    return every


def _of_catalogue(one: choices.Connection, pace: float) -> dict[str, dict[str, Any]]:
    """Nothing is looked for where nothing is to follow."""
    chosen, every = one.catalogue, {}
    if chosen.items == "on":
        every[f"{one.name}.items"] = _entry("sweeps.items", chosen.items_interval / pace, one.name)
        every[f"{one.name}.items_full"] = _entry("sweeps.items_full", 300.0, one.name)
    if chosen.price_lists == "on":
        every[f"{one.name}.prices"] = _entry("sweeps.prices", chosen.prices_interval / pace, one.name)
    return every


def _of_stock(one: choices.Connection, pace: float) -> dict[str, dict[str, Any]]:
    """The look at all stock asks itself whether the day's calls allow it as often as this."""
    if not one.stock.on:
        return {}
    return {
        f"{one.name}.stock": _entry("sweeps.stock", one.stock.interval / pace, one.name),
        f"{one.name}.stock_daily": _entry("sweeps.stock_daily", 300.0, one.name),
    }


def _entry(task: str, seconds: float, *args: str) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "args": args,
        "options": {"expires": 2 * seconds},
    }


def install_services(settings: Settings, broker: Celery) -> None:
    """Celery's tasks find their services; they are made on first use."""
    installed.install(lambda: make_services(settings, publisher(broker)))


def services_alone(settings: Settings) -> Services:
    """For one command: nobody is nudged, a running worker's pump finds the rows."""
    return make_services(settings, lambda _task, _work_id: None)


def services_at(settings: Settings, redis_url: str) -> Services:
    """The same, with a Redis whose address is known otherwise."""
    return services_alone(replace(settings, redis_url=redis_url))


def make_services(settings: Settings, publish: Publish) -> Services:
    """Ledger, Redis and the connections of this process."""
    ledger = open_ledger(settings.ledger_url)
    redis = Redis.from_url(
        find_url(settings.redis_url, settings.data_dir), socket_timeout=5, socket_connect_timeout=2
    )
    connections = {one.name: make_connection(settings, one, ledger, redis) for one in settings.connections}
    leases = [one.orders.lease for one in settings.connections]
    return Services(ledger, connections, publish, partial(_backlog, redis), max(leases, default=90.0))


def _backlog(redis: Redis, flow: str) -> int:
    """Redis keeps a queue as a list, and each flow has a queue of its name."""
    waiting: Any = redis.llen(flow)
    return int(waiting)


def make_connection(settings: Settings, one: choices.Connection, ledger: Ledger, redis: Redis) -> Connection:
    """One store and its books, ready to be spoken to."""
    pace = settings.pace
    window = StoreWindow(redis, one.store.store_hash, pace)
    return Connection(
        name=one.name,
        store_hash=one.store.store_hash,
        organization=one.zoho.organization_id,
        store=BigCommerce(_session("bigcommerce", redis, pace), one.store.base_url, one.store.token, window),
        zoho=_zoho(settings, one, ledger, redis),
        ledger=ledger,
        order_rules=choices.order_rules(one),
        book_rules=choices.book_rules(one, ""),
        hash_person=person_hash(settings.key),
        ask_after=tuple(seconds / pace for seconds in one.orders.ask_after),
        order_interval=one.schedule.order_interval / pace,
        daily_at=one.schedule.daily_at,
        history_days=one.schedule.history_days,
        reconcile_at=one.schedule.reconcile_at,
        reconcile_days=one.schedule.reconcile_days,
        hook_destination=hook_destination(one),
        hook_headers={SECRET_HEADER: one.store.webhook_secret},
        tracking_on=one.orders.tracking == "on",
        pace=pace,
        enabled=one.enabled,
        **_catalogue(one, pace),
        **_stock(one, pace),
    )


def _catalogue(one: choices.Connection, pace: float) -> dict[str, Any]:
    """What a connection knows of its catalogue."""
    chosen = one.catalogue
    return {
        "catalogue_rules": choices.catalogue_rules(one),
        "items_on": chosen.items == "on",
        "price_lists_on": chosen.price_lists == "on",
        "items_interval": chosen.items_interval / pace,
        "prices_interval": chosen.prices_interval / pace,
        "largest_hide": float(chosen.largest_hide),
        "catalogue_daily_at": chosen.daily_at,
    }


def _stock(one: choices.Connection, pace: float) -> dict[str, Any]:
    """What a connection knows of its stock."""
    chosen = one.stock
    return {
        "stock_rules": choices.stock_rules(one),
        "stock_on": chosen.on,
        "stock_interval": chosen.interval / pace,
        "stock_daily_at": chosen.daily_at,
        "largest_fall": float(chosen.largest_fall),
        "many_falls": float(chosen.many),
    }


def zoho_destination(one: choices.Connection) -> str:
    """Where Zoho sends callbacks; empty where no public address is set."""
    return f"{one.store.public_url.rstrip('/')}/webhooks/zoho/{one.name}" if one.store.public_url else ""


def hook_destination(one: choices.Connection) -> str:
    """Where BigCommerce sends callbacks; empty where no public address is set."""
    return (
        f"{one.store.public_url.rstrip('/')}/webhooks/bigcommerce/{one.name}" if one.store.public_url else ""
    )


def person_hash(key: bytes) -> Callable[[str], str]:
    """A keyed hash, so that nobody who reads the ledger can try out e-mail addresses."""
    own = hmac.digest(key, b"cartbooks person", hashlib.sha256)

    def hashed(text: str) -> str:
        return hmac.new(own, text.encode(), hashlib.sha256).hexdigest()[:40]

    return hashed


def login_of(settings: Settings, one: choices.Connection, ledger: Ledger) -> Login:
    """The Zoho login, its refresh token from the environment or unsealed from the ledger."""
    zoho = one.zoho
    refresh_token = zoho.refresh_token or _unsealed(settings, one, ledger)
    return Login(zoho.data_center, zoho.client_id, zoho.client_secret, refresh_token, zoho.accounts_url)


def seal_login(settings: Settings, one: choices.Connection, ledger: Ledger, refresh_token: str) -> None:
    """Keep a refresh token where only our key opens it."""
    tokens.put_sealed(ledger, one.name, Fernet(settings.key).encrypt(refresh_token.encode()).decode())


def _unsealed(settings: Settings, one: choices.Connection, ledger: Ledger) -> str:
    sealed = tokens.get_sealed(ledger, one.name)
    return Fernet(settings.key).decrypt(sealed.encode()).decode() if sealed else ""


def _zoho(settings: Settings, one: choices.Connection, ledger: Ledger, redis: Redis) -> Zoho:
    zoho = one.zoho
    return Zoho(
        session=_session("zoho", redis, settings.pace),
        base_url=zoho.base_url,
        organization_id=zoho.organization_id,
        tokens=TokenStore(redis, Fernet(settings.key)),
        login=login_of(settings, one, ledger),
        budget=_budget(settings, one, ledger, redis),
        edition="inventory" if zoho.product == "inventory" else "books",
    )


def _budget(settings: Settings, one: choices.Connection, ledger: Ledger, redis: Redis) -> Budget:
    plan, organization = one.zoho.plan, one.zoho.organization_id

    def recall(day: str) -> tuple[int, float | None] | None:
        kept = quota.load_day(ledger, organization, day)
        return (kept.used, kept.frozen_until) if kept else None

    zone = _zone_of_the_books(ledger, organization) or one.schedule.time_zone or "UTC"
    return Budget(
        redis,
        organization,
        per_minute=plan.per_minute,
        burst=plan.burst,
        concurrent=plan.concurrent,
        per_day=plan.per_day,
        zone=zone,
        pace=settings.pace,
        needed=calls_to_come(ledger, one.name, zone, time.time),
        on_day=lambda day, used, frozen: quota.save_day(ledger, organization, day, used, frozen),
        recall=recall,
    )


def _zone_of_the_books(ledger: Ledger, organization: str) -> str:
    """Zoho's day ends at midnight there; told by the first look at the organization (tasks/organization.py)."""
    known = cursors.learned(ledger, organization) if is_current(ledger) else {}
    return str(known.get("time_zone") or "")


@cache
def _session(platform: str, redis: Redis, pace: float) -> Session:
    """One pool of connections per process and platform."""
    counted = counting(redis)

    def on_call(*call: Any) -> None:
        counted(*call)
        tally.count(*call)

    return open_session(platform, on_call=on_call, on_exchange=tally.keep, tries=TRIES, soon=SOON / pace)
