"""Takings: what orders take of each variant, what their documents have taken, and which orders were not read yet."""

import shutil
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ledger import store, takings, work
from ledger.takings import Sums, Taking

SHOP = "shop"


def put(ledger, order="1", created=1.0, now=5.0, **variants):
    takings.put(ledger, SHOP, order, {v: ("p", *row) for v, row in variants.items()}, created, now)


def sums(ledger, variant="v"):
    return takings.sums(ledger, SHOP, [variant])[variant]


def booked(ledger, order="1"):
    return {row.variant: row.booked for row in takings.of_order(ledger, SHOP, order)}


def test_what_an_order_takes_is_summed_over_orders(ledger):
    put(ledger, "1", v=(2, 3), w=(1, 1))
    put(ledger, "2", v=(5, 0))
    assert takings.sums(ledger, SHOP, ["v", "w", "x"]) == {
        "v": Sums(7, 3, 0, in_flight=False),
        "w": Sums(1, 1, 0, in_flight=False),
        "x": Sums(0, 0, 0, in_flight=False),
    }
    assert takings.sums(ledger, SHOP, []) == {}


def test_read_again_an_order_takes_what_it_says_now_and_keeps_what_is_booked(ledger):
    put(ledger, v=(2, 2), w=(1, 1), now=5.0)
    takings.book(ledger, SHOP, "1", "all")
    put(ledger, v=(3, 4), x=(1, 1), now=9.0)
    assert takings.of_order(ledger, SHOP, "1") == [
        Taking("1", "v", "p", 3, 4, 2, 1.0, 5.0),
        Taking("1", "w", "p", 0, 0, 1, 1.0, 5.0),
        Taking("1", "x", "p", 1, 1, 0, 1.0, 9.0),
    ]
    put(ledger, now=10.0)
    assert [(row.taken, row.due, row.booked) for row in takings.of_order(ledger, SHOP, "1")] == [
        (0, 0, 2), (0, 0, 1), (0, 0, 0),
    ]  # fmt: skip


def test_an_order_is_in_flight_for_itself_only_whoever_shares_its_goods(ledger):
    put(ledger, "1", v=(2, 2))
    put(ledger, "2", v=(1, 1))
    takings.begin(ledger, SHOP, "1")
    assert [takings.in_flight(ledger, SHOP, order) for order in ("1", "2", "3")] == [True, False, False]
    assert sums(ledger).in_flight
    takings.book(ledger, SHOP, "1", "all")
    assert not takings.in_flight(ledger, SHOP, "1")


def test_orders_whose_documents_are_still_to_take_these_goods_are_told_the_oldest_first(ledger):
    put(ledger, "3", v=(1, 1), now=7.0)
    put(ledger, "1", v=(1, 1), w=(1, 1), now=9.0)
    put(ledger, "2", v=(1, 1), now=5.0)
    put(ledger, "4", x=(1, 1), now=1.0)
    takings.book(ledger, SHOP, "2", "all")
    assert takings.open_with(ledger, SHOP, ["v", "w"]) == ["3", "1"]
    assert takings.open_with(ledger, SHOP, []) == []


def test_a_document_has_taken_all_none_or_so_many_of_each(ledger):
    put(ledger, v=(2, 2), w=(1, 1))
    put(ledger, "2", v=(9, 9))
    takings.book(ledger, SHOP, "1", "all")
    assert booked(ledger) == {"v": 2, "w": 1}
    takings.book(ledger, SHOP, "1", {"v": 5, "stranger": 7})
    assert booked(ledger) == {"v": 5, "w": 0}
    takings.book(ledger, SHOP, "1", {})
    assert booked(ledger) == {"v": 0, "w": 0}
    takings.book(ledger, SHOP, "1", "all")
    takings.book(ledger, SHOP, "1", "none")
    assert booked(ledger) == {"v": 0, "w": 0}
    assert booked(ledger, "2") == {"v": 0}


def test_while_its_document_is_made_an_orders_variants_are_in_flight(ledger):
    put(ledger, "1", v=(1, 1))
    put(ledger, "2", v=(1, 1), w=(1, 1))
    takings.begin(ledger, SHOP, "1")
    assert (sums(ledger, "v").in_flight, sums(ledger, "w").in_flight) == (True, False)
    put(ledger, "1", v=(2, 2))  # an order that is read once more has its document still under way
    assert sums(ledger, "v").in_flight
    takings.book(ledger, SHOP, "1", "all")
    assert not sums(ledger, "v").in_flight


