"""Products: created whole, changed in batches, unique in name and SKU, found by filters."""

import pytest

from sandbox.bigcommerce import placing
from tests.sandbox.bigcommerce.conftest import bundle, open_store

MUG = {"name": "Mug", "type": "physical", "weight": 1, "price": 9.5, "sku": "MUG"}
PATH = "v3/catalog/products"


def made(store, **more):
    answer = store.api("POST", PATH, json={**MUG, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def colours(*labels):
    return [
        {"sku": f"MUG-{label}", "option_values": [{"option_display_name": "Colour", "label": label}]}
        for label in labels
    ]


def errors(answer):
    return answer.status_code, list(answer.json()["errors"])


def read(store, product_id, include="variants,options,images,custom_fields"):
    return store.api("GET", f"{PATH}/{product_id}?include={include}").json()["data"]


def test_one_call_makes_a_product_with_its_options_variants_fields_images_and_brand(store):
    category = store.api("POST", "v3/catalog/trees/categories", json=[{"name": "Kitchen"}]).json()["data"][0]
    product = made(
        store,
        variants=colours("Red", "Blue"),
        custom_fields=[{"name": "Origin", "value": "Wales"}],
        images=[{"image_url": "https://pictures.example/mug.jpg"}],
        brand_name="Clayworks",
        categories=[category["category_id"]],
    )
    assert [row["sku"] for row in product["variants"]] == ["MUG-Red", "MUG-Blue"]
    (option,) = product["options"]
    assert [value["label"] for value in option["option_values"]] == ["Red", "Blue"]
    first = product["variants"][0]["option_values"][0]
    assert (first["option_id"], first["id"]) == (option["id"], option["option_values"][0]["id"])
    assert (product["base_variant_id"], len(product["images"])) == (None, 1)
    assert product["custom_fields"][0]["value"] == "Wales"
    (brand,) = store.api("GET", "v3/catalog/brands?name=clayworks").json()["data"]
    assert brand["id"] == product["brand_id"]
    assert read(store, product["id"])["variants"] == product["variants"]
    other = made(store, name="Cup", sku="CUP", brand_name="CLAYWORKS")
    assert other["brand_id"] == brand["id"]


def test_what_a_create_answers_with_parts_an_update_answers_without(store):
    product = made(store)
    assert {"variants", "images", "custom_fields", "options", "modifiers"} <= set(product)
    one = store.api("PUT", f"{PATH}/{product['id']}?include=variants", json={"price": 5}).json()["data"]
    many = store.api("PUT", PATH, json=[{"id": product["id"], "price": 6}]).json()["data"][0]
    for answered in (one, many):
        assert not {"variants", "images", "custom_fields", "options"} & set(answered)
    assert (one["price"], many["price"]) == (5, 6)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"categories": [99]}, "categories"),
        ({"brand_id": 99}, "brand_id"),
        ({"tax_class_id": 99}, "tax_class_id"),
    ],
)
def test_what_does_not_exist_is_a_conflict(store, told, field):
    assert errors(store.api("POST", PATH, json={**MUG, **told})) == (409, [field])
    assert errors(store.api("PUT", f"{PATH}/{made(store)['id']}", json=told)) == (409, [field])


@pytest.mark.parametrize(
    "told",
    [
        {"name": "x" * 251},
        {"price": "much"},
        {"price": -1},
        {"sku": "x" * 256},
        {"upc": "123456789012345"},
        {"type": "thought"},
        {"is_visible": "yes"},
        {"condition": "new"},
        {"availability": "hidden"},
    ],
)
def test_a_value_that_cannot_be_is_a_422_that_names_it(store, told):
    expected = (422, list(told))
    assert errors(store.api("POST", PATH, json={**MUG, **told})) == expected
    assert errors(store.api("PUT", f"{PATH}/{made(store)['id']}", json=told)) == expected


