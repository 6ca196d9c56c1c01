"""What orders and other hands do to the levels of a store, and what its hooks hear of it."""

import json

import pytest

from sandbox.bigcommerce import neighbour, placing, stock_moves
from sandbox.bigcommerce.stock import holder_of
from tests.sandbox.bigcommerce.test_callbacks import deliver, hook, receiver
from tests.sandbox.bigcommerce.test_inventory import ABSOLUTE, RELATIVE, adjust, later, levels, make, shirt
from tests.sandbox.bigcommerce.test_products import PATH

__all__ = ["receiver"]
SETTINGS = "v3/settings/inventory"


def line(product, variant=None, quantity=2, **more):
    ids = {"product_id": product, "variant_id": variant}
    return {**ids, "name": "Mug", "sku": "MUG", "quantity": quantity, "base_price": "1.0000", **more}


def order(store, *lines, status=11, **more):
    told = {"total_inc_tax": "12.0000", "status_id": status, "billing_address": {"email": "a@example.com"}}
    return placing.place(store.world, {"order": told, "products": list(lines), **more})


def status(store, order_id, status_id):
    assert store.api("PUT", f"v2/orders/{order_id}", json={"status_id": status_id}).status_code == 200


def setting(store, **told):
    assert store.api("PUT", SETTINGS, json=told).status_code == 200


def mug(store, level=10):
    return make(store, inventory_level=level)["id"]


def on_hand(store, sku="MUG"):
    return levels(store)[sku][0]


def test_an_order_takes_its_goods_when_it_is_placed(store):
    product = mug(store)
    order(store, line(product))
    order(store, line(product, quantity=1), status=0)
    assert on_hand(store) == 7 + 1
    assert store.api("GET", f"{PATH}/{product}").json()["data"]["inventory_level"] == 8


def test_an_incomplete_order_takes_its_goods_when_it_is_completed(store):
    order_id = order(store, line(mug(store)), status=0)
    assert on_hand(store) == 10
    status(store, order_id, 7)
    status(store, order_id, 11)
    assert on_hand(store) == 8


def test_or_when_it_is_shipped_or_completed(store):
    setting(store, update_stock_behavior="order_completed_or_shipped")
    product = mug(store)
    order_id, other = order(store, line(product)), order(store, line(product, quantity=1))
    assert on_hand(store) == 10
    status(store, order_id, 3)
    assert on_hand(store) == 10
    status(store, order_id, 2)
    status(store, order_id, 10)
    assert on_hand(store) == 8
    status(store, other, 5)
    assert on_hand(store) == 8


def test_a_shipment_that_moves_the_status_takes_the_goods(store):
    store.world.switches["shipment_sets_status"] = True
    setting(store, update_stock_behavior="order_completed_or_shipped")
    order_id = order(store, line(mug(store)), shipping_addresses=[{"first_name": "A"}])
    bundle = store.world.bigcommerce.orders[order_id]
    items = [{"order_product_id": bundle["products"][0]["id"], "quantity": 2}]
    body = {"order_address_id": bundle["shipping_addresses"][0]["id"], "items": items}
    assert store.api("POST", f"v2/orders/{order_id}/shipments", json=body).status_code == 201
    assert on_hand(store) == 8


@pytest.mark.parametrize("ended", [4, 5, 6])
@pytest.mark.parametrize(("restocks", "after"), [(True, 10), (False, 8)])
def test_a_cancelled_order_puts_its_goods_back_where_the_store_is_set_so(store, ended, restocks, after):
    setting(store, refund_order_stock_adjustment=restocks)
    order_id = order(store, line(mug(store)))
    status(store, order_id, ended)
    assert on_hand(store) == after
    status(store, order_id, 11)
    assert on_hand(store) == 8


@pytest.mark.parametrize(("took", "after"), [(True, 8), (False, 10)])
def test_an_order_that_comes_in_declined_had_taken_its_goods_or_not(store, took, after):
    store.world.switches["declined_order_took"] = took
    order_id = order(store, line(mug(store)), status=6)
    status(store, order_id, 6)
    assert on_hand(store) == after


@pytest.mark.parametrize(("restocks", "part", "whole"), [(False, 8, 8), (True, 9, 10)])
def test_a_refund_by_api_moves_only_money_or_goods_too(store, restocks, part, whole):
    store.world.switches["api_refund_restocks"] = restocks
    setting(store, refund_order_stock_adjustment=True)
    order_id = order(store, line(mug(store)))
    number = store.world.bigcommerce.orders[order_id]["products"][0]["id"]
    refund = {"items": [{"item_type": "PRODUCT", "item_id": number, "quantity": 1}], "total_amount": 1}
    placing.amend(store.world, order_id, {"order": {"status_id": 14}, "refunds": [refund]})
    assert on_hand(store) == part
    placing.amend(store.world, order_id, {"order": {"status_id": 4}, "refunds": [refund, refund]})
    assert on_hand(store) == whole


