"""Levels on their way into the store: many a call, the refused ones apart, and nothing falls unasked."""

import time
from dataclasses import replace

import pytest

from connectors.errors import OutOfBudget
from ledger import links, work
from tasks import falls, stock, stock_map
from tests.tasks.shelf import asked, bent
from tests.tasks.test_stock import callback, counting, level_of, once, shown, writes


@pytest.fixture
def lab(new_lab):
    return counting(new_lab())


def goods(lab, count, books=10, store=0):
    return [lab.stocked(f"SKU-{n}", books=books, store=store) for n in range(count)]


def test_a_batch_costs_a_call_for_a_hundred_items_and_one_write(lab):
    pairs = goods(lab, 101)
    items = [item for item, _ in pairs]
    stock_map.look(lab.connection, None)
    lab.stock(*items)
    counted(lab, items, 1)
    begin = len(lab.world.calls)
    callback(lab, *items)
    assert len(asked(lab, begin, "/itemdetails")) == 2
    assert writes(lab, begin) == [("absolute", "PUT")]
    assert {shown(lab, variant) for _, variant in pairs} == {11}


def test_one_bad_sku_costs_few_calls_and_its_neighbours_go_through(lab):
    pairs = goods(lab, 32)
    items = [item for item, _ in pairs]
    lab.stock(*items)
    bad = links.get(lab.ledger, "main", "stock", items[13])
    lost = lab.products.pop(int(bad.extra["product"]))
    assert lost
    for item in items:
        lab.adjust(item, 1)

    def mute(method, path, query, body):
        if "/adjustments/" in path and isinstance(body, dict) and body.get("status") == 422:
            return 422, {"status": 422, "title": "JSON data is missing or invalid", "type": "x", "errors": {}}
        return None

    begin = len(lab.world.calls)
    with bent(lab, "bigcommerce", mute):
        callback(lab, *items)
    assert len(writes(lab, begin)) <= 1 + 2 * 5
    assert {shown(lab, variant) for n, (_, variant) in enumerate(pairs) if n != 13} == {11}
    assert lab.row(items[13], "stock").state == "held"


def test_a_refusal_with_a_name_costs_one_call_more(lab):
    pairs = goods(lab, 8)
    items = [item for item, _ in pairs]
    lab.stock(*items)
    bad = links.get(lab.ledger, "main", "stock", items[3])
    lab.products.pop(int(bad.extra["product"]))
    for item in items:
        lab.adjust(item, 1)
    begin = len(lab.world.calls)
    callback(lab, *items)
    assert len(writes(lab, begin)) == 2
    assert {shown(lab, variant) for n, (_, variant) in enumerate(pairs) if n != 3} == {11}
    assert lab.row(items[3], "stock").reason == "not-in-store"


@pytest.mark.parametrize(
    ("before", "after"), [("variant", "product"), ("none", "product"), ("product", "none")]
)
def test_a_product_that_is_counted_otherwise_by_now_is_written_as_the_store_says(lab, before, after):
    counting(lab, untracked="track" if before == "none" else "leave")
    item = lab.stocked_item("MUG", 4)
    product, variant = lab.stocked_product("MUG", 4, inventory_tracking=before)
    lab.stock(item)
    path = f"/v3/catalog/products/{product}"
    lab.connection.store.call("PUT", path, body={"inventory_tracking": after})
    lab.adjust(item, 5)
    callback(lab, item)
    assert links.get(lab.ledger, "main", "stock", item).extra["tracking"] == after
    if after == "none":
        assert lab.row(item, "stock").reason == "untracked-in-store"
    else:
        assert shown(lab, variant) == 9


def counted(lab, items, pieces):
    """A person counts many items at once."""
    lines = [{"item_id": item, "quantity_adjusted": str(pieces)} for item in items]
    told = {"date": "2026-01-31", "reason": "Counted", "adjustment_type": "quantity", "line_items": lines}
    lab.world.zoho.ask("POST", "/inventoryadjustments", told, "inventory")


def fall(lab, pairs, pieces):
    counted(lab, [item for item, _ in pairs], -pieces)
    callback(lab, *(item for item, _ in pairs))


