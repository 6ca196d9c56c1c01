"""Whatever people do to an order, in whatever turn: its parts make its total, and no more goes back than came."""

from decimal import Decimal
from random import Random

import pytest

from sandbox.bigcommerce import life
from sandbox.bigcommerce.refund_methods import money_left
from sandbox.shop.refunding import money_back
from tests.sandbox.bigcommerce.lives import check_adds_up, placed, read

D = Decimal
DEEDS = 12
TAXES = ("0", "20", "5.5", ["6", "2.25"])


def cents(dice, most=900):
    return D(dice.randint(1, most)).scaleb(-2)


def described(dice):
    """An order with something of everything."""
    lines = [
        {"price": str(cents(dice, 5000)), "quantity": dice.randint(1, 4), "tax": dice.choice(TAXES)}
        for _ in range(dice.randint(1, 3))
    ]
    lines[0] |= {"wrapping": "1.50", "children": ["Lid"]}
    return {
        "lines": lines,
        "inclusive": dice.random() < 0.5,
        "shipping": {"cost": "4.95", "tax": "20"},
        "fees": [{"cost": "2.00", "tax": "20"}],
        "discounts": [{"amount": "0.37", "kind": dice.choice(["coupon", "manual"])}],
        "payment": dice.choice(["purchase", "capture", "settled", "offline", "authorised"]),
        "customer": {"id": dice.choice([0, 7])},
    }


def something(dice, world, order_id):
    line = dice.choice(world.bigcommerce.orders[order_id]["products"])["id"]
    return dice.choice(
        [
            lambda: life.refund(world, order_id),
            lambda: life.refund(world, order_id, line=line, quantity=1),
            lambda: life.refund(world, order_id, line=line, amount=cents(dice)),
            lambda: life.refund(world, order_id, shipping=cents(dice)),
            lambda: life.refund(world, order_id, amount=cents(dice), offline=dice.random() < 0.3),
            lambda: life.refund(world, order_id, tax=cents(dice, 99)),
            lambda: life.refund(world, order_id, quantity=1, declined=True),
            lambda: life.edit(world, order_id, line, quantity=dice.randint(0, 5)),
            lambda: life.edit(world, order_id, line, price=cents(dice)),
            lambda: life.add(world, order_id, price=cents(dice), quantity=2, tax=dice.choice(TAXES)),
            lambda: life.discount(world, order_id, "0.37"),
            lambda: life.ship(world, order_id),
            lambda: life.capture(world, order_id),
            lambda: life.pay(world, order_id, cents(dice)),
            lambda: life.cancel(world, order_id),
            lambda: life.reinstate(world, order_id),
        ]
    )


@pytest.mark.parametrize("seed", range(16))
def test_an_order_adds_up_whatever_becomes_of_it(store, seed):
    dice, done = Random(seed), 0
    store.world.switches["requested_amount"] = dice.choice(["gross", "basis"])
    order_id = placed(store, **described(dice))
    for _ in range(DEEDS):
        try:
            something(dice, store.world, order_id)()
            done += 1
        except life.Impossible:
            continue
        bundle = read(store, order_id)
        check_adds_up(bundle)
        check_refunds(bundle)
    assert done >= DEEDS // 4


def check_refunds(bundle):
    """Payments make their refund, transactions make the payments, and the gateway has not paid from its own pocket."""
    for row in bundle["refunds"]:
        assert sum(D(str(one["amount"])) for one in row["payments"]) == D(str(row["total_amount"]))
        assert 0 <= D(str(row["total_tax"])) <= D(str(row["total_amount"]))
    back = sum(money_back(row) for row in bundle["refunds"])
    moved = sum(D(str(row["amount"])) for row in bundle["transactions"] if row["event"] == "refund")
    assert moved == back
    offline = (
        bundle["order"]["payment_method"] == "Cash on Delivery"
    )  # what came is known by the order's total only
    assert offline or money_left(bundle) >= 0
