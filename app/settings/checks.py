"""What settings must hold together: rules over more than one key."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.settings.model import Connection, Problem, Settings

LOCAL = {"127.0.0.1", "localhost", "::1"}
NO_QUOTES = frozenset({0, 4, 5, 6, 13, 14})  # incomplete, refunded, cancelled, declined, disputed


def checked(settings: Settings) -> Iterator[Problem]:
    """The problems that no single key shows."""
    for one in settings.connections:
        if one.enabled:
            yield from _store(one)
            yield from _plan(one)
            yield from _orders(one)
            yield from _parts(one)
            yield from _drop_ship(one)
            yield from _quotes(one)
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


def _parts(one: Connection) -> Iterator[Problem]:
    """One invoice for each shipment follows the sales order, and what the store ships."""
    orders, prefix = one.orders, f"connections.{one.name}.orders"
    if orders.partial_invoices == "off":
        return
    if (orders.document, orders.invoice_when) != ("sales_order_then_invoice", "shipped"):
        yield Problem(
            f"{prefix}.partial_invoices",
            "on",
            f'needs {prefix}.document = "sales_order_then_invoice" and {prefix}.invoice_when = "shipped"',
        )
    if orders.drop_ship == "on":
        yield Problem(
            f"{prefix}.partial_invoices", "on", f'cannot follow {prefix}.drop_ship = "on": choose one of them'
        )


def _drop_ship(one: Connection) -> Iterator[Problem]:
    """Only Zoho Inventory describes drop shipments, and they are of sales orders."""
    orders, name = one.orders, f"connections.{one.name}.orders.drop_ship"
    if orders.drop_ship == "off":
        return
    if one.zoho.product != "inventory":
        yield Problem(name, "on", f'needs connections.{one.name}.zoho.product = "inventory"')
    if orders.document == "invoice":
        needed = f'connections.{one.name}.orders.document = "sales_order" or "sales_order_then_invoice"'
        yield Problem(name, "on", f"needs {needed}: goods are ordered for a sales order")
    if one.stock.on:
        yield Problem(
            name,
            "on",
            f'cannot be together with connections.{one.name}.stock.method = "{one.stock.method}": what a vendor sends '
            'takes nothing from the shelf, and stock counts every line sold. Write "off" for one of the two',
        )


def _quotes(one: Connection) -> Iterator[Problem]:
    """Estimates are known to Zoho Books alone, and what is paid, refunded or over is no quote."""
    chosen, name = one.orders.estimate_statuses, f"connections.{one.name}.orders.estimate_statuses"
    if not chosen:
        return
    if one.zoho.product != "books":
        yield Problem(name, str(sorted(chosen)), "only Zoho Books has estimates: leave it empty")
    if strange := sorted(chosen & (one.orders.paid_statuses | NO_QUOTES)):
        yield Problem(name, str(strange), "orders in these are paid, refunded or no sale, and no quotes")


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
    yield from _taken(one)
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


def _taken(one: Connection) -> Iterator[Problem]:
    """Which documents take the goods of an order."""
    orders, prefix, document = one.orders, f"connections.{one.name}.stock", f"connections.{one.name}.orders"
    if one.stock.mode == "physical" and orders.document == "invoice":
        yield Problem(
            f"{prefix}.mode",
            "physical",
            f'needs {document}.document = "sales_order" or "sales_order_then_invoice": '
            "invoices alone do not move physical stock",
        )
    if orders.document != "sales_order_then_invoice":
        return
    if orders.partial_invoices == "on":
        yield Problem(
            f"{prefix}.method",
            one.stock.method,
            f'cannot follow {document}.partial_invoices = "on": write "off" there, or method = "off"',
        )
    if orders.unpaid == "draft" and (one.stock.mode, one.stock.figure) == ("accounting", "available"):
        yield Problem(
            f"{prefix}.figure",
            "available",
            f'cannot follow {document}.unpaid = "draft" with two documents: whether a draft gives back what its sales '
            'order holds is not known. Write unpaid = "sent", or figure = "on_hand"',
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
