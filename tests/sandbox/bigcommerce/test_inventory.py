"""Levels of stock: who keeps them, how they are read, and how they are set and changed a little later."""

import pytest

from tests.sandbox.bigcommerce.conftest import open_store
from tests.sandbox.bigcommerce.test_products import MUG, PATH

ITEMS = "v3/inventory/items"
ABSOLUTE = ("PUT", "v3/inventory/adjustments/absolute")
RELATIVE = ("POST", "v3/inventory/adjustments/relative")
SIZES = [
    {"sku": f"SHIRT-{size}", "inventory_level": level, "option_values": [value]}
    for size, level in (("S", 3), ("M", 4))
    for value in [{"option_display_name": "Size", "label": size}]
]
SHIRT = {**MUG, "name": "Shirt", "sku": "SHIRT", "variants": SIZES}


def make(store, **told):
    return store.api("POST", PATH, json={**MUG, "inventory_tracking": "product", **told}).json()["data"]


def shirt(store, tracking="variant", **told):
    row = make(store, **{**SHIRT, "inventory_tracking": tracking, **told})
    return row, {variant["sku"]: variant["id"] for variant in row["variants"]}


def adjust(store, how, *rows):
    items = [{"location_id": 1, **row} for row in rows]
    return store.api(*how, json={"reason": "a test", "items": items})


def levels(store, query=""):
    """On hand and available by SKU at the default location."""
    rows = store.api("GET", f"{ITEMS}?{query}").json()["data"]
    places = [(row["identity"]["sku"], row["locations"][0]) for row in rows]
    return {sku: (place["total_inventory_onhand"], place["available_to_sell"]) for sku, place in places}


def later(store, seconds=1):
    store.world.clock.advance(seconds)


def test_a_product_has_the_level_that_it_came_with(store):
    product = make(store, inventory_level=7)
    assert product["inventory_level"] == 7
    row = store.api("GET", ITEMS).json()["data"][0]
    variant = product["variants"][0]["id"]
    assert row["identity"] == {
        "sku": "MUG",
        "variant_id": variant,
        "product_id": product["id"],
        "sku_id": None,
    }
    assert row["locations"][0] == {
        "location_id": 1,
        "location_code": "BC-LOCATION-1",
        "location_name": "Default location",
        "available_to_sell": 7,
        "total_inventory_onhand": 7,
        "location_enabled": True,
        "settings": {
            "safety_stock": 0,
            "is_in_stock": True,
            "warning_level": 0,
            "bin_picking_number": "",
        },
    }


def test_an_absolute_adjustment_takes_effect_a_little_later(store):
    product = make(store, inventory_level=7)
    answer = adjust(store, ABSOLUTE, {"product_id": product["id"], "quantity": 20})
    assert answer.status_code == 200
    assert list(answer.json()) == ["transaction_id"]
    assert levels(store) == {"MUG": (7, 7)}
    later(store)
    assert levels(store) == {"MUG": (20, 20)}
    assert store.api("GET", f"{PATH}/{product['id']}").json()["data"]["inventory_level"] == 20


def test_what_was_accepted_first_takes_effect_first(store):
    product = make(store, inventory_level=7)
    adjust(store, ABSOLUTE, {"product_id": product["id"], "quantity": 20})
    adjust(store, RELATIVE, {"product_id": product["id"], "quantity": -19})
    store.world.switches["inventory_delay"] = 0.0
    adjust(store, ABSOLUTE, {"product_id": product["id"], "quantity": 5})
    assert levels(store) == {"MUG": (7, 7)}
    later(store)
    assert levels(store) == {"MUG": (5, 5)}


def test_variants_keep_their_own_levels(store):
    product, ids = shirt(store)
    assert product["inventory_level"] == 7
    rows = [{"variant_id": ids["SHIRT-S"], "quantity": 9}, {"sku": "shirt-m", "quantity": 1}]
    assert adjust(store, ABSOLUTE, *rows).status_code == 200
    later(store)
    assert levels(store) == {"SHIRT-S": (9, 9), "SHIRT-M": (1, 1)}
    assert store.api("GET", f"{PATH}/{product['id']}").json()["data"]["inventory_level"] == 10


def test_who_names_a_variant_of_a_product_that_is_tracked_as_one_is_told_so(store):
    _, ids = shirt(store, "product", inventory_level=5)
    answer = adjust(store, ABSOLUTE, {"variant_id": ids["SHIRT-S"], "quantity": 1})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = "tracked by product, please update stock by product id]"
    assert answer.json()["title"] == f"[Item with variant_id {ids['SHIRT-S']} is {told}"
    assert answer.json()["errors"] == {}


