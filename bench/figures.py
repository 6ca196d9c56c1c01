"""What the benches share: a Redis and a lab of their own, and how their figures are told."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from app.redis_server import RedisServer
from tests.lab import Lab, make_lab

PACE = 1000  # the limit windows are not what is measured here


@contextmanager
def own_redis() -> Iterator[str]:
    """The address of a server that goes with the bench."""
    with tempfile.TemporaryDirectory(prefix="cartbooks-bench-") as directory:
        redis = RedisServer.start(Path(directory))
        try:
            yield redis.url
        finally:
            redis.stop()


@contextmanager
def own_lab(redis_url: str, *, pace: int = PACE, more: str = "") -> Iterator[Lab]:
    """A store and books with calls for everything; `more` settings."""
    with tempfile.TemporaryDirectory(prefix="cartbooks-bench-") as directory:
        lab = make_lab(Path(directory), redis_url, pace=pace, callback_threads=0, more=more)
        lab.world.zoho.per_day = 1_000_000
        try:
            yield lab
        finally:
            lab.ledger.engine.dispose()


def table_of(title: str, names: Sequence[str], rows: Sequence[tuple[Any, Sequence[Any]]]) -> Table:
    """A line for each figure, its name green where its promise is kept; what it does not promise is a dash."""
    table = Table(title=title)
    for name in names:
        table.add_column(name, justify="left" if not name else "right")
    for figure, cells in rows:
        colour = "green" if figure.met else "red"
        told = ("–" if cell is None else f"{cell:,}" for cell in cells)
        table.add_row(f"[{colour}]{figure.name}[/{colour}]", *told)
    return table


def ended(figures: Sequence[Any]) -> int:
    """The exit code: 1 where a promise is broken."""
    return 0 if all(figure.met for figure in figures) else 1


def tell(figures: Sequence[Any], table: Table, *, as_json: bool) -> int:
    """For a machine or for a person; the exit code."""
    if as_json:
        rows = [{**asdict(figure), "met": figure.met} for figure in figures]
        print(json.dumps({"met": not ended(figures), "figures": rows}))
    else:
        Console().print(table)
    return ended(figures)