def test_skus_are_unique_over_products_and_variants_also_when_they_are_changed(store):
    mug = made(store, variants=colours("Red", "Blue"))
    cup = made(store, name="Cup", sku="CUP")
    red, blue = mug["variants"]
    for sku in ("mug-red", "mug"):
        taken = (409, ["sku"])
        assert errors(store.api("PUT", f"{PATH}/{cup['id']}", json={"sku": sku})) == taken
        assert (
            errors(store.api("PUT", f"{PATH}/{mug['id']}/variants/{blue['id']}", json={"sku": sku})) == taken
        )
        assert errors(store.api("POST", PATH, json={**MUG, "name": "Third", "sku": sku})) == taken
    body = [{"id": blue["id"], "sku": "CUP"}, {"id": red["id"], "price": 3}]
    refused = store.api("PUT", "v3/catalog/variants", json=body)
    assert (refused.status_code, len(refused.json()["batch_errors"])) == (422, 1)
    assert read(store, mug["id"])["variants"] == [red, blue]
    same = store.api("PUT", f"{PATH}/{mug['id']}/variants/{red['id']}", json={"sku": "MUG-RED"})
    assert same.json()["data"]["sku"] == "MUG-RED"
    assert errors(store.api("PUT", f"{PATH}/{mug['id']}", json={"sku": "MUG-RED"})) == (409, ["sku"])


def test_two_rows_of_one_call_may_not_take_the_same_name_or_sku(store):
    ids = [made(store, name=f"P{n}", sku=f"S{n}")["id"] for n in (1, 2)]
    for told in ({"name": "Same"}, {"sku": "same"}):
        refused = store.api("PUT", PATH, json=[{"id": number, **told} for number in ids])
        assert refused.status_code == 409
    twice = [{**row, "sku": "twin"} for row in colours("Red", "Blue")]
    assert errors(store.api("POST", PATH, json={**MUG, "variants": twice})) == (409, ["sku"])
    assert [store.world.bigcommerce.products[number]["name"] for number in ids] == ["P1", "P2"]


@pytest.mark.parametrize(("position", "status"), [("ignored", 409), ("heeded", 200)])
def test_whether_names_differ_by_case_is_a_switch(position, status):
    store = open_store(switches={"product_name_case": position})
    made(store)
    assert store.api("POST", PATH, json={**MUG, "name": "MUG", "sku": "M2"}).status_code == status
    assert store.api("POST", PATH, json={**MUG, "sku": "M3"}).status_code == 409


def test_a_url_follows_from_the_name_and_is_unique_when_it_is_told(store):
    first, second = made(store, name="Big Mug"), made(store, name="Big-Mug", sku="B")
    assert first["custom_url"]["url"] == "/big-mug/"
    assert second["custom_url"]["url"] == "/big-mug-1/"
    told = {"custom_url": {"url": "/big-mug/", "is_customized": True}}
    assert errors(store.api("PUT", f"{PATH}/{second['id']}", json=told)) == (409, ["url"])
    assert store.api("PUT", f"{PATH}/{first['id']}", json=told).status_code == 200


def test_one_bad_product_fails_its_whole_batch(store):
    good, bad = made(store), made(store, name="Cup", sku="CUP")
    body = [{"id": good["id"], "price": 1}, {"id": bad["id"], "name": "Mug"}]
    assert errors(store.api("PUT", PATH, json=body)) == (409, ["name"])
    assert read(store, good["id"])["price"] == 9.5
    missing = store.api("PUT", PATH, json=[{"id": good["id"], "price": 1}, {"id": 9999, "price": 1}])
    assert missing.status_code == 404
    assert read(store, good["id"])["price"] == 9.5
    assert store.api("PUT", PATH, json=[{"id": good["id"]}] * 11).status_code == 413


def test_or_only_itself_by_a_switch():
    store = open_store(switches={"catalog_batch": "partial"})
    good, bad = made(store), made(store, name="Cup", sku="CUP")
    answer = store.api("PUT", PATH, json=[{"id": good["id"], "price": 1}, {"id": bad["id"], "name": "Mug"}])
    told = answer.json()
    assert (answer.status_code, [row["id"] for row in told["data"]]) == (207, [good["id"]])
    assert (told["errors"]["errors"], told["meta"]["failed"]) == (
        {"name": "The product name is a duplicate"},
        1,
    )
    alone = store.api("PUT", PATH, json=[{"id": bad["id"], "name": "Mug"}])
    assert alone.status_code == 409


@pytest.mark.parametrize(
    ("half", "change"), [("url", {"name": "Jug"}), ("inventory", {"inventory_level": 3})]
)
def test_a_product_may_be_stored_by_half(half, change):
    store = open_store(switches={"product_half_stored": half})
    answer = store.api("POST", PATH, json={**MUG, "inventory_level": 4})
    (product,) = answer.json()["data"]
    assert (answer.status_code, answer.json()["errors"]["status"]) == (207, 207)
    assert read(store, product["id"])["name"] == "Mug"
    one = store.api("PUT", f"{PATH}/{product['id']}", json=change)
    assert (one.status_code, one.json()["data"]["id"]) == (207, product["id"])
    assert store.api("PUT", f"{PATH}/{product['id']}", json={"price": 3}).status_code == 200


