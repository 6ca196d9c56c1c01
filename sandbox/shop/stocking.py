"""Puts the small catalogue into both platforms, as people at both screens would have done it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from sandbox.bigcommerce.product_making import make
from sandbox.shop.assortment import (
    GROUPS,
    IN_STORE,
    ITEMS,
    PRICE_LISTS,
    Group,
    Item,
    PriceList,
    expected_items,
    expected_lists,
)
from sandbox.zoho import people

if TYPE_CHECKING:
    from sandbox.world import World

Json = dict[str, Any]
FIRST_PRODUCT, FIRST_VARIANT = 2001, 50001  # out of the way of what orders bring along
CURRENCY = "EUR"  # the books' own


def stock(world: World) -> Json:
    """Fill both sides; what must become of it: `items`, one row each, and `price_lists`."""
    _one_currency(world)
    store = world.bigcommerce
    store.counters.update(product=count(FIRST_PRODUCT), variant=count(FIRST_VARIANT))
    there = {
        one.sku.casefold(): make(
            world,
            {"name": one.name, "sku": one.sku, "price": one.price, "type": "physical", "weight": 1}
            | {"is_visible": one.visible},
        )["id"]
        for one in IN_STORE
    }
    ids = _items(world)
    for one in PRICE_LISTS:
        _price_list(world, one, ids)
    return {"items": expected_items(ids, there), "price_lists": expected_lists()}


def _one_currency(world: World) -> None:
    """The store sells in the currency that the books are kept in."""
    world.bigcommerce.currency = CURRENCY
    for row in world.bigcommerce.currencies:
        row["is_default"] = row["currency_code"] == CURRENCY


def _items(world: World) -> dict[str, str]:
    """All items of the books; item id by SKU. Equal names were allowed while they were typed in."""
    unique = world.switches["zoho_item_names_unique"]
    world.switches["zoho_item_names_unique"] = False
    ids: dict[str, str] = {}
    try:
        for item in ITEMS:
            ids[item.sku] = _item(world, item, ids)
        for group in GROUPS:
            ids |= _group(world, group)
    finally:
        world.switches["zoho_item_names_unique"] = unique
    return ids


def _item(world: World, item: Item, ids: Mapping[str, str]) -> str:
    body = {"name": item.name, "sku": item.sku, "rate": str(item.rate), "product_type": "goods", **item.more}
    if item.parts:
        parts = [{"item_id": ids[sku], "quantity": 1} for sku in item.parts]
        made = _ask(world, "POST", "/compositeitems", {**body, "mapped_items": parts})["composite_item"]
        return str(made["composite_item_id"])
    item_id = str(_ask(world, "POST", "/items", body)["item"]["item_id"])
    if not item.active:
        _ask(world, "POST", f"/items/{item_id}/inactive", {})
    return item_id


def _group(world: World, group: Group) -> dict[str, str]:
    """A group with its items; item id by SKU."""
    names = {f"attribute_name{place}": name for place, name in enumerate(group.attributes, 1)}
    rows = [
        {"name": f"{group.name} {' '.join(options)}", "sku": sku, "rate": str(rate), "purchase_rate": 0}
        | {f"attribute_option_name{place}": option for place, option in enumerate(options, 1)}
        for options, sku, rate in group.variants
    ]
    made = _ask(
        world, "POST", "/itemgroups", {"group_name": group.name, "unit": "pcs", **names, "items": rows}
    )
    return {str(row["sku"]): str(row["item_id"]) for row in made["item_group"]["items"]}


def _price_list(world: World, one: PriceList, ids: Mapping[str, str]) -> None:
    body: Json = {
        "name": one.name,
        "currency_id": world.zoho.currency(CURRENCY)["currency_id"],
        "sales_or_purchase_type": "purchases" if one.purchase else "sales",
    }
    if one.markdown is not None:
        body |= {"pricebook_type": "fixed_percentage", "is_increase": False, "percentage": str(one.markdown)}
        body |= {"rounding_type": "round_to_dollar_minus_01"}
    else:
        rows = [{"item_id": ids[sku], **_brackets(brackets)} for sku, brackets in one.rates.items()]
        body |= {"pricebook_type": "per_item", "pricing_scheme": "volume", "pricebook_items": rows}
    _ask(world, "POST", "/pricebooks", body)


def _brackets(brackets: Any) -> Json:
    rows = [
        {"start_quantity": one.start, "pricebook_rate": str(one.rate)}
        | ({"end_quantity": one.end} if one.end else {})
        for one in brackets
    ]
    return {"price_brackets": rows, "pricing_scheme": "volume"}


def _ask(world: World, method: str, path: str, body: Json) -> Json:
    """A person's doing; groups and composites are Inventory's."""
    return people.ask(world.zoho, method, path, body, "inventory")
