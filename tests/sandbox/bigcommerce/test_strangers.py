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
    assert store.api("GET", f"v3/catalog/products/{made['id']}/reviews").json()["data"] == []
    assert store.api("POST", "v2/products", json=told).status_code == 409
    assert store.api("POST", "v2/products", json={"name": "x"}).json()[0]["status"] == 400


BILL = {"first_name": "A", "email": "a@example.com"}


def test_an_order_by_the_values_of_options_is_one_of_their_variant(store):
    product = _sized_mug(store)
    (option,) = store.api("GET", f"v3/catalog/products/{product['id']}/options").json()["data"]
    value = next(row for row in option["option_values"] if row["label"] == "L")
    told = {"product_id": product["id"], "quantity": 2}
    chosen = [{"id": option["id"], "value": str(value["id"])}]
    body = {"billing_address": BILL, "products": [{**told, "product_options": chosen}]}
    made = store.api("POST", "v2/orders", json={**body, "date_created": "2026-11-01T10:00:00Z"}).json()
    assert made["date_created"] == "Sun, 01 Nov 2026 10:00:00 +0000"
    (line,) = store.api("GET", f"v2/orders/{made['id']}/products").json()
    variant = store.api("GET", "v3/catalog/variants?sku=MUG-L").json()["data"][0]["id"]
    assert (line["variant_id"], line["sku"]) == (variant, "MUG-L")
    (words,) = line["product_options"]
    assert (words["display_name"], words["display_value"], words["value"]) == ("Size", "L", str(value["id"]))
    assert words["order_product_id"] == line["id"]
    wrong = {**body, "products": [{**told, "product_options": [{"id": option["id"], "value": "0"}]}]}
    unsaid = {**body, "products": [told]}
    for refused in (wrong, unsaid, {**body, "date_created": "soon"}):
        assert store.api("POST", "v2/orders", json=refused).json()[0]["status"] == 400


def _sized_mug(store):
    values = [{"option_display_name": "Size", "label": label} for label in ("S", "L")]
    rows = [{"sku": f"MUG-{value['label']}", "option_values": [value]} for value in values]
    told = {"name": "Sized", "type": "physical", "price": 9, "weight": 1, "inventory_tracking": "variant"}
    more = {"brand_name": "Potters", "variants": rows, "custom_fields": [{"name": "Clay", "value": "red"}]}
    return store.api("POST", "v3/catalog/products", json={**told, **more}).json()["data"]


def test_stock_is_written_by_sku_as_before_there_were_variants(store):
    number = _sized_mug(store)["id"]
    (row,) = store.api("GET", "v2/products/skus?sku=mug-l").json()
    path = f"v2/products/{number}/skus/{row['id']}"
    assert (row["product_id"], row["adjusted_price"], len(row["options"])) == (number, "9.0000", 1)
    assert store.api("PUT", path, json={"inventory_level": 7}).json()["inventory_level"] == 7
    level = store.api("GET", "v3/inventory/items?sku:in=MUG-L").json()["data"][0]["locations"][0]
    assert level["total_inventory_onhand"] == 7
    assert store.api("PUT", path, json={"sku": "MUG-S"}).json()[0]["status"] == 409
    assert store.api("GET", f"v2/products/{number}/skus/count").json() == {"count": 2}
    assert store.api("GET", f"v2/products/{number}/skus/1").status_code == 404


def test_the_goods_of_v2_are_those_of_v3_in_the_words_of_their_time(store):
    made = _sized_mug(store)
    product = store.api("GET", f"v2/products/{made['id']}").json()
    assert (product["inventory_tracking"], product["brand"]["resource"]) == (
        "sku",
        f"/brands/{made['brand_id']}",
    )
    assert store.api("GET", f"v2{product['brand']['resource']}").json()["name"] == "Potters"
    fields = store.api("GET", f"v2{product['custom_fields']['resource']}").json()
    assert [(row["name"], row["text"]) for row in fields] == [("Clay", "red")]
    store.api("PUT", f"v2/products/{made['id']}", json={"inventory_tracking": "simple"})
    assert (
        store.api("GET", f"v3/catalog/products/{made['id']}").json()["data"]["inventory_tracking"]
        == "product"
    )
    rows = [{"name": "Cups", "tree_id": 1, "meta_keywords": ["a", "b"]}]
    top = store.api("POST", "v3/catalog/trees/categories", json=rows).json()["data"][0]["category_id"]
    below = [{"name": "Small", "tree_id": 1, "parent_id": top}]
    low = store.api("POST", "v3/catalog/trees/categories", json=below).json()["data"][0]["category_id"]
    assert store.api("GET", f"v2/categories/{low}").json()["parent_category_list"] == [top, low]
    assert store.api("GET", "v2/categories?name=cups").json()[0]["meta_keywords"] == "a,b"


@pytest.mark.parametrize("path", ["time.json", "time/", "hooks.json", "orders/count.json", "orders/"])
def test_v2_takes_the_endings_that_its_first_clients_write(store, path):
    assert store.api("GET", f"v2/{path}").status_code in (200, 204)
    assert store.api("GET", f"v3/{path}").status_code == 404


def test_an_ending_opens_no_door_and_xml_is_refused_rather_than_answered_in_json():
    store = open_store(bigcommerce_scopes=("store_v2_orders",))
    assert store.api("GET", "v2/store.json").status_code == 403
    assert store.api("GET", "v2/orders", headers={"Accept": "application/xml"}).status_code == 406
    assert (
        store.api("GET", "v2/orders", headers={"Accept": "text/html,application/xml,*/*"}).status_code == 204
    )


def test_a_shipping_address_is_changed_at_its_own_path_or_with_its_order(store):
    told = {**bundle(7), "shipping_addresses": [{"id": 70, "first_name": "A", "cost_ex_tax": "5.0000"}]}
    store.control("POST", "orders", json=told)
    path = "v2/orders/7/shipping_addresses/70"
    answer = store.api("PUT", path, json={"first_name": "B", "cost_ex_tax": "1"}).json()
    assert (answer["first_name"], answer["cost_ex_tax"]) == ("B", "5.0000")
    assert store.api("PUT", "v2/orders/7/shipping_addresses/71", json={}).status_code == 404
    for number, status in ((70, 200), (71, 400)):
        body = {"shipping_addresses": [{"id": number, "first_name": "C", "cost_ex_tax": "1"}]}
        assert store.api("PUT", "v2/orders/7", json=body).status_code == status
    answer = store.api("GET", path).json()
    assert (answer["first_name"], answer["cost_ex_tax"]) == ("C", "5.0000")


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
    product = _sized_mug(store)["id"]
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
    _sized_mug(store)
    assert store.api("DELETE", "v3/catalog/products?colour=red").status_code == 422
    assert len(store.api("GET", "v3/catalog/products").json()["data"]) == 1
