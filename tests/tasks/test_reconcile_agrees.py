"""Lists say the same as an independent bookkeeper who looks into everything, whatever was done to the books."""

import random
from contextlib import suppress
from datetime import timedelta

from sandbox.bigcommerce import life
from sandbox.generator import generate
from tasks.reconcile import reconcile
from tests.tasks import planted
from tests.tasks.bookkeeper import wrong_orders
from tests.tasks.checks import invoices_of
from tests.tasks.conftest import placed

WRONGS = ("deleted", "voided", "doubled", "unpaid", "untaxed")
FIRST, LAST = 40, 1  # days around the shop's orders


def compared(lab):
    made = [row["date"] for row in lab.invoices]
    first = min(map(planted.day_of, made)) - timedelta(days=FIRST)
    return reconcile(lab.connection, first, max(map(planted.day_of, made)) + timedelta(days=LAST))


def differing(report):
    return {line.order for line in (*report.lines, *report.older) if line.findings}


def test_a_shop_and_its_wrongs_are_judged_alike(new_lab):
    lab, dice = new_lab(), random.Random(1)
    shop = generate(1, 25)
    for one in shop:
        lab.place(one.bundle)
    lab.sync(*[one.order_id for one in shop])
    planted.aged(lab)
    held = {str(one.order_id) for one in shop if lab.row(one.order_id).state == "held"}
    first = compared(lab)
    assert {line.order for line in first.unexplained} == set()
    assert differing(first) == held == wrong_orders(lab)
    booked = [str(one.order_id) for one in shop if invoices_of(lab, one.order_id)]
    for order in dice.sample(booked, len(booked) // 2):
        _do_wrong(lab, order, dice)
    planted.stranger(lab, 99_999, like=next(order for order in booked if invoices_of(lab, order)))
    report = compared(lab)
    assert differing(report) == wrong_orders(lab)
    assert {line.order for line in report.unexplained} == wrong_orders(lab) - held


def _do_wrong(lab, order, dice):
    """A wrong that a person may do, or a refund that is booked rightly or not at all."""
    if dice.random() < 0.7:
        getattr(planted, dice.choice(WRONGS))(lab, order)
        return
    if lab.world.bigcommerce.orders[int(order)]["refunds"] or not planted.is_paid(lab, order):
        return
    refund = planted.refunded(lab, order, "1.00")
    if dice.random() < 0.5:
        planted.credited(lab, order, "1.00", refund)


DEEDS = (
    lambda lab, order, dice: life.edit(lab.world, order, quantity=dice.randint(1, 5)),
    lambda lab, order, dice: life.edit(lab.world, order, price=f"{dice.randint(1, 30)}.37"),
    lambda lab, order, dice: life.add(
        lab.world, order, price="3.30", quantity=2, tax="20", name="Pin", sku="PIN"
    ),
    lambda lab, order, dice: life.discount(lab.world, order, "1.11"),
    lambda lab, order, dice: life.refund(lab.world, order, amount=f"{dice.randint(1, 9)}.13"),
    lambda lab, order, dice: life.refund(lab.world, order, quantity=1),
    lambda lab, order, dice: life.refund(lab.world, order),
    lambda lab, order, dice: life.refund(lab.world, order, amount="2.22", declined=True),
    lambda lab, order, dice: life.pay(lab.world, order),
    lambda lab, order, dice: life.void(lab.world, order),
    lambda lab, order, dice: life.cancel(lab.world, order),
    lambda lab, order, dice: life.reinstate(lab.world, order),
    lambda lab, order, dice: life.archive(lab.world, order),
    lambda lab, order, dice: life.delete(lab.world, order),
)
PAID = ({}, {"payment": {"style": "authorised"}, "status_id": 7}, {"payment": {"style": "offline"}})


def test_whatever_orders_live_through_nothing_is_unexplained_once_it_was_worked(lab):
    """Six orders, paid and not, live through four deeds each, those that the store allows; then it is quiet."""
    lives(lab, random.Random(1), 6, 4)


def lives(lab, dice, many, deeds):
    orders = [placed(lab, inclusive=dice.random() < 0.5, **dice.choice(PAID)) for _ in range(many)]
    lab.sync(*orders)
    for _ in range(deeds):
        for order in orders:
            with suppress(life.Impossible, KeyError):
                dice.choice(DEEDS)(lab, int(order), dice)
        lab.sync(*orders)
    report = compared(lab)
    assert [(line.order, [one.what for one in line.findings]) for line in report.unexplained] == []
    held = {order for order in orders if lab.row(order).state == "held"}
    assert differing(report) <= held
    assert differing(report) == wrong_orders(lab)
