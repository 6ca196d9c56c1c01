"""`cartbooks resolve`: a person decides what becomes of an order whose document was changed in Zoho."""

from __future__ import annotations

import click

from app.commands import order_plans
from app.commands.common import chosen, connection_option, services, telling
from app.commands.syncing import dry_option
from ledger import links, work
from ledger.links import Link
from tasks import memory, stages
from tasks.document_looks import take_up
from tasks.memory import DOCUMENT
from tasks.order_looks import FLOW
from tasks.services import Connection

CHANGED = "changed-in-zoho"
SAID = {
    "keep": "{document} stays as it is in Zoho and counts as right from now on, until the order changes in the store",
    "ours": "{document} is written again as the order says (credited and made anew where it may not be rewritten)",
    "stop": "{document} and all that belongs to the order is left alone from now on, "
    "until `cartbooks resolve order {order} --follow`",
    "follow": "{document} is followed again: it is read first, and what differs is held once more",
}


@click.group()
def resolve() -> None:
    """Decide what becomes of a record on which both sides have parted."""


@resolve.command("order")
@click.argument("order_id", type=click.IntRange(1))
@click.option("--keep", "choices", flag_value="keep", multiple=True, help="What stands in Zoho is right.")
@click.option(
    "--ours",
    "choices",
    flag_value="ours",
    multiple=True,
    help="What the store says is right: it is written again.",
)
@click.option(
    "--stop", "choices", flag_value="stop", multiple=True, help="Leave this order alone from now on."
)
@click.option(
    "--follow",
    "choices",
    flag_value="follow",
    multiple=True,
    help="Follow an order again that was left alone.",
)
@dry_option
@connection_option
@telling
def resolve_order(order_id: int, choices: tuple[str, ...], dry: bool, name: str | None) -> None:
    """Choose between what a person wrote in Zoho and what Cartbooks had written; workers then act on it."""
    if len(choices) != 1:
        raise click.UsageError("say one of them: --keep, --ours, --stop or --follow")
    (choice,) = choices
    connection, order = chosen(services(), name), str(order_id)
    document = _meant(connection, order)
    if document is None:
        raise click.ClickException(f"order {order} has no document in the books: there is nothing to choose")
    _refuse(connection, order, document, choice)
    named = f"document {document.extra.get('number', document.id)}"
    sentence = f"order {order}: {SAID[choice].format(document=named, order=order)}"
    if dry:
        click.echo(f"if you say --{choice}, {sentence}; nothing was written")
        if choice in ("keep", "ours"):
            order_plans.print_one(connection, order, choice={document.id: choice})
        return
    said = None if choice == "follow" else choice
    links.mark(
        connection.ledger, document.scope, DOCUMENT, document.key, document.id, choice=said, doubtful=True
    )
    take_up(connection, order, f"a person said --{choice}", None)
    click.echo(f"{sentence}; running workers do it")


def _meant(connection: Connection, order: str) -> Link | None:
    """Of several documents the one that was left alone, or that the order is held for; else the last."""
    there = [link for _, link in stages.booked(connection, order)]
    row = work.find(connection.ledger, connection.name, FLOW, order)
    words = row.what.split() if row is not None else []
    stopped = [link for link in there if link.extra.get("choice") == "stop"]
    named = [link for link in there if str(link.extra.get("number")) in words]
    last = memory.newest(stages.reached(connection, order), order)
    return next(iter([*stopped, *named]), last) if len(there) > 1 else last


def _refuse(connection: Connection, order: str, document: Link, choice: str) -> None:
    """Only --stop may be said at any time."""
    row = work.find(connection.ledger, connection.name, FLOW, order)
    if choice == "follow" and document.extra.get("choice") != "stop":
        raise click.ClickException(f"order {order} is not left alone: it is followed already")
    if choice in ("keep", "ours") and (row is None or (row.state, row.reason) != ("held", CHANGED)):
        how = "unknown" if row is None else f"{row.outcome or row.state} {row.reason}".strip()
        raise click.ClickException(f"order {order} is not held for {CHANGED} (it is {how})")
