"""Money that nothing but the order's status tells of, when the order becomes dearer after it was recorded."""

from decimal import Decimal

from tests.tasks.checks import records
from tests.tasks.lives import check_life, does, sold

ON_DELIVERY = {"payment": {"style": "offline", "method": "Cash on Delivery"}, "status_id": 10}


def test_money_that_only_the_status_tells_of_is_recorded_up_to_the_dearer_order(lab):
    order = sold(lab, **ON_DELIVERY)
    before = [row["amount"] for row in records(lab, "customerpayments")]
    does(lab, "edit", order, quantity=7)
    live = check_life(lab, order)
    after = [row["amount"] for row in records(lab, "customerpayments")]
    assert len(after) == len(before) + 1
    assert (sum(after), live["balance"]) == (live["total"], Decimal(0))
