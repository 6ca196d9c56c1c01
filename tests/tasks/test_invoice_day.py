"""A sales order's invoice that comes due in another month than its order: made, kept and compared."""

from datetime import date, timedelta
from decimal import Decimal

from sandbox.bigcommerce import life
from sandbox.bigcommerce.shapes import rfc2822
from tasks.reconcile import reconcile
from tests.tasks import planted
from tests.tasks.checks import invoice_of, invoices_of, written
from tests.tasks.conftest import placed
from tests.tasks.test_reconcile import compared, faults, result
from tests.tasks.test_stages import sales_order, staged

LONG = timedelta(days=40)
TOTAL = Decimal("41.88")


def around(lab, day):
    """The comparison of the days about one that is gone."""
    first = date.fromisoformat(day) - timedelta(days=2)
    return reconcile(lab.connection, first, first + timedelta(days=4))


def ships_late(lab, *, closed=True, **described):
    """Ordered and paid forty days ago, its month closed by now, and sent today."""
    order = placed(lab, created=lab.world.clock.now() - LONG, **described)
    lab.sync(order)
    if closed:
        lab.rules(lock_date=(lab.world.zoho.today() - timedelta(days=20)).isoformat())
    life.ship(lab.world, int(order))
    return order


def test_an_invoice_that_comes_due_after_its_order_s_month_was_closed_is_made_in_an_open_one(new_lab):
    lab = staged(new_lab())
    order = ships_late(lab)
    assert lab.sync(order).outcome == "posted"
    invoice, today = invoice_of(lab, order), lab.world.zoho.today().isoformat()
    assert (invoice["date"], invoice["total"], invoice["balance"]) == (today, TOTAL, 0)
    assert sales_order(lab, order)["date"] < today
    before = len(written(lab))
    life.status(lab.world, int(order), 10)
    lab.sync(order)
    assert (len(written(lab)), invoice_of(lab, order)["date"]) == (before, today)


def test_where_it_bears_the_order_s_day_it_is_held_then(new_lab):
    lab = staged(new_lab())
    lab.rules(invoice_date="order")
    order = ships_late(lab)
    assert (lab.sync(order).reason, invoices_of(lab, order)) == ("period-closed", [])


def test_the_comparison_finds_it_from_both_ends_and_opens_nothing(new_lab):
    lab = staged(new_lab())
    order, short = (ships_late(lab, closed=False) for _ in range(2))
    young = placed(lab)
    life.ship(lab.world, int(young))
    lab.sync(order, short, young)
    planted.aged(lab)
    calls = len(lab.calls("zoho"))
    then, now = around(lab, sales_order(lab, order)["date"]), compared(lab)
    assert [line.order for line in then.lines] == [order, short]
    assert faults(then) == {order: [], short: []}
    assert any("bear the day on which they became due" in remark for remark in then.remarks)
    assert then.documents == 2  # that of the order of today is none of those days
    assert (then.lines[0].sold.difference, then.lines[0].paid.difference) == (0, 0)
    assert [line.order for line in now.lines] == [young]
    assert faults(now) == {order: [], short: [], young: []}
    assert len(lab.calls("zoho")) - calls == 6  # sales orders, invoices, credit notes, twice
    planted.dearer(lab, short)
    assert (
        faults(around(lab, sales_order(lab, short)["date"]))[short]
        == faults(compared(lab))[short]
        == ["total"]
    )
    assert result(compared(lab), order) == ("posted", "")


def test_what_the_list_does_not_tell_of_it_is_read(new_lab):
    """A second one of a later day is not taken for the only one, and part of the money is known from transactions."""
    lab = staged(new_lab())
    doubled = ships_late(lab, closed=False, payment={"style": "authorised"})
    part = placed(lab, created=lab.world.clock.now() - LONG, status_id=2)
    for row in lab.world.bigcommerce.orders[int(part)]["transactions"]:
        row["amount"] = 20.0
    lab.world.bigcommerce.orders[int(part)]["order"]["date_shipped"] = rfc2822(lab.world.clock.now())
    lab.sync(doubled, part)
    first = invoice_of(lab, doubled)
    planted.copied(lab, first, doubled, "invoice", 2)
    first["date"] = sales_order(lab, doubled)["date"]
    assert faults(compared(lab)) == {doubled: ["doubled"], part: []}
