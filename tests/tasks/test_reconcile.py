"""Both platforms compared by their lists: what is equal is equal, and each planted wrong is named."""

from datetime import timedelta

import pytest

from tasks.reconcile import reconcile
from tests.tasks import planted
from tests.tasks.checks import invoice_of
from tests.tasks.conftest import placed

UNPAID = {"status_id": 7, "payment": {"status": ""}}


def compared(lab, days=3, **how):
    today = lab.world.zoho.today()
    return reconcile(lab.connection, today - timedelta(days=days), today, **how)


def all_lines(report):
    return {line.order: line for line in (*report.lines, *report.older)}


def faults(report):
    return {order: [one.fault for one in line.findings] for order, line in all_lines(report).items()}


def result(report, order):
    line = all_lines(report)[order]
    return line.result, line.reason


@pytest.fixture
def booked(lab):
    """So many orders in the books, three mugs and their shipping each; their ids."""

    def make(many=1, **described):
        orders = [placed(lab, **described) for _ in range(many)]
        lab.sync(*orders)
        planted.aged(lab)
        return orders if many > 1 else orders[0]

    return make


def test_what_was_booked_is_equal_by_lists_alone(lab, booked):
    orders = booked(3)
    before = len(lab.calls())
    report = compared(lab)
    assert [line.result for line in report.lines] == ["posted"] * 3
    assert report.unexplained == ()
    assert [line.order for line in report.lines] == sorted(orders)
    (total,) = {line.sold for line in report.lines}
    assert total.difference == 0
    assert total.store == invoice_of(lab, orders[0])["total"]
    calls = [call["path"] for call in lab.calls()[before:] if "/oauth/" not in call["path"]]
    assert len(calls) == 4  # orders, refunds; invoices, credit notes


def test_every_planted_wrong_of_a_day_is_named_and_nothing_else(lab, booked):
    fine, deleted, voided, doubled, unpaid, untaxed = booked(6)
    noteless, twice, short, stranger_note, cancelled = booked(5)
    dearer = placed(lab, status_id=7)
    archived, gone = booked(2)
    lab.sync(dearer)
    planted.aged(lab)
    lab.rules(missing_product="hold")
    held = placed(lab, lines=[{"price": "7.00", "quantity": 1, "tax": "20", "sku": "NEW", "name": "New"}])
    lab.sync(held)
    skipped = placed(lab, status_id=1)
    for wrong in ("deleted", "voided", "doubled", "unpaid", "untaxed", "dearer"):
        getattr(planted, wrong)(lab, locals()[wrong])
    planted.stranger(lab, 9999, like=fine)
    planted.refunded(lab, noteless, "12.00")
    planted.again(lab, planted.credited(lab, twice, "12.00", planted.refunded(lab, twice, "12.00")))
    planted.credited(lab, short, "11.99", planted.refunded(lab, short, "12.00"))
    planted.credited(lab, stranger_note, "3.00", "777")
    planted.status(lab, cancelled, 5)
    lab.world.bigcommerce.orders[int(archived)]["order"]["is_deleted"] = True
    del lab.world.bigcommerce.orders[int(gone)]
    report = compared(lab)
    assert {order: found for order, found in faults(report).items() if found} == {
        deleted: ["missing"],
        voided: ["missing"],
        doubled: ["doubled"],
        unpaid: ["payment"],
        untaxed: ["tax"],
        dearer: ["total"],
        noteless: ["refund"],
        twice: ["refund"],
        short: ["refund"],
        stranger_note: ["refund"],
        cancelled: ["ended"],
        held: ["missing"],
        "9999": ["stranger"],
        gone: ["stranger"],
    }
    assert result(report, held) == ("held", "product-missing")
    assert result(report, skipped) == ("skipped", "status")
    assert result(report, fine) == result(report, archived) == ("posted", "")
    assert {line.order for line in report.unexplained} == set(faults(report)) - {
        held,
        skipped,
        fine,
        archived,
    }
