"""Counts the calls that the work costs: exact, because the whole service runs in one process against the sandbox.

`python bench/calls.py [--orders N] [--json]`; ends with 1 when a target is missed.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the lab lies beside us, not in the installed package

from rich.table import Table

from app.logs import configure
from bench.figures import PACE, own_redis, tell
from ledger import cursors
from sandbox import orders as described
from tasks import sweeps
from tests.lab import Lab, make_lab

CUSTOMERS = 20  # the known ones, at most; each places several orders
SWEPT = 2.5  # the sweep looks at this many times more orders than the other rows
QUIET = 2.5  # seconds after which an order's last change counts as seen
TOKENS = "/oauth/"  # costs no call of the organization's day


@dataclass(frozen=True)
class Figure:
    """One row: calls per order, the fewest that the APIs allow, and what we promise; None: no promise."""

    name: str
    orders: int
    floor: float
    target: float | None
    zoho: float
    bigcommerce: float
    writes: float  # into either platform

    @property
    def met(self) -> bool:
        return self.target is None or self.zoho <= self.target


@dataclass(frozen=True)
class Count:
    """Calls that both platforms received between two moments."""

    zoho: int
    bigcommerce: int
    writes: int


class Counter:
    """What the sandbox received since the last look; tokens are not counted, their day is another."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._seen = 0

    def since(self) -> Count:
        every = [call for call in self._lab.world.calls if TOKENS not in call["path"]]
        new, self._seen = every[self._seen :], len(every)
        return Count(
            zoho=sum(call["platform"] == "zoho" for call in new),
            bigcommerce=sum(call["platform"] == "bigcommerce" for call in new),
            writes=sum(call["method"] != "GET" for call in new),
        )


@dataclass(frozen=True)
class Shop:
    """A lab whose customers and items are known to the books already."""

    lab: Lab
    people: int
    counter: Counter
    first: Count  # what the customers' first orders cost, all together
    opening: Count  # the very first order: the organization and the items were asked for, too

    def orders(self, many: int, **different: Any) -> list[str]:
        """Placed and not worked yet: paid by card, by known customers in turn."""
        return [_placed(self.lab, number % self.people, **different) for number in range(many)]

    def worked(self, placed: list[str]) -> Count:
        self.counter.since()
        for start in range(0, len(placed), 50):
            rows = self.lab.sync(*placed[start : start + 50])
            assert all(row.outcome == "posted" for row in (rows if isinstance(rows, list) else [rows]))
        return self.counter.since()


def _placed(lab: Lab, customer: int, address: str = "1 Main Road", sku: str = "MUG") -> str:
    """Three mugs and their shipping, each order with its own price, so that no two are alike."""
    number = 1000 + len(lab.world.bigcommerce.orders)
    price = str(Decimal("10.00") + Decimal(number % 97) / 10)
    line = {"price": price, "quantity": 3, "tax": "20", "sku": sku, "name": f"Thing {sku}"}
    person = {"first_name": "Ada", "last_name": f"Number{customer}", "email": f"c{customer}@example.com"}
    home = {**person, "street_1": address, "city": "Elsewhere"}
    return str(
        lab.place(
            described.order_from(
                {
                    "id": number,
                    "created": lab.world.clock.now(),
                    "lines": [line],
                    "shipping": [{"cost": "4.90", "tax": "20", "address": home}],
                    "customer": {**home, "id": customer + 1, "street_1": "1 Main Road"},
                }
            )
        )
    )


@contextmanager
def opened(
    redis_url: str, people: int, *, switches: dict[str, Any] | None = None, more: str = ""
) -> Iterator[Shop]:
    """A fresh shop; its first orders are done."""
    with tempfile.TemporaryDirectory(prefix="cartbooks-bench-") as directory:
        lab = make_lab(
            Path(directory), redis_url, pace=PACE, callback_threads=0, switches=switches or {}, more=more
        )
        lab.set(ask_after=(0.01, 0.03))
        counter = Counter(lab)
        lab.sync(_placed(lab, 0))
        opening = counter.since()
        for customer in range(1, people):
            lab.sync(_placed(lab, customer))
        yield Shop(lab, people, counter, counter.since(), opening)
        lab.ledger.engine.dispose()


