"""The store itself: its name, currency, time, tax classes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce import locations
from sandbox.bigcommerce.answers import as_json, v2_list, v2_not_found
from sandbox.bigcommerce.store import Json, Store
from sandbox.world import World

# code, name, rate to the store's currency, decimals
CURRENCIES = (
    ("USD", "US Dollar", "1.0000000000", 2),
    ("EUR", "Euro", "0.9200000000", 2),
    ("GBP", "British Pound", "0.7900000000", 2),
    ("CAD", "Canadian Dollar", "1.3600000000", 2),
    ("AUD", "Australian Dollar", "1.5100000000", 2),
    ("JPY", "Japanese Yen", "148.0000000000", 0),
)
TAX_CLASSES = ("Default Tax Class", "Non-Taxable Products", "Shipping", "Gift Wrapping")

CHANNEL = {
    "id": 1,
    "name": "Sandbox store",
    "type": "storefront",
    "platform": "bigcommerce",
    "status": "active",
    "is_enabled": True,
    "is_visible": True,
    "external_id": "",
    "is_listable_from_ui": True,
    "icon_url": "",
    "date_created": "2026-01-05T08:00:00Z",
    "date_modified": "2026-01-05T08:00:00Z",
}


def seed(store: Store) -> None:
    created = "Mon, 05 Jan 2026 08:00:00 +0000"
    for number, (code, name, rate, places) in enumerate(CURRENCIES, 1):
        store.currencies.append(_currency(store, number, code, name, rate, places))
    for number, name in enumerate(TAX_CLASSES):
        row = {"id": str(number), "name": name, "created_at": created, "updated_at": created}
        store.tax_classes.append(row)
    store.channels[1] = dict(CHANNEL)
    locations.seed(store.locations)


def _currency(store: Store, number: int, code: str, name: str, rate: str, places: int) -> Json:
    return {
        "id": number,
        "is_default": code == store.currency,
        "enabled": True,
        "is_transactional": True,
        "name": name,
        "use_default_name": True,
        "currency_code": code,
        "currency_exchange_rate": rate,
        "auto_update": False,
        "token": {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}.get(code, "$"),
        "token_location": "left",
        "decimal_token": ".",
        "thousands_token": ",",
        "decimal_places": places,
        "last_updated": "Mon, 05 Jan 2026 08:00:00 +0000",
        "country_iso2": None,
        "default_for_country_codes": [],
    }


def routes(world: World) -> list[tuple[str, str, Callable[..., Response]]]:
    store: Callable[[], Store] = lambda: world.bigcommerce  # noqa: E731
    return [
        ("GET", "/store", lambda **_: as_json(store_information(world))),
        ("GET", "/time", lambda **_: as_json({"time": int(world.clock.epoch())})),
        ("GET", "/currencies", lambda **_: v2_list(store().currencies, world.switches)),
        ("GET", "/currencies/<int:number>", lambda number, **_: as_json(_one(store().currencies, number))),
        ("GET", "/tax_classes", lambda **_: v2_list(store().tax_classes, world.switches)),
        ("GET", "/tax_classes/<int:number>", lambda number, **_: as_json(_one(store().tax_classes, number))),
    ]


def _one(rows: list[Json], number: int) -> Json:
    row = next((row for row in rows if str(row["id"]) == str(number)), None)
    if row is None:
        raise v2_not_found()
    return row


def store_information(world: World) -> Json:
    store = world.bigcommerce
    zone = _zone(store.time_zone, world.clock.now())
    default = next(row for row in store.currencies if row["currency_code"] == store.currency)
    return {
        "id": store.hash,
        "store_id": int(store.store_id),  # here a number, in callbacks text
        "account_uuid": "00000000-0000-4000-8000-000000000001",
        "name": store.name,
        "domain": request.host,
        "secure_url": request.host_url.rstrip("/"),
        "control_panel_base_url": request.host_url.rstrip("/"),
        "status": "live",
        "country": "United States",
        "country_code": "US",
        "address": "",
        "phone": "",
        "first_name": "Sandbox",
        "last_name": "Owner",
        "admin_email": "owner@example.com",
        "order_email": "orders@example.com",
        "favicon_url": "",
        "timezone": zone,
        "language": "en",
        "currency": store.currency,
        "currency_symbol": default["token"],
        "decimal_separator": ".",
        "thousands_separator": ",",
        "decimal_places": default["decimal_places"],
        "currency_symbol_location": "left",
        "weight_units": "Ounces",
        "dimension_units": "Inches",
        "dimension_decimal_places": 2,
        "dimension_decimal_token": ".",
        "dimension_thousands_token": ",",
        "plan_name": "Standard",
        "plan_level": "Standard",
        "plan_is_trial": False,
        "industry": "",
        "logo": [],
        "is_price_entered_with_tax": world.switches["prices_with_tax"],
        "default_site_id": 1000,
        "default_channel_id": 1,
        "active_comparison_modules": [],
        "infrastructure_region": "us-central1",
        "features": {
            "stencil_enabled": True,
            "sitewidehttps_enabled": True,
            "facebook_catalog_id": "",
            "checkout_type": "optimized",
            "wishlists_enabled": True,
            "graphql_storefront_api_enabled": True,
            "shopper_consent_tracking_enabled": False,
            "multi_storefront_enabled": False,
            "storefront_limits": {"active": 1, "total_including_inactive": 1},
        },
    }


def _zone(name: str, now: datetime) -> dict[str, Any]:
    """raw_offset is without daylight saving, as the real field."""
    local = now.astimezone(ZoneInfo(name))
    offset, saving = local.utcoffset(), local.dst()
    whole = int(offset.total_seconds()) if offset else 0
    extra = int(saving.total_seconds()) if saving else 0
    return {
        "name": name,
        "raw_offset": whole - extra,
        "dst_offset": whole,
        "dst_correction": bool(extra),
        "date_format": {"display": "M jS Y", "export": "M jS Y", "extended_display": "M jS Y @ g:i A"},
    }
