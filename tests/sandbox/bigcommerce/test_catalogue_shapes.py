"""Answers of the catalogue have the keys and the types that the API's own description gives them."""

from pathlib import Path

import pytest
import yaml

from tests.sandbox.bigcommerce.conftest import open_store
from tests.sandbox.bigcommerce.test_price_lists import LISTS, TIERS
from tests.sandbox.bigcommerce.test_products import PATH, colours, made

SPECS = Path(__file__).parents[4] / "shared" / "specs" / "bigcommerce" / "reference"
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
# described, but not in recorded answers, or of features that are not pretended
ABSENT = {
    *(
        "channels",
        "primary_image",
        "parent_relations",
        "reviews",
        "gift_wrapping_options",
        "previous",
        "next",
    ),
    *("image_file", "image_url", "instance", "views", "preorder_release_date", "cursor_pagination"),
    *("date_last_imported", "code", "links", "colors", "checkbox_value"),
    *("custom_url.create_redirect", "data.sku", "data.bulk_pricing_tiers", "category_access.categories"),
}
# of a variant: null where it inherits, though only one of its two descriptions says so
NULLED = {"weight", "width", "height", "depth", "fixed_cost_shipping_price", "date_last_imported"}
# where the description is known to be wrong, or recorded answers are null
ODD = {
    "meta_keywords",
    "config",
    "value_data",
    "base_variant_id",
    "map_price",
    "data",
    "option_set_id",
    "sku_id",
}
ODD |= {
    "customer_group_id",
    "channel_id",
    "price",
    "sale_price",
    "retail_price",
    "calculated_price",
    "quantity_max",
}


def described(file, method, path, status):
    """The schema of an answer, with its references followed."""
    if not SPECS.is_dir():
        pytest.skip("the API's descriptions are not beside this checkout")
    text = (SPECS / file).read_text(encoding="utf-8")
    whole = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    answer = _followed(whole, whole["paths"][path][method.lower()]["responses"][str(status)])
    return whole, answer["content"]["application/json"]["schema"]


def _followed(whole, node):
    while "$ref" in node:
        way = node["$ref"].removeprefix("#/").split("/")
        node = whole
        for step in way:
            node = node[step.replace("~1", "/")]
    return node


def _properties(whole, schema):
    schema = _followed(whole, schema)
    found = dict(schema.get("properties", {}))
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ())[:1], *schema.get("anyOf", ())[:1]):
        found |= _properties(whole, part)
    return found


def differing(whole, schema, answer, way=""):
    """Keys that the answer lacks, and values of another type, with their way."""
    schema = _followed(whole, schema)
    if isinstance(answer, list):
        items = schema.get("items", {})
        return [row for one in answer[:1] for row in differing(whole, items, one, f"{way}[]")]
    if not isinstance(answer, dict):
        return []
    wrong = []
    for name, below in _properties(whole, schema).items():
        if name not in answer:
            known = {name, f"{way.rsplit('.', 1)[-1]}.{name}"} & ABSENT
            wrong += [] if known else [f"{way}.{name} is missing"]
            continue
        kind, value = _followed(whole, below).get("type"), answer[name]
        empty = value is None and (_followed(whole, below).get("nullable") or name in NULLED)
        if kind in TYPES and name not in ODD and not empty and not isinstance(value, TYPES[kind]):
            wrong.append(f"{way}.{name} is {value!r}, not {kind}")
        wrong += differing(whole, below, value, f"{way}.{name}")
    return wrong


@pytest.fixture(scope="module")
def shop():
    store = open_store()
    category = store.api("POST", "v3/catalog/trees/categories", json=[{"name": "A"}]).json()["data"][0]
    product = made(
        store,
        variants=colours("Red"),
        custom_fields=[{"name": "Origin", "value": "Wales"}],
        images=[{"image_url": "https://pictures.example/mug.jpg"}],
        brand_name="Clayworks",
        categories=[category["category_id"]],
    )
    number = store.api("POST", LISTS, json={"name": "Trade"}).json()["data"]["id"]
    variant = product["variants"][0]["id"]
    row = {"variant_id": variant, "currency": "USD", "price": 3, "bulk_pricing_tiers": TIERS}
    store.api("PUT", f"{LISTS}/{number}/records", json=[row])
    group = store.api("POST", "v2/customer_groups", json={"name": "Trade"}).json()["id"]
    told = {"price_list_id": number, "customer_group_id": group, "channel_id": 1}
    store.api("POST", f"{LISTS}/assignments", json=[told])
    store.ids = {
        "product_id": product["id"],
        "variant_id": variant,
        "option_id": product["options"][0]["id"],
        "price_list_id": number,
        "brand_id": product["brand_id"],
        "customer_group_id": group,
        "currency_code": "usd",
    }
    return store


