"""Starts programs that end when the process that asked for them ends, even by kill -9.

Two leashes. On Linux the kernel kills the program itself (run as a script this file ties that leash and
then becomes the program, so the pid that the caller got is the program's own). Everywhere a guard process
listens at a pipe that only the caller holds, and when it closes kills whole groups: grandchildren too.
"""

import atexit
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
SHIM = (sys.executable, "-I", "-S", str(Path(__file__)))


@dataclass
class _Guard:
    """The groups that must not outlive this process, and the process that sees to it."""

    groups: set[int] = field(default_factory=set)
    process: subprocess.Popen[bytes] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, word: str, group: int) -> None:
        """`+` takes a group on, `-` lets it go."""
        with self.lock:
            (self.groups.add if word == "+" else self.groups.discard)(group)
            if self.process is None or not self._write(f"{word}{group}\n"):
                self._anew()

    def _anew(self) -> None:
        """The first guard, or one in the place of a guard that somebody killed."""
        self.process = subprocess.Popen([*SHIM, "guard"], stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
        self._write("".join(f"+{group}\n" for group in self.groups))

    def close(self) -> None:
        """At a quiet end: what was not let go is killed now."""
        with self.lock:
            if self.process is not None and self.process.stdin is not None:
                with contextlib.suppress(OSError):
                    self.process.stdin.close()
                self.process.wait()

    def _write(self, words: str) -> bool:
        if self.process is None or self.process.stdin is None or self.process.poll() is not None:
            return False
        try:
            self.process.stdin.write(words.encode())
            self.process.stdin.flush()
        except (OSError, ValueError):
            return False
        return True


_GUARD = _Guard()
atexit.register(_GUARD.close)


def spawn(argv: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The program in a session of its own, its output on one pipe.

    On Linux it also ends with the *thread* that called this. Call `release` when it is gone.
    """
    popen = subprocess.Popen(  # noqa: S603 - the argv is our own
        [*SHIM, str(os.getpid()), *argv],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    _GUARD.tell("+", popen.pid)
    return popen


def release(popen: subprocess.Popen[bytes]) -> None:
    """Kills what the program left behind in its group (it would hold its port), and forgets the group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(popen.pid, signal.SIGKILL)
    popen.wait()
    _GUARD.tell("-", popen.pid)


def _listen(lines: Iterable[bytes]) -> None:
    """The guard's life: it ends when the pipe does, and takes along every group not let go."""
    groups: set[int] = set()
    for line in lines:
        word, group = line[:1], int(line[1:])
        (groups.add if word == b"+" else groups.discard)(group)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def _become(parent: int, argv: Sequence[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it went before the leash was tied
            os._exit(125)
    try:
        os.execvp(argv[0], list(argv))  # noqa: S606 - the argv is our own
    except OSError as error:
        sys.stderr.write(f"{argv[0]} cannot be started: {error.strerror}\n")
        sys.stderr.flush()
        os._exit(127)


def main(arguments: Sequence[str]) -> None:
    """`guard`, or `PARENT PROGRAM ARGUMENT...`"""
    if arguments[0] == "guard":
        _listen(sys.stdin.buffer)
    else:
        _become(int(arguments[0]), arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
