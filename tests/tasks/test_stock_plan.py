"""How fresh stock can be with the calls that the day has left, and how that is said."""

import time
from dataclasses import replace

import pytest

from connectors.budget import Usage
from ledger import links, sightings
from mappings.rules import StockRules
from tasks import stock_map, stock_plan

HOUR = 3600.0


@pytest.fixture
def lab(new_lab):
    lab = new_lab()
    lab.set(stock_on=True, stock_rules=StockRules(method="scheduled"), stock_interval=900.0, pace=1.0)
    return lab


class Day:
    """A budget whose day stands as a test says."""

    def __init__(self, used, limit, hours, *, reserve=0.2, needed=None):
        self.told = Usage(0, 0, used, limit, None, time.time() + hours * HOUR)
        self.reserve_share, self.needed = reserve, needed

    def usage(self):
        return self.told


def day(lab, used, limit=10_000, hours=10.0, **more):
    lab.set(zoho=replace(lab.connection.zoho, budget=Day(used, limit, hours, **more)))
    return lab.connection


def paired(lab, count):
    rows = [(f"item{number}", str(number), {"product": str(number)}) for number in range(count)]
    links.bind_many(lab.ledger, "main", stock_map.LINK, rows, time.time())


def minutes(seconds):
    return round(seconds / 60)


def test_a_look_costs_a_call_per_hundred_skus_or_per_two_hundred_items_of_a_list(lab):
    paired(lab, 1001)
    assert stock_plan.cost(lab.connection) == 11
    seen = [(f"item{number}", "", "") for number in range(1001)]
    sightings.see(lab.ledger, "main", stock_map.FLOW, seen, time.time())
    lab.set(stock_rules=StockRules(method="scheduled", figure="on_hand"))
    assert stock_plan.cost(lab.connection) == 6
    lab.set(stock_rules=StockRules(method="scheduled", figure="on_hand", locations={"1": 1}))
    assert stock_plan.cost(lab.connection) == 11


def test_looks_are_spread_over_the_rest_of_the_day(lab):
    paired(lab, 10_000)
    one = day(lab, 6650, hours=8.325)
    assert stock_plan.room(one) == 1350
    assert minutes(stock_plan.interval(one)) == 37
    told = "10,000 SKUs cost 100 Zoho calls a look; with 1,350 calls left today a look every 37 minutes"
    assert stock_plan.freshness(one) == told


def test_no_look_comes_more_often_than_it_is_set(lab):
    paired(lab, 300)
    one = day(lab, 100)
    assert stock_plan.interval(one) == 900.0
    assert stock_plan.freshness(one).endswith("7,900 calls left today a look every 15 minutes")


def test_what_orders_will_need_is_left_to_them(lab):
    paired(lab, 300)
    assert stock_plan.room(day(lab, 0)) == 8000
    assert stock_plan.room(day(lab, 0, needed=lambda: 4000)) == 6000
    assert stock_plan.room(day(lab, 9000)) == 0


def test_a_day_without_calls_enough_waits_for_the_next(lab):
    paired(lab, 10_000)
    one = day(lab, 7950, hours=2.0)
    assert minutes(stock_plan.interval(one)) == 120
    assert stock_plan.freshness(one) == (
        "10,000 SKUs cost 100 Zoho calls a look; with 50 calls left today the next look waits for tomorrow"
    )


def test_before_anything_is_paired_nothing_is_promised(lab):
    assert stock_plan.freshness(lab.connection) == "no SKU is paired yet"
    paired(lab, 1)
    assert stock_plan.freshness(day(lab, 0)).startswith("1 SKU costs 1 Zoho call a look; with 8,000")
