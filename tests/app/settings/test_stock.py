"""What a merchant may choose about stock, and what is refused."""

from decimal import Decimal

import pytest

from app.settings import SettingsError, catalogue_rules, load, stock_rules
from mappings.rules import Override
from tests.app.settings.test_reading import ENV, SMALLEST

REACHED = SMALLEST.replace('store_hash = "abc"', 'store_hash = "abc"\npublic_url = "https://books.example"')
ORDERS = '\n[connections.main.orders]\ndocument = "sales_order"'


@pytest.fixture
def chosen(tmp_path):
    def chosen(text="", before=REACHED):
        file = tmp_path / "cartbooks.toml"
        file.write_text(f"{before}\n[connections.main.stock]\n{text}")
        return load(file, ENV).connections[0]

    return chosen


@pytest.fixture
def wrong(chosen):
    def wrong(text="", before=REACHED):
        with pytest.raises(SettingsError) as caught:
            chosen(text, before)
        return {one.key: one.remedy for one in caught.value.problems}

    return wrong


def test_stock_is_off_until_somebody_chooses_a_method(chosen):
    stock = chosen().stock
    assert (stock.method, stock.on, stock.at_once) == ("off", False, False)
    assert (stock.figure, stock.mode, stock.order_location, stock.buffer) == ("available", "accounting", 1, 0)
    assert (stock.interval, stock.daily_at) == (900, "02:30")
    assert (stock.largest_fall, stock.many) == (Decimal(50), Decimal(10))


@pytest.mark.parametrize(("method", "at_once"), [("scheduled", False), ("one_way", True), ("two_way", True)])
def test_only_the_methods_of_real_time_wait_for_callbacks(chosen, method, at_once):
    stock = chosen(f'method = "{method}"').stock
    assert (stock.on, stock.at_once) == (True, at_once)


def test_several_locations_of_zoho_may_be_shown_by_one_of_the_store(chosen):
    stock = chosen('locations = { "4600" = 1, "4700" = 1, "4800" = 3 }').stock
    assert stock.locations == {"4600": 1, "4700": 1, "4800": 3}


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ('method = "both"', "method", '"two_way"'),
        ('figure = "committed"', "figure", '"on_hand"'),
        ("buffer = -1", "buffer", "from 0"),
        ("buffer = 1.5", "buffer", "whole number"),
        ("order_location = 0", "order_location", "from 1"),
        ('locations = { "Vienna" = 1 }', "locations", "table of ids"),
        ('locations = { "4600" = "1" }', "locations", "table of ids"),
        ('locations = { "4600" = 0 }', "locations", "table of ids"),
        ("locations = [1]", "locations", "table of ids"),
        ('overrides = { "MUG" = "never" }', "overrides", '"MUG-2" = "skip"'),
        ('overrides = { "MUG" = -1 }', "overrides", "table of SKUs"),
        ('overrides = { "MUG" = true }', "overrides", "table of SKUs"),
        ('overrides = { "MUG" = 1, "mug" = 2 }', "overrides", "mug stands there twice"),
        ('untracked = "hold"', "untracked", '"track"'),
        ("interval = 59", "interval", "from 60"),
        ('daily_at = "25:00"', "daily_at", "hours and minutes"),
        ("largest_fall = 101", "largest_fall", "from 0 to 100"),
        ("many = -1", "many", "from 0 to 100"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(wrong, text, key, hint):
    assert hint in wrong(text)[f"connections.main.stock.{key}"]


def test_physical_stock_needs_sales_orders_because_invoices_alone_do_not_move_it(chosen, wrong):
    text = 'method = "scheduled"\nmode = "physical"'
    assert "invoices alone do not move physical stock" in wrong(text)["connections.main.stock.mode"]
    kept = chosen(text, REACHED + ORDERS).stock
    assert kept.mode == "physical"


TWOFOLD = REACHED + ORDERS.replace('"sales_order"', '"sales_order_then_invoice"')


@pytest.mark.parametrize("mode", ["accounting", "physical"])
def test_stock_follows_where_an_invoice_comes_after_the_sales_order(chosen, mode):
    assert chosen(f'method = "two_way"\nmode = "{mode}"', TWOFOLD).stock.mode == mode


def test_stock_does_not_follow_an_order_that_is_invoiced_in_parts(wrong):
    parts = TWOFOLD + '\ninvoice_when = "shipped"\npartial_invoices = "on"\n'
    assert "partial_invoices" in wrong('method = "scheduled"', parts)["connections.main.stock.method"]


def test_what_is_for_sale_is_not_told_of_drafts_that_follow_sales_orders(wrong, chosen):
    drafts = TWOFOLD + '\nunpaid = "draft"\n'
    assert "draft" in wrong('method = "scheduled"', drafts)["connections.main.stock.figure"]
    assert chosen('method = "scheduled"\nfigure = "on_hand"', drafts).stock.on


def test_real_time_needs_an_address_that_can_be_called(wrong, chosen):
    remedy = wrong('method = "one_way"', SMALLEST)["connections.main.stock.method"]
    assert "store.public_url" in remedy
    assert '"scheduled"' in remedy
    assert chosen('method = "scheduled"', SMALLEST).stock.on


def test_the_location_of_the_orders_must_be_among_the_mapped_ones(wrong):
    remedy = wrong('method = "one_way"\nlocations = { "4600" = 2 }')["connections.main.stock.order_location"]
    assert "no location of Zoho leads there" in remedy


def test_what_is_off_is_not_looked_at_too_closely(chosen):
    assert not chosen('mode = "physical"', SMALLEST).stock.on


def test_choices_reach_the_mappings_and_an_sku_is_the_same_in_any_case(chosen):
    text = 'method = "two_way"\nbuffer = 2\noverrides = { "Mug-1" = "skip", "CUP" = 0 }'
    rules = stock_rules(chosen(text, REACHED + ORDERS))
    assert (rules.method, rules.buffer) == ("two_way", 2)
    assert rules.override("MUG-1 ") == Override(skip=True)
    assert [rules.buffer_of(sku) for sku in ("cup", "plate")] == [0, 2]


def test_new_products_count_their_stock_only_where_stock_is_on(chosen):
    assert not catalogue_rules(chosen()).track
    assert catalogue_rules(chosen('method = "scheduled"')).track