def test_the_only_variant_of_a_simple_product_says_what_the_product_says(store):
    product = made(store, cost_price=4, upc="123")
    (base,) = product["variants"]
    assert base["id"] == product["base_variant_id"]
    assert [base[key] for key in ("sku", "price", "cost_price", "weight", "upc")] == ["MUG", 9.5, 4, 1, "123"]
    store.api("PUT", f"{PATH}/{product['id']}", json={"price": 12, "sku": "M-2", "weight": 2})
    (base,) = read(store, product["id"])["variants"]
    assert [base[key] for key in ("sku", "price", "calculated_price", "calculated_weight")] == [
        "M-2",
        12,
        12,
        2,
    ]
    told = {"price": 7, "cost_price": 3, "sku": "M-3", "upc": "456", "weight": 5}
    store.api("PUT", f"{PATH}/{product['id']}/variants/{base['id']}", json=told)
    after = read(store, product["id"])
    assert {key: after[key] for key in told} == told
    store.api("PUT", "v3/catalog/variants", json=[{"id": base["id"], "price": 8}])
    assert read(store, product["id"])["price"] == 8
    assert [row["id"] for row in store.api("GET", f"{PATH}?sku=m-3").json()["data"]] == [product["id"]]


def test_a_variant_without_a_price_inherits_the_products(store):
    product = made(store, variants=colours("Red", "Blue"))
    red = product["variants"][0]
    store.api("PUT", f"{PATH}/{product['id']}/variants/{red['id']}", json={"price": 20, "weight": 3})
    store.api("PUT", f"{PATH}/{product['id']}", json={"price": 11, "sale_price": 10})
    priced, inherits = read(store, product["id"])["variants"]
    assert (priced["price"], priced["calculated_price"], priced["calculated_weight"]) == (20, 20, 3)
    assert (inherits["price"], inherits["calculated_price"], inherits["calculated_weight"]) == (None, 10, 1)
    store.api("PUT", f"{PATH}/{product['id']}/variants/{red['id']}", json={"price": None})
    assert read(store, product["id"])["variants"][0]["calculated_price"] == 10


def test_a_product_is_found_by_its_new_name_and_sku_and_no_longer_by_the_old_ones(store):
    product = made(store)
    store.api("PUT", f"{PATH}/{product['id']}", json={"name": "Jug", "sku": "JUG"})
    for query, found in (
        ("name=jug", 1),
        ("sku=jug", 1),
        ("name=mug", 0),
        ("sku=mug", 0),
        ("sku:in=mug,JUG", 1),
    ):
        assert len(store.api("GET", f"{PATH}?{query}").json()["data"]) == found, query
    assert len(store.api("GET", "v3/catalog/variants?sku=jug").json()["data"]) == 1
    again = made(store)
    assert store.api("DELETE", f"{PATH}/{product['id']}").status_code == 204
    assert store.api("GET", "v3/catalog/variants?sku=jug").json()["data"] == []
    assert store.api("POST", PATH, json={**MUG, "name": "Jug", "sku": "JUG"}).status_code == 200
    assert store.api("DELETE", PATH).status_code == 422
    assert store.api("DELETE", f"{PATH}?sku=MUG").status_code == 204
    assert store.api("GET", f"{PATH}/{again['id']}").status_code == 404


def test_filters_tell_products_apart(store):
    category = store.api("POST", "v3/catalog/trees/categories", json=[{"name": "A"}]).json()["data"][0]
    number = category["category_id"]
    mug = made(store, categories=[number], is_featured=True)
    cup = made(store, name="Cup", sku="CUP", price=3, is_visible=False)
    for query, ids in (
        (f"id:in={mug['id']},999", [mug["id"]]),
        (f"id:not_in={mug['id']}", [cup["id"]]),
        (f"id:greater={mug['id']}", [cup["id"]]),
        (f"id:in={mug['id']},{cup['id']}&price:max=5", [cup["id"]]),
        ("is_visible=false", [cup["id"]]),
        ("is_visible=true&is_featured=1", [mug["id"]]),
        ("price=9.50", [mug["id"]]),
        (f"categories:in={number}", [mug["id"]]),
        (f"categories={number}", [mug["id"]]),
        ("keyword=CU", [cup["id"]]),
        ("sort=price", [cup["id"], mug["id"]]),
        ("sort=name&direction=desc", [mug["id"], cup["id"]]),
        ("channel_id:in=2", []),
    ):
        rows = store.api("GET", f"{PATH}?{query}").json()["data"]
        assert [row["id"] for row in rows] == ids, query
    assert store.api("GET", f"{PATH}?sort=colour").status_code == 422
    assert store.api("GET", f"{PATH}?price:min=much").status_code == 422


