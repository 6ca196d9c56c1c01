"""Variants: made one by one, listed over the catalogue, changed by fifty."""

import pytest

from tests.sandbox.bigcommerce.conftest import open_store
from tests.sandbox.bigcommerce.test_products import MUG, PATH, colours, errors, made, read

VARIANTS = "v3/catalog/variants"


def with_option(store, *labels, name="Colour", **product):
    """A simple product that has an option, but no variants yet."""
    number = made(store, **product)["id"]
    values = [{"label": label, "sort_order": place} for place, label in enumerate(labels)]
    body = {"display_name": name, "type": "dropdown", "option_values": values}
    option = store.api("POST", f"{PATH}/{number}/options", json=body).json()["data"]
    return number, option


def add(store, number, sku, *values):
    told = [value if isinstance(value, dict) else dict(zip(NAMES, value, strict=True)) for value in values]
    return store.api("POST", f"{PATH}/{number}/variants", json={"sku": sku, "option_values": told})


NAMES = ("option_display_name", "label")


def test_a_variant_is_made_by_ids_or_by_names_of_its_values(store):
    number, option = with_option(store, "Red", "Blue")
    red, blue = option["option_values"]
    by_id = add(store, number, "R", {"option_id": option["id"], "id": red["id"]}).json()["data"]
    by_name = add(store, number, "B", ("colour", "blue")).json()["data"]
    assert [row["option_values"][0]["label"] for row in (by_id, by_name)] == ["Red", "Blue"]
    assert by_name["option_values"][0]["id"] == blue["id"]
    product = read(store, number)
    assert [row["sku"] for row in product["variants"]] == ["R", "B"]  # the base variant is gone
    assert product["base_variant_id"] is None


def test_a_variant_needs_a_sku_and_one_value_of_each_option(store):
    number, _ = with_option(store, "Red")
    size = {"display_name": "Size", "type": "dropdown", "option_values": [{"label": "L", "sort_order": 0}]}
    store.api("POST", f"{PATH}/{number}/options", json=size)
    assert errors(store.api("POST", f"{PATH}/{number}/variants", json={"sku": "R"})) == (
        422,
        ["option_values"],
    )
    assert errors(add(store, number, "", ("Colour", "Red"), ("Size", "L"))) == (422, ["sku"])
    assert add(store, number, "R", ("Colour", "Red")).status_code == 422
    assert add(store, number, "R", ("Colour", "Red"), ("Size", "L")).status_code == 200
    assert add(store, number, "R2", ("Size", "L"), ("Colour", "Red")).status_code == 422  # the same again
    assert errors(add(store, number, "mug", ("Colour", "Red"), ("Size", "L"))) == (409, ["sku"])


@pytest.mark.parametrize(("position", "status"), [("refused", 422), ("created", 200)])
def test_whether_new_values_are_made_on_the_way_is_a_switch(position, status):
    store = open_store(switches={"variant_new_labels": position})
    number, _ = with_option(store, "Red")
    assert add(store, number, "G", ("Colour", "Green")).status_code == status
    assert len(read(store, number)["options"][0]["option_values"]) == (1 if status == 422 else 2)


def test_a_product_has_six_hundred_variants_at_most(store):
    product = made(store, variants=colours(*(str(n) for n in range(600))))
    option = product["options"][0]["id"]
    path = f"{PATH}/{product['id']}/options/{option}/values"
    store.api("POST", path, json={"label": "One more", "sort_order": 600})
    assert add(store, product["id"], "M", ("Colour", "One more")).status_code == 422
    too_many = {**MUG, "name": "Cup", "sku": "C", "variants": colours(*(f"c{n}" for n in range(601)))}
    assert store.api("POST", PATH, json=too_many).status_code == 422


def test_variants_are_changed_by_fifty_and_new_ones_come_along(store):
    number, option = with_option(store, "Red", "Blue")
    red = add(store, number, "R", ("Colour", "Red")).json()["data"]
    blue = {"option_id": option["id"], "id": option["option_values"][1]["id"]}
    change = {
        "id": red["id"],
        "price": 4,
        "purchasing_disabled": True,
        "purchasing_disabled_message": "Sold out",
    }
    new = {"product_id": number, "sku": "B", "option_values": [blue]}
    answer = store.api("PUT", VARIANTS, json=[change, new]).json()["data"]
    assert {key: answer[0][key] for key in change} == change
    assert answer[1]["option_values"][0]["label"] == "Blue"
    assert store.api("PUT", VARIANTS, json=[{"id": red["id"]}] * 51).status_code == 413
    assert (
        store.api("GET", f"{PATH}/{number}/variants/{red['id']}").json()["data"]["purchasing_disabled"]
        is True
    )


