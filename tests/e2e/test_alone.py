"""Processes without their Redis: the web answers, workers and beat wait for it, `up` brings its own."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from app.processes import beat, gunicorn, worker
from app.redis_server import prepare
from app.supervisor import Process, Supervisor
from ledger import work
from ledger.store import close_ledger, open_ledger
from tests.e2e.eyes import PROC, until, with_word
from tests.e2e.outside import SECRET, free_ports, outside
from tests.ledgers import give_tables

CARTBOOKS = str(Path(sys.executable).parent / "cartbooks")

pytestmark = [pytest.mark.processes, pytest.mark.timeout(420)]


def answered(url, body=None):
    """Status of a request; None while nobody listens."""
    headers = {"Content-Type": "application/json", "X-Cartbooks-Secret": SECRET}
    request = urllib.request.Request(url, data=body, headers=headers if body else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
    except OSError:
        return None


@pytest.fixture
def started():
    """Starts processes under a supervisor that ends them with the test; what they said."""
    made = []

    def start(env, **commands):
        said = []
        every = [
            Process(name, (sys.executable, "-m", *argv), env, stop_after=10)
            for name, argv in commands.items()
        ]
        supervisor = Supervisor(every, lambda name, line: said.append(f"{name} | {line}"))
        made.append(supervisor)
        assert supervisor.start()
        return supervisor, said

    yield start
    for supervisor in made:
        supervisor.stop()


def test_the_web_answers_and_notes_while_redis_is_away(tmp_path, started):
    (nowhere,) = free_ports(1)
    with outside(tmp_path, redis_url=f"redis://127.0.0.1:{nowhere}/0") as there:
        give_tables(there.settings.ledger_url)
        port = there.settings.web.port
        started(there.env, web=gunicorn("127.0.0.1", port))
        home = f"http://127.0.0.1:{port}"
        until(lambda: answered(f"{home}/healthz") == 200, 120)
        took = []
        for order in range(1, 13):
            callback = {"scope": "store/order/updated", "data": {"type": "order", "id": order}}
            begun = time.monotonic()
            assert answered(f"{home}/webhooks/bigcommerce/main", json.dumps(callback).encode()) == 200
            took.append(time.monotonic() - begun)
        # Nobody waits for Redis; some may have met a machine that stood still.
        assert sorted(took)[6] < 3, took
        assert answered(f"{home}/readyz") == 200
        ledger = open_ledger(there.settings.ledger_url)
        rows = [work.find(ledger, "main", "orders", str(order)) for order in range(1, 13)]
        assert [row.state for row in rows] == ["waiting"] * 12
        close_ledger(ledger)


class Silent:
    """Takes connections at a port and never says a word, as a machine does whose power was cut."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.taken = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        try:
            while True:
                self.taken.append(self.listener.accept()[0])
        except OSError:
            return

    def give_way(self):
        """The port is free for another; who was taken in hears nothing still."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def close(self):
        for one in self.taken:
            one.close()


@pytest.mark.parametrize("half_open", [False, True], ids=["refused", "half-open"])
def test_worker_and_beat_wait_for_a_redis_that_comes_late(tmp_path, started, half_open):
    redis = prepare(tmp_path)
    port = int(redis.url.rsplit(":", 1)[1].split("/")[0])
    silent = Silent(port) if half_open else None
    with outside(tmp_path, redis_url=redis.url) as there:
        give_tables(there.settings.ledger_url)
        supervisor, said = started(there.env, worker=worker("late"), beat=beat())
        order = there.place()
        pids = supervisor.pids()
        if silent:
            until(lambda: silent.taken, 120)
            time.sleep(7)  # longer than a silent connection is waited for
            silent.give_way()
        else:
            until(lambda: any("Cannot connect" in line for line in said), 120)
        server = Supervisor([Process("redis", redis.argv, there.env, ready=redis.ready)], lambda *_line: None)
        try:
            assert server.start()
            until(redis.ready, 60)
            until(lambda: there.posted(order), 150)
            assert supervisor.pids() == pids, [line for line in said if "supervisor" in line]
        finally:
            supervisor.stop()
            server.stop()
            redis.hold.close()
            if silent:
                silent.close()
    assert len(there.posted(order)) == 1


def test_up_runs_everything_says_where_it_is_and_ctrl_c_leaves_nobody(tmp_path):
    with outside(tmp_path) as there:
        log = tmp_path / "up.log"
        with log.open("w") as file:
            up = subprocess.Popen(
                [CARTBOOKS, "up"], cwd=tmp_path, env=there.env, stdout=file, stderr=subprocess.STDOUT
            )
        try:
            web = f"http://127.0.0.1:{there.settings.web.port}"
            flower = f"http://127.0.0.1:{there.settings.flower.port}/"
            until(lambda: up.poll() is not None or answered(f"{web}/healthz") == 200, 120)
            until(lambda: up.poll() is not None or answered(f"{web}/readyz") == 200, 120)
            until(lambda: up.poll() is not None or answered(flower) == 401, 120)
            order = there.place()
            until(lambda: up.poll() is not None or there.posted(order), 90)
            assert up.poll() is None, log.read_text()
            if PROC.exists():
                commands = " ".join(with_word(str(tmp_path)).values())
                for program in ("gunicorn", "worker1@", "celery -A app.worker beat", "flower", "-server"):
                    assert program in commands
            up.send_signal(signal.SIGINT)
            assert up.wait(120) == 0, log.read_text()
        finally:
            up.kill()
            up.wait()
    told = log.read_text()
    assert f"console: {web}/" in told
    assert f"{web}/webhooks/bigcommerce/" in told
    assert "Flower: " in told
    assert "Traceback" not in told
    if PROC.exists():
        until(lambda: not with_word(str(tmp_path)), 60)
    assert answered(f"{web}/healthz") is None
