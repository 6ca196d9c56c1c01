"""Metafields, catalogue, customers and the store itself."""

import pytest

from sandbox.bigcommerce import placing
from sandbox.bigcommerce.store import Account
from tests.sandbox.bigcommerce.conftest import bundle

FIELD = {"permission_set": "app_only", "namespace": "books", "key": "invoice", "value": "INV-1"}
PRODUCT = {"name": "Mug", "type": "physical", "weight": 1, "price": 9.5, "sku": "MUG"}


def test_a_metafield_is_written_found_changed_and_deleted(store):
    order_id = placing.place(store.world, bundle())
    path = f"v3/orders/{order_id}/metafields"
    row = store.api("POST", path, json=FIELD).json()["data"]
    assert (row["resource_id"], row["owner_client_id"]) == (order_id, "bc-sandbox-client")
    assert store.api("POST", path, json=FIELD).status_code == 409
    assert store.api("PUT", f"{path}/{row['id']}", json={"value": "INV-2"}).json()["data"]["value"] == "INV-2"
    found = store.api("GET", "v3/orders/metafields?namespace=books&key=invoice").json()
    assert [field["value"] for field in found["data"]] == ["INV-2"]
    assert found["meta"]["pagination"]["total"] == 1
    assert store.api("DELETE", f"{path}/{row['id']}").status_code == 204
    assert store.api("GET", path).json()["data"] == []


def test_a_metafield_of_another_account_is_invisible_or_read_only(store):
    store.world.bigcommerce.accounts["second"] = Account("other", "")
    order_id = placing.place(store.world, bundle())
    path, second = f"v3/orders/{order_id}/metafields", {"X-Auth-Token": "second"}
    hidden = store.api("POST", path, json=FIELD).json()["data"]["id"]
    shown = store.api("POST", path, json={**FIELD, "key": "b", "permission_set": "read"}).json()["data"]["id"]
    assert [row["id"] for row in store.api("GET", path, headers=second).json()["data"]] == [shown]
    assert store.api("GET", f"{path}/{hidden}", headers=second).status_code == 404
    assert store.api("PUT", f"{path}/{shown}", json={"value": "x"}, headers=second).status_code == 403


@pytest.mark.parametrize(
    "change", [{"value": 5}, {"key": "x" * 65}, {"permission_set": "all"}, {"value": None}]
)
def test_a_wrong_metafield_is_a_422(store, change):
    order_id = placing.place(store.world, bundle())
    answer = store.api("POST", f"v3/orders/{order_id}/metafields", json={**FIELD, **change})
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_products_are_created_filtered_changed_and_deleted(store):
    made = store.api("POST", "v3/catalog/products", json=PRODUCT).json()["data"]
    assert (made["price"], made["variants"][0]["sku"], made["related_products"]) == (9.5, "MUG", [-1])
    assert made["base_variant_id"] == made["variants"][0]["id"]
    one = f"v3/catalog/products/{made['id']}"
    assert "variants" not in store.api("GET", one).json()["data"]
    assert store.api("GET", f"{one}?include=variants").json()["data"]["variants"]
    for query in ("sku=mug", "sku:in=MUG,x", f"id:in={made['id']}", "name=mug", "price:min=9&price:less=9.6"):
        assert len(store.api("GET", f"v3/catalog/products?{query}").json()["data"]) == 1, query
    assert store.api("GET", "v3/catalog/products?sku=other").json()["data"] == []
    assert store.api("PUT", one, json={"price": "10"}).json()["data"]["calculated_price"] == 10
    fields = store.api("GET", f"{one}?include_fields=name").json()["data"]
    assert set(fields) == {"id", "name"}
    assert store.api("DELETE", one).status_code == 204
    assert store.api("GET", one).status_code == 404


def test_names_and_skus_are_unique_over_products_and_variants(store):
    store.api("POST", "v3/catalog/products", json=PRODUCT)
    same_sku = store.api("POST", "v3/catalog/products", json={**PRODUCT, "name": "Cup", "sku": "mug"})
    assert (same_sku.status_code, same_sku.json()["title"]) == (409, "The product sku is a duplicate")
    same_name = store.api("POST", "v3/catalog/products", json={**PRODUCT, "sku": "B"})
    assert (same_name.status_code, same_name.json()["title"]) == (409, "The product name is a duplicate")
    missing = store.api("POST", "v3/catalog/products", json={"name": "x"})
    assert missing.status_code == 422
    assert set(missing.json()["errors"]) == {"type", "weight", "price"}


