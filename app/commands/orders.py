"""`cartbooks sync | preview`: a person asks for what callbacks ask for, or only what it would be."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import click

from app.commands.common import chosen, connection_option, services, show, telling
from connectors.bigcommerce import orders as store_orders
from ledger import work
from ledger.work import Work
from mappings.errors import Skip, Unmappable
from mappings.plans import Ref
from tasks import orders as order_work
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
@telling
def sync_order(order_id: int, name: str | None, wait: float) -> None:
    """Put one order through the recipe and say what became of it."""
    made = services()
    connection = chosen(made, name)
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
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="UTC")
@connection_option
@telling
def sync_orders(since: datetime, name: str | None) -> None:
    """Note every order modified since then; running workers do the rest."""
    connection = chosen(services(), name)
    listed = store_orders.list_modified(connection.store, since.replace(tzinfo=UTC))
    count = 0
    for page in batched(listed, PAGE):
        stamps = {str(row["id"]): str(row["date_modified"]) for row in page}
        work.note(
            connection.ledger, connection.name, "orders", stamps, time.time(), stamp=stamps, told=PERSON
        )
        count += len(stamps)
    click.echo(f"{count} orders noted; `cartbooks status` shows how they fare")


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
    try:
        plan = order_work.preview(chosen(services(), name), str(order_id))
    except Skip as skip:
        click.echo(f"order {order_id} would be skipped ({skip.rule}): {skip.sentence}")
        return
    except Unmappable as held:
        click.echo(f"order {order_id} would be held ({held.reason}): {held.what}\n  {held.remedy}")
        raise SystemExit(1) from None
    if as_json:
        click.echo(json.dumps(order_work.plain(plan), indent=2, default=_plain))
        return
    steps = [(f"{step.verb} {step.kind}", step.key, step.calls) for step in plan.steps]
    if steps:
        show(("step", "what", "calls"), steps)
    click.echo(f"order {order_id}: {_cost(len(steps), plan.zoho_calls)}")
    for sentence in plan.arithmetic:
        click.echo(f"  {sentence}")


def _plain(value: object) -> str:
    """Amounts keep their digits; what is not born yet is named after its step."""
    return f"<{value.field} of {value.step}>" if isinstance(value, Ref) else str(value)


def _cost(steps: int, calls: int) -> str:
    return f"{steps} steps, {calls} Zoho calls" if steps else "nothing to do, it is in the books as it is"
