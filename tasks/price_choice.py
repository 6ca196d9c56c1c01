"""Which price lists a person means: all that Zoho sells by, or those that an item is in."""

from __future__ import annotations

from collections.abc import Callable

from connectors.zoho import price_lists
from ledger import links
from mappings.errors import Skip, Unmappable
from tasks import prices
from tasks.catalogue_preview import of_sku
from tasks.services import Connection, catalogue


def records(connection: Connection) -> list[str]:
    """Every sales price list, and those that Zoho shows no more and the store still has."""
    rows = price_lists.list_price_lists(catalogue(connection).zoho)
    linked = [link.key for link in links.walk(connection.ledger, connection.name, "price_list")]
    return list(dict.fromkeys([*(str(row["pricebook_id"]) for row in rows), *linked]))


def records_of(
    connection: Connection, sku: str, on_list: Callable[[int], None] = lambda _: None
) -> list[str]:
    """The active lists that name the item, and those that are a percentage of everything; a Zoho call for each list.

    Empty where Zoho has no item with this SKU.
    """
    items = {item for ids in of_sku(connection, sku).values() for item in ids}
    chosen = []
    for number, record in enumerate(records(connection) if items else (), 1):
        on_list(number)
        try:
            read = prices.read(catalogue(connection), record)
        except (Skip, Unmappable):  # what it says of the item cannot be told; a look at all lists holds it
            continue
        if read is None or not read.active:
            continue
        if read.kind == "fixed_percentage" or any(entry.item_id in items for entry in read.entries):
            chosen.append(record)
    return chosen
