"""Placing an order: a short description or a cart becomes everything the store knows of the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.bigcommerce import placing
from sandbox.shop.cart import Cart
from sandbox.shop.description import DescriptionError, cart_from
from sandbox.shop.order_json import order_json
from sandbox.shop.parts_json import (
    addresses_json,
    coupons_json,
    fees_json,
    refunds_json,
    taxes_json,
    transactions_json,
)
from sandbox.shop.product_json import products_json
from sandbox.shop.refunding import mark_lines
from sandbox.shop.till import ring_up

if TYPE_CHECKING:
    from sandbox.world import World

__all__ = ["DescriptionError", "bundle_of", "order_from", "place"]


def bundle_of(cart: Cart) -> dict[str, Any]:
    """The order and all its parts as the store would answer; money is text, as JSON would carry it."""
    receipt = ring_up(cart)
    bundle: dict[str, Any] = {
        "order": order_json(cart, receipt),
        "products": products_json(cart, receipt),
        "coupons": coupons_json(cart, receipt),
        "shipping_addresses": addresses_json(cart, receipt),
        "taxes": taxes_json(cart, receipt),
        "transactions": transactions_json(cart, receipt),
        "refunds": [],
        "fees": fees_json(cart, receipt),
    }
    bundle["refunds"] = refunds_json(cart, bundle)
    mark_lines(bundle["products"], [item for row in bundle["refunds"] for item in row["items"]])
    return bundle


def order_from(description: Mapping[str, Any]) -> dict[str, Any]:
    """The bundle of a described order; raises DescriptionError, naming the key that is wrong."""
    return bundle_of(cart_from(description))


def place(world: World, description: Mapping[str, Any]) -> int:
    """Place a described order in the store and tell its hooks; by default with the next id and made now."""
    with world.lock:
        store = world.bigcommerce
        known = {"id": store.new_id("order", store.orders), "created": world.clock.now(), **description}
        return placing.place(world, order_from(known))