@pytest.mark.parametrize(("edits", "after"), [(True, 5), (False, 8)])
def test_an_edited_order_moves_the_difference_where_the_store_is_set_so(store, edits, after):
    setting(store, edit_order_stock_adjustment=edits)
    product = mug(store)
    order_id = order(store, line(product))
    placing.amend(store.world, order_id, {"products": [line(product, quantity=5)]})
    assert on_hand(store) == after


def test_a_channel_may_be_set_otherwise_than_its_store(store):
    path = f"{SETTINGS}?channel_id=2"
    assert set(store.api("GET", path).json()["data"].values()) == {None}
    late = {"update_stock_behavior": "order_completed_or_shipped"}
    assert store.api("PUT", path, json=late).json()["data"] | late == store.api("GET", path).json()["data"]
    product = mug(store)
    one = placing.place(
        store.world, {"order": {"status_id": 11, "channel_id": 2}, "products": [line(product)]}
    )
    assert on_hand(store) == 10
    order(store, line(product))
    assert on_hand(store) == 8
    store.api("PUT", path, json={"update_stock_behavior": None})
    status(store, one, 9)
    assert on_hand(store) == 6


@pytest.mark.parametrize(
    "told", [{"update_stock_behavior": "never"}, {"edit_order_stock_adjustment": "no"}, {"nonsense": 1}]
)
def test_settings_that_there_are_not_are_refused(store, told):
    assert store.api("PUT", SETTINGS, json=told).status_code == 422


def test_parts_of_a_bundle_take_from_their_own_products(store):
    mugs, cups = mug(store), make(store, name="Cup", sku="CUP", inventory_level=10)["id"]
    bundle = order(store, line(mugs, id=1), line(cups, parent_order_product_id=1, is_bundled_product=True))
    assert levels(store) == {"MUG": (8, 8), "CUP": (8, 8)}
    status(store, bundle, 2)
    assert levels(store) == {"MUG": (8, 8), "CUP": (8, 8)}


def test_variants_and_products_tracked_as_one_are_taken_from(store):
    product, ids = shirt(store)
    order(store, line(product["id"], ids["SHIRT-S"]))
    assert levels(store) == {"SHIRT-S": (1, 1), "SHIRT-M": (4, 4)}
    whole, sizes = shirt(
        store,
        "product",
        name="Coat",
        sku="COAT",
        inventory_level=9,
        variants=[
            {"sku": "COAT-S", "option_values": [{"option_display_name": "Size", "label": "S"}]},
            {"sku": "COAT-M", "option_values": [{"option_display_name": "Size", "label": "M"}]},
        ],
    )
    order(store, line(whole["id"], sizes["COAT-S"]), line(whole["id"], sizes["COAT-M"], quantity=3))
    assert levels(store, "sku:in=COAT-S,COAT-M") == {"COAT-S": (4, 4), "COAT-M": (4, 4)}


def test_what_is_tracked_only_later_was_not_taken_before(store):
    product = make(store, inventory_tracking="none")["id"]
    setting(store, refund_order_stock_adjustment=True)
    order_id = order(store, line(product))
    store.api("PUT", f"{PATH}/{product}", json={"inventory_tracking": "product", "inventory_level": 5})
    status(store, order_id, 2)
    assert on_hand(store) == 5
    status(store, order_id, 5)
    assert on_hand(store) == 5


@pytest.mark.parametrize(("switch", "after", "back"), [("zero", 0, 1), ("negative", -1, 1)])
def test_an_order_of_more_than_there_is(store, switch, after, back):
    store.world.switches["order_without_stock"] = switch
    setting(store, refund_order_stock_adjustment=True)
    order_id = order(store, line(mug(store, 1)))
    assert levels(store) == {"MUG": (after, after)}
    status(store, order_id, 5)
    assert on_hand(store) == back


def test_an_order_of_more_than_there_is_may_be_refused_by_the_api(store):
    store.world.switches["order_without_stock"] = "refused"
    product = mug(store, 1)
    body = {"billing_address": {"email": "a@example.com"}}
    rows = [{"product_id": product, "quantity": 2}]
    assert store.api("POST", "v2/orders", json={**body, "products": rows}).status_code == 400
    assert store.api("POST", "v2/orders", json={**body, "products": [{**rows[0], "quantity": 1}]}).ok
    assert on_hand(store) == 0


def test_an_absolute_level_swallows_an_order_that_comes_before_its_time(store):
    product = mug(store)
    adjust(store, ABSOLUTE, {"product_id": product, "quantity": 30})
    order(store, line(product))
    assert on_hand(store) == 8
    later(store)
    assert on_hand(store) == 30


def test_a_relative_change_that_has_become_too_large_does_nothing_without_a_word(store):
    product = mug(store)
    assert adjust(store, RELATIVE, {"product_id": product, "quantity": -9}).status_code == 200
    order(store, line(product))
    later(store)
    assert on_hand(store) == 8


