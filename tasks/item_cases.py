"""What is to be done with each product of a batch: read, translated and planned, or the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from ledger import links
from mappings.bigcommerce.products import Known, hide, off_sale, plan, retire
from mappings.errors import Skip, Unmappable
from mappings.plans import Plan, Step
from mappings.records import Product
from mappings.rules import CatalogueRules, StoreFacts
from mappings.zoho.catalogue import product as translate
from tasks import item_reading as reading
from tasks import item_skus, organization, store_facts
from tasks.fates import Later
from tasks.item_reading import Memory, Row, Source
from tasks.services import Connection
from tasks.store_ways import PRODUCT

NAMED = (Skip, Unmappable, Rejected, Unknown, Temporary, OutOfBudget, Unauthorized, Later)
NOT_SOLD = frozenset({"service", "not-sold"})
"""Rules by which an item is not for the store; a product that followed it until now is hidden."""

PART_OF_GROUP = ("part-of-group", "the item is a variant of an item group by now, and goes with it")
VANISHED = ("vanished", "Zoho has no such item (any more)")
INACTIVE = ("inactive", "the item is inactive, and the store does not sell it")


@dataclass(frozen=True)
class Case:
    """One product on its way into the store; without `product` it is only to be hidden. `retired`: what its members
    were before, by their own record, as the store has it now. `trouble`: how the record ends when it is off sale.
    """

    record: str
    source: Source
    product: Product | None
    there: Row | None
    known: Known
    plan: Plan
    retired: Mapping[str, Row] = field(default_factory=dict)
    trouble: Skip | Unmappable | None = None


@dataclass(frozen=True)
class Desk:
    """What all products of a batch have in common."""

    connection: Connection
    rules: CatalogueRules
    facts: StoreFacts
    memory: Memory
    shelf: Mapping[str, Row]
    recreate: Collection[str] = ()


def cases(
    connection: Connection,
    of: Mapping[str, Sequence[str]],
    recreate: Collection[str] = (),
    before_each: Callable[[], object] = lambda: None,
) -> Iterator[tuple[str, Source, Case | Exception]]:
    """For each work record (`of`: its items) what Zoho says and what follows; nothing is written.

    `recreate`: products that a person deleted in the store, and then asked for again.
    """
    rules, facts = connection.catalogue_rules, store_facts.facts(connection)
    _refuse_other_currency(connection, facts)
    told = reading.sources(connection, of)
    shelf, memory = reading.shelf(connection, reading.memory_of(connection, of))
    desk = Desk(connection, rules, facts, memory, shelf, recreate)
    for record, source in told.items():
        before_each()
        try:
            yield record, source, _case(desk, record, source)
        except NAMED as error:
            yield record, source, error


def _refuse_other_currency(connection: Connection, facts: StoreFacts) -> None:
    base = organization.known(connection)[0].base_currency
    if facts.currency and base and facts.currency != base:
        raise Unmappable(
            "currency-differs",
            f"the store sells in {facts.currency}, Zoho's rates are in {base}",
            "Give the store the organization's base currency, or switch the catalogue off (catalogue.items).",
        )


def _case(desk: Desk, record: str, source: Source) -> Case:
    link = desk.memory.products.get(record)
    there = desk.shelf.get(link.id) if link else None
    if there is not None and record.startswith("group:"):
        source = reading.whole(desk.connection, record, source, there, desk.memory)
        desk = replace(desk, memory=reading.elsewhere(source, desk.memory))
    if link is not None and source.vanished:
        source = reading.proven(desk.connection, record, source)
    try:
        return _followed(desk, record, source, there, linked=link is not None)
    except (Skip, Unmappable) as trouble:
        case = _off_sale(desk, record, source, there, trouble) if there else None
        if case is None:
            raise
        return case


def _off_sale(desk: Desk, record: str, source: Source, there: Row, trouble: Skip | Unmappable) -> Case | None:
    """What is inactive goes off sale whatever else is wrong with it, and only then the record ends as it must."""
    off = {str(row["item_id"]) for row in source.rows if row.get("status") == "inactive"}
    if not off:
        return None
    known, every = reading.known_of(record, None, there, desk.memory), len(off) == len(source.rows)
    planned = hide(there, known) if every else off_sale(there, known, off)
    return Case(record, source, None, there, known, planned, trouble=trouble) if planned.steps else None


def _followed(desk: Desk, record: str, source: Source, there: Row | None, *, linked: bool) -> Case:
    product, skip = _translated(desk, record, source)
    if product is None:
        if there is None or skip.rule not in {*NOT_SOLD, VANISHED[0]}:
            raise skip
        if reading.is_anothers(desk.connection, record, there):
            links.forget(desk.connection.ledger, desk.connection.name, PRODUCT, record)
            raise skip
        known = reading.known_of(record, None, there, desk.memory)
        return Case(record, source, None, there, known, hide(there, known))
    before = _before(desk, product, there)
    if there is None:
        there = _unlinked(desk, product, before, deleted=linked)
    known = reading.known_of(record, product, there, desk.memory)
    planned = plan(product, there, known, desk.rules, desk.facts)
    retired = tuple(step for old in before for step in _retired(desk, old, there))
    return Case(record, source, product, there, known, replace(planned, steps=retired + planned.steps))


def _translated(desk: Desk, record: str, source: Source) -> tuple[Product | None, Skip]:
    if not source.rows:
        return None, Skip(*(PART_OF_GROUP if source.moved else VANISHED))
    try:
        return translate(record, source.rows, desk.rules, desk.facts), Skip(*VANISHED)
    except Skip as skip:
        return None, skip


def _before(desk: Desk, product: Product, there: Row | None) -> list[tuple[str, Row]]:
    """What the members of a group were in the store before they joined it: their own record, and its product."""
    records = [reading.alone(variant.item_id) for variant in product.variants]
    linked = {
        record: desk.memory.products[record].id
        for record in records
        if record != product.key and record in desk.memory.products
    }
    own = str(there["id"]) if there else ""
    return [(record, desk.shelf[i]) for record, i in linked.items() if i in desk.shelf and i != own]


def _unlinked(desk: Desk, product: Product, before: list[tuple[str, Row]], *, deleted: bool) -> Row | None:
    """What the store sells under these SKUs; nothing is looked for that is not going to be sold."""
    if not product.active:
        raise Skip(*INACTIVE)
    if deleted and product.key not in desk.recreate:
        raise Unmappable(
            "deleted-in-store",
            "the product was deleted in the store, and its item is still active in Zoho",
            "Make the item inactive in Zoho, or run `cartbooks retry` to have the product made again.",
        )
    whole = next((old for _, old in before if reading.is_many(old)), None)
    try:
        return whole or reading.by_sku(desk.connection, product)
    except Unmappable as taken:
        if not item_skus.taken_over(desk.connection, product):
            raise
        now = desk.connection.clock()
        raise Later(now + item_skus.SOON / desk.connection.pace, "takes over from a deleted item") from taken


def _retired(desk: Desk, old: tuple[str, Row], there: Row | None) -> Iterator[Step]:
    """The simple product of a member gives its SKU to the variant; `expect["record"]` says whose it was."""
    record, row = old
    if reading.is_many(row) or (there is not None and row["id"] == there["id"]):
        return
    for step in retire(row, reading.known_of(record, None, row, desk.memory)).steps:
        yield replace(step, expect={**step.expect, "record": record})
