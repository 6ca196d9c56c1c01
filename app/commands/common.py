"""What commands share: settings read once, real things made once, and errors told in a sentence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click
from rich.console import Console

from app.settings import Settings, SettingsError, from_environment
from app.wiring import services_alone
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from tasks.services import Connection, Services

P = ParamSpec("P")
R = TypeVar("R")

console = Console()
NEWS = (Temporary, OutOfBudget, Unknown, Unauthorized, Rejected)

connection_option = click.option(
    "--connection", "name", help="Which connection; needed when there are several."
)


def settings() -> Settings:
    """The settings, or every mistake in them and exit code 2."""
    try:
        return from_environment()
    except SettingsError as error:
        for problem in error.problems:
            console.print(f"[red]✗[/red] {problem}", highlight=False, markup=True)
        raise SystemExit(2) from None


def services() -> Services:
    """Real things for one command; nudges go nowhere, a running worker's pump finds the rows."""
    return services_alone(settings())


def chosen(made: Services, name: str | None) -> Connection:
    """The connection of that name, or the only one."""
    if name is None and len(made.connections) == 1:
        return next(iter(made.connections.values()))
    if name is None or name not in made.connections:
        raise click.UsageError(f"choose a connection with --connection: {', '.join(made.connections)}")
    return made.connections[name]


def telling(command: Callable[P, R]) -> Callable[P, R]:
    """A platform's answer becomes a sentence instead of a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except NEWS as error:
            raise click.ClickException(str(error)) from error

    return run
