"""`cartbooks reconcile`: the proof that nothing is missing, on a page, as a table and as JSON."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from app.commands.common import chosen, connection_option, services, show, telling, within_reason
from app.commands.patience import Stopped, bars, until_told
from mappings.reconcile import page
from mappings.reconcile.words import Report
from tasks import reconcile_daily, reconcile_repair, sweeps
from tasks.reconcile import reconcile as compare
from tasks.services import Connection

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--from",
    "first",
    type=DAY,
    callback=within_reason,
    help="First day (2026-03-01), in the merchant's zone.",
)
@click.option("--to", "last", type=DAY, callback=within_reason, help="Last day; default: today.")
@click.option("--details", is_flag=True, help="Read every document for its tax: a Zoho call for each.")
@click.option(
    "--csv",
    "file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write a row per order.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object with everything.")
@click.option("--repair", is_flag=True, help="Put the orders that differ through the recipe again.")
@connection_option
@telling
def reconcile(
    first: datetime | None,
    last: datetime | None,
    details: bool,
    file: Path | None,
    as_json: bool,
    repair: bool,
    name: str | None,
) -> None:
    """Compare the store's orders with the books, by lists: missing, doubled, different in total, tax, money, refund."""
    if file is not None and not file.absolute().parent.is_dir():
        raise click.UsageError(f"--csv {file}: there is no directory {file.absolute().parent}")
    connection = chosen(services(), name)
    begin, end = _period(connection, first, last)
    report = _compared(connection, begin, end, details=details)
    if first is None and last is None:
        reconcile_daily.remember(connection, report)
    if as_json:
        click.echo(json.dumps(page.plain(report)))
    else:
        _print(report)
    if file is not None:
        _write(file, report)
    if repair:
        again = reconcile_repair.repair(connection, report)
        click.echo(f"{len(again):,} orders go through the recipe again; running workers do it", err=as_json)
    if report.unexplained:
        raise SystemExit(1)


def _period(connection: Connection, first: datetime | None, last: datetime | None) -> tuple[date, date]:
    end = last.date() if last else sweeps.local(connection).date()
    begin = first.date() if first else end - timedelta(days=connection.reconcile_days - 1)
    if begin > end:
        raise click.UsageError(f"--from {begin} is after {end}")
    return begin, end


def _compared(connection: Connection, first: date, last: date, *, details: bool) -> Report:
    with until_told() as check, bars() as progress:
        tasks = {}

        def tell(what: str, many: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=None)
            progress.update(tasks[what], completed=many)
            check()

        try:
            return compare(connection, first, last, details=details, tell=tell)
        except Stopped:
            raise click.ClickException("stopped; nothing was written") from None


def _write(file: Path, report: Report) -> None:
    try:
        with file.open("w", newline="", encoding="utf-8") as target:
            rows = csv.writer(target)
            rows.writerow(page.COLUMNS)
            rows.writerows(page.csv_rows(report))
    except OSError as error:
        raise click.ClickException(f"{file} could not be written: {error.strerror}") from None


def _print(report: Report) -> None:
    for sentence in (*page.heading(report), *page.counted(report)):
        click.echo(sentence)
    if rows := list(page.sum_rows(report)):
        click.echo(f"\n{page.SUMS}")
        show(page.SUM_COLUMNS, rows)
    _print_differences(report)
    for sentence in page.remarks(report):
        click.echo(sentence)


def _print_differences(report: Report) -> None:
    """A paragraph each: sentences in a table are cut into pieces."""
    found = list(page.differences(report))
    click.echo("What differs:" if found else "Nothing differs.")
    for result, what, remedy in found:
        click.echo(f"  {what}" + (f" ({result})" if result else ""))
        click.echo(f"    {remedy}")
