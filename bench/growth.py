"""Measures a full look at catalogues of two sizes: memory of the one worker that makes it, and whether time grows
with the size only.

`python bench/growth.py [--items 5000 50000] [--json]`; ends with 1 when a target is missed.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app import wiring
from app.demo import stage
from app.demo.stage import Control
from app.logs import configure
from app.redis_server import RedisServer
from app.settings import load
from ledger import work
from ledger.store import migrate
from sandbox import create_app
from sandbox.server import serve
from tasks import catalogue_sweeps
from tasks.recipe import answer_nudge

PACE = 1000.0  # the limit windows are not what is measured here
MOST_MEMORY = 300.0  # MB
MOST_GROWTH = 1.5  # of the seconds per item, from the small catalogue to the large one
THREADS = 4  # as the catalogue's worker has
MADE_AT_ONCE = 1000


@dataclass(frozen=True)
class Run:
    """What one worker said of its first look (everything is paired and written) and of the next (nothing is)."""

    items: int
    first_seconds: float
    next_seconds: float
    megabytes: float


def measured(items: int, redis_url: str) -> Run:
    """A sandbox of its own, filled on both sides, and a worker of its own that looks at all of it twice."""
    ports = stage.free_ports()
    control = Control(ports.sandbox_url)
    with tempfile.TemporaryDirectory(prefix="cartbooks-bench-") as name:
        directory = Path(name)
        argv = [sys.executable, __file__, "--sandbox", str(ports.sandbox)]
        with (directory / "log").open("w") as log:
            sandbox = subprocess.Popen(argv, stdout=log, stderr=log)
            try:
                return _run(directory, control, ports, items, redis_url)
            finally:
                sandbox.terminate()
                sandbox.wait(20)


def _run(directory: Path, control: Control, ports: stage.Ports, items: int, redis_url: str) -> Run:
    end = time.monotonic() + stage.PATIENCE
    while not control.ready() and time.monotonic() < end:
        time.sleep(0.2)
    for start in range(1, items + 1, MADE_AT_ONCE):
        count = min(MADE_AT_ONCE, items - start + 1)
        control.post("zoho/items", {"count": count, "start": start, "age": 3600, "name": "Thing {n}"})
        control.post("bigcommerce/products", _products(start, count))
    _, env = stage.write_settings(directory, ports, control, PACE)
    ran = subprocess.run(
        [sys.executable, __file__, "--worker", str(directory / "cartbooks.toml")],
        env={**env, "REDIS_URL": redis_url}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return Run(items, **json.loads(ran.stdout))


def sandbox(port: int) -> None:
    """Both platforms in one currency; they send nothing, for nobody listens."""
    books = {"zoho": {"base": "USD", "per_day": 1_000_000}}
    server = serve(create_app(pace=PACE, callback_threads=0, more=books), port=port)
    server.serve_forever()


def _products(start: int, count: int) -> list[dict[str, object]]:
    same = {"type": "physical", "weight": 1, "price": 10}
    return [{"name": f"Thing {n}", "sku": f"SKU-{n}", **same} for n in range(start, start + count)]


def worker(path: str) -> None:
    """Looks twice and prints what it cost; a process of its own, so that nobody else's memory is in the figure."""
    configure("ERROR")
    settings = load(Path(path), os.environ)
    migrate(settings.ledger_url)
    services = wiring.services_alone(settings)
    connection = services.connections["demo"]
    seconds = []
    for _ in range(2):
        began = time.monotonic()
        catalogue_sweeps.full(connection, publish=services.publish)
        threads = [threading.Thread(target=_work, args=(services,)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds.append(round(time.monotonic() - began, 1))
    held = work.held(services.ledger, "demo")
    assert not held, held[0]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = most / (1024 if sys.platform == "linux" else 1024 * 1024)
    first, following = seconds
    print(json.dumps({"first_seconds": first, "next_seconds": following, "megabytes": round(megabytes, 1)}))


def _work(services: wiring.Services) -> None:
    """Batch after batch until nothing waits."""
    while any(row.state in {"waiting", "working"} for row in work.counts(services.ledger)):
        due = work.due(services.ledger, time.time(), 1, renudge_after=0.0)
        for work_id, _, _ in due:
            answer_nudge(services, work_id)
        if not due:
            time.sleep(0.05)


def growth(small: float, large: float, small_items: int, large_items: int) -> float:
    """Seconds per item of the large catalogue over those of the small one; 1 is exactly linear."""
    return round((large / large_items) / (small / small_items), 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs=2, default=[5_000, 50_000], help="the two sizes")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--sandbox", type=int, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.worker:
        worker(told.worker)
        return 0
    if told.sandbox:
        sandbox(told.sandbox)
        return 0
    with tempfile.TemporaryDirectory(prefix="cartbooks-bench-") as directory:
        redis = RedisServer.start(Path(directory))
        try:
            small, large = (measured(size, redis.url) for size in told.items)
        finally:
            redis.stop()
    ratios = {
        "first": growth(small.first_seconds, large.first_seconds, small.items, large.items),
        "next": growth(small.next_seconds, large.next_seconds, small.items, large.items),
    }
    met = large.megabytes < MOST_MEMORY and max(ratios.values()) <= MOST_GROWTH
    if told.json:
        print(json.dumps({"met": met, "runs": [asdict(small), asdict(large)], "growth": ratios}))
    else:
        Console().print(shown([small, large]))
        Console().print(f"seconds per item, large over small: {ratios} (at most {MOST_GROWTH})")
    return 0 if met else 1


def shown(runs: list[Run]) -> Table:
    table = Table(title="A full look, by size of the catalogue")
    for name in ("items", "first look, s", "next look, s", "memory, MB"):
        table.add_column(name, justify="right")
    for run in runs:
        table.add_row(str(run.items), str(run.first_seconds), str(run.next_seconds), str(run.megabytes))
    return table


if __name__ == "__main__":
    sys.exit(main())
