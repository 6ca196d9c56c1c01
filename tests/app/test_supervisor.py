"""With real processes: what is started is kept running, and nothing outlives who started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.leash import _GUARD, release, spawn
from app.supervisor import Process, Supervisor, back_off, to_stream

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
SLEEPER = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)")
STUBBORN = """
import signal, sys, time
{ignored}
print('up', flush=True)
time.sleep(600)
"""
FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
HARNESS = """
import os, sys
from app.supervisor import Process, Supervisor, until_told
def say(name, line):
    sys.stdout.write(line + "\\n")  # in one piece: two threads speak
    sys.stdout.flush()
each = [Process(name, (sys.executable, "-c", sys.argv[1]), dict(os.environ)) for name in ("one", "two")]
supervisor = Supervisor(each, say)
until_told(supervisor, lambda: [say(name, str(pid)) for name, pid in supervisor.pids().items()])
"""


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if got := condition():
            return got
        time.sleep(0.02)
    raise AssertionError("waited in vain")


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervise(said):
    made = []

    def supervise(*processes):
        supervisor = Supervisor(processes, lambda name, line: said.append((name, line)))
        made.append(supervisor)
        assert supervisor.start()
        until(lambda: set(supervisor.pids()) == {one.name for one in processes})
        return supervisor

    yield supervise
    for one in made:
        one.stop(at_once=True)


def test_restarts_wait_one_two_four_and_at_most_thirty_seconds():
    assert [back_off(failures) for failures in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
    assert back_off(10_000) == 30


def test_a_process_that_dies_is_started_again(supervise, said):
    supervisor = supervise(Process("one", SLEEPER, os.environ), Process("two", SLEEPER, os.environ))
    first = supervisor.pids()
    os.kill(first["one"], signal.SIGKILL)
    second = until(lambda: "one" in (now := supervisor.pids()) and now["one"] != first["one"] and now)
    assert second["two"] == first["two"]
    assert ("supervisor", "one ended with -9, starts again in 1 s") in said


def test_a_process_that_keeps_dying_is_not_started_in_a_rush(said):
    broken = Process("broken", (sys.executable, "-c", "print('no'); raise SystemExit(3)"), os.environ)
    supervisor = Supervisor([broken], lambda name, line: said.append((name, line)))
    supervisor.start()
    until(lambda: ("supervisor", "broken ended with 3, starts again in 2 s") in said)
    supervisor.stop()
    so_far = said[: said.index(("supervisor", "broken ended with 3, starts again in 2 s"))]
    assert so_far.count(("broken", "no")) <= 2


def test_a_program_that_is_not_there_is_told(said):
    supervisor = Supervisor(
        [Process("none", ("/no/such/program",), os.environ)], lambda *line: said.append(line)
    )
    supervisor.start()
    until(lambda: ("none", "/no/such/program cannot be started: No such file or directory") in said)
    supervisor.stop()


def test_the_higher_rank_is_gone_before_the_lower_is_told(supervise, said):
    leaving = (
        "import signal, sys, time\n"
        "def leave(*_):\n    told = time.monotonic(); time.sleep(0.3)\n"
        "    print(told, time.monotonic(), flush=True); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, leave)\nprint('up', flush=True)\ntime.sleep(600)"
    )
    argv = (sys.executable, "-c", leaving)
    supervisor = supervise(
        *(Process(name, argv, os.environ, rank) for name, rank in (("web", 4), ("redis", 0), ("worker", 1)))
    )
    until(lambda: len([one for one in said if one[1] == "up"]) == 3)
    supervisor.stop()
    until(lambda: len(said) == 6)
    left = sorted((*map(float, line.split()), name) for name, line in said if line != "up")
    assert [name for *_, name in left] == ["web", "worker", "redis"]
    assert left[0][1] <= left[1][0]
    assert left[1][1] <= left[2][0]
    assert supervisor.pids() == {}


def test_who_does_not_hear_is_told_to_quit_and_then_killed(supervise, said):
    """After 0.3 s, and 5 s later: for both together, on a machine that does not stand still three times."""
    quits = STUBBORN.format(ignored="signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    deaf = STUBBORN.format(
        ignored="for n in (signal.SIGTERM, signal.SIGQUIT): signal.signal(n, signal.SIG_IGN)"
    )

    def took():
        said.clear()
        supervisor = supervise(
            Process("quits", (sys.executable, "-c", quits), os.environ, stop_after=0.3),
            Process("deaf", (sys.executable, "-c", deaf), os.environ, stop_after=0.3),
        )
        pids = supervisor.pids()
        until(lambda: said.count(("quits", "up")) + said.count(("deaf", "up")) == 2)
        begun = time.monotonic()
        supervisor.stop()
        assert not any(map(alive, pids.values()))
        return time.monotonic() - begun

    assert any(5 < took() < 8 for _ in range(3))


def test_a_second_word_does_not_wait(supervise, said):
    deaf = STUBBORN.format(ignored="signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    supervisor = supervise(Process("deaf", (sys.executable, "-c", deaf), os.environ))
    until(lambda: ("deaf", "up") in said)
    begun = time.monotonic()
    supervisor.stop(at_once=True)
    assert time.monotonic() - begun < 20  # half a minute, were it waited for


def test_nobody_starts_before_the_one_below_is_ready(said):
    ready_at = time.monotonic() + 0.5
    low = Process("low", SLEEPER, os.environ, rank=0, ready=lambda: time.monotonic() > ready_at)
    high = Process("high", SLEEPER, os.environ, rank=1)
    supervisor = Supervisor([high, low], lambda *line: said.append(line))
    assert supervisor.start()
    assert time.monotonic() > ready_at
    assert list(supervisor.pids()) == ["low", "high"]
    supervisor.stop(at_once=True)


@pytest.fixture
def family():
    """A process with a supervisor in it, its two children and their two children."""
    harness = subprocess.Popen(
        [sys.executable, "-c", HARNESS, FAMILY], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with harness.stdout:
        pids = [int(harness.stdout.readline()) for _ in range(4)]
        assert all(map(alive, pids))
        yield harness, pids
    harness.kill()
    harness.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_supervisor_however_it_ends(family, number):
    harness, pids = family
    harness.send_signal(number)
    harness.wait(60)
    until(lambda: not any(map(alive, pids)))


def guard_of(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children")
    threads = Path(f"/proc/{pid}/task").glob("*/children") if children.exists() else []
    every = [int(child) for one in threads for child in one.read_text().split()]
    return next(one for one in every if Path(f"/proc/{one}/cmdline").read_bytes().endswith(b"\0guard\0"))


@pytest.mark.skipif(sys.platform != "linux", reason="the second leash is the kernel's, on Linux only")
def test_without_the_guard_the_kernel_still_takes_the_children(family):
    harness, pids = family
    direct = [
        pid
        for pid in pids
        if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1] == str(harness.pid)
    ]
    assert len(direct) == 2
    os.kill(guard_of(harness.pid), signal.SIGKILL)
    harness.kill()
    harness.wait()
    until(lambda: not any(map(alive, direct)))
    for pid in set(pids) - set(direct):
        os.kill(pid, signal.SIGKILL)


def test_a_guard_that_was_killed_is_replaced_and_knows_all_groups():
    first = spawn(SLEEPER, os.environ)
    _GUARD.process.kill()
    _GUARD.process.wait()
    second = spawn(SLEEPER, os.environ)
    _GUARD.process.stdin.close()  # as the kernel does when we die
    until(lambda: first.poll() == second.poll() == -signal.SIGKILL)
    for one in (first, second):
        release(one)
        one.stdout.close()


def test_a_group_that_was_let_go_is_not_killed_later():
    gone = spawn((sys.executable, "-c", "pass"), os.environ)
    gone.wait()
    release(gone)
    gone.stdout.close()
    assert gone.pid not in _GUARD.groups


def test_children_of_a_dead_process_do_not_hold_its_place(supervise, said):
    supervisor = supervise(Process("family", (sys.executable, "-c", FAMILY), os.environ))
    grandchild = int(until(lambda: said and said[0][1]))
    os.kill(supervisor.pids()["family"], signal.SIGKILL)
    until(lambda: not alive(grandchild))


def test_lines_carry_the_name_of_who_said_them(tmp_path):
    with (tmp_path / "log").open("w") as file:
        write = to_stream(file, ("web", "worker1"))
        write("web", "hello")
        write("supervisor", "all well")
    assert (tmp_path / "log").read_text() == "web        | hello\nsupervisor | all well\n"
