"""`cartbooks sync stock` and `cartbooks stock`: by hand, in part or in whole, told before, and a person's word."""

import pytest

from ledger import links, work
from sandbox.bigcommerce import catalog
from sandbox.bigcommerce.stock import DEFAULT, cell_of, holder_of
from tests.app.test_cli import one_sentence


@pytest.fixture
def stocked(shop):
    shop.write('stock.method = "one_way"')
    return shop


def goods(shop, sku, books, store=0, **told):
    """The same on both sides; the item's id."""
    body = {"name": sku, "rate": "10", "sku": sku, "product_type": "goods", "item_type": "inventory"}
    item = shop.world.zoho.ask("POST", "/items", {**body, "initial_stock": str(books)})["item"]["item_id"]
    product = {"name": sku, "sku": sku, "type": "physical", "weight": 1, "price": 5,
               "inventory_tracking": "product", "inventory_level": store, **told}  # fmt: skip
    with shop.world.lock:
        catalog.make(shop.world, product)
    return item


def levels(shop):
    """What lies in the store, by SKU."""
    world = shop.world
    with world.lock:
        return {
            product["sku"]: cell_of(world, holder_of(product, None), DEFAULT).on_hand
            for product in world.bigcommerce.products.values()
            if product["sku"] and product["inventory_tracking"] != "none"
        }


def adjust(shop, item, pieces):
    lines = [{"item_id": item, "quantity_adjusted": str(pieces)}]
    body = {"date": "2026-01-31", "reason": "Counted", "adjustment_type": "quantity", "line_items": lines}
    shop.world.zoho.ask("POST", "/inventoryadjustments", body, "inventory")


def test_the_first_run_pairs_and_sets_everything_without_any_worker(stocked):
    goods(stocked, "MUG", 7)
    goods(stocked, "CUP", "2.9", 1)
    told = stocked.run("sync", "stock")
    assert told.exit_code == 0, told.output
    assert "2 SKUs paired" in told.output
    assert "2 SKUs compared, 2 to be put right" in told.output
    assert "stock: 2 records worked, 0 of them held" in told.output
    assert levels(stocked) == {"MUG": 7, "CUP": 2}


def test_a_second_run_writes_nothing(stocked):
    goods(stocked, "MUG", 7)
    stocked.run("sync", "stock")
    stocked.world.calls.clear()
    told = stocked.run("sync", "stock")
    assert told.exit_code == 0, told.output
    assert "1 SKU compared, 0 to be put right" in told.output
    assert stocked.writes() == []


def test_one_sku_is_put_right_and_the_others_wait_for_their_turn(stocked):
    mug, cup = goods(stocked, "MUG", 7), goods(stocked, "CUP", 7)
    stocked.run("sync", "stock")
    adjust(stocked, mug, 2)
    adjust(stocked, cup, 2)
    assert stocked.run("sync", "stock", "--sku", "MUG").exit_code == 0
    assert levels(stocked) == {"MUG": 9, "CUP": 7}
    assert "no item with the SKU" in one_sentence(stocked.run("sync", "stock", "--sku", "PLATE"))


def test_a_dry_run_tells_every_level_that_would_change_and_writes_nothing(stocked):
    goods(stocked, "MUG", 7, 3)
    goods(stocked, "CUP", 4, 4)
    goods(stocked, "PLATE", 4, inventory_tracking="none")
    told = stocked.run("sync", "stock", "--dry-run")
    assert told.exit_code == 0, told.output
    for word in ("MUG", "3", "7", "would change: 1; as they should be: 1; 1 SKU left alone"):
        assert word in told.output
    assert "CUP" not in told.output
    assert stocked.writes() == []
    assert levels(stocked) == {"MUG": 3, "CUP": 4}


