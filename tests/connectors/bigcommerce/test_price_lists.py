"""Price lists of a store: records that differ by variant and currency, refusals one by one, plans without any."""

from decimal import Decimal

import pytest

from connectors.bigcommerce.catalog import create_product
from connectors.bigcommerce.client import BigCommerce
from connectors.bigcommerce.customers import customer_group_of, customer_groups
from connectors.bigcommerce.price_lists import (
    assignments,
    create_assignments,
    create_price_list,
    delete_assignment,
    delete_records,
    price_lists,
    put_records,
    records,
    refused,
    update_price_list,
)
from connectors.errors import NotOffered, OutOfBudget, Rejected, Unauthorized
from sandbox.bigcommerce.crowd import RECORDS


@pytest.fixture(autouse=True)
def wide_window(world):
    world.switches["window_quota"] = 100000


def variants(store, count):
    body = {"type": "physical", "weight": Decimal(1), "price": Decimal(9)}
    made = [create_product(store, {**body, "name": f"Thing {n}", "sku": f"T-{n}"}) for n in range(count)]
    return [row["variants"][0]["id"] for row in made]


def record(variant, price="5.00", currency="USD", **more):
    return {"variant_id": variant, "currency": currency, "price": Decimal(price), **more}


@pytest.fixture
def wholesale(store):
    return create_price_list(store, "Wholesale")["id"]


def test_price_lists_are_made_listed_and_renamed(store, wholesale):
    update_price_list(store, wholesale, {"name": "Trade", "active": False})
    assert [(row["id"], row["name"], row["active"]) for row in price_lists(store)] == [
        (wholesale, "Trade", False)
    ]
    with pytest.raises(Rejected) as taken:
        create_price_list(store, "trade")
    assert taken.value.status == 409


def test_records_are_written_once_and_read_back_with_their_tiers(store, wholesale):
    one, two = variants(store, 2)
    tier = {"quantity_min": 10, "quantity_max": None, "type": "fixed", "amount": Decimal("4.5")}
    put_records(store, wholesale, [record(one, "5.25", bulk_pricing_tiers=[tier]), record(two)])
    put_records(store, wholesale, [record(two, "6.00")])
    found = {row["variant_id"]: row for row in records(store, wholesale)}
    assert {variant: row["price"] for variant, row in found.items()} == {one: Decimal("5.25"), two: 6}
    assert found[one]["bulk_pricing_tiers"][0]["amount"] == Decimal("4.5")
    assert found[one]["currency"] == "usd"


def test_a_variant_has_a_record_for_each_currency_and_all_are_read(store, wholesale, world):
    made = variants(store, 130)
    put_records(store, wholesale, [record(one, currency=money) for one in made for money in ("USD", "EUR")])
    pairs = [(row["variant_id"], row["currency"]) for row in records(store, wholesale)]
    assert sorted(pairs) == sorted((one, money) for one in made for money in ("usd", "eur"))


@pytest.mark.parametrize("rest", ["rest_stored", "nothing_stored"])
def test_refused_records_are_told_one_by_one(store, world, wholesale, rest):
    world.switches["price_batch_errors"] = rest
    (good,) = variants(store, 1)
    with pytest.raises(Rejected) as some:
        put_records(store, wholesale, [record(good), record(999999)])
    (told,) = refused(some.value)
    assert told["data"]["variant_id"] == 999999
    assert told["field_errors"]
    assert len(list(records(store, wholesale))) == (1 if rest == "rest_stored" else 0)
    with pytest.raises(ValueError, match="1000"):
        put_records(store, wholesale, [record(good)] * 1001)


@pytest.mark.parametrize("body", [None, {}, [], "x", {"batch_errors": None}, {"batch_errors": ["x"]}])
def test_a_refusal_that_tells_nothing_of_records_names_none(body):
    assert refused(Rejected(422, 422, "no", body)) == []


class Told(BigCommerce):
    """A store whose answers are given, to show what no healthy server sends."""

    answer = None

    def call(self, method, path, **how):
        return Told.answer


