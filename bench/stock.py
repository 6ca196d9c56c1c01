"""Counts the calls that stock costs: exact, because the whole service runs in one process against the sandbox.

`python bench/stock.py [--skus N] [--changes N] [--seconds S] [--json]`; ends with 1 when a target is missed.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the lab lies beside us, not in the installed package

from rich.console import Console
from rich.table import Table

from app.logs import configure
from bench.figures import PACE, own_lab, own_redis, table_of, tell
from ledger import cursors, work
from sandbox.bigcommerce.product_making import make
from sandbox.bigcommerce.stock_moves import happen_locked
from sandbox.zoho import many_items
from tasks import stock_map, stock_notes, stock_sweeps, sweeps
from tasks.recipe import answer_nudge
from tests.lab import Lab

DETAILS, LISTED, ADJUSTED, LEVELS = 100, 200, 2000, 1000  # rows of one call, as the two APIs have it
LINES = 100  # of one adjustment document
BURST = 50  # SKUs that a burst of changes is about
SHOWN = 0.5  # seconds after which the store shows what it accepted
AT_MOST = 10  # calls that a burst may cost


@dataclass(frozen=True)
class Figure:
    """One row: the calls that a look cost, and how many we promise at most; None: no promise."""

    name: str
    skus: int
    zoho: int
    reads: int  # of the store
    writes: int  # into the store
    zoho_most: int | None
    writes_most: int | None
    all_most: int | None = None

    @property
    def met(self) -> bool:
        whole = self.zoho + self.reads + self.writes
        pairs = ((self.zoho, self.zoho_most), (self.writes, self.writes_most), (whole, self.all_most))
        return all(most is None or number <= most for number, most in pairs)


class Counter:
    """What the sandbox received since the last look; tokens are not counted, their day is another."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._seen = 0

    def since(self) -> list[dict[str, str]]:
        new = self._lab.world.calls[self._seen :]
        self._seen = len(self._lab.world.calls)
        return [call for call in new if "/oauth/" not in call["path"]]


def figure(
    name: str,
    skus: int,
    calls: list[dict[str, str]],
    zoho_most: int | None,
    writes_most: int | None,
    **more: Any,
) -> Figure:
    store = [call for call in calls if call["platform"] == "bigcommerce"]
    writes = sum(call["method"] != "GET" for call in store)
    zoho = len(calls) - len(store)
    return Figure(name, skus, zoho, len(store) - writes, writes, zoho_most, writes_most, **more)


@contextmanager
def opened(redis_url: str, many: int, *, pace: int = PACE, **rules: Any) -> Iterator[tuple[Lab, list[str]]]:
    """A store and books with as many SKUs on both sides, paired, and one-way stock."""
    with own_lab(redis_url, pace=pace) as lab:
        stock_rules = replace(lab.connection.stock_rules, **{"method": "one_way", **rules})
        lab.set(stock_on=True, stock_rules=stock_rules)
        told = {"count": many, "item_type": "inventory", "initial_stock": "50", "age": 3600}
        ids = many_items.make(lab.world.zoho, told)
        row = {
            "type": "physical",
            "weight": 1,
            "price": 10,
            "inventory_tracking": "product",
            "inventory_level": 7,
        }
        for number in range(1, many + 1):
            make(lab.world, {**row, "name": f"Item {number}", "sku": f"SKU-{number}"}, quietly=True)
        stock_map.look(lab.connection, None)
        yield lab, ids


def adjusted(lab: Lab, ids: list[str], pieces: int) -> None:
    """People adjust so many items in Zoho, a hundred lines a document."""
    for start in range(0, len(ids), LINES):
        lines = [{"item_id": one, "quantity_adjusted": str(pieces)} for one in ids[start : start + LINES]]
        body = {"date": "2026-01-31", "reason": "Counted", "adjustment_type": "quantity", "line_items": lines}
        lab.world.zoho.ask("POST", "/inventoryadjustments", body, "inventory")


def right(lab: Lab) -> None:
    """What was counted counts only if the store shows the right levels and nothing is held."""
    assert not work.held(lab.ledger, "main"), "stock was held"
    time.sleep(SHOWN / lab.connection.pace)
    happen_locked(lab.world)
    figures = {row["sku"]: lab.in_books(item) for item, row in lab.world.zoho.records["items"].items()}
    wrong = [row["sku"] for row in lab.products.values() if row["inventory_level"] != figures.get(row["sku"])]
    assert not wrong, f"{len(wrong)} levels are wrong, such as that of {wrong[0]}"


