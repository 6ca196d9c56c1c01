"""Works out what a price list of Zoho means for the store: a record for each variant, and who buys by it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledger import links
from ledger.links import Link
from mappings.bigcommerce import price_lists
from mappings.bigcommerce.price_lists import Sellable
from mappings.records import PriceList
from tasks.chunks import batched
from tasks.services import Connection
from tasks.store_facts import facts

CHUNK = 1000

Record = dict[str, Any]


@dataclass(frozen=True)
class Wants:
    """`records` by variant; `assigned`: (customer group, channel) that the settings name; `fingerprint` of it all."""

    records: Mapping[str, Record]
    assigned: tuple[tuple[int | None, int | None], ...]
    fingerprint: str


def wants_of(connection: Connection, price_list: PriceList) -> Wants:
    """Without a call, unless nobody has asked the store for its price basis within the hour."""
    rules = connection.catalogue_rules
    records = price_lists.wanted(price_list, sellables(connection, price_list), rules, facts(connection))
    rows = price_lists.assignments(0, rules, price_list.name)
    assigned = tuple(dict.fromkeys((row.get("customer_group_id"), row.get("channel_id")) for row in rows))
    whole = [price_lists.fingerprint(price_list, records), sorted(map(str, assigned))]
    return Wants(records, assigned, hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:32])


def sellables(connection: Connection, price_list: PriceList) -> Iterator[Sellable]:
    """The linked variants that a list is about: all for a percentage, else those it names. A rate that an order only
    guessed is no basis for a percentage.
    """
    reckoned = {entry.item_id for entry in price_list.entries if entry.price is None}
    everything = price_list.kind == "fixed_percentage"
    for link in _linked(connection, price_list):
        told = link.extra
        if link.state != "linked" or not told.get("rate"):
            continue
        if told.get("guess") and (everything or link.key in reckoned):
            continue
        yield Sellable(link.key, link.id, Decimal(told["rate"]), Decimal(told.get("tax") or 0))


def _linked(connection: Connection, price_list: PriceList) -> Iterable[Link]:
    if price_list.kind == "fixed_percentage":
        yield from links.walk(connection.ledger, connection.name, "variant")
        return
    for some in batched((entry.item_id for entry in price_list.entries), CHUNK):
        yield from links.get_many(connection.ledger, connection.name, "variant", some).values()
