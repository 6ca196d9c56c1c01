"""All that the ledger knows of one record: its outcome, what it became on the other side, its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from app.settings import Connection, Settings
from ledger import history, levels, links, work
from ledger.store import Ledger
from ledger.work import Work
from tasks.memory import DOCUMENT

FIELDS = ("connection", "flow", "record", "reason", "what", "remedy")
NOT_SHOWN = frozenset({"at", "event", "rows", "since"})  # `explain` tells the calls one by one
_KINDS = {
    "invoice": ("invoice",),
    "sales_order": ("order",),
    "sales_order_then_invoice": ("invoice", "order"),
}
WORDS = {
    "orders": "order",
    "items": "product",
    "prices": "price list",
    "stock": "stock of item",
    "shipments": "shipment",
}


def one_record(read: Settings, ledger: Ledger, record: str, name: str | None) -> dict[str, Any]:
    """By flow, in every connection that knows it; an item or a group may be called by its id alone."""
    told: dict[str, Any] = {flow: [] for flow in WORDS}
    for one in read.connections:
        if name not in (None, one.name):
            continue
        for row in _rows(ledger, one.name, record):
            events = history.of(ledger, one.name, row.flow, row.record)
            told[row.flow].append(
                {
                    **{
                        field: getattr(row, field)
                        for field in (*FIELDS, "state", "outcome", "why", "attempts")
                    },
                    **_other_side(one, ledger, row),
                    "history": [{"at": event.at, "event": event.event, **event.detail} for event in events],
                }
            )
    return told


def _rows(ledger: Ledger, connection: str, record: str) -> Iterator[Work]:
    called = [(flow, record) for flow in WORDS]
    called += [("items", f"{kind}:{record}") for kind in ("item", "group")]
    for flow, one in called:
        row = work.find(ledger, connection, flow, one)
        if row is not None:
            yield row


def _other_side(one: Connection, ledger: Ledger, row: Work) -> dict[str, Any]:
    if row.flow == "orders":
        kinds = (*_KINDS[one.orders.document], "estimate")
        keys = [f"{one.store.store_hash}:{row.record}:{kind}:1" for kind in kinds]
        known = links.get_many(ledger, one.name, DOCUMENT, keys)
        link = next((known[key] for key in keys if key in known), None)
        return {"document": {"id": link.id, "number": link.extra.get("number", "")} if link else None}
    if row.flow == "stock":
        places = levels.get_many(ledger, one.name, [row.record]).get(row.record, {})
        told = [
            {"location": place, "store": its.store, "proven": its.proven}
            for place, its in sorted(places.items())
        ]
        return {"levels": told}
    kind = {"items": "product", "shipments": "shipment"}.get(row.flow, "price_list")
    link = links.get(ledger, one.name, kind, row.record)
    return {kind: {"id": link.id, "hidden_by_us": bool(link.extra.get("hidden"))} if link else None}


def print_record(told: dict[str, Any], record: str) -> None:
    """The same in sentences."""
    for flow, rows in told.items():
        for row in rows:
            said = row["outcome"] if row["state"] in {"done", "held"} else row["state"]
            shown = row["record"] if flow != "items" else row["record"].replace(":", " ")
            word = f"{WORDS[flow]} " if flow != "items" else ""
            click.echo(f"{word}{shown} ({row['connection']}): {said} {row['reason']}".rstrip())
            _print_link(row)
            for sentence in filter(None, (row["what"], row["remedy"], row["why"])):
                click.echo(f"  {sentence}")
            for event in row["history"]:
                detail = " ".join(_short(value) for name, value in event.items() if name not in NOT_SHOWN)
                click.echo(f"  {clock(event['at'])}  {event['event']}  {detail}".rstrip())
    if not any(told.values()):
        word, said = (
            ("order ", f": `cartbooks sync order {record}` fetches it") if record.isdigit() else ("", "")
        )
        click.echo(f"{word}{record} has not been seen{said}")


def _print_link(row: dict[str, Any]) -> None:
    if row.get("document"):
        click.echo(f"  document {row['document']['number']} (id {row['document']['id']})")
    for level in row.get("levels", ()):
        shown = "" if level["proven"] else ", which it has yet to show"
        click.echo(f"  {level['store']} at location {level['location']} of the store{shown}")
    for kind in ("product", "price_list"):
        if row.get(kind):
            hidden = ", hidden by us" if row[kind]["hidden_by_us"] else ""
            click.echo(f"  {kind.replace('_', ' ')} {row[kind]['id']} in the store{hidden}")


def _short(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def clock(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
