"""One price of a list: what a store refuses in it, how it is stored, what it looks like when read."""

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.bigcommerce.adopting import number
from sandbox.bigcommerce.answers import csv
from sandbox.bigcommerce.price_lists import stamp
from sandbox.bigcommerce.store import Json
from sandbox.world import World

PRICES = ("price", "sale_price", "retail_price", "map_price")
TIER_TYPES = ("fixed", "price", "percent")
MAXIMUM = 2147483647
# null: as it is told; else what a tier without an end looks like when it is read
OPEN_ENDS = {"null": None, "maximum": MAXIMUM}


def variant_of_row(world: World, row: Json) -> Json | None:
    """By id or SKU. The SKU of a product that comes in variants is none of a variant's, so it finds nothing."""
    products = world.bigcommerce.products
    if row.get("variant_id") is not None:
        known: Json | None = products.variants.get(row["variant_id"])
        return known
    return next(iter(products.variants_of_sku(str(row.get("sku") or ""))), None)


def problems(world: World, row: Json, *, new_only: bool) -> dict[str, str]:
    """What is wrong with a record, by field."""
    if row.get("price_list_id") not in world.bigcommerce.price_lists:
        return {"price_list_id": "The price list does not exist."}
    wrong: dict[str, str] = {}
    variant, currency = variant_of_row(world, row), str(row.get("currency") or "")
    if variant is None:
        field = "variant_id" if row.get("variant_id") is not None else "sku"
        wrong[field] = "The variant does not exist."
    if currency.upper() not in {known["currency_code"] for known in world.bigcommerce.currencies}:
        wrong["currency"] = "The currency is not one of the store's."
    wrong |= {name: f"{name} must be 0 or more" for name in PRICES if not _is_price(row.get(name))}
    if problem := _wrong_tiers(row.get("bulk_pricing_tiers") or []):
        wrong["bulk_pricing_tiers"] = problem
    if new_only and variant is not None and _known(world, row, variant, currency):
        wrong["variant_id"] = "A record of this variant and currency exists already."
    return wrong


def _known(world: World, row: Json, variant: Json, currency: str) -> bool:
    return (variant["id"], currency.lower()) in world.bigcommerce.price_records[row["price_list_id"]]


def _is_price(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value >= 0)


def _wrong_tiers(tiers: Sequence[Json]) -> str:
    """The bands of quantity begin above nothing, do not overlap, and only the last may be open."""
    reached = 0
    for tier in sorted(tiers, key=lambda tier: int(tier.get("quantity_min") or 0)):
        least, most = int(tier.get("quantity_min") or 0), tier.get("quantity_max") or MAXIMUM
        if (
            tier.get("type") not in TIER_TYPES
            or not _is_price(tier.get("amount"))
            or tier.get("amount") is None
        ):
            return "A tier needs a known type and an amount."
        if least < 1 or least > most or least <= reached:
            return "The quantities of the tiers overlap or are not in order."
        reached = most
    return ""


def record_of(world: World, row: Json) -> tuple[Json, bool]:
    """Store what is told, which has no problems; the record and whether it is new."""
    variant = variant_of_row(world, row)
    if variant is None:
        raise AssertionError("only rows without problems are stored")
    records, currency = world.bigcommerce.price_records[row["price_list_id"]], str(row["currency"]).lower()
    now = stamp(world)
    old = records.get((variant["id"], currency))
    kept = old if old and world.switches["price_record_put"] == "merges" else {}
    record: Json = {
        "number": old["number"] if old else world.bigcommerce.new_id("price_record"),
        "price_list_id": row["price_list_id"],
        "variant_id": variant["id"],
        "product_id": variant["product_id"],
        "sku": variant["sku"],
        "currency": currency,
        **{name: kept.get(name) for name in PRICES},
        "bulk_pricing_tiers": kept.get("bulk_pricing_tiers", []),
        "date_created": old["date_created"] if old else now,
        "date_modified": now,
    }
    record.update({name: _amount(row[name]) for name in PRICES if name in row})
    if "bulk_pricing_tiers" in row:
        record["bulk_pricing_tiers"] = [_tier(world, tier) for tier in row["bulk_pricing_tiers"] or []]
    record["calculated_price"] = record["sale_price"] or record["price"]
    records[variant["id"], currency] = record
    return record, old is None


def _amount(value: Any) -> int | float | None:
    return None if value is None else number(value)


def _tier(world: World, tier: Json) -> Json:
    end = tier.get("quantity_max") or OPEN_ENDS[world.switches["price_tier_open_end"]]
    return {
        "quantity_min": tier["quantity_min"],
        "quantity_max": end,
        "type": tier["type"],
        "amount": number(tier["amount"]),
    }


def shown(*, tiers: bool = False) -> Callable[[Any], Json]:
    """The record without what only the store knows; tiers and SKU only for who includes them."""
    included = csv("include") or []
    hidden = {"number"}
    if not tiers and "bulk_pricing_tiers" not in included:
        hidden.add("bulk_pricing_tiers")
    if "sku" not in included:
        hidden.add("sku")
    return lambda row: {key: value for key, value in row.items() if key not in hidden}
