"""The product that is not in the store yet, written in one call; an image goes after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal

from mappings.bigcommerce import product_fields
from mappings.bigcommerce.product_fields import Body, Told
from mappings.bigcommerce.product_names import names
from mappings.errors import Unmappable
from mappings.plans import Ref, Step
from mappings.records import Product, Variant
from mappings.rules import CatalogueRules, StoreFacts

FIELD_LIMIT = 250  # of a custom field's name and of its value


def steps(product: Product, rules: CatalogueRules, facts: StoreFacts) -> Iterator[Step]:
    """`expect["variants"]` are the item ids in the order of the variants: inactive members are not made at all."""
    members = [variant for variant in product.variants if variant.active]
    body: Body = {
        "name": names(product)[0],
        "type": rules.type,
        "is_visible": rules.visible,
        **_at_birth(product_fields.of_product(product, rules), rules),
        **(_grouped if product.grouped else _single)(product, members, rules, facts),
    }
    fields = [{"name": name, "value": value} for name, value in _custom_fields(product, rules) if value]
    if fields:
        body["custom_fields"] = fields
    expect = {"names": names(product), "variants": tuple(variant.item_id for variant in members)}
    yield Step("create", "product", product.key, body, expect=expect)
    if rules.owns("image") != "never":
        yield from image(product, Ref(product.key))


def image(product: Product, target: str | Ref) -> Iterator[Step]:
    """`expect["image"]` is what to remember as Known.image."""
    shown = next((variant for variant in product.variants if variant.image), None)
    if shown is not None:
        body, expect = {"item_id": shown.item_id}, {"image": shown.image}
        yield Step("create", "image", f"image:{product.key}", body, target, expect)


def variant_body(variant: Variant, rules: CatalogueRules, facts: StoreFacts) -> Body:
    """A new member with everything Zoho says of it; a variant without a SKU is not taken by the store."""
    if not variant.sku:
        raise Unmappable(
            "sku-missing",
            f"item {variant.item_id} belongs to a group and has no SKU",
            "Give the item a SKU in Zoho, then retry: the store keeps no variant without one.",
        )
    told = product_fields.of_variant(variant, rules, facts)
    return {"sku": variant.sku, **_at_birth(told, rules), **told["price"]}


def checked_options(product: Product) -> None:
    """Two members with equal options would be one variant."""
    seen: dict[tuple[tuple[str, str], ...], str] = {}
    for variant in product.variants:
        options = tuple(sorted((name.casefold(), option.casefold()) for name, option in variant.options))
        if variant.active and seen.setdefault(options, variant.item_id) != variant.item_id:
            raise Unmappable(
                "value-unfit",
                f"items {seen[options]} and {variant.item_id} have the same options in their group",
                "Give one of them other attribute options in Zoho, then retry.",
            )


def tracking(members: Iterable[Variant], rules: CatalogueRules, kept: Literal["product", "variant"]) -> Body:
    """Where `kept` its stock is counted. A member of which Zoho keeps none would have nothing to sell among others
    that are counted, so such a product stays uncounted as a whole.
    """
    counted = rules.track and all(variant.tracked for variant in members)
    return {"inventory_tracking": kept} if counted else {}


def custom_value(name: str, value: str) -> str:
    if len(value) > FIELD_LIMIT:
        raise Unmappable(
            "value-unfit",
            f'the custom field "{name}" has {len(value)} characters, the store takes {FIELD_LIMIT}',
            "Shorten it in Zoho, or take the field out of the settings (catalogue.custom_fields); then retry.",
        )
    return value


def _custom_fields(product: Product, rules: CatalogueRules) -> Iterator[tuple[str, str]]:
    if rules.owns("custom_fields") != "never":
        for name, value in product.custom_fields:
            yield name, custom_value(name, value)


def _at_birth(told: Told, rules: CatalogueRules) -> Body:
    return product_fields.chosen(told, rules, "follow", "create")


def _single(_: Product, members: list[Variant], rules: CatalogueRules, facts: StoreFacts) -> Body:
    """Price and weight are told whoever owns them: the store makes no product without."""
    variant = members[0]
    told = product_fields.of_variant(variant, rules, facts)
    sku = {"sku": variant.sku} if variant.sku else {}
    counted = tracking(members, rules, "product")
    return {"weight": rules.weight, **_at_birth(told, rules), **told["price"], **sku, **counted}


def _grouped(product: Product, members: list[Variant], rules: CatalogueRules, facts: StoreFacts) -> Body:
    """The product itself shows the lowest price; what is bought are its variants."""
    checked_options(product)
    variants = [_member(variant, rules, facts) for variant in members]
    weights: list[Decimal] = [variant["weight"] for variant in variants if "weight" in variant]
    return {
        "price": min(variant["price"] for variant in variants),
        "weight": weights[0] if weights else rules.weight,
        "variants": variants,
        **tracking(members, rules, "variant"),
    }


def _member(variant: Variant, rules: CatalogueRules, facts: StoreFacts) -> Body:
    options = [{"option_display_name": name, "label": option} for name, option in variant.options]
    return {**variant_body(variant, rules, facts), "option_values": options}
