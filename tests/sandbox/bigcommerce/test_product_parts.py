"""Options and their values, images, custom fields, brands and categories."""

import hashlib

import pytest

from tests.sandbox.bigcommerce.conftest import open_store
from tests.sandbox.bigcommerce.test_products import PATH, colours, errors, made, read

PICTURE = b"\x89PNG" + b"0" * 100


@pytest.fixture
def mug(store):
    return made(store, variants=colours("Red", "Blue"))


def test_options_and_values_are_made_renamed_and_deleted(store, mug):
    path = f"{PATH}/{mug['id']}/options"
    (option,) = store.api("GET", path).json()["data"]
    one = f"{path}/{option['id']}"
    green = store.api("POST", f"{one}/values", json={"label": "Green", "sort_order": 9}).json()["data"]
    assert (green["label"], green["sort_order"], green["is_default"]) == ("Green", 9, False)
    assert store.api("POST", f"{one}/values", json={"label": "green", "sort_order": 1}).status_code == 422
    assert store.api("POST", f"{one}/values", json={"sort_order": 1}).status_code == 422
    assert errors(store.api("POST", path, json={"display_name": "colour", "type": "swatch"})) == (
        409,
        ["display_name"],
    )
    assert store.api("POST", path, json={"display_name": "Size", "type": "slider"}).status_code == 422
    red = option["option_values"][0]
    store.api("PUT", f"{one}/values/{red['id']}", json={"label": "Ruby"})
    store.api("PUT", one, json={"display_name": "Shade"})
    value = read(store, mug["id"])["variants"][0]["option_values"][0]
    assert (value["label"], value["option_display_name"]) == ("Ruby", "Shade")
    assert store.api("GET", f"{one}/values/{red['id']}").json()["data"]["label"] == "Ruby"
    assert store.api("DELETE", f"{one}/values/{red['id']}").status_code == 204
    assert [row["sku"] for row in read(store, mug["id"])["variants"]] == ["MUG-Blue"]
    assert store.api("DELETE", one).status_code == 204
    after = read(store, mug["id"])
    assert (after["options"], after["base_variant_id"]) == ([], after["variants"][0]["id"])


def test_an_image_comes_by_url_or_as_a_form(store, mug):
    path = f"{PATH}/{mug['id']}/images"
    by_url = store.api("POST", path, json={"image_url": "https://pictures.example/a.jpg"}).json()["data"]
    form = {"files": {"image_file": ("b.png", PICTURE, "image/png")}, "data": {"description": "Side"}}
    by_file = store.api("POST", path, **form).json()["data"]
    assert (by_url["is_thumbnail"], by_file["is_thumbnail"], by_file["description"]) == (True, False, "Side")
    assert "image_url" not in by_file
    kept = store.world.bigcommerce.image_files[by_file["id"]]
    assert (kept["bytes"], kept["sha256"]) == (len(PICTURE), hashlib.sha256(PICTURE).hexdigest())
    assert [row["id"] for row in store.api("GET", path).json()["data"]] == [by_url["id"], by_file["id"]]
    one = f"{path}/{by_file['id']}"
    assert store.api("PUT", one, json={"is_thumbnail": True}).json()["data"]["is_thumbnail"] is True
    assert [row["is_thumbnail"] for row in read(store, mug["id"])["images"]] == [False, True]
    assert store.api("DELETE", one).status_code == 204
    assert [row["is_thumbnail"] for row in read(store, mug["id"])["images"]] == [True]
    assert store.api("GET", one).status_code == 404
    assert store.world.bigcommerce.image_files == {}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"json": {}}, 422),
        ({"json": {"image_url": "https://pictures.example/" + "x" * 255}}, 422),
        ({"json": {"image_url": "C:/pictures/mug.jpg"}}, 400),
        ({"files": {"other": ("b.png", PICTURE, "image/png")}}, 422),
        ({"files": {"image_file": ("b.pdf", PICTURE, "application/pdf")}}, 422),
        ({"files": {"image_file": ("b.png", b"0" * (8 * 1024 * 1024 + 1), "image/png")}}, 422),
        ({"files": {"image_file": ("b.png", b"0" * (8 * 1024 * 1024), "image/png")}}, 200),
    ],
)
def test_an_image_is_of_a_known_type_and_not_too_large(store, mug, more, status):
    assert store.api("POST", f"{PATH}/{mug['id']}/images", **more).status_code == status


def test_a_variant_has_one_image(store, mug):
    row = mug["variants"][0]
    path = f"{PATH}/{mug['id']}/variants/{row['id']}"
    url = "https://pictures.example/red.jpg"
    assert store.api("POST", f"{path}/image", json={"image_url": url}).json()["data"] == {"image_url": url}
    assert store.api("GET", path).json()["data"]["image_url"] == url
    large = {"files": {"image_file": ("b.png", b"0" * (1024 * 1024 + 1), "image/png")}}
    assert store.api("POST", f"{path}/image", **large).status_code == 500


