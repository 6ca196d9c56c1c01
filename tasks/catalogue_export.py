"""Makes items in Zoho of products that only the store has: once, for the first set-up, and never the same one twice."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.bigcommerce import catalog
from connectors.errors import Rejected, Unknown
from connectors.zoho import items as zoho_items
from ledger import intents, links
from ledger.intents import Intent
from mappings.errors import Unmappable
from mappings.zoho.new_items import item_body
from tasks import catalogue_match, organization
from tasks.catalogue_match import Item, Pair, Place
from tasks.chunks import batched
from tasks.fates import Later
from tasks.goods import KIND
from tasks.services import Connection, catalogue
from tasks.store_facts import facts

ROUNDS = 2  # how often an item whose answer is lost is sent
READ = 50  # products that one call reads


@dataclass(frozen=True)
class Draft:
    """An item as it would be made, or why it cannot be."""

    place: Place
    body: Mapping[str, Any]
    why_not: str = ""


def drafts(connection: Connection, places: Sequence[Place], elsewhere: Mapping[str, str]) -> Iterator[Draft]:
    """What each variant of the store would be in Zoho; products are read, nothing is written. `elsewhere`: items of
    Zoho that are not for the store, by SKU; a product that followed one of them would be hidden.
    """
    told = facts(connection)
    _refuse_other_currency(connection, told.currency)
    for some in batched(places, READ):
        there = catalog.products_by_id(connection.store, {one.product_id for one in some}, include="variants")
        for place in some:
            if item_id := elsewhere.get(place.sku.casefold(), ""):
                yield Draft(
                    place, {}, f"item {item_id} of Zoho has this SKU and is inactive, or nothing that is sold"
                )
            else:
                yield _draft(connection, place, there.get(place.product_id))


def export(connection: Connection, draft: Draft) -> str:
    """Make the item, or find the one that an earlier try has made; its id.

    Raises Rejected where Zoho refuses it, Later while an order is making the same one, Unknown where Zoho stays mute.
    """
    connection = catalogue(connection)
    key, holder = f"sku:{draft.place.sku.casefold()}", f"{connection.name}:export"
    link = links.reserve(connection.ledger, connection.organization, KIND, key, connection.clock(), holder)
    if link.state != "linked" and link.holder != holder:
        raise Later(connection.clock() + 60.0, f"an order is making the item {draft.place.sku}")
    try:
        item_id = link.id if link.state == "linked" else _made(connection, draft)
    except Rejected:
        links.release(connection.ledger, connection.organization, KIND, key, holder)
        raise
    links.bind(connection.ledger, connection.organization, KIND, key, item_id, {}, connection.clock())
    if draft.place.alone:  # of several variants only an item group can make one product again
        catalogue_match.link(connection, [Pair(_item(item_id, draft), draft.place)])
    return item_id


def _made(connection: Connection, draft: Draft) -> str:
    """Intent before, id after; a write without an answer is asked about before it is sent again."""
    ledger, name, key = connection.ledger, connection.name, f"export:{draft.place.variant_id}"
    digest = connection.hash_person(json.dumps(draft.body, sort_keys=True, default=str))
    for _ in range(ROUNDS):
        intent = intents.intend(ledger, name, key, "create", "item", digest, connection.clock(), 0)
        found = "" if intent.fresh else _asked(connection, draft, intent)
        if not found and not intent.fresh:
            intents.again(ledger, name, key, digest, connection.clock(), 0)
        try:
            item_id = found or str(zoho_items.create_item(connection.zoho, draft.body)["item_id"])
        except Unknown:
            intents.settle(ledger, name, key, "unknown", "", connection.clock())
            continue
        except Rejected as refusal:
            item_id = _there(connection, draft)  # the refusal may be the echo of our own earlier write
            intents.settle(ledger, name, key, "done" if item_id else "rejected", item_id, connection.clock())
            if not item_id:
                raise refusal from None
            return item_id
        intents.settle(ledger, name, key, "done", item_id, connection.clock())
        return item_id
    raise Unknown(f"Zoho does not answer whether it has made the item {draft.place.sku}")


def _asked(connection: Connection, draft: Draft, intent: Intent) -> str:
    """After some seconds and once more (law 3); "" when it never happened."""
    for wait in connection.ask_after:
        time.sleep(max(0.0, intent.attempt_at + wait - connection.clock()))
        if found := _there(connection, draft):
            return found
    return ""


def _there(connection: Connection, draft: Draft) -> str:
    rows = zoho_items.find_items_by_sku(connection.zoho, draft.place.sku)
    return str(rows[0]["item_id"]) if rows else ""


def _draft(connection: Connection, place: Place, row: Mapping[str, Any] | None) -> Draft:
    if row is None:
        return Draft(place, {}, "the product was deleted meanwhile")
    if not place.sku:
        return Draft(
            place,
            {},
            "it has no SKU, and nothing else tells items apart for certain: give it one in the store",
        )
    variant = next((one for one in row["variants"] if str(one["id"]) == place.variant_id), None)
    try:
        body = item_body(row, None if place.alone else variant, connection.catalogue_rules, facts(connection))
    except Unmappable as error:
        return Draft(place, {}, f"{error.what}. {error.remedy}")
    return Draft(place, body)


def _item(item_id: str, draft: Draft) -> Item:
    rate = str(draft.body.get("rate") or 0)
    return Item(item_id, f"{catalogue_match.ITEM}{item_id}", draft.place.sku, draft.place.name, rate, "0")


def _refuse_other_currency(connection: Connection, currency: str) -> None:
    base = organization.known(connection)[0].base_currency
    if currency and base and currency != base:
        raise Unmappable(
            "currency-differs",
            f"the store sells in {currency}, Zoho's rates are in {base}",
            "Prices of one cannot be rates of the other: enter the items in Zoho by hand.",
        )