def test_an_order_is_open_until_its_document_has_taken_just_what_is_due(ledger):
    for n in range(5):
        put(ledger, f"{n}", v=(1, 1), w=(2, 2))
    put(ledger, "5", v=(1, 0))
    takings.book(ledger, SHOP, "1", "all")
    takings.book(ledger, SHOP, "2", {"v": 1})
    takings.book(ledger, SHOP, "3", {"v": 1, "w": 3})
    assert takings.open_orders(ledger, SHOP, 3) == ["0", "2", "3"]
    assert takings.open_orders(ledger, SHOP, 3, after="2") == ["3", "4"]


def test_when_a_variant_was_first_seen_is_told(ledger):
    put(ledger, "1", v=(1, 1), now=5.0, created=2.0)
    put(ledger, "1", v=(1, 1), now=8.0, created=2.0)
    put(ledger, "2", v=(2, 2), w=(1, 1), now=7.0, created=3.0)
    late = takings.seen_since(ledger, SHOP, ["v", "w", "x"], 6.0)
    assert late == {
        "v": [Taking("2", "v", "p", 2, 2, 0, 3.0, 7.0)],
        "w": [Taking("2", "w", "p", 1, 1, 0, 3.0, 7.0)],
    }
    assert [row.order for row in takings.seen_since(ledger, SHOP, ["v"], 5.0)["v"]] == ["1", "2"]


def test_orders_noted_and_not_read_since_are_unread(ledger):
    work.note(ledger, SHOP, "orders", ["1", "2"], 10.0)
    work.note(ledger, SHOP, "orders", ["3"], 10.0, delay=60.0)
    work.note(ledger, SHOP, "items", ["4"], 10.0)
    work.note(ledger, "other", "orders", ["5"], 10.0)
    assert takings.unread(ledger, SHOP, 10.0) == 2
    assert takings.unread(ledger, SHOP, 8.0) == 0  # due in two seconds
    put(ledger, "1", now=11.0)  # even of an order without lines it is known that it was read
    assert takings.unread(ledger, SHOP, 11.0) == 1
    assert takings.unread(ledger, SHOP, 69.0) == 2


def test_an_order_that_is_worked_is_unread_until_it_is_read(ledger):
    work.note(ledger, SHOP, "orders", ["1"], 10.0)
    (claim,) = work.claim_due(ledger, SHOP, "orders", 11.0, 60.0, 5)
    assert takings.unread(ledger, SHOP, 11.0) == 1
    put(ledger, "1", v=(1, 1), now=12.0)
    assert takings.unread(ledger, SHOP, 12.0) == 0
    work.note(ledger, SHOP, "orders", ["1"], 13.0)
    assert takings.unread(ledger, SHOP, 13.0) == 1
    put(ledger, "1", v=(1, 1), now=14.0)
    work.finish(ledger, claim, 14.0, state="done", outcome="posted", again_at=14.5)
    assert takings.unread(ledger, SHOP, 15.0) == 0  # it waits to be done, and was read


def test_what_is_noted_while_an_order_is_being_read_counts_as_unread(ledger):
    work.note(ledger, SHOP, "orders", ["1"], 10.0)
    work.claim_due(ledger, SHOP, "orders", 11.0, 60.0, 5)
    work.note(ledger, SHOP, "orders", ["1"], 12.0)
    takings.put(ledger, SHOP, "1", {"v": ("p", 1, 1)}, 1.0, 13.0, read_at=11.5)
    assert takings.unread(ledger, SHOP, 13.0) == 1
    assert takings.seen_since(ledger, SHOP, ["v"], 13.0)["v"][0].seen_at == 13.0


def test_connections_are_apart(ledger):
    put(ledger, v=(1, 1))
    takings.put(ledger, "other", "1", {"v": ("p", 5, 5)}, 1.0, 1.0)
    takings.begin(ledger, "other", "1")
    assert sums(ledger) == Sums(1, 1, 0, in_flight=False)
    takings.book(ledger, "other", "1", "all")
    assert takings.open_orders(ledger, SHOP, 9) == ["1"]
    assert takings.open_orders(ledger, "other", 9) == []
    assert takings.seen_since(ledger, "other", ["v"], 2.0) == {}


