"""Makes Zoho call us when items or stock change, as far as its API goes: the rules that call a person must make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.zoho import webhooks
from mappings.rules import StockRules
from tasks.services import Connection

HEADER = "X-Cartbooks-Secret"
ITEM = "item"
SHIPMENT = "shipmentorder"
DESCRIPTION = "Tells Cartbooks what has changed."
MODULES = {
    ITEM: "Item",
    "invoice": "Invoice",
    "salesorder": "Sales Order",
    "creditnote": "Credit Note",
    "bill": "Bill",
    "purchasereceive": "Purchase Receive",
    "inventoryadjustment": "Inventory Adjustment",
    "transferorder": "Transfer Order",
    "package": "Package",
    "shipmentorder": "Shipment Order",
    "salesreturn": "Sales Return",
}
"""What a webhook is for, and how Zoho's screens call that."""

BY_API = frozenset({ITEM, "invoice", "salesorder", "creditnote", "bill"})
"""Modules of Books, whose webhooks its API takes; the others are of Inventory, which has no such API."""

LONGEST = 50  # characters of a name


@dataclass(frozen=True)
class Wanted:
    """The webhooks as they must be: their name in Zoho, our address, and the secret that proves they are Zoho's."""

    name: str
    url: str
    secret: str = field(repr=False)

    def named(self, entity: str) -> str:
        """Each has a name of its own; that of items has been there before the others."""
        tail = "" if entity == ITEM else f" {entity}"
        return self.name[: LONGEST - len(tail)] + tail


def entities(connection: Connection) -> tuple[str, ...]:
    """What Zoho is to tell us of: items for the catalogue, for stock in real time whatever moves it,
    and shipments for whoever tracks them.
    """
    rules = connection.stock_rules
    at_once = rules.method in {"one_way", "two_way"}
    moving = _moving(rules) if at_once else ()
    tracking = (SHIPMENT,) if connection.tracking_on and SHIPMENT not in moving else ()
    return ((ITEM,) if connection.items_on or at_once else ()) + moving + tracking


def _moving(rules: StockRules) -> tuple[str, ...]:
    """The documents that move the figure which is published; an order of the shop commits what is available."""
    moving: tuple[str, ...]
    if rules.mode == "physical":
        moving = ("salesorder", "purchasereceive", "package", "shipmentorder", "salesreturn")
    else:
        moving = ("invoice", "salesorder", "creditnote", "bill")
    between = ("transferorder",) if rules.locations else ()
    return (*moving, "inventoryadjustment", *between)


def by_hand(connection: Connection) -> tuple[str, ...]:
    """Those whose webhook only a person can make."""
    if connection.zoho.edition == "inventory":
        return entities(connection)
    return tuple(entity for entity in entities(connection) if entity not in BY_API)


def register(connection: Connection, wanted: Wanted) -> list[str]:
    """Create the webhooks that are missing; what was found or done, a sentence each. Raises NotOffered (Inventory)."""
    found = {entity_of(row): row for row in ours(connection, wanted.url)}
    needed = [entity for entity in entities(connection) if entity in BY_API]
    return [_registered(connection, wanted, entity, found.get(entity)) for entity in needed]


def missing(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the API would take and none of these webhooks is for."""
    there = {entity_of(row) for row in rows}
    return tuple(one for one in entities(connection) if one in BY_API and one not in there)


def ours(connection: Connection, url: str) -> list[dict[str, Any]]:
    """The webhooks of Zoho that lead to this address. Raises NotOffered (Inventory)."""
    return [row for row in webhooks.list_webhooks(connection.zoho) if str(row.get("url")) == url]


def entity_of(row: Mapping[str, Any]) -> str:
    """What a webhook is for; "item" where Zoho does not say."""
    return str(row.get("entity") or ITEM).replace("_", "").casefold()


def _registered(connection: Connection, wanted: Wanted, entity: str, there: Mapping[str, Any] | None) -> str:
    what = f"{MODULES[entity].lower()}s"
    if there is None:
        made = webhooks.create_webhook(connection.zoho, _body(wanted, entity))
        return f"webhook {made['webhook_id']} for {what} created in Zoho"
    told = f"webhook {there['webhook_id']} for {what} is there in Zoho"
    if _headers(there).get(HEADER, wanted.secret) != wanted.secret:
        return f"{told}, with an old secret: delete it and its rules there, then run this again"
    return told


def _body(wanted: Wanted, entity: str) -> dict[str, Any]:
    """Its payload is Zoho's default, the whole record as JSON; we take the ids and read the items afresh."""
    return {
        "webhook_name": wanted.named(entity),
        "description": DESCRIPTION,
        "entity": entity,
        "method": "POST",
        "url": wanted.url,
        "headers": [{"param_name": HEADER, "param_value": wanted.secret}],
        "secret": wanted.secret,
    }


def _headers(row: Mapping[str, Any]) -> dict[str, str]:
    told = row.get("headers")
    rows = told if isinstance(told, list) else []
    return {
        str(one.get("param_name")): str(one.get("param_value")) for one in rows if isinstance(one, Mapping)
    }
