"""Refunds as other people's clients make them: asked for first, then made, the money a little later."""

from decimal import Decimal

import pytest

from sandbox.shop.expecting import expect_loaded
from tests.sandbox.bigcommerce.lives import LINE, heard, placed, read
from tests.sandbox.bigcommerce.test_callbacks import hook, receiver

__all__ = ["receiver"]
D = Decimal
CUSTOMER = {"id": 12, "email": "ada@example.com"}


def asked(store, order_id, *items, **more):
    path = f"v3/orders/{order_id}/payment_actions/refund_quotes"
    return store.api("POST", path, json={"items": list(items), **more})


def made(store, order_id, *items, payments=None, **more):
    """As a client does it that pays back as the money came."""
    if payments is None:
        quote = asked(store, order_id, *items, **more)
        assert quote.status_code == 201, quote.text
        payments = quote.json()["data"]["refund_methods"][0]
    body = {"items": list(items), "payments": payments, **more}
    return store.api("POST", f"v3/orders/{order_id}/payment_actions/refunds", json=body)


def item(store, order_id, kind="PRODUCT", **how):
    bundle = store.world.bigcommerce.orders[order_id]
    part = {"PRODUCT": "products", "GIFT_WRAPPING": "products", "FEE": "fees"}.get(kind, "shipping_addresses")
    number = order_id if kind == "ORDER" else bundle[part][0]["id"]
    return {"item_type": kind, "item_id": number, **(how or {"quantity": 1})}


def later(store):
    store.world.clock.advance(1)
    store.api("GET", "v2/time")


def test_a_quote_says_what_would_go_back_and_how(store):
    order_id = placed(store, customer=CUSTOMER, store_credit="6.00")
    answer = asked(store, order_id, item(store, order_id, quantity=3))
    assert answer.status_code == 201
    data = answer.json()["data"]
    ways = data.pop("refund_methods")
    assert data == {
        "order_id": order_id,
        "total_refund_amount": 36,
        "total_refund_tax_amount": 6,
        "rounding": 0,
        "adjustment": 0,
        "tax_inclusive": False,
        "order_level_refund_amount": 0,
    }
    told = [[(one["provider_id"], one["amount"], one["offline"]) for one in way] for way in ways]
    assert told == [
        [("testgateway", 30, False), ("storecredit", 6, False)],
        [("storecredit", 36, False)],
        [("custom", 36, True)],
    ]
    assert read(store, order_id)["refunds"] == []


def test_a_part_refund_counts_pieces_changes_the_status_and_keeps_the_totals(store):
    order_id = placed(store, status_id=2)
    answer = made(store, order_id, item(store, order_id), reason="scratched")
    assert answer.status_code == 201
    refund = answer.json()["data"]
    assert list(refund) == [
        *("id", "order_id", "user_id", "created", "reason", "total_amount", "total_tax"),
        *("uses_merchant_override_values", "items", "payments"),
    ]
    assert (refund["total_amount"], refund["total_tax"], refund["reason"]) == (12, 2, "scratched")
    bundle = read(store, order_id)
    assert bundle["refunds"] == [refund]
    order, (line,) = bundle["order"], bundle["products"]
    assert (order["status_id"], order["status"]) == (14, "Partially Refunded")
    assert (order["payment_status"], order["total_inc_tax"]) == ("partially refunded", "36.0000")
    assert (line["quantity_refunded"], line["is_refunded"], line["quantity"]) == (1, False, 3)
    made(store, order_id, item(store, order_id, quantity=2))
    order, (line,) = read(store, order_id)["order"], read(store, order_id)["products"]
    assert (order["status_id"], order["payment_status"], line["is_refunded"]) == (4, "refunded", True)
    assert asked(store, order_id, item(store, order_id)).status_code == 422


def test_the_money_moves_a_little_later(store):
    order_id = placed(store)
    payment = made(store, order_id, item(store, order_id)).json()["data"]["payments"][0]
    assert (payment["transaction_id"], payment["is_declined"]) == (None, False)
    assert len(read(store, order_id)["transactions"]) == 1
    later(store)
    bundle = read(store, order_id)
    bought, back = bundle["transactions"]
    assert (back["event"], back["amount"], back["gateway"]) == ("refund", 12, "testgateway")
    assert back["reference_transaction_id"] == bought["id"]
    assert bundle["refunds"][0]["payments"][0]["transaction_id"] == str(back["id"])


