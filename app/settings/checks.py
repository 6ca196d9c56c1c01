"""What settings must hold together: rules over more than one key."""

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