def test_whoever_edits_a_level_comes_after_what_was_due(store):
    product = mug(store)
    adjust(store, ABSOLUTE, {"product_id": product, "quantity": 30})
    later(store)
    row = store.world.bigcommerce.products[product]
    stock_moves.adjust(store.world, holder_of(row, None), 1, 4, "absolute")
    assert on_hand(store) == 4


def heard(store, receiver):
    deliver(store)
    told = [json.loads(body) for _, body in receiver.seen]
    receiver.seen.clear()
    return [(row["scope"], row["data"]) for row in told]


def test_hooks_hear_of_levels_that_were_set_changed_and_sold(store, receiver):
    product = mug(store)
    for scope in ("store/product/inventory/updated", "store/product/inventory/order/updated"):
        hook(store, scope=scope)
    adjust(store, ABSOLUTE, {"product_id": product, "quantity": 20})
    assert heard(store, receiver) == []
    later(store)
    adjust(store, RELATIVE, {"product_id": product, "quantity": 5})
    later(store)
    neighbour.edit(store.world, sku="MUG", level=4)
    order(store, line(product))
    assert [(scope, data["inventory"]) for scope, data in heard(store, receiver)] == [
        ("store/product/inventory/updated", {"product_id": product, "method": "absolute", "value": 20}),
        ("store/product/inventory/updated", {"product_id": product, "method": "relative", "value": 5}),
        ("store/product/inventory/updated", {"product_id": product, "method": "absolute", "value": 4}),
        ("store/product/inventory/order/updated", {"product_id": product, "method": "relative", "value": -2}),
    ]


def test_hooks_hear_the_change_or_call_a_sale_absolute_where_the_store_does_so(store, receiver):
    store.world.switches.update(inventory_hook_value="change", inventory_order_method="absolute")
    product = mug(store)
    hook(store, scope="store/product/inventory/*")
    neighbour.edit(store.world, product_id=product, level=4)
    order(store, line(product))
    told = [data["inventory"] for _, data in heard(store, receiver)]
    assert [(row["method"], row["value"]) for row in told] == [("absolute", -6), ("absolute", -2)]


def test_hooks_of_variants_have_the_number_of_the_older_api(store, receiver):
    product, ids = shirt(store)
    hook(store, scope="store/sku/inventory/updated")
    hook(store, scope="store/product/inventory/updated")
    neighbour.edit(store.world, variant_id=ids["SHIRT-S"], change=2)
    ((scope, data),) = heard(store, receiver)
    assert scope == "store/sku/inventory/updated"
    assert data["id"] != ids["SHIRT-S"]
    told = {"method": "relative", "value": 2, "variant_id": ids["SHIRT-S"]}
    assert data["inventory"] == {"product_id": product["id"], **told}


def test_a_level_that_stays_is_told_to_nobody(store, receiver):
    product = mug(store)
    hook(store, scope="store/product/*")
    adjust(store, ABSOLUTE, {"product_id": product, "quantity": 10})
    later(store)
    assert heard(store, receiver) == []


def test_a_sale_changes_the_product_and_what_runs_out_is_told_with_its_place(store, receiver):
    product = mug(store, 2)
    hook(store, scope="store/product/updated")
    for name in ("stock_changed", "out_of_stock_reached"):
        hook(store, scope=f"store/channel/*/inventory/product/{name}")
    order(store, line(product))
    variant = store.world.bigcommerce.products[product]["base_variant_id"]
    place = {"variant_id": variant, "product_id": product, "location_id": 1}
    assert heard(store, receiver) == [
        ("store/product/updated", {"type": "product", "id": product}),
        ("store/channel/*/inventory/product/stock_changed", place),
        ("store/channel/*/inventory/product/out_of_stock_reached", place),
    ]


def test_somebody_else_edits_stock_by_the_strings(store):
    mug(store)
    rows = [{"sku": "MUG", "level": 3}, {"sku": "MUG", "change": 4}]
    assert store.control("POST", "bigcommerce/stock", json=rows).json() == {"levels": [3, 7]}
    assert store.control("POST", "bigcommerce/stock", json={"sku": "NOBODY", "level": 3}).status_code == 400
    assert store.control("POST", "bigcommerce/stock", json={"sku": "MUG"}).status_code == 400


def test_the_state_shows_levels_and_what_waits(store):
    product = mug(store)
    adjust(store, ABSOLUTE, {"product_id": product, "quantity": 20})
    state = store.control("GET", "state").json()["bigcommerce"]
    row = {"product_id": product, "sku": "MUG", "location_id": 1, "on_hand": 10, "available": 10}
    assert [level | row for level in state["stock"]] == state["stock"]
    assert state["stock_waiting"] == 1
    assert [place["label"] for place in state["locations"]] == ["Default location"]
