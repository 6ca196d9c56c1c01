"""Sweeps of stock: what they cost, what they note and what not, how drift is counted, and where they go on."""

import json
import time
from dataclasses import replace

import pytest

from app.wiring import TRIES
from ledger import cursors, levels, work
from mappings.rules import Override, StockRules
from sandbox.bigcommerce import stock_moves
from sandbox.bigcommerce.product_making import make
from sandbox.zoho import many_items
from tasks import open_documents, stock_drift, stock_sweeps, sweeps
from tests.tasks.conftest import LINE, placed, struck_by
from tests.tasks.shelf import asked, bent

ON_HAND = {"figure": "on_hand"}


@pytest.fixture
def lab(new_lab):
    lab = new_lab()
    lab.one_currency()
    return choose(lab)


def choose(lab, **rules):
    told = {"method": "one_way", **rules}
    lab.set(stock_on=True, stock_rules=StockRules(**told), stock_interval=0.001)
    return lab


def many(lab, count, stock="5"):
    """So many goods on both sides; the item ids."""
    told = {"count": count, "age": 60, "initial_stock": stock, "item_type": "inventory"}
    for number in range(1, count + 1):
        body = {"name": f"Item {number}", "sku": f"SKU-{number}", "type": "physical", "weight": 1, "price": 5}
        make(lab.world, {**body, "inventory_tracking": "product", "inventory_level": 1}, quietly=True)
    return many_items.make(lab.world.zoho, told)


def sweep(lab, *, quiet=True, daily=False):
    """A sweep now, whosever turn it is, and everything that it notes; the calls that the sweep itself made."""
    cursors.give_slot(lab.ledger, "main.stock_daily" if daily else "main.stock_sweep")
    begin = len(lab.world.calls)
    sweeps.swept(lab.services, "main", stock_sweeps.stock_daily if daily else stock_sweeps.stock)
    calls = lab.world.calls[begin:]
    if quiet:
        lab.quiet()
    in_effect(lab)
    return calls


def in_effect(lab):
    """What was written into the store shows there a moment later."""
    time.sleep(0.001)
    stock_moves.happen_locked(lab.world)


def settled(lab, *skus):
    """Goods on both sides that agree, and nothing left to be done; (item, variant) of each."""
    goods = [lab.stocked(sku, 5, 1) for sku in skus]
    sweep(lab)
    sweep(lab)
    assert not noted(lab)
    return goods


def noted(lab):
    due = work.due(lab.ledger, time.time() + 60, 1000, renudge_after=-100.0, flow="stock")
    return {work.find_id(lab.ledger, one).record for one, _, _ in due}


def of(calls, platform):
    return [one for one in calls if one["platform"] == platform]


def written(calls):
    return [one for one in calls if one["method"] != "GET" and "oauth" not in one["path"]]


def drift(lab):
    return stock_drift.today(lab.connection)


def test_the_first_sweep_pairs_and_the_store_shows_what_zoho_has(lab):
    item, variant = lab.stocked("MUG", 5, 1)
    sweep(lab)
    assert lab.level(variant) == 5
    assert lab.row(item, "stock").outcome == "synced"
    assert drift(lab).differed == 0


def test_a_sweep_of_what_is_unchanged_notes_nothing_and_costs_a_call_per_hundred_items(lab):
    many(lab, 130)
    sweep(lab)
    sweep(lab)
    calls = sweep(lab, quiet=False)
    assert not noted(lab)
    assert len(of(calls, "zoho")) == 2
    assert len(of(calls, "bigcommerce")) == 1
    assert not written(calls)
    assert drift(lab).looked == 130


def test_where_lists_tell_the_figure_a_call_looks_at_two_hundred(lab):
    choose(lab, **ON_HAND)
    many(lab, 210)
    sweep(lab)
    sweep(lab)
    calls = sweep(lab, quiet=False)
    assert [one["path"].rpartition("/")[2] for one in of(calls, "zoho")] == ["items", "items"]
    assert not noted(lab)


def test_what_a_person_set_in_the_store_is_put_right_and_counted_once(lab):
    (_, variant), _ = settled(lab, "MUG", "CUP")
    for _ in range(2):
        lab.edit_level(variant, 9)
        sweep(lab)
        assert lab.level(variant) == 5
    found = drift(lab)
    assert (found.looked, found.differed, found.by) == (2, 1, {"store": 1})


