"""Procfile, docker-compose.yml and `cartbooks up` run the same, and it really runs."""

import base64
import os
import re
import shlex
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.processes import CELERY, WEB, flower, gunicorn, processes
from app.redis_server import free_port, prepare
from app.settings import flower_password, load
from app.supervisor import Process, Supervisor
from tasks.broker import QUEUES

ROOT = Path(__file__).parents[2]
OURS = {"web", "worker", "catalogue", "stock", "beat", "flower"}
CATALOGUE = """
[connections.main]
store.store_hash = "abc"
zoho.organization_id = "1"
zoho.client_id = "c"
catalogue.items = "on"
stock.method = "scheduled"
"""


def words(command):
    """The command's words, variables at their defaults, without what stands before the program."""
    filled = re.sub(r"\$\{\w+:[-?]([^}]*)\}", r"\1", command)
    found = shlex.split(filled)
    return tuple(found[next(i for i, word in enumerate(found) if "=" not in word) :])


def procfile():
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: words(command) for name, command in (line.split(": ", 1) for line in lines)}


def compose():
    """Name and command of each service; enough of YAML for a file that is our own."""
    services = (ROOT / "docker-compose.yml").read_text().split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    blocks = re.findall(r"^  (\w+):\n((?:    .*\n?)+)", services, re.MULTILINE)
    return {name: words(re.search(r"^    command: (.*)$", block, re.MULTILINE)[1]) for name, block in blocks}


@pytest.fixture
def chosen(tmp_path):
    return settings_of(tmp_path, CATALOGUE)


def settings_of(directory, text):
    (directory / "c.toml").write_text(text)
    env = {
        "CARTBOOKS_KEY": Fernet.generate_key().decode(),
        "CARTBOOKS_DATA_DIR": str(directory / "data"),
        "CARTBOOKS_MAIN_BIGCOMMERCE_TOKEN": "token",
        "CARTBOOKS_MAIN_ZOHO_CLIENT_SECRET": "secret",
    }
    return load(directory / "c.toml", env)


def plain(argv):
    """Without the interpreter, the place it listens on and the name of the one worker."""
    bare = argv[2:] if argv[0] == sys.executable else argv
    listening = [re.sub(r"^(--address=|)(127\.0\.0\.1|0\.0\.0\.0)", r"\1HERE", word) for word in bare]
    return tuple(re.sub(r"^(worker|catalogue|stock)[\d-]*@%h$", r"\1@%h", word) for word in listening)


def test_the_three_files_of_processes_name_the_same(chosen):
    up = {re.sub(r"\d+$", "", one.name): plain(one.argv[1:]) for one in processes(chosen, {}, workers=1)}
    up = {name: argv[1:] if argv[0] == "-m" else argv for name, argv in up.items()}
    written = {name: plain(argv) for name, argv in procfile().items()}
    contained = {name: plain(argv) for name, argv in compose().items()}
    assert set(up) == set(written) == OURS
    assert set(contained) == OURS | {"redis", "migrate"}
    for name in OURS:
        assert up[name] == written[name] == contained[name]


def test_the_last_to_start_is_the_first_to_stop(chosen):
    ranks = {one.name: one.rank for one in processes(chosen, {}, prepare(chosen.data_dir), workers=2)}
    assert sorted(ranks, key=ranks.get) == [
        "redis", "worker1", "worker2", "catalogue", "stock", "flower", "beat", "web"
    ]  # fmt: skip


def test_every_queue_has_a_worker_and_no_catalogue_or_stock_takes_a_thread_from_orders(chosen):
    listening = {
        one.name: set(one.argv[one.argv.index("-Q") + 1].split(","))
        for one in processes(chosen, {}, workers=1)
        if "-Q" in one.argv
    }
    assert listening == {
        "worker1": {"orders", "shipments", "sweeps"}, "catalogue": {"items", "prices"}, "stock": {"stock"},
    }  # fmt: skip
    assert set().union(*listening.values()) == set(QUEUES)


