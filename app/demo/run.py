"""One running demo: the outside world, the house, and the strings to both."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app import wiring
from app.demo import stage
from app.demo.stage import Control
from app.redis_server import Embedded, prepare
from app.settings import Settings, flower_password
from app.supervisor import Process, Supervisor, to_stream
from ledger import cursors, history
from ledger.store import Ledger, migrate
from tasks import hooks, organization
from tasks.services import Services


@dataclass(frozen=True)
class Run:
    control: Control
    settings: Settings
    services: Services
    ports: stage.Ports
    ours: Supervisor  # keeps our processes, not the outside world
    world: Supervisor  # keeps the sandbox
    every: tuple[Process, ...]  # those processes, as they were started
    day: Mapping[str, Any]  # the orders to come (`bundles`)
    catalogue: Mapping[str, Any]  # `items` and `price_lists`: what must become of those in the books
    directory: Path

    @property
    def ledger(self) -> Ledger:
        return self.services.ledger

    def prepare(self, moods: str) -> None:
        """What a merchant does once, callbacks from the store; then the weather may turn."""
        hooks.register(self.services.connections["demo"])
        if moods:
            path = Path(moods)
            self.control.put("moods", str(path.resolve()) if path.exists() else moods)

    def ask_for(self, sweep: str) -> None:
        """Have a worker make this sweep now, as beat does when its time comes."""
        wiring.make_broker(self.settings).send_task(sweep, args=["demo"], ignore_result=True)

    def hurry_releases(self) -> None:
        """As if the five minutes were over after which held orders are looked at again: nobody wants to watch those."""
        connection = self.services.connections["demo"]
        for slot in ("demo.release", "demo.held.taxes", f"{connection.organization}.look"):
            cursors.give_slot(self.ledger, slot)
        organization.learn(connection, "looked_at", 0.0)
        self.ask_for("sweeps.release")

    def calls_by_order(self) -> Counter[str]:
        """Zoho calls by order, look-ups and repeated runs among them, as the history tells."""
        calls: Counter[str] = Counter()
        for event in history.since(self.ledger, "demo", 0.0):
            if event.event == "calls" and event.flow == "orders":
                calls[event.record] += int(event.detail.get("zoho", 0))
        return calls

    def addresses(self) -> str:
        flower = self.settings.flower
        login = f"{flower.user}:{flower_password(self.settings)}"
        return (
            f"console  http://127.0.0.1:{self.ports.web}/\n"
            f"Flower   http://{login}@127.0.0.1:{self.ports.flower}/\n"
            f"sandbox  http://127.0.0.1:{self.ports.sandbox}/control/state"
        )

    def invitation(self, order: str) -> str:
        """Commands that work while the demo runs, in any terminal of this machine."""
        command = shown(Path(sys.executable).with_name("cartbooks"))
        return (
            "try, in another terminal:\n"
            f"  . {stage.variables(self.directory)}\n"
            f"  {command} explain order {order}\n"
            f"  {command} reconcile"
        )


def shown(path: Path) -> str:
    """As short as it can be typed from where the demo was started."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _await_workers(settings: Settings, number: int) -> None:
    """Until all workers answer, for the clock of the first order starts when it is placed."""
    broker, end = wiring.make_broker(settings), time.monotonic() + stage.PATIENCE
    while len(broker.control.ping(timeout=0.5) or ()) < number:
        if time.monotonic() > end:
            raise RuntimeError("the workers did not come up")


@contextmanager
def running(
    directory: Path, pace: float, latency: float, day_of: Callable[[Control], Mapping[str, Any]]
) -> Iterator[Run]:
    """Everything up, and everything gone afterwards, whatever happens in between.

    What the merchant had before us is there before us: a look at the books finds taxes and items.
    """
    ports = stage.free_ports()
    control = Control(ports.sandbox_url)
    with (directory / "log").open("w") as log:
        write = to_stream(log, ["worker1"])
        world = stage.raised([stage.outside(ports, pace, latency)], write)
        ours: Supervisor | None = None
        redis: Embedded | None = None
        try:
            day, catalogue = day_of(control), control.post("catalogue", {})
            stage.set_up_taxes(control, day["taxes"])
            settings, env = stage.write_settings(directory, ports, control, pace)
            migrate(settings.ledger_url)
            redis = None if settings.redis_url else prepare(settings.data_dir)
            every, redis_url = stage.house(settings, env, redis)
            ours = stage.raised(every, write)
            settings = replace(settings, redis_url=redis_url)
            _await_workers(settings, sum("worker" in one.argv for one in every))
            services = wiring.services_at(settings, redis_url)
            yield Run(
                control, settings, services, ports, ours, world, tuple(every), day, catalogue, directory
            )
        finally:
            if ours is not None:
                ours.stop()
            if redis is not None:
                redis.hold.close()
            world.stop()
