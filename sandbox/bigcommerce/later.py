"""What the store does by itself a little later, such as asking a payment provider."""

from collections.abc import Callable

from sandbox.bigcommerce.store import Due
from sandbox.world import World


def later(world: World, act: Callable[[], None], *, at_once: bool = False) -> None:
    """Do it after the switch payment_delay (divided by pace), or now; whoever calls the store finds it done."""
    wait = 0.0 if at_once else float(world.switches["payment_delay"]) / world.options.pace
    if wait <= 0:
        act()
        return
    store, due = world.bigcommerce, world.clock.epoch() + wait
    store.due.append(Due(due, act))
    store.courier.errand(due, lambda: _happen_locked(world))


def _happen_locked(world: World) -> None:
    with world.lock:
        happen(world)


def happen(world: World) -> None:
    """Everything whose time has come, the earliest first."""
    waiting, now = world.bigcommerce.due, world.clock.epoch()
    while waiting and waiting[0].at <= now:
        waiting.popleft().act()
