"""Counts the calls that comparing orders with the books costs: exact, for the sandbox counts them itself.

`python bench/reconcile.py [--orders N] [--json]`; ends with 1 when a target is missed. Orders and documents are put
into the sandbox's stores as copies of a few that went through the recipe.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the lab lies beside us, not in the installed package

from rich.table import Table

from app.logs import configure
from bench.figures import own_lab, own_redis, table_of, tell
from sandbox import orders as described
from tasks.reconcile import reconcile
from tests.lab import Lab
from tests.tasks import planted
from tests.tasks.checks import invoice_of

ORDERS, DOCUMENTS = 250, 200  # rows of one page
REFUNDED = 50  # every so many orders one was refunded in part
FEW = 5
WRONG = 10  # orders that differ, in the second figure
EACH = 12  # calls that one of them may cost
LINE = {"price": "10.00", "quantity": 3, "tax": "20", "sku": "MUG", "name": "Mug"}


@dataclass(frozen=True)
class Figure:
    """One row: the calls of one comparison, and how many we promise at most."""

    name: str
    orders: int
    store: int
    zoho: int
    store_most: int
    zoho_most: int
    unexplained: int
    seconds: float

    @property
    def met(self) -> bool:
        return self.store <= self.store_most and self.zoho <= self.zoho_most


@contextmanager
def opened(redis_url: str, many: int) -> Iterator[Lab]:
    """A store and books with as many orders on both sides."""
    with own_lab(redis_url) as lab:
        told = {"lines": [LINE], "customer": {"id": 7}, "created": lab.world.clock.now() - timedelta(days=1)}
        plain, refunded = (lab.place(described.order_from({"id": number, **told})) for number in (1, 2))
        lab.sync(plain, refunded)
        planted.credited(lab, refunded, "12.00", planted.refunded(lab, refunded, "12.00"))
        for number in range(3, many + 1):
            _copy(lab, refunded if number % REFUNDED == 0 else plain, number)
        yield lab


def _copy(lab: Lab, like: str, number: int) -> None:
    """The same order under another number, and its documents."""
    bundle = lab.world.bigcommerce.orders[int(like)]
    refunds = [{**row, "id": number * 10, "order_id": number} for row in bundle["refunds"]]
    order = {**bundle["order"], "id": number}
    lab.world.bigcommerce.orders[number] = {**bundle, "order": order, "refunds": refunds}
    _copy_document(lab, "invoice", invoice_of(lab, like), f"{number}:invoice:1")
    notes = lab.world.zoho.records["creditnotes"].values() if refunds else ()
    for note in [row for row in notes if row["reference_number"] == like]:
        _copy_document(lab, "creditnote", note, f"{number}:refund:{number * 10}")


def _copy_document(lab: Lab, word: str, like: dict, key: str) -> None:
    books = lab.world.zoho
    made = {
        **like,
        f"{word}_id": books.new_id(),
        f"{word}_number": f"{word}-{key}",
        "reference_number": key.partition(":")[0],
        "_custom": {**like["_custom"], planted.KEY: f"{lab.connection.store_hash}:{key}"},
    }
    books.records[f"{word}s"][made[f"{word}_id"]] = made


def compared(lab: Lab, name: str, many: int, wrong: int) -> Figure:
    seen, began = len(lab.world.calls), time.monotonic()
    today = lab.world.zoho.today()
    report = reconcile(lab.connection, today - timedelta(days=3), today)
    calls = [call for call in lab.world.calls[seen:] if "/oauth/" not in call["path"]]
    store = sum(call["platform"] == "bigcommerce" for call in calls)
    assert len(report.lines) == many, f"{len(report.lines)} of {many} orders were compared"
    assert len(report.unexplained) == wrong, f"{len(report.unexplained)} differ, and {wrong} should"
    return Figure(
        name=name,
        orders=many,
        store=store,
        zoho=len(calls) - store,
        store_most=ceil(many / ORDERS) + FEW + EACH * wrong,
        zoho_most=ceil(many / DOCUMENTS) + FEW + EACH * wrong,
        unexplained=len(report.unexplained),
        seconds=round(time.monotonic() - began, 1),
    )


def counted(many: int) -> list[Figure]:
    """Every row, in the order in which it is shown."""
    with own_redis() as url, opened(url, many) as lab:
        fine = compared(lab, "all equal", many, 0)
        invoices = lab.world.zoho.records["invoices"]
        for identity in list(invoices)[-WRONG:]:
            del invoices[identity]
        return [fine, compared(lab, f"{WRONG} documents are missing", many, WRONG)]


def shown(figures: list[Figure]) -> Table:
    names = ("", "orders", "store", "at most", "Zoho", "at most", "unexplained", "seconds")
    rows = [
        (
            row,
            (row.orders, row.store, row.store_most, row.zoho, row.zoho_most, row.unexplained, row.seconds),
        )
        for row in figures
    ]
    return table_of("Calls of comparing orders with the books", names, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000, help="orders of the period, 10,000 by default")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    told = parser.parse_args()
    configure("ERROR")
    figures = counted(told.orders)
    return tell(figures, shown(figures), as_json=told.json)


if __name__ == "__main__":
    sys.exit(main())
