"""Places of stock: made, changed, deleted, and levels at more than one of them."""

import pytest

from tests.sandbox.bigcommerce.conftest import open_store
from tests.sandbox.bigcommerce.test_inventory import ABSOLUTE, ITEMS, RELATIVE, adjust, later, make
from tests.sandbox.bigcommerce.test_products import PATH

PLACES = "v3/inventory/locations"
SHED = {
    "label": "Shed",
    "code": "SHED",
    "managed_by_external_source": False,
    "type_id": "PHYSICAL",
    "time_zone": "Etc/UTC",
    "address": {"city": "Hull", "country_code": "GB"},
}


def shed(store, **told):
    answer = store.api("POST", PLACES, json=[{**SHED, **told}])
    assert list(answer.json()) == ["transaction_id"]
    return store.api("GET", f"{PLACES}?location_code:in={told.get('code', 'SHED')}").json()["data"][0]["id"]


def test_a_store_has_a_default_location_from_the_beginning(store):
    (row,) = store.api("GET", PLACES).json()["data"]
    assert (row["id"], row["enabled"], row["type_id"]) == (1, True, "PHYSICAL")


def test_a_location_is_made_found_changed_and_deleted(store):
    number = shed(store)
    assert store.api("GET", f"{PLACES}?is_default=true").json()["meta"]["pagination"]["total"] == 1
    store.api("PUT", PLACES, json=[{"id": number, "enabled": False, "address": {"zip": "HU1"}}])
    (row,) = store.api("GET", f"{PLACES}?is_active=false").json()["data"]
    assert (row["label"], row["address"]["city"], row["address"]["zip"]) == ("Shed", "Hull", "HU1")
    assert store.api("DELETE", f"{PLACES}?location_id:in={number}").status_code == 200
    assert store.api("DELETE", f"{PLACES}?location_id:in={number}").status_code == 404


@pytest.mark.parametrize("told", [{"label": ""}, {"code": "BC-LOCATION-1"}, {"address": None}])
def test_a_location_without_what_it_needs_is_refused(store, told):
    answer = store.api("POST", PLACES, json=[{**SHED, **told}])
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")


def test_the_default_location_stays_and_a_filter_is_needed(store):
    assert store.api("DELETE", PLACES).status_code == 422
    assert store.api("DELETE", f"{PLACES}?location_id:in=1").status_code == 422


def test_a_plan_has_so_many_locations():
    store = open_store(switches={"location_limit": 2})
    shed(store)
    assert store.api("POST", PLACES, json=[{**SHED, "code": "X"}]).status_code == 422
    assert store.api("POST", PLACES, json=[{**SHED, "code": "X", "enabled": False}]).status_code == 200


@pytest.mark.parametrize(("switch", "level"), [("default", 7), ("total", 11)])
def test_each_location_has_its_own_level(store, switch, level):
    store.world.switches["inventory_catalogue_level"] = switch
    product, number = make(store, inventory_level=7)["id"], shed(store)
    row = {"product_id": product, "location_id": number, "quantity": 4}
    assert adjust(store, RELATIVE, row).status_code == 422  # nobody has counted there yet
    assert adjust(store, ABSOLUTE, row).status_code == 200
    later(store)
    places = store.api("GET", ITEMS).json()["data"][0]["locations"]
    assert [(place["location_id"], place["total_inventory_onhand"]) for place in places] == [
        (1, 7),
        (number, 4),
    ]
    for query in (f"location_id:in={number}", "location_code:in=SHED"):
        (place,) = store.api("GET", f"{ITEMS}?{query}").json()["data"][0]["locations"]
        assert place["location_id"] == number
    (one,) = store.api("GET", f"{PLACES}/{number}/items?sku:in=MUG").json()["data"]
    assert (one["available_to_sell"], one["total_inventory_onhand"], one["settings"]["safety_stock"]) == (
        4,
        4,
        0,
    )
    assert store.api("GET", f"{PATH}/{product}").json()["data"]["inventory_level"] == level
    store.api("DELETE", f"{PLACES}?location_id:in={number}")
    assert store.api("GET", f"{PATH}/{product}").json()["data"]["inventory_level"] == 7
    assert store.api("GET", f"{PLACES}/{number}/items").status_code == 404


@pytest.mark.parametrize(
    "row",
    [
        {"identity": {"sku": "MUG"}},
        {"identity": {}, "safety_stock": 1},
        {"identity": {"sku": "MUG"}, "safety_stock": "1"},
        {"identity": {"sku": "NOBODY"}, "safety_stock": 1},
    ],
)
def test_settings_of_an_item_that_say_nothing_right_are_refused(store, row):
    make(store, inventory_level=7)
    assert store.api("PUT", f"{PLACES}/1/items", json={"settings": [row]}).status_code == 422


def test_locations_have_a_scope_of_their_own():
    store = open_store(bigcommerce_scopes=("store_locations_read_only", "store_inventory"))
    assert store.api("GET", PLACES).status_code == 200
    assert store.api("POST", PLACES, json=[SHED]).status_code == 403
    assert store.api("GET", f"{PLACES}/1/items").status_code == 200
