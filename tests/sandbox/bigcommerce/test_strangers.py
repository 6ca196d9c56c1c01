"""What clients written by others for the store rely on: cursors, v2 customers, counts, rooms that are bare."""

import pytest

from tests.sandbox.bigcommerce.conftest import bundle, open_store


@pytest.fixture
def crowd():
    store = open_store()
    rows = [{"email": f"c{n}@example.org", "first_name": "C", "last_name": f"N{9 - n}"} for n in range(7)]
    store.made = [row["id"] for row in store.api("POST", "v3/customers", json=rows).json()["data"]]
    return store


def test_customers_are_walked_by_cursor_forth_and_back(crowd):
    seen, params = [], {"limit": 3}
    while True:
        answer = crowd.api("GET", "v3/customers", params=params).json()
        seen += [row["id"] for row in answer["data"]]
        cursor = answer["meta"]["cursor_pagination"]
        if "next" not in cursor["links"]:
            break
        params = {"limit": 3, "after": cursor["end_cursor"]}
    assert seen == crowd.made
    back = crowd.api("GET", "v3/customers", params={"limit": 3, "before": cursor["start_cursor"]}).json()
    assert [row["id"] for row in back["data"]] == crowd.made[3:6]
    assert "pagination" not in back["meta"]


def test_only_the_first_page_tells_both_ways_on(crowd):
    first = crowd.api("GET", "v3/customers?limit=3").json()["meta"]
    second = crowd.api("GET", "v3/customers?limit=3&page=2").json()["meta"]
    assert set(first) == {"pagination", "cursor_pagination"}
    assert set(second) == {"pagination"}
    assert crowd.api("GET", "v3/customers?after=nonsense").status_code == 422


def test_customers_are_sorted_as_asked(crowd):
    rows = crowd.api("GET", "v3/customers?sort=last_name:desc").json()["data"]
    assert [row["last_name"] for row in rows] == [f"N{9 - n}" for n in range(7)]


def test_a_customer_lives_a_whole_life_under_v2(crowd):
    told = {"email": "v2@example.org", "first_name": "Vee", "last_name": "Two", "phone": "1"}
    made = crowd.api("POST", "v2/customers", json=told).json()
    path = f"v2/customers/{made['id']}"
    assert made["addresses"]["resource"] == f"/customers/{made['id']}/addresses"
    assert crowd.api("PUT", path, json={"phone": "2"}).json()["phone"] == "2"
    assert crowd.api("GET", "v2/customers?email=v2@example.org").json()[0]["id"] == made["id"]
    again = crowd.api("POST", "v2/customers", json=told)
    assert (again.status_code, again.json()[0]["status"]) == (400, 400)
    assert crowd.api("DELETE", path).status_code == 204
    assert crowd.api("GET", path).status_code == 404


def test_an_address_of_v2_is_the_address_of_v3_in_other_words(crowd):
    path = f"v2/customers/{crowd.made[0]}/addresses"
    assert crowd.api("GET", path).status_code == 204
    made = crowd.api("POST", path, json={"street_1": "1 Row", "zip": "00014", "country_iso2": "US"}).json()
    known = crowd.api("GET", f"v3/customers/addresses?customer_id:in={crowd.made[0]}").json()["data"]
    assert [(row["address1"], row["postal_code"], row["country_code"]) for row in known] == [
        ("1 Row", "00014", "US")
    ]
    assert crowd.api("PUT", f"{path}/{made['id']}", json={"zip": "7"}).json()["zip"] == "7"
    assert crowd.api("GET", f"{path}/count").json() == {"count": 1}
    assert crowd.api("DELETE", f"{path}/{made['id']}").status_code == 204


def test_a_product_of_v2_has_its_amounts_as_text(store):
    told = {"name": "Old Mug", "type": "physical", "price": "9.99", "weight": "1", "sku": "OLD"}
    made = store.api("POST", "v2/products", json=told).json()
    assert made["price"] == "9.9900"
    assert store.api("PUT", f"v2/products/{made['id']}", json={"price": "8"}).json()["price"] == "8.0000"
    assert store.api("GET", f"v2/products/{made['id']}/images").status_code == 204
    assert store.api("POST", "v2/products", json=told).status_code == 409
    assert store.api("POST", "v2/products", json={"name": "x"}).json()[0]["status"] == 400


def test_a_shipping_address_is_changed_at_its_own_path(store):
    told = {**bundle(7), "shipping_addresses": [{"id": 70, "first_name": "A", "cost_ex_tax": "5.0000"}]}
    store.control("POST", "orders", json=told)
    path = "v2/orders/7/shipping_addresses/70"
    answer = store.api("PUT", path, json={"first_name": "B", "cost_ex_tax": "1"}).json()
    assert (answer["first_name"], answer["cost_ex_tax"]) == ("B", "5.0000")
    assert store.api("PUT", "v2/orders/7/shipping_addresses/71", json={}).status_code == 404


def test_parts_are_counted_over_all_orders_too(store):
    store.control("POST", "orders", json=[bundle(1), bundle(2)])
    assert store.api("GET", "v2/orders/products/count").json() == {"count": 2}
    assert store.api("GET", "v2/orders/1/products/count").json() == {"count": 1}


def test_a_part_that_is_null_counts_as_absent(store):
    answer = store.control("POST", "orders", json={**bundle(5), "coupons": None, "refunds": None})
    assert answer.status_code == 200
    assert store.api("GET", "v2/orders/5/coupons").status_code == 204


def test_fees_that_were_recorded_inside_the_order_are_its_fees(store):
    fee = {"id": 6, "cost_inc_tax": "27.0000"}
    store.control("POST", "orders", json=bundle(8, fees=[fee]))
    assert store.api("GET", "v2/orders/8/fees").json()[0]["cost_inc_tax"] == "27.0000"
    assert store.api("GET", "v2/orders/8").json()["fees"]["resource"] == "/orders/8/fees"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("v2/coupons", 204),
        ("v2/brands", 204),
        ("v2/payments/methods", 204),
        ("v3/pricelists", 200),
        ("v3/inventory/locations", 200),
        ("v3/customers/attributes", 200),
        ("v3/tax/settings", 200),
        ("v3/settings/inventory", 200),
    ],
)
def test_bare_rooms_can_be_looked_into(store, path, status):
    assert store.api("GET", path).status_code == status
