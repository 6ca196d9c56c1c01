"""`cartbooks sync items | prices`: the catalogue through its recipes now, or only what that would be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.progress import Progress

from app.commands.common import chosen, connection_option, services, telling
from app.commands.patience import Stopped, bars, until_told
from app.commands.planning import found, preview_items, preview_prices
from connectors.errors import OutOfBudget, Temporary
from connectors.zoho.client import PER_PAGE
from ledger import cursors, sightings, work
from tasks import catalogue_sweeps, catalogue_walk, price_choice, price_offer, price_sweep
from tasks.catalogue_walk import Walk
from tasks.fates import Later
from tasks.services import Connection, Services, catalogue
from tasks.working import work_off

GOES_ON = "the next run goes on where this one was"
NAMED = 10  # held records that a summary names

Check = Callable[[], None]

full_option = click.option(
    "--full", is_flag=True, help="Everything, not only what changed since the last look."
)
sku_option = click.option("--sku", help="Only the item with this SKU.")
dry_option = click.option("--dry-run", "dry", is_flag=True, help="Show what would be done; write nothing.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
wait_option = click.option(
    "--wait",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0, 3600),
    help="Seconds to stay with records that are put off.",
)


@click.command("items")
@full_option
@sku_option
@dry_option
@yes_option
@wait_option
@connection_option
@telling
def sync_items(full: bool, sku: str | None, dry: bool, yes: bool, wait: float, name: str | None) -> None:
    """Bring Zoho's items into the store: what changed since the last look, everything, or one."""
    made = services()
    connection = chosen(made, name)
    if dry:
        if full and not sku:
            _tell_cost(connection, yes)  # reading is paid for, too
        preview_items(connection, full, sku)
        return
    refuse_unless(connection, connection.items_on, "items")
    begun = time.time()
    if sku:
        _note_sku(connection, sku)
    run_items(made, connection, look=None if sku else full, yes=yes, wait=wait, begun=begun)


def run_items(
    made: Services, connection: Connection, *, look: bool | None, yes: bool, wait: float, begun: float
) -> None:
    """Look at Zoho's list (`look`: True at all of it, None not at all), then work what is due."""
    work.resume(connection.ledger, connection.name)  # who asks by hand has mended what made it rest
    first = cursors.get(connection.ledger, connection.name, catalogue_walk.MODIFIED) is None
    full = look is True or (look is False and first)
    if full:
        _tell_cost(connection, yes)
    withheld = 0
    with watched() as (progress, check):
        if full:
            withheld = _walk(made, connection, progress, check).withheld
        elif look is False:
            catalogue_sweeps.delta(catalogue(connection), made.publish)
        left = worked(made, connection, "items", progress, check, wait)
    tell_end(connection, "items", begun, left)
    if withheld:
        _tell_withheld(withheld)


@click.command("prices")
@full_option
@sku_option
@dry_option
@yes_option
@wait_option
@connection_option
@telling
def sync_prices(full: bool, sku: str | None, dry: bool, yes: bool, wait: float, name: str | None) -> None:
    """Bring Zoho's price lists into the store: what may have changed, all of them afresh, or those with one item."""
    made = services()
    connection = chosen(made, name)
    if dry:
        _tell_cost_of_prices(connection, yes)
        preview_prices(connection, sku)
        return
    refuse_unless(connection, connection.price_lists_on, "price_lists")
    begun = time.time()
    work.resume(connection.ledger, connection.name)
    _tell_cost_of_prices(connection, yes)
    with watched() as (progress, check):
        if sku or full:
            _note_lists(connection, sku, check)
        else:
            price_sweep.look(catalogue(connection), made.publish)
        left = worked(made, connection, "prices", progress, check, wait)
    if not price_offer.said(connection).get("offered", True):
        raise click.ClickException("the store's plan has no price lists: nothing was written")
    tell_end(connection, "prices", begun, left)


def _note_lists(connection: Connection, sku: str | None, check: Check) -> None:
    """A person who asks wants the store's side compared, too: the fingerprints are forgotten, as by `retry`."""
    if sku:
        found(connection, sku)
        records = price_choice.records_of(connection, sku, lambda _: check())
    else:
        records = price_choice.records(connection)
    ledger, now = connection.ledger, time.time()
    work.note(ledger, connection.name, "prices", records, now)
    rows = [work.find(ledger, connection.name, "prices", record) for record in records]
    work.retry(ledger, [row.id for row in rows if row is not None], now)


@contextmanager
def watched() -> Iterator[tuple[Progress, Check]]:
    """A run that may be stopped, or come to the end of its calls, and goes on another time."""
    with until_told() as check, bars() as progress:
        try:
            yield progress, check
        except Stopped:
            raise click.ClickException(f"stopped; {GOES_ON}") from None
        except (OutOfBudget, Temporary, Later) as error:
            raise click.ClickException(f"{error}; {GOES_ON}") from None


