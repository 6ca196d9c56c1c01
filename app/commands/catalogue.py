"""`cartbooks catalogue`: the first set-up of a store and an organization that both are filled, and a person's word."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from rich.progress import Progress

from app.commands.common import chosen, connection_option, services, show, telling
from app.commands.patience import Stopped, bars, until_told
from app.commands.syncing import refuse_unless, run_items
from connectors.errors import OutOfBudget, Rejected, Unknown
from tasks import catalogue_export, catalogue_match, hiding
from tasks.catalogue_export import Draft
from tasks.catalogue_match import Match
from tasks.fates import Later
from tasks.services import Connection
from tasks.turns import alone

MOST = 50  # rows of a table; all are in --json

apply_option = click.option("--apply", "apply", is_flag=True, help="Write it; without, it is only shown.")


@click.group()
def catalogue() -> None:
    """Pair or export an existing catalogue, and confirm what would hide much of it."""


@catalogue.command()
@apply_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@connection_option
@telling
def match(apply: bool, as_json: bool, name: str | None) -> None:
    """Pair Zoho's items and the store's products by SKU; --apply remembers the pairs, and writes to no platform."""
    connection = chosen(services(), name)
    found = _looked(connection)
    linked = catalogue_match.link(connection, found.pairs) if apply else 0
    if as_json:
        click.echo(json.dumps(_plain(found, linked)))
    else:
        _print(found, linked, apply=apply)


@catalogue.command("export-to-zoho")
@apply_option
@connection_option
@telling
def export_to_zoho(apply: bool, name: str | None) -> None:
    """Make items in Zoho of the products that only the store has."""
    connection = chosen(services(), name)
    ready, left_out = _drafted(connection, _looked(connection))
    _print_rows(
        ("product", "SKU", "why it is left out"),
        [(one.place.name, one.place.sku, one.why_not) for one in left_out],
    )
    if not apply:
        rows = [(str(one.body["name"]), one.place.sku, str(one.body["rate"])) for one in ready]
        _print_rows(("item to be made", "SKU", "rate"), rows)
        said = f"{len(ready):,} items would be made, a Zoho call each; {len(left_out):,} are left out"
        click.echo(f"{said}; nothing was written, --apply does it")
        return
    _export(connection, ready)


@catalogue.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--wait",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0, 3600),
    help="Seconds to stay with records that are put off.",
)
@connection_option
@telling
def confirm(yes: bool, wait: float, name: str | None) -> None:
    """Allow, for a day, that so many products become invisible as were held back; then look at everything again."""
    made = services()
    connection = chosen(made, name)
    refuse_unless(connection, connection.items_on, "items")
    withheld = hiding.withheld(connection)
    if not withheld:
        click.echo("nothing waits for your word")
        return
    if not yes:
        click.confirm(
            f"{withheld:,} products become invisible in the store. Are they out of Zoho for good?", abort=True
        )
    hiding.confirm(connection)
    run_items(made, connection, look=True, yes=True, wait=wait, begun=time.time())


def _looked(connection: Connection) -> Match:
    with _stoppable("nothing was written") as (progress, check):
        tasks = {what: progress.add_task(f"{what} read", total=None) for what in ("items", "products")}

        def on_page(what: str, many: int) -> None:
            progress.update(tasks[what], completed=many)
            check()

        return catalogue_match.look(connection, on_page)


def _drafted(connection: Connection, found: Match) -> tuple[list[Draft], list[Draft]]:
    every = list(catalogue_export.drafts(connection, list(found.places), found.elsewhere))
    return [one for one in every if not one.why_not], [one for one in every if one.why_not]


def _export(connection: Connection, ready: list[Draft]) -> None:
    refused: list[tuple[str, str]] = []
    grouped = made = 0
    with (
        alone(connection, "export") as keep,
        _stoppable("the next run goes on where this one was") as (progress, check),
    ):
        bar = progress.add_task("items made", total=len(ready))
        for draft in ready:
            keep()
            check()
            try:
                catalogue_export.export(connection, draft)
            except (Rejected, Unknown, Later) as error:
                refused.append((draft.place.sku, str(error)))
            except OutOfBudget as error:
                raise click.ClickException(
                    f"{made:,} items made; {error}; the next run goes on there"
                ) from None
            else:
                made += 1
                grouped += not draft.place.alone
            progress.advance(bar)
    click.echo(f"{made:,} items made in Zoho")
    if grouped:
        click.echo(
            f"{grouped:,} of them are variants of products: put them into item groups in Zoho, then match"
        )
    _print_rows(("SKU", "why it was not made"), refused)
    if refused:
        raise SystemExit(1)


@contextmanager
def _stoppable(said: str) -> Iterator[tuple[Progress, Any]]:
    with until_told() as check, bars() as progress:
        try:
            yield progress, check
        except Stopped:
            raise click.ClickException(f"stopped; {said}") from None


def _plain(found: Match, linked: int) -> dict[str, Any]:
    return {
        "linked_before": found.linked,
        "linked_now": linked,
        "pairs": [
            {"item_id": one.item.item_id, "product_id": one.place.product_id, "variant_id": one.place.variant_id,
             "sku": one.item.sku}
            for one in found.pairs
        ],
        "unmatched_items": [{"item_id": one.item_id, "sku": one.sku, "name": one.name} for one in found.items],
        "unmatched_products": [asdict(one) for one in found.places],
        "ambiguous": [asdict(one) for one in found.ambiguous],
        "doubtful": [
            {"item_id": one.item.item_id, "variant_id": one.place.variant_id, "sku": one.item.sku, "why": why}
            for one, why in found.doubtful
        ],
    }  # fmt: skip


def _print(found: Match, linked: int, *, apply: bool) -> None:
    _print_rows(("only in Zoho", "SKU", "item"), [(one.name, one.sku, one.item_id) for one in found.items])
    _print_rows(
        ("only in the store", "SKU", "product"), [(one.name, one.sku, one.product_id) for one in found.places]
    )
    doubts = [(one.sku, f"items {', '.join(one.item_ids)}; variants {', '.join(one.variant_ids)}", "a SKU twice")
              for one in found.ambiguous]  # fmt: skip
    doubts += [
        (one.item.sku, f"item {one.item.item_id}; variant {one.place.variant_id}", why)
        for one, why in found.doubtful
    ]
    _print_rows(("ambiguous SKU", "where", "why"), doubts)
    click.echo(
        f"{found.linked:,} linked before, {len(found.pairs):,} pairs by SKU, {len(found.items):,} only in Zoho, "
        f"{len(found.places):,} only in the store, {len(doubts):,} ambiguous"
    )
    if apply:
        click.echo(f"{linked:,} linked now; `cartbooks sync items --full --dry-run` shows what would follow")
    else:
        click.echo("nothing was written; --apply remembers the pairs")


def _print_rows(columns: tuple[str, ...], rows: list[Any]) -> None:
    if not rows:
        return
    show(columns, rows[:MOST])
    if len(rows) > MOST:
        click.echo(f"  and {len(rows) - MOST:,} more")
