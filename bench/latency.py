"""Measures how long a change of stock takes: from Zoho's adjustment until the store shows the level, over real
sockets and processes, each call 150 ms away.

`python bench/latency.py [--changes N] [--latency S] [--json]`; ends with 1 when the target is missed.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the lab lies beside us, not in the installed package

from rich.console import Console

from app.logs import configure
from app.processes import gunicorn, stock
from app.redis_server import RedisServer
from app.settings import load
from app.supervisor import Process, Supervisor
from app.wiring import services_alone
from ledger import work
from ledger.store import migrate
from sandbox.bigcommerce.product_making import make
from sandbox.bigcommerce.stock import DEFAULT, cell_of, holder_of
from sandbox.bigcommerce.stock_moves import happen_locked
from sandbox.moods import moods_from
from sandbox.zoho import many_items
from tasks import stock_map
from tasks.working import work_off
from tasks.zoho_hooks import HEADER
from tests.e2e.eyes import until
from tests.e2e.outside import Outside, outside
from tests.e2e.test_alone import answered

SKUS = 40  # changed in turn
GAPS = (0.5, 1.1)  # seconds between two changes: they meet the ticks at any moment
PATIENCE = 20.0
TARGET = 2.0  # seconds, for 99 of 100


@dataclass(frozen=True)
class Seen:
    """Seconds until the changes showed."""

    changes: int
    latency: float  # of each call
    p50: float
    p99: float
    most: float

    @property
    def met(self) -> bool:
        return self.p99 <= TARGET


@contextmanager
def opened() -> Iterator[tuple[Outside, list[str]]]:
    """Both platforms on a port, one-way stock that is agreed, our door and the worker of stock as processes."""
    with tempfile.TemporaryDirectory(prefix="cartbooks-bench-") as directory:
        redis = RedisServer.start(Path(directory))
        try:
            with outside(Path(directory), redis_url=redis.url, pace=1.0) as there:
                _choose(Path(there.env["CARTBOOKS_SETTINGS"]))
                settings = load(Path(there.env["CARTBOOKS_SETTINGS"]), there.env)
                migrate(settings.ledger_url)
                ids = _agreed(there, settings)
                with _running(settings, there.env):
                    _called_back(there, settings)
                    yield there, ids
        finally:
            redis.stop()


def _choose(path: Path) -> None:
    text = path.read_text()
    path.write_text(text.replace("schedule.time_zone", 'stock.method = "one_way"\nschedule.time_zone', 1))


def _agreed(there: Outside, settings: Any) -> list[str]:
    """SKUs on both sides that agree; their item ids."""
    told = {"count": SKUS, "item_type": "inventory", "initial_stock": "50", "age": 3600}
    ids: list[str] = many_items.make(there.world.zoho, told)  # type: ignore[attr-defined]
    row = {"type": "physical", "weight": 1, "price": 10, "inventory_tracking": "product"}
    for number in range(1, SKUS + 1):
        make(there.world, {**row, "name": f"Item {number}", "sku": f"SKU-{number}"}, quietly=True)  # type: ignore[arg-type]
    services = services_alone(settings)
    connection = services.connections["main"]
    stock_map.look(connection, None)
    for _ in range(2):  # the second look proves what the first has written
        work.note(services.ledger, "main", "stock", ids, time.time())
        assert work_off(services, "main", "stock", wait=60, on_look=lambda _: None) == 0
        time.sleep(0.5)
    assert {level(there, n) for n in range(SKUS)} == {50}
    return ids


def level(there: Outside, number: int) -> int:
    """What the store shows of a SKU."""
    world: Any = there.world
    happen_locked(world)
    with world.lock:
        product = next(iter(world.bigcommerce.products.variants_of_sku(f"SKU-{number + 1}")))
        row = world.bigcommerce.products[product["product_id"]]
        return int(cell_of(world, holder_of(row, None), DEFAULT).on_hand)


@contextmanager
def _running(settings: Any, env: dict[str, str]) -> Iterator[None]:
    commands = {"web": gunicorn("127.0.0.1", settings.web.port), "stock": stock()}
    every = [
        Process(name, (sys.executable, "-m", *argv), env, stop_after=10) for name, argv in commands.items()
    ]
    supervisor = Supervisor(every, lambda _name, _line: None)
    assert supervisor.start()
    try:
        until(lambda: answered(f"http://127.0.0.1:{settings.web.port}/healthz") == 200, 60)
        yield
    finally:
        supervisor.stop()


def _called_back(there: Outside, settings: Any) -> None:
    """What a person enters in Zoho: a webhook of adjustments, and its rule."""
    secret = settings.connections[0].zoho.webhook_secret
    zoho: Any = there.world.zoho  # type: ignore[attr-defined]
    body = {
        "webhook_name": "Adjusted",
        "entity": "inventoryadjustment",
        "url": f"http://127.0.0.1:{settings.web.port}/webhooks/zoho/main",
        "headers": [{"param_name": HEADER, "param_value": secret}],
        "secret": secret,
    }
    webhook = zoho.ask("POST", "/settings/webhooks", body)["webhook"]
    action = {"action_id": webhook["webhook_id"], "action_type": "webhook"}
    rule = {"workflow_name": "Adjusted", "entity": "inventoryadjustment", "rule_type": "add_edit"}
    zoho.ask("POST", "/settings/workflows", {**rule, "instant_actions": [action]})


def measured(changes: int, latency: float) -> Seen:
    """One change after the other, and how long each took to show."""
    with opened() as (there, ids):
        world: Any = there.world
        world.moods.set(moods_from([{"kind": "latency", "seconds": latency}]))
        dice, wanted = random.Random(1), [50] * SKUS
        took: list[float] = []
        waits = []
        for number in range(changes + 1):
            place = number % SKUS
            wanted[place] += 1
            began = time.monotonic()
            line = {"item_id": ids[place], "quantity_adjusted": "1"}
            body = {
                "date": "2026-01-31",
                "reason": "Counted",
                "adjustment_type": "quantity",
                "line_items": [line],
            }
            world.zoho.ask("POST", "/inventoryadjustments", body, "inventory")
            waiting = threading.Thread(target=_shown, args=(there, place, wanted[place], began, took))
            waiting.start()
            waits.append(waiting)
            if not number:  # the first finds connections, tokens and caches cold
                waiting.join()
                took.clear()
            time.sleep(dice.uniform(*GAPS))
        for waiting in waits:
            waiting.join()
    assert len(took) == changes, f"{changes - len(took)} of {changes} changes never showed"
    took.sort()
    return Seen(
        changes, latency, took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.99))], took[-1]
    )


def _shown(there: Outside, place: int, wanted: int, began: float, took: list[float]) -> None:
    while time.monotonic() < began + PATIENCE:
        if level(there, place) == wanted:
            took.append(time.monotonic() - began)
            return
        time.sleep(0.005)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=200, help="200 by default, which takes three minutes")
    parser.add_argument("--latency", type=float, default=0.15, help="seconds of each call, 0.15 by default")
    parser.add_argument("--json", action="store_true", help="one object instead of a sentence")
    told = parser.parse_args()
    configure("ERROR")
    seen = measured(told.changes, told.latency)
    if told.json:
        print(json.dumps({"met": seen.met, **asdict(seen)}))
    else:
        colour = "green" if seen.met else "red"
        Console().print(
            f"{seen.changes} changes in Zoho, calls of {seen.latency * 1000:g} ms; in the store after "
            f"{seen.p50:.2f} s (half of them), [{colour}]{seen.p99:.2f} s[/{colour}] (99 %; at most {TARGET:g} s), "
            f"{seen.most:.2f} s (all)"
        )
    return 0 if seen.met else 1


if __name__ == "__main__":
    sys.exit(main())