def test_a_fall_to_nothing_is_asked_about_twice(lab):
    pairs = goods(lab, 1)
    lab.stock(pairs[0][0])
    begin = len(lab.world.calls)
    fall(lab, pairs, 10)
    assert len(asked(lab, begin, "/itemdetails")) == 2
    assert shown(lab, pairs[0][1]) == 0
    fall(lab, pairs, -10)
    begin = len(lab.world.calls)
    fall(lab, pairs, 5)  # half is not more than half
    assert len(asked(lab, begin, "/itemdetails")) == 1


def test_a_moment_in_which_zoho_says_nothing_is_left_empties_no_shop(lab):
    ((item, variant),) = goods(lab, 1)
    lab.stock(item)
    lab.adjust(item, 1)
    told = []

    def empty(method, path, query, body):
        if path.endswith("/itemdetails") and not told:
            told.append(1)
            for row in body["items"]:
                row["available_for_sale_stock"] = 0
            return body
        return None

    with bent(lab, "zoho", empty):
        callback(lab, item)
    assert shown(lab, variant) == 11


def test_a_mass_fall_is_one_decision(lab):
    pairs = goods(lab, 20)
    lab.stock(*(item for item, _ in pairs))
    fall(lab, pairs[:7], 10)
    assert {shown(lab, variant) for _, variant in pairs} == {10}
    row = lab.row("falls", "stock")
    assert (row.state, row.reason) == ("held", "mass-fall")
    assert row.what == "7 of 20 SKUs would fall by more than half or to nothing"
    assert lab.row(pairs[0][0], "stock").reason == "withheld"
    lab.adjust(pairs[9][0], 3)
    callback(lab, pairs[9][0])
    assert shown(lab, pairs[9][1]) == 13  # what rises goes on meanwhile
    work.retry(lab.ledger, "main", time.time())
    lab.quiet()
    assert lab.row("falls", "stock").state == "held"
    items = falls.confirm(lab.connection)
    assert len(items) == 7
    lab.stock(*items)
    assert {shown(lab, variant) for _, variant in pairs[:7]} == {0}
    assert lab.row("falls", "stock").state == "done"


def test_many_small_falls_may_not_do_together_what_one_may_not(lab):
    pairs = goods(lab, 20)
    lab.stock(*(item for item, _ in pairs))
    for pair in pairs[:8]:
        fall(lab, [pair], 10)
    assert [shown(lab, variant) for _, variant in pairs[:8]] == [0] * 5 + [10] * 3


def test_what_is_set_right_in_zoho_needs_no_word(lab):
    pairs = goods(lab, 20)
    lab.stock(*(item for item, _ in pairs))
    fall(lab, pairs[:7], 10)
    fall(lab, pairs[:7], -10)
    assert lab.row("falls", "stock").state == "done"
    assert falls.waiting(lab.connection) == []


def test_quota_that_ends_in_the_middle_leaves_what_was_done(lab):
    pairs = goods(lab, 101, store=10)
    items = [item for item, _ in pairs]
    stock_map.look(lab.connection, None)
    lab.stock(*items)
    counted(lab, items, 1)
    until, calls = time.time() + 100, []

    def spent(platform, entity, *more):
        calls.append(entity)
        if calls.count("itemdetails") == 2:
            raise OutOfBudget(until, "spent")

    session = replace(lab.connection.zoho.session, on_call=spent)
    lab.set(zoho=replace(lab.connection.zoho, session=session))
    ends = once(lab, *items)
    waits = [end for end in ends if isinstance(end, OutOfBudget)]
    assert len(waits) == 1
    assert sum(shown(lab, variant) == 11 for _, variant in pairs) == 100


def test_a_store_that_answers_nothing_is_written_again(lab):
    ((item, variant),) = goods(lab, 1)
    lab.stock(item)
    lab.adjust(item, 5)

    def lost(method, path, query, body):
        return (504, {}) if "/adjustments/" in path else None

    with bent(lab, "bigcommerce", lost):
        once(lab, item)
    assert level_of(lab, item).base == 10
    lab.quiet()
    assert shown(lab, variant) == 15
    assert level_of(lab, item).base == 15


def test_what_would_be_written_is_told_and_not_written(lab):
    item, _ = lab.stocked("MUG", books=7, store=2)
    begin = len(lab.world.calls)
    assert stock.preview(lab.connection, [item]) == [(item, 1, 2, 7)]
    sentences = stock.explain(lab.connection, item)
    assert "so the store should show 7, and the store shows 2" in sentences
    assert writes(lab, begin) == []
    assert stock.explain(lab.connection, "404") == [
        "item 404: no product or variant of the store bears this item's SKU"
    ]
