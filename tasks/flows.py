"""The map of what flows where; adding an entity is adding a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tasks import orders
from tasks.hand import Hand
from tasks.outcome import Outcome

Recipe = Callable[[Hand], Outcome]


@dataclass(frozen=True)
class Flow:
    """One entity's way: the name of its work rows, its Celery task, and its recipe."""

    name: str
    task: str
    recipe: Recipe


FLOWS = {flow.name: flow for flow in (Flow("orders", "orders.sync", orders.sync),)}