def test_a_success_with_refused_records_in_it_is_no_success(store):
    Told.answer = {
        "data": {},
        "batch_errors": [{"data": {"variant_id": 1}, "field_errors": {"price": "wrong"}}],
    }
    with pytest.raises(Rejected) as some:
        put_records(Told(store.session, "", "", store.window), 1, [record(1)])
    assert refused(some.value)[0]["data"] == {"variant_id": 1}


def test_only_the_named_records_are_removed(store, wholesale, world):
    made = variants(store, 3)
    put_records(store, wholesale, [record(one, currency=money) for one in made for money in ("USD", "EUR")])
    delete_records(store, wholesale, made[:2], "EUR")
    left = {(row["variant_id"], row["currency"]) for row in records(store, wholesale)}
    assert left == {(one, "usd") for one in made} | {(made[2], "eur")}
    world.calls.clear()
    delete_records(store, wholesale, [], "EUR")
    assert world.calls == []


def test_a_second_writer_is_told_to_wait(store, world, wholesale):
    (one,) = variants(store, 1)
    world.bigcommerce.crowd.inside[RECORDS] = 1
    assert list(records(store, wholesale)) == []
    with pytest.raises(OutOfBudget):
        put_records(store, wholesale, [record(one)])


def test_a_list_is_given_to_groups_and_channels_and_taken_away(store, world, wholesale):
    group = store.call("POST", "/v2/customer_groups", body={"name": "Trade"})["id"]
    other = create_price_list(store, "Other")["id"]
    create_assignments(store, [{"price_list_id": wholesale, "customer_group_id": group, "channel_id": 1}])
    create_assignments(store, [{"price_list_id": other, "customer_group_id": None, "channel_id": 1}])
    (mine,) = assignments(store, wholesale)
    assert (mine["customer_group_id"], mine["channel_id"]) == (group, 1)
    delete_assignment(store, mine["id"])
    assert assignments(store, wholesale) == []
    assert len(assignments(store, other)) == 1


def test_assignments_of_other_lists_are_not_taken_for_this_ones(store):
    Told.answer = {"data": [{"id": 1, "price_list_id": 8}, {"id": 2, "price_list_id": 7}], "meta": {}}
    assert [row["id"] for row in assignments(Told(store.session, "", "", store.window), 7)] == [2]


@pytest.mark.parametrize("plan", ["403", "404"])
def test_a_plan_without_price_lists_is_no_dead_login(store, world, wholesale, plan):
    world.switches["bigcommerce_price_lists"] = plan
    with pytest.raises(NotOffered, match=plan):
        price_lists(store)
    with pytest.raises(NotOffered, match=plan):
        create_price_list(store, "Retail")


def test_elsewhere_a_refused_scope_stays_one(store, world, wholesale):
    world.switches["bigcommerce_price_lists"] = "403"
    with pytest.raises(Unauthorized) as scope:
        list(records(store, wholesale))
    assert (scope.value.platform, scope.value.status) == ("bigcommerce", 403)
    with pytest.raises(Unauthorized) as stranger:
        price_lists(BigCommerce(store.session, store.base_url, "wrong", store.window))
    assert stranger.value.status == 401


def test_a_customers_group_is_told_by_id_or_not_at_all(store):
    group = store.call("POST", "/v2/customer_groups", body={"name": "Trade"})["id"]
    person = {"first_name": "A", "last_name": "B"}
    rows = [
        {**person, "email": "a@shop.example", "customer_group_id": group},
        {**person, "email": "b@shop.example"},
    ]
    member, nobody = store.call("POST", "/v3/customers", body=rows)["data"]
    assert customer_group_of(store, member["id"]) == str(group)
    assert customer_group_of(store, nobody["id"]) is None
    assert customer_group_of(store, 999999) is None
    assert [row["name"] for row in customer_groups(store)] == ["Trade"]


def test_another_customers_group_is_not_taken_for_this_ones(store):
    Told.answer = {"data": [{"id": 5, "customer_group_id": 3}], "meta": {}}
    assert customer_group_of(Told(store.session, "", "", store.window), 6) is None


@pytest.mark.parametrize("nobody", [0, "0", None, ""])
def test_no_group_is_told_in_several_ways(store, nobody):
    Told.answer = {"data": [{"id": 6, "customer_group_id": nobody}], "meta": {}}
    assert customer_group_of(Told(store.session, "", "", store.window), 6) is None
