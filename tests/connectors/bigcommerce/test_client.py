"""BigCommerce calls: errors in all their shapes, lists that prove their end, the store's rate window."""

import time

import pytest

from connectors.bigcommerce.catalog import products_by_id
from connectors.bigcommerce.client import BigCommerce, pages_v2, pages_v3
from connectors.bigcommerce.hooks import create_hook, delete_hook, list_hooks, update_hook
from connectors.bigcommerce.store import store_information, store_time
from connectors.bigcommerce.window import StoreWindow
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from sandbox.moods import moods_from
from sandbox.orders import place


def moods(world, *rows):
    world.moods.set(moods_from(list(rows)))


def test_the_store_says_what_it_is_and_what_time_it_has(store):
    assert store_information(store)["id"] == "sandbox"
    assert abs(store_time(store).timestamp() - time.time()) < 5


def test_a_stranger_and_a_missing_scope_stop_the_connection(app, session, valkey, store):
    window = StoreWindow(valkey, "sandbox", 1000.0)
    with pytest.raises(Unauthorized) as stranger:
        store_information(BigCommerce(session, store.base_url, "wrong", window))
    assert stranger.value.platform == "bigcommerce"
    account = app.extensions["sandbox"].bigcommerce.accounts["bc-sandbox-token"]
    world = app.extensions["sandbox"].bigcommerce
    world.accounts["bc-sandbox-token"] = type(account)(
        account.client_id, account.client_secret, ("store_v2_orders",)
    )
    with pytest.raises(Unauthorized, match="scope"):
        store_information(store)


def test_a_missing_record_is_rejected_with_404_and_none_where_that_is_an_answer(store):
    with pytest.raises(Rejected) as missing:
        store.call("GET", "/v2/orders/999999")
    assert missing.value.status == 404
    assert products_by_id(store, [999999]) == {}


def test_a_v2_error_in_an_array_is_understood(store, world):
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    with pytest.raises(Rejected) as refused:
        store.call("PUT", f"/v2/orders/{order}", body={"no_such_field": 1})
    assert refused.value.status == 400
    assert "no_such_field" in refused.value.message


@pytest.mark.parametrize("kind", ["server_error", "html"])
def test_a_store_that_is_down_is_later_for_reads_and_unknown_for_writes(store, world, kind):
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    moods(world, {"kind": kind})
    with pytest.raises(Temporary):
        store_information(store)
    with pytest.raises(Unknown):
        store.call("PUT", f"/v2/orders/{order}", body={"external_order_id": "INV-1"})


def test_a_write_whose_answer_is_reset_is_unknown_though_it_happened(store, world):
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    moods(world, {"kind": "reset_after", "methods": ["PUT"]})
    with pytest.raises(Unknown):
        store.call("PUT", f"/v2/orders/{order}", body={"external_order_id": "INV-1"})
    moods(world)
    assert store.call("GET", f"/v2/orders/{order}")["external_order_id"] == "INV-1"


def test_hooks_are_listed_made_changed_and_removed(store):
    assert list_hooks(store) == []
    hook = create_hook(store, "store/order/*", "https://example.com/hook", {"X-Secret": "s"})
    assert hook["is_active"] is True
    assert update_hook(store, hook["id"], {"is_active": False})["is_active"] is False
    assert [row["id"] for row in list_hooks(store)] == [hook["id"]]
    delete_hook(store, hook["id"])
    assert list_hooks(store) == []


@pytest.mark.parametrize("empty", ["204", "array"])
def test_an_empty_v2_list_is_empty_in_both_shapes(store, world, empty):
    world.switches["empty_list"] = empty
    order = place(world, {"lines": [{"price": "10.00", "quantity": 1}]})
    assert list(pages_v2(store, f"/v2/orders/{order}/coupons")) == []
    assert list(pages_v2(store, "/v2/orders")) != []


