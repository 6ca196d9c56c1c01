"""Reads a batch of products afresh: what Zoho says of their items, what the store has, what we remember."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from connectors.bigcommerce import catalog, variants
from connectors.zoho import items
from ledger import links, sightings
from ledger.links import Link
from mappings.bigcommerce.products import Known, KnownVariant
from mappings.errors import Unmappable
from mappings.records import Product
from mappings.zoho.catalogue import record_of
from tasks.goods import KIND as ITEM
from tasks.services import Connection
from tasks.store_ways import PRODUCT, VARIANT, read_product

FLOW = "items"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """What Zoho says of one work record: the rows of its items, those that belong to another record by now, and the
    ids it does not know any more.
    """

    rows: tuple[Row, ...] = ()
    moved: tuple[Row, ...] = ()
    vanished: tuple[str, ...] = ()


@dataclass(frozen=True)
class Memory:
    """What the ledger knows of a batch: products by record; by item: variants, rates that were only guessed, and the
    record of those that share a product with the batch.
    """

    products: Mapping[str, Link] = field(default_factory=dict)
    variants: Mapping[str, Link] = field(default_factory=dict)
    guesses: Mapping[str, Decimal] = field(default_factory=dict)
    belongs: Mapping[str, str] = field(default_factory=dict)


def members(connection: Connection, records: Sequence[str]) -> dict[str, list[str]]:
    """The item ids of each work record: an item is its own, a group's are those that a list has shown."""
    groups = [record for record in records if record.startswith("group:")]
    known = sightings.members(connection.ledger, connection.name, FLOW, groups)
    return {
        record: known.get(record, []) if record in groups else [record.removeprefix("item:")]
        for record in records
    }


def sources(connection: Connection, of: Mapping[str, Sequence[str]]) -> dict[str, Source]:
    """Every item of the batch as it is now; a hundred items are one call."""
    wanted = list(dict.fromkeys(item for ids in of.values() for item in ids))
    told = items.item_details(connection.zoho, wanted) if wanted else {}
    return {record: _source(record, ids, told) for record, ids in of.items()}


def _source(record: str, ids: Sequence[str], told: Mapping[str, Row]) -> Source:
    rows = [told[item] for item in ids if item in told]
    return Source(
        rows=tuple(row for row in rows if record_of(row) == record),
        moved=tuple(row for row in rows if record_of(row) != record),
        vanished=tuple(item for item in ids if item not in told),
    )


def proven(connection: Connection, record: str, source: Source) -> Source:
    """Before anything is hidden: what a list of ids did not show is asked for alone, too."""
    asked = {item: items.get_item(connection.zoho, item) for item in source.vanished}
    again = _source(record, source.vanished, {item: row for item, row in asked.items() if row is not None})
    return Source(source.rows + again.rows, source.moved + again.moved, again.vanished)


def whole(connection: Connection, record: str, source: Source, there: Row, memory: Memory) -> Source:
    """With the items of variants that no list has shown yet, as the first look or a pairing leaves them: what was
    never asked for is not gone.
    """
    asked = {str(row["item_id"]) for row in (*source.rows, *source.moved)} | set(source.vanished)
    sold = {str(row["id"]) for row in there.get("variants", ()) if not row.get("purchasing_disabled")}
    new = sorted(
        item
        for item, link in memory.variants.items()
        if link.id in sold and item not in asked and memory.belongs.get(item, record) == record
    )
    if not new:
        return source
    more = _source(record, new, items.item_details(connection.zoho, new))
    return Source(source.rows + more.rows, source.moved + more.moved, source.vanished + more.vanished)


def elsewhere(source: Source, memory: Memory) -> Memory:
    """What the items of a record that moved away belong to by now, where no list has told it."""
    told = {str(row["item_id"]): record_of(row) for row in source.moved}
    return replace(memory, belongs={**told, **memory.belongs})


def memory_of(connection: Connection, of: Mapping[str, Sequence[str]]) -> Memory:
    """Links of the records and of their items, also of what an item was before it joined a group."""
    ids = [item for some in of.values() for item in some]
    told = links.by_ids(connection.ledger, connection.organization, ITEM, ids)
    made = {item: link for item, known in told.items() for link in known if "guess" in link.extra}
    return Memory(
        products=_linked(connection, PRODUCT, [*of, *map(alone, ids)]),
        variants=_linked(connection, VARIANT, ids),
        guesses={item: Decimal(link.extra["guess"]) for item, link in made.items()},
    )


def alone(item: str) -> str:
    """The work record of an item that belongs to no group."""
    return f"item:{item}"


def _linked(connection: Connection, kind: str, keys: Iterable[str]) -> dict[str, Link]:
    found = links.get_many(connection.ledger, connection.name, kind, keys)
    return {key: link for key, link in found.items() if link.state == "linked"}


