"""What lists are asked for: described filters choose, and a value that makes no sense is refused, never a 500."""

import pytest

from tests.sandbox.bigcommerce.conftest import open_store, sized_mug

DATES = ("date_created", "date_modified")


@pytest.fixture(scope="module")
def shop():
    """Two of everything that can be asked for; their ids are 'first' and 'second' of the room."""
    store = open_store()

    def make(path, *bodies):
        return [store.api("POST", path, json=body).json() for body in bodies]

    brands = [row["data"]["id"] for row in make("v3/catalog/brands", {"name": "A"}, {"name": "B"})]
    cups = [{"name": name, "parent_id": 0, "description": name * 3} for name in ("x", "y")]
    categories = [row["data"]["id"] for row in make("v3/catalog/categories", *cups)]
    people = [{"email": f"{n}@example.org", "first_name": "A", "last_name": "B"} for n in (1, 2)]
    customers = [row["id"] for row in store.api("POST", "v3/customers", json=people).json()["data"]]
    attribute = store.api("POST", "v3/customers/attributes", json=[{"name": "n", "type": "string"}])
    values = [
        {"attribute_id": attribute.json()["data"][0]["id"], "customer_id": each, "value": "1"}
        for each in customers
    ]
    store.api("PUT", "v3/customers/attribute-values", json=values)
    make("v2/customer_groups", {"name": "A"}, {"name": "B"})
    number = make("v3/pricelists", {"name": "A"})[0]["data"]["id"]
    variants = sized_mug(store)["variants"]
    rows = [{"variant_id": variants[n]["id"], "currency": "USD", "price": 3 + n} for n in (0, 1)]
    store.api("PUT", f"v3/pricelists/{number}/records", json=rows)
    marks = [
        {"namespace": "n", "key": key, "value": "v", "permission_set": "read", "resource_id": brands[0]}
        for key in ("a", "b")
    ]
    marks = store.api("POST", "v3/catalog/brands/metafields", json=marks).json()["data"]
    store.ids = {"brand": brands[1], "category": categories[1], "mark": marks[1]["id"], "list": number}
    store.today = store.world.clock.now().strftime("%Y-%m-%d")
    return store


COUNTS = [
    ("v3/catalog/brands?id:not_in={brand}", 2),  # the mug brought one, too
    ("v3/catalog/brands?id:greater={brand}", 1),
    ("v3/catalog/brands?id:less={brand}", 1),
    ("v3/catalog/categories?id:min={category}", 1),
    ("v3/catalog/categories?parent_id:max=0", 2),
    ("v3/catalog/categories?id:not_in={category}", 1),
    ("v3/catalog/trees/categories?keyword=yyy", 1),
    ("v3/catalog/brands/metafields?id:in={mark}", 1),
    ("v3/catalog/brands/metafields?id:less={mark}", 1),
    ("v3/catalog/brands/metafields?date_created={today}", 2),
    ("v3/catalog/products?date_modified=2020-01-01", 0),
    ("v3/catalog/products?date_modified={today}", 1),
    ("v3/channels?date_modified:min=2035-01-01", 0),
    ("v3/customers?date_created={today}", 2),
    ("v3/customers?date_created=2020-01-01", 0),
    ("v3/customers/attributes?date_created:max=2020-01-01", 0),
    ("v3/customers/attribute-values?date_modified:min=2020-01-01", 2),
    ("v2/customer_groups?date_modified:max=2020-01-01", 0),
    ("v2/customers?tax_exempt_category=none", 0),
    ("v3/pricelists?date_modified=2020-01-01", 0),
    ("v3/pricelists/{list}/records?price:greater=3", 1),
    ("v3/pricelists/{list}/records?price=3&sale_price:max=9", 0),
    ("v3/orders/payment_actions/refunds?created:min=2020-01-01", 0),
]


@pytest.mark.parametrize(("path", "count"), COUNTS)
def test_a_list_is_asked_by_everything_that_is_described_of_it(shop, path, count):
    answer = shop.api("GET", path.format(**shop.ids, today=shop.today))
    rows = answer.json() if answer.content else []
    assert len(rows if isinstance(rows, list) else rows["data"]) == count


@pytest.mark.parametrize(
    "path",
    [
        *(f"v3/{room}?{name}=soon" for room in ("catalog/brands/metafields", "customers") for name in DATES),
        *(f"v3/{room}?date_modified:min=soon" for room in ("channels", "customers/attributes", "pricelists")),
        "v3/orders/payment_actions/refunds?created:min=soon",
        "v3/pricelists/{list}/records?price:min=cheap",
        "v3/pricelists/{list}/records?date_created:max=soon",
        "v3/catalog/brands?id:min=few",
        "v3/catalog/products?date_modified=soon",
        "v2/customer_groups?date_created=soon",
    ],
)
def test_a_filter_whose_value_makes_no_sense_is_refused_by_its_name(shop, path):
    answer = shop.api("GET", path.format(**shop.ids))
    name = path.partition("?")[2].partition("=")[0]
    told = answer.json()
    assert (answer.status_code, name in str(told)) == (400 if isinstance(told, list) else 422, True)


def test_all_customers_or_all_addresses_of_one_go_at_once_in_v2():
    store = open_store()
    told = {"email": "a@example.org", "first_name": "A", "last_name": "B"}
    path = f"v2/customers/{store.api('POST', 'v2/customers', json=told).json()['id']}/addresses"
    for street in ("1 Row", "2 Row"):
        store.api("POST", path, json={"street_1": street})
    assert store.api("GET", f"{path}/count").json() == {"count": 2}
    for room in (path, "v2/customers"):
        assert store.api("DELETE", room).status_code == 204
        assert store.api("GET", room).status_code == 204
