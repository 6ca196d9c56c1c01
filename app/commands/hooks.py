"""`cartbooks webhooks`: what makes the store call us."""

from __future__ import annotations

import click

from app.commands.common import chosen, connection_option, services, telling
from tasks import hooks
from tasks.services import Connection


@click.group()
def webhooks() -> None:
    """Register, list, repair or remove the store's callbacks."""


@webhooks.command()
@connection_option
@telling
def register(name: str | None) -> None:
    """Create the hooks that are missing and mend those that are not as they should be."""
    _tell(hooks.register(_reachable(name)))


@webhooks.command()
@connection_option
@telling
def repair(name: str | None) -> None:
    """The same as register; the schedule does it by itself, too."""
    _tell(hooks.repair(_reachable(name)))


@webhooks.command()
@connection_option
@telling
def remove(name: str | None) -> None:
    """Delete the hooks that lead to us; sweeps go on finding orders."""
    _tell(hooks.remove(_reachable(name)))


@webhooks.command("list")
@connection_option
@telling
def list_hooks(name: str | None) -> None:
    """Show the hooks that lead to us."""
    rows = hooks.listed(_reachable(name))
    if not rows:
        click.echo("no hook leads to us: run `cartbooks webhooks register`")
        return
    for hook in rows:
        active = "active" if hook["is_active"] else "switched off"
        click.echo(f"{hook['id']}  {hook['scope']}  {active}  {hook['destination']}")


def _reachable(name: str | None) -> Connection:
    """The connection; hooks are ours by the address that they lead to, so there must be one."""
    connection = chosen(services(), name)
    if not connection.hook_destination:
        raise click.ClickException(
            f"connections.{connection.name}.store.public_url is empty: set the https address that leads to `web`"
        )
    return connection


def _tell(sentences: list[str]) -> None:
    for sentence in sentences or ["nothing to do: every hook is as it should be"]:
        click.echo(sentence)
