"""What the wiring makes of a merchant's choices about the catalogue and about stock."""

from datetime import timedelta

import pytest

from app import wiring
from app.settings import load
from ledger.store import open_ledger
from tasks.broker import QUEUES, make_celery
from tests.app.settings.test_reading import ENV, SMALLEST
from tests.ledgers import give_tables


@pytest.fixture
def chosen(tmp_path):
    def chosen(text):
        file = tmp_path / "cartbooks.toml"
        file.write_text(f'data_dir = "{tmp_path}"\n{SMALLEST}\n[connections.main.catalogue]\n{text}')
        return load(file, ENV)

    return chosen


@pytest.fixture
def stocked(tmp_path):
    def stocked(text):
        file = tmp_path / "cartbooks.toml"
        file.write_text(f'data_dir = "{tmp_path}"\n{SMALLEST}\n[connections.main.stock]\n{text}')
        return load(file, ENV)

    return stocked


ALWAYS = ("orders", "daily", "hooks", "reconcile", "release", "documents")


def sweeps(settings):
    return {name: entry["task"] for name, entry in wiring.schedule(settings).items() if "main." in name}


def test_nothing_of_the_catalogue_is_looked_for_while_it_is_off(chosen):
    assert set(sweeps(chosen(""))) == {f"main.{word}" for word in ALWAYS}


def test_each_flow_that_is_on_has_its_own_interval(chosen):
    settings = chosen('items = "on"\nitems_interval = 600')
    assert sweeps(settings)["main.items"] == "sweeps.items"
    assert sweeps(settings)["main.items_full"] == "sweeps.items_full"
    assert "main.prices" not in sweeps(settings)
    both = wiring.schedule(chosen('items = "on"\nitems_interval = 600\nprice_lists = "on"'))
    assert both["main.items"]["schedule"] == timedelta(seconds=600)
    assert both["main.prices"]["schedule"] == timedelta(seconds=3600)
    assert both["main.prices"]["args"] == ("main",)


def test_a_connection_is_made_with_its_catalogue(chosen, valkey, tmp_path):
    settings = chosen(
        'items = "on"\nprice_lists = "on"\ndaily_at = "04:15"\nlargest_hide = 2.5\ncreate = "hold"'
    )
    give_tables(settings.ledger_url)
    made = wiring.make_connection(settings, settings.connections[0], open_ledger(settings.ledger_url), valkey)
    assert (made.items_on, made.price_lists_on, made.catalogue_daily_at) == (True, True, "04:15")
    assert (made.items_interval, made.prices_interval, made.largest_hide) == (300.0, 3600.0, 2.5)
    assert made.catalogue_rules.create == "hold"


def test_stock_is_looked_at_only_where_it_is_on(stocked):
    assert "main.stock" not in sweeps(stocked(""))
    settings = stocked('method = "scheduled"\ninterval = 600')
    assert (sweeps(settings)["main.stock"], sweeps(settings)["main.stock_daily"]) == (
        "sweeps.stock",
        "sweeps.stock_daily",
    )
    assert wiring.schedule(settings)["main.stock"]["schedule"] == timedelta(seconds=600)


def test_a_connection_is_made_with_its_stock(stocked, valkey):
    settings = stocked('method = "scheduled"\nbuffer = 3\ndaily_at = "01:15"\nlargest_fall = 40\nmany = 2.5')
    give_tables(settings.ledger_url)
    made = wiring.make_connection(settings, settings.connections[0], open_ledger(settings.ledger_url), valkey)
    assert (made.stock_on, made.stock_interval, made.stock_daily_at) == (True, 900.0, "01:15")
    assert (made.largest_fall, made.many_falls) == (40.0, 2.5)
    assert (made.stock_rules.method, made.stock_rules.buffer) == ("scheduled", 3)


def test_shipments_are_looked_for_only_where_they_are_tracked(chosen):
    assert "main.shipments" not in sweeps(chosen(""))
    assert (
        sweeps(chosen('[connections.main.orders]\ntracking = "on"'))["main.shipments"] == "sweeps.shipments"
    )


def test_whatever_beat_sends_is_a_task_and_has_a_queue_that_somebody_listens_to(chosen):
    settings = chosen(
        'items = "on"\nprice_lists = "on"\n[connections.main.stock]\nmethod = "scheduled"\n'
        '[connections.main.orders]\ntracking = "on"'
    )
    app = make_celery("redis://127.0.0.1:1/0", wiring.schedule(settings), "")
    app.loader.import_default_modules()
    for entry in wiring.schedule(settings).values():
        assert entry["task"] in app.tasks
        assert app.amqp.router.route({}, entry["task"])["queue"].name in QUEUES
