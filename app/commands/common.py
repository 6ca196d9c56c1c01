"""What commands share: settings read once, real things made once, and errors told in a sentence."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from cryptography.fernet import InvalidToken
from redis import RedisError
from rich.box import HEAVY_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.commands.tables import widths
from app.logs import configure
from app.redis_server import NoRedis, RedisServer, find_url
from app.settings import Connection as Chosen
from app.settings import Settings, SettingsError, from_environment
from app.wiring import services_at
from connectors.errors import TROUBLE, NotOffered
from ledger import work
from ledger.store import Ledger, LedgerBusy, LedgerUnfit, is_current, open_ledger
from mappings.errors import Unmappable
from tasks.fates import Later
from tasks.services import Connection, Services

P = ParamSpec("P")
R = TypeVar("R")

NEWS = (*TROUBLE, NotOffered, Later, NoRedis, LedgerBusy, LedgerUnfit)
OTHER_KEY = (
    "the refresh token in the ledger was sealed with another CARTBOOKS_KEY: "
    "put the old key back, or run `cartbooks connect zoho`"
)
UNREADY = "the ledger is not there, or of another version: run `cartbooks migrate`"
NOBODY = "no connection is set up: copy cartbooks.example.toml to cartbooks.toml and fill it in"

connection_option = click.option(
    "--connection", "name", help="Which connection; needed when there are several."
)


def within_reason(_context: click.Context, _option: click.Parameter, day: datetime | None) -> datetime | None:
    """A day from which other days can be reckoned."""
    if day is not None and not 1971 <= day.year <= 2999:
        raise click.BadParameter("write a day from 1971-01-01 to 2999-12-31")
    return day


def settings() -> Settings:
    """The settings, or every mistake in them and exit code 2."""
    try:
        read = from_environment()
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"{click.style('✗', fg='red')} {problem}", err=True)
        raise SystemExit(2) from None
    configure("WARNING", secrets=read.secrets())  # what a command has to say, it prints
    return read


def ledger_of(chosen: Settings) -> Ledger:
    """The ledger, if its tables are those of this version."""
    if not ledger_is_there(chosen.ledger_url):
        raise click.ClickException(UNREADY)
    ledger = open_ledger(chosen.ledger_url)
    if not is_current(ledger):
        raise click.ClickException(UNREADY)
    return ledger


def ledger_is_there(url: str) -> bool:
    """False for an SQLite file that nobody has made yet; merely looking must not make it."""
    kind, _, path = url.partition(":///")
    return kind != "sqlite" or Path(path).exists()


def redis_of(chosen: Settings) -> str:
    """The Redis that is given or runs; else one of our own that ends with this command."""
    try:
        return find_url(chosen.redis_url, chosen.data_dir)
    except NoRedis:
        server = RedisServer.start(chosen.data_dir)
        click.get_current_context().call_on_close(server.stop)
        return server.url


def services() -> Services:
    """Real things for one command; nudges go nowhere, a running worker's pump finds the rows."""
    read = settings()
    if not read.connections:
        raise click.ClickException(NOBODY)
    ledger_of(read)
    try:
        return services_at(read, redis_of(read))
    except InvalidToken:
        raise click.ClickException(OTHER_KEY) from None


def chosen(made: Services, name: str | None) -> Connection:
    """The connection of that name, or the only one."""
    return made.connections[_name(list(made.connections), name)]


def chosen_of(read: Settings, name: str | None) -> Chosen:
    """The same in the settings, before anything is made."""
    one = read.connection(_name([one.name for one in read.connections], name))
    assert one is not None
    return one


def refuse_stranger(read: Settings, ledger: Ledger, name: str | None) -> None:
    """Whoever mistypes a connection must not hear that nothing is held. One that left the settings is still known."""
    names = [one.name for one in read.connections]
    if name is not None and name not in {*names, *(row.connection for row in work.counts(ledger))}:
        raise click.UsageError(f"no connection {name}; there are: {', '.join(names) or 'none'}")


def _name(names: Sequence[str], name: str | None) -> str:
    if not names:
        raise click.ClickException(NOBODY)
    if name is None and len(names) == 1:
        return names[0]
    if name is None or name not in names:
        raise click.UsageError(f"choose a connection with --connection: {', '.join(names)}")
    return name


def telling(command: Callable[P, R]) -> Callable[P, R]:
    """What a platform, the ledger or Redis says becomes a sentence instead of a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except NEWS as error:
            raise click.ClickException(str(error)) from None
        except Unmappable as error:
            raise click.ClickException(f"{error.what}. {error.remedy}") from None
        except OSError as error:  # of a file or directory that the settings name; all else is no news of ours
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from None
        except RedisError as error:
            raise click.ClickException(f"Redis cannot be reached ({type(error).__name__})") from None

    return run


def show(columns: Iterable[str], rows: Iterable[Iterable[object]], *, lines: bool = False) -> None:
    """A table in which every cell is plain text, whatever brackets it has, and none is cut."""
    names, cells = list(columns), [[str(cell) for cell in row] for row in rows]
    console = Console()
    framed, wide = widths(list(zip(names, *cells, strict=True)), console.width)
    table = Table(show_lines=lines, box=HEAVY_HEAD if framed else None, pad_edge=framed)
    for name, width in zip(names, wide, strict=True):
        table.add_column(name, width=width, overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)