def test_a_date_without_a_time_gets_the_present_time_of_day(store):
    made(store)
    today = store.world.clock.now().date().isoformat()
    store.world.clock.advance(2)
    count = lambda since: len(store.api("GET", f"{PATH}?date_modified:min={since}").json()["data"])  # noqa: E731
    assert count(f"{today}T00%3A00%3A00%2B00%3A00") == 1
    assert count(today) == 0


def test_a_list_shows_the_parts_and_fields_that_were_asked_for(store):
    made(store, images=[{"image_url": "https://pictures.example/mug.jpg"}])
    (row,) = store.api("GET", f"{PATH}?include=variants,primary_image,channels").json()["data"]
    assert (len(row["variants"]), row["primary_image"]["is_thumbnail"], row["channels"]) == (1, True, [1])
    assert "images" not in row
    (row,) = store.api("GET", f"{PATH}?include_fields=name,price&include=variants").json()["data"]
    assert set(row) == {"id", "name", "price", "variants"}
    (row,) = store.api("GET", f"{PATH}?exclude_fields=name,id").json()["data"]
    assert ("name" in row, "id" in row) == (False, True)
    told = store.api("GET", f"{PATH}?include=modifiers&limit=250").json()["meta"]["pagination"]
    assert told["per_page"] == 10


def test_a_recorded_product_joins_in(store):
    placing.place(store.world, bundle())
    (row,) = store.api("GET", "v3/catalog/variants?sku=mug").json()["data"]
    assert (row["id"], row["product_id"], row["price"]) == (5, 77, 12)
    assert store.api("POST", PATH, json=MUG).status_code == 409
    product = store.world.bigcommerce.products[77]
    product["name"] = "Edited by hand"
    store.world.bigcommerce.products.refile(77)
    assert store.api("POST", PATH, json={**MUG, "sku": "X"}).status_code == 200


def test_a_list_of_products_comes_in_at_once_and_silently(store):
    hook = {"scope": "store/product/*", "destination": "https://example.com/x"}
    store.api("POST", "v3/hooks", json=hook)
    ids = store.control("POST", "bigcommerce/products", json={"count": 3, "first": 5}).json()["ids"]
    assert [read(store, number)["sku"] for number in ids] == ["SKU-00005", "SKU-00006", "SKU-00007"]
    more = store.control("POST", "bigcommerce/products", json=[{**MUG, "variants": colours("Red")}]).json()
    assert read(store, more["ids"][0])["variants"][0]["sku"] == "MUG-Red"
    assert store.world.bigcommerce.courier.waiting() == 0
    assert store.control("POST", "bigcommerce/products", json=[MUG]).status_code == 409
    assert store.control("POST", "bigcommerce/products", json="mug").status_code == 400


def test_numbered_products_may_come_in_sizes(store):
    ids = store.control("POST", "bigcommerce/products", json={"count": 2, "variants": 3}).json()["ids"]
    skus = [row["sku"] for row in read(store, ids[1])["variants"]]
    assert skus == ["SKU-00002-1", "SKU-00002-2", "SKU-00002-3"]


def test_hooks_hear_of_prices_but_not_of_every_change(store):
    number = made(store)["id"]
    store.api("POST", "v3/hooks", json={"scope": "store/product/*", "destination": "https://example.com/x"})
    picture = {"image_url": "https://pictures.example/mug.jpg"}
    for method, tail, body, heard in (
        ("PUT", "", {"price": 3}, 1),
        ("PUT", "", {"mpn": "M", "gtin": "1"}, 1),
        ("POST", "/custom-fields", {"name": "Origin", "value": "Wales"}, 1),
        ("POST", "/images", picture, 2),
        ("POST", "/images", picture, 2),
    ):
        assert store.api(method, f"{PATH}/{number}{tail}", json=body).status_code == 200
        assert store.world.bigcommerce.courier.waiting() == heard, (tail, body)
