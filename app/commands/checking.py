"""`cartbooks check`: are the settings, the logins, the books and the hooks as they must be?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

import click

from app.checks import Line, look_over
from app.checks.lines import fail
from app.commands.common import redis_of, telling
from app.logs import configure
from app.redis_server import NoRedis
from app.settings import SettingsError, from_environment

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@click.option("--connection", "name", help="Look at this one only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@telling
def check(name: str | None, as_json: bool) -> None:
    """Try everything without writing anything; each line ok, warn or fail with the remedy. 1 on any fail."""
    lines = list(_lines(name))
    bad = any(line.level == "fail" for line in lines)
    if as_json:
        click.echo(json.dumps({"ok": not bad, "lines": [asdict(line) for line in lines]}, indent=2))
    else:
        _print(lines)
    raise SystemExit(1 if bad else 0)


def _lines(name: str | None) -> Iterable[Line]:
    try:
        settings = from_environment()
    except SettingsError as error:
        return [fail("settings", f"{one.key} = {one.value}", one.remedy) for one in error.problems]
    configure("WARNING", secrets=settings.secrets())
    if name is not None and settings.connection(name) is None:
        raise click.UsageError(
            f"no connection {name}; there are: {', '.join(c.name for c in settings.connections)}"
        )
    try:
        redis_url = redis_of(settings)
    except NoRedis as error:
        return [fail("Redis", "none is given and none could be started", str(error))]
    return look_over(settings, redis_url, name)


def _print(lines: Iterable[Line]) -> None:
    """A paragraph each: the keys and commands that a person copies would be cut into pieces in a table."""
    of = ""
    for line in lines:
        if line.connection != of:
            of = line.connection
            click.secho(f"\nconnection {of}", bold=True)
        click.echo(f"{click.style(f'{line.level:<4}', fg=COLOURS[line.level])}  {line.about}: {line.what}")
        if line.remedy:
            click.echo(f"      → {click.style(line.remedy, bold=True)}")
