"""SKUs that wander: from an item that is gone to the one made anew, from one item to another, or round in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from connectors.bigcommerce import catalog, variants
from connectors.errors import Rejected
from connectors.zoho.items import get_item
from ledger import links, work
from mappings.errors import Unmappable
from mappings.plans import Step
from mappings.records import Product
from tasks.fates import Later
from tasks.item_reading import FLOW, Row, alone, is_many, sku_taken
from tasks.outcome import End
from tasks.services import Connection
from tasks.store_ways import PRODUCT, VARIANT, read_product

if TYPE_CHECKING:
    from tasks.item_cases import Case

SOON = 1.0
TAKEN = "sku-taken"


def taken_over(connection: Connection, product: Product) -> bool:
    """Whether this product's SKUs were those of items that Zoho has no more: what those sold is its own from now on.

    The item that was deleted and made anew finds its product again, with its address, pictures and reviews.
    """
    ours, moved = {variant.item_id for variant in product.variants}, False
    for variant in product.variants:
        for row in variants.find_by_sku(connection.store, variant.sku) if variant.sku else ():
            old = links.by_id(connection.ledger, connection.name, VARIANT, str(row["id"]))
            if not old or any(link.key in ours or not _is_gone(connection, link.key) for link in old):
                continue
            there = read_product(connection, str(row["product_id"]))
            if there is not None:
                _hand_over(connection, product, there, old[0].key, variant.item_id)
                moved = True
    return moved


def _is_gone(connection: Connection, item_id: str) -> bool:
    return get_item(connection.zoho, item_id) is None


def _hand_over(connection: Connection, product: Product, there: Row, old: str, new: str) -> None:
    """A hiding that is under way for the old item is one of ours: what we hid we show again."""
    ledger, name, now = connection.ledger, connection.name, connection.clock()
    before = alone(old) if not is_many(there) else ""
    owners = links.by_id(ledger, name, PRODUCT, str(there["id"]))
    for link in owners:
        gone_group = is_many(there) and product.key.startswith("group:") and link.key.startswith("group:")
        if link.key == before or (gone_group and link.key != product.key):
            hidden = bool(link.extra.get("hidden")) or bool(there.get("is_visible"))
            links.hand_over(
                ledger, name, PRODUCT, link.key, product.key, {**link.extra, "hidden": hidden}, now
            )
    mine = links.get(ledger, name, VARIANT, old)
    if mine is not None:
        links.hand_over(ledger, name, VARIANT, old, new, {**mine.extra, "hidden": True}, now)


def refused(connection: Connection, case: Case, step: Step, sku: str, refusal: Rejected) -> Exception:
    """What it means that a SKU is taken. Two items that changed theirs with each other would wait for each other:
    one lets go of its own first.
    """
    rows = variants.find_by_sku(connection.store, sku)
    if not rows:
        return refusal
    owner = next(iter(links.by_id(connection.ledger, connection.name, VARIANT, str(rows[0]["id"]))), None)
    told = get_item(connection.zoho, owner.key) if owner else None
    wants, has = str((told or {}).get("sku") or "").strip().casefold(), _sku_of(case, step)
    if step.verb == "update" and has and wants == has and has != sku.strip().casefold():
        _let_go(connection, step, sku)
        return Later(
            connection.clock() + SOON / connection.pace, "two items change their SKUs with each other"
        )
    return sku_taken(sku, str(rows[0]["product_id"]), followed=owner is not None)


def _sku_of(case: Case, step: Step) -> str:
    there: Mapping[str, object] = case.there or {}
    rows = (
        [there, *(case.there or {}).get("variants", ())]
        if step.kind == PRODUCT
        else (case.there or {})["variants"]
    )
    mine: Row = next((row for row in rows if str(row["id"]) == str(step.target)), {})
    return str(mine.get("sku") or "").strip().casefold()


def _let_go(connection: Connection, step: Step, sku: str) -> None:
    """A product may be without a SKU for a moment; a variant takes one that nobody has."""
    target = int(str(step.target))
    if step.kind == PRODUCT:
        catalog.update_products(connection.store, [{"id": target, "sku": ""}])
    else:
        variants.update_variants(connection.store, [{"id": target, "sku": f"{sku}-{target}"}])


def look_again(connection: Connection, written: Iterable[Case], ends: Mapping[str, End]) -> None:
    """A SKU was let go of: whoever waits for one, in this batch or since long, may have it now."""
    if any("sku" in step.body for case in written for step in case.plan.steps if step.verb == "update"):
        held = [row for row in work.held(connection.ledger, connection.name) if row.flow == FLOW]
        waiting = {row.record for row in held if row.reason == TAKEN}
        waiting |= {
            record for record, end in ends.items() if isinstance(end, Unmappable) and end.reason == TAKEN
        }
        work.note(connection.ledger, connection.name, FLOW, sorted(waiting), connection.clock())
