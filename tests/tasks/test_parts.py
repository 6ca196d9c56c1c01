"""One invoice for each shipment: made of the sales order's lines, paid in turn, and all of them the order to the cent."""

import time
from decimal import Decimal

import pytest

from ledger import work
from sandbox.bigcommerce import life
from tests.tasks.checks import invoices_of, mark_of, payments_of, records
from tests.tasks.conftest import LINE, placed, struck_by
from tests.tasks.test_stages import sales_order

D = Decimal
THIRDS = {**LINE, "price": "3.33", "quantity": 3, "discounts": [{"amount": "0.02"}]}


@pytest.fixture
def lab(new_lab):
    return parted(new_lab())


def parted(lab):
    lab.rules(invoice_when="shipped", partial_invoices="on")
    return lab


def lines_of(lab, order):
    return [row["id"] for row in lab.world.bigcommerce.orders[int(order)]["products"]]


def leave(lab, order, *pieces):
    """So many pieces of each line leave, and the order goes its way; the shipment's id."""
    (made,) = life.ship(lab.world, int(order), dict(zip(lines_of(lab, order), pieces, strict=True)))
    lab.sync(order)
    return made


def keys(lab):
    return sorted(row["_custom"]["cf_cartbooks_key"] for row in records(lab, "invoices"))


def test_each_shipment_is_invoiced_by_itself_and_the_advance_pays_one_after_the_other(lab):
    order = placed(lab, lines=[THIRDS, {**LINE, "sku": "CUP", "quantity": 2}])
    lab.sync(order)
    assert invoices_of(lab, order) == []
    first = leave(lab, order, 1, 1)
    assert lab.row(order).outcome == "posted"
    second = leave(lab, order, 1, 0)
    life.status(lab.world, int(order), 2)
    assert lab.sync(order).outcome == "posted"
    made, before = invoices_of(lab, order), sales_order(lab, order)
    assert keys(lab) == [f"sandbox:{order}.{part}:invoice:1" for part in sorted([str(first), str(second), "rest"])]
    assert sum(row["total"] for row in made) == before["total"]
    assert ([row["balance"] for row in made], before["invoiced_status"]) == ([0, 0, 0], "invoiced")
    assert len(records(lab, "customerpayments")) == 1
    assert mark_of(lab, order) == before["salesorder_number"]
    assert all(row["salesorder_item_id"] for one in made for row in one["line_items"])
    calls = len(lab.calls("zoho"))
    work.retry(lab.ledger, [lab.row(order).id], time.time())
    lab.quiet()
    assert len(lab.calls("zoho")) == calls
