"""`cartbooks up | migrate | sandbox`: what runs until it is told to stop."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from app.commands.common import console, settings
from app.processes import processes
from app.redis_server import NoRedis, prepare
from app.supervisor import Supervisor, to_stream, until_told
from ledger.store import migrate as migrate_ledger


@click.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 32))
def up(workers: int) -> None:
    """Run everything of the Procfile on this machine, with a Redis of our own if none is given."""
    chosen = settings()
    try:
        redis = None if chosen.redis_url else prepare(chosen.data_dir)
    except NoRedis as error:
        raise click.ClickException(str(error)) from error
    migrate_ledger(chosen.ledger_url)
    url = chosen.redis_url or (redis.url if redis else "")
    every = processes(chosen, {**os.environ, "REDIS_URL": url}, redis, workers)
    supervisor = Supervisor(every, to_stream(sys.stdout, [one.name for one in every]))
    supervisor.start()
    console.print(
        f"callbacks: http://{chosen.web.host}:{chosen.web.port}   Flower: http://127.0.0.1:{chosen.flower.port}"
    )
    until_told(supervisor)


@click.command()
def migrate() -> None:
    """Bring the ledger's tables up to date; `up` does it, too."""
    migrate_ledger(settings().ledger_url)
    console.print("the ledger is up to date")


@click.command()
@click.option("--port", default=8100, show_default=True, type=click.IntRange(0, 65535))
@click.option("--pace", default=1.0, show_default=True, help="Limit windows run this many times faster.")
@click.option("--latency", default=0.0, show_default=True, help="Seconds before every answer.")
@click.option("--moods", default="", help="A name or a file, see docs/sandbox.md.")
@click.option(
    "--load", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Recorded orders."
)
@click.option("--seed", default=0, show_default=True)
def sandbox(port: int, pace: float, latency: float, moods: str, load: Path | None, seed: int) -> None:
    """Both platforms pretended on one port, for trying things out; see docs/sandbox.md."""
    from sandbox import create_app  # noqa: PLC0415 (only the doors start it, and only when asked)
    from sandbox.server import run  # noqa: PLC0415

    app = create_app(pace=pace, latency=latency, moods=moods or (), seed=seed)
    if load is not None:
        from sandbox.loading import load_folder  # noqa: PLC0415

        load_folder(app.extensions["sandbox"], load)
    console.print(f"BigCommerce: http://127.0.0.1:{port}/bigcommerce   Zoho: http://127.0.0.1:{port}/zoho")
    run(app, port)