def test_a_refund_tells_its_story(store, receiver):
    order_id = placed(store)
    hook(store)
    refund = made(store, order_id, item(store, order_id)).json()["data"]
    told = {"type": "order", "id": order_id}
    change = {"previous_status_id": 11, "new_status_id": 14}
    wanted = [
        ("order/refund/created", {**told, "refund": {"refund_id": refund["id"]}}),
        ("order/statusUpdated", {**told, "status": change}),
        ("order/updated", told),
    ]
    assert heard(store, receiver) == wanted
    later(store)
    assert {scope for scope, _ in heard(store, receiver)} == {"order/transaction/created", "order/updated"}


@pytest.mark.parametrize(
    ("kind", "how", "total", "tax"),
    [
        ("SHIPPING", {"amount": "3.00"}, 3, 0.5),
        ("HANDLING", {"amount": 2}, 2, 0),
        ("FEE", {"amount": 2.4}, 2.4, 0.4),
        ("GIFT_WRAPPING", {"quantity": 1}, 0.6, 0.1),
        ("ORDER", {"amount": 5}, 5, 0),
        ("PRODUCT", {"amount": 6}, 6, 1),
    ],
)
def test_everything_that_was_charged_can_go_back(store, kind, how, total, tax):
    """Shipping 5.00 + 1.00: of 3.00 are 0.50 tax; wrapping 1.50 + 0.30 for three: 0.60 with 0.10."""
    order_id = placed(
        store,
        lines=[{**LINE, "wrapping": "1.50"}],
        shipping={"cost": "5.00", "tax": "20"},
        handling={"cost": "2.00"},
        fees=[{"cost": "2.00", "tax": "20"}],
    )
    refund = made(store, order_id, item(store, order_id, kind, **how)).json()["data"]
    assert (refund["total_amount"], refund["total_tax"]) == (total, tax)
    (told,) = refund["items"]
    amount = how.get("amount")
    assert told["requested_amount"] == (None if amount is None else float(amount))


def test_amounts_may_be_meant_in_the_price_basis(store):
    """3.00 of shipping without tax are 3.60 with it."""
    store.world.switches["requested_amount"] = "basis"
    order_id = placed(store, shipping={"cost": "5.00", "tax": "20"})
    refund = made(store, order_id, item(store, order_id, "SHIPPING", amount=3)).json()["data"]
    told = (refund["total_amount"], refund["total_tax"], refund["items"][0]["requested_amount"])
    assert told == (3.6, 0.6, 3)


def test_tax_alone_goes_back_without_items(store):
    order_id = placed(store)
    path = f"v3/orders/{order_id}/payment_actions/refunds"
    refund = store.api("POST", path, json={"tax_adjustment_amount": 6}).json()["data"]
    assert (refund["items"], refund["total_amount"], refund["total_tax"]) == ([], 6, 6)
    assert store.api("POST", path, json={"tax_adjustment_amount": 0.01}).status_code == 422


def test_a_merchant_may_calculate_by_himself(store):
    order_id = placed(store)
    override = {"total_amount": 10, "total_tax": 0}
    payments = [{"provider_id": "testgateway", "amount": 10, "offline": False}]
    answer = made(
        store, order_id, item(store, order_id), payments=payments, merchant_calculated_override=override
    )
    refund = answer.json()["data"]
    assert (refund["total_amount"], refund["total_tax"]) == (10, 0)
    assert refund["uses_merchant_override_values"] is True


def pay(amount, provider="testgateway", **more):
    return [{"provider_id": provider, "amount": amount, **more}]


@pytest.mark.parametrize(
    ("payments", "why"),
    [
        (pay(11.99), "add up"),
        ([], "missing"),
        (pay(12, "stripe"), "stripe can not"),
        (pay(13) + pay(-1), "add up"),
        (pay(12, "storecredit"), None),
    ],
)
def test_payments_must_be_those_of_a_quote(store, payments, why):
    order_id = placed(store)
    answer = made(store, order_id, item(store, order_id), payments=payments)
    assert answer.status_code == 422
    if why is None:
        assert answer.json()["data"][0]["title"] == "Unable to provide store credit for a guest customer."
    else:
        assert why in answer.json()["title"]
    assert read(store, order_id)["refunds"] == []