def shelf(connection: Connection, memory: Memory) -> tuple[dict[str, Row], Memory]:
    """The linked products as the store has them, by their id (deleted ones are absent); and what we remember of their
    variants, also of those whose item is not among the product's any more.
    """
    ids = sorted({link.id for link in memory.products.values()})
    there = catalog.products_by_id(connection.store, ids) if ids else {}
    rows = [str(row["id"]) for product in there.values() for row in product.get("variants", ())]
    known = links.by_ids(connection.ledger, connection.name, VARIANT, rows)
    others = {link.key: link for some in known.values() for link in some}
    seen = sightings.stamps(connection.ledger, connection.name, FLOW, others)
    belongs = {item: one.belongs for item, one in seen.items()}
    return dict(there), replace(memory, variants={**others, **memory.variants}, belongs=belongs)


def by_sku(connection: Connection, product: Product) -> Row | None:
    """The product that sells one of these SKUs already; never one that only bears the same name."""
    for variant in product.variants:
        for row in variants.find_by_sku(connection.store, variant.sku) if variant.sku else ():
            there = read_product(connection, str(row["product_id"]))
            if there is not None and _is_free(connection, product, variant.sku, there, str(row["id"])):
                return there
    return None


def _is_free(connection: Connection, product: Product, sku: str, there: Row, variant_id: str) -> bool:
    """A variant, or a product that is nothing but this one variant, follows nobody else; raises where it does.

    False: it is what a member of this group was before it joined, and will be retired.
    """
    ours = {variant.item_id for variant in product.variants}
    kind, i = (VARIANT, variant_id) if is_many(there) else (PRODUCT, str(there["id"]))
    own = ours if is_many(there) else {product.key, *map(alone, ours)}
    followed = {link.key for link in links.by_id(connection.ledger, connection.name, kind, i)}
    if followed - own:
        raise sku_taken(sku, str(there["id"]))
    return kind == VARIANT or followed <= {product.key}


def is_anothers(connection: Connection, record: str, there: Row) -> bool:
    """Whether a product of one variant follows another item as well: that one has taken it over."""
    owners = links.by_id(connection.ledger, connection.name, PRODUCT, str(there["id"]))
    return not is_many(there) and any(link.key != record for link in owners)


def is_many(there: Row) -> bool:
    """Whether a product has variants to choose from, rather than only the one that every product has."""
    return any(row.get("option_values") for row in there.get("variants", ()))


def sku_taken(sku: str, owner: str, *, followed: bool = True) -> Unmappable:
    whose = "which follows another item" if followed else "which follows no item"
    return Unmappable(
        "sku-taken",
        f"SKU {sku} belongs to product {owner} in the store, {whose}",
        "Give one of the two another SKU, or delete that product in the store; then run `cartbooks retry`.",
    )


def known_of(record: str, product: Product | None, there: Row | None, memory: Memory) -> Known:
    """What we remember of a product, as far as the store still has it."""
    link = memory.products.get(record)
    extra = link.extra if link and there and link.id == str(there["id"]) else {}
    ids = {variant.item_id for variant in product.variants} if product else set()
    return Known(
        product_id=str(there["id"]) if there else "",
        hidden=bool(extra.get("hidden")),
        image=str(extra.get("image", "")),
        name=str(extra.get("name", "")),
        brand=extra.get("brand"),
        variants=_known_variants(record, product, there, memory),
        guess={item: rate for item, rate in memory.guesses.items() if item in ids},
    )


def _known_variants(
    record: str, product: Product | None, there: Row | None, memory: Memory
) -> dict[str, KnownVariant]:
    """By link; a variant without one by its SKU, or because the product has only this one."""
    rows = {str(row["id"]): row for row in (there or {}).get("variants", ())}
    linked = {item: link for item, link in memory.variants.items() if link.id in rows}
    known = {
        item: KnownVariant(link.id, bool(link.extra.get("hidden")))
        for item, link in linked.items()
        if record in (alone(item), memory.belongs.get(item, record))  # else it follows a record of its own
    }
    taken = {link.id for link in linked.values()}
    for variant in product.variants if product else ():
        free = {key: row for key, row in rows.items() if key not in taken}
        pair = next((key for key, row in free.items() if _same_sku(row, variant.sku)), None)
        if pair is None and product and len(product.variants) == len(rows) == len(free) == 1:
            pair = next(iter(free))
        if variant.item_id not in known and pair is not None:
            known[variant.item_id] = KnownVariant(pair, hidden=False)
            taken.add(pair)
    return known


def _same_sku(row: Row, sku: str) -> bool:
    return bool(sku.strip()) and str(row.get("sku") or "").strip().casefold() == sku.strip().casefold()
