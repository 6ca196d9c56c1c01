"""How a product should be in the store, against what is there: the plan of an item or an item group.

Steps: ("create" | "update", "product"), ("create" | "update", "variant"), ("create", "option"), ("create",
"option_value"), ("create", "image"), ("create" | "update" | "delete", "custom_field"). Of an update `target` is the
id of the product or variant itself; of everything that is made inside a product it is the product's. `expect` says
"names" (what else to call the product, should the name be taken), "variants" (item ids in the order of the made
variants), "hides" or "shows" (to be remembered before the write), "image" (to be remembered after it), "id" (of a
custom field).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from mappings.bigcommerce import product_keeping, product_making, product_variants
from mappings.bigcommerce.known import Known, KnownVariant
from mappings.bigcommerce.prices import store_price
from mappings.bigcommerce.prints import includes, product_print, variant_print
from mappings.bigcommerce.product_names import names
from mappings.bigcommerce.product_variants import Row
from mappings.errors import Skip, Unmappable
from mappings.plans import Plan, Step
from mappings.records import Product
from mappings.rules import CatalogueRules, StoreFacts

__all__ = [
    "Known",
    "KnownVariant",
    "hide",
    "includes",
    "names",
    "off_sale",
    "plan",
    "product_print",
    "retire",
    "store_price",
    "variant_print",
]


def plan(product: Product, there: Row | None, known: Known, rules: CatalogueRules, facts: StoreFacts) -> Plan:
    """The steps that are missing; none where store and Zoho agree.

    Nothing there: Skip("inactive") or Skip("guessed-rate"); Skip("not-listed") or Unmappable("missing-in-store") where
    the setting says so.
    """
    if there is not None:
        return Plan(
            tuple(product_keeping.steps(product, there, known, rules, facts)), _sums(product, rules, facts)
        )
    if not product.active:
        raise Skip("inactive", f"{product.key} is inactive in Zoho and not in the store")
    if all(known.guess.get(variant.item_id) == variant.rate for variant in product.variants):
        raise Skip(
            "guessed-rate", f"{product.key} was made for an order, and nobody has set its rate in Zoho yet"
        )
    if rules.create == "only_listed" and not product.listed:
        raise Skip("not-listed", f"{product.key} is not ticked for the store ({rules.listed_field})")
    if rules.create == "hold":
        raise Unmappable(
            "missing-in-store",
            f"{product.key} has no product in the store, and the setting says not to make any",
            "Make the product in the store with the item's SKU, or choose in the settings that missing products are "
            'made (catalogue.create: "create"); then retry.',
        )
    return Plan(tuple(product_making.steps(product, rules, facts)), _sums(product, rules, facts))


def hide(there: Row | None, known: Known) -> Plan:
    """For what Zoho has no more, or what is not to be sold any longer: invisible, never deleted.

    Where other variants of the product are still sold, only ours cannot be bought any more.
    """
    return Plan(tuple(_hidden(there, known))) if there is not None else Plan()


def off_sale(there: Row, known: Known, item_ids: Collection[str]) -> Plan:
    """Only this of a group: these of its variants cannot be bought any more."""
    variants = {item_id: one for item_id, one in known.variants.items() if item_id in item_ids}
    return Plan(tuple(product_variants.gone(replace(known, variants=variants), there)))


def retire(there: Row, known: Known) -> Plan:
    """A simple product whose item became a member of a group: invisible, and its SKU free for the variant."""
    body = {} if there.get("sku") in (None, "") else {"sku": ""}
    seen, said = product_keeping.showing(there, active=False, hides=True, hidden=known.hidden)
    if not body and not seen:
        return Plan()
    return Plan((Step("update", "product", _key(there), {**body, **seen}, str(there["id"]), said),))


def _hidden(there: Row, known: Known) -> Iterator[Step]:
    left = product_keeping.others_sold(there, known, {})
    seen, said = product_keeping.showing(there, active=False, hides=not left, hidden=known.hidden)
    if seen:
        yield Step("update", "product", _key(there), seen, str(there["id"]), said)
    yield from product_variants.gone(known, there)


def _key(there: Row) -> str:
    return f"product:{there['id']}"


def _sums(product: Product, rules: CatalogueRules, facts: StoreFacts) -> tuple[str, ...]:
    """Each price in one sentence, where the two sides do not reckon alike."""
    if (rules.rates == "inclusive") == facts.prices_with_tax:
        return ()
    sign = "plus" if facts.prices_with_tax else "less"
    return tuple(
        f"item {variant.item_id}: {variant.rate.normalize():f} {sign} {variant.tax_percentage.normalize():f} % "
        f"of tax is {store_price(variant.rate, variant.tax_percentage, rules, facts)}"
        for variant in product.variants
    )