def test_two_thousand_variants_of_two_hundred_thousand_rows_are_summed_quickly(migrated, tmp_path):
    ledger = store.open_ledger(f"sqlite:///{shutil.copy(migrated, tmp_path / 'ledger.db')}")
    begun = time.thread_time()
    fill(ledger, 200_000)
    wanted = [str(n) for n in range(2_000)]
    started = time.thread_time()
    told = takings.sums(ledger, SHOP, wanted)
    late = takings.seen_since(ledger, SHOP, wanted, 39_900.0)
    rest = takings.open_orders(ledger, SHOP, 100)
    took = time.thread_time() - started
    store.close_ledger(ledger)
    assert sum(one.taken for one in told.values()) == 40_000
    assert 0 < sum(map(len, late.values())) <= 500
    assert rest == []
    assert took < started - begun  # than it took to write them: a sixth of it, usually


SETTLED = """
INSERT INTO takings (connection, "order", variant, product, taken, due, booked, created, seen_at)
WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < :rows - 1)
SELECT 'shop', CAST(n / 5 AS TEXT), CAST(n * 7919 % 10000 AS TEXT), '1', 1, 1, 1, n / 5, n / 5 FROM n
"""


def fill(ledger, rows):
    """As many settled orders as years bring, five lines each, written past the interface: this is about reading."""
    with store.writing(ledger) as c:
        c.execute(text(SETTLED), {"rows": rows})


VARIANTS = st.sampled_from(["v", "w", "x"])
ROWS = st.dictionaries(VARIANTS, st.tuples(st.integers(0, 3), st.integers(0, 3)))
ORDERS = st.sampled_from(["1", "2", "10"])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), ORDERS, ROWS),
        st.tuples(st.just("begin"), ORDERS, st.none()),
        st.tuples(
            st.just("book"),
            ORDERS,
            st.one_of(st.just("all"), st.just("none"), st.dictionaries(VARIANTS, st.integers(0, 3))),
        ),
    ),
    max_size=12,
)


def test_in_any_order_of_events_the_sums_are_those_of_a_plain_list(migrated):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def holds(acts):
        with tempfile.TemporaryDirectory() as folder:
            ledger = store.open_ledger(f"sqlite:///{shutil.copy(migrated, Path(folder) / 'ledger.db')}")
            known, flying = {}, set()
            for now, (verb, order, told) in enumerate(acts, 1):
                act(ledger, known, flying, verb, order, told, float(now))
            compare(ledger, known, flying)
            store.close_ledger(ledger)

    holds()


def act(ledger, known, flying, verb, order, told, now):
    rows = known.get(order)
    if verb == "put":
        put(ledger, order, now=now, **told)
        rows = known.setdefault(order, {})
        for variant in {*rows, *told}:
            _, _, done, first = rows.get(variant, (0, 0, 0, now))
            rows[variant] = (*told.get(variant, (0, 0)), done, first)
    elif verb == "begin":
        takings.begin(ledger, SHOP, order)
        flying |= {order} & known.keys()
    else:
        takings.book(ledger, SHOP, order, told)
        flying.discard(order)
        for variant, (taken, due, _, first) in (rows or {}).items():
            done = {"all": due, "none": 0}[told] if isinstance(told, str) else told.get(variant, 0)
            rows[variant] = (taken, due, done, first)


def compare(ledger, known, flying):
    for variant, told in takings.sums(ledger, SHOP, ["v", "w", "x"]).items():
        mine = {order: rows[variant] for order, rows in known.items() if variant in rows}
        taken, done = (sum(row[n] for row in mine.values()) for n in (0, 2))
        due = sum(max(row[1], row[2]) for row in mine.values())  # a document keeps what it has taken
        assert told == Sums(taken, due, done, in_flight=bool(flying & mine.keys()))
        seen = takings.seen_since(ledger, SHOP, [variant], 3.0).get(variant, [])
        assert {row.order for row in seen} == {order for order, row in mine.items() if row[3] >= 3.0}
    still = [order for order, rows in known.items() if any(row[1] != row[2] for row in rows.values())]
    assert takings.open_orders(ledger, SHOP, 9) == sorted(still)
