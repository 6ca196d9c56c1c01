"""Pairs a store that is already filled with items that are already there, by SKU; links are written only when told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.bigcommerce import catalog
from connectors.zoho import items as zoho_items
from ledger import links
from mappings import matching
from mappings.errors import Skip, Unmappable
from mappings.matching import Ambiguous
from mappings.zoho import catalogue as translated
from tasks.services import Connection, catalogue
from tasks.store_facts import facts
from tasks.store_ways import PRODUCT, VARIANT

ITEM = "item:"
OnPage = Callable[[str, int], None]
"""Told what is read ("items" or "products") and how many so far."""


@dataclass(frozen=True, slots=True)
class Item:
    item_id: str
    record: str
    sku: str
    name: str
    rate: str
    tax: str


@dataclass(frozen=True, slots=True)
class Place:
    """A variant of the store; `alone`: it is all of its product."""

    variant_id: str
    product_id: str
    sku: str
    name: str
    alone: bool


@dataclass(frozen=True)
class Pair:
    item: Item
    place: Place


@dataclass(frozen=True)
class Match:
    """`pairs` are plain and may be linked; `doubtful` share a SKU and still do not fit, with the reason. `elsewhere`:
    items that are not for the store, by their SKU in lower case.
    """

    linked: int
    pairs: tuple[Pair, ...]
    items: tuple[Item, ...]
    places: tuple[Place, ...]
    ambiguous: tuple[Ambiguous, ...]
    doubtful: tuple[tuple[Pair, str], ...]
    elsewhere: Mapping[str, str]


def look(connection: Connection, on_page: OnPage = lambda _what, _many: None) -> Match:
    """Both sides once, 200 items and 250 products a call; nothing is written."""
    connection = catalogue(connection)
    items, elsewhere, bound_items = _items(connection, on_page)
    places, bound_places = _places(connection, on_page)
    pairs = matching.pair(map(_as_item, items), map(_as_variant, places))
    by_item, by_variant = {one.item_id: one for one in items}, {one.variant_id: one for one in places}
    found = [Pair(by_item[item], by_variant[variant]) for item, _, variant in pairs.matched]
    plain, doubtful = _judged(connection, _grouped(connection, found))
    return Match(
        linked=min(bound_items, bound_places),
        pairs=tuple(plain),
        items=tuple(by_item[str(row["item_id"])] for row in pairs.unmatched_items),
        places=tuple(by_variant[str(row["id"])] for row in pairs.unmatched_variants),
        ambiguous=pairs.ambiguous,
        doubtful=tuple(doubtful),
        elsewhere=elsewhere,
    )


def link(connection: Connection, pairs: Sequence[Pair]) -> int:
    """Remember which product follows which item; how many. The next full look compares and updates them."""
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    there = links.get_many(ledger, name, VARIANT, [one.item.item_id for one in pairs])
    new = [one for one in pairs if one.item.item_id not in there]
    homes = {one.item.record: one.place.product_id for one in new}
    known = links.get_many(ledger, name, PRODUCT, homes)
    blank: dict[str, Any] = {"print": "", "hidden": False}
    rows = [(record, home, {**blank, "name": "", "image": "", "rev": ""}) for record, home in homes.items()]
    links.bind_many(ledger, name, PRODUCT, [row for row in rows if row[0] not in known], now)
    bound = [(one.item.item_id, one.place.variant_id, {**blank, **_worth(one)}) for one in new]
    links.bind_many(ledger, name, VARIANT, bound, now)
    return len(new)


def _worth(pair: Pair) -> dict[str, str]:
    item = pair.item
    return {"product": pair.place.product_id, "sku": item.sku, "rate": item.rate, "tax": item.tax}


def _items(connection: Connection, on_page: OnPage) -> tuple[list[Item], dict[str, str], int]:
    """Active goods that no variant follows yet, the SKUs of all other items, and how many have a variant."""
    found, elsewhere = list[Item](), dict[str, str]()
    bound = read = 0
    told = facts(connection)
    for page in zoho_items.item_pages(connection.zoho):
        known = links.get_many(
            connection.ledger, connection.name, VARIANT, [str(row["item_id"]) for row in page.rows]
        )
        bound += len(known)
        for row in (one for one in page.rows if str(one["item_id"]) not in known):
            item = _item(row)
            if row.get("status") != "inactive" and _is_sold(row, connection, told):
                found.append(item)
            elif item.sku:
                elsewhere[item.sku.casefold()] = item.item_id
        read += len(page.rows)
        on_page("items", read)
    return found, elsewhere, bound


def _is_sold(row: Mapping[str, Any], connection: Connection, told: Any) -> bool:
    """Services and what is not sold never go over; what cannot be read yet may well do."""
    try:
        translated.product(f"{ITEM}{row['item_id']}", [row], connection.catalogue_rules, told)
    except Skip:
        return False
    except Unmappable:
        return True
    return True


def _places(connection: Connection, on_page: OnPage) -> tuple[list[Place], int]:
    """Variants that follow no item yet, and how many do."""
    found: list[Place] = []
    bound = read = 0
    for page in catalog.product_pages(connection.store, include="variants"):
        every = [_place(row, one) for row in page.rows for one in row["variants"]]
        known = links.by_ids(connection.ledger, connection.name, VARIANT, [one.variant_id for one in every])
        bound += len(known)
        found += [one for one in every if one.variant_id not in known]
        read += len(page.rows)
        on_page("products", read)
    return found, bound


def _grouped(connection: Connection, found: Sequence[Pair]) -> list[Pair]:
    """Lists may not say which group an item is in; where it matters its details are asked, a hundred a call."""
    doubted = [one.item.item_id for one in found if one.item.record.startswith(ITEM) and not one.place.alone]
    told = zoho_items.item_details(connection.zoho, doubted)
    records = {item_id: translated.record_of(row) for item_id, row in told.items()}
    return [
        replace(one, item=replace(one.item, record=records.get(one.item.item_id, one.item.record)))
        for one in found
    ]


def _judged(connection: Connection, found: Iterable[Pair]) -> tuple[list[Pair], list[tuple[Pair, str]]]:
    """Plain: an item with a product of its own, or the items of a group with variants of one product."""
    every = list(found)
    homes = _homes(connection, every)
    owners = links.by_ids(
        connection.ledger, connection.name, PRODUCT, {one.place.product_id for one in every}
    )
    plain, doubtful = [], []
    for one in every:
        others = {link.key for link in owners.get(one.place.product_id, ())} - {one.item.record}
        if one.item.record.startswith(ITEM) and not one.place.alone:
            doubtful.append(
                (one, "an item of its own in Zoho, one of several variants in the store: group it in Zoho")
            )
        elif len(homes[one.item.record]) > 1:
            doubtful.append((one, "its group's items are variants of different products in the store"))
        elif others:
            doubtful.append((one, f"the product follows {', '.join(sorted(others))} already"))
        else:
            plain.append(one)
    return plain, doubtful


def _homes(connection: Connection, found: Sequence[Pair]) -> dict[str, set[str]]:
    """The products that a record's items are in, by link or by SKU."""
    homes: dict[str, set[str]] = {}
    for one in found:
        homes.setdefault(one.item.record, set()).add(one.place.product_id)
    for record, known in links.get_many(connection.ledger, connection.name, PRODUCT, homes).items():
        homes[record].add(known.id)
    return homes


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        item_id=str(row["item_id"]),
        record=translated.record_of(row),
        sku=str(row.get("sku") or "").strip(),
        name=str(row.get("name") or ""),
        rate=str(row.get("rate") or 0),
        tax=str(row.get("tax_percentage") or 0),
    )


def _place(row: Mapping[str, Any], variant: Mapping[str, Any]) -> Place:
    labels = [str(value.get("label")) for value in variant.get("option_values") or ()]
    return Place(
        variant_id=str(variant["id"]),
        product_id=str(row["id"]),
        sku=str(variant.get("sku") or "").strip(),
        name=" / ".join([str(row.get("name") or ""), *labels]),
        alone=len(row["variants"]) == 1,
    )


def _as_item(one: Item) -> dict[str, str]:
    return {"item_id": one.item_id, "sku": one.sku}


def _as_variant(one: Place) -> dict[str, str]:
    return {"id": one.variant_id, "product_id": one.product_id, "sku": one.sku}