def test_who_names_a_product_that_is_tracked_by_variant_is_told_so(store):
    product, _ = shirt(store)
    answer = adjust(store, RELATIVE, {"product_id": product["id"], "quantity": 1})
    told = "is tracked by variant, please update stock by variant id]"
    assert answer.json()["title"] == f"[Item with product_id {product['id']} {told}"


@pytest.mark.parametrize(("rows", "listed"), [("variants", 2), ("product", 1)])
def test_a_product_tracked_as_one_has_a_row_for_each_variant_or_a_single_one(store, rows, listed):
    store.world.switches["inventory_product_rows"] = rows
    product, ids = shirt(store, "product", inventory_level=5)
    data = store.api("GET", f"{ITEMS}?product_id:in={product['id']}").json()["data"]
    assert [row["locations"][0]["available_to_sell"] for row in data] == [5] * listed
    assert [row["identity"]["variant_id"] for row in data] == (list(ids.values()) if listed == 2 else [None])
    assert adjust(store, ABSOLUTE, {"product_id": product["id"], "quantity": 8}).status_code == 200
    later(store)
    assert set(levels(store).values()) == {(8, 8)}


def test_a_relative_change_needs_an_absolute_one_before(store):
    product = make(store)
    row = {"product_id": product["id"], "quantity": 2}
    answer = adjust(store, RELATIVE, row)
    told = f"Items with identity: [product_id {product['id']}] requires absolute adjustment before relative"
    assert (answer.status_code, answer.json()["title"]) == (422, told)
    assert adjust(store, ABSOLUTE, {**row, "quantity": 0}).status_code == 200
    assert adjust(store, RELATIVE, row).status_code == 200
    later(store)
    assert levels(store) == {"MUG": (2, 2)}


def test_a_relative_change_below_the_safety_stock_is_refused(store):
    product = make(store, inventory_level=7)
    settings = [{"identity": {"product_id": product["id"]}, "safety_stock": 5}]
    answer = store.api("PUT", "v3/inventory/locations/1/items", json={"settings": settings})
    assert list(answer.json()) == ["transaction_id"]
    assert levels(store) == {"MUG": (7, 2)}
    assert adjust(store, RELATIVE, {"product_id": product["id"], "quantity": -3}).status_code == 422
    assert adjust(store, RELATIVE, {"product_id": product["id"], "quantity": -2}).status_code == 200
    assert adjust(store, RELATIVE, {"product_id": product["id"], "quantity": -1}).status_code == 422
    later(store)
    assert levels(store) == {"MUG": (5, 0)}


@pytest.mark.parametrize(("meaning", "on_hand"), [("on_hand", 9), ("available", 12)])
def test_an_absolute_level_is_on_hand_or_what_can_be_sold(store, meaning, on_hand):
    store.world.switches["inventory_absolute"] = meaning
    product = make(store, inventory_level=7)
    settings = [{"identity": {"sku": "MUG"}, "safety_stock": 3}]
    store.api("PUT", "v3/inventory/locations/1/items", json={"settings": settings})
    adjust(store, ABSOLUTE, {"product_id": product["id"], "quantity": 9})
    later(store)
    assert levels(store) == {"MUG": (on_hand, on_hand - 3)}


@pytest.mark.parametrize(("batch", "stored"), [("whole", 7), ("partial", 20)])
def test_one_unknown_sku_fails_its_whole_adjustment_or_only_itself(store, batch, stored):
    store.world.switches["inventory_batch"] = batch
    product = make(store, inventory_level=7)
    rows = [{"product_id": product["id"], "quantity": 20}, {"sku": "NOBODY", "quantity": 1}]
    answer = adjust(store, ABSOLUTE, *rows)
    assert (answer.status_code, answer.json()["title"]) == (
        422,
        "Items with identity: [sku NOBODY] not found",
    )
    later(store)
    assert levels(store) == {"MUG": (stored, stored)}


@pytest.mark.parametrize(("switch", "stored"), [("not_stored", 7), ("clipped", 2_147_483_647)])
def test_more_than_the_maximum_is_not_stored_or_clipped(store, switch, stored):
    store.world.switches["inventory_over_maximum"] = switch
    product = make(store, inventory_level=7)
    row = {"product_id": product["id"], "quantity": 2_147_483_648}
    assert adjust(store, ABSOLUTE, row).status_code == 200
    later(store)
    assert levels(store) == {"MUG": (stored, stored)}


@pytest.mark.parametrize(("switch", "status"), [("refused", 422), ("ignored", 200)])
def test_what_is_not_tracked_has_no_level(store, switch, status):
    store.world.switches["inventory_untracked"] = switch
    product = make(store, inventory_tracking="none", inventory_level=7)
    assert product["inventory_level"] == 0
    assert adjust(store, ABSOLUTE, {"product_id": product["id"], "quantity": 5}).status_code == status
    later(store)
    assert levels(store) == {"MUG": (0, 0)}
    store.world.switches["inventory_untracked_rows"] = "absent"
    assert levels(store) == {}