def figure(name: str, orders: int, count: Count, *, floor: float, target: float | None) -> Figure:
    return Figure(
        name,
        orders,
        floor,
        target,
        zoho=round(count.zoho / orders, 3),
        bigcommerce=round(count.bigcommerce / orders, 3),
        writes=round(count.writes / orders, 3),
    )


def usual(redis_url: str, people: int, many: int) -> Iterator[Figure]:
    """Payments with their references, which is the default; drafts take payments."""
    with opened(redis_url, people) as shop:
        # the organization, its taxes and currencies; find and create the contact and two items; invoice, payment
        yield figure("very first order of an organization", 1, shop.opening, floor=11, target=11)
        yield figure("first order of a new customer", people - 1, shop.first, floor=4, target=4)
        placed = shop.orders(many)
        yield figure("paid order, all known", many, shop.worked(placed), floor=2, target=2.05)
        elsewhere = shop.orders(people, address="2 Other Road")
        yield figure("new shipping address", people, shop.worked(elsewhere), floor=3, target=3)
        unseen = [_placed(shop.lab, 0, sku=f"NEW-{number}") for number in range(people)]
        yield figure("new item", people, shop.worked(unseen), floor=4, target=4)
        again = shop.worked(placed)
        assert not again.writes, "a repeated callback wrote something"
        yield figure("repeated callback", many, again, floor=0, target=0)


def swept(redis_url: str, people: int, many: int) -> Iterator[Figure]:
    """A full look at orders that did not change, and one that saw only our own marks."""
    with opened(redis_url, people) as shop:
        shop.worked(shop.orders(many - people))
        time.sleep(QUIET)
        _next_sweep(shop.lab)
        count = shop.counter.since()
        assert not count.writes, "a sweep of unchanged orders wrote something"
        yield figure("sweep after a day of posting", many, count, floor=0, target=0)
        _next_sweep(shop.lab)
        count = shop.counter.since()
        assert not count.writes, "a second sweep wrote something"
        yield figure("sweep of unchanged orders", many, count, floor=0, target=0)


def _next_sweep(lab: Lab) -> None:
    """Whosever turn it is; its window reaches over all orders."""
    lab.set(overlap=timedelta(days=1).total_seconds())
    cursors.give_slot(lab.ledger, "main.orders")
    sweeps.orders(lab.services, "main")
    lab.quiet(within=120)


def economical(redis_url: str, people: int, many: int) -> Iterator[Figure]:
    """Books takes invoice and payment in one call."""
    more = '[connections.main.orders]\npayments = "with_invoice"'
    with opened(redis_url, people, more=more) as shop:
        count = shop.worked(shop.orders(many))
        yield figure("the same, payments with_invoice", many, count, floor=1, target=1.05)


def opened_first(redis_url: str, people: int, many: int) -> Iterator[Figure]:
    """The organization refuses payments on drafts; that is learned from its first refusal."""
    with opened(redis_url, people, switches={"zoho_draft_payment": "refused"}) as shop:
        count = shop.worked(shop.orders(many))
        yield figure("the same, drafts refuse payments", many, count, floor=3, target=3)


def counted(many: int) -> list[Figure]:
    """Every row, in the order in which it is shown."""
    people = max(2, min(CUSTOMERS, many))
    with own_redis() as url:
        return [
            *usual(url, people, many),
            *economical(url, people, many),
            *opened_first(url, people, many),
            *swept(url, people, max(round(many * SWEPT), people + 1)),
        ]


def shown(figures: list[Figure]) -> Table:
    table = Table(title="Calls per order")
    for name in ("", "orders", "floor", "target", "Zoho", "BigCommerce", "writes"):
        table.add_column(name, justify="left" if not name else "right")
    for one in figures:
        colour = "green" if one.met else "red"
        target = "–" if one.target is None else f"{one.target:g}"
        table.add_row(
            one.name, str(one.orders), f"{one.floor:g}", target,
            f"[{colour}]{one.zoho:g}[/{colour}]", f"{one.bigcommerce:g}", f"{one.writes:g}",
        )  # fmt: skip
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=200, help="orders of each row, 200 by default")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    told = parser.parse_args()
    configure("ERROR")
    figures = counted(told.orders)
    return tell(figures, shown(figures), as_json=told.json)


if __name__ == "__main__":
    sys.exit(main())
