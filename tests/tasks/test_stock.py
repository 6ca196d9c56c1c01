"""Stock of Zoho is in the store: what is published, what orders take off, and what it costs."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from ledger import levels, takings, work
from mappings.rules import Override
from sandbox import orders
from sandbox.bigcommerce import placing, stock_moves
from tasks import stock, turns
from tasks.fates import Later
from tasks.hand import Hand
from tests.tasks.conftest import LINE
from tests.tasks.shelf import bent


def counting(lab, method="one_way", **rules):
    """Stock is on."""
    lab.one_currency()
    lab.set(stock_on=True, stock_rules=replace(lab.connection.stock_rules, method=method, **rules))
    return lab


def shown(lab, variant, location=1):
    """The level in the store once what was written is in effect."""
    time.sleep(0.001)
    stock_moves.happen_locked(lab.world)
    return lab.level(variant, location)


def callback(lab, *items):
    """A callback of Zoho has named these items, and all that it leads to."""
    work.note(lab.ledger, "main", "stock", items, time.time(), urgent=True)
    lab.quiet()


def once(lab, *items, urgent=True):
    """One run of the recipe on these items, whatever the clock says; their ends."""
    work.note(lab.ledger, "main", "stock", items, time.time(), urgent=urgent)
    claims = work.claim_due(lab.ledger, "main", "stock", time.time() + 2, 60.0, 2000)
    ends = stock.sync([Hand(lab.connection, claim, 60.0) for claim in claims])
    for claim in claims:
        work.later(lab.ledger, claim, time.time(), count_attempt=False, why="")
    return ends


def aged(lab):
    """As if both sides had agreed an hour ago."""
    known = list(levels.walk(lab.ledger, "main"))
    levels.put_many(lab.ledger, "main", [replace(level, at=level.at - 3600) for level in known])


def level_of(lab, item):
    return levels.get_many(lab.ledger, "main", [item])[item][1]


@pytest.fixture
def lab(new_lab):
    return counting(new_lab())


def test_a_figure_of_zoho_is_the_level_in_the_store(lab):
    item, variant = lab.stocked("MUG", books=12)
    row = lab.stock(item)
    assert (row.state, row.outcome) == ("done", "synced")
    assert shown(lab, variant) == 12
    lab.adjust(item, -3)
    callback(lab, item)
    assert shown(lab, variant) == 9


def test_a_change_that_a_callback_tells_of_costs_one_call_on_each_side(lab):
    item, variant = lab.stocked("MUG", books=12)
    lab.stock(item)
    lab.adjust(item, 4)
    begin = len(lab.world.calls)
    callback(lab, item)
    made = [(call["platform"], call["method"]) for call in lab.world.calls[begin:]]
    assert made == [("zoho", "GET"), ("bigcommerce", "PUT")]
    assert shown(lab, variant) == 16


def sold(lab, sku, quantity, *, booked=True, **described):
    """An order of so many pieces of a product of the store, not read by us yet; `booked`: Zoho can take it."""
    product = next(row for row in lab.products.values() if row["sku"] == sku)
    ids = {"product_id": product["id"], "variant_id": product["base_variant_id"]}
    line = {**LINE, **ids, "sku": sku, "name": sku, "quantity": quantity, "tax": "20" if booked else "7.7"}
    number = 100 + len(lab.world.bigcommerce.orders)
    told = {"id": number, "created": lab.world.clock.now(), "lines": [line], "customer": {"id": 7}}
    bundle = orders.order_from({**told, **described})
    if booked:
        return lab.place(bundle)
    return str(placing.place(lab.world, bundle))


def writes(lab, begin=0):
    """The store's levels that were written since then: how, and what."""
    calls = [one for one in lab.world.calls[begin:] if "/inventory/adjustments/" in one["path"]]
    return [(one["path"].rpartition("/")[2], one["method"]) for one in calls]


def test_an_order_that_is_not_in_the_books_yet_is_taken_off(lab):
    item, variant = lab.stocked("MUG", books=12, store=12)
    lab.stock(item)
    order = sold(lab, "MUG", 3, booked=False)
    assert lab.sync(order).state == "held"
    lab.adjust(item, 5)
    callback(lab, item)
    assert shown(lab, variant) == 14  # 17 in Zoho, of which 3 are the order's


def test_an_order_that_is_booked_leaves_the_store_alone(lab):
    item, variant = lab.stocked("MUG", books=12, store=12)
    lab.stock(item)
    aged(lab)
    begin = len(lab.world.calls)
    assert lab.sync(sold(lab, "MUG", 3)).state == "done"
    callback(lab, item)
    lab.stock(item)
    assert (lab.in_books(item), shown(lab, variant)) == (9, 9)
    assert writes(lab, begin) == []


def test_an_order_that_was_read_only_after_a_write_is_put_right(lab):
    item, variant = lab.stocked("MUG", books=12, store=12)
    lab.stock(item)
    order = sold(lab, "MUG", 3, booked=False)
    lab.adjust(item, 5)
    callback(lab, item)
    assert shown(lab, variant) == 17  # nobody had told us of the order
    lab.sync(order)
    assert shown(lab, variant) == 14


def test_an_order_that_a_write_has_overwritten_is_put_right_without_reading_the_store(lab):
    item, variant = lab.stocked("MUG", books=12, store=12)
    lab.stock(item)
    order = sold(lab, "MUG", 3, booked=False)
    lab.adjust(item, 5)
    callback(lab, item)
    now = time.time()
    takings.put(lab.ledger, "main", order, {variant: ("1", 3, 3)}, now, now)
    callback(lab, item)
    assert shown(lab, variant) == 14


