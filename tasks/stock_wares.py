"""Which of a batch's items have a level in the store that is ours to set, and by what the store counts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.bigcommerce import catalog
from connectors.errors import TROUBLE
from ledger import links
from ledger.links import Link
from mappings.errors import Skip, Unmappable
from mappings.rules import StockRules
from tasks import stock_map
from tasks.chunks import batched
from tasks.item_reading import is_many
from tasks.outcome import End
from tasks.services import Connection
from tasks.stock_family import parts_of
from tasks.stock_sights import Ware
from tasks.stock_writing import tracked_by_product

AT_ONCE = 10  # products that one call changes
NOT_THERE = Skip("not-in-store", "no product or variant of the store bears this item's SKU")
LEFT_ALONE = Skip("left-alone", "the settings say that this SKU's stock is left alone")
UNTRACKED = Skip(
    "untracked-in-store", "the product counts no stock in the store, and the settings leave it so"
)


def wares(
    connection: Connection, items: Sequence[str], ends: dict[str, End], *, dry: bool = False
) -> dict[str, Ware]:
    """These items as the store sells them; the others end here. `dry`: counting is switched on for none."""
    rules, found = connection.stock_rules, _paired(connection, items, ends)
    if rules.untracked == "track" and not dry:
        off = [link for link in found.values() if _is_off(link) and not rules.override(_sku(link)).skip]
        found |= _switched_on(connection, off, ends)
    made: dict[str, Ware] = {}
    for item in items:
        if item not in ends:
            try:
                made[item] = _ware(item, found.get(item), rules)
            except (Skip, Unmappable) as error:
                ends[item] = error
    return made


def counted_otherwise(connection: Connection, some: Iterable[Ware], *, gone: str = "none") -> set[str]:
    """The items of which the store counts another level than we know, which is remembered: what it showed of them was
    no change of a person's. `gone`: how a product is counted that is not there any more; "" leaves it as it was.
    """
    of = {ware.item: (str(ware.extra["product"]), str(ware.extra.get("tracking", "none"))) for ware in some}
    there = catalog.products_by_id(connection.store, {product for product, _ in of.values()}, include="")
    told = {item: _tracking(there[one]) if one in there else gone for item, (one, _) in of.items()}
    changed = {item: told[item] for item, (_, known) in of.items() if told[item] not in ("", known)}
    stock_map.retrack(connection, changed)
    return set(changed)


def _tracking(product: Mapping[str, Any]) -> str:
    return str(product.get("inventory_tracking") or "none")


def _paired(connection: Connection, items: Sequence[str], ends: dict[str, End]) -> dict[str, Link]:
    """Those that the ledger knows go on when the others cannot be looked for."""
    if not items:
        return {}
    try:
        return stock_map.pair(connection, items)
    except TROUBLE as error:
        known = links.get_many(connection.ledger, connection.name, stock_map.LINK, items)
        ends.update({item: error for item in items if item not in known})
        return known


def _ware(item: str, link: Link | None, rules: StockRules) -> Ware:
    if link is None:
        raise NOT_THERE
    if rules.override(_sku(link)).skip:
        raise LEFT_ALONE
    if _is_off(link):
        raise UNTRACKED
    if link.extra.get("tracking") == "product" and int(link.extra.get("siblings", 1)) > 1:
        raise tracked_by_product(_sku(link))
    return Ware(item, link.id, link.extra, rules.buffer_of(_sku(link)), parts_of(link))


def _sku(link: Link) -> str:
    return str(link.extra.get("sku", ""))


def _is_off(link: Link) -> bool:
    return str(link.extra.get("tracking", "none")) == "none"


def _switched_on(connection: Connection, off: Iterable[Link], ends: dict[str, End]) -> dict[str, Link]:
    """The store counts them from now on: by variant where a product has several to choose from."""
    of = {link.key: str(link.extra["product"]) for link in off}
    counted: dict[str, str] = {}
    try:
        there = catalog.products_by_id(connection.store, set(of.values()), include="variants") if of else {}
        for some in batched(there.values(), AT_ONCE):
            how = {str(row["id"]): "variant" if is_many(row) else "product" for row in some}
            rows = [{"id": int(product), "inventory_tracking": word} for product, word in how.items()]
            catalog.update_products(connection.store, rows)
            counted |= how
    except TROUBLE as error:
        ends.update({item: error for item, product in of.items() if product not in counted})
    told = {item: counted[product] for item, product in of.items() if product in counted}
    if told:
        stock_map.retrack(connection, told)
    return links.get_many(connection.ledger, connection.name, stock_map.LINK, told)