@pytest.mark.parametrize(
    "body", [{}, {"items": []}, {"items": [{"item_type": "PRODUCT"}]}, {"items": [1]}, []]
)
def test_nonsense_is_422(store, body):
    order_id = placed(store)
    for tail in ("refund_quotes", "refunds"):
        path = f"v3/orders/{order_id}/payment_actions/{tail}"
        assert store.api("POST", path, json=body).status_code == 422
        assert store.api("POST", path.replace(str(order_id), "9"), json=body).status_code == 404


@pytest.mark.parametrize(
    ("payment", "status", "answered"), [("authorised", 7, 422), ("offline", 7, 422), ("offline", 11, 201)]
)
def test_money_that_did_not_come_does_not_go_back(store, payment, status, answered):
    order_id = placed(store, payment=payment, status_id=status)
    answer = asked(store, order_id, item(store, order_id))
    assert (answer.status_code, "no settled payment" in answer.text) == (answered, answered == 422)


def test_offline_money_goes_back_by_hand(store):
    order_id = placed(store, payment="offline")
    refund = made(store, order_id, item(store, order_id, quantity=3)).json()["data"]
    (payment,) = refund["payments"]
    assert (payment["provider_id"], payment["offline"]) == ("cod", True)
    later(store)
    bundle = read(store, order_id)
    assert bundle["transactions"][-1]["method"] == "offline"
    seen = expect_loaded(bundle)
    assert (seen.outcome, seen.paid, seen.refunded) == ("posted", D("36.00"), D("36.00"))


def test_no_more_goes_back_than_came(store):
    order_id = placed(store, status_id=7, payment="authorised")
    store.control("POST", "bigcommerce/life", json={"deed": "capture", "order": order_id, "wanted": "10.00"})
    data = asked(store, order_id, item(store, order_id)).json()["data"]
    assert (data["total_refund_amount"], data["adjustment"]) == (10, -2)


def test_a_declined_refund_moves_no_money_and_no_status(store):
    store.world.switches["refund_declined"] = 1
    order_id = placed(store)
    declined = made(store, order_id, item(store, order_id)).json()["data"]
    assert declined["payments"][0]["is_declined"] is True
    later(store)
    bundle = read(store, order_id)
    assert (bundle["order"]["status_id"], bundle["order"]["payment_status"]) == (11, "captured")
    assert (len(bundle["transactions"]), bundle["products"][0]["quantity_refunded"]) == (1, 0)
    seen = expect_loaded(bundle)
    assert (seen.outcome, seen.paid, seen.refunded) == ("posted", D("36.00"), D("0.00"))
    assert made(store, order_id, item(store, order_id)).json()["data"]["payments"][0]["is_declined"] is False
    assert read(store, order_id)["order"]["status_id"] == 14


def test_a_share_of_refunds_is_declined(store):
    store.world.switches["refund_declined"] = 0.5
    order_id = placed(store, lines=[{**LINE, "quantity": 100}])
    told = [made(store, order_id, item(store, order_id)).json()["data"]["payments"][0] for _ in range(20)]
    assert 2 < sum(payment["is_declined"] for payment in told) < 18


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("status", [4, 14])
def test_an_order_with_refunds_is_expected_to_be_posted_as_sold(store, inclusive, status):
    order_id = placed(store, inclusive=inclusive, shipping={"cost": "5.00", "tax": "20"})
    total = D(read(store, order_id)["order"]["total_inc_tax"])
    items = [
        item(store, order_id, quantity=3),
        item(store, order_id, "SHIPPING", amount=5 if inclusive else 6),
    ]
    made(store, order_id, *items[: 2 if status == 4 else 1])
    later(store)
    bundle = read(store, order_id)
    seen = expect_loaded(bundle)
    assert (bundle["order"]["status_id"], seen.outcome) == (status, "posted")
    assert (seen.total, seen.paid) == (total, total)
    assert seen.refunded == D(str(sum(row["total_amount"] for row in bundle["refunds"])))
