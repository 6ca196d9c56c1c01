"""`cartbooks backfill`: brings in orders of the past, behind the live ones, and tells before what it will take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.commands import order_plans
from app.commands.common import chosen, connection_option, services, telling, within_reason
from app.commands.patience import Stopped, until_told
from app.commands.run_report import print_run
from app.commands.syncing import dry_option, yes_option
from connectors.bigcommerce import order_pages
from ledger import runs, work
from ledger.runs import Run
from tasks import backfill as filling
from tasks.backfill import Estimate
from tasks.catalogue_walk import room
from tasks.services import Connection, Services

DAY = click.DateTime(["%Y-%m-%d"])
MOST = 1_000_000_000  # what a column of PostgreSQL holds, and more than any store has


@click.group()
def backfill() -> None:
    """Bring in what was sold before Cartbooks was there."""


@backfill.command("orders")
@click.option(
    "--since", type=DAY, callback=within_reason, help="First day (2026-03-01), in the merchant's zone."
)
@click.option("--until", type=DAY, callback=within_reason, help="Last day; default: up to now.")
@click.option(
    "--limit", type=click.IntRange(1, MOST), help="Bring in no more than so many, the oldest first."
)
@dry_option
@yes_option
@click.option(
    "--wait",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Seconds to stay while nothing moves; 90000 stays until the next day has calls again.",
)
@connection_option
@telling
def backfill_orders(
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    dry: bool,
    yes: bool,
    wait: float,
    name: str | None,
) -> None:
    """Bring in the store's orders of a period, the oldest first; stopped, it goes on where it was."""
    made = services()
    connection = chosen(made, name)
    begin, end, limit = _period(connection, since, until, limit)
    cost = filling.estimate(connection, begin, end, limit)
    _tell(connection, cost, limit)
    if dry:
        _plan(connection, begin, end, limit)
        return
    if not connection.enabled:
        raise click.ClickException(f"connections.{connection.name}.enabled is false: switch it on first")
    if not yes:
        click.confirm("Begin?", abort=True)
    work.resume(connection.ledger, connection.name)  # who asks by hand has mended what made it rest
    run = filling.begin(connection, begin, end, limit, open_end=until is None)
    _run(made, connection, run, cost, wait)


def _period(
    connection: Connection, since: datetime | None, until: datetime | None, limit: int | None
) -> tuple[datetime, datetime, int | None]:
    """As asked; without a day, that of the run which was stopped."""
    if since is not None:
        begin, end = filling.period(connection, since.date(), until.date() if until else None)
        if begin >= end:
            raise click.UsageError("--since is not before the end of the period")
        return begin, end, limit
    last = runs.unfinished(connection.ledger, connection.name, filling.KIND)
    if last is None:
        raise click.UsageError("say since when: --since 2026-01-01 (no run was stopped that could go on)")
    return datetime.fromisoformat(last.since), datetime.fromisoformat(last.until), last.most


def _tell(connection: Connection, cost: Estimate, limit: int | None) -> None:
    of = f", no more than {limit:,} of them wanted" if limit is not None and limit < cost.synced else ""
    click.echo(f"{cost.orders:,} orders in the store, {cost.synced:,} of them of a status that is booked{of}")
    per_minute = connection.zoho.budget.per_minute
    click.echo(
        f"about {cost.calls:,} Zoho calls ({filling.CALLS} an order; what is in the books already costs none): "
        f"{cost.minutes:,} minutes at {per_minute} a minute"
    )
    days = "today" if cost.days == 1 else f"{cost.days:,} days"
    click.echo(
        f"today has {cost.room:,} calls left for it and a whole day {cost.daily:,}, the rest is kept for live orders: "
        f"it takes {days}"
    )


def _plan(connection: Connection, begin: datetime, end: datetime, limit: int | None) -> None:
    """The plan of every order; the store is listed and read, and nothing is written."""
    order_plans.print_all(connection, islice(_unbooked(connection, begin, end), limit), limit)


def _unbooked(connection: Connection, begin: datetime, end: datetime) -> Iterator[str]:
    """As a run would choose them, but none is noted."""
    for rows in filling.batches(order_pages.oldest_first(connection.store, begin, end)):
        yield from filling.wanted(connection, rows)


def _run(made: Services, connection: Connection, run: Run, cost: Estimate, wait: float) -> None:
    word = f"run {run.name}"
    if run.cursor:
        click.echo(f"{word} goes on behind order {run.cursor}")
    began = time.monotonic()
    try:
        with until_told() as check, _bar() as progress:
            bar = progress.add_task(word, total=cost.orders, rate="")

            def on_look(told: filling.Progress) -> None:
                worked = told.noted - told.waiting
                rate = 60 * max(0, worked) / max(0.001, time.monotonic() - began)
                progress.update(bar, completed=told.listed - told.waiting, rate=f"{rate:,.0f} a minute")
                check()

            told = filling.carry_on(made, connection, run, wait=wait, on_look=on_look, sleep=time.sleep)
    except Stopped:
        told = None
    finished = told is not None and told.complete and not told.waiting
    click.echo(f"{word}: {'through' if finished else 'stopped before its end'}")
    fine = print_run(connection, run)
    if not finished:
        click.echo(f"  {_why(connection, stopped=told is None)}`cartbooks backfill orders` goes on")
    click.echo(f"`cartbooks undo {run.name}` takes it back")
    if not (finished and fine):
        raise SystemExit(1)


def _why(connection: Connection, *, stopped: bool) -> str:
    if stopped:
        return ""
    spent = room(connection) <= 0
    return "the day's calls that orders leave are used; " if spent else "what still waits is put off; "


def _bar() -> Progress:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
