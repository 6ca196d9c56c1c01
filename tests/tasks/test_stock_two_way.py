"""Both sides' changes survive: what the store's people change becomes an adjustment, once, and nothing echoes."""

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from connectors.errors import Unknown
from ledger import cursors, levels, work
from ledger.store import writing
from tasks import stock_books, stock_writing
from tests.tasks.shelf import bent
from tests.tasks.test_stock import aged, callback, counting, level_of, once, shown, sold, writes


@pytest.fixture
def lab(new_lab):
    return counting(new_lab(), "two_way")


@pytest.fixture
def mug(lab):
    """Item and variant, agreed on at twelve."""
    item, variant = lab.stocked("MUG", books=12, store=12)
    lab.stock(item)
    aged(lab)
    return item, variant


def adjustments(lab):
    """What was adjusted in Zoho by us, line by line."""
    rows = lab.world.zoho.records["inventoryadjustments"].values()
    ours = [row for row in rows if ":stock:" in row["reference_number"]]
    return [Decimal(str(line["quantity_adjusted"])) for row in ours for line in row["line_items"]]


def both(lab, item, variant):
    return lab.in_books(item), shown(lab, variant)


def quiet(lab, *items):
    """Look until nothing is left to be done."""
    for _ in range(3):
        shown(lab, "5000")
        lab.stock(*items)


def test_what_was_changed_in_the_store_is_adjusted_in_zoho(lab, mug):
    item, variant = mug
    lab.edit_level(variant, 17)
    quiet(lab, item)
    assert adjustments(lab) == [5]
    assert both(lab, item, variant) == (17, 17)
    assert writes(lab) == []


def test_what_the_store_shows_once_only_is_not_believed(lab, mug):
    item, variant = mug

    def more(method, path, query, body):
        if path.endswith("/inventory/items"):
            for row in body["data"]:
                row["locations"][0]["total_inventory_onhand"] += 5
            return body
        return None

    with bent(lab, "bigcommerce", more):
        once(lab, item)
    quiet(lab, item)
    assert adjustments(lab) == []
    assert both(lab, item, variant) == (12, 12)


def test_two_changes_at_once_both_survive(lab, mug):
    item, variant = mug
    lab.edit_level(variant, 17)
    lab.adjust(item, 3)
    quiet(lab, item)
    assert adjustments(lab) == [5]
    assert both(lab, item, variant) == (20, 20)


def test_a_change_in_zoho_does_not_wait_for_a_doubt_about_the_store(lab, mug):
    item, variant = mug
    lab.edit_level(variant, 17)
    lab.adjust(item, -3)
    once(lab, item)
    assert shown(lab, variant) == 14
    assert adjustments(lab) == []
    quiet(lab, item)
    assert both(lab, item, variant) == (14, 14)


def test_our_own_writes_come_back_and_change_nothing(lab, mug):
    item, variant = mug
    lab.adjust(item, 3)
    lab.edit_level(variant, 10)
    quiet(lab, item)
    assert both(lab, item, variant) == (13, 13)
    begin = len(lab.world.calls)
    for _ in range(3):
        callback(lab, item)
        lab.stock(item)
    assert writes(lab, begin) == []
    assert adjustments(lab) == [-2]


def test_an_order_is_never_adjusted(lab, mug):
    item, variant = mug
    sold(lab, "MUG", 3)
    quiet(lab, item)  # nobody told us: the store's list does
    assert adjustments(lab) == []
    assert both(lab, item, variant) == (9, 9)


def test_an_order_that_was_read_after_the_first_write_is_never_adjusted(lab):
    item, variant = lab.stocked("MUG", books=12, store=5)
    order = sold(lab, "MUG", 3, booked=False)
    lab.stock(item)
    lab.sync(order)
    quiet(lab, item)
    assert adjustments(lab) == []
    assert both(lab, item, variant) == (12, 9)


def test_an_order_that_is_not_booked_yet_stays_taken_off(lab, mug):
    item, variant = mug
    lab.sync(sold(lab, "MUG", 3, booked=False))
    lab.adjust(item, 4)
    lab.edit_level(variant, 10)  # nine were left
    quiet(lab, item)
    assert adjustments(lab) == [1]
    assert both(lab, item, variant) == (17, 14)


