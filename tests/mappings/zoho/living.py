"""An order to be lived, in little books."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mappings.errors import Unmappable
from mappings.records import Refund
from tests.mappings.making import RULES, D, line, money, order
from tests.mappings.zoho.little_books import Books

ONE = line(net="10.00", tax="2.00")
TWO = line("product:2", "5.00", "1.00", variant_id="172")
SOLD = order(ONE, TWO)
PAID = replace(SOLD, payments=(money("18.00"),))
EDITED = order(replace(ONE, quantity=D(3)), line("product:3", "20.00", "4.00", variant_id="173"))
MORE = order(replace(ONE, net=D("30.00"), tax=D("6.00")), TWO)


def booked(told, rules=RULES):
    books = Books(rules)
    books.sync(told)
    return books


def did(books, told):
    return [(step.verb, step.kind) for step in books.sync(told) if step.kind != "item"]


def held(books, told):
    before = books.counts()
    with pytest.raises(Unmappable) as refused:
        books.sync(told)
    assert books.counts() == before
    return refused.value.reason


def refunded(told, *lines, key="7"):
    at = datetime(2026, 5, 2, tzinfo=UTC)
    total, tax = sum((one.gross for one in lines), D(0)), sum((one.tax for one in lines), D(0))
    refund = Refund(key, at, lines, total, tax, (replace(money(total, key="1"), at=at),))
    return replace(told, refunds=(*told.refunds, refund))
