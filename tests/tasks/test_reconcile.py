"""Both platforms compared by their lists: what is equal is equal, and each planted wrong is named."""

from datetime import timedelta

import pytest

from tasks.reconcile import reconcile
from tests.tasks.conftest import placed

TODAY = timedelta(0)


def compared(lab, days=3, **how):
    today = lab.world.zoho.today()
    return reconcile(lab.connection, today - timedelta(days=days), today, **how)


def faults(report):
    return {
        (line.order, found.fault) for line in (*report.lines, *report.older) for found in line.findings
    }


@pytest.fixture
def booked(lab):
    """Orders in the books, each of 34.90 EUR net and 20 % on top; their ids."""
    orders = [placed(lab) for _ in range(3)]
    lab.sync(*orders)
    return orders


def test_what_was_booked_is_equal(lab, booked):
    report = compared(lab)
    assert [line.result for line in report.lines] == ["posted"] * 3
    assert report.unexplained == ()