def test_an_order_and_a_count_that_cancel_each_other_are_told_apart_later(lab, mug):
    item, variant = mug
    order = sold(lab, "MUG", 3, created=lab.world.clock.now() - timedelta(seconds=10))
    lab.edit_level(variant, 12)
    lab.adjust(item, 4)
    once(lab, item)
    assert shown(lab, variant) == 16
    lab.sync(order)
    quiet(lab, item)
    assert adjustments(lab) == [3]
    assert both(lab, item, variant) == (16, 16)


def test_what_became_of_a_write_is_concluded_only_when_every_order_is_read(lab, mug):
    item, variant = mug
    lab.adjust(item, -3)
    with bent(lab, "bigcommerce", lose(lab)):
        once(lab, item)
    lab.world.bigcommerce.stock.effects.clear()
    order = sold(lab, "MUG", 3)  # looks just like the change that never came
    quiet(lab, item)
    lab.sync(order)
    quiet(lab, item)
    assert adjustments(lab) == []
    assert both(lab, item, variant) == (6, 6)


def lose(lab, answer=504, *, path="/adjustments/relative"):
    """The answers to such calls are lost on their way back."""

    def bend(method, told, query, body):
        return (answer, {}) if told.endswith(path) and method == "POST" else None

    return bend


def test_a_change_whose_answer_is_lost_is_made_once(lab, mug):
    item, variant = mug
    lab.adjust(item, 3)
    with bent(lab, "bigcommerce", lose(lab)):
        once(lab, item)
    quiet(lab, item)
    assert both(lab, item, variant) == (15, 15)
    assert writes(lab) == [("relative", "POST")]
    assert adjustments(lab) == []


def test_a_change_that_never_arrived_is_made_after_asking(lab, mug):
    item, variant = mug
    lab.adjust(item, 3)
    with bent(lab, "bigcommerce", lose(lab)):
        once(lab, item)
    lab.world.bigcommerce.stock.effects.clear()
    quiet(lab, item)
    assert both(lab, item, variant) == (15, 15)
    # the second stays, should the first yet come
    assert writes(lab) == [("relative", "POST"), ("absolute", "PUT")]
    assert adjustments(lab) == []


def test_a_change_that_the_store_took_and_dropped_is_made_again(lab, mug):
    item, variant = mug
    lab.adjust(item, 3)
    once(lab, item)
    lab.world.bigcommerce.stock.effects.clear()
    quiet(lab, item)
    time.sleep(0.06)
    quiet(lab, item)
    assert both(lab, item, variant) == (15, 15)
    assert adjustments(lab) == []


@pytest.mark.parametrize("arrives", [True, False])
def test_an_order_that_nobody_had_read_is_not_taken_for_our_own_change_of_as_many_pieces(lab, mug, arrives):
    item, variant = mug
    order = sold(lab, "MUG", 3)
    lab.edit_level(variant, 29)  # nine were left, twenty are put there
    lab.adjust(item, 3)
    with bent(lab, "bigcommerce", lose(lab)):
        once(lab, item)
    if not arrives:
        lab.world.bigcommerce.stock.effects.clear()
    lab.sync(order)
    quiet(lab, item)
    assert adjustments(lab) == [20]
    assert both(lab, item, variant) == (32, 32)


def test_a_change_of_ours_that_shows_late_and_an_order_of_as_many_pieces_are_no_second_sight(lab, mug):
    item, variant = mug
    effects = lab.world.bigcommerce.stock.effects
    lab.adjust(item, 3)
    once(lab, item)
    late = list(effects)
    effects.clear()
    lab.edit_level(variant, 32)  # twelve were there, twenty are put to them, and ours is yet to come: 17
    once(lab, item)
    level = level_of(lab, item)
    assert level.pending["doubt"]["by"] == 17
    doubt = {"by": 17, "at": level.pending["doubt"]["at"] - 5}  # no order of now is the reason for that
    levels.put_many(lab.ledger, "main", [replace(level, pending={**level.pending, "doubt": doubt})])
    effects.extend(late)
    assert shown(lab, variant) == 35
    sold(lab, "MUG", 3)  # 17 again
    once(lab, item)
    quiet(lab, item)
    assert adjustments(lab) == [20]
    assert both(lab, item, variant) == (32, 32)


