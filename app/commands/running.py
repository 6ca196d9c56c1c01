"""`cartbooks up | migrate | sandbox`: what runs until it is told to stop."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from app.commands.common import NOBODY, settings, telling
from app.processes import processes
from app.redis_server import prepare
from app.settings import Settings
from app.supervisor import Supervisor, to_stream, until_told
from ledger.store import migrate as migrate_ledger


@click.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 32))
@telling
def up(workers: int) -> None:
    """Run everything of the Procfile on this machine, with a Redis of our own if none is given."""
    read = settings()
    if not read.connections:
        raise click.ClickException(NOBODY)
    redis = None if read.redis_url else prepare(read.data_dir)
    migrate_ledger(read.ledger_url)
    url = redis.url if redis else read.redis_url
    every = processes(read, {**os.environ, "REDIS_URL": url}, redis, workers)
    supervisor = Supervisor(every, to_stream(sys.stdout, [one.name for one in every]))
    until_told(supervisor, when_up=lambda: _addresses(read))


def _addresses(read: Settings) -> None:
    web = f"http://{read.web.host}:{read.web.port}"
    click.echo(
        f"console: {web}/   callbacks: {web}/webhooks/bigcommerce/<connection>   metrics: {web}/metrics"
    )
    click.echo(f"Flower: http://127.0.0.1:{read.flower.port}   (Ctrl-C stops everything)")


@click.command()
@telling
def migrate() -> None:
    """Bring the ledger's tables up to date; `up` does it, too."""
    migrate_ledger(settings().ledger_url)
    click.echo("the ledger is up to date")


@click.command()
@click.option(
    "--port", default=8100, show_default=True, type=click.IntRange(0, 65535), help="0: any free one."
)
@click.option(
    "--pace",
    default=1.0,
    show_default=True,
    type=click.FloatRange(1, 1000),
    help="Limit windows run this many times faster.",
)
@click.option(
    "--latency",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 60),
    help="Seconds before every answer.",
)
@click.option("--moods", default="", help="A name or a file, see docs/sandbox.md.")
@click.option(
    "--load", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Recorded orders."
)
@click.option("--seed", default=0, show_default=True)
def sandbox(port: int, pace: float, latency: float, moods: str, load: Path | None, seed: int) -> None:
    """Both platforms pretended on one port, for trying things out; see docs/sandbox.md."""
    from sandbox import create_app  # noqa: PLC0415 (only the doors start it, and only when asked)
    from sandbox.loading import load_folder  # noqa: PLC0415
    from sandbox.server import run, serve  # noqa: PLC0415

    try:
        app = create_app(pace=pace, latency=latency, moods=moods or (), seed=seed)
        loaded = load_folder(app.extensions["sandbox"], load) if load is not None else None
    except (ValueError, OSError) as error:  # moods nobody knows, a folder without orders
        raise click.ClickException(str(error)) from None
    for refused in loaded["refused"] if loaded else ():
        click.echo(f"not loaded: {refused['name']}: {refused['why']}", err=True)
    if port == 0:
        with_port = serve(app, port=0)
        port = with_port.server_port
        with_port.server_close()
    click.echo(f"BigCommerce: http://127.0.0.1:{port}/bigcommerce   Zoho: http://127.0.0.1:{port}/zoho")
    run(app, port)
