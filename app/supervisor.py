"""Keeps the processes of `cartbooks up` and of the demo running, and takes all of them along when it goes."""

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TextIO

from app.leash import release, spawn

SETTLED = 60.0  # seconds after which a process has earned a quick restart again
LONGEST = 30.0  # seconds
LOOK_EVERY = 0.1
LAST_WORDS = 1.0  # seconds for what a process said before it left

Write = Callable[[str, str], None]  # (process, line)


@dataclass(frozen=True)
class Process:
    """What to run. Lower `rank` starts earlier and stops later; one rank is stopped together.

    `env` is the whole environment. `stop_signal`, then after `stop_after` seconds SIGQUIT, after five more
    SIGKILL to the whole group. `ready` is waited for at the first start, at most 15 s.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    rank: int = 1
    stop_signal: int = signal.SIGTERM
    stop_after: float = 30.0
    ready: Callable[[], bool] | None = None


@dataclass
class _Child:
    process: Process
    popen: subprocess.Popen[bytes] | None = None
    copier: threading.Thread | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = 0.0


def back_off(failures: int) -> float:
    """Seconds before the next start: 1, 2, 4, ... 30."""
    return float(min(2 ** min(failures - 1, 10), LONGEST))


class Supervisor:
    """One thread starts, watches and stops everything, because Linux ties children to their thread."""

    def __init__(self, processes: Iterable[Process], write: Write) -> None:
        self._children = [_Child(one) for one in sorted(processes, key=lambda one: one.rank)]
        self._write = write
        self._over = threading.Event()
        self._hurry = threading.Event()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self, within: float = 60.0) -> bool:
        """Begins, once; True as soon as every process has been started in its order."""
        if self._thread.ident is None:
            self._thread.start()
        return self._up.wait(within)

    def running(self) -> bool:
        return self._thread.is_alive()

    def stop(self, *, at_once: bool = False) -> None:
        """Returns when no process is left. `at_once` kills; it may be called while another stop waits."""
        if at_once:
            self._hurry.set()
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def pids(self) -> dict[str, int]:
        """The running processes by name."""
        now = [(one.process.name, one.popen) for one in self._children]
        return {name: popen.pid for name, popen in now if popen is not None and popen.poll() is None}

    def _run(self) -> None:
        try:
            for child in self._children:
                self._start(child)
                self._wait_for(child)
            self._up.set()
            while not self._over.wait(LOOK_EVERY):
                for child in self._children:
                    self._look(child)
        finally:
            self._stop_all()

    def _start(self, child: _Child) -> None:
        if self._over.is_set():
            return
        child.popen = spawn(child.process.argv, child.process.env)
        child.started = time.monotonic()
        child.copier = threading.Thread(
            target=self._copy, args=(child.process.name, child.popen), daemon=True
        )
        child.copier.start()

    def _wait_for(self, child: _Child) -> None:
        deadline, ready = time.monotonic() + 15, child.process.ready
        while ready and not self._over.is_set() and time.monotonic() < deadline and not ready():
            self._over.wait(0.05)

    def _copy(self, name: str, popen: subprocess.Popen[bytes]) -> None:
        assert popen.stdout is not None
        with popen.stdout as output:
            for line in output:
                self._say(name, line.decode("utf-8", "replace").rstrip("\n"))

    def _say(self, name: str, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # a closed console is no reason to stop
            self._write(name, line)

    def _look(self, child: _Child) -> None:
        now = time.monotonic()
        if child.popen is not None and child.popen.poll() is not None:
            code = child.popen.returncode
            self._bury(child)
            child.failures = 1 if now - child.started > SETTLED else child.failures + 1
            wait = back_off(child.failures)
            child.again_at = now + wait
            self._say("supervisor", f"{child.process.name} ended with {code}, starts again in {wait:.0f} s")
        elif child.popen is None and now >= child.again_at:
            self._start(child)

    def _bury(self, child: _Child) -> None:
        if child.popen is not None:
            release(child.popen)
            child.popen = None
        if child.copier is not None:
            child.copier.join(LAST_WORDS)
            child.copier = None

    def _stop_all(self) -> None:
        for rank in sorted({one.process.rank for one in self._children}, reverse=True):
            together = [one for one in self._children if one.process.rank == rank and one.popen]
            for child in together:
                _send(child, child.process.stop_signal)
            self._wait_until_gone(together, max((one.process.stop_after for one in together), default=0.0))
            for child in filter(_alive, together):
                self._say("supervisor", f"{child.process.name} did not stop, is told to quit")
                _send(child, signal.SIGQUIT)
            self._wait_until_gone(together, 5.0)
            for child in together:
                self._bury(child)

    def _wait_until_gone(self, children: list[_Child], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while any(map(_alive, children)) and time.monotonic() < deadline and not self._hurry.is_set():
            self._hurry.wait(0.05)


def _alive(child: _Child) -> bool:
    return child.popen is not None and child.popen.poll() is None


def _send(child: _Child, number: int) -> None:
    if child.popen is not None:
        child.popen.send_signal(number)  # a process that is gone is not signalled


def to_stream(stream: TextIO, names: Iterable[str]) -> Write:
    """Lines with the process's name in front, in one column."""
    width = max(map(len, (*names, "supervisor")))
    lock = threading.Lock()

    def write(name: str, line: str) -> None:
        with lock:
            stream.write(f"{name:<{width}} | {line}\n")
            stream.flush()

    return write


def until_told(supervisor: Supervisor, when_up: Callable[[], None] = lambda: None) -> None:
    """In the main thread: starts, waits for Ctrl-C or SIGTERM, stops in order; a second one kills."""
    told = threading.Event()

    def tell(_number: int, _frame: object) -> None:
        if told.is_set():
            threading.Thread(target=supervisor.stop, kwargs={"at_once": True}, daemon=True).start()
        told.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        supervisor.start(0)
        to_say = [when_up]
        while supervisor.running() and not told.wait(LOOK_EVERY):
            while to_say and supervisor.start(0):
                to_say.pop()()
        supervisor.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
