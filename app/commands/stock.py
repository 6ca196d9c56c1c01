"""`cartbooks sync stock` and `cartbooks stock`: levels compared and set now, the sum of one, and a person's word."""

from __future__ import annotations

import time

import click
from rich.progress import Progress

from app.commands.common import chosen, connection_option, services, show, telling
from app.commands.patience import Stopped, bars, until_told
from app.commands.syncing import (
    Check,
    dry_option,
    sku_option,
    tell_end,
    wait_option,
    watched,
    worked,
    yes_option,
)
from app.stock_state import skus
from connectors.zoho import items as zoho_items
from ledger import cursors, links, work
from tasks import falls, stock_map, stock_notes, stock_plan, stock_sweeps
from tasks import stock as recipe
from tasks.chunks import batched
from tasks.services import Connection, Services
from tasks.services import stock as paid

MOST = 50  # rows of a table
AT_ONCE = 500  # items that a dry run looks at together

full_option = click.option("--full", is_flag=True, help="Pair everything anew before it is compared.")


@click.group()
def stock() -> None:
    """See how the stock of one SKU comes about, and confirm what would let much of it fall."""


@click.command("stock")
@full_option
@sku_option
@dry_option
@wait_option
@connection_option
@telling
def sync_stock(full: bool, sku: str | None, dry: bool, wait: float, name: str | None) -> None:
    """Compare Zoho's stock with the store's and set what differs: of everything that is paired, or of one SKU."""
    made = services()
    connection = chosen(made, name)
    if dry:
        _preview(connection, full, sku)
        return
    _refuse_unless_on(connection)
    begun = time.time()
    work.resume(connection.ledger, connection.name)  # who asks by hand has mended what made it rest
    click.echo(f"{connection.name}: {stock_plan.freshness(connection)}")
    with watched() as (progress, check):
        if sku:
            stock_notes.note(connection, [_item(connection, sku)], made.publish)
        else:
            _look(made, connection, full, progress, check)
        left = worked(made, connection, "stock", progress, check, wait)
    _tell_withheld(connection)
    tell_end(connection, "stock", begun, left)


@stock.command("show")
@click.argument("sku")
@connection_option
@telling
def show_sku(sku: str, name: str | None) -> None:
    """Tell how the stock of one SKU comes about: what Zoho says, what orders take, what the store shows and should."""
    connection = chosen(services(), name)
    item = _item(connection, sku)
    for line in recipe.explain(connection, item):
        click.echo(line)
    row = work.find(connection.ledger, connection.name, stock_notes.FLOW, item)
    if row is not None and row.state == "held":
        click.echo(f"held {row.reason}: {row.what}\n  {row.remedy}")


@stock.command()
@yes_option
@wait_option
@connection_option
@telling
def confirm(yes: bool, wait: float, name: str | None) -> None:
    """Allow, for a day, that so much stock falls as was held back; then set it."""
    made = services()
    connection = chosen(made, name)
    _refuse_unless_on(connection)
    waiting = falls.waiting(connection)
    if not waiting:
        click.echo("nothing waits for your word")
        return
    _print(connection, recipe.preview(connection, waiting[:MOST]), len(waiting))
    if not yes:
        click.confirm(
            f"{skus(len(waiting))} would fall by much or to nothing. Is so much really gone?", abort=True
        )
    begun = time.time()
    items = falls.confirm(connection)
    stock_notes.note(connection, items, made.publish)
    with watched() as (progress, check):
        left = worked(made, connection, "stock", progress, check, wait)
    _tell_withheld(connection)
    tell_end(connection, "stock", begun, left)


def _look(made: Services, connection: Connection, full: bool, progress: Progress, check: Check) -> None:
    """What the schedule does, now: pair what is new, or with `full` everything, then compare."""
    bar = progress.add_task("stock compared", total=None)
    if full or _was_never_paired(connection):
        paired = stock_map.look(connection, made.publish)
        click.echo(f"{skus(paired)} paired")
    else:
        stock_map.catch_up(connection, made.publish)
    check()
    walk = stock_sweeps.look(connection, made.publish, full=full)
    progress.update(bar, total=walk.looked, completed=walk.looked)
    click.echo(f"{skus(walk.looked)} compared, {walk.noted:,} to be put right")


def _preview(connection: Connection, full: bool, sku: str | None) -> None:
    """Both sides are read and nothing is written; what was never paired is paired, which only the ledger knows of."""
    if sku:
        items = [_item(connection, sku)]
    else:
        if full or _was_never_paired(connection):
            stock_map.look(connection, None)
        items = [link.key for link in links.walk(connection.ledger, connection.name, stock_map.LINK)]
    rows: list[tuple[str, int, int | None, int]] = []
    with until_told() as check, bars() as progress:
        bar = progress.add_task("SKUs compared", total=len(items))
        try:
            for some in batched(items, AT_ONCE):
                rows += recipe.preview(connection, some)
                progress.advance(bar, len(some))
                check()
        except Stopped:
            raise click.ClickException("stopped; nothing was written") from None
    differing = [row for row in rows if row[2] != row[3]]
    _print(connection, differing, len(differing))
    left = len(set(items) - {row[0] for row in rows})
    click.echo(
        f"levels that would change: {len(differing):,}; as they should be: {len(rows) - len(differing):,}; "
        f"{skus(left)} left alone or held; nothing was written"
    )


def _print(connection: Connection, rows: list[tuple[str, int, int | None, int]], many: int) -> None:
    found = links.get_many(connection.ledger, connection.name, stock_map.LINK, [row[0] for row in rows])
    skus = {item: str(link.extra.get("sku") or "").upper() for item, link in found.items()}
    if rows:
        cells = [
            (skus.get(item, ""), item, place, "?" if shown is None else shown, wanted)
            for item, place, shown, wanted in rows[:MOST]
        ]
        show(("SKU", "item", "location", "the store shows", "it should show"), cells)
    if many > MOST:
        click.echo(f"  and {many - MOST:,} more")


def _item(connection: Connection, sku: str) -> str:
    """The item with this SKU; of several the one that is active."""
    rows = zoho_items.find_items_by_sku(paid(connection).zoho, sku)
    active = [row for row in rows if row.get("status") != "inactive"] or rows
    if not active:
        raise click.ClickException(f"Zoho has no item with the SKU {sku}")
    return str(active[0]["item_id"])


def _was_never_paired(connection: Connection) -> bool:
    return not cursors.get(connection.ledger, connection.name, stock_map.PAIRED)


def _refuse_unless_on(connection: Connection) -> None:
    key = f"connections.{connection.name}"
    if not connection.enabled:
        raise click.ClickException(f"{key}.enabled is false: switch it on first")
    if not connection.stock_on:
        raise click.ClickException(
            f'{key}.stock.method is "off": choose one first (--dry-run and `stock show` work without)'
        )


def _tell_withheld(connection: Connection) -> None:
    withheld = falls.withheld(connection)
    if withheld:
        click.echo(
            f"{skus(withheld)} would fall by much or to nothing, more than stock.many allows: look into Zoho, "
            "then run `cartbooks stock confirm`"
        )
