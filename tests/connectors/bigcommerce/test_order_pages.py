"""Orders by the day they were made, each exactly once whatever happens while they are read; refunds of all orders."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from connectors.bigcommerce.order_pages import created, oldest_first
from connectors.bigcommerce.orders import get_order
from connectors.bigcommerce.refunds import list_refunds
from connectors.errors import Temporary
from sandbox.orders import place

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def put_orders(world, seconds):
    """One order made at each of these seconds after START."""
    ids = []
    for second in seconds:
        ids.append(place(world, {"lines": [{"price": "10.00", "quantity": 1}]}))
        order = world.bigcommerce.orders[ids[-1]]["order"]
        order["date_created"] = format_datetime(START + timedelta(seconds=second))
    return ids


def walked(store, since=START, until=START + DAY, **how):
    return [row["id"] for row in oldest_first(store, since, until, **how)]


@pytest.mark.parametrize("bounds", ["inclusive", "exclusive"])
@pytest.mark.parametrize("limit", [2, 3, 4])
def test_every_order_of_the_day_is_listed_once_and_none_of_another(store, world, bounds, limit):
    """The first second belongs to the day, the first of the next one does not."""
    world.switches["min_date"] = bounds
    before, *day, after = put_orders(world, [-1, 0, 1, 2, 3, 3, 3, 86_399, 86_400])
    assert walked(store, limit=limit) == day
    assert {before, after}.isdisjoint(walked(store, limit=limit))


def test_an_order_that_is_archived_while_the_list_is_read_hides_no_other(store, world):
    ids = put_orders(world, range(12))
    walk, seen = oldest_first(store, START, START + DAY, limit=4), []
    for row in walk:
        seen.append(row["id"])
        if len(seen) in (4, 7):
            world.bigcommerce.orders[ids[len(seen) - 4]]["order"]["is_deleted"] = True
    assert seen == ids


def test_a_page_costs_one_call(store, world, counted):
    """9 orders by 4: 4 new ones, then 3 more at each page, for a page begins with the last of the one before."""
    put_orders(world, range(9))
    walked(store, limit=4)
    assert len(counted) == 3


def test_a_list_that_is_not_sorted_by_id_proves_nothing(store, world):
    ids = put_orders(world, range(3))
    orders = world.bigcommerce.orders
    orders[ids[0]]["order"]["id"], orders[ids[1]]["order"]["id"] = "9", "8"
    with pytest.raises(Temporary):
        walked(store)


def test_a_moment_may_come_in_either_form():
    for text in ("Sun, 01 Mar 2026 00:00:00 +0000", "2026-03-01T00:00:00+00:00", "2026-03-01T00:00:00"):
        assert created({"date_created": text}) == START


def test_one_order_is_read_by_its_id_archived_or_not(store, world):
    (order,) = put_orders(world, [0])
    world.bigcommerce.orders[order]["order"]["is_deleted"] = True
    assert get_order(store, order)["id"] == order
    assert walked(store) == []
    assert get_order(store, 999_999) is None


def test_refunds_of_all_orders_since_a_moment_are_listed(store, world):
    ids = put_orders(world, [0, 1, 2])
    for number, order in enumerate(ids):
        moment = (START + number * DAY).isoformat()
        row = {"id": 70 + number, "order_id": order, "created": moment, "total_amount": 5, "payments": []}
        world.bigcommerce.orders[order]["refunds"] = [row]
    assert [row["id"] for row in list_refunds(store, START + DAY)] == [71, 72]
    assert list(list_refunds(store, START + 9 * DAY)) == []
