"""`cartbooks explain`: what happened to an order, step by step, and how it stands now."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime

import click

from app.commands.common import chosen_of, connection_option, ledger_of, settings, telling
from app.story import Story, story_of


@click.group()
def explain() -> None:
    """Tell how a record came to be as it is."""


@explain.command("order")
@click.argument("order_id", type=click.IntRange(1))
@connection_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@telling
def explain_order(order_id: int, name: str | None, as_json: bool) -> None:
    """Every callback, look, plan, call and decision of one order, in time order; then how it stands."""
    read = settings()
    one = chosen_of(read, name)
    told = story_of(one, ledger_of(read), str(order_id), time.time())
    if as_json:
        click.echo(json.dumps(asdict(told), default=str))
    else:
        _print(told)
    if not told.seen:
        raise SystemExit(1)


def _print(told: Story) -> None:
    for happening in told.happenings:
        calls = "    " if happening.event == "call" else ""
        click.echo(f"{_clock(happening.at)}  {calls}{happening.sentence}")
        for sentence in happening.more:
            click.echo(f"{' ' * 29}{sentence}")
    if told.papers:
        click.echo("In Zoho, as last read:")
    for paper in told.papers:
        words = (paper.what, paper.number, paper.total, paper.state, f"id {paper.id}", f"({paper.key})")
        click.echo(f"  {' '.join(filter(None, words))}")
    click.echo(told.stands)


def _clock(epoch: float) -> str:
    """To the millisecond: the calls of a run follow one another quickly."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC"
