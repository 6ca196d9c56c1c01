"""Price lists: unique names, records in batches by one writer, assignments, plans without them."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, request

from tests.sandbox.bigcommerce.conftest import open_store
from tests.sandbox.bigcommerce.test_products import PATH, colours, errors, made
from tests.wsgi import WsgiAdapter

LISTS = "v3/pricelists"
SLOW = [{"kind": "latency", "seconds": 60, "path": "*/records"}]
TIERS = [
    {"quantity_min": 10, "quantity_max": 19, "type": "fixed", "amount": 8},
    {"quantity_min": 20, "quantity_max": None, "type": "percent", "amount": 10.5},
]


def price_list(store, name="Wholesale", **more):
    return store.api("POST", LISTS, json={"name": name, **more}).json()["data"]["id"]


@pytest.fixture
def shop(store):
    mug = made(store, variants=colours("Red", "Blue"))
    store.red, store.blue = (row["id"] for row in mug["variants"])
    store.mug = mug["id"]
    store.list = price_list(store)
    return store


def put(store, *rows, method="PUT", number=None):
    told = [{"currency": "USD", **row} for row in rows]
    return store.api(method, f"{LISTS}/{number or store.list}/records", json=told)


def records(store, query="include=bulk_pricing_tiers,sku"):
    return store.api("GET", f"{LISTS}/{store.list}/records?{query}").json()["data"]


@pytest.fixture
def told(store):
    """A function that delivers the callbacks that wait: (scope, data) of each."""
    receiver, bodies = Flask("receiver"), []
    receiver.add_url_rule("/", view_func=lambda: bodies.append(request.get_json()) or "", methods=["POST"])
    store.world.bigcommerce.courier.session.mount("http://receiver", WsgiAdapter(receiver))

    def deliver():
        bodies.clear()
        store.world.bigcommerce.courier.deliver_due()
        return [(body["scope"], body["data"]) for body in bodies]

    return deliver


def test_price_lists_have_names_of_their_own(store):
    made_list = store.api("POST", LISTS, json={"name": "Wholesale"}).json()["data"]
    assert made_list["active"] is True
    assert errors(store.api("POST", LISTS, json={"name": "Wholesale"})) == (409, ["name"])
    assert store.api("POST", LISTS, json={}).status_code == 422
    assert store.api("POST", LISTS, json={"name": "A", "active": "yes"}).status_code == 422
    other = price_list(store, "Retail", active=False)
    assert store.api("PUT", f"{LISTS}/{other}", json={"name": "Wholesale"}).status_code == 409
    changed = store.api("PUT", f"{LISTS}/{other}", json={"name": "Trade", "active": True}).json()["data"]
    assert (changed["name"], changed["active"]) == ("Trade", True)
    for query, ids in (("", [1, 2]), ("name=trade", [2]), ("id:in=1,9", [1]), ("name:like=sale", [1])):
        assert [row["id"] for row in store.api("GET", f"{LISTS}?{query}").json()["data"]] == ids
    assert store.api("GET", f"{LISTS}/9").status_code == 404
    assert store.api("DELETE", f"{LISTS}/1").status_code == 204
    assert store.api("DELETE", f"{LISTS}?name=Trade").status_code == 204
    assert store.api("GET", LISTS).json()["data"] == []


def test_records_are_upserted_by_variant_or_sku_and_read_with_the_currency_in_lower_case(shop):
    first = put(
        shop, {"variant_id": shop.red, "price": 8}, {"sku": "mug-blue", "price": 7.12344, "sale_price": 6}
    )
    assert (first.status_code, first.json()) == (200, {"data": {}, "meta": {}})
    put(
        shop,
        {"variant_id": shop.red, "price": 9, "bulk_pricing_tiers": TIERS},
        {"sku": "MUG-Red", "currency": "EUR"},
    )
    red, blue, euro = records(shop)
    assert (red["price"], red["currency"], red["sku"], red["product_id"]) == (9, "usd", "MUG-Red", shop.mug)
    assert red["bulk_pricing_tiers"] == TIERS
    assert (blue["price"], blue["calculated_price"], blue["bulk_pricing_tiers"]) == (7.1234, 6, [])
    assert (euro["currency"], euro["price"], euro["calculated_price"]) == ("eur", None, None)
    assert not {"sku", "bulk_pricing_tiers", "number"} & set(records(shop, "")[0])


def test_what_is_wrong_with_a_record_stands_beside_it_and_the_others_are_stored(shop):
    wrong = [
        ({"sku": "MUG", "price": 1}, "sku"),  # the product's own SKU: it comes in variants
        ({"variant_id": 9, "price": 1}, "variant_id"),
        ({"variant_id": shop.red, "price": 1, "currency": "XXX"}, "currency"),
        ({"variant_id": shop.red, "price": "1.00"}, "price"),
        ({"variant_id": shop.red, "price": -1}, "price"),
        ({"variant_id": shop.red, "bulk_pricing_tiers": [*TIERS, TIERS[0]]}, "bulk_pricing_tiers"),
        (
            {"variant_id": shop.red, "bulk_pricing_tiers": [{**TIERS[0], "type": "gift"}]},
            "bulk_pricing_tiers",
        ),
        (
            {"variant_id": shop.red, "bulk_pricing_tiers": [{**TIERS[0], "quantity_min": 0}]},
            "bulk_pricing_tiers",
        ),
    ]
    answer = put(shop, *(row for row, _ in wrong), {"variant_id": shop.blue, "price": 5})
    told = answer.json()["batch_errors"]
    assert answer.status_code == 422
    assert [list(row["field_errors"]) for row in told] == [[field] for _, field in wrong]
    assert told[0]["data"] == {"price_list_id": shop.list, "sku": "MUG", "currency": "USD"}
    assert [row["variant_id"] for row in records(shop)] == [shop.blue]


def test_or_nothing_of_such_a_batch_is_stored_by_a_switch(shop):
    shop.world.switches["price_batch_errors"] = "nothing_stored"
    assert put(shop, {"variant_id": 9, "price": 1}, {"variant_id": shop.blue, "price": 5}).status_code == 422
    assert records(shop) == []


@pytest.mark.parametrize(("position", "sale", "tiers"), [("merges", 6, 2), ("replaces", None, 0)])
def test_whether_a_put_keeps_what_it_leaves_out_is_a_switch(shop, position, sale, tiers):
    shop.world.switches["price_record_put"] = position
    put(shop, {"variant_id": shop.red, "price": 8, "sale_price": 6, "bulk_pricing_tiers": TIERS})
    put(shop, {"variant_id": shop.red, "price": 9})
    (row,) = records(shop)
    assert (row["price"], row["sale_price"], len(row["bulk_pricing_tiers"])) == (9, sale, tiers)
    put(shop, {"variant_id": shop.red, "sale_price": None, "bulk_pricing_tiers": []})
    (row,) = records(shop)
    assert (row["sale_price"], row["bulk_pricing_tiers"]) == (None, [])


@pytest.mark.parametrize(("position", "end"), [("null", None), ("maximum", 2147483647)])
def test_the_end_of_an_open_tier_reads_as_the_switch_says(shop, position, end):
    shop.world.switches["price_tier_open_end"] = position
    put(shop, {"variant_id": shop.red, "price": 8, "bulk_pricing_tiers": TIERS})
    assert records(shop)[0]["bulk_pricing_tiers"][1]["quantity_max"] == end


def test_batches_are_limited_and_a_post_creates_only(shop):
    assert put(shop, *[{"variant_id": shop.red}] * 1001).status_code == 413
    assert put(shop, *[{"variant_id": shop.red}] * 1000).status_code == 200
    assert put(shop, *[{"variant_id": shop.blue}] * 101, method="POST").status_code == 413
    assert put(shop, {"variant_id": shop.blue}, method="POST").status_code == 200
    again = put(shop, {"variant_id": shop.blue}, method="POST")
    assert list(again.json()["batch_errors"][0]["field_errors"]) == ["variant_id"]


def test_one_call_may_write_to_several_lists(shop):
    other = price_list(shop, "Retail")
    rows = [
        {"price_list_id": n, "variant_id": shop.red, "currency": "usd", "price": n}
        for n in (shop.list, other)
    ]
    assert shop.api("PUT", f"{LISTS}/records", json=rows).status_code == 200
    assert shop.api("POST", f"{LISTS}/records", json=[{**rows[0], "price_list_id": 9}]).status_code == 422
    assert [row["price_list_id"] for row in shop.api("GET", f"{LISTS}/{other}/records").json()["data"]] == [
        other
    ]


def test_records_are_found_by_filters_and_deleted_by_them(shop):
    put(shop, {"variant_id": shop.red, "price": 8}, {"variant_id": shop.blue, "price": 6})
    put(shop, {"variant_id": shop.red, "price": 5, "currency": "EUR"})
    for query, count in (
        (f"variant_id:in={shop.red}", 2),
        (f"product_id:in={shop.mug}", 3),
        ("sku:in=mug-blue", 1),
        ("sku=MUG-RED&currency=usd", 1),
        ("price:min=6", 2),
        ("price=8", 1),
        ("sale_price:max=100", 0),
        ("date_modified:min=2020-01-01T00%3A00%3A00Z", 3),
        ("date_modified:max=2020-01-01T00%3A00%3A00Z", 0),
    ):
        assert len(records(shop, query)) == count, query
    path = f"{LISTS}/{shop.list}/records"
    assert shop.api("DELETE", f"{path}?variant_id:in={shop.red}&currency=USD").status_code == 204
    assert [(row["variant_id"], row["currency"]) for row in records(shop)] == [
        (shop.blue, "usd"),
        (shop.red, "eur"),
    ]
    assert shop.api("DELETE", f"{path}?sku:in=mug-red").status_code == 204
    assert [row["variant_id"] for row in records(shop)] == [shop.blue]


def test_records_are_walked_by_page_or_by_cursor(store):
    ids = store.control("POST", "bigcommerce/products", json={"count": 7}).json()["ids"]
    variants = [store.world.bigcommerce.products[number]["base_variant_id"] for number in ids]
    number = price_list(store)
    put(store, *({"variant_id": variant, "price": 1} for variant in reversed(variants)), number=number)
    path = f"{LISTS}/{number}/records?limit=3"
    first = store.api("GET", path).json()
    assert (first["meta"]["pagination"]["total_pages"], len(first["data"])) == (3, 3)
    seen, page = [row["variant_id"] for row in first["data"]], first
    while cursor := page["meta"]["cursor_pagination"]["links"].get("next"):
        page = store.api("GET", f"{LISTS}/{number}/records{cursor}").json()
        assert "pagination" not in page["meta"]
        seen += [row["variant_id"] for row in page["data"]]
    assert seen == list(reversed(variants))
    assert "cursor_pagination" not in store.api("GET", f"{path}&page=2").json()["meta"]


def test_a_single_record_is_written_read_and_deleted(shop):
    path = f"{LISTS}/{shop.list}/records/{shop.red}"
    answer = shop.api("PUT", f"{path}/EUR", json={"price": 4, "bulk_pricing_tiers": TIERS}).json()["data"]
    assert (answer["currency"], answer["price"], len(answer["bulk_pricing_tiers"])) == ("eur", 4, 2)
    assert shop.api("GET", f"{path}/eur").json()["data"]["price"] == 4
    assert len(shop.api("GET", path).json()["data"]) == 1
    assert shop.api("PUT", f"{path}/XXX", json={"price": 4}).status_code == 422
    assert shop.api("PUT", f"{LISTS}/{shop.list}/records/9/EUR", json={"price": 4}).status_code == 404
    assert shop.api("DELETE", f"{path}/EUR").status_code == 204
    assert shop.api("GET", f"{path}/EUR").status_code == 404


def test_batches_fire_only_the_hooks_of_many_records(shop, told):
    shop.api("POST", "v3/hooks", json={"scope": "store/priceList/*", "destination": "http://receiver/"})
    put(shop, {"variant_id": shop.red, "price": 8})
    put(shop, {"variant_id": shop.red, "price": 7}, {"variant_id": shop.blue, "price": 7})
    shop.api("DELETE", f"{LISTS}/{shop.list}/records?variant_id:in={shop.blue}")
    red, blue = (
        {"price_list_id": shop.list, "variant_id": n, "currency": "USD"} for n in (shop.red, shop.blue)
    )
    assert told() == [
        ("store/priceList/records/created", [red]),
        ("store/priceList/records/created", [blue]),
        ("store/priceList/records/updated", [red]),
        ("store/priceList/records/deleted", [blue]),
    ]
    shop.api("PUT", f"{LISTS}/{shop.list}/records/{shop.red}/USD", json={"price": 3})
    shop.api("PUT", f"{LISTS}/{shop.list}", json={"active": False})
    shop.api("DELETE", f"{LISTS}/{shop.list}")
    one = {"price_list_id": shop.list}
    assert told() == [
        ("store/priceList/record/updated", red),
        ("store/priceList/updated", one),
        ("store/priceList/deactivated", one),
        ("store/priceList/deleted", one),
    ]


def test_price_changes_tell_nothing_to_hooks_of_products(shop, told):
    for scope in ("store/product/*", "store/sku/*"):
        shop.api("POST", "v3/hooks", json={"scope": scope, "destination": "http://receiver/"})
    put(shop, {"variant_id": shop.red, "price": 8})
    assert told() == []


def test_with_a_variant_its_prices_go(shop):
    put(shop, {"variant_id": shop.red, "price": 8}, {"variant_id": shop.blue, "price": 8})
    shop.api("DELETE", f"{PATH}/{shop.mug}/variants/{shop.red}")
    assert [row["variant_id"] for row in records(shop)] == [shop.blue]
    shop.api("DELETE", f"{PATH}/{shop.mug}")
    assert records(shop) == []


def _at_once(store, *calls):
    """Calls that overlap: each arrives when those before it are inside, and none leaves before all have come."""
    with ThreadPoolExecutor(len(calls)) as pool:
        waiting = []
        for call in calls:
            _until(lambda: store.world.bigcommerce.crowd.inside.total() == len(waiting))
            waiting.append(pool.submit(call))
        _until(lambda: store.world.moods.struck.total() == len(calls))
        store.world.stopped.set()  # nobody waits any more
        return [one.result().status_code for one in waiting]


def _until(true):
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    assert true()


@pytest.mark.parametrize(("writers", "statuses"), [(1, [200, 429]), (2, [200, 200])])
def test_a_second_writer_of_records_is_refused_while_the_first_is_under_way(writers, statuses):
    store = open_store(moods=SLOW, switches={"price_list_writers": writers})
    number = price_list(store)
    other = price_list(store, "Retail")
    write = lambda n: put(store, number=n)  # noqa: E731
    assert _at_once(store, lambda: write(number), lambda: write(other)) == statuses
    crowd = store.world.bigcommerce.crowd
    assert (crowd.most["price records PUT"], crowd.refused["price records PUT"]) == (writers, 2 - writers)
    assert not +crowd.inside  # who left is no longer counted
    refused = [call for call in store.world.calls if call["rejected_by_limit"]]
    assert len(refused) == 2 - writers
    assert write(number).status_code == 200


def test_a_refused_second_writer_is_told_that_the_window_has_room():
    store = open_store(moods=SLOW)
    number, seen = price_list(store), []
    _at_once(
        store, lambda: put(store, number=number), lambda: seen.append(put(store, number=number)) or seen[0]
    )
    assert seen[0].json()["title"] == "Too many requests"
    assert int(seen[0].headers["X-Rate-Limit-Requests-Left"]) > 0
    assert "X-Retry-After" not in seen[0].headers


def test_readers_and_single_records_do_not_count_as_writers():
    store = open_store(moods=SLOW)
    number = price_list(store)
    calls = [lambda: put(store, number=number), lambda: store.api("GET", f"{LISTS}/{number}/records")]
    assert _at_once(store, *calls) == [200, 200]


def test_a_writer_whose_connection_is_reset_has_left():
    store = open_store(
        moods=[{"kind": "reset_after", "path": "/bigcommerce/stores/sandbox/v3/pricelists/1/records"}]
    )
    number = price_list(store)
    with pytest.raises(Exception, match="reset"):
        put(store, number=number)
    assert not +store.world.bigcommerce.crowd.inside


@pytest.mark.parametrize("status", ["403", "404"])
def test_a_plan_without_price_lists_says_so(status):
    store = open_store(switches={"bigcommerce_price_lists": status})
    for path in (LISTS, f"{LISTS}/1/records", f"{LISTS}/assignments"):
        assert store.api("GET", path).status_code == int(status)
    assert store.api("POST", LISTS, json={"name": "A"}).status_code == int(status)
    assert store.api("GET", PATH).status_code == 200


def test_assignments_are_for_groups_and_channels_that_exist(shop):
    group = shop.api("POST", "v2/customer_groups", json={"name": "Trade"}).json()["id"]
    path = f"{LISTS}/assignments"
    good = {"price_list_id": shop.list, "customer_group_id": group}
    wrong = [{**good, "customer_group_id": 9}, {"price_list_id": shop.list}, {**good, "channel_id": 9}, good]
    answer = shop.api("POST", path, json=[good, *wrong])
    assert (answer.status_code, answer.json()["meta"]) == (422, {"saved_records": 1})
    assert list(answer.json()["errors"]) == ["1", "2", "3", "4"]
    assert shop.api("POST", path, json=[{**good, "channel_id": 1}]).status_code == 200
    assert shop.api("POST", path, json=[good] * 26).status_code == 413
    for query, count in (
        ("", 2),
        (f"customer_group_id={group}", 2),
        ("channel_id:in=1", 1),
        ("price_list_id=9", 0),
    ):
        assert len(shop.api("GET", f"{path}?{query}").json()["data"]) == count, query
    other = price_list(shop, "Retail")
    told = {"customer_group_id": group, "channel_id": 1}
    put_answer = shop.api("PUT", f"{LISTS}/{other}/assignments", json=told)
    assert put_answer.json()["data"]["price_list_id"] == other
    assert shop.api("PUT", f"{LISTS}/{other}/assignments", json={**told, "channel_id": 9}).status_code == 404
    kept = [(row["price_list_id"], row["channel_id"]) for row in shop.api("GET", path).json()["data"]]
    assert kept == [(shop.list, None), (other, 1)]
    assert shop.api("DELETE", path).status_code == 422
    assert shop.api("DELETE", f"{path}?channel_id=1").status_code == 204
    assert shop.api("DELETE", f"{LISTS}/{shop.list}").status_code == 204
    assert shop.api("GET", path).json()["data"] == []
