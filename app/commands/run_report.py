"""What became of a run's orders, for the end of every command that starts one."""

from __future__ import annotations

import click

from ledger import runs
from ledger.runs import Run, Standing
from tasks.services import Connection

ORDER = ("posted", "skipped", "held", "on their way")


def print_run(connection: Connection, run: Run) -> bool:
    """Posted, skipped by which rule, held for which reason, and the calls; whether all of it came to its end."""
    told: dict[str, list[Standing]] = {}
    for one in runs.standings(connection.ledger, run):
        under_way = one.state in ("waiting", "working") and one.outcome != "posted"
        told.setdefault("on their way" if under_way else one.outcome, []).append(one)
    for word in ORDER:
        if word in told:
            click.echo(f"  {sum(one.number for one in told[word]):,} {word}{_reasons(told[word])}")
    calls = runs.calls(connection.ledger, run)
    many = runs.count(connection.ledger, run)
    each = f" ({calls['zoho'] / many:.2f} an order)" if many else ""
    click.echo(f"  {calls['zoho']:,} Zoho calls{each}, {calls['bigcommerce']:,} of the store")
    return not ({"held", "on their way"} & told.keys())


def _reasons(some: list[Standing]) -> str:
    named = [f"{one.reason} {one.number:,}" for one in some if one.reason]
    return f": {', '.join(named)}" if named else ""
