"""The variants of a product that is in the store: which is which, what changes on them, and which are to be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mappings.bigcommerce import product_fields, product_making
from mappings.bigcommerce.known import Known
from mappings.bigcommerce.product_fields import Body
from mappings.errors import Unmappable
from mappings.plans import Ref, Step
from mappings.records import Product, Variant
from mappings.rules import CatalogueRules, StoreFacts

Row = Mapping[str, Any]


def with_options(there: Row) -> list[Row]:
    """The real variants; a simple product has only a base variant, which carries no options."""
    return [row for row in there.get("variants") or () if row.get("option_values")]


def matched(product: Product, there: Row, known: Known) -> dict[str, Row]:
    """Item id to variant: by what we remember, else by SKU, else (in a group) by the same options; each only once."""
    rows = {str(row["id"]): row for row in with_options(there)}
    found: dict[str, Row] = {}
    for fits in (_remembered, _same_sku, _same_options):
        for variant in product.variants:
            if variant.item_id not in found:
                row = next((row for row in rows.values() if fits(variant, row, known)), None)
                if row is not None:
                    found[variant.item_id] = rows.pop(str(row["id"]))
    return found


def _remembered(variant: Variant, row: Row, known: Known) -> bool:
    link = known.variants.get(variant.item_id)
    return link is not None and link.variant_id == str(row["id"])


def _same_sku(variant: Variant, row: Row, _: Known) -> bool:
    return bool(variant.sku) and variant.sku.casefold() == str(row.get("sku") or "").strip().casefold()


def _same_options(variant: Variant, row: Row, _: Known) -> bool:
    if not variant.options:
        return False
    ours = sorted((name.casefold(), option.casefold()) for name, option in variant.options)
    return ours == sorted(
        (str(value.get("option_display_name")).strip().casefold(), str(value.get("label")).strip().casefold())
        for value in row["option_values"]
    )


def updates(
    product: Product, rows: Mapping[str, Row], known: Known, rules: CatalogueRules, facts: StoreFacts
) -> Iterator[Step]:
    """One step for each variant on which something differs."""
    for variant in product.variants:
        if variant.item_id in rows:
            row = rows[variant.item_id]
            body = product_fields.differing(wanted(variant, known, rules, facts), row)
            hidden = variant.item_id in known.variants and known.variants[variant.item_id].hidden
            sold, expect = selling(row, active=variant.active, hidden=hidden)
            yield from _update(variant.item_id, row, {**body, **sold}, expect)


def wanted(variant: Variant, known: Known, rules: CatalogueRules, facts: StoreFacts) -> Body:
    """What follows on a variant. A rate that an order of ours guessed when it made the item is nobody's price."""
    told = product_fields.of_variant(variant, rules, facts)
    if known.guess.get(variant.item_id) == variant.rate:
        del told["price"]
    sku = {"sku": variant.sku} if variant.sku else {}
    return {**product_fields.chosen(told, rules, "follow"), **sku}


def gone(known: Known, there: Row, members: Sequence[str] = ()) -> Iterator[Step]:
    """Known variants that Zoho has no item for any more cannot be bought any longer."""
    rows = {str(row["id"]): row for row in with_options(there)}
    for item_id, link in known.variants.items():
        if item_id not in members and link.variant_id in rows:
            row = rows[link.variant_id]
            yield from _update(item_id, row, *selling(row, active=False, hidden=link.hidden))


def selling(row: Row, *, active: bool, hidden: bool) -> tuple[Body, dict[str, bool]]:
    """Body and expectation: what we made unbuyable, and only that, we make buyable again."""
    disabled = bool(row.get("purchasing_disabled"))
    if not active and not disabled:
        return {"purchasing_disabled": True}, {"hides": True}
    if active and disabled and hidden:
        return {"purchasing_disabled": False}, {"shows": True}
    return {}, {}


