"""What people do to orders, deed by deed, and what the hooks hear of it."""

from decimal import Decimal

import pytest

from sandbox.bigcommerce import life
from sandbox.shop.expecting import expect_loaded
from tests.sandbox.bigcommerce.lives import LINE, check_adds_up, heard, placed, read, scopes, totals
from tests.sandbox.bigcommerce.test_callbacks import hook, receiver

__all__ = ["receiver"]
D = Decimal
TWO = [LINE, {"price": "7.77", "quantity": 2, "tax": "5.5"}]
SHIPPED = {"shipping": {"cost": "5.00", "tax": "20"}}


def did(store, deed, order_id, **how):
    """The deed done through the strings; what it gives."""
    answer = store.control("POST", "bigcommerce/life", json={"deed": deed, "order": order_id, **how})
    assert answer.status_code == 200, answer.text
    return answer.json()["told"][0]


def judged(store, order_id):
    bundle = read(store, order_id)
    seen = expect_loaded(bundle)
    return seen.outcome, bundle["order"]["status_id"], seen.total, seen.paid, seen.refunded


def test_everything_goes_back_thing_by_thing(store, receiver):
    order_id = placed(store, lines=TWO, **SHIPPED)
    hook(store)
    number = did(store, "refund", order_id)
    bundle = read(store, order_id)
    (refund,) = bundle["refunds"]
    kinds = [item["item_type"] for item in refund["items"]]
    assert (refund["id"], kinds) == (number, ["PRODUCT", "PRODUCT", "SHIPPING"])
    assert refund["payments"][0]["transaction_id"] == str(bundle["transactions"][-1]["id"])
    total = D("58.39")  # 36.00 + 15.54 + 0.85 + 6.00
    assert judged(store, order_id) == ("posted", 4, total, total, total)
    assert scopes(store, receiver) == [
        *("order/refund/created", "order/statusUpdated", "order/transaction/created"),
        *("order/updated", "order/updated"),
    ]


@pytest.mark.parametrize(
    ("how", "back"),
    [
        ({"line": "first"}, "36.00"),
        ({"line": "first", "quantity": 2}, "24.00"),
        ({"quantity": 1}, "12.00"),
        ({"line": "first", "amount": "5.00"}, "5.00"),
        ({"shipping": "2.00"}, "2.00"),
        ({"amount": "3.33"}, "3.33"),
        ({"tax": "1.00"}, "1.00"),
        ({"amount": "3.33", "offline": True}, "3.33"),
        ({"amount": "3.33", "provider": "storecredit"}, "3.33"),
        ({"quantity": 1, "declined": True}, "0.00"),
    ],
)
def test_a_part_goes_back(store, how, back):
    order_id = placed(store, lines=TWO, customer={"id": 5}, **SHIPPED)
    if how.get("line"):
        how = {**how, "line": read(store, order_id)["products"][0]["id"]}
    did(store, "refund", order_id, **how)
    status = 11 if how.get("declined") else 14
    assert judged(store, order_id) == ("posted", status, D("58.39"), D("58.39"), D(back))


def test_the_rest_after_an_amount_for_nothing_in_particular_is_one_too(store):
    order_id = placed(store, lines=TWO)
    did(store, "refund", order_id, amount="2.00")
    did(store, "refund", order_id)
    assert [row["items"][0]["item_type"] for row in read(store, order_id)["refunds"]] == ["ORDER", "ORDER"]
    assert judged(store, order_id)[:2] == ("posted", 4)
    assert (
        store.control("POST", "bigcommerce/life", json={"deed": "refund", "order": order_id}).status_code
        == 400
    )


def test_money_comes_late_in_parts_and_goes_before_it_settled(store, receiver):
    """36.00: 10.00 of the authorisation, then 6.00, then the rest; the 6.00 are called back."""
    order_id = placed(store, payment="authorised", status_id=7)
    hook(store, "store/order/transaction/created")
    did(store, "capture", order_id, wanted="10.00")
    assert judged(store, order_id) == ("posted", 7, D("36.00"), D("10.00"), D("0.00"))
    six = did(store, "pay", order_id, wanted="6.00")
    did(store, "pay", order_id)
    assert judged(store, order_id)[1:4] == (11, D("36.00"), D("36.00"))
    did(store, "void", order_id, transaction=six)
    assert judged(store, order_id)[3] == D("30.00")
    assert [data["transaction_type"] for _, data in heard(store, receiver)] == [
        *("capture", "purchase", "purchase", "void")
    ]


@pytest.mark.parametrize("inclusive", [True, False])
def test_goods_are_edited_and_everything_adds_up(store, inclusive):
    order_id = placed(store, lines=TWO, inclusive=inclusive, discounts=[{"amount": "3.33"}], **SHIPPED)
    second = read(store, order_id)["products"][1]["id"]
    deeds = [
        ("edit", {"quantity": 7}),
        ("edit", {"line": second, "price": "3.05"}),
        ("add", {"price": "1.99", "quantity": 3, "tax": "20"}),
        ("add", {"price": "4.00", "tax": ["6", "2.25"]}),
        ("discount", {"wanted": "5.55"}),
        ("edit", {"line": second, "quantity": 0}),
    ]
    for deed, how in deeds:
        did(store, deed, order_id, **how)
        check_adds_up(read(store, order_id))
    bundle = read(store, order_id)
    assert [row["quantity"] for row in bundle["products"]] == [7, 3, 1]
    assert [row["name"] for row in bundle["taxes"]] == ["VAT 20", "VAT 20", "VAT 20", "VAT 6", "VAT 2.25"]
    assert len({row["id"] for row in bundle["taxes"]}) == 5


