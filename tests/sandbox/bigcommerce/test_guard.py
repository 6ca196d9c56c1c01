"""Tokens, scopes and the rate window."""

import pytest

from sandbox.bigcommerce.store import Account
from tests.sandbox.bigcommerce.conftest import open_store


def test_a_stranger_is_told_so_in_v2_and_v3(store):
    for path in ("v2/store", "v3/catalog/products"):
        for token in ("", "wrong"):
            answer = store.api("GET", path, headers={"X-Auth-Token": token})
            assert (answer.status_code, answer.json()["status"]) == (401, 401)
    other = store.session.get("http://sandbox/bigcommerce/stores/other/v2/store")
    assert other.status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("store_v2_orders_read_only", "GET", "v2/orders", 204),
        ("store_v2_orders_read_only", "PUT", "v2/orders/1", 403),
        ("store_v2_orders", "PUT", "v2/orders/1", 404),
        ("store_v2_orders", "GET", "v3/orders/1/transactions", 403),
        ("store_v2_transactions_read_only", "GET", "v3/orders/1/transactions", 404),
        ("store_v2_transactions_read_only", "GET", "v3/orders/1/payment_actions/refunds", 404),
        ("store_v2_orders", "GET", "v2/store", 403),
        ("store_v2_information_read_only", "GET", "v2/store", 200),
        ("store_v2_products_read_only", "GET", "v3/catalog/products", 200),
        ("store_v2_customers_read_only", "GET", "v3/customers", 200),
        ("store_v2_customers_read_only", "POST", "v3/customers", 403),
        ("nothing_at_all", "GET", "v3/hooks", 200),
        ("nothing_at_all", "GET", "v2/time", 200),
    ],
)
def test_a_call_needs_its_scope(scope, method, path, status):
    store = open_store(bigcommerce_scopes=(scope,))
    assert store.api(method, path, json={} if method != "GET" else None).status_code == status


def test_the_two_shapes_of_a_missing_scope():
    store = open_store(bigcommerce_scopes=("none",))
    assert "scope" in store.api("GET", "v3/catalog/products").json()["title"]
    assert "scope" in store.api("GET", "v2/orders").json()["error"]
    store.world.switches["v2_scope_error"] = "array"
    assert store.api("GET", "v2/orders").json()[0]["status"] == 403


def test_the_window_counts_down_refuses_and_opens_again():
    store = open_store(switches={"window_quota": 3}, pace=10)
    left = [int(store.api("GET", "v2/time").headers["X-Rate-Limit-Requests-Left"]) for _ in range(3)]
    assert left == [2, 1, 0]
    refused = store.api("GET", "v2/time")
    assert refused.status_code == 429
    assert refused.json()["title"] == "Too many requests"
    assert refused.headers["X-Rate-Limit-Time-Window-Ms"] == "3000"
    assert 0 < int(refused.headers["X-Rate-Limit-Time-Reset-Ms"]) <= 3000
    assert store.world.calls[-1]["rejected_by_limit"] is True
    store.world.clock.advance(3)
    assert store.api("GET", "v2/time").status_code == 200


def test_a_429_may_come_without_any_rate_header():
    store = open_store(switches={"window_quota": 0, "limit_headers": False})
    refused = store.api("GET", "v2/time")
    assert refused.status_code == 429
    assert not [name for name in refused.headers if name.lower().startswith("x-rate")]


def test_a_neighbour_spends_from_the_same_window():
    store = open_store(switches={"window_quota": 100, "neighbour": 60})
    store.api("GET", "v2/time")
    store.world.clock.advance(15)
    left = int(store.api("GET", "v2/time").headers["X-Rate-Limit-Requests-Left"])
    assert 66 <= left <= 70, "100 - 2 of ours - 30 of the neighbour, who is half through"


def test_an_unknown_v3_path_is_a_flat_object(store):
    answer = store.api("GET", "v3/nothing")
    assert answer.status_code == 404
    assert set(answer.json()) == {"status", "title", "type", "errors"}


def test_another_account_is_added_by_control(store):
    told = {"token": "second", "client_id": "other", "scopes": ["store_v2_orders_read_only"]}
    store.control("POST", "accounts", json=told)
    assert store.world.bigcommerce.accounts["second"] == Account("other", "", ("store_v2_orders_read_only",))
    assert store.api("GET", "v2/orders", headers={"X-Auth-Token": "second"}).status_code == 204