def test_while_stock_is_off_it_can_only_be_looked_at(shop):
    goods(shop, "MUG", 7, 3)
    assert 'stock.method is "off"' in one_sentence(shop.run("sync", "stock"))
    assert 'stock.method is "off"' in one_sentence(shop.run("stock", "confirm"))
    assert "levels that would change: 1" in shop.run("sync", "stock", "--dry-run").output
    assert "should show 7" in shop.run("stock", "show", "MUG").output
    assert shop.writes() == []


def test_the_sum_of_one_sku_is_told_in_plain_words(stocked):
    stocked.write('stock.method = "one_way"\nstock.buffer = 2')
    goods(stocked, "MUG", 7, 3)
    told = stocked.run("stock", "show", "mug")
    assert told.exit_code == 0, told.output
    for words in ("Zoho says 7", "2 is held back", "should show 5", "the store shows 3"):
        assert words in told.output
    assert "no item with the SKU" in one_sentence(stocked.run("stock", "show", "PLATE"))


def test_what_is_left_alone_says_why(stocked):
    goods(stocked, "MUG", 7, inventory_tracking="none")
    assert "counts no stock" in stocked.run("stock", "show", "MUG").output


def test_status_tells_of_an_item_what_its_stock_became(stocked):
    item = goods(stocked, "MUG", 7)
    stocked.run("sync", "stock")
    told = stocked.run("status", item).output
    assert f"stock of item {item} (main): synced" in told
    assert "7 at location 1 of the store" in told
    assert stocked.told("status", item)["stock"][0]["levels"][0]["store"] == 7


def fallen(shop, many=12):
    """So many SKUs are sold out in Zoho at once."""
    items = [goods(shop, f"SKU-{number}", 10) for number in range(many)]
    shop.run("sync", "stock")
    for item in items:
        adjust(shop, item, -10)
    return items


def test_a_mass_fall_is_one_decision_that_a_person_confirms(stocked):
    fallen(stocked)
    told = stocked.run("sync", "stock")
    assert told.exit_code == 1
    assert "12 SKUs would fall by much or to nothing" in told.output
    assert "cartbooks stock confirm" in told.output
    (held,) = [row for row in work.held(stocked.ledger) if row.flow == "stock"]
    assert (held.record, held.reason) == ("falls", "mass-fall")
    assert set(levels(stocked).values()) == {10}

    asked = stocked.run("stock", "confirm", typed="n\n")
    assert asked.exit_code == 1
    assert "SKU-0" in asked.output
    assert set(levels(stocked).values()) == {10}

    said = stocked.run("stock", "confirm", "--yes")
    assert said.exit_code == 0, said.output
    assert set(levels(stocked).values()) == {0}
    assert work.held(stocked.ledger) == []
    assert "nothing waits" in stocked.run("stock", "confirm").output


def test_a_fall_that_was_put_right_in_zoho_settles_by_itself(stocked):
    items = fallen(stocked)
    stocked.run("sync", "stock")
    for item in items:
        adjust(stocked, item, 10)
    assert stocked.run("sync", "stock").exit_code == 0
    assert work.held(stocked.ledger) == []
    assert set(levels(stocked).values()) == {10}


def test_a_sku_that_is_tracked_as_one_product_is_named_with_what_to_do(stocked):
    for sku in ("MUG-RED", "MUG-BLUE"):
        body = {"name": sku, "rate": "10", "sku": sku, "product_type": "goods", "item_type": "inventory"}
        stocked.world.zoho.ask("POST", "/items", {**body, "initial_stock": "3"})
    colours = [
        {"sku": sku, "option_values": [{"option_display_name": "Colour", "label": sku}]}
        for sku in ("MUG-RED", "MUG-BLUE")
    ]
    product = {"name": "Mug", "type": "physical", "weight": 1, "price": 5, "variants": colours}
    with stocked.world.lock:
        catalog.make(stocked.world, {**product, "inventory_tracking": "product"})
    told = stocked.run("sync", "stock")
    assert told.exit_code == 1
    assert "tracked-by-product" in told.output
    assert links.count(stocked.ledger, "main", "stock") == 2