def test_without_a_catalogue_there_is_no_process_for_it(tmp_path):
    for text in (CATALOGUE.replace('"on"', '"off"'), CATALOGUE + "enabled = false"):
        names = [one.name for one in processes(settings_of(tmp_path, text), {})]
        assert "catalogue" not in names


def test_without_stock_there_is_no_process_for_it(tmp_path):
    for text in (CATALOGUE.replace('"scheduled"', '"off"'), CATALOGUE + "enabled = false"):
        assert "stock" not in [one.name for one in processes(settings_of(tmp_path, text), {})]


def test_the_password_of_flower_is_in_no_process_list(chosen):
    flower = next(one for one in processes(chosen, {}) if one.name == "flower")
    password = flower_password(chosen)
    assert flower.env["FLOWER_BASIC_AUTH"] == f"cartbooks:{password}"
    assert password not in " ".join(flower.argv)
    assert password not in repr(flower)


def test_flower_looks_only_and_only_from_here(chosen):
    flower = next(one for one in processes(chosen, {}) if one.name == "flower")
    assert {"--address=127.0.0.1", "--read_only=True"} <= set(flower.argv)
    ports = re.findall(r'- "(.*):\d+:\d+"', (ROOT / "docker-compose.yml").read_text())
    assert set(ports) == {"127.0.0.1"}


PLAIN = """
import base64
import os
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getppid()} {os.getpid()}".encode()]
"""


def asked(port):
    """Who answers, and who started him."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
            return tuple(map(int, answer.read().split()))
    except OSError:
        return None


def serve_both(supervisor, port):
    """Both workers of the process that runs now answer; one that is told to leave before he can hear stays for long."""
    answers = set()

    def both():
        answers.add(asked(port))
        return len({one for one in answers if one and one[0] == supervisor.pids().get("web")}) == 2

    until(both)


@pytest.mark.processes
def test_the_web_line_serves_comes_back_and_leaves(tmp_path):
    (tmp_path / "plain.py").write_text(PLAIN)
    port = free_port()
    argv = tuple("plain:app" if word == WEB else word for word in gunicorn("127.0.0.1", port))
    said = []
    home = tmp_path / ("h" * 100)  # where no socket could be made
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "HOME": str(home), "XDG_RUNTIME_DIR": ""}
    web = Process("web", (sys.executable, "-m", *argv), env)
    supervisor = Supervisor([web], lambda _name, line: said.append(line))
    assert supervisor.start()
    serve_both(supervisor, port)
    os.kill(killed := supervisor.pids()["web"], signal.SIGKILL)  # its workers still hold the port
    until(lambda: supervisor.pids().get("web") not in (None, killed))
    serve_both(supervisor, port)
    begun = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - begun < 25  # who does not listen is waited for twice as long
    assert asked(port) is None
    assert not [line for line in said if "rror" in line or "Address already in use" in line]


def until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if got := condition():
            return got
        time.sleep(0.05)
    raise AssertionError("waited in vain")


@pytest.mark.processes
def test_flower_asks_for_the_password_and_takes_no_orders(tmp_path, valkey_url):
    (tmp_path / "broker.py").write_text(
        f"from celery import Celery\napp = Celery('x', broker={valkey_url!r})\n"
    )
    port = free_port()
    argv = tuple("broker" if word == CELERY else word for word in flower(port))
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "FLOWER_BASIC_AUTH": "cartbooks:open-sesame"}
    supervisor = Supervisor([Process("flower", (sys.executable, "-m", *argv), env)], lambda *_line: None)
    supervisor.start()
    try:
        status = until(lambda: answered(port, "/"))
        assert status == 401
        assert answered(port, "/api/workers") == 401
        assert answered(port, "/", "cartbooks:open-sesame") == 200
        assert answered(port, "/api/worker/shutdown/x", "cartbooks:open-sesame", "POST") == 403
    finally:
        supervisor.stop()


def answered(port, path, login="", method="GET"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    if login:
        request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return None
