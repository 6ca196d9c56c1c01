"""`status`, the page and the figures tell how stock stands, and how much a look found to differ, and why."""

import pytest

from app.door import make_door
from app.web import make_app
from sandbox.bigcommerce.stock import DEFAULT, holder_of
from sandbox.bigcommerce.stock_moves import adjust as edit
from tests.app.test_cli_stock import adjust, goods


@pytest.fixture
def stocked(shop):
    shop.write('stock.method = "scheduled"')
    return shop


def page(shop, path="/"):
    return make_app(make_door(shop.settings)).test_client().get(path).text


def test_how_stock_stands_shows_everywhere(stocked):
    assert "never compared yet" in stocked.run("status").stdout
    assert "not yet" in page(stocked)
    goods(stocked, "MUG", 7)
    stocked.run("sync", "stock")
    told = stocked.run("status").stdout
    assert "main: stock follows by looking now and then: 1 SKU paired, last compared" in told
    assert "1 Zoho call a look" in told  # how fresh it can be with the day's calls
    assert "<h2>Stock</h2>" in page(stocked)
    figures = page(stocked, "/metrics")
    assert 'cartbooks_stock_paired{connection="main"} 1.0' in figures
    assert 'cartbooks_stock_look_age_seconds{connection="main"}' in figures
    (one,) = stocked.told("status")["stock"]
    assert (one["paired"], one["withheld"], one["method"]) == (1, 0, "scheduled")


def test_what_differed_is_counted_by_its_cause(stocked):
    mug = goods(stocked, "MUG", 7)
    goods(stocked, "CUP", 5)
    stocked.run("sync", "stock")
    stocked.run("sync", "stock")  # has seen that the levels stand as written
    adjust(stocked, mug, 2)
    with stocked.world.lock:
        cup = next(row for row in stocked.world.bigcommerce.products.values() if row["sku"] == "CUP")
        edit(stocked.world, holder_of(cup, None), DEFAULT, 9, "absolute")
    stocked.run("sync", "stock")
    told = stocked.run("status").stdout
    assert "stock today: 2 of 2 SKUs differed before a look put them right" in told
    assert "1: Zoho had changed and no callback had told" in told
    assert "1: the level was not what we had left in the store" in told
    figures = page(stocked, "/metrics")
    for cause, many in (("store", 1), ("books", 1), ("unproven", 0)):
        assert f'cartbooks_stock_drift{{cause="{cause}",connection="main"}} {many}.0' in figures
    assert "2 of 2 SKUs differed" in page(stocked)


def test_without_stock_nothing_of_it_is_shown(shop):
    assert shop.told("status")["stock"] == []
    assert "Stock" not in page(shop)
    assert "cartbooks_stock" not in page(shop, "/metrics")


def test_while_redis_is_away_the_rest_is_told(stocked):
    told = stocked.run("status", REDIS_URL="redis://127.0.0.1:1/0").stdout
    assert "never compared yet" in told
    assert "a look every" not in told
