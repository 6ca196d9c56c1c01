"""Capture and void: taken at once, carried out a little later, and only of what was authorised."""

import pytest

from sandbox.bigcommerce import life
from tests.sandbox.bigcommerce.lives import placed, read, scopes
from tests.sandbox.bigcommerce.test_callbacks import hook, receiver
from tests.sandbox.bigcommerce.test_refunds import later

__all__ = ["receiver"]


def act(store, order_id, action):
    return store.api("POST", f"v3/orders/{order_id}/payment_actions/{action}").status_code


def standing(store, order_id):
    order = read(store, order_id)["order"]
    return order["payment_status"], order["status_id"]


@pytest.mark.parametrize("switch", [True, False])
def test_a_capture_is_pending_first_and_then_money(store, receiver, switch):
    store.world.switches["capture_sets_status"] = switch
    order_id = placed(store, payment="authorised", status_id=7)
    hook(store)
    assert act(store, order_id, "capture") == 201
    assert standing(store, order_id) == ("capture pending", 7)
    assert act(store, order_id, "capture") == 422
    later(store)
    assert standing(store, order_id) == ("captured", 11 if switch else 7)
    authorised, captured = read(store, order_id)["transactions"]
    assert (captured["event"], captured["amount"], captured["status"]) == ("capture", 36, "ok")
    assert captured["reference_transaction_id"] == authorised["id"]
    moved = ["order/statusUpdated"] if switch else []
    assert scopes(store, receiver) == sorted(
        ["order/transaction/created", "order/updated", "order/updated", *moved]
    )


def test_a_void_lets_go_of_what_was_authorised(store):
    order_id = placed(store, payment="authorised", status_id=7)
    assert act(store, order_id, "void") == 201
    assert standing(store, order_id) == ("void pending", 7)
    later(store)
    assert standing(store, order_id) == ("void", 7)
    authorised, voided = read(store, order_id)["transactions"]
    assert (voided["event"], voided["reference_transaction_id"]) == ("void", authorised["id"])
    assert act(store, order_id, "capture") == 422


@pytest.mark.parametrize("payment", ["purchase", "capture", "offline", "none"])
@pytest.mark.parametrize("action", ["capture", "void"])
def test_only_an_authorised_payment_is_captured_or_voided(store, payment, action):
    order_id = placed(store, payment=payment)
    before = read(store, order_id)
    assert act(store, order_id, action) == 422
    assert read(store, order_id) == before
    assert act(store, 9, action) == 404


@pytest.mark.parametrize("action", ["capture", "void"])
def test_an_order_that_is_gone_meanwhile_hurts_nobody(store, action):
    order_id = placed(store, payment="authorised", status_id=7)
    act(store, order_id, action)
    life.delete(store.world, order_id)
    store.world.clock.advance(1)
    assert store.api("GET", "v2/time").status_code == 200


def test_what_is_due_happens_by_itself_where_nobody_calls(store):
    order_id = placed(store, payment="authorised", status_id=7)
    act(store, order_id, "capture")
    assert store.control("GET", "state").json()["bigcommerce"]["payments_waiting"] == 1
    store.world.clock.advance(1)
    store.world.bigcommerce.courier.deliver_due()
    assert store.control("GET", "state").json()["bigcommerce"]["payments_waiting"] == 0
    assert store.world.bigcommerce.orders[order_id]["order"]["payment_status"] == "captured"
