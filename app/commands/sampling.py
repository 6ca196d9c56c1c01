"""`cartbooks sync orders --sample`: a few orders go over first, and a person looks at both sides of them."""

from __future__ import annotations

from decimal import Decimal

import click

from app.commands import order_plans
from app.commands.common import show
from app.commands.run_report import print_run
from tasks import sampling
from tasks.sampling import Compared
from tasks.services import Connection, Services

COLUMNS = ("order", "sort", "document", "", "total", "tax", "lines", "paid", "given back")
LOOK = (
    "Look at them in Zoho: is each customer the right one, stands every line on the right item and account, are the "
    "tax and the day right, did the payment go to the right account?"
)


def run(made: Services, connection: Connection, many: int, *, dry: bool) -> None:
    """Choose, book (or only plan), and show what to compare by eye; exit code 1 where one is held."""
    chosen = sampling.choose(connection, many)
    if not chosen:
        click.echo("no order of the latest ones waits to be booked")
        return
    if dry:
        order_plans.print_sum(connection, order_plans.print_many(connection, chosen, lambda _: None))
        return
    if not connection.enabled:
        raise click.ClickException(f"connections.{connection.name}.enabled is false: switch it on first")
    began = sampling.book(made, connection, chosen)
    rows = [row for one in sampling.compared(connection, chosen) for row in _rows(one)]
    if rows:
        show(COLUMNS, rows)
        click.echo(LOOK)
    click.echo(f"run {began.name}:")
    fine = print_run(connection, began)
    click.echo(f"`cartbooks undo {began.name}` takes it back")
    if not fine:
        raise SystemExit(1)


def _rows(one: Compared) -> list[tuple[str, ...]]:
    """A line for each side; the second names what is not the same."""
    first, second = _cells(one.store), _cells(one.books)
    marked = tuple(
        cell if cell == other else f"{cell} (!)" for cell, other in zip(second, first, strict=True)
    )
    return [
        (one.order, ", ".join(one.sorts), one.number, f"store, {one.currency}", *first),
        ("", "", "", "books", *marked),
    ]


def _cells(side: sampling.Side) -> tuple[str, ...]:
    return (
        _plain(side.total),
        _plain(side.tax),
        str(side.lines),
        _plain(side.paid),
        _plain(side.given_back),
    )


def _plain(amount: Decimal) -> str:
    """The same amount in the same letters, whichever platform tells it."""
    return f"{amount.normalize():f}"