def _update(item_id: str, row: Row, body: Body, expect: Mapping[str, bool]) -> Iterator[Step]:
    if body:
        yield Step("update", "variant", f"variant:{item_id}", body, str(row["id"]), expect)


@dataclass(frozen=True)
class Options:
    """The options of a product: by name, the id and the ids of the values by label."""

    ids: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]


def options_of(there: Row) -> Options:
    """From the product's options where they were read, and always from its variants."""
    ids: dict[str, Any] = {}
    values: dict[str, dict[str, Any]] = {}
    for option in there.get("options") or ():
        name = _key(option["display_name"])
        ids[name] = option["id"]
        values[name] = {_key(value["label"]): value["id"] for value in option.get("option_values") or ()}
    for row in with_options(there):
        for value in row["option_values"]:
            name = _key(value["option_display_name"])
            ids[name] = value["option_id"]
            values.setdefault(name, {})[_key(value["label"])] = value["id"]
    return Options(ids, values)


def creates(
    product: Product, new: Sequence[Variant], there: Row, rules: CatalogueRules, facts: StoreFacts
) -> Iterator[Step]:
    """New members: first the option values that are missing, then each variant.

    Steps of kind option_value carry the product as target and the option as `body["option_id"]`.
    """
    options, product_id, made = options_of(there), str(there["id"]), set()
    for variant in new:
        _same_names(product, variant, options)
        chosen = []
        for name, label in variant.options:
            option_id, value = options.ids[_key(name)], options.values[_key(name)].get(_key(label))
            key = f"option_value:{product.key}:{option_id}:{_key(label)}"
            if value is None and key not in made:
                made.add(key)
                body = {"option_id": option_id, "label": label, "sort_order": len(options.values[_key(name)])}
                yield Step("create", "option_value", key, body, product_id)
            named = {"option_display_name": name, "label": label}
            chosen.append({"option_id": option_id, "id": Ref(key) if value is None else value, **named})
        yield _create(variant, chosen, product_id, rules, facts)


def turned(
    product: Product, new: Sequence[Variant], there: Row, rules: CatalogueRules, facts: StoreFacts
) -> Iterator[Step]:
    """A simple product becomes one with variants: options with all their values, then each variant.

    The caller frees the product's own SKU before, for one of the members bears it.
    """
    product_id = str(there["id"])
    labels: dict[str, dict[str, str]] = {}
    for variant in new:
        for name, label in variant.options:
            labels.setdefault(name, {}).setdefault(_key(label), label)
    for order, (name, values) in enumerate(labels.items()):
        listed = [{"label": label, "sort_order": place} for place, label in enumerate(values.values())]
        body = {"display_name": name, "type": "dropdown", "sort_order": order, "option_values": listed}
        yield Step("create", "option", _option_key(product, name), body, product_id)
    for variant in new:
        chosen = [
            {"option_id": Ref(_option_key(product, name)), "option_display_name": name, "label": label}
            for name, label in variant.options
        ]
        yield _create(variant, chosen, product_id, rules, facts)


def _create(
    variant: Variant, chosen: list[Body], product_id: str, rules: CatalogueRules, facts: StoreFacts
) -> Step:
    body = {**product_making.variant_body(variant, rules, facts), "option_values": chosen}
    return Step(
        "create", "variant", f"variant:{variant.item_id}", body, product_id, {"item_id": variant.item_id}
    )


def _same_names(product: Product, variant: Variant, options: Options) -> None:
    ours = {_key(name) for name, _ in variant.options}
    if ours != set(options.ids):
        raise Unmappable(
            "options-differ",
            f"{product.key} tells its items apart by {len(ours)} attributes, its product in the store by "
            f"{len(options.ids)} options, and their names are not the same",
            "Call the options in the store as the attributes in Zoho are called (or the other way round), then retry.",
        )


def _option_key(product: Product, name: str) -> str:
    return f"option:{product.key}:{_key(name)}"


def _key(name: Any) -> str:
    return " ".join(str(name).casefold().split())
