"""What `cartbooks up` runs: the same processes that Procfile and docker-compose.yml name."""

import signal
import sys
from collections.abc import Mapping

from app.redis_server import Embedded
from app.settings import Settings, flower_password
from app.supervisor import Process

CELERY = "app.worker"  # the module that makes the Celery app
WEB = "app.web:create_app()"
QUEUES = "orders,shipments,sweeps"
CATALOGUE = "items,prices"
"""In a process of its own: a thousand changed products take no thread from an order."""

STOCK = "stock"  # the same for ten thousand levels, and no level waits behind a product


def gunicorn(host: str, port: int) -> tuple[str, ...]:
    """Two processes of four threads; each is replaced after some ten thousand callbacks.

    Without gunicorn's control socket: its one place in the home directory is everybody's who runs a gunicorn there.
    """
    workers = ("--workers", "2", "--threads", "4", "--max-requests", "10000", "--max-requests-jitter", "1000")
    return ("gunicorn", WEB, "--no-control-socket", *workers, "--bind", f"{host}:{port}")


def worker(name: str, queues: str = QUEUES, threads: int = 16) -> tuple[str, ...]:
    """Threads, because waiting for a platform is most of the work."""
    quiet = ("--without-gossip", "--without-mingle")
    return ("celery", "-A", CELERY, "worker", "-P", "threads", "-c", str(threads), *quiet,
            "-Q", queues, "-n", f"{name}@%h")  # fmt: skip


def catalogue() -> tuple[str, ...]:
    """Few threads: the catalogue's lane has four places in flight at most."""
    return worker("catalogue", CATALOGUE, 4)


def stock() -> tuple[str, ...]:
    """One batch at a time and a few looks beside it."""
    return worker("stock", STOCK, 4)


def beat() -> tuple[str, ...]:
    """Two beats do no harm: a sweep takes its slot in the ledger."""
    return ("celery", "-A", CELERY, "beat")


def flower(port: int, address: str = "127.0.0.1") -> tuple[str, ...]:
    """Looks only; the password comes in FLOWER_BASIC_AUTH, where no process list shows it."""
    return ("celery", "-A", CELERY, "flower", f"--address={address}", f"--port={port}", "--read_only=True")


def processes(
    settings: Settings, env: Mapping[str, str], redis: Embedded | None = None, workers: int = 1
) -> tuple[Process, ...]:
    """Everything `up` runs. `env` is the whole environment and already holds REDIS_URL."""
    login = {"FLOWER_BASIC_AUTH": f"{settings.flower.user}:{flower_password(settings)}"}
    return (
        *_own_redis(redis, env),
        *(
            Process(f"worker{number}", _here(worker(f"worker{number}")), env, rank=1)
            for number in range(1, workers + 1)
        ),
        *_of_catalogue(settings, env),
        *_of_stock(settings, env),
        Process("flower", _here(flower(settings.flower.port)), {**env, **login}, rank=2, stop_after=5),
        Process("beat", _here(beat()), env, rank=3, stop_after=10),
        Process("web", _here(gunicorn(settings.web.host, settings.web.port)), env, rank=4),
    )


def _of_catalogue(settings: Settings, env: Mapping[str, str]) -> tuple[Process, ...]:
    if not any(one.enabled and one.catalogue.items == "on" for one in settings.connections):
        return ()
    return (Process("catalogue", _here(catalogue()), env, rank=1),)


def _of_stock(settings: Settings, env: Mapping[str, str]) -> tuple[Process, ...]:
    if not any(one.enabled and one.stock.on for one in settings.connections):
        return ()
    return (Process("stock", _here(stock()), env, rank=1),)


def _own_redis(redis: Embedded | None, env: Mapping[str, str]) -> tuple[Process, ...]:
    if redis is None:
        return ()
    return (Process("redis", redis.argv, env, rank=0, stop_signal=signal.SIGTERM, ready=redis.ready),)


def _here(argv: tuple[str, ...]) -> tuple[str, ...]:
    """With this interpreter, so that no PATH is needed."""
    return (sys.executable, "-m", *argv)
