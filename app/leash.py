"""Starts programs that end when the process that asked for them ends, even by kill -9.

Run as a script this file is the last moment before the program: it ties the leash and then becomes it,
so the pid that the caller got is the program's own.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOOK_EVERY = 1.0  # seconds between two looks whether the program is gone by itself


def spawn(
    argv: Sequence[str], env: Mapping[str, str], *, watched: bool = sys.platform != "linux"
) -> subprocess.Popen[bytes]:
    """The program in a session of its own, its output on one pipe.

    Linux kills it when the *thread* that called this ends; elsewhere a watcher (`watched`) kills its
    whole group when our end of a pipe closes.
    """
    lifeline = _lifeline() if watched else -1
    shim = [sys.executable, "-I", "-S", str(Path(__file__)), str(os.getpid()), str(lifeline)]
    return subprocess.Popen(  # noqa: S603 - the argv is our own
        [*shim, *argv],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=(lifeline,) if watched else (),
    )


@cache
def _lifeline() -> int:
    """The reading end of a pipe whose writing end nobody but this process holds, for as long as it lives."""
    reading, _writing = os.pipe()
    return reading


def _die_with(parent: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it went before the leash was tied
        os._exit(125)


def _watch(program: int, lifeline: int) -> None:
    """Until the program is gone, or the caller is: then the program's group goes too."""
    while True:
        closed, _, _ = select.select([lifeline], [], [], LOOK_EVERY)
        try:
            if closed:
                os.killpg(program, signal.SIGKILL)  # ours as well
            os.kill(program, 0)
        except ProcessLookupError:
            os._exit(0)


def _leave_a_watcher(lifeline: int) -> None:
    """Forks twice, so that the program does not find a child that it never started."""
    program = os.getpid()
    if child := os.fork():
        os.waitpid(child, 0)
        os.close(lifeline)
        return
    if os.fork():
        os._exit(0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # a watcher that held the program's output open would hide its end
        os.dup2(nothing, stream)
    _watch(program, lifeline)


def main(arguments: Sequence[str]) -> None:
    """`PARENT LIFELINE PROGRAM ARGUMENT...`"""
    parent, lifeline, argv = int(arguments[0]), int(arguments[1]), arguments[2:]
    if lifeline < 0:
        _die_with(parent)
    else:
        _leave_a_watcher(lifeline)
    try:
        os.execvp(argv[0], list(argv))  # noqa: S606 - the argv is our own
    except OSError as error:
        sys.stderr.write(f"{argv[0]} cannot be started: {error.strerror}\n")
        os._exit(127)


if __name__ == "__main__":
    main(sys.argv[1:])
