"""Redis is killed under a worker that holds messages: ours lives on, and a bare transport shows why it needs help."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from kombu import Connection, Producer, Queue
from kombu.transport.redis import QoS

from app.redis_server import prepare
from tasks.broker import make_celery
from tasks.guard import TOUCHED, guard

ROOT = Path(__file__).parents[2]
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


def answered(redis, within=60.0):
    end = time.monotonic() + within
    while not redis.ready():
        assert time.monotonic() < end, "Redis did not come back"
        time.sleep(0.05)


def works_again(worker, log, within=120.0):
    """Whether it does more than it has done so far, without having ended."""
    before, end = log.read_text().count("done"), time.monotonic() + within
    while time.monotonic() < end and worker.poll() is None:
        if log.read_text().count("done") > before + 3:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.processes
def test_a_guarded_worker_outlives_redis(tmp_path, redis, start):
    conf = make_celery(redis.url, {}, "").conf
    told = json.dumps({name: conf[name] for name in OURS})
    server = start("redis.log", redis.argv)
    answered(redis)
    worker = start("guarded", [sys.executable, "-c", PROGRAM, "guarded", redis.url, told])
    assert works_again(worker, tmp_path / "guarded")
    for outage in OUTAGES * 2:
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        time.sleep(outage)
        server = start("redis.log", redis.argv)
        answered(redis)
        assert works_again(worker, tmp_path / "guarded"), (tmp_path / "guarded").read_text()


@pytest.fixture
def bare(monkeypatch):
    """Redis' transport as it comes, until the test is over."""
    for name in TOUCHED:
        original = getattr(QoS, name)
        monkeypatch.setattr(QoS, name, getattr(original, "__wrapped__", original))


@pytest.mark.parametrize("deed", ["ack", "reject", "close"])
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "bare"])
def test_a_message_whose_broker_went_away_is_let_go_and_without_the_guard_ends_the_worker(
    valkey, valkey_url, bare, guarded, deed
):
    """When the bare one lets it go, upstream is mended: take tasks/guard.py away.

    How soon a real worker without it dies is a matter of chance: at the third kill of Redis or after the twentieth.
    """
    if guarded:
        assert guard()
    connection = Connection(valkey_url)
    message = received(connection)
    channel = message.channel
    channel._disconnect_pools()  # as kombu leaves it behind when it has given a connection up
    channel.connection.client = None
    touch = {"ack": message.ack, "reject": message.reject, "close": channel.close}[deed]
    with nullcontext() if guarded else pytest.raises(AttributeError, match="hostname"):
        touch()
    channel.do_restore = False  # nobody puts it back at the end of the tests


def received(connection):
    """A message that is in a worker's hands."""
    channel = connection.channel()
    queue = Queue("nudges", channel=channel)
    queue.declare()
    Producer(channel).publish("nudge", routing_key="nudges")
    return queue.get()
