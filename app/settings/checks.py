"""What settings must hold together: rules over more than one key."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.settings.model import Connection, Problem, Settings

LOCAL = {"127.0.0.1", "localhost", "::1"}


def checked(settings: Settings) -> Iterator[Problem]:
    """The problems that no single key shows."""
    for one in settings.connections:
        if one.enabled:
            yield from _store(one)
            yield from _plan(one)
            yield from _orders(one)
            yield from _catalogue(one)
            yield from _stock(one)
    yield from _twins(settings.connections)


def _store(one: Connection) -> Iterator[Problem]:
    prefix = f"connections.{one.name}.store"
    url = urlsplit(one.store.public_url)
    in_a_lab = urlsplit(one.store.base_url).hostname in LOCAL
    if url.hostname and not in_a_lab and (url.scheme != "https" or url.port not in (None, 443)):
        yield Problem(
            f"{prefix}.public_url",
            one.store.public_url,
            "BigCommerce calls back only https on port 443",
        )
    if one.store.webhook_signature == "required" and not one.store.client_secret:
        name = f"CARTBOOKS_{one.name.upper().replace('-', '_')}_BIGCOMMERCE_CLIENT_SECRET"
        yield Problem(
            f"{prefix}.webhook_signature", "required", f"set {name}: signatures are checked with it"
        )


def _plan(one: Connection) -> Iterator[Problem]:
    plan = one.zoho.plan
    if plan.per_minute + plan.burst > 100:
        yield Problem(
            f"connections.{one.name}.zoho.plan.per_minute",
            str(plan.per_minute),
            f"with burst {plan.burst} it may pass Zoho's 100 a minute: make both together 100 or less",
        )


def _orders(one: Connection) -> Iterator[Problem]:
    orders, prefix = one.orders, f"connections.{one.name}.orders"
    if orders.payments == "with_invoice" and (one.zoho.product != "books" or orders.document != "invoice"):
        yield Problem(f"{prefix}.payments", "with_invoice", "works only with invoices in Zoho Books")
    if strange := sorted(orders.paid_statuses - orders.statuses):
        yield Problem(
            f"{prefix}.paid_statuses", str(strange), "these are not in statuses, so they are never booked"
        )


def _catalogue(one: Connection) -> Iterator[Problem]:
    chosen, prefix = one.catalogue, f"connections.{one.name}.catalogue"
    if chosen.price_lists == "on" and chosen.items == "off":
        yield Problem(
            f"{prefix}.price_lists",
            "on",
            f'set {prefix}.items = "on", too: prices are written to the products of items',
        )
    if chosen.create == "only_listed" and not re.fullmatch(r"cf_\w+", chosen.listed_field):
        yield Problem(
            f"{prefix}.listed_field",
            chosen.listed_field,
            "write the field's API name, such as cf_show_in_store",
        )
    if strange := sorted(name for name in chosen.custom_fields if not re.fullmatch(r"cf_\w+", name)):
        yield Problem(
            f"{prefix}.custom_fields", strange[0], "write API names of Zoho's fields, such as cf_material"
        )
    if chosen.assignments and chosen.price_lists == "off":
        yield Problem(f"{prefix}.assignments", chosen.assignments[0][0], f'needs {prefix}.price_lists = "on"')
    secret = one.zoho.webhook_secret
    if not re.fullmatch(r"[A-Za-z0-9]{12,50}", secret):
        name = f"CARTBOOKS_{one.name.upper().replace('-', '_')}_ZOHO_WEBHOOK_SECRET"
        yield Problem(name, "(not shown)", "must be 12 to 50 letters and digits, Zoho takes nothing else")


def _stock(one: Connection) -> Iterator[Problem]:
    chosen, prefix = one.stock, f"connections.{one.name}.stock"
    if not chosen.on:
        return
    if chosen.mode == "physical" and one.orders.document != "sales_order":
        yield Problem(
            f"{prefix}.mode",
            "physical",
            f'needs connections.{one.name}.orders.document = "sales_order": '
            "invoices alone do not move physical stock",
        )
    if one.orders.document == "sales_order_then_invoice":
        yield Problem(
            f"{prefix}.method",
            chosen.method,
            f'cannot follow connections.{one.name}.orders.document = "sales_order_then_invoice" yet: '
            'write "invoice" or "sales_order" there, or method = "off"',
        )
    if chosen.at_once and not one.store.public_url:
        yield Problem(
            f"{prefix}.method",
            chosen.method,
            f"needs connections.{one.name}.store.public_url, where Zoho and the store call back; "
            'without it write "scheduled"',
        )
    if chosen.locations and chosen.order_location not in chosen.locations.values():
        yield Problem(
            f"{prefix}.order_location",
            str(chosen.order_location),
            f"no location of Zoho leads there: name it in {prefix}.locations, or set the one the orders come from",
        )


def _twins(connections: tuple[Connection, ...]) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str], str] = {}
    for one in connections:
        pair = (one.store.base_url, one.zoho.organization_id, one.zoho.base_url)
        if one.enabled and one.store.store_hash and pair in seen:
            yield Problem(
                f"connections.{one.name}",
                f"the same store and organization as {seen[pair]}",
                "switch one of them off: every order would be booked twice",
            )
        if one.enabled:
            seen[pair] = one.name