def test_what_moved_in_zoho_without_a_callback_is_counted_as_the_books(lab):
    (item, variant), _ = settled(lab, "MUG", "CUP")
    lab.adjust(item, 3)
    sweep(lab)
    assert lab.level(variant) == 8
    assert drift(lab).by == {"books": 1}


def test_what_a_callback_has_told_already_is_no_drift(lab):
    (item, _), _ = settled(lab, "MUG", "CUP")
    lab.adjust(item, 3)
    work.note(lab.ledger, "main", "stock", [item], time.time(), urgent=True)
    sweep(lab)
    assert drift(lab).differed == 0


def sold(lab, variant, **described):
    """An order of three of a variant, which nobody has read yet."""
    product = lab.products.variants[int(variant)]["product_id"]
    line = {**LINE, "product_id": product, "variant_id": int(variant)}
    return placed(lab, **{"lines": [line], "shipping": None, **described})


def test_a_sale_that_nobody_has_read_yet_is_no_drift(lab):
    ((_, variant),) = settled(lab, "MUG")
    sold(lab, variant)
    calls = sweep(lab, quiet=False)
    assert lab.level(variant) == 2
    assert drift(lab).differed == 0
    assert [one for one in of(calls, "bigcommerce") if one["path"].endswith("/v2/orders")]


def test_a_write_that_had_no_effect_is_seen_and_made_again(lab):
    ((item, variant),) = settled(lab, "MUG")
    lab.adjust(item, 3)
    work.note(lab.ledger, "main", "stock", [item], time.time(), urgent=True)
    lab.quiet()
    in_effect(lab)
    assert not levels.get_many(lab.ledger, "main", [item])[item][1].proven
    lab.edit_level(variant, 5)
    sweep(lab)
    assert lab.level(variant) == 8
    assert drift(lab).by == {"unproven": 1}


def test_a_level_that_stands_as_written_is_proven_without_another_look(lab):
    ((item, _),) = settled(lab, "MUG")
    lab.adjust(item, 3)
    work.note(lab.ledger, "main", "stock", [item], time.time(), urgent=True)
    lab.quiet()
    in_effect(lab)
    sweep(lab, quiet=False)
    assert not noted(lab)
    assert levels.get_many(lab.ledger, "main", [item])[item][1].proven


def test_a_buffer_that_is_set_later_reaches_what_is_unchanged(lab):
    ((_, variant),) = settled(lab, "MUG")
    choose(lab, buffer=2)
    sweep(lab)
    assert lab.level(variant) == 3


def test_what_the_merchant_leaves_alone_is_not_noted(lab):
    settled(lab, "MUG")
    _, variant = lab.stocked("CUP", 5, 1)
    choose(lab, overrides={"cup": Override(skip=True)})
    cursors.put(lab.ledger, "main", stock_sweeps.DAILY, "", time.time())
    lab.set(stock_daily_at="00:00")
    sweep(lab, daily=True)
    sweep(lab, quiet=False)
    assert not noted(lab)
    assert lab.level(variant) == 1


def test_what_is_untracked_on_either_side_is_not_noted_again_and_again(lab):
    lab.item(name="HOUR", sku="HOUR")
    lab.stocked_product("HOUR", 4)
    lab.stocked_item("BOOK", 7)
    lab.in_store(name="BOOK", sku="BOOK")
    sweep(lab)
    sweep(lab, quiet=False)
    assert not noted(lab)


def test_what_waits_for_a_person_is_not_noted_again(lab):
    rows = [{"sku": sku, "option_values": [{"option_display_name": "Size", "label": sku}]} for sku in "SM"]
    lab.in_store(name="Shirt", inventory_tracking="product", variants=rows)
    items = [lab.stocked_item(sku, 3) for sku in "SM"]
    sweep(lab)
    assert lab.row(items[0], "stock").reason == "tracked-by-product"
    sweep(lab, quiet=False)
    assert not noted(lab)


