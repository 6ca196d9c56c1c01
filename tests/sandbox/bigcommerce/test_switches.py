"""Every switch of the store moves something, and older clients find what they call."""

import pytest

from sandbox.bigcommerce import placing
from sandbox.bigcommerce.switches import BIGCOMMERCE_SWITCHES
from tests.sandbox.bigcommerce.conftest import bundle, open_store

MADE = {
    "products": [{"name": "Mug", "quantity": 1, "price_ex_tax": 10, "price_inc_tax": 12}],
    "billing_address": {"first_name": "A"},
}
FIELD = {"permission_set": "app_only", "namespace": "books", "key": "invoice", "value": "INV-1"}
HOOK = {"scope": "store/order/*", "destination": "https://example.com/x"}


def _shape(store, order_id):
    return type(
        store.api("GET", f"v2/orders/{order_id}?include=consignments").json()["consignments"]
    ).__name__


def _second_hook(store, order_id):
    store.api("POST", "v3/hooks", json=HOOK)
    return store.api("POST", "v3/hooks", json=HOOK).status_code


def _bumped(store, order_id):
    before = store.api("GET", f"v2/orders/{order_id}").json()["date_modified"]
    store.world.clock.advance(5)
    store.api("POST", f"v3/orders/{order_id}/metafields", json=FIELD)
    return store.api("GET", f"v2/orders/{order_id}").json()["date_modified"] != before


def _heard(store, order_id):
    store.api("POST", "v3/hooks", json=HOOK)
    placing.place(store.world, bundle())
    return store.world.bigcommerce.courier.waiting()


def _shipped(store, order_id):
    rows = store.api("GET", f"v2/orders/{order_id}/products").json()
    items = [{"order_product_id": rows[0]["id"], "quantity": 1}]
    body = {"order_address_id": rows[0]["order_address_id"], "items": items}
    store.api("POST", f"v2/orders/{order_id}/shipments", json=body)
    return store.api("GET", f"v2/orders/{order_id}").json()["status_id"]


def _sent(store, order_id):
    made = store.api("POST", "v2/orders", json=MADE).json()["id"]
    rows = store.api("GET", f"v2/orders/{made}/shipping_addresses")
    return [row["first_name"] for row in rows.json()] if rows.text else []


def _leveled(store, order_id):
    told = {"name": "Cup", "type": "physical", "price": 1, "weight": 1, "inventory_tracking": "variant"}
    values = [{"option_display_name": "Size", "label": "S"}]
    told["variants"] = [{"sku": "CUP-S", "option_values": values}]
    made = store.api("POST", "v3/catalog/products", json=told).json()["data"]
    body = {"variants": [{"id": made["variants"][0]["id"], "inventory_level": 4}]}
    store.api("PUT", f"v3/catalog/products/{made['id']}", json=body)
    return store.api("GET", "v3/catalog/variants?sku=CUP-S").json()["data"][0]["inventory_level"]