PRODUCTS, VARIANTS = "catalog/products_catalog.v3.yml", "catalog/product-variants_catalog.v3.yml"
OPTIONS, TREES = "catalog/product-variant-options_catalog.v3.yml", "catalog/category-trees_catalog.v3.yml"
PRICES, BRANDS, GROUPS = "price_lists.v3.yml", "catalog/brands_catalog.v3.yml", "customers.v2.yml"
ALL = "?include=variants,images,custom_fields,options,modifiers,bulk_pricing_rules,videos"
ANSWERS = [
    (PRODUCTS, "GET", "/catalog/products", ALL, None, 200),
    (PRODUCTS, "GET", "/catalog/products/{product_id}", ALL, None, 200),
    (PRODUCTS, "PUT", "/catalog/products", "", [{"id": 1}] * 11, 413),
    (PRODUCTS, "POST", "/catalog/products", "", {}, 422),
    (PRODUCTS, "GET", "/catalog/products/{product_id}/images", "", None, 200),
    (PRODUCTS, "GET", "/catalog/products/{product_id}/custom-fields", "", None, 200),
    (VARIANTS, "GET", "/catalog/products/{product_id}/variants", "", None, 200),
    (VARIANTS, "GET", "/catalog/products/{product_id}/variants/{variant_id}", "", None, 200),
    (VARIANTS, "GET", "/catalog/variants", "", None, 200),
    (VARIANTS, "PUT", "/catalog/variants", "", [{"id": 1}], 422),
    (OPTIONS, "GET", "/catalog/products/{product_id}/options", "", None, 200),
    (OPTIONS, "GET", "/catalog/products/{product_id}/options/{option_id}/values", "", None, 200),
    (TREES, "GET", "/catalog/trees/categories", "", None, 200),
    (TREES, "POST", "/catalog/trees/categories", "", [{"name": "B"}], 201),
    (TREES, "POST", "/catalog/trees/categories", "", [{"name": ""}, {"name": "C"}], 207),
    (TREES, "GET", "/catalog/trees", "", None, 200),
    (TREES, "GET", "/catalog/trees/{tree_id}/categories", "", None, 200),
    (BRANDS, "GET", "/catalog/brands", "", None, 200),
    (BRANDS, "GET", "/catalog/brands/{brand_id}", "", None, 200),
    (PRICES, "GET", "/pricelists", "", None, 200),
    (PRICES, "POST", "/pricelists", "", {"name": "B"}, 200),
    (PRICES, "GET", "/pricelists/{price_list_id}/records", "?include=bulk_pricing_tiers,sku", None, 200),
    (PRICES, "PUT", "/pricelists/{price_list_id}/records", "", [{"variant_id": 1, "currency": "USD"}], 422),
    (PRICES, "GET", "/pricelists/{price_list_id}/records/{variant_id}/{currency_code}", "", None, 200),
    (PRICES, "GET", "/pricelists/assignments", "", None, 200),
    (PRICES, "POST", "/pricelists/assignments", "", [{"price_list_id": 99}], 422),
    (GROUPS, "GET", "/customer_groups", "", None, 200),
    (GROUPS, "GET", "/customer_groups/{customer_group_id}", "", None, 200),
    ("channels.v3.yml", "GET", "/channels", "", None, 200),
    ("tax_classes.v2.yml", "GET", "/tax_classes", "", None, 200),
]


@pytest.mark.parametrize(
    ("file", "method", "path", "query", "body", "status"),
    ANSWERS,
    ids=[f"{method} {path} {status}" for _, method, path, _, _, status in ANSWERS],
)
def test_an_answer_has_the_keys_and_types_of_its_description(shop, file, method, path, query, body, status):
    whole, schema = described(file, method, path, status)
    version = "v2" if ".v2." in file else "v3"
    filled = path.replace("{tree_id}", "1").format(**shop.ids)
    answer = shop.api(method, f"{version}{filled}{query}", json=body)
    assert answer.status_code == status
    assert differing(whole, schema, answer.json()) == []


def test_a_batch_of_products_answers_as_one_of_them_without_parts(shop):
    body = [{"id": shop.ids["product_id"], "price": 4}]
    (row,) = shop.api("PUT", PATH, json=body).json()["data"]
    assert {"id", "name", "price", "custom_url", "date_modified", "brand_id"} <= set(row)
