"""`cartbooks sync | preview | status | held | retry`: a person asks for what callbacks ask for."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import click
from rich.table import Table

from app.commands.common import chosen, connection_option, console, services, telling
from connectors.bigcommerce import orders as store_orders
from ledger import work
from mappings.errors import Skip, Unmappable
from tasks import orders as order_work
from tasks.recipe import perform
from tasks.services import Connection, Services


@click.group()
def sync() -> None:
    """Put orders through the recipe now."""


@sync.command("order")
@click.argument("order_id", type=click.IntRange(1))
@connection_option
@telling
def sync_order(order_id: int, name: str | None) -> None:
    """Put one order through the recipe and say what became of it."""
    made = services()
    connection = chosen(made, name)
    now = time.time()
    work.note(connection.ledger, connection.name, "orders", [str(order_id)], now, urgent=True)
    row = work.find(connection.ledger, connection.name, "orders", str(order_id))
    assert row is not None
    perform(made, row.id)
    _tell(connection, str(order_id))


@sync.command("orders")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="UTC")
@connection_option
@telling
def sync_orders(since: datetime, name: str | None) -> None:
    """Note every order modified since then; running workers do the rest."""
    connection = chosen(services(), name)
    noted = 0
    for page in store_orders.list_modified(connection.store, since.replace(tzinfo=UTC)):
        stamps = {str(row["id"]): str(row["date_modified"]) for row in page}
        noted += len(
            work.note(connection.ledger, connection.name, "orders", stamps, time.time(), stamp=stamps)
        )
    console.print(f"{noted} orders noted; `cartbooks status` shows how they fare")


@click.group()
def preview() -> None:
    """Show what a run would do; writes nothing, neither here nor there."""


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
        console.print(f"skipped by the rule {skip.rule}: {skip.sentence}")
        return
    except Unmappable as held:
        console.print(f"[yellow]would be held[/yellow] ({held.reason}): {held.what}\n{held.remedy}")
        raise SystemExit(1) from None
    if as_json:
        click.echo(json.dumps(order_work.plain(plan), indent=2, default=str))
        return
    table = Table("step", "what", "calls", title=f"order {order_id}: {plan.zoho_calls} Zoho calls")
    for step in plan.steps:
        table.add_row(f"{step.verb} {step.kind}", step.key, str(step.calls))
    console.print(table)
    for sentence in plan.arithmetic:
        console.print(f"  {sentence}")


@click.command()
@click.option("--json", "as_json", is_flag=True)
@telling
def status(as_json: bool) -> None:
    """How many orders are posted, skipped, held and waiting, by connection."""
    made = services()
    now = time.time()
    rows = [
        {
            "connection": row.connection,
            "flow": row.flow,
            "state": row.state,
            "outcome": row.outcome,
            "count": row.count,
        }
        for row in work.counts(made.ledger)
    ]
    if as_json:
        click.echo(json.dumps({"work": rows, "oldest_due_seconds": work.oldest_due(made.ledger, now)}))
        return
    table = Table("connection", "flow", "state", "outcome", "count")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    console.print(table)
    _usage(made)


def _usage(made: Services) -> None:
    for connection in made.connections.values():
        usage = connection.zoho.budget.usage()
        console.print(
            f"{connection.name}: {usage.day_used} of {usage.day_limit} Zoho calls used today, "
            f"{usage.minute} in the last minute"
        )


@click.command()
@connection_option
@click.option("--json", "as_json", is_flag=True)
def held(name: str | None, as_json: bool) -> None:
    """Every record that waits for a person: what, why, and what to do."""
    rows = work.held(services().ledger, name)
    if as_json:
        fields = ("connection", "flow", "record", "reason", "what", "remedy")
        click.echo(json.dumps([{field: getattr(row, field) for field in fields} for row in rows]))
        return
    table = Table("connection", "record", "why", "what", "what to do", show_lines=True)
    for row in rows:
        table.add_row(row.connection, f"{row.flow} {row.record}", row.reason, row.what, row.remedy)
    console.print(table if rows else "nothing is held")


@click.command()
@click.argument("records", nargs=-1)
@connection_option
def retry(records: tuple[str, ...], name: str | None) -> None:
    """Try held records again: the ones named, or all of them."""
    ledger = services().ledger
    waiting = [row for row in work.held(ledger, name) if not records or row.record in records]
    count = work.retry(ledger, [row.id for row in waiting], time.time())
    console.print(f"{count} records are tried again")


def _tell(connection: Connection, record: str) -> None:
    row = work.find(connection.ledger, connection.name, "orders", record)
    assert row is not None
    console.print(f"order {record}: {row.outcome or row.state} {row.reason}".rstrip())
    for sentence in filter(None, (row.what, row.remedy)):
        console.print(f"  {sentence}")
    if row.state == "held":
        raise SystemExit(1)