def test_variants_are_listed_over_all_products_and_found_by_sku(store):
    product_id = store.api("POST", "v3/catalog/products", json=PRODUCT).json()["data"]["id"]
    option = {
        "display_name": "Colour",
        "type": "swatch",
        "option_values": [{"label": "Red", "sort_order": 0}],
    }
    store.api("POST", f"v3/catalog/products/{product_id}/options", json=option)
    values = [{"option_display_name": "Colour", "label": "Red"}]
    made = store.api(
        "POST", f"v3/catalog/products/{product_id}/variants", json={"sku": "MUG-R", "option_values": values}
    ).json()["data"]
    assert [row["id"] for row in store.api("GET", "v3/catalog/variants?sku=MUG-R").json()["data"]] == [
        made["id"]
    ]
    one = f"v3/catalog/products/{product_id}/variants/{made['id']}"
    assert store.api("PUT", one, json={"price": 11}).json()["data"]["price"] == 11
    many = store.api("PUT", "v3/catalog/variants", json=[{"id": made["id"], "price": 12}])
    assert many.json()["data"][0]["price"] == 12
    assert store.api("PUT", "v3/catalog/variants", json=[{"id": 1}] * 51).status_code == 413
    assert store.api("GET", f"v3/catalog/products/{product_id}").json()["data"]["base_variant_id"] is None


def test_v3_lists_say_how_much_there_is(store):
    for number in range(7):
        store.api("POST", "v3/catalog/products", json={**PRODUCT, "name": f"P{number}", "sku": f"S{number}"})
    told = store.api("GET", "v3/catalog/products?limit=3&page=2&sort=id&direction=desc").json()
    assert told["meta"]["pagination"] == {
        "total": 7,
        "count": 3,
        "per_page": 3,
        "current_page": 2,
        "total_pages": 3,
        "links": {
            "current": "?sort=id&direction=desc&page=2&limit=3",
            "previous": "?sort=id&direction=desc&page=1&limit=3",
            "next": "?sort=id&direction=desc&page=3&limit=3",
        },
    }
    assert store.api("GET", "v3/catalog/products?page=9").json()["data"] == []
    assert store.api("GET", "v3/catalog/products?limit=251").status_code == 413
    assert (
        store.api("GET", "v3/catalog/products?include=options").json()["meta"]["pagination"]["per_page"] == 10
    )


def test_customers_come_in_arrays_with_unique_addresses(store):
    body = [{"email": "a@example.com", "first_name": "A", "last_name": "B", "addresses": [{"city": "C"}]}]
    (made,) = store.api("POST", "v3/customers", json=body).json()["data"]
    assert (made["address_count"], made["addresses"][0]["customer_id"]) == (1, made["id"])
    assert store.api("POST", "v3/customers", json=body).status_code == 422
    assert store.api("POST", "v3/customers", json=body * 11).status_code == 413
    assert store.api("POST", "v3/customers", json=[{"email": "b@example.com"}]).status_code == 422
    found = store.api("GET", "v3/customers?email:in=A@example.com&include=addresses").json()["data"]
    assert found[0]["addresses"][0]["city"] == "C"
    changed = store.api("PUT", "v3/customers", json=[{"id": made["id"], "company": "D"}]).json()["data"]
    assert changed[0]["company"] == "D"
    assert store.api("GET", f"v2/customers/{made['id']}").json()["date_created"].endswith("+0000")
    assert store.api("DELETE", f"v3/customers?id:in={made['id']}").status_code == 204
    assert store.api("GET", "v3/customers").json()["data"] == []


def test_the_store_tells_its_currency_time_zone_and_price_basis(store):
    told = store.api("GET", "v2/store").json()
    assert (told["id"], told["currency"], told["timezone"]["raw_offset"]) == ("sandbox", "USD", -21600)
    assert told["is_price_entered_with_tax"] is False
    codes = {row["currency_code"]: row["decimal_places"] for row in store.api("GET", "v2/currencies").json()}
    assert (codes["JPY"], codes["EUR"]) == (0, 2)
    assert store.api("GET", "v2/tax_classes").json()[0]["id"] == "0"
    assert store.api("GET", "v2/time").json()["time"] > 1_700_000_000
