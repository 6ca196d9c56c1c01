"""Metafields beside every kind of record that bears them, one by one and in batches."""

import pytest

from sandbox.bigcommerce import placing
from tests.sandbox.bigcommerce.conftest import bundle
from tests.sandbox.bigcommerce.test_rooms import FIELD, PRODUCT


def _bearers(store):
    """Kind -> path of all, path of one, id; an order, and a product with its variant, a brand and so on."""
    order_id = placing.place(store.world, bundle())
    made = store.api("POST", "v3/catalog/products", json={**PRODUCT, "name": "Cup", "sku": "CUP"}).json()[
        "data"
    ]
    brand = store.api("POST", "v3/catalog/brands", json={"name": "Potters"}).json()["data"]["id"]
    told = [{"name": "Cups", "tree_id": 1}]
    category = store.api("POST", "v3/catalog/trees/categories", json=told).json()["data"][0]["category_id"]
    who = [{"email": "m@example.org", "first_name": "M", "last_name": "F"}]
    customer = store.api("POST", "v3/customers", json=who).json()["data"][0]["id"]
    product, variant = made["id"], made["base_variant_id"]
    return {
        "order": ("orders", f"orders/{order_id}", order_id),
        "product": ("catalog/products", f"catalog/products/{product}", product),
        "variant": ("catalog/variants", f"catalog/products/{product}/variants/{variant}", variant),
        "brand": ("catalog/brands", f"catalog/brands/{brand}", brand),
        "category": ("catalog/categories", f"catalog/categories/{category}", category),
        "customer": ("customers", f"customers/{customer}", customer),
        "location": ("inventory/locations", "inventory/locations/1", 1),
        "channel": ("channels", "channels/1", 1),
    }


def test_every_kind_of_record_has_metafields_of_its_own(store):
    bearers = _bearers(store)
    for kind, (_, one, number) in bearers.items():
        row = store.api("POST", f"v3/{one}/metafields", json=FIELD).json()["data"]
        assert (row["resource_type"], row["resource_id"]) == (kind, number)
    for kind, (root, one, number) in bearers.items():
        for path in (root, one):
            rows = store.api("GET", f"v3/{path}/metafields?key=invoice").json()["data"]
            assert [(row["resource_type"], row["resource_id"]) for row in rows] == [(kind, number)], path
        missing = one.rpartition("/")[0] + "/999999/metafields"
        assert store.api("POST", f"v3/{missing}", json=FIELD).status_code == 404
        assert store.api("DELETE", f"v3/{one}/metafields/{rows[0]['id']}").status_code == 204


def test_hooks_hear_of_a_metafield_under_the_name_of_its_record_and_of_all(store):
    for scope in ("store/inventory/location/metafield/created", "store/metafield/created"):
        hook = {"scope": scope, "destination": "http://127.0.0.1:9/x"}
        store.api("POST", "v3/hooks", json=hook)
    store.api("POST", "v3/inventory/locations/1/metafields", json=FIELD)
    assert store.world.bigcommerce.courier.waiting() == 2


@pytest.mark.parametrize("kind", ["order", "product"])
def test_a_batch_of_metafields_does_what_it_can_and_tells_the_rest(store, kind):
    root, _, number = _bearers(store)[kind]
    path, told = f"v3/{root}/metafields", {**FIELD, "resource_id": number}
    first = store.api("POST", path, json=[told, {**told, "key": "b"}])
    counts = {"total": 2, "success": 2, "failed": 0}
    assert (first.status_code, first.json()["errors"], first.json()["meta"]) == (200, [], counts)
    again = store.api("POST", path, json=[told, {**told, "key": "c"}])
    assert (again.status_code, again.json()["errors"][0]["status"]) == (422, 409)
    assert [row["key"] for row in again.json()["data"]] == ["c"]
    ids = [row["id"] for row in store.api("GET", path).json()["data"]]
    changed = store.api("PUT", path, json=[{"id": ids[0], "value": "INV-9"}]).json()
    assert changed["data"][0]["value"] == "INV-9"
    assert store.api("DELETE", path, json=ids).json()["data"] == ids
    assert store.api("DELETE", path, json=ids).json()["meta"] == {"total": 3, "success": 0, "failed": 3}


def test_metafields_are_walked_by_cursor_or_backwards(store):
    path = f"v3/{_bearers(store)['order'][1]}/metafields"
    ids = [store.api("POST", path, json={**FIELD, "key": key}).json()["data"]["id"] for key in "abc"]
    first = store.api("GET", f"{path}?limit=2").json()
    after = first["meta"]["cursor_pagination"]["end_cursor"]
    rest = store.api("GET", path, params={"limit": 2, "after": after}).json()["data"]
    assert [row["id"] for row in first["data"] + rest] == ids
    assert [row["id"] for row in store.api("GET", f"{path}?direction=desc").json()["data"]] == ids[::-1]