def test_a_v3_list_that_loses_a_row_while_it_is_read_is_not_called_complete(store, world):
    world.switches["window_quota"] = 1000
    ids = [create_product(store, number) for number in range(260)]
    walk = pages_v3(store, "/v3/catalog/products")
    seen = [next(walk)["id"] for _ in range(10)]
    del world.bigcommerce.products[ids[0]]  # everything behind it moves up over the edge of the page
    with pytest.raises(Temporary, match="changed while it was read"):
        seen += [row["id"] for row in walk]
    assert len(list(pages_v3(store, "/v3/catalog/products"))) == 259


def create_product(store, number):
    body = {"name": f"Thing {number}", "sku": f"T-{number}", "type": "physical", "weight": 1, "price": 1}
    return store.call("POST", "/v3/catalog/products", body=body)["data"]["id"]


def test_the_window_leaves_a_share_to_other_apps(valkey):
    window = StoreWindow(valkey, "a", max_wait=0.05)
    window.enter()
    headers = {
        "X-Rate-Limit-Requests-Left": "17",
        "X-Rate-Limit-Requests-Quota": "150",
        "X-Rate-Limit-Time-Reset-Ms": "9000",
        "X-Rate-Limit-Time-Window-Ms": "30000",
    }
    began = time.time()
    window.heard(headers, 200)
    heard = time.time()
    window.enter()
    StoreWindow(valkey, "a").enter()  # another process counts on
    with pytest.raises(OutOfBudget) as spent:
        window.enter()
    assert began + 8.99 < spent.value.until < heard + 9.01
    window.heard({**headers, "X-Rate-Limit-Requests-Left": "100"}, 200)  # an older answer of the same window
    with pytest.raises(OutOfBudget):
        window.enter()
    StoreWindow(valkey, "b").enter()


def test_a_new_window_gives_the_quota_anew(valkey):
    window, began = StoreWindow(valkey, "a", max_wait=10.0), time.time()
    window.heard(
        {
            "X-Rate-Limit-Requests-Left": "1",
            "X-Rate-Limit-Requests-Quota": "20",
            "X-Rate-Limit-Time-Reset-Ms": "200",
            "X-Rate-Limit-Time-Window-Ms": "30000",
        },
        200,
    )
    for _ in range(18):
        window.enter()
    entered = time.time()
    assert entered > began + 0.19
    with pytest.raises(OutOfBudget) as spent:  # the nineteenth waits for the next window
        window.enter()
    assert began + 30.19 < spent.value.until < entered + 30.01


def test_a_refusal_silences_everybody_for_the_longer_of_the_two_waits(valkey):
    window = StoreWindow(valkey, "a")
    asked = time.time()
    until = window.heard({"X-Retry-After": "3", "X-Rate-Limit-Time-Reset-Ms": "15000"}, 429)
    assert asked + 14.99 < until < time.time() + 15.01
    with pytest.raises(OutOfBudget):
        StoreWindow(valkey, "a", max_wait=0.0).enter()


def test_refusals_without_headers_double_the_silence_until_one_call_goes_through(valkey):
    window = StoreWindow(valkey, "a", pace=10.0)

    def silent(seconds):
        asked = time.time()
        until = window.heard({}, 429)
        return asked + seconds - 0.01 < until < time.time() + seconds + 0.01

    for seconds in (0.1, 0.2, 0.4, 0.8):
        assert silent(seconds)
        window.enter()
    window.heard({}, 200)
    assert silent(0.1)


@pytest.mark.parametrize("headers", [True, False])
def test_more_calls_than_the_store_allows_are_waited_for_not_refused(app, world, store, headers):
    world.switches.update({"window_quota": 20, "limit_headers": headers})
    for _ in range(60):
        store_time(store)
    assert [call for call in world.calls if call["rejected_by_limit"]] == []


def test_a_429_of_the_store_costs_no_attempt(store, world):
    moods(world, {"kind": "rate_limit", "times": 1})
    with pytest.raises(OutOfBudget):
        store_time(store)
    store_time(store)
