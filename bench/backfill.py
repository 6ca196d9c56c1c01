"""Counts the calls that bringing in orders of the past costs: exact, for the sandbox counts them itself.

`python bench/backfill.py [--orders N] [--json]`; ends with 1 when a target is missed.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the lab lies beside us, not in the installed package

from rich.table import Table

from app.logs import configure
from bench.figures import own_lab, own_redis, table_of, tell
from ledger import runs
from sandbox import orders as described
from tasks import backfill, undo
from tests.lab import Lab

AN_ORDER = 2.1  # Zoho calls
PAGE = 50  # orders of a list call, at least
FEW = 5
ORDERS_EACH = 50  # of one customer: a new one costs two calls more
LINE = {"quantity": 3, "tax": "20", "sku": "MUG", "name": "Mug"}


@dataclass(frozen=True)
class Figure:
    """One row: calls of the whole run. `lists`: BigCommerce's pages of orders; `details`: everything else of it."""

    name: str
    orders: int
    zoho: int
    zoho_most: int
    lists: int
    lists_most: int
    details: int
    seconds: float

    @property
    def met(self) -> bool:
        return self.zoho <= self.zoho_most and self.lists <= self.lists_most


def placed(lab: Lab, many: int) -> None:
    """A day after another, by known customers in turn."""
    now, people = lab.world.clock.now(), max(1, many // ORDERS_EACH)
    for number in range(1, many + 1):
        one = number % people
        person = {"id": one + 1, "email": f"c{one}@example.com"}
        told = {
            "id": number,
            "created": now - timedelta(days=30) + timedelta(days=29) * number / many,
            "lines": [{**LINE, "price": f"{10 + number % 97}.00"}],
            "customer": {**person, "first_name": "Ada", "last_name": f"Number{one}"},
        }
        lab.place(described.order_from(told))


def filled(lab: Lab, name: str, many: int, most: int) -> Figure:
    seen, began = len(lab.world.calls), time.monotonic()
    now = datetime.fromtimestamp(lab.connection.clock(), UTC)
    run = backfill.begin(lab.connection, now - timedelta(days=60), now, None)
    told = backfill.carry_on(
        lab.services, lab.connection, run, wait=5.0, on_look=lambda _: None, sleep=time.sleep
    )
    posted = sum(one.number for one in runs.standings(lab.ledger, run) if one.outcome == "posted")
    assert told.complete, "the run did not come to its end"
    assert posted == told.noted, f"{posted} of {told.noted} orders were booked"
    return _figure(lab, name, many, seen, began, most)


def _figure(lab: Lab, name: str, many: int, seen: int, began: float, most: int) -> Figure:
    calls = [call for call in lab.world.calls[seen:] if "/oauth/" not in call["path"]]
    store = [call for call in calls if call["platform"] == "bigcommerce"]
    lists = sum(call["path"].endswith(("/v2/orders", "/v2/orders/count")) for call in store)
    return Figure(
        name=name,
        orders=many,
        zoho=len(calls) - len(store),
        zoho_most=most,
        lists=lists,
        lists_most=ceil(many / PAGE) + FEW,
        details=len(store) - lists,
        seconds=round(time.monotonic() - began, 1),
    )


def undone(lab: Lab, many: int) -> Figure:
    seen, began = len(lab.world.calls), time.monotonic()
    run = runs.all_of(lab.ledger, "main")[0]
    ends = [
        undo.take_back(lab.services, lab.connection, run, one) for one in undo.planned(lab.connection, run)
    ]
    assert sum(end.done for end in ends) == many, "not everything was taken back"
    return _figure(lab, "taken back", many, seen, began, 4 * many)


def counted(many: int) -> list[Figure]:
    """Every row, in the order in which it is shown."""
    with own_redis() as url, own_lab(url) as lab:
        placed(lab, many)
        first = filled(lab, "orders of the past", many, ceil(AN_ORDER * many) + FEW)
        return [first, filled(lab, "once more", many, 0), undone(lab, many)]


def shown(figures: list[Figure]) -> Table:
    names = ("", "orders", "Zoho", "at most", "lists of the store", "at most", "its details", "seconds")
    rows = [
        (row, (row.orders, row.zoho, row.zoho_most, row.lists, row.lists_most, row.details, row.seconds))
        for row in figures
    ]
    return table_of("Calls of a back-fill", names, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000, help="orders of the past, 1,000 by default")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    told = parser.parse_args()
    configure("ERROR")
    figures = counted(told.orders)
    return tell(figures, shown(figures), as_json=told.json)


if __name__ == "__main__":
    sys.exit(main())