def test_a_sweep_that_runs_out_of_calls_goes_on_where_it_was(lab, monkeypatch):
    many(lab, 30)
    sweep(lab)
    monkeypatch.setattr(stock_sweeps, "AT_ONCE", 10)
    details = "/zoho/books/v3/itemdetails"
    struck_by(lab, {"kind": "rate_limit", "platform": "zoho", "path": details, "skip": 1, "times": TRIES})
    sweep(lab, quiet=False)
    assert stock_sweeps.unfinished(lab.connection)
    struck_by(lab)
    begin = len(lab.world.calls)
    sweep(lab, quiet=False)
    assert not stock_sweeps.unfinished(lab.connection)
    assert [query["item_ids"].count(",") + 1 for query in asked(lab, begin, "/itemdetails")] == [10, 10]


def test_kits_are_compared_by_what_they_are_made_of(lab):
    from tests.tasks.test_stock_map import kit

    cup, _ = lab.stocked("CUP", 9, 1)
    saucer = lab.stocked_item("SAUCER", 4)
    kit(lab, "SET", **{f"i{cup}": 1, f"i{saucer}": 2})
    _, variant = lab.stocked_product("SET", 7)
    sweep(lab)
    sweep(lab)
    assert lab.level(variant) == 2
    calls = sweep(lab, quiet=False)
    assert not noted(lab)
    assert len(of(calls, "zoho")) == 1
    lab.adjust(saucer, 2)
    sweep(lab)
    assert lab.level(variant) == 3


def test_once_a_day_everything_is_paired_anew_and_compared_by_details(lab):
    choose(lab, **ON_HAND)
    settled(lab, "MUG")
    _, variant = lab.stocked("CUP", 4, 1)
    sweep(lab)
    assert lab.level(variant) == 1
    lab.set(stock_daily_at="00:00")
    calls = sweep(lab, daily=True)
    assert [one for one in calls if one["path"].endswith("/itemdetails")]
    assert lab.level(variant) == 4
    assert not of(sweep(lab, daily=True), "zoho")


def test_orders_of_the_days_before_stock_was_on_are_read_before_the_first_level_is_written(lab):
    item, variant = lab.stocked("MUG", 10, 10)
    lab.set(stock_on=False)
    held = sold(lab, variant, customer={"id": 7, "email": ""})
    assert lab.sync(held).state == "held"
    lab.set(stock_on=True)
    sweep(lab)
    sweep(lab)
    assert lab.in_books(item) == 10
    assert lab.level(variant) == 7


def test_where_stock_is_off_nothing_is_swept(lab):
    lab.set(stock_on=False)
    lab.stocked("MUG")
    assert not sweep(lab)


def test_a_token_without_a_right_to_stock_rests_no_orders(lab):
    _, variant = lab.stocked("MUG", 5, 1)
    sweep(lab)

    def forbid(_method, path, _query, _body):
        return (403, {"status": 403, "title": "no scope"}) if "/inventory/items" in path else None

    with bent(lab, "bigcommerce", forbid):
        sweep(lab)
    assert not work.paused(lab.ledger, time.time())
    sweep(lab)
    assert lab.level(variant) == 5


@pytest.mark.parametrize("rests", [False, True])
def test_a_document_that_a_person_moved_on_is_read_before_anything_is_compared(lab, rests):
    ((_, variant),) = settled(lab, "MUG")
    lab.rules(unpaid="draft")
    lab.sync(sold(lab, variant, status_id=7, payment={"style": "offline"}))
    (draft,) = lab.invoices
    lab.world.zoho.ask("POST", f"/invoices/{draft['invoice_id']}/status/sent", {})
    age(lab)
    if rests:  # the round of all open documents has just ended
        told = json.dumps({"ended": time.time() + 60})
        cursors.put(lab.ledger, "main", open_documents.ROUND, told, time.time())
    begin = len(lab.world.calls)
    sweep(lab)
    assert lab.level(variant) == 2
    assert not written(of(lab.world.calls[begin:], "bigcommerce"))
    assert drift(lab).differed == 0


def age(lab):
    """As if both sides had agreed an hour ago."""
    rows = [replace(one, at=one.at - 3600) for one in levels.walk(lab.ledger, "main")]
    levels.put_many(lab.ledger, "main", rows)
