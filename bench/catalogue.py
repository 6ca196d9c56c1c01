"""Counts the calls that a catalogue costs: exact, because the whole service runs in one process against the sandbox.

`python bench/catalogue.py [--items N] [--json]`; ends with 1 when a target is missed.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the lab lies beside us, not in the installed package

from rich.console import Console
from rich.table import Table

from app.logs import configure
from bench.figures import own_lab, own_redis, table_of, tell
from ledger import work
from sandbox.zoho import many_items
from tests.lab import Lab
from tests.tasks.shelf import full, shelved, stocked, weigh

LISTED, DETAILS, PUT, RECORDS = 200, 100, 10, 1000  # rows of one call, as the two APIs have it
QUIET = 2.5  # seconds after which an item's last change counts as seen


@dataclass(frozen=True)
class Figure:
    """One row: the calls that a look cost, and how many we promise at most; None: no promise."""

    name: str
    records: int
    zoho: int
    reads: int  # of the store
    writes: int  # into the store
    zoho_most: int | None
    writes_most: int | None

    @property
    def met(self) -> bool:
        pairs = ((self.zoho, self.zoho_most), (self.writes, self.writes_most))
        return all(most is None or number <= most for number, most in pairs)


class Counter:
    """What the sandbox received since the last look; tokens, settings and the store's own facts are not counted."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._seen = 0

    def since(self) -> list[dict[str, str]]:
        new = self._lab.world.calls[self._seen :]
        self._seen = len(self._lab.world.calls)
        return [call for call in new if "/items" in call["path"] or _of_the_catalogue(call["path"])]


def _of_the_catalogue(path: str) -> bool:
    return any(word in path for word in ("/itemdetails", "/pricebooks", "/catalog/", "/pricelists"))


def figure(
    name: str, records: int, calls: list[dict[str, str]], zoho_most: int | None, writes_most: int | None
) -> Figure:
    store = [call for call in calls if call["platform"] == "bigcommerce"]
    writes = sum(call["method"] != "GET" for call in store)
    return Figure(
        name,
        records,
        len(calls) - len(store),
        len(store) - writes,
        writes,
        zoho_most,
        writes_most,
    )


@contextmanager
def opened(redis_url: str) -> Iterator[Lab]:
    """A store and books that know nothing of each other yet."""
    more = '[connections.main.catalogue]\nitems = "on"\nprice_lists = "on"'
    with own_lab(redis_url, more=more) as lab:
        yield lab.one_currency()


def items(lab: Lab, many: int) -> Iterator[Figure]:
    """Products that are there already; nothing changed; a tenth of the prices changed."""
    shelved(lab, many)
    ids = stocked(lab, many)
    counter, pages = Counter(lab), ceil(many / LISTED)
    yield _look(lab, counter, "first look, products there", many, None, None)
    yield _look(lab, counter, "nothing changed", many, pages, 0)
    changed = ids[: many // 10]
    many_items.change(lab.world.zoho, changed, {"rate": "12.5"})
    few = ceil(len(changed) / DETAILS)  # their details
    time.sleep(QUIET)
    yield _look(lab, counter, "a tenth of the prices changed", many, pages + few, ceil(len(changed) / PUT))
    yield _look(lab, counter, "and once more", many, pages, 0)


def _look(
    lab: Lab, counter: Counter, name: str, many: int, zoho_most: int | None, writes_most: int | None
) -> Figure:
    counter.since()
    full(lab)
    lab.quiet(within=3600)
    assert not work.held(lab.ledger, "main"), "a record was held"
    return figure(name, many, counter.since(), zoho_most, writes_most)


def prices(lab: Lab, many: int) -> Iterator[Figure]:
    """One price list of every item: new, then unchanged."""
    rows = lab.world.zoho.records["items"]
    body = {
        "name": "Wholesale",
        "pricebook_type": "per_item",
        "sales_or_purchase_type": "sales",
        "pricebook_items": [{"item_id": item, "pricebook_rate": 8} for item in rows],
    }
    lab.world.zoho.ask("POST", "/pricebooks", body)
    counter = Counter(lab)
    weigh(lab, quiet=False)
    lab.quiet(within=600)
    calls = counter.since()
    records = [call for call in calls if call["path"].endswith("/records") and call["method"] != "GET"]
    most = ceil(many / RECORDS)
    yield figure("price list, all records new", many, records, None, most)
    weigh(lab, quiet=False)
    lab.quiet(within=600)
    yield figure("price list, nothing changed", many, counter.since(), None, 0)


def counted(many: int) -> list[Figure]:
    """Every row, in the order in which it is shown."""
    with own_redis() as url, opened(url) as lab:
        return [*items(lab, many), *prices(lab, many)]


def shown(figures: list[Figure]) -> Table:
    names = ("", "records", "Zoho", "at most", "store: reads", "writes", "at most")
    rows = [
        (one, (one.records, one.zoho, one.zoho_most, one.reads, one.writes, one.writes_most))
        for one in figures
    ]
    return table_of("Calls of a catalogue", names, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000, help="items of the catalogue, 10,000 by default")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    told = parser.parse_args()
    configure("ERROR")
    began = time.monotonic()
    figures = counted(told.items)
    code = tell(figures, shown(figures), as_json=told.json)
    if not told.json:
        Console().print(f"{time.monotonic() - began:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