BAD = [
    {"product_id": 77, "sku": "MUG", "quantity": 1},
    {"quantity": 1},
    {"product_id": 77},
    {"product_id": 77, "quantity": "1"},
    {"product_id": 77, "quantity": 1.5},
    {"product_id": 77, "quantity": -1},
    {"product_id": 77, "quantity": 1, "location_id": None},
    {"product_id": 77, "quantity": 1, "location_id": 9},
]


@pytest.mark.parametrize("row", BAD)
def test_an_item_without_its_one_identity_place_or_quantity_is_refused(store, row):
    make(store, inventory_level=7)
    assert adjust(store, ABSOLUTE, row).status_code == 422


def test_two_thousand_items_go_into_one_adjustment_and_not_one_more(store):
    product = make(store, inventory_level=7)
    rows = [{"product_id": product["id"], "quantity": n} for n in range(2001)]
    assert adjust(store, ABSOLUTE, *rows).status_code == 422
    assert adjust(store, ABSOLUTE, *rows[:2000]).status_code == 200
    later(store)
    assert levels(store) == {"MUG": (1999, 1999)}


def test_items_are_found_by_what_names_them(store):
    mug, (product, ids) = make(store, inventory_level=7), shirt(store)
    assert set(levels(store, "sku:in=mug,SHIRT-M")) == {"MUG", "SHIRT-M"}
    assert set(levels(store, f"variant_id:in={ids['SHIRT-S']},1")) == {"SHIRT-S"}
    assert set(levels(store, f"product_id:in={mug['id']},{product['id']}")) == {"MUG", *ids}
    assert set(levels(store, f"product_id:in={product['id']}&sku:in=MUG,SHIRT-S")) == {"SHIRT-S"}
    page = store.api("GET", f"{ITEMS}?limit=2&page=2").json()
    assert page["meta"]["pagination"]["total"] == 3
    assert len(page["data"]) == 1
    assert store.api("GET", f"{ITEMS}?limit=1000").json()["meta"]["pagination"]["per_page"] == 1000
    assert store.api("GET", f"{ITEMS}?limit=1001").status_code == 413


def test_a_level_is_written_with_the_product_too(store):
    product = make(store, inventory_level=7)
    store.api("PUT", f"{PATH}/{product['id']}", json={"inventory_level": 12})
    assert levels(store) == {"MUG": (12, 12)}
    _, ids = shirt(store)
    store.api("PUT", "v3/catalog/variants", json=[{"id": ids["SHIRT-S"], "inventory_level": 30}])
    assert levels(store) == {"MUG": (12, 12), "SHIRT-S": (30, 30), "SHIRT-M": (4, 4)}


def test_a_product_shows_what_its_variants_have_when_they_are_tracked_or_fewer(store):
    product, ids = shirt(store)
    path = f"{PATH}/{product['id']}"
    store.api("DELETE", f"{path}/variants/{ids['SHIRT-S']}")
    assert store.api("GET", path).json()["data"]["inventory_level"] == 4
    store.api("PUT", path, json={"inventory_tracking": "product", "inventory_level": 9})
    assert store.api("GET", path).json()["data"]["inventory_level"] == 9
    store.api("PUT", path, json={"inventory_tracking": "variant"})
    assert store.api("GET", path).json()["data"]["inventory_level"] == 4


def test_the_store_remembers_how_many_adjusted_at_once(store):
    make(store, inventory_level=7)
    adjust(store, ABSOLUTE, {"sku": "MUG", "quantity": 3})
    adjust(store, RELATIVE, {"sku": "MUG", "quantity": 3})
    state = store.control("GET", "state").json()["bigcommerce"]
    assert state["crowd"]["most"]["inventory adjustments"] == 1


def test_a_level_written_where_nothing_is_tracked_is_ignored(store):
    product = make(store, inventory_tracking="none")
    answer = store.api("PUT", f"{PATH}/{product['id']}", json={"inventory_level": 12})
    assert (answer.status_code, answer.json()["data"]["inventory_level"]) == (200, 0)


def test_an_account_needs_the_scope_of_stock(store):
    store = open_store(bigcommerce_scopes=("store_v2_products", "store_inventory_read_only"))
    product = make(store, inventory_level=7)
    assert store.api("GET", ITEMS).status_code == 200
    assert adjust(store, ABSOLUTE, {"product_id": product["id"], "quantity": 1}).status_code == 403
    assert store.api("GET", "v3/inventory/locations").status_code == 403
