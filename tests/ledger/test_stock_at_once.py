"""What several workers do to levels and takings at the same moment."""

import random
from decimal import Decimal

from ledger import levels, takings
from ledger.levels import Level
from tests.ledger.test_many_at_once import all_at_once


def test_levels_written_at_once_in_any_order_wait_for_each_other_and_none_is_torn(ledger):
    items = [f"i{n:03}" for n in range(150)]

    def write(worker):
        for turn in range(4):
            mine = random.Random(worker * 10 + turn).sample(items, len(items))
            mark = worker * 10 + turn
            rows = [Level(item, place, Decimal(mark), mark, mark, 1.0) for item in mine for place in (1, 2)]
            levels.put_many(ledger, "shop", rows)
            if turn == 2:
                levels.forget(ledger, "shop", mine[:20])

    all_at_once(4, write)
    assert len({one.item for one in levels.walk(ledger, "shop")}) == len(items)
    assert all(one.base == one.store == one.taken for one in levels.walk(ledger, "shop"))


def test_orders_that_share_their_variants_are_put_and_booked_at_once(ledger):
    variants = [f"v{n}" for n in range(20)]

    def work_through(worker):
        for n in range(6):
            order = str(worker * 100 + n)
            takings.put(ledger, "shop", order, dict.fromkeys(variants, ("p", 1, 1)), 1.0, 2.0)
            takings.begin(ledger, "shop", order)
            takings.book(ledger, "shop", order, "all")
            takings.put(ledger, "shop", order, dict.fromkeys(variants[1:], ("p", 2, 2)), 1.0, 3.0)

    all_at_once(4, work_through)
    told = takings.sums(ledger, "shop", variants)
    assert (told["v0"].taken, told["v0"].booked) == (0, 24)
    assert {(one.taken, one.due, one.booked, one.in_flight) for one in told.values()} == {
        (0, 24, 24, False),  # what a document has taken for a line that is gone is Zoho's to give back
        (48, 48, 24, False),
    }


def test_one_order_that_is_put_and_booked_by_two_is_whole_in_the_end(ledger):
    rows = {f"v{n}": ("p", 3, 3) for n in range(30)}

    def work_through(worker):
        for _ in range(10):
            if worker:
                takings.book(ledger, "shop", "1", dict.fromkeys(rows, 2))
            else:
                takings.put(ledger, "shop", "1", rows, 1.0, 2.0)

    takings.put(ledger, "shop", "1", rows, 1.0, 2.0)
    all_at_once(2, work_through)
    assert {(one.taken, one.due, one.booked) for one in takings.of_order(ledger, "shop", "1")} == {(3, 3, 2)}