def test_a_discount_lowers_every_line_by_its_share(store):
    """10.00 off 30.00 and 20.00: 24.00 + 4.80 and 16.00 + 0.88."""
    order_id = placed(store, lines=[LINE, {"price": "20.00", "tax": "5.5"}])
    did(store, "discount", order_id, wanted="10.00")
    bundle = read(store, order_id)
    assert totals(bundle) == ("40.0000", "5.6800", "45.6800")
    assert bundle["order"]["discount_amount"] == "10.0000"


def test_addresses_are_edited(store, receiver):
    order_id = placed(store, **SHIPPED)
    hook(store)
    did(store, "address", order_id, city="Elsewhere", email="new@example.com")
    bundle = read(store, order_id)
    assert bundle["order"]["billing_address"]["email"] == "new@example.com"
    assert {bundle["order"]["billing_address"]["city"], bundle["shipping_addresses"][0]["city"]} == {
        "Elsewhere"
    }
    assert scopes(store, receiver) == ["order/updated"]


@pytest.mark.parametrize(("deed", "status"), [("cancel", 5), ("decline", 6), ("dispute", 13)])
def test_an_order_ends_and_stands_again(store, receiver, deed, status):
    order_id = placed(store)
    hook(store)
    did(store, deed, order_id)
    assert read(store, order_id)["order"]["status_id"] == status
    did(store, "reinstate", order_id)
    assert read(store, order_id)["order"]["status"] == "Awaiting Fulfillment"
    change = {"previous_status_id": status, "new_status_id": 11}
    told = heard(store, receiver)
    assert told[2] == ("order/statusUpdated", {"type": "order", "id": order_id, "status": change})
    assert [scope for scope, _ in told] == ["order/statusUpdated", "order/updated"] * 2


def test_an_order_is_shipped_in_parts(store, receiver):
    order_id = placed(store, lines=TWO, **SHIPPED)
    hook(store, "store/shipment/*")
    first, second = (row["id"] for row in read(store, order_id)["products"])
    did(store, "ship", order_id, pieces={str(first): 2})
    order = read(store, order_id)["order"]
    assert (order["status_id"], order["items_shipped"], order["date_shipped"]) == (3, 2, "")
    (last,) = did(store, "ship", order_id)
    order = read(store, order_id)["order"]
    assert (order["status_id"], order["items_shipped"]) == (2, 5)
    assert order["date_shipped"]
    rows = store.api("GET", f"v2/orders/{order_id}/shipments").json()
    assert [[(one["order_product_id"], one["quantity"]) for one in row["items"]] for row in rows] == [
        [(first, 2)],
        [(first, 1), (second, 2)],
    ]
    assert heard(store, receiver)[-1] == (
        "shipment/created",
        {"type": "shipment", "id": last, "orderId": order_id},
    )


def test_an_archived_order_is_read_and_not_listed_and_a_deleted_one_is_gone(store, receiver):
    order_id = placed(store)
    hook(store, "store/order/archived")
    did(store, "archive", order_id)
    assert read(store, order_id)["order"]["is_deleted"] is True
    assert store.api("GET", "v2/orders").status_code == 204
    did(store, "reinstate", order_id)
    assert len(store.api("GET", "v2/orders").json()) == 1
    did(store, "delete", order_id)
    assert store.api("GET", f"v2/orders/{order_id}").status_code == 404
    assert scopes(store, receiver) == ["order/archived"] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"deed": "fly", "order": 100},
        {"deed": "cancel", "order": 9},
        {"deed": "cancel"},
        {"deed": "edit", "order": 100, "quantity": 0},
        {"deed": "edit", "order": 100, "line": 9, "quantity": 2},
        {"deed": "capture", "order": 100},
        {"deed": "refund", "order": 100, "quantity": 4},
        {"deed": "refund", "order": 100, "amount": "much"},
        {"deed": "ship", "order": 100, "pieces": {"100001": 4}},
    ],
)
def test_what_the_store_would_not_do_is_said(store, wrong):
    order_id = placed(store, id=100, **SHIPPED)
    before = read(store, order_id)
    answer = store.control("POST", "bigcommerce/life", json=wrong)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert read(store, order_id) == before


def test_tests_call_the_deeds_directly(store):
    order_id = placed(store)
    life.refund(store.world, order_id, quantity=1, at_once=False)
    assert len(store.world.bigcommerce.orders[order_id]["transactions"]) == 1
    with pytest.raises(life.Impossible):
        life.edit(store.world, order_id, quantity=0)
    assert set(life.DEEDS) >= {"refund", "cancel", "ship", "delete"}
