"""What a hostile look at stock found, scheduled and one-way: each once oversold, hid, repeated or lost something."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import text

from ledger import cursors, work
from ledger.store import writing
from sandbox.bigcommerce import locations, placing, stock_moves
from sandbox.bigcommerce.stock import cell_of
from tasks import open_documents, stock_sweeps, sweeps
from tests.tasks.shelf import asked
from tests.tasks.test_stock import aged, callback, counting, shown, sold, writes
from tests.tasks.test_stock_sweeps import many


@pytest.fixture
def lab(new_lab):
    return opened(new_lab())


def opened(lab, method="one_way", **rules):
    counting(lab, method, **rules)
    lab.set(stock_interval=0.001)
    return lab


def sweep(lab, *, daily=False):
    """A look at everything now, and all that it leads to; what was written into the store by it."""
    begin = len(lab.world.calls)
    cursors.give_slot(lab.ledger, "main.stock_daily" if daily else "main.stock_sweep")
    sweeps.swept(lab.services, "main", stock_sweeps.stock_daily if daily else stock_sweeps.stock)
    lab.quiet()
    time.sleep(0.001)
    stock_moves.happen_locked(lab.world)
    return writes(lab, begin)


def at_rest(lab):
    """After quiet a further look writes nothing."""
    sweep(lab)
    return sweep(lab) == []


def paired(lab, sku="MUG", books=10, store=10):
    item, variant = lab.stocked(sku, books, store)
    sweep(lab)
    aged(lab)
    return item, variant


def ask(lab, method, path, body=None, edition="books"):
    return lab.world.zoho.ask(method, path, body or {}, edition)


def credited(lab, item, pieces):
    """The bookkeeper writes a credit note for goods that came back."""
    customer = next(
        one for one, row in lab.world.zoho.records["contacts"].items() if row["contact_type"] == "customer"
    )
    line = {"item_id": item, "quantity": pieces, "rate": "10.00"}
    return ask(lab, "POST", "/creditnotes", {"customer_id": customer, "line_items": [line]})["creditnote"]


@pytest.mark.parametrize(("status", "restocks"), [(4, False), (5, True)])
def test_a_booked_order_that_ends_is_no_stock_until_zoho_says_so(lab, status, restocks):
    lab.rules(endings={"cancelled": "hold"})
    lab.world.bigcommerce.stock.settings[""] = {"refund_order_stock_adjustment": restocks}
    item, variant = paired(lab)
    order = sold(lab, "MUG", 3)
    assert lab.sync(order).state == "done"
    placing.amend(lab.world, int(order), {"order": {"status_id": status}})
    lab.sync(order)
    sweep(lab)
    assert lab.in_books(item) == 7
    assert shown(lab, variant) == 7
    credited(lab, item, 3)
    sweep(lab)
    assert (lab.in_books(item), shown(lab, variant)) == (10, 10)
    assert at_rest(lab)


@pytest.mark.parametrize("position", ["on_hand", "available"])
def test_safety_stock_of_the_store_leads_to_no_endless_writes(new_lab, position):
    lab = opened(new_lab(switches={"inventory_absolute": position}))
    item, variant = paired(lab)
    cell_of(lab.world, lab._holder(variant), 1).safety_stock = 2
    lab.adjust(item, 5)
    callback(lab, item)
    assert at_rest(lab)
    lab.edit_level(variant, 40)
    sweep(lab)
    assert shown(lab, variant) in (15, 17)
    assert at_rest(lab)


def test_a_location_that_the_store_does_not_know_is_one_word_and_few_calls(lab):
    place = lab.place_in_books("Shop")
    opened(lab, locations={place: 99}, order_location=99)
    items = many(lab, 30)
    assert len(sweep(lab)) == 1
    assert {(row.state, row.reason) for row in map(lab.stock, items[:2])} == {("held", "location-missing")}
    assert "no location 99" in lab.row(items[0], "stock").what


def test_a_product_that_the_catalogue_makes_has_its_stock_at_once(lab):
    lab.set(catalogue_rules=replace(lab.connection.catalogue_rules, track=True))
    item = lab.stocked_item("NEW", 12)
    work.note(
        lab.ledger, "main", "stock", [item], time.time(), urgent=True
    )  # Zoho's callback of the same moment
    lab.quiet()
    lab.sync_items(item)
    product = lab.product(item)
    assert shown(lab, str(product["base_variant_id"])) == 12


@pytest.mark.parametrize("told", ["less_committed", "on_hand"])
def test_what_is_physically_on_hand_is_so_in_either_meaning_of_zoho(new_lab, told):
    lab = new_lab(switches={"zoho_available_stock": told})
    opened(lab, figure="on_hand", mode="physical")
    lab.rules(document="sales_order")
    _, variant = paired(lab)
    order = sold(lab, "MUG", 3)
    assert lab.sync(order).state == "done"
    sweep(lab)
    assert shown(lab, variant) == 7
    assert at_rest(lab)


@pytest.mark.parametrize("document", ["invoice", "sales_order"])
def test_orders_take_from_the_place_that_the_store_sells_from(new_lab, document):
    lab = opened(new_lab())
    back = lab.place_in_books("Back")
    item = lab.stocked_item("MUG", {back: 10})
    _, variant = lab.stocked_product("MUG", 10)
    opened(lab, locations={back: 1})
    lab.rules(goods_from=back, document=document)
    sweep(lab)
    aged(lab)
    for _ in range(2):
        assert lab.sync(sold(lab, "MUG", 3)).state == "done"
        assert sweep(lab) == []
    assert shown(lab, variant) == 4
    assert lab.in_books(item) == 4


def test_the_settings_say_from_which_place_orders_take(new_lab):
    chosen = 'stock.method = "one_way"\nstock.locations = {"460001" = 2, "460002" = 1, "460003" = 1}'
    assert new_lab(more=chosen).connection.book_rules.goods_from == "460002"
    assert new_lab(more=chosen.replace("one_way", "off")).connection.book_rules.goods_from == ""


def test_items_whose_places_only_they_themselves_tell_are_all_looked_at(new_lab):
    lab = new_lab(switches={"zoho_itemdetails_places": False})
    home, back = next(iter(lab.world.zoho.places)), lab.place_in_books("Back")
    opened(lab, locations={home: 1, back: 1})
    items = many(lab, 23)
    sweep(lab)
    for item in items:
        lab.adjust(item, 1)
    sweep(lab)
    assert {lab.level(variant) for variant in lab.products.variants} == {6}
    begin = len(asked(lab, 0, "/itemdetails"))
    assert at_rest(lab)
    assert (
        len(asked(lab, 0, "/itemdetails")) == begin + 2
    )  # a call each for all of them, where nothing has changed


def test_several_places_are_summed_into_one(lab):
    back, shop, far = (lab.place_in_books(name) for name in ("Back", "Shop", "Far"))
    lab.stocked_item("MUG", {back: 4, shop: 3, far: 7})
    _, variant = lab.stocked_product("MUG", 0)
    second = locations.make(lab.world, label="Second", code="2")
    opened(lab, locations={back: 1, shop: 1, far: second})
    sweep(lab)
    assert (shown(lab, variant), shown(lab, variant, second)) == (7, 7)
    assert at_rest(lab)


def test_documents_of_orders_that_are_over_are_not_asked_for_for_ever(lab):
    paired(lab)
    order = sold(lab, "MUG", 3)
    lab.sync(order)
    placing.amend(lab.world, int(order), {"order": {"status_id": 4}})
    lab.sync(order)
    assert open_documents.look_again(lab.connection, None) == 1
    with writing(lab.ledger) as c:
        c.execute(text("UPDATE takings SET created = created - 40 * 86400"))
    cursors.put(lab.ledger, "main", open_documents.ROUND, "", time.time())
    assert open_documents.look_again(lab.connection, None) == 0


def test_a_write_that_never_shows_has_the_store_asked_what_it_counts(new_lab):
    lab = opened(new_lab(switches={"inventory_untracked": "ignored"}))
    item, _ = paired(lab)
    product = next(iter(lab.products))
    lab.products[product]["inventory_tracking"] = "none"
    lab.products.refile(product)
    lab.adjust(item, 4)
    assert len(sweep(lab)) == 1
    time.sleep(0.07)
    assert at_rest(lab)
    assert lab.row(item, "stock").reason == "untracked-in-store"
