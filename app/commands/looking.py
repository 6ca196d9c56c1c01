"""`cartbooks status | held | retry`: how the work stands, and what waits for a person."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import click
from cryptography.fernet import InvalidToken

from app.commands.common import connection_option, ledger_of, settings, show, telling
from app.redis_server import NoRedis
from app.settings import Settings
from app.wiring import services_alone
from connectors.errors import Temporary
from ledger import history, links, work
from ledger.store import Ledger
from tasks.look_up import DOCUMENT

FIELDS = ("connection", "flow", "record", "reason", "what", "remedy")


@click.command()
@click.argument("order_id", required=False, type=click.IntRange(1))
@connection_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@telling
def status(order_id: int | None, name: str | None, as_json: bool) -> None:
    """How many orders are posted, skipped, held and waiting; or all that is known of one order."""
    read = settings()
    ledger = ledger_of(read)
    told = _everything(read, ledger, name) if order_id is None else _one(read, ledger, str(order_id), name)
    if as_json:
        click.echo(json.dumps(told))
    elif order_id is None:
        _print_everything(told)
    else:
        _print_one(told, str(order_id))


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
    }


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
        click.echo(f"the oldest due order has waited {told['oldest_due_seconds']:.0f} s for a worker")
    for rest in told["paused"]:
        until = "until somebody acts" if rest["until"] is None else f"until {_clock(rest['until'])}"
        click.echo(f"{rest['connection']} rests {until}: {rest['why']}")
    for usage in told["zoho_calls"]:
        used = f"{usage['today']} of {usage['a_day']} Zoho calls used today"
        click.echo(f"{usage['connection']}: {used}, {usage['last_minute']} in the last minute")


def _one(read: Settings, ledger: Ledger, record: str, name: str | None) -> dict[str, Any]:
    """The rows, documents and histories of one order, in every connection that knows it."""
    told = []
    for one in read.connections:
        row = work.find(ledger, one.name, "orders", record)
        if row is None or name not in (None, one.name):
            continue
        kind = "invoice" if one.orders.document == "invoice" else "order"
        link = links.get(ledger, one.name, DOCUMENT, f"{one.store.store_hash}:{record}:{kind}:1")
        events = history.of(ledger, one.name, "orders", record)
        told.append(
            {
                **{field: getattr(row, field) for field in (*FIELDS, "state", "outcome", "why", "attempts")},
                "document": {"id": link.id, "number": link.extra.get("number", "")} if link else None,
                "history": [{"at": event.at, "event": event.event, **event.detail} for event in events],
            }
        )
    return {"orders": told}


def _print_one(told: dict[str, Any], record: str) -> None:
    for order in told["orders"]:
        said = order["outcome"] if order["state"] in {"done", "held"} else order["state"]
        click.echo(f"order {record} ({order['connection']}): {said} {order['reason']}".rstrip())
        if order["document"]:
            click.echo(f"  document {order['document']['number']} (id {order['document']['id']})")
        for sentence in filter(None, (order["what"], order["remedy"], order["why"])):
            click.echo(f"  {sentence}")
        for event in order["history"]:
            detail = " ".join(str(value) for name, value in event.items() if name not in {"at", "event"})
            click.echo(f"  {_clock(event['at'])}  {event['event']}  {detail}".rstrip())
    if not told["orders"]:
        click.echo(f"order {record} has not been seen: `cartbooks sync order {record}` fetches it")
        raise SystemExit(1)


def _clock(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


@click.command()
@connection_option
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
@telling
def held(name: str | None, as_json: bool) -> None:
    """Every record that waits for a person: what, why, and what to do."""
    rows = work.held(ledger_of(settings()), name)
    if as_json:
        click.echo(json.dumps([{field: getattr(row, field) for field in FIELDS} for row in rows]))
    elif rows:
        cells = [
            (row.connection, f"{row.flow} {row.record}", row.reason, row.what, row.remedy) for row in rows
        ]
        show(("connection", "record", "why", "what", "what to do"), cells, lines=True)
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
    waiting = [row for row in work.held(ledger, name) if not records or row.record in records]
    due = work.retry(ledger, [row.id for row in waiting], time.time())
    for one in read.connections:
        if name in (None, one.name) and work.resume(ledger, one.name):
            click.echo(f"{one.name} goes on")
    click.echo(f"{len(due)} held records are tried again; running workers do it")
    unknown = sorted(set(records) - {row.record for row in waiting})
    if unknown:
        raise click.ClickException(f"not held: {', '.join(unknown)}")