def swept(lab: Lab) -> None:
    """A look at everything now, whosever turn it is, and all that it notes."""
    cursors.give_slot(lab.ledger, "main.stock_sweep")
    sweeps.swept(lab.services, "main", stock_sweeps.stock)
    lab.quiet(within=3600)


def whole(redis_url: str, many: int) -> Iterator[Figure]:
    """First contact, a change of everything, nothing changed, one change."""
    details, calls = ceil(many / DETAILS), ceil(many / ADJUSTED)
    with opened(redis_url, many) as (lab, ids):
        counter = Counter(lab)
        counter.since()
        swept(lab)
        right(lab)
        yield figure("first look, all paired", many, counter.since(), None, calls)
        swept(lab)  # what was written is shown by now
        adjusted(lab, ids, 3)
        counter.since()
        work.note(lab.ledger, "main", "stock", ids, time.time(), urgent=True)
        lab.quiet(within=3600)
        right(lab)
        yield figure("all changed, by callbacks", many, counter.since(), details, calls)
        swept(lab)
        adjusted(lab, ids, 2)
        counter.since()
        swept(lab)
        right(lab)
        yield figure("all changed, by sweep", many, counter.since(), 2 * details, calls)
        swept(lab)
        counter.since()
        swept(lab)
        yield figure("nothing changed", many, counter.since(), details, 0)
        yield from one(lab, ids[0], counter)


def one(lab: Lab, item: str, counter: Counter) -> Iterator[Figure]:
    adjusted(lab, [item], 1)
    counter.since()
    stock_notes.note(lab.connection, [item], None, urgent=True)
    lab.quiet()
    right(lab)
    yield figure("one changed, by callback", 1, counter.since(), 2, 1, all_most=3)
    stock_notes.note(lab.connection, [item], None, urgent=True)
    lab.quiet()
    yield figure("a callback of nothing new", 1, counter.since(), 1, 0)


def listed(redis_url: str, many: int) -> Iterator[Figure]:
    """Where the list tells the figure that is published, a look costs half."""
    with opened(redis_url, many, figure="on_hand") as (lab, _):
        swept(lab)
        swept(lab)
        counter = Counter(lab)
        counter.since()
        swept(lab)
        yield figure("nothing changed, figure on hand", many, counter.since(), ceil(many / LISTED), 0)


def burst(redis_url: str, changes: int, seconds: float) -> Iterator[Figure]:
    """Many changes to a few SKUs within seconds: gathered at ticks, at the real pace."""
    with opened(redis_url, BURST, pace=1) as (lab, ids):
        work.note(lab.ledger, "main", "stock", ids, time.time())
        lab.quiet(within=60)
        counter, dice = Counter(lab), random.Random(1)
        counter.since()
        begin = time.monotonic()
        for number in range(changes):
            item = dice.choice(ids)
            adjusted(lab, [item], 1)
            stock_notes.note(lab.connection, [item], None, urgent=True)
            while time.monotonic() < begin + seconds * (number + 1) / changes:
                _worked(lab)
        lab.quiet(within=60)
        right(lab)
        name = f"{changes} changes to {BURST} in {seconds:g} s"
        yield figure(name, BURST, counter.since(), None, None, all_most=AT_MOST)


def _worked(lab: Lab) -> None:
    """A worker's turn: what is due by now."""
    for work_id, _, _ in work.due(lab.ledger, time.time(), 1, renudge_after=0.0):
        answer_nudge(lab.services, work_id)
    time.sleep(0.002)


def counted(skus: int, changes: int, seconds: float) -> list[Figure]:
    """Every row, in the order in which it is shown."""
    with own_redis() as url:
        return [*whole(url, skus), *listed(url, skus), *burst(url, changes, seconds)]


def shown(figures: list[Figure]) -> Table:
    names = ("", "SKUs", "Zoho", "at most", "store: reads", "writes", "at most", "in all at most")
    rows = [
        (row, (row.skus, row.zoho, row.zoho_most, row.reads, row.writes, row.writes_most, row.all_most))
        for row in figures
    ]
    return table_of("Calls of stock", names, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=10_000, help="SKUs on both sides, 10,000 by default")
    parser.add_argument("--changes", type=int, default=500, help="changes of the burst, 500 by default")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long the burst takes, 5 s by default")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    told = parser.parse_args()
    configure("ERROR")
    began = time.monotonic()
    figures = counted(told.skus, told.changes, told.seconds)
    code = tell(figures, shown(figures), as_json=told.json)
    if not told.json:
        Console().print(f"{time.monotonic() - began:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
