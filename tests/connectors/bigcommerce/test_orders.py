"""Orders read whole, and lists of orders that move while they are read."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from connectors.bigcommerce.orders import (
    list_metafields,
    list_modified,
    put_metafield,
    read_bundle,
    set_external_id,
)
from connectors.errors import Temporary
from sandbox.moods import moods_from
from sandbox.orders import place

START = datetime(2026, 3, 1, tzinfo=UTC)
LONG_AGO = START - timedelta(days=1)


def put_orders(world, seconds):
    """One order for each number: its last change, in seconds after START."""
    ids = []
    for second in seconds:
        ids.append(place(world, {"lines": [{"price": "10.00", "quantity": 1}]}))
        touch(world, ids[-1], second)
    return ids


def touch(world, order, second):
    moment = START + timedelta(seconds=second)
    world.bigcommerce.orders[order]["order"]["date_modified"] = format_datetime(moment)


def walked(store, since=LONG_AGO, **how):
    return [row["id"] for row in list_modified(store, since, **how)]


@pytest.mark.parametrize("bounds", ["inclusive", "exclusive"])
@pytest.mark.parametrize(
    "seconds",
    [
        [],
        [5],
        list(range(20)),  # one a second
        [0] * 11,  # all at once: nothing but ids tells them apart
        [0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3],
        [7] * 8 + [8] * 8 + [9] * 8,
        [0, 1, 1, 1, 2, 3, 3, 3, 3, 3, 4, 9],
        [0, 0, 0, 0],
    ],
)
@pytest.mark.parametrize("limit", [2, 3, 4])
def test_every_order_is_listed_exactly_once_however_they_crowd(store, world, bounds, seconds, limit):
    world.switches["min_date"] = bounds
    ids = put_orders(world, seconds)
    assert sorted(walked(store, limit=limit)) == sorted(ids)


@pytest.mark.parametrize("bounds", ["inclusive", "exclusive"])
def test_an_order_that_changes_while_the_list_is_read_hides_no_other(store, world, bounds):
    """Numbered pages would miss one: the change takes a row from the first page, and the rest move up."""
    world.switches["min_date"] = bounds
    ids = put_orders(world, range(12))
    walk, seen = list_modified(store, LONG_AGO, limit=4), []
    for row in walk:
        seen.append(row["id"])
        if len(seen) in (4, 7):
            touch(world, seen[0], 100 + len(seen))
    assert set(seen) == set(ids)
    assert seen.count(ids[0]) > 1  # and its new state is seen as well


def test_a_crowd_that_shrinks_while_it_is_read_hides_no_order(store, world):
    ids = put_orders(world, [0] * 12)
    walk, seen = list_modified(store, LONG_AGO, limit=4), []
    for row in walk:
        seen.append(row["id"])
        if len(seen) == 6:
            touch(world, seen[1], 100)
    assert set(seen) == set(ids)


def test_the_last_page_is_the_short_one_and_not_a_guess(store, world):
    put_orders(world, range(8))
    walked(store, limit=4)
    lists = [call for call in world.calls if call["path"].endswith("/v2/orders")]
    assert all("page=" not in call["query"] for call in lists)
    world.calls.clear()
    assert len(walked(store)) == 8
    assert len(world.calls) == 1


def test_orders_before_the_given_moment_are_left_out(store, world):
    ids = put_orders(world, [0, 100, 200])
    assert walked(store, START + timedelta(seconds=50)) == ids[1:]
    assert walked(store, START + timedelta(seconds=50), until=START + timedelta(seconds=150)) == ids[1:2]


def test_the_whole_order_is_read_with_as_few_calls_as_it_has_parts(store, world):
    order = place(
        world,
        {
            "lines": [{"price": "10.00", "quantity": 3, "tax": "20"}],
            "discounts": [{"kind": "coupon", "amount": "2.00", "code": "TWO"}],
            "shipping": {"price": "5.00", "tax": "20"},
        },
    )
    world.calls.clear()
    bundle = read_bundle(store, order)
    kept = world.bigcommerce.orders[order]
    assert list(bundle) == [
        "order", "products", "coupons", "shipping_addresses", "taxes", "transactions", "refunds", "fees",
    ]  # fmt: skip
    assert bundle["order"]["id"] == order
    for part in ("products", "coupons", "shipping_addresses", "taxes", "transactions"):
        assert len(bundle[part]) == len(kept[part]), part
    assert bundle["taxes"][0]["line_item_type"]
    assert len(world.calls) == 6
    assert isinstance(bundle["order"]["total_inc_tax"], str)


HINTS = [
    ("order", {"status_id": 4}),
    ("order", {"status_id": 14}),
    ("order", {"payment_status": "partially refunded"}),
    ("order", {"refunded_amount": "1.0000"}),
    ("products", {"quantity_refunded": 1}),
    ("products", {"is_refunded": True}),
    ("transactions", {"event": "refund"}),
]


@pytest.mark.parametrize(("part", "told"), HINTS)
def test_refunds_are_asked_for_where_anything_hints_at_one(store, world, part, told):
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    kept = world.bigcommerce.orders[order]
    (kept[part] if part == "order" else kept[part][0]).update(told)
    world.calls.clear()
    assert read_bundle(store, order)["refunds"] == []
    assert [call["path"] for call in world.calls if "/refunds" in call["path"]]


def test_refunds_of_an_order_without_any_hint_cost_no_call(store, world):
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    world.calls.clear()
    read_bundle(store, order)
    assert not [call for call in world.calls if "/refunds" in call["path"]]


def test_an_order_of_more_lines_than_a_page_is_read_to_its_last_line(store, world):
    lines = [{"price": "1.00", "quantity": 1, "sku": f"S-{n}"} for n in range(260)]
    order = place(world, {"lines": lines})
    bundle = read_bundle(store, order)
    assert len({row["id"] for row in bundle["products"]}) == 260


def test_an_order_that_is_gone_is_none(store):
    assert read_bundle(store, 123456) is None


@pytest.mark.parametrize("status", [200, 204])
def test_no_transactions_are_no_transactions_in_both_shapes(store, world, status):
    world.switches["transactions_empty"] = status
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    world.bigcommerce.orders[order]["transactions"] = []
    assert read_bundle(store, order)["transactions"] == []


def test_an_unheard_part_makes_no_half_order(store, world):
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    world.moods.set(moods_from([{"kind": "reset_before", "path": f"*/orders/{order}/taxes"}]))
    with pytest.raises(Temporary):
        read_bundle(store, order)


def test_the_mark_is_written_and_writing_it_again_changes_nothing(store, world):
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    set_external_id(store, order, "INV-000001")
    set_external_id(store, order, "INV-000001")
    assert read_bundle(store, order)["order"]["external_order_id"] == "INV-000001"


def test_a_metafield_is_made_once_and_then_changed(store, world):
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    put_metafield(store, order, "cartbooks", "document", "INV-1")
    put_metafield(store, order, "cartbooks", "document", "INV-1")
    put_metafield(store, order, "cartbooks", "document", "INV-2")
    assert [row["value"] for row in list_metafields(store, order, "cartbooks")] == ["INV-2"]