def _walk(made: Services, connection: Connection, progress: Progress, check: Check) -> Walk:
    """The full look; a page that was looked at is written down before anybody may stop."""
    pages = catalogue_walk.cost(connection)
    bar = progress.add_task("pages of Zoho's items", total=pages)

    def on_page(walk: Walk) -> None:
        progress.update(bar, advance=1, description=f"pages of Zoho's items ({walk.listed:,} read)")
        check()

    walk = catalogue_walk.full(connection, publish=made.publish, on_page=on_page)
    said = f"{walk.listed:,} items and {walk.products:,} products looked at: {walk.changed:,} to be worked"
    click.echo(f"{said}, {walk.paired:,} paired by SKU, {walk.vanished:,} gone")
    return walk


def worked(
    made: Services, connection: Connection, flow: str, progress: Progress, check: Check, wait: float
) -> int:
    """Work what is due of a flow, for as long as it moves; how many are still put off."""
    bar = progress.add_task(f"{flow} worked", total=None)
    most = 0

    def on_look(left: int) -> None:
        nonlocal most
        most = max(most, left)
        progress.update(bar, total=most, completed=most - left)
        check()

    return work_off(made, connection.name, flow, wait=wait, on_look=on_look)


def tell_end(connection: Connection, flow: str, begun: float, left: int) -> None:
    """What became of the records since then; exit code 1 where one is held or still waits."""
    ended = len(work.latencies(connection.ledger, connection.name, flow, begun))
    rows = work.held(connection.ledger, connection.name)
    held = [row for row in rows if row.flow == flow and (row.finished_at or 0.0) >= begun]
    click.echo(f"{flow}: {ended:,} records worked, {len(held):,} of them held")
    for row in held[:NAMED]:
        click.echo(f"  {row.record} held {row.reason}: {row.what}\n    {row.remedy}")
    if len(held) > NAMED:
        click.echo("  `cartbooks held` shows the others")
    if left:
        click.echo(f"  {left:,} are put off: running workers go on with them, or the next run does")
    if held or left:
        raise SystemExit(1)


def _tell_cost(connection: Connection, yes: bool) -> None:
    """What a full look costs, before it starts; the rest of the day's calls is for orders."""
    calls = catalogue_walk.cost(connection)
    known = sightings.count(connection.ledger, connection.name, "items")
    if calls is None:
        said = f"the first full look takes a Zoho call for each {PER_PAGE} items"
    else:
        said = f"a full look takes about {calls:,} Zoho calls from here on ({known:,} items were seen)"
    _tell_room(connection, f"{said}, and one for each 100 that changed", calls or 0, yes)


def _tell_cost_of_prices(connection: Connection, yes: bool) -> None:
    known = sightings.count(connection.ledger, connection.name, "prices")
    said = f"{known:,} price lists were seen: a Zoho call for each, and one more for each 200 prices"
    _tell_room(connection, said, known + 1, yes)


def _tell_room(connection: Connection, said: str, calls: int, yes: bool) -> None:
    room = catalogue_walk.room(connection)
    click.echo(f"{said}; the day has {room:,} left for the catalogue")
    if calls > room and not yes:
        question = (
            "What is left beyond that is kept for orders: the look will stop there. Begin all the same?"
        )
        click.confirm(question, abort=True)


def _tell_withheld(withheld: int) -> None:
    click.echo(
        f"{withheld:,} products would become invisible, more than catalogue.largest_hide allows: look into Zoho, "
        "then run `cartbooks catalogue confirm`"
    )
    raise SystemExit(1)


def _note_sku(connection: Connection, sku: str) -> None:
    """The record of one item; a member that no list has shown yet is remembered, or its group is read without it."""
    of = found(connection, sku)
    known = sightings.stamps(
        connection.ledger, connection.name, "items", [one for ids in of.values() for one in ids]
    )
    now = time.time()
    new = [(one, record, "") for record, ids in of.items() for one in ids if one not in known]
    sightings.see(connection.ledger, connection.name, "items", new, now)
    work.note(connection.ledger, connection.name, "items", of, now, urgent=True)


def refuse_unless(connection: Connection, is_on: bool, setting: str) -> None:
    """Only what the merchant has switched on is brought over."""
    key = f"connections.{connection.name}"
    if not connection.enabled:
        raise click.ClickException(f"{key}.enabled is false: switch it on first")
    if not is_on:
        raise click.ClickException(
            f'{key}.catalogue.{setting} is "off": switch it on first (--dry-run works without)'
        )