LOOKS = {
    "unknown_filter": (
        lambda s, o: s.api("GET", "v3/catalog/products?colour=red").status_code,
        {"refused": 422, "ignored": 200},
    ),
    "order_without_address": (_sent, {"billing": ["A"], "none": []}),
    "product_put_variants": (_leveled, {"ignored": 0, "changed": 4}),
    "order_created_status": (
        lambda s, o: s.api("POST", "v2/orders", json=MADE).status_code,
        {200: 200, 201: 201},
    ),
    "metafield_bumps_order": (_bumped, {False: False, True: True}),
    "consignments_shape": (_shape, {"array": "list", "object": "dict"}),
    "duplicate_hook": (_second_hook, {409: 409, 422: 422, 200: 200}),
    "hook_warm_up": (_heard, {0.0: 3, 60.0: 0}),
    "limit_too_large": (
        lambda s, o: s.api("GET", "v3/catalog/products?limit=999").status_code,
        {"413": 413, "clamp": 200},
    ),
    "past_the_end": (
        lambda s, o: s.api("GET", "v3/catalog/products?page=9").status_code,
        {"empty": 200, "404": 404},
    ),
    "price_basis_key": (
        lambda s, o: "is_tax_inclusive_pricing" in s.api("GET", f"v2/orders/{o}").json(),
        {True: True, False: False},
    ),
    "prices_with_tax": (
        lambda s, o: s.api("GET", "v2/store").json()["is_price_entered_with_tax"],
        {False: False, True: True},
    ),
    "is_deleted_filter": (
        lambda s, o: s.api("GET", "v2/orders?is_deleted=true").status_code,
        {True: 204, False: 200},
    ),
    "transactions_empty": (
        lambda s, o: s.api("GET", f"v3/orders/{o}/transactions").status_code,
        {200: 200, 204: 204},
    ),
    "unknown_order_field": (
        lambda s, o: s.api("PUT", f"v2/orders/{o}", json={"colour": "red"}).status_code,
        {"refused": 400, "ignored": 200},
    ),
    "shipment_sets_status": (_shipped, {False: 11, True: 2}),
}
LOOKED_AT_ELSEWHERE = {
    *("empty_list", "min_date", "v2_scope_error", "limit_headers", "window_quota", "neighbour"),
    *("hook_destination", "hook_signature", "webhook_id", "callback_timeout"),
    # test_products.py, test_variants.py
    *(
        "product_name_case",
        "product_half_stored",
        "catalog_batch",
        "variant_new_labels",
        "variants_in_filters",
    ),
    # test_price_lists.py
    *("bigcommerce_price_lists", "price_list_writers", "price_batch_errors", "price_record_put"),
    "price_tier_open_end",
    # test_inventory.py, test_order_stock.py, test_locations.py
    *("inventory_delay", "inventory_batch", "inventory_absolute", "inventory_over_maximum"),
    *("inventory_untracked", "inventory_untracked_rows", "inventory_product_rows"),
    *("inventory_catalogue_level", "inventory_hook_value", "inventory_order_method", "location_limit"),
    *("order_without_stock", "declined_order_took", "api_refund_restocks"),
    # test_refunds.py, test_payment_actions.py
    *("payment_delay", "refund_declined", "requested_amount", "capture_sets_status"),
}


def test_no_switch_is_forgotten():
    assert {switch.name for switch in BIGCOMMERCE_SWITCHES} == {*LOOKS, *LOOKED_AT_ELSEWHERE}


@pytest.mark.parametrize(
    ("name", "position"), [(name, position) for name, (_, seen) in LOOKS.items() for position in seen]
)
def test_a_switch_does_what_it_says(name, position):
    store = open_store(switches={name: position})
    told = bundle(is_tax_inclusive_pricing=False)
    told["shipping_addresses"] = [{"first_name": "A"}]
    order_id = placing.place(store.world, told)
    look, seen = LOOKS[name]
    assert look(store, order_id) == seen[position]


def test_a_callback_that_is_not_answered_in_time_has_failed():
    import threading

    from flask import Flask

    from sandbox.server import serve

    app, over = Flask("sleeper"), threading.Event()
    app.add_url_rule("/", view_func=lambda: over.wait(60) and "", methods=["POST"])
    server = serve(app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    store = open_store(switches={"callback_timeout": 0.1})
    store.api("POST", "v3/hooks", json={**HOOK, "destination": f"http://127.0.0.1:{server.port}/"})
    placing.place(store.world, bundle())
    store.world.bigcommerce.courier.deliver_due()
    over.set()
    store.world.bigcommerce.courier.session.close()
    assert {row["status"] for row in store.world.bigcommerce.courier.log} == {0}
    server.shutdown()
    server.server_close()


def test_older_clients_find_hooks_and_products_under_v2(store):
    order_id = placing.place(store.world, bundle())
    made = store.api("POST", "v2/hooks", json=HOOK)
    number = made.json()["id"]
    assert (made.status_code, store.api("GET", "v2/hooks").json()) == (201, [made.json()])
    assert store.api("POST", "v2/hooks", json={}).json()[0]["status"] == 422
    assert store.api("PUT", f"v2/hooks/{number}", json={"is_active": False}).json()["is_active"] is False
    assert store.api("DELETE", f"v2/hooks/{number}").status_code == 204
    assert store.api("GET", f"v2/hooks/{number}").json()[0]["status"] == 404
    (product,) = store.api("GET", "v2/products?sku=mug").json()
    assert (product["id"], product["price"]) == (77, "12.0000")
    assert store.api("GET", "v2/products/77").json() == product
    assert store.api("GET", "v2/products/count").json() == {"count": 1}
    assert store.api("GET", f"v2/orders/{order_id}/shippingaddresses").status_code == 204
    assert len(store.api("GET", "v2/orderstatuses").json()) == 15
