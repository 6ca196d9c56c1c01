"""What clients written by others for the store rely on: cursors, v2 customers, counts, rooms that are bare."""

import pytest

from tests.sandbox.bigcommerce.conftest import bundle, open_store, sized_mug


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
        ("v3/tax/zones", 200),
        ("v3/tax/rates", 200),
        ("v3/customers/form-field-values", 200),
    ],
)
def test_bare_rooms_can_be_looked_into(store, path, status):
    assert store.api("GET", path).status_code == status


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("out_of_stock=1", ["Gone"]),
        ("inventory_low=1", ["Gone", "Low"]),
        ("inventory_low=0", ["Many"]),
        ("inventory_level=2", ["Low"]),
        ("date_last_imported:min=2026-01-01T00:00:00Z", []),
    ],
)
def test_products_are_found_by_their_stock(store, query, names):
    for name, level, tracked in (
        ("Gone", 0, "product"),
        ("Low", 2, "product"),
        ("Many", 9, "product"),
        ("Any", 0, "none"),
    ):
        told = {"name": name, "type": "physical", "price": 1, "weight": 1, "inventory_tracking": tracked}
        more = {"inventory_level": level, "inventory_warning_level": 3}
        assert store.api("POST", "v3/catalog/products", json={**told, **more}).status_code == 200
    rows = store.api("GET", f"v3/catalog/products?{query}").json()["data"]
    assert [row["name"] for row in rows] == names


def test_deleting_customers_or_addresses_needs_to_say_which(crowd):
    for path in ("v3/customers", "v3/customers/addresses", "v3/customers?id:in="):
        answer = crowd.api("DELETE", path)
        assert (answer.status_code, answer.json()["title"][:20]) == (422, "At least one filter "), path
    assert crowd.api("DELETE", f"v3/customers?id:in={crowd.made[0]}").status_code == 204
    assert len(crowd.api("GET", "v3/customers").json()["data"]) == 6


def test_addresses_are_found_by_name_and_company_and_parts_nobody_has_are_there_empty(crowd):
    for name, company in (("Ann", "Works"), ("Bob", "")):
        told = {"customer_id": crowd.made[0], "first_name": name, "last_name": "X", "company": company}
        crowd.api("POST", "v3/customers/addresses", json=[told])
    for query, count in (("name:in=bob x", 1), ("company:in=works", 1), ("company:in=nobody", 0)):
        assert len(crowd.api("GET", f"v3/customers/addresses?{query}").json()["data"]) == count, query
    row = crowd.api("GET", "v3/customers?limit=1&include=formfields,segment_ids").json()["data"][0]
    assert (row["form_fields"], row["segment_ids"]) == ([], [])


def test_the_number_of_the_store_is_a_number_and_channels_tell_whether_they_are_available(store):
    assert store.api("GET", "v2/store").json()["store_id"] == 1025646
    store.api("PUT", "v3/channels/1", json={"status": "archived"})
    for wanted, count in (("true", 0), ("false", 1)):
        assert len(store.api("GET", f"v3/channels?available={wanted}").json()["data"]) == count


def test_attributes_of_customers_are_made_and_each_has_one_value(crowd):
    told = [{"name": "Books number", "type": "string"}]
    made = crowd.api("POST", "v3/customers/attributes", json=told).json()["data"][0]
    values, who = "v3/customers/attribute-values", crowd.made[0]
    for value in ("C-1", "C-2"):
        row = {"attribute_id": made["id"], "customer_id": who, "value": value}
        assert crowd.api("PUT", values, json=[row]).json()["data"][0]["attribute_value"] == value
    assert len(crowd.api("GET", f"{values}?name=Books number").json()["data"]) == 1
    found = crowd.api("GET", f"v3/customers?id:in={who}&include=attributes").json()["data"][0]
    assert (found["attribute_count"], found["attributes"][0]["attribute_value"]) == (1, "C-2")
    own = [{"attribute_id": made["id"], "attribute_value": "C-9"}]
    fresh = {"email": "n@example.org", "first_name": "N", "last_name": "N", "attributes": own}
    born = crowd.api("POST", "v3/customers", json=[fresh]).json()["data"][0]
    assert born["attributes"][0]["attribute_value"] == "C-9"
    assert crowd.api("PUT", values, json=[{**row, "attribute_id": 99}]).status_code == 422
    assert crowd.api("DELETE", f"v3/customers/attributes?id:in={made['id']}").status_code == 204
    assert crowd.api("GET", values).json()["data"] == []


