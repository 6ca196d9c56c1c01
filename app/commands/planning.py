"""What `--dry-run` shows of the catalogue: the steps that a run would take, and why some records are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
from rich.progress import Progress

from app.commands.common import show
from app.commands.patience import Stopped, bars, until_told
from connectors.errors import NotOffered
from mappings.errors import Skip, Unmappable
from tasks import catalogue_preview, price_choice, prices
from tasks.catalogue_preview import Of, Planned
from tasks.prices import Preview
from tasks.services import Connection

LONGEST = 60  # letters of a name in a table
MOST = 200  # rows of a table


def found(connection: Connection, sku: str) -> Of:
    """The record of the item with this SKU."""
    of = catalogue_preview.of_sku(connection, sku)
    if not of:
        raise click.ClickException(f"Zoho has no item with the SKU {sku}")
    return of


def preview_items(connection: Connection, full: bool, sku: str | None) -> None:
    """The plans of the items that a run would look at."""
    with _planning("pages of Zoho's items", "records planned") as (on_page, on_plan, progress):
        of = (
            found(connection, sku)
            if sku
            else catalogue_preview.changed(connection, full=full, on_page=on_page)
        )
        progress.update(progress.task_ids[-1], total=len(of))
        told = _sorted(catalogue_preview.planned(connection, of, on_plan))
    told.show()


def preview_prices(connection: Connection, sku: str | None) -> None:
    """What would become of each price list; all are read, for only so they tell what they hold."""
    with _planning("price lists read", "price lists planned") as (on_list, on_plan, progress), _offered():
        if sku:
            found(connection, sku)
        chosen = (
            price_choice.records_of(connection, sku, on_list) if sku else price_choice.records(connection)
        )
        progress.update(progress.task_ids[-1], total=len(chosen))
        rows = []
        for number, record in enumerate(chosen, 1):
            rows.append(_of_list(connection, record))
            on_plan(number)
    if rows:
        show(("price list", "name", "what"), rows)
    click.echo(f"{len(rows):,} price lists; nothing was written")


@contextmanager
def _offered() -> Iterator[None]:
    try:
        yield
    except NotOffered as error:
        raise click.ClickException(f"{error}: nothing would be written") from None


def _of_list(connection: Connection, record: str) -> tuple[str, str, str]:
    try:
        told = prices.preview(connection, record)
    except Skip as skip:
        return record, "", f"skipped {skip.rule}: {skip.sentence}"
    except Unmappable as held:
        return record, "", f"held {held.reason}: {held.what}. {held.remedy}"
    if told is None:
        return record, "", "skipped: inactive or gone, and never in the store"
    return record, told.name, _of_preview(told)


def _of_preview(told: Preview) -> str:
    if not told.active:
        return "made inactive"
    if not told.price_list_id:
        return f"made, with {told.wanted:,} records"
    if not told.put and not told.gone:
        return f"as it is, {told.wanted:,} records"
    return f"{told.put:,} of {told.wanted:,} records written, {told.gone:,} removed"


@contextmanager
def _planning(first: str, second: str) -> Iterator[tuple[Any, Any, Progress]]:
    """Two bars, each moved by a function that takes a number, and the bars."""
    with until_told() as check, bars() as progress:
        reading, planning = progress.add_task(first, total=None), progress.add_task(second, total=None)

        def read(number: int) -> None:
            progress.update(reading, completed=number)
            check()

        def planned(number: int) -> None:
            progress.update(planning, completed=number)
            check()

        try:
            yield read, planned, progress
        except Stopped:
            raise click.ClickException("stopped; nothing was written") from None


@dataclass
class _Told:
    """What is shown of many plans: the first rows, and how many there are of each kind."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    steps: int = 0
    unchanged: int = 0
    skipped: int = 0
    held: int = 0

    def show(self) -> None:
        if self.rows:
            show(("record", "step", "what"), self.rows)
        if (more := self.steps + self.held - len(self.rows)) > 0:
            click.echo(f"  and {more:,} more")
        said = f"{self.steps:,} steps, {self.unchanged:,} records as they are, {self.skipped:,} skipped"
        click.echo(f"{said}, {self.held:,} held; nothing was written")


def _sorted(plans: Iterable[Planned]) -> _Told:
    """One after another: of fifty thousand plans only the first are kept."""
    told = _Told()
    for record, end in plans:
        rows: list[tuple[str, str, str]] = []
        if isinstance(end, Skip):
            told.skipped += 1
        elif isinstance(end, Unmappable):
            told.held += 1
            rows = [(record, f"held {end.reason}", f"{end.what}. {end.remedy}")]
        elif end.steps:
            told.steps += len(end.steps)
            rows = [(record, f"{step.verb} {step.kind}", _said(step.body)) for step in end.steps]
        else:
            told.unchanged += 1
        told.rows += rows[: MOST - len(told.rows)]
    return told


def _said(body: Any) -> str:
    """The name, and which fields would be written."""
    name = str(body.get("name") or body.get("sku") or "")[:LONGEST]
    fields = ", ".join(str(field) for field in body if field != "name")
    return f"{name} ({fields})" if name and fields else name or fields
