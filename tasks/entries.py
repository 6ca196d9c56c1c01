"""The Celery tasks, one per entity and one per sweep: thin, ids only, the work is elsewhere."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down

from tasks import (
    catalogue_sweeps,
    document_looks,
    reconcile_daily,
    releases,
    shipment_looks,
    stock_sweeps,
    sweeps,
)
from tasks.pump import one_round, start_pump
from tasks.recipe import answer_nudge
from tasks.services import services

_pumping: list[Any] = []


@shared_task(name="orders.sync")
def orders_sync(work_id: int) -> None:
    """Take one order through the recipe: the one named, or a more urgent one."""
    answer_nudge(services(), work_id)


@shared_task(name="items.sync")
def items_sync(work_id: int) -> None:
    """Take a batch of products through the recipe: with the one named, or more urgent ones."""
    answer_nudge(services(), work_id)


@shared_task(name="prices.sync")
def prices_sync(work_id: int) -> None:
    """Take one price list through the recipe: the one named, or a more urgent one."""
    answer_nudge(services(), work_id)


@shared_task(name="stock.sync")
def stock_sync(work_id: int) -> None:
    """Take a batch of stock through the recipe: with the one named, or more urgent ones."""
    answer_nudge(services(), work_id)


@shared_task(name="shipments.sync")
def shipments_sync(work_id: int) -> None:
    """Take one shipment of Zoho through the recipe: the one named, or a more urgent one."""
    answer_nudge(services(), work_id)


@shared_task(name="sweeps.orders")
def sweep_orders(connection: str) -> None:
    """Note the orders that changed since the last look."""
    sweeps.swept(services(), connection, sweeps.orders)


@shared_task(name="sweeps.daily")
def sweep_daily(connection: str) -> None:
    """Compare every order of the window with what we remember."""
    sweeps.swept(services(), connection, sweeps.daily)


@shared_task(name="sweeps.reconcile")
def sweep_reconcile(connection: str) -> None:
    """Compare the last weeks' orders with the books by lists, once a day."""
    sweeps.swept(services(), connection, reconcile_daily.daily)


@shared_task(name="sweeps.items")
def sweep_items(connection: str) -> None:
    """Note the items that changed since the last look."""
    sweeps.swept(services(), connection, catalogue_sweeps.items)


@shared_task(name="sweeps.items_full")
def sweep_items_full(connection: str) -> None:
    """Compare every item of Zoho and every product of the store, once a day."""
    sweeps.swept(services(), connection, catalogue_sweeps.items_full)


@shared_task(name="sweeps.prices")
def sweep_prices(connection: str) -> None:
    """Note the price lists that may have changed."""
    sweeps.swept(services(), connection, catalogue_sweeps.prices)


@shared_task(name="sweeps.stock")
def sweep_stock(connection: str) -> None:
    """Compare all stock, as often as the day's calls allow."""
    sweeps.swept(services(), connection, stock_sweeps.stock)


@shared_task(name="sweeps.stock_daily")
def sweep_stock_daily(connection: str) -> None:
    """Pair and compare all stock anew, once a day."""
    sweeps.swept(services(), connection, stock_sweeps.stock_daily)


@shared_task(name="sweeps.release")
def sweep_release(connection: str) -> None:
    """Take up again the held orders whose cause is gone."""
    sweeps.swept(services(), connection, releases.release)


@shared_task(name="sweeps.documents")
def sweep_documents(connection: str) -> None:
    """Note the orders whose documents a person has changed in Zoho."""
    sweeps.swept(services(), connection, document_looks.look)


@shared_task(name="sweeps.shipments")
def sweep_shipments(connection: str) -> None:
    """Note the shipments that left Zoho since the last look."""
    sweeps.swept(services(), connection, shipment_looks.look)


@shared_task(name="sweeps.hooks")
def sweep_hooks(connection: str) -> None:
    """See that the store still calls us, and mend it where it does not."""
    sweeps.swept(services(), connection, sweeps.hooks)


@shared_task(name="sweeps.nudge")
def sweep_nudge() -> None:
    """Hand out due work even if no worker's pump runs."""
    made = services()
    one_round(made, made.clock())


@worker_ready.connect
def _start(**_: Any) -> None:
    _pumping.append(start_pump(services()))
    releases.at_start(services())


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    for stop in _pumping:
        stop.set()