def test_a_category_is_written_as_before_there_were_trees(store):
    path = "v3/catalog/categories"
    made = store.api("POST", path, json={"name": "Cups", "parent_id": 0}).json()["data"]
    assert made["custom_url"]["url"].startswith("/")
    assert store.api("POST", path, json={"name": "cups", "parent_id": 0}).status_code == 409
    assert store.api("POST", path, json={"name": "x"}).status_code == 422
    one = f"{path}/{made['id']}"
    assert store.api("PUT", one, json={"name": "Mugs"}).json()["data"]["name"] == "Mugs"
    assert store.api("GET", f"{path}/tree").json()["data"][0]["name"] == "Mugs"
    rows = store.api("GET", f"{path}?id:in={made['id']}&include_fields=name").json()["data"]
    assert rows == [{"id": made["id"], "name": "Mugs"}]
    assert store.api("DELETE", path).status_code == 422
    assert store.api("DELETE", one).status_code == 204
    assert store.api("GET", "v3/catalog/trees/categories").json()["data"] == []


def test_products_are_assigned_to_channels_and_categories_in_rows(store):
    product = sized_mug(store)["id"]
    shop = {"name": "Till", "type": "pos", "platform": "custom"}
    channel = store.api("POST", "v3/channels", json=shop).json()["data"]["id"]
    cups = {"name": "Cups", "parent_id": 0}
    category = store.api("POST", "v3/catalog/categories", json=cups).json()["data"]["id"]
    for name, other, count in (("channel", channel, 2), ("category", category, 1)):
        path = f"v3/catalog/products/{name}-assignments"
        row = {"product_id": product, f"{name}_id": other}
        assert store.api("PUT", path, json=[row, row]).status_code == 204
        rows = store.api("GET", f"{path}?product_id:in={product}").json()["data"]
        assert (row in rows, len(rows)) == (True, count)
        assert store.api("PUT", path, json=[{**row, "product_id": 9}]).status_code == 422
    found = store.api("GET", f"v3/catalog/products?channel_id:in={channel}&include=channels").json()["data"]
    assert [(row["channels"], row["categories"]) for row in found] == [([1, channel], [category])]
    for name, other in (("channel", channel), ("category", category)):
        path = f"v3/catalog/products/{name}-assignments"
        assert store.api("DELETE", path).status_code == 422
        assert store.api("DELETE", f"{path}?{name}_id:in={other}").status_code == 204
    assert store.api("GET", f"v3/catalog/products?channel_id:in={channel}").json()["data"] == []
    summary = store.api("GET", "v3/catalog/summary").json()["data"]
    assert (summary["variant_count"], summary["lowest_variant_price"]) == (2, "9")


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("catalog/products?page=1&colour=red&size=9", "colour, size"),
        ("catalog/variants?colour=red", "colour"),
        ("catalog/trees/categories?id:in=1", "id:in"),
        ("customers?email=a@example.org", "email"),
        ("customers/addresses?customer_id=20", "customer_id"),
        ("customers/attributes?id:in=1", "id:in"),
    ],
)
def test_a_filter_that_a_list_does_not_know_is_no_answer_with_all_rows(store, path, wrong):
    answer = store.api("GET", f"v3/{path}")
    told = f"The filter(s): {wrong} are not valid filter parameter(s)."
    assert (answer.status_code, answer.json()["title"]) == (422, told)


@pytest.mark.parametrize("path", ["orders?id=7", "orders/count?status_id:in=1,2", "orders?colour=red"])
def test_a_filter_that_orders_do_not_know_is_named(store, path):
    answer = store.api("GET", f"v2/{path}")
    wrong = path.partition("?")[2].partition("=")[0]
    told = {"status": 400, "message": f"The field '{wrong}' is not supported by this resource."}
    assert (answer.status_code, answer.json()) == (400, [told])


def test_a_filter_nobody_knows_deletes_nothing(store):
    sized_mug(store)
    assert store.api("DELETE", "v3/catalog/products?colour=red").status_code == 422
    assert len(store.api("GET", "v3/catalog/products").json()["data"]) == 1
