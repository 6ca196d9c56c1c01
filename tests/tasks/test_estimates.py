"""An order that is only a quote: its estimate is made, rewritten, accepted or declined, and nothing of it is booked."""

from decimal import Decimal

import pytest

from sandbox.bigcommerce import life
from tests.tasks.checks import invoice_of, invoices_of, mark_of, records
from tests.tasks.conftest import placed

TOTAL = Decimal("41.88")
QUOTE = {"status_id": 7, "payment": {"style": "authorised"}}


@pytest.fixture
def lab(new_lab):
    return quoting(new_lab())


def quoting(lab, **rules):
    rules.setdefault("estimate_statuses", frozenset({7}))
    lab.rules(**rules)
    return lab


def estimates(lab):
    return [(row["estimate_number"], row["total"], row["_stage"]) for row in records(lab, "estimates")]


def booked(lab):
    return [len(records(lab, module)) for module in ("salesorders", "invoices", "customerpayments")]


def test_a_quote_is_made_edited_and_accepted_once_its_order_is_booked(lab):
    order = placed(lab, **QUOTE)
    row = lab.sync(order)
    assert (row.state, row.outcome, row.reason) == ("done", "skipped", "quote")
    assert (estimates(lab), booked(lab), mark_of(lab, order)) == (
        [("QT-000001", TOTAL, "sent")],
        [0, 0, 0],
        "",
    )
    life.edit(lab.world, int(order), quantity=4)
    lab.sync(order)
    assert estimates(lab) == [("QT-000001", Decimal("53.88"), "sent")]
    life.capture(lab.world, int(order))
    lab.world.bigcommerce.orders[int(order)]["order"]["status_id"] = 11
    assert lab.sync(order).outcome == "posted"
    invoice = invoice_of(lab, order)
    assert (invoice["total"], invoice["balance"]) == (Decimal("53.88"), Decimal("12.00"))
    assert mark_of(lab, order) == invoice["invoice_number"]
    print(estimates(lab), invoice.get("invoiced_estimate_id"))
