"""A store with very many products stays quick: nothing looks at all of them for one."""

import time

import pytest

from tests.sandbox.bigcommerce.conftest import open_store
from tests.sandbox.bigcommerce.test_products import MUG, PATH

MANY = 10_000


@pytest.fixture(scope="module")
def full():
    store = open_store(switches={"window_quota": 10**9})
    store.control("POST", "bigcommerce/products", json={"count": MANY, "level": 5})
    return store


def _seconds(act):
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def test_ten_thousand_products_are_listed_with_their_variants_in_forty_pages(full):
    seen = []

    def walk():
        for page in range(1, 41):
            answer = full.api("GET", f"{PATH}?include=variants&sort=id&limit=250&page={page}").json()
            seen.extend(row["variants"][0]["product_id"] for row in answer["data"])

    taken = _seconds(walk)
    assert seen == full.world.bigcommerce.products.order[:MANY]
    assert taken < 30  # 1 s alone on a machine; nobody looks at every product for every page


class Counted(dict):
    """Rows by id that remember how many of them anybody looked at."""

    looks = 0

    def __getitem__(self, key):
        self.looks += 1
        return super().__getitem__(key)

    def _all(self):
        self.looks += len(self)
        return self

    def values(self):
        return super(Counted, self._all()).values()

    def items(self):
        return super(Counted, self._all()).items()

    def __iter__(self):
        return super(Counted, self._all()).__iter__()


def _levels(*products):
    return {"items": [{"location_id": 1, "product_id": number, "quantity": 4} for number in products]}


LOOKS = [  # the call, and how many of ten thousand products it may look at
    (("GET", "v3/catalog/variants?sku=sku-07000"), 5),
    (("GET", f"{PATH}?name=Product 07000"), 5),
    (("GET", f"{PATH}?sku=SKU-07000&include=variants"), 5),
    (("GET", f"{PATH}?id:in=100,200,300"), 12),
    (("GET", f"{PATH}?include=variants&limit=250&page=20"), 250),
    (("GET", "v3/catalog/variants?limit=250&page=20"), 0),
    (("POST", PATH, {**MUG, "name": "Another", "sku": "ANOTHER"}), 5),
    (("POST", PATH, {**MUG, "name": "product 07000", "sku": "ANOTHER"}), 5),
    (("PUT", PATH, [{"id": 500, "price": 3}, {"id": 501, "sku": "ONE-MORE"}]), 20),
    (("PUT", "v3/catalog/variants", [{"id": 5500, "price": 3}, {"id": 5501, "sku": "YET-ANOTHER"}]), 20),
    (("GET", "v3/inventory/items?limit=1000&page=3"), 1000),
    (("GET", "v3/inventory/items?sku:in=SKU-07000,SKU-07001"), 10),
    (("PUT", "v3/inventory/adjustments/absolute", _levels(700, 701)), 20),
    (("POST", "v3/inventory/adjustments/relative", _levels(702)), 20),
    (("DELETE", f"{PATH}/600"), 5),
]


@pytest.mark.parametrize(("call", "most"), LOOKS, ids=[f"{call[0]} {call[1]}" for call, _ in LOOKS])
def test_for_one_product_only_a_few_are_looked_at(full, call, most):
    method, path, *body = call
    products = full.world.bigcommerce.products
    products.data = rows = Counted(products.data)
    answer = full.api(method, path, json=body[0] if body else None)
    assert answer.status_code in (200, 204, 409)
    products.data = dict(super(Counted, rows).items())
    assert rows.looks <= most
