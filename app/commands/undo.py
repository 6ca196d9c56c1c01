"""`cartbooks undo`: takes back what a run booked, after it was shown; what only a person can do is listed."""

from __future__ import annotations

from collections import Counter

import click

from app.commands.common import chosen, connection_option, services, show, telling
from app.commands.syncing import dry_option, watched, yes_option
from ledger import runs, work
from ledger.runs import Run
from tasks import undo as undoing
from tasks.services import Connection, Services
from tasks.undo_plan import Undo

MOST = 200  # orders of a table


@click.command()
@click.argument("run", required=False)
@dry_option
@yes_option
@connection_option
@telling
def undo(run: str | None, dry: bool, yes: bool, name: str | None) -> None:
    """Take back what RUN booked: payments, credit notes and drafts deleted, documents made void, marks taken off."""
    made = services()
    connection = chosen(made, name)
    if run is None:
        _list(connection)
        return
    found = runs.get(connection.ledger, connection.name, run)
    if found is None:
        raise click.ClickException(f"there is no run {run}: `cartbooks undo` lists them")
    plans = _planned(connection, found)
    _show(connection, plans)
    _tell_shipments(connection, found)
    if dry or not plans:
        click.echo("nothing was written" if dry else "nothing is left to take back")
        return
    if not yes:
        click.confirm(f"Take {sum(not one.remains for one in plans):,} orders back?", abort=True)
    _take_back(made, connection, found, plans)


def _list(connection: Connection) -> None:
    every = runs.all_of(connection.ledger, connection.name)
    if not every:
        click.echo("no run was started yet")
        return
    rows = [
        (one.name, one.kind, one.since[:10], one.until[:10], runs.count(connection.ledger, one), one.state)
        for one in every
    ]
    show(("run", "kind", "since", "until", "orders", "state"), rows)


def _planned(connection: Connection, run: Run) -> list[Undo]:
    with watched() as (progress, check):
        bar = progress.add_task("orders read", total=runs.count(connection.ledger, run))
        plans = []
        for one in undoing.planned(connection, run):
            plans.append(one)
            progress.update(bar, completed=len(plans))
            check()
    return plans


def _show(connection: Connection, plans: list[Undo]) -> None:
    rows = [(one.order, ", ".join(one.numbers), one.remains or _words(one), one.calls) for one in plans]
    if rows:
        show(("order", "document", "what", "calls"), rows[:MOST])
    if len(rows) > MOST:
        click.echo(f"  and {len(rows) - MOST:,} more")
    every = Counter(_word(step.verb, step.kind) for one in plans for step in one.steps)
    for word, number in every.most_common():
        click.echo(f"{number:>8,} x {word}")
    calls, per_minute = sum(one.calls for one in plans), connection.zoho.budget.per_minute
    left = sum(bool(one.remains) for one in plans)
    click.echo(
        f"{len(plans) - left:,} orders, {calls:,} Zoho calls at {per_minute} a minute; {left:,} are left to a person"
    )


def _tell_shipments(connection: Connection, run: Run) -> None:
    there = [f"{one} of order {order}" for one, order in undoing.shipments(connection, run)]
    if there:
        click.echo(
            f"{len(there):,} shipments were entered in the store and stay there, delete by hand what never left: "
            f"{', '.join(there)}"
        )


def _words(one: Undo) -> str:
    return "; ".join(_word(step.verb, step.kind) for step in one.steps) or "is not booked, and will not be"


def _word(verb: str, kind: str) -> str:
    return {
        "unapply": "take credit off the document",
        "unrefund": "take back money paid out of a credit note",
        "unmark": "take the mark off in the store",
    }.get(verb, f"{verb} {kind.replace('_', ' ')}")


def _take_back(made: Services, connection: Connection, run: Run, plans: list[Undo]) -> None:
    work.resume(connection.ledger, connection.name)  # who asks by hand has mended what made it rest
    undoing.begin(connection, run)
    done = 0
    with watched() as (progress, check):
        bar = progress.add_task("orders taken back", total=len(plans))
        for one in plans:
            check()
            done += undoing.take_back(made, connection, run, one).done
            progress.update(bar, advance=1)
    click.echo(
        f"{done:,} orders taken back; no look brings them again, `cartbooks retry ID` or a new run does"
    )
    _tell_rest(connection, run)
    if not undoing.finish(connection, run):
        click.echo(f"`cartbooks undo {run.name}` tries again what remains")
        raise SystemExit(1)


def _tell_rest(connection: Connection, run: Run) -> None:
    """What a person must see to, and what stays."""
    for one in runs.records(connection.ledger, run):
        if one.remains:
            click.echo(f"  order {one.record}: {one.remains}")
    for kind in ("contact", "item"):
        stay = runs.made(connection.ledger, run, kind)
        if stay:
            many = (
                f"1 {kind} that the run made stays"
                if len(stay) == 1
                else f"{len(stay):,} {kind}s that the run made stay"
            )
            click.echo(f"  {many} in Zoho: {', '.join(stay)}")
