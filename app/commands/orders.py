"""`cartbooks sync | preview`: a person asks for what callbacks ask for, or only what it would be."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import click

from app.commands import order_plans, sampling
from app.commands.common import chosen, connection_option, services, telling, within_reason
from app.commands.syncing import dry_option
from connectors.bigcommerce import orders as store_orders
from ledger import runs, work
from ledger.work import Work
from tasks import backfill
from tasks.chunks import batched
from tasks.recipe import perform
from tasks.services import Connection, Services
from tasks.sweeps import PAGE

LOOK_EVERY = 0.2  # seconds
PERSON = {"by": "person"}


@click.group()
def sync() -> None:
    """Put orders, items, price lists or stock through their recipe now."""


@sync.command("order")
@click.argument("order_id", type=click.IntRange(1))
@connection_option
@click.option(
    "--wait",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0, 3600),
    help="Seconds to stay with an order that is put off, by a platform's limits or an unheard answer.",
)
@dry_option
@telling
def sync_order(order_id: int, name: str | None, wait: float, dry: bool) -> None:
    """Put one order through the recipe and say what became of it."""
    made = services()
    connection = chosen(made, name)
    if dry:
        order_plans.print_one(connection, str(order_id))
        return
    if not connection.enabled:
        raise click.ClickException(f"connections.{connection.name}.enabled is false: switch it on first")
    work.resume(connection.ledger, connection.name)  # who asks by hand has mended what made it rest
    work.note(
        connection.ledger, connection.name, "orders", [str(order_id)], time.time(), urgent=True, told=PERSON
    )
    row = _at_rest(made, connection, str(order_id), wait)
    click.echo(_sentence(row))
    for sentence in filter(None, (row.what, row.remedy)) if _settled(row) else ():
        click.echo(f"  {sentence}")
    if row.state == "held" or not _settled(row):
        raise SystemExit(1)


def _at_rest(made: Services, connection: Connection, record: str, wait: float) -> Work:
    """The order's row when it has an outcome, when its connection rests, or when our patience ends."""
    give_up = time.monotonic() + wait
    while True:
        row = _row(connection, record)
        if row.due_at is not None and row.due_at <= time.time():
            perform(made, row.id)
            row = _row(connection, record)
        rests = connection.name in work.paused(connection.ledger, time.time())
        if _settled(row) or rests or time.monotonic() >= give_up:
            return row
        time.sleep(LOOK_EVERY)


def _row(connection: Connection, record: str) -> Work:
    row = work.find(connection.ledger, connection.name, "orders", record)
    assert row is not None  # it was noted, and rows stay
    return row


def _settled(row: Work) -> bool:
    """Done or held; or in the books while only the mark in the store trails."""
    return row.state in {"done", "held"} or (
        row.state == "waiting" and row.outcome == "posted" and not row.why
    )


def _sentence(row: Work) -> str:
    if not _settled(row):
        return f"order {row.record} is put off: {row.why or 'a worker has it'}"
    trails = "; its mark in the store is tried again" if row.state == "waiting" else ""
    return f"order {row.record}: {row.outcome} {row.reason}".rstrip() + trails


@sync.command("orders")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), callback=within_reason, help="UTC"
)
@click.option(
    "--sample", type=click.IntRange(1, 50), help="Book so many of the latest orders, one of each sort."
)
@dry_option
@connection_option
@telling
def sync_orders(since: datetime | None, sample: int | None, dry: bool, name: str | None) -> None:
    """Note every order modified since then; running workers do the rest. Or book a few, to look at by eye."""
    if (since is None) == (sample is None):
        raise click.UsageError("say either --since or --sample")
    made = services()
    connection = chosen(made, name)
    if sample is not None:
        sampling.run(made, connection, sample, dry=dry)
        return
    assert since is not None
    listed = store_orders.list_modified(connection.store, since.replace(tzinfo=UTC))
    if dry:
        _plan_all(connection, listed)
        return
    run = runs.begin(connection.ledger, connection.name, "sync", time.time(), since=since.isoformat())
    count = 0
    for page in batched(listed, PAGE):
        stamps = {str(row["id"]): str(row["date_modified"]) for row in page}
        backfill.noted(connection, run, stamps, told=PERSON)
        count += len(stamps)
    runs.set_state(connection.ledger, run, "ended", time.time())
    click.echo(f"{count} orders noted; `cartbooks status` shows how they fare")
    click.echo(f"`cartbooks undo {run.name}` takes back what they become")


def _plan_all(connection: Connection, listed: Iterable[Mapping[str, Any]]) -> None:
    """An order that changes while the list is read comes again, and is planned once."""
    order_plans.print_all(connection, _once(str(row["id"]) for row in listed))


def _once(orders: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for order in orders:
        if order not in seen:
            seen.add(order)
            yield order


@click.group()
def preview() -> None:
    """Show what a run would do; writes no record, neither here nor there."""


@preview.command("order")
@click.argument("order_id", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="The plan as one JSON object.")
@connection_option
@telling
def preview_order(order_id: int, as_json: bool, name: str | None) -> None:
    """The plan for one order: its steps, its arithmetic and what it costs in calls."""
    order_plans.print_one(chosen(services(), name), str(order_id), as_json=as_json)
