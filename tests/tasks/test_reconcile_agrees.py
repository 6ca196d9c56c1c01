"""Lists say the same as an independent bookkeeper who looks into everything, whatever was done to the books."""

import random
from datetime import timedelta

from sandbox.generator import generate
from tasks.reconcile import reconcile
from tests.tasks import planted
from tests.tasks.bookkeeper import wrong_orders
from tests.tasks.checks import invoices_of

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
