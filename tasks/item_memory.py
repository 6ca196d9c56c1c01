"""Remembers what a batch left in the store: which product follows which record, and how we left it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ledger import links
from ledger.links import Link
from mappings.bigcommerce.products import product_print, variant_print
from mappings.plans import Step
from mappings.records import Variant
from mappings.rules import CatalogueRules
from tasks.item_cases import Case
from tasks.item_reading import Row, alone
from tasks.services import Connection
from tasks.store_ways import PRODUCT, VARIANT

Bound = tuple[str, str, dict[str, Any]]  # key, the store's id, and what goes with it


def say_before_hiding(connection: Connection, cases: Iterable[Case]) -> None:
    """What we are about to hide is written down as hidden by us: after a crash it must not look like a person's."""
    products, variants = [], []
    for case in cases:
        for step in case.plan.steps:
            if not step.expect.get("hides"):
                continue
            if step.kind == PRODUCT:
                products.append((str(step.expect.get("record", case.record)), str(step.target)))
            else:
                variants += [(item, i) for item, i in _items(case) if i == str(step.target)]
    _add(connection, PRODUCT, products)
    _add(connection, VARIANT, variants)


def _items(case: Case) -> list[tuple[str, str]]:
    return [(item, known.variant_id) for item, known in case.known.variants.items()]


def _add(connection: Connection, kind: str, pairs: list[tuple[str, str]]) -> None:
    known = links.get_many(connection.ledger, connection.name, kind, [key for key, _ in pairs])
    rows = [(key, i, {**_extra(known.get(key)), "hidden": True}) for key, i in pairs]
    links.bind_many(connection.ledger, connection.name, kind, rows, connection.clock())


def _extra(link: Link | None) -> Mapping[str, Any]:
    return link.extra if link else {}


def remember(connection: Connection, left: Iterable[tuple[Case, Row]]) -> None:
    """Each case with its product as the store has it now; what is known already is not written again."""
    rules = connection.catalogue_rules
    rows = list(left)
    _bind(connection, PRODUCT, [_product(case, there, rules) for case, there in rows])
    _bind(connection, PRODUCT, [old for case, _ in rows for old in _retired(case, rules)])
    _bind(connection, VARIANT, [row for case, there in rows for row in _variants(case, there, rules)])
    _forget_alone(
        connection, {alone(item): str(there["id"]) for case, there in rows for item in _members(case)}
    )


def _members(case: Case) -> Iterator[str]:
    if case.product is not None and case.record != alone(case.product.variants[0].item_id):
        yield from (variant.item_id for variant in case.product.variants)


def _forget_alone(connection: Connection, homes: Mapping[str, str]) -> None:
    """Items of a group have no product of their own, where what they were linked to is the group's."""
    known = links.get_many(connection.ledger, connection.name, PRODUCT, homes)
    for record, link in known.items():
        if link.id == homes[record]:
            links.forget(connection.ledger, connection.name, PRODUCT, record)


def forget(connection: Connection, nowhere: Iterable[str]) -> None:
    """Items of their own that neither side has any more: else each walk would ask for them again, for ever."""
    for record in nowhere:
        links.forget(connection.ledger, connection.name, PRODUCT, record)


def _bind(connection: Connection, kind: str, rows: list[Bound]) -> None:
    known = links.get_many(connection.ledger, connection.name, kind, [key for key, _, _ in rows])
    news = []
    for key, i, extra in rows:
        before = known.get(key)
        whole = {**_extra(before), **extra}
        if before is None or before.state != "linked" or (before.id, dict(before.extra)) != (i, whole):
            news.append((key, i, whole))
    if news:
        links.bind_many(connection.ledger, connection.name, kind, news, connection.clock())


def _product(case: Case, there: Row, rules: CatalogueRules) -> Bound:
    hides = any(
        step.expect.get("hides") and step.kind == PRODUCT and str(step.target) == str(there["id"])
        for step in case.plan.steps
    )
    extra: dict[str, Any] = {
        "print": product_print(there, rules),
        "hidden": hides or (case.known.hidden and not there.get("is_visible")),
    }
    if case.product is not None:
        extra |= {"name": case.product.name, "brand": case.product.brand, "rev": _newest(case)}
        extra |= {"image": image} if (image := _image(case)) else {}
    return case.record, str(there["id"]), extra


def _retired(case: Case, rules: CatalogueRules) -> Iterator[Bound]:
    """A member that leaves its group again is shown again as what it was."""
    for record, row in case.retired.items():
        yield record, str(row["id"]), {"print": product_print(row, rules), "hidden": True}


def _newest(case: Case) -> str:
    return max((str(row.get("last_modified_time") or "") for row in case.source.rows), default="")


def _image(case: Case) -> str:
    """Which of Zoho's pictures the product shows; remembered only once it was carried over."""
    steps = [step for step in case.plan.steps if step.kind == "image"]
    return str(steps[-1].expect.get("image", "")) if steps else ""


def _variants(case: Case, there: Row, rules: CatalogueRules) -> Iterator[Bound]:
    rows = {str(row["id"]): row for row in there.get("variants", ())}
    hides = {
        str(step.target) for step in case.plan.steps if step.expect.get("hides") and step.kind == VARIANT
    }
    told = {variant.item_id: variant for variant in case.product.variants} if case.product else {}
    for item, known in case.known.variants.items():
        row = rows.get(known.variant_id)
        if row is None:
            continue
        hidden = known.variant_id in hides or (known.hidden and bool(row.get("purchasing_disabled")))
        extra = {"product": str(there["id"]), "print": variant_print(row, rules), "hidden": hidden}
        yield item, known.variant_id, {**extra, **_worth(told.get(item), case)}


def _worth(variant: Variant | None, case: Case) -> dict[str, Any]:
    """What a price list needs of a variant."""
    if variant is None:
        return {}
    guess = case.known.guess.get(variant.item_id) == variant.rate
    return {
        "sku": variant.sku,
        "rate": f"{variant.rate.normalize():f}",
        "tax": f"{variant.tax_percentage.normalize():f}",
        "guess": guess,
    }


def born(step: Step, answer: Row) -> dict[str, str]:
    """Which variant of a new product stands for which item: by SKU, else in the order in which they were sent."""
    rows = list(answer.get("variants", ()))
    wanted = [str(item) for item in step.expect.get("variants", ())]
    skus = {str(row.get("sku") or "").casefold(): str(row["id"]) for row in rows}
    bodies = step.body.get("variants") or [step.body]
    found: dict[str, str] = {}
    for place, item in enumerate(wanted):
        sku = str(bodies[place].get("sku") or "").casefold() if place < len(bodies) else ""
        i = skus.get(sku) if sku else None
        found[item] = i or (str(rows[place]["id"]) if place < len(rows) else "")
    return {item: i for item, i in found.items() if i}