def test_custom_fields_are_pairs_that_occur_once(store, mug):
    path = f"{PATH}/{mug['id']}/custom-fields"
    row = store.api("POST", path, json={"name": "Origin", "value": "Wales"}).json()["data"]
    assert store.api("POST", path, json={"name": "Origin", "value": "Wales"}).status_code == 422
    other = store.api("POST", path, json={"name": "Origin", "value": "Kent"}).json()["data"]
    one = f"{path}/{other['id']}"
    assert store.api("PUT", one, json={"value": "Wales"}).status_code == 422
    assert store.api("PUT", one, json={"value": "York"}).json()["data"]["value"] == "York"
    for wrong in ({"name": "x"}, {"name": "x", "value": ""}, {"name": "x" * 251, "value": "y"}, {"value": 5}):
        assert store.api("POST", path, json=wrong).status_code == 422
    assert [field["value"] for field in store.api("GET", path).json()["data"]] == ["Wales", "York"]
    assert store.api("DELETE", f"{path}/{row['id']}").status_code == 204
    assert store.api("GET", f"{path}/{row['id']}").status_code == 404


def test_a_product_has_two_hundred_custom_fields_at_most(store):
    fields = [{"name": "Note", "value": str(number)} for number in range(200)]
    number = made(store, custom_fields=fields)["id"]
    one_more = {"name": "Note", "value": "one more"}
    assert store.api("POST", f"{PATH}/{number}/custom-fields", json=one_more).status_code == 422


def test_brands_have_names_of_their_own(store):
    path = "v3/catalog/brands"
    clay = store.api("POST", path, json={"name": "Clayworks"}).json()["data"]
    assert errors(store.api("POST", path, json={"name": "clayworks"})) == (409, ["name"])
    assert store.api("POST", path, json={}).status_code == 422
    oak = store.api("POST", path, json={"name": "Oak & Sons"}).json()["data"]
    assert store.api("PUT", f"{path}/{oak['id']}", json={"name": "CLAYWORKS"}).status_code == 409
    assert (
        store.api("PUT", f"{path}/{oak['id']}", json={"page_title": "Oak"}).json()["data"]["page_title"]
        == "Oak"
    )
    found = store.api("GET", f"{path}?name:like=oak").json()["data"]
    assert [row["id"] for row in found] == [oak["id"]]
    product = made(store, brand_id=clay["id"])
    assert store.api("DELETE", f"{path}/{clay['id']}").status_code == 204
    assert read(store, product["id"])["brand_id"] == 0
    assert store.api("DELETE", path).status_code == 422
    assert store.api("DELETE", f"{path}?name=Oak %26 Sons").status_code == 204
    assert store.api("GET", path).json()["data"] == []


def test_categories_are_written_in_arrays(store):
    path = "v3/catalog/trees/categories"
    answer = store.api("POST", path, json=[{"name": "Kitchen", "tree_id": 1}])
    kitchen = answer.json()["data"][0]
    assert (answer.status_code, answer.json()["meta"]) == (201, {"total": 1, "success": 1, "failed": 0})
    below = [{"name": "Mugs", "parent_id": kitchen["category_id"]}, {"name": "kitchen"}]
    mixed = store.api("POST", path, json=below)
    assert (mixed.status_code, list(mixed.json()["errors"]["errors"])) == (207, ["1.name"])
    mugs = mixed.json()["data"][0]["category_id"]
    assert store.api("POST", path, json=[{"name": ""}]).status_code == 422
    assert store.api("POST", path, json=[{"name": "X", "parent_id": 99}]).status_code == 422
    assert store.api("PUT", path, json=[{"category_id": mugs, "name": "Cups"}]).json()["meta"]["success"] == 1
    assert store.api("PUT", path, json=[{"category_id": 99, "name": "Cups"}]).status_code == 422
    for query in (
        f"category_id:in={mugs}",
        "name=cups",
        "name:like=UP",
        f"parent_id:in={kitchen['category_id']}",
    ):
        rows = store.api("GET", f"{path}?{query}").json()["data"]
        assert [row["category_id"] for row in rows] == [mugs], query
    tree = store.api("GET", "v3/catalog/trees/1/categories").json()["data"]
    assert tree[0]["children"][0]["path"] == [kitchen["category_id"], mugs]
    assert store.api("GET", f"v3/catalog/categories/{mugs}").json()["data"]["name"] == "Cups"
    product = made(store, categories=[mugs])
    assert store.api("DELETE", path).status_code == 422
    assert store.api("DELETE", f"{path}?category_id:in={kitchen['category_id']}").status_code == 202
    assert store.api("GET", path).json()["data"] == []
    assert read(store, product["id"])["categories"] == []


def test_there_is_one_tree_with_the_storefront():
    store = open_store()
    (tree,) = store.api("GET", "v3/catalog/trees").json()["data"]
    assert (tree["id"], tree["channels"]) == (1, [1])
    assert store.api("GET", "v3/catalog/trees/2/categories").status_code == 404
