"""What the oldest clients rely on: goods and stock of v2, the endings of its paths, orders by options."""

import pytest

from tests.sandbox.bigcommerce.conftest import bundle, open_store, sized_mug


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
    product = sized_mug(store)
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


def test_stock_is_written_by_sku_as_before_there_were_variants(store):
    number = sized_mug(store)["id"]
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
    made = sized_mug(store)
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
