"""`cartbooks status | held | retry`: how the work stands, and what waits for a person."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Any

import click
from cryptography.fernet import InvalidToken

from app.commands.common import connection_option, ledger_of, refuse_stranger, settings, show, telling
from app.commands.records import FIELDS, clock, one_record, print_record
from app.freshness import looks
from app.proof import proofs
from app.redis_server import NoRedis
from app.settings import Settings
from app.stock_state import sentences, states
from app.wiring import services_alone
from connectors.errors import Temporary
from ledger import work
from ledger.runs import UNDONE
from ledger.store import Ledger
from ledger.work import Work
from tasks import stock_plan


@click.command()
@click.argument("record", required=False)
@connection_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@telling
def status(record: str | None, name: str | None, as_json: bool) -> None:
    """How many records are done, skipped, held and waiting; or all that is known of one order, item or price list."""
    read = settings()
    ledger = ledger_of(read)
    refuse_stranger(read, ledger, name)
    told = _everything(read, ledger, name) if record is None else one_record(read, ledger, record, name)
    if as_json:
        click.echo(json.dumps(told))
    elif record is None:
        _print_everything(told)
    else:
        print_record(told, record)
    if record is not None and not any(told.values()):
        raise SystemExit(1)


def _everything(read: Settings, ledger: Ledger, name: str | None) -> dict[str, Any]:
    now = time.time()
    rows = [row for row in work.counts(ledger) if name in (None, row.connection)]
    rests = [one for one in work.paused(ledger, now).values() if name in (None, one.connection)]
    return {
        "work": [
            {
                "connection": row.connection,
                "flow": row.flow,
                "state": row.state,
                "outcome": row.outcome,
                "count": row.number,
            }
            for row in rows
        ],
        "oldest_due_seconds": work.oldest_due(ledger, now),
        "paused": [{"connection": one.connection, "until": one.until, "why": one.why} for one in rests],
        "zoho_calls": _usage(read, name),
        "catalogue": [
            asdict(one) for one in looks(read.connections, ledger, now) if name in (None, one.connection)
        ],
        "stock": _stock(read, ledger, name, now),
        "proof": [
            {**asdict(one), "sentences": [one.sentence]}
            for one in proofs(read.connections, ledger, now)
            if name in (None, one.connection)
        ],
    }


def _stock(read: Settings, ledger: Ledger, name: str | None, now: float) -> list[dict[str, Any]]:
    """How it stands, with sentences; how fresh it can be is left out while Redis, which counts the calls, is away."""
    found = [one for one in states(read.connections, ledger, now) if name in (None, one.connection)]
    fresh = _freshness(read) if found else {}
    return [{**asdict(one), "sentences": [*sentences(one), *fresh.get(one.connection, [])]} for one in found]


def _freshness(read: Settings) -> dict[str, list[str]]:
    try:
        made = services_alone(read).connections.values()
        return {one.name: [stock_plan.freshness(one)] for one in made if one.stock_on}
    except (Temporary, NoRedis, InvalidToken):
        return {}


def _usage(read: Settings, name: str | None) -> list[dict[str, Any]]:
    """What is used of each organization's calls; nothing while Redis is away."""
    try:
        made = services_alone(read).connections.values()
        usages = [(one.name, one.zoho.budget.usage()) for one in made if name in (None, one.name)]
    except (Temporary, NoRedis, InvalidToken):
        return []
    return [
        {"connection": one, "today": usage.day_used, "a_day": usage.day_limit, "last_minute": usage.minute}
        for one, usage in usages
    ]


def _print_everything(told: dict[str, Any]) -> None:
    rows = [tuple(row.values()) for row in told["work"]]
    if rows:
        show(("connection", "flow", "state", "outcome", "count"), rows)
    else:
        click.echo("no order has been seen yet")
    if told["oldest_due_seconds"] is not None:
        click.echo(f"the oldest due record has waited {told['oldest_due_seconds']:.0f} s for a worker")
    for rest in told["paused"]:
        until = "until somebody acts" if rest["until"] is None else f"until {clock(rest['until'])}"
        click.echo(f"{rest['connection']} rests {until}: {rest['why']}")
    for usage in told["zoho_calls"]:
        used = f"{usage['today']} of {usage['a_day']} Zoho calls used today"
        click.echo(f"{usage['connection']}: {used}, {usage['last_minute']} in the last minute")
    for look in told["catalogue"]:
        ago = (
            "not looked at yet" if look["seconds"] is None else f"last looked at {look['seconds']:.0f} s ago"
        )
        under_way = ", a look is under way or was stopped" if look["unfinished"] else ""
        click.echo(f"{look['connection']}: {look['what']}: {look['seen']:,} known, {ago}{under_way}")
    for one in (*told["proof"], *told["stock"]):
        for sentence in one["sentences"]:
            click.echo(f"{one['connection']}: {sentence}")


@click.command()
@connection_option
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
@telling
def held(name: str | None, as_json: bool) -> None:
    """Every record that waits for a person: what, why, and what to do."""
    read = settings()
    ledger = ledger_of(read)
    refuse_stranger(read, ledger, name)
    rows = work.held(ledger, name)
    if as_json:
        click.echo(json.dumps([{field: getattr(row, field) for field in FIELDS} for row in rows]))
    elif rows:
        # a paragraph each: sentences in a table are cut into pieces, and thousands take a minute
        for row in rows:
            click.echo(f"{row.connection} {row.flow} {row.record} {row.reason}: {row.what}\n  {row.remedy}")
    else:
        click.echo("nothing is held")


@click.command()
@click.argument("records", nargs=-1)
@connection_option
@telling
def retry(records: tuple[str, ...], name: str | None) -> None:
    """Try held records again, the ones named or all of them; connections that rest go on at once."""
    read = settings()
    ledger = ledger_of(read)
    refuse_stranger(read, ledger, name)
    waiting = [
        row for row in work.held(ledger, name) if not records or {row.record, _id(row.record)} & set(records)
    ]
    waiting += [
        row
        for one in read.connections
        if name in (None, one.name)
        for row in _undone(ledger, one.name, records)
    ]
    due = work.retry(ledger, [row.id for row in waiting], time.time(), {"why": "a person said retry"})
    for one in read.connections:
        if name in (None, one.name) and work.resume(ledger, one.name):
            click.echo(f"{one.name} goes on")
    click.echo(f"{len(due)} held records are tried again; running workers do it")
    unknown = sorted(set(records) - {said for row in waiting for said in (row.record, _id(row.record))})
    if unknown:
        raise click.ClickException(f"not held: {', '.join(unknown)}")


def _undone(ledger: Ledger, connection: str, orders: tuple[str, ...]) -> list[Work]:
    """Orders that were taken back with their run come again only when they are named."""
    rows = (work.find(ledger, connection, "orders", order) for order in orders)
    return [row for row in rows if row is not None and row.fingerprint == UNDONE]


def _id(record: str) -> str:
    """`item:123` may be called 123."""
    return record.rpartition(":")[2]
