"""Where lists of details leave out the locations: what an item alone told is remembered beside its whole figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from connectors.zoho import items as zoho_items
from ledger import links
from mappings.errors import Skip, Unmappable
from mappings.zoho.stock import figures
from tasks.services import Connection

KIND = "stock_places"  # item -> its whole figure, as it was when it was read alone
AT_ONCE = 20
"""Items that each look reads alone, whatever their whole figure says: the ones not read for longest."""
Row = Mapping[str, Any]
Figures = Mapping[int, Decimal]


@dataclass(frozen=True)
class Glance:
    """How a sweep sees figures: an item a call would be too dear."""

    connection: Connection

    def figures(self, item: str, row: Row) -> Figures | None:
        """By location of the store; None where there is nothing to compare."""
        try:
            return figures(row, self.connection.stock_rules)
        except Skip:
            return None
        except Unmappable:
            look = alone if item in self._oldest else _guessed
        try:
            return look(self.connection, item, row)
        except (Skip, Unmappable):
            return None

    @cached_property
    def _oldest(self) -> frozenset[str]:
        """Those that were not read alone for longest: goods may have gone from one location to another."""
        one = self.connection
        known = sorted(links.walk(one.ledger, one.name, KIND), key=lambda link: link.since)
        return frozenset(link.key for link in known[:AT_ONCE])


def alone(connection: Connection, item: str, row: Row) -> Figures:
    """By location of the store, from the item read alone. Raises as `mappings.zoho.stock.figures` does."""
    told = zoho_items.get_item(connection.zoho, item)
    whole = row if told is None else told
    found = figures(whole, connection.stock_rules)
    extra = {"at": {str(place): str(figure) for place, figure in found.items()}}
    links.bind(
        connection.ledger,
        connection.name,
        KIND,
        item,
        str(_whole(connection, whole)),
        extra,
        connection.clock(),
    )
    return found


def _guessed(connection: Connection, item: str, row: Row) -> Figures:
    """As it was told last; what the whole figure has changed by stands where orders take from, so that it differs."""
    whole, rules = _whole(connection, row), connection.stock_rules
    link = links.get(connection.ledger, connection.name, KIND, item)
    if link is None:
        return {**dict.fromkeys(rules.locations.values(), Decimal(0)), rules.order_location: whole}
    found = {int(place): Decimal(figure) for place, figure in link.extra["at"].items()}
    moved = whole - Decimal(link.id)
    return {**found, rules.order_location: found.get(rules.order_location, Decimal(0)) + moved}


def _whole(connection: Connection, row: Row) -> Decimal:
    rules = replace(connection.stock_rules, locations={})
    return figures(row, rules)[rules.order_location]