def test_orders_that_wait_to_be_read_are_read_before_an_item_is_looked_at(lab):
    item, variant = lab.stocked("MUG", books=12, store=12)
    lab.stock(item)
    order = sold(lab, "MUG", 3, booked=False)
    work.note(lab.ledger, "main", "orders", [order], time.time() - 1)
    lab.set(pace=10.0)
    lab.adjust(item, 5)
    (end,) = once(lab, item)
    assert isinstance(end, Later)
    lab.quiet()
    assert shown(lab, variant) == 14


def test_an_item_whose_order_is_being_booked_is_looked_at_afterwards(lab):
    item, _ = lab.stocked("MUG", books=12, store=12)
    lab.stock(item)
    aged(lab)
    order = sold(lab, "MUG", 3, booked=False)
    lab.sync(order)
    takings.begin(lab.ledger, "main", order)
    (end,) = once(lab, item)
    assert isinstance(end, Later)
    assert writes(lab) == []


def test_what_was_booked_between_two_reads_puts_the_item_off(lab):
    item, _ = lab.stocked("MUG", books=12, store=12)
    lab.stock(item)
    aged(lab)
    order = sold(lab, "MUG", 3, booked=False)
    lab.sync(order)
    lab.adjust(item, 2)

    def book(method, path, query, body):
        if path.endswith("/itemdetails"):
            takings.book(lab.ledger, "main", order, "all")

    with bent(lab, "zoho", book):
        (end,) = once(lab, item)
    assert isinstance(end, Later)
    assert writes(lab) == []


def test_the_same_figure_is_not_written_twice(lab):
    item, variant = lab.stocked("MUG", books=12, store=3)
    lab.stock(item)
    assert len(writes(lab)) == 1
    for _ in range(2):
        shown(lab, variant)
        callback(lab, item)
        lab.stock(item)
    assert len(writes(lab)) == 1
    assert level_of(lab, item).proven


def test_what_somebody_changed_in_the_store_is_put_right_by_a_sweep(lab):
    item, variant = lab.stocked("MUG", books=12, store=3)
    lab.stock(item)
    lab.edit_level(variant, 40)
    callback(lab, item)
    assert shown(lab, variant) == 40  # a callback of Zoho does not even look at the store
    lab.stock(item)
    assert shown(lab, variant) == 12


@pytest.mark.parametrize(("figure", "level"), [("-4", 0), ("3.7", 3), ("0", 0)])
def test_levels_are_whole_and_never_below_nothing(lab, figure, level):
    item, variant = lab.stocked("MUG", books=1, store=1)
    lab.stock(item)
    lab.adjust(item, Decimal(figure) - 1)
    callback(lab, item)
    assert shown(lab, variant) == level


def test_a_buffer_and_what_a_sku_is_told_apart(lab):
    counting(lab, buffer=2, overrides={"cup": Override(buffer=5), "jar": Override(skip=True)})
    mug, cup, jar = (lab.stocked(sku, books=12, store=1) for sku in ("MUG", "CUP", "JAR"))
    rows = lab.stock(mug[0], cup[0], jar[0])
    assert [row.reason for row in rows] == ["", "", "left-alone"]
    assert [shown(lab, variant) for _, variant in (mug, cup, jar)] == [10, 7, 1]


def test_what_one_of_the_two_does_not_count_is_skipped_by_its_rule(lab):
    service = lab.item(name="Visit", sku="VISIT", product_type="service")
    lab.stocked_product("VISIT", 1)
    alone = lab.stocked_item("ALONE", 5)
    uncounted = lab.stocked_item("FREE", 5)
    lab.in_store(name="FREE", sku="FREE", inventory_tracking="none")
    rows = lab.stock(service, alone, uncounted)
    assert [row.reason for row in rows] == ["untracked-in-zoho", "not-in-store", "untracked-in-store"]
    assert writes(lab) == []


def test_a_product_that_counts_nothing_is_made_to_count(lab):
    counting(lab, untracked="track")
    item = lab.stocked_item("FREE", 5)
    product = lab.in_store(name="FREE", sku="FREE", inventory_tracking="none")
    assert lab.stock(item).outcome == "synced"
    assert lab.products[product]["inventory_tracking"] == "product"
    assert shown(lab, lab.products[product]["base_variant_id"]) == 5


def test_a_document_whose_callback_names_no_items_is_read_for_them(lab):
    item, variant = lab.stocked("MUG", books=12, store=12)
    lab.stock(item)
    number = lab.adjust(item, 5)["inventory_adjustment"]["inventory_adjustment_id"]
    callback(lab, f"inventoryadjustments:{number}")
    assert shown(lab, variant) == 17


def test_a_batch_keeps_its_records_while_its_calls_go_on(lab):
    item, _ = lab.stocked("MUG", books=12, store=3)
    work.note(lab.ledger, "main", "stock", [item], time.time())
    (claim,) = work.claim_due(lab.ledger, "main", "stock", time.time(), 5.0, 10)
    (end,) = stock.sync([Hand(lab.connection, claim, 600.0)])
    assert end.outcome == "synced"
    assert lab.row(item, "stock").leased_until > claim.leased_until + 500


def test_a_batch_waits_for_the_one_that_is_under_way(lab):
    item, _ = lab.stocked("MUG", books=12, store=3)
    now = time.time()
    lab.set(clock=lambda: now)  # on a machine that stands still the turn would be over
    with turns.alone(lab.connection, stock.TURN), pytest.raises(Later):
        once(lab, item)
    assert writes(lab) == []
