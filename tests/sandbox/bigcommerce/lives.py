"""Orders of a described shape in a pretended store, and what they come to, as any client reads it."""

import json
from decimal import Decimal

from sandbox.shop import reading
from tests.sandbox.bigcommerce.test_callbacks import deliver

D = Decimal
LINE = {"price": "10.00", "quantity": 3, "tax": "20"}


def placed(store, **told):
    """The order's id; one line of three at 10.00 and 20 % unless told."""
    answer = store.control("POST", "orders", json={"lines": [LINE], **told})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def read(store, order_id):
    """The order and its parts as the API answers them."""
    path = f"v2/orders/{order_id}"
    bundle = {"order": store.api("GET", path).json()}
    for part in ("products", "taxes?details=true", "coupons", "shipping_addresses", "fees"):
        answer = store.api("GET", f"{path}/{part}")
        bundle[part.split("?")[0]] = answer.json() if answer.status_code == 200 else []
    for part, tail in (("transactions", "transactions"), ("refunds", "payment_actions/refunds")):
        bundle[part] = store.api("GET", f"v3/orders/{order_id}/{tail}").json()["data"]
    return bundle


def totals(bundle):
    order = bundle["order"]
    return tuple(order[f"total_{side}"] for side in ("ex_tax", "tax", "inc_tax"))


def check_adds_up(bundle):
    """Parts make the total, and the tax rows make the tax of everything but fees."""
    order = bundle["order"]
    assert sum(part.inc for part in reading.parts(bundle)) == D(order["total_inc_tax"])
    assert D(order["total_inc_tax"]) % D("0.01") == 0
    assert D(order["total_ex_tax"]) + D(order["total_tax"]) == D(order["total_inc_tax"])
    assert sum(D(row["total_tax"]) for row in bundle["products"]) == D(order["subtotal_tax"])
    rows = sum(D(row["line_amount"]) for row in bundle["taxes"])
    assert rows + sum(D(row["cost_tax"]) for row in bundle["fees"]) == D(order["total_tax"])


def heard(store, receiver):
    """Scopes and data of what the hooks heard since the last time."""
    deliver(store)
    told = [json.loads(body) for _, body in receiver.seen]
    receiver.seen.clear()
    return [(row["scope"].removeprefix("store/"), row["data"]) for row in told]


def scopes(store, receiver):
    return sorted(scope for scope, _ in heard(store, receiver))
