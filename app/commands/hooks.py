"""`cartbooks webhooks`: what makes the store call us."""

from __future__ import annotations

import click
from rich.table import Table

from app.commands.common import chosen, connection_option, console, services, telling
from tasks import hooks


@click.group()
def webhooks() -> None:
    """Register, list, repair or remove the store's callbacks."""


@webhooks.command()
@connection_option
@telling
def register(name: str | None) -> None:
    """Create the hooks that are missing and mend those that are not as they should be."""
    connection = chosen(services(), name)
    if not connection.hook_destination:
        raise click.ClickException(
            f"connections.{connection.name}.store.public_url is empty: set the https address that leads to `web`"
        )
    _tell(hooks.register(connection))


@webhooks.command()
@connection_option
@telling
def repair(name: str | None) -> None:
    """The same as register; the schedule does it by itself, too."""
    _tell(hooks.repair(chosen(services(), name)))


@webhooks.command()
@connection_option
@telling
def remove(name: str | None) -> None:
    """Delete the hooks that lead to us; sweeps go on finding orders."""
    _tell(hooks.remove(chosen(services(), name)))


@webhooks.command("list")
@connection_option
@telling
def list_hooks(name: str | None) -> None:
    """Show the hooks that lead to us."""
    table = Table("id", "scope", "active", "destination")
    for hook in hooks.listed(chosen(services(), name)):
        table.add_row(
            str(hook["id"]), hook["scope"], "yes" if hook["is_active"] else "no", str(hook["destination"])
        )
    console.print(table)


def _tell(sentences: list[str]) -> None:
    for sentence in sentences or ["nothing to do: every hook is as it should be"]:
        console.print(sentence)
