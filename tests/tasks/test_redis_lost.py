"""Redis is killed under workers that hold messages: ours lives on, and a bare one shows why ours needs help."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path

import pytest

from app.redis_server import prepare
from tasks.broker import make_celery

ROOT = Path(__file__).parents[2]
FEWEST, MOST = 3, 20  # kills of Redis
OUTAGES = (0.5, 0.0, 1.5)  # seconds: the worker may notice before Redis is back, or after
OURS = (
    "task_acks_late",
    "task_reject_on_worker_lost",
    "task_ignore_result",
    "worker_prefetch_multiplier",
    "worker_cancel_long_running_tasks_on_connection_loss",
    "worker_send_task_events",
    "broker_connection_retry_on_startup",
    "broker_connection_max_retries",
    "broker_pool_acquire_timeout",
    "broker_transport_options",
)
PROGRAM = """
import json, random, sys, threading, time
from celery import Celery
from tasks.guard import guard

name, url, conf = sys.argv[1:]
if name == "guarded":
    assert guard()
app = Celery(name, broker=url)
app.conf.update(json.loads(conf), task_default_queue=name)

@app.task(name="wait")
def wait(seconds):
    time.sleep(seconds)
    print("done", flush=True)

def send_for_ever():
    while True:
        try:
            wait.apply_async(args=[random.uniform(0.05, 1)], retry=False)
        except Exception:
            pass
        time.sleep(0.05)

threading.Thread(target=send_for_ever, daemon=True).start()
app.worker_main(["worker", "-P", "threads", "-c", "16", "--without-gossip", "--without-mingle", "-l", "WARNING",
                 "-n", name + "@%h"])
"""


@pytest.fixture
def start(tmp_path):
    """Starts a program whose words go to a file of that name, and ends it afterwards."""
    made = []

    def start(name, argv):
        with (tmp_path / name).open("a") as log:
            made.append(subprocess.Popen(argv, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT))
        return made[-1]

    yield start
    for process in made:
        process.kill()
        process.wait()


@pytest.fixture
def redis(tmp_path):
    prepared = prepare(tmp_path)
    yield prepared
    prepared.hold.close()


def answered(redis, within=10.0):
    end = time.monotonic() + within
    while not redis.ready():
        assert time.monotonic() < end, "Redis did not come back"
        time.sleep(0.05)


def works_again(worker, log, within=30.0):
    """Whether it does more than it has done so far, without having ended."""
    before, end = log.read_text().count("done"), time.monotonic() + within
    while time.monotonic() < end and worker.poll() is None:
        if log.read_text().count("done") > before + 3:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.processes
def test_a_guarded_worker_outlives_redis_and_a_bare_one_does_not(tmp_path, redis, start):
    """When the bare ones live, upstream is mended: take tasks/guard.py away."""
    conf = make_celery(redis.url, {}, "").conf
    told = json.dumps({name: conf[name] for name in OURS})
    server = start("redis.log", redis.argv)
    answered(redis)
    workers = {
        name: start(name, [sys.executable, "-c", PROGRAM, name, redis.url, told])
        for name in ("guarded", "bare", "bare too")
    }
    assert all(works_again(worker, tmp_path / name) for name, worker in workers.items())
    for kill, outage in zip(range(MOST), cycle(OUTAGES), strict=False):
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        time.sleep(outage)
        server = start("redis.log", redis.argv)
        answered(redis)
        assert works_again(workers["guarded"], tmp_path / "guarded"), (tmp_path / "guarded").read_text()
        dead = [name for name in ("bare", "bare too") if workers[name].poll() is not None]
        if dead and kill >= FEWEST:
            break
    assert workers["guarded"].poll() is None
    assert dead, f"a bare worker outlived {MOST} kills of Redis"
    assert "Unrecoverable error: AttributeError" in (tmp_path / dead[0]).read_text()