@pytest.mark.parametrize(("position", "price"), [("whole", None), ("partial", 4)])
def test_errors_of_a_batch_stand_in_batch_errors(position, price):
    store = open_store(switches={"catalog_batch": position})
    red, blue = made(store, variants=colours("Red", "Blue"))["variants"]
    body = [{"id": red["id"], "price": 4}, {"id": 9}, {"id": blue["id"], "price": -1}]
    answer = store.api("PUT", VARIANTS, json=body)
    told = answer.json()["batch_errors"]
    assert (answer.status_code, [row["status"] for row in told]) == (422, [404, 422])
    assert told[1]["errors"] == {"price": "price must be a number of 0 or more"}
    assert store.world.bigcommerce.products.variants[red["id"]]["price"] == price


def test_variants_are_listed_by_id_sku_upc_and_product(store):
    mug = made(store, variants=colours("Red", "Blue"))
    cup = made(store, name="Cup", sku="CUP", upc="111")
    red, blue = (row["id"] for row in mug["variants"])
    for query, ids in (
        ("", [red, blue, cup["base_variant_id"]]),
        (f"id={blue}", [blue]),
        ("sku=mug-RED", [red]),
        ("sku=mug", []),  # a product's own SKU is no variant's
        ("upc=111", [cup["base_variant_id"]]),
        (f"product_id:in={mug['id']}", [red, blue]),
        (f"product_id:in={mug['id']}&sku=CUP", []),
        ("limit=2&page=2", [cup["base_variant_id"]]),
        ("limit=2&page=3", []),
    ):
        rows = store.api("GET", f"{VARIANTS}?{query}").json()["data"]
        assert [row["id"] for row in rows] == ids, query
    assert "option_values" not in store.api("GET", f"{VARIANTS}?include_fields=sku").json()["data"][0]


@pytest.mark.parametrize(("position", "count"), [("ignored", 3), ("honoured", 1)])
def test_whether_undocumented_filters_are_heeded_is_a_switch(position, count):
    store = open_store(switches={"variants_in_filters": position})
    red = made(store, variants=colours("Red", "Blue"))["variants"][0]
    made(store, name="Cup", sku="CUP")
    for query in ("sku:in=CUP,other", f"id:in={red['id']}"):
        assert len(store.api("GET", f"{VARIANTS}?{query}").json()["data"]) == count


def test_a_page_past_the_end_is_empty_or_missing():
    for position, status in (("empty", 200), ("404", 404)):
        store = open_store(switches={"past_the_end": position})
        made(store)
        assert store.api("GET", f"{VARIANTS}?page=2").status_code == status


def test_a_product_whose_variants_are_all_deleted_is_a_simple_one_again(store):
    product = made(store, variants=colours("Red", "Blue"))
    for row in product["variants"]:
        assert store.api("DELETE", f"{PATH}/{product['id']}/variants/{row['id']}").status_code == 204
    after = read(store, product["id"])
    assert (after["base_variant_id"], after["variants"][0]["sku"]) == (after["variants"][0]["id"], "MUG")
    assert store.api("GET", f"{VARIANTS}?sku=mug-red").json()["data"] == []


def test_a_variant_of_another_product_is_not_found(store):
    mug, cup = made(store), made(store, name="Cup", sku="CUP")
    assert store.api("GET", f"{PATH}/{mug['id']}/variants/{cup['base_variant_id']}").status_code == 404
    assert store.api("GET", f"{PATH}/9/variants/{cup['base_variant_id']}").status_code == 404


def test_variants_tell_hooks_and_touch_their_product(store):
    product = made(store, variants=colours("Red"))
    store.api("POST", "v3/hooks", json={"scope": "store/sku/*", "destination": "https://example.com/x"})
    before = read(store, product["id"])["date_modified"]
    store.world.clock.advance(5)
    store.api("PUT", VARIANTS, json=[{"id": product["variants"][0]["id"], "price": 1}])
    assert store.world.bigcommerce.courier.waiting() == 1
    assert read(store, product["id"])["date_modified"] > before
