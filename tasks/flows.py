"""The map of what flows where; adding an entity is adding a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks import falls, hiding, items, orders, prices, shipments, stock
from tasks.hand import Hand
from tasks.outcome import End, Outcome
from tasks.services import Connection

Recipe = Callable[[Sequence[Hand]], Sequence[End]]


@dataclass(frozen=True)
class Flow:
    """One entity's way: the name of its work rows, its Celery task, its recipe, and how many records that takes.

    A recipe is handed records of one connection and gives an end for each, in their order: how it went, or the error
    that the record met. What it raises befell them all.
    """

    name: str
    task: str
    recipe: Recipe
    batch: int = 1
    is_on: Callable[[Connection], bool] = lambda _: True  # off: what waits goes on waiting


def one_by_one(recipe: Callable[[Hand], Outcome]) -> Recipe:
    """The recipe of a flow whose batch is one record."""
    return lambda hands: [recipe(hand) for hand in hands]


FLOWS = {
    flow.name: flow
    for flow in (
        Flow("orders", "orders.sync", one_by_one(orders.sync)),
        Flow("items", "items.sync", hiding.apart(items.sync), batch=100, is_on=lambda one: one.items_on),
        Flow("prices", "prices.sync", one_by_one(prices.sync), is_on=lambda one: one.price_lists_on),
        Flow("stock", "stock.sync", falls.apart(stock.sync), batch=2000, is_on=lambda one: one.stock_on),
        Flow("shipments", "shipments.sync", one_by_one(shipments.sync), is_on=lambda one: one.tracking_on),
    )
}