def test_what_explains_neither_outcome_waits_for_a_person(lab, mug):
    item, variant = mug
    lab.adjust(item, 3)
    with bent(lab, "bigcommerce", lose(lab)):
        once(lab, item)
    lab.edit_level(variant, 40)
    quiet(lab, item)
    row = lab.row(item, "stock")
    assert (row.state, row.reason) == ("held", "stock-unclear")
    assert row.what.endswith("should show 12 without it or 15 with it, and shows 40")
    assert adjustments(lab) == []
    lab.edit_level(variant, 14)
    work.retry(lab.ledger, "main", time.time())
    lab.quiet()
    quiet(lab, item)
    assert adjustments(lab) == [-1]
    assert both(lab, item, variant) == (14, 14)


@pytest.mark.parametrize("arrives", [True, False])
def test_an_adjustment_whose_answer_is_lost_is_asked_about(lab, mug, arrives):
    item, variant = mug
    lab.edit_level(variant, 17)
    once(lab, item)
    time.sleep(0.01)
    if arrives:
        with bent(lab, "zoho", lose(lab, path="/inventoryadjustments")):
            once(lab, item)
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stock_books, "create_adjustment", _never)
            once(lab, item)
    assert len(adjustments(lab)) == arrives
    assert "adjust" in level_of(lab, item).pending
    quiet(lab, item)
    assert adjustments(lab) == [5]
    assert both(lab, item, variant) == (17, 17)


def _never(*_):
    raise Unknown("lost on the way there")


def test_many_changes_are_one_document(lab):
    pairs = [lab.stocked(f"SKU-{n}", books=10, store=10) for n in range(12)]
    items = [item for item, _ in pairs]
    lab.stock(*items)
    aged(lab)
    for _, variant in pairs:
        lab.edit_level(variant, 11)
    quiet(lab, *items)
    assert adjustments(lab) == [1] * 12
    rows = lab.world.zoho.records["inventoryadjustments"].values()
    assert len(rows) == 1
    assert {lab.in_books(item) for item in items} == {11}


class PowerCut(Exception):
    """The process is gone."""


def dying(lab, monkeypatch, after):
    """The worker dies when it has written to the ledger's levels, or has been heard by a platform, so many times."""
    left = [after]

    def step():
        left[0] -= 1
        if left[0] < 0:
            raise PowerCut

    keep, create = levels.put_many, stock_books.create_adjustment
    relative = stock_writing.SENDS["relative"]

    def put_many(*told):
        step()
        keep(*told)
        step()

    def made(*told):
        step()
        answer = create(*told)
        step()
        return answer

    def sent(*told):
        step()
        answer = relative(*told)
        step()
        return answer

    monkeypatch.setattr(levels, "put_many", put_many)
    monkeypatch.setattr(stock_books, "create_adjustment", made)
    monkeypatch.setitem(stock_writing.SENDS, "relative", sent)


@pytest.mark.parametrize("after", range(16))
def test_a_worker_that_dies_between_any_two_steps_doubles_and_loses_nothing(lab, mug, after):
    item, variant = mug
    lab.edit_level(variant, 17)
    lab.adjust(item, 3)
    with pytest.MonkeyPatch.context() as patch:
        dying(lab, patch, after)
        for _ in range(3):
            try:
                once(lab, item)
            except PowerCut:
                break
            time.sleep(0.006)
    free(lab)
    quiet(lab, item)
    assert adjustments(lab) == [5]
    assert both(lab, item, variant) == (20, 20)
    assert lab.row(item, "stock").state == "done"


def free(lab):
    """What the dead worker held is free again, as it is when its leases have run out."""
    cursors.give_slot(lab.ledger, "main.stock")
    with writing(lab.ledger) as c:
        c.execute(text("UPDATE work SET state='waiting', due_at=0 WHERE state='working'"))


@pytest.mark.parametrize("silent", [True, False])
def test_no_safety_stock_keeps_a_level_from_falling(lab, mug, silent):
    item, variant = mug
    product = next(iter(lab.products.values()))
    settings = [{"identity": {"product_id": product["id"]}, "safety_stock": 6}]
    lab.connection.store.call("PUT", "/v3/inventory/locations/1/items", body={"settings": settings})
    if silent:
        lab.edit_level(variant, 13)
    lab.adjust(item, -8)
    begin = len(lab.world.calls)
    quiet(lab, item)
    time.sleep(0.06)
    quiet(lab, item)
    assert both(lab, item, variant) == ((5, 5) if silent else (4, 4))
    assert adjustments(lab) == ([1] if silent else [])
    assert len(writes(lab, begin)) <= 3
    callback(lab, item)
    assert len(writes(lab, begin)) <= 3
