"""What is kept for orders of a day's calls follows what the same weekday brought before."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.errors import OutOfBudget
from ledger import history
from tasks.forecast import FRESH, calls_to_come
from tests.days import today

ZONE = "Europe/Berlin"
SATURDAY = datetime(2026, 11, 21, 15, 0, tzinfo=ZoneInfo(ZONE))


def brought(lab, moment, calls, flow="orders"):
    history.append(lab.ledger, "main", flow, "7", moment.timestamp(), "calls", {"zoho": str(calls)})


def told(lab, moment=SATURDAY):
    return calls_to_come(lab.ledger, "main", ZONE, moment.timestamp)()


def test_three_times_what_the_rest_of_this_weekday_brought_on_average_is_kept(lab):
    """(200 + 100) / 2 weeks x 3 = 450; mornings, other days, other flows and empty weeks do not count."""
    brought(lab, SATURDAY - timedelta(weeks=1, hours=-2), 200)
    brought(lab, SATURDAY - timedelta(weeks=3, hours=-8), 100)
    brought(lab, SATURDAY - timedelta(weeks=1, hours=2), 1000)
    brought(lab, SATURDAY - timedelta(days=6), 1000)
    brought(lab, SATURDAY - timedelta(weeks=1, hours=-2), 1000, flow="items")
    brought(lab, SATURDAY - timedelta(weeks=5, hours=-2), 1000)
    assert told(lab) == 450


def test_without_a_past_nothing_is_kept_but_the_share_of_the_day(lab):
    assert told(lab) == 0


def test_the_past_is_looked_up_again_after_a_while_only(lab):
    now = [SATURDAY.timestamp()]
    to_come = calls_to_come(lab.ledger, "main", ZONE, lambda: now[0])
    assert to_come() == 0
    brought(lab, SATURDAY - timedelta(weeks=1, hours=-2), 10)
    assert to_come() == 0
    now[0] += FRESH + 1
    assert to_come() == 30


def test_the_catalogue_leaves_alone_what_orders_will_need(lab):
    """3,500 calls of 10,000 are still to come for orders, three times that is more than there are."""
    today(ZONE, lasts=40.0)
    for week in range(1, 5):
        soon = datetime.now(ZoneInfo(ZONE)) + timedelta(seconds=30) - timedelta(weeks=week)
        brought(lab, soon, 3500)
    budget = lab.connection.zoho.budget
    with budget.permit("orders"):
        pass
    with pytest.raises(OutOfBudget), budget.permit("catalogue"):
        pass
