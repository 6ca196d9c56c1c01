"""The day of an invoice that follows a sales order: that of its moment, told by what does not move."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mappings.bigcommerce.orders import translate
from mappings.rules import OrderRules
from mappings.zoho.documents import draft
from mappings.zoho.stages import day
from tests.mappings.making import RULES, bundle, found, money, order
from tests.mappings.zoho.living import MORE, SOLD, booked

MADE = order().created  # 28 April, 23:30 UTC
STAGED = replace(RULES, invoice_when="shipped", time_zone="Europe/Berlin")
PAID = replace(STAGED, invoice_when="paid")


def later(days):
    return MADE + timedelta(days=days)


def paid(*told):
    return tuple(
        replace(money(amount, key=str(key)), at=later(days)) for key, (amount, days) in enumerate(told)
    )


@pytest.mark.parametrize(
    ("rules", "told", "expected"),
    [
        (STAGED, {"shipped": later(5)}, "2026-05-04"),  # 3 May 23:30 in London is the 4th in Berlin
        (replace(STAGED, invoice_when="completed"), {"shipped": later(5)}, "2026-05-04"),
        (STAGED, {}, "2026-04-29"),  # nobody says when the goods left: the order's own day
        (STAGED, {"shipped": datetime(1970, 1, 1, tzinfo=UTC)}, "2026-04-29"),  # never before the order
        (STAGED, {"shipped": later(5), "invoiced": later(2)}, "2026-05-01"),  # a part has its own moment
        (PAID, {"payments": paid(("5.00", 9), ("4.00", 1), ("7.00", 3))}, "2026-05-08"),  # 4 + 7 + 5 >= 12
        (PAID, {"payments": paid(("12.00", 2), ("1.00", 9))}, "2026-05-01"),  # whole with the first
        (
            PAID,
            {"payments": paid(("4.00", 2), ("7.00", 3))},
            "2026-05-02",
        ),  # dearer since: the last that came
        (PAID, {"shipped": later(5)}, "2026-04-29"),  # nothing was to be paid
        (replace(STAGED, invoice_date="order"), {"shipped": later(5)}, "2026-04-29"),
        (replace(STAGED, document="sales_order"), {"shipped": later(5)}, "2026-04-29"),
        (replace(STAGED, invoice_when=""), {"shipped": later(5)}, "2026-04-29"),
    ],
)
def test_an_invoice_bears_the_day_of_its_moment(rules, told, expected):
    sold = order(**told)
    assert day(sold, rules) == expected
    assert draft(sold, found(), rules, "con-1", None).body["date"] == expected


def test_the_store_tells_when_the_goods_left():
    at = "Sun, 03 May 2026 08:00:00 +0000"
    for told, shipped in ((at, datetime(2026, 5, 3, 8, tzinfo=UTC)), ("", None)):
        assert translate(bundle(date_shipped=told), OrderRules()).shipped == shipped


def test_the_next_document_bears_the_day_of_the_one_it_follows_and_a_rewritten_one_keeps_its_own():
    for paid_before in (False, True):
        had = paid(("18.00", 1)) if paid_before else ()
        books = booked(replace(SOLD, shipped=later(5), payments=had), STAGED)
        books.sync(replace(MORE, shipped=later(20), payments=had))
        days = [document["date"] for document in books.documents.values()]
        assert days == ["2026-05-04"] * (2 if paid_before else 1)
