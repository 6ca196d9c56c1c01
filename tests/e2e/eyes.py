"""Looks at processes from outside, and waits for what they do."""

import os
import time
from pathlib import Path

PROC = Path("/proc")


def until(condition, seconds=30.0, every=0.1):
    """What the condition gives as soon as it gives something; AssertionError after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if got := condition():
            return got
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s in vain")


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = PROC / str(pid) / "stat"
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def with_word(word):
    """The other processes whose command line, environment or directory holds the word: pid and command line.

    A Redis writes its title over its environment, but it lives in its directory.
    """
    found = {}
    for directory in PROC.glob("[0-9]*"):
        pid = int(directory.name)
        if pid == os.getpid():
            continue
        try:
            command = (directory / "cmdline").read_bytes()
            held = (
                command + (directory / "environ").read_bytes() + str((directory / "cwd").readlink()).encode()
            )
        except OSError:  # gone meanwhile, or another user's
            continue
        if word.encode() in held:
            found[pid] = command.replace(b"\0", b" ").decode()
    return found
