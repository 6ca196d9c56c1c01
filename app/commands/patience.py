"""Long runs for a person who watches: bars while they last, and a Ctrl-C that lets what is begun come to its end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Stopped(Exception):
    """A person pressed Ctrl-C; what was begun is finished and written down."""


@contextmanager
def until_told() -> Iterator[Callable[[], None]]:
    """Yields a check that raises Stopped once Ctrl-C was pressed; a second Ctrl-C does not wait."""
    told = threading.Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        if told.is_set():
            raise KeyboardInterrupt
        told.set()

    def check() -> None:
        if told.is_set():
            raise Stopped

    before = signal.signal(signal.SIGINT, tell)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def bars() -> Iterator[Progress]:
    """Progress on the terminal, beside what a command says; nothing where nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        yield progress
