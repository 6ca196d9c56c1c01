"""What of a document is ours, and the sentences that show a person what another person changed."""

from decimal import Decimal

import pytest

from mappings.rules import BookRules
from mappings.zoho.prints import differences, owned
from tests.mappings.making import RULES

ROW = {
    "item_id": "i-1", "quantity": 2, "rate": "5.00", "discount": 0, "tax_id": "t20", "item_total": 10.0,
    "description": "ours, and anybody's", "location_id": "loc-1",
}  # fmt: skip
ANSWER = {
    "customer_id": "con-1", "customer_name": "Ada Example", "date": "2026-04-28", "currency_code": "EUR",
    "shipping_charge": "", "adjustment": 0, "total": "12.00", "notes": "", "line_items": [ROW],
}  # fmt: skip
OURS = owned(ANSWER, RULES)


def changed(row=None, **fields):
    return differences(OURS, owned({**ANSWER, **fields, "line_items": [{**ROW, **(row or {})}]}, RULES))


def test_a_print_is_plain_and_names_nobody():
    assert OURS == {
        "customer_id": "con-1", "date": "2026-04-28", "currency_code": "EUR", "shipping_charge": "0", "adjustment": "0",
        "total": "12", "row 1": "i-1|2|5|0|t20|10",
    }  # fmt: skip
    assert owned(ANSWER, BookRules("hash", goods_from="loc-1"))["row 1"].endswith("|loc-1")


def test_equal_answers_are_equal_whatever_their_numbers_are_written_as():
    assert changed({"quantity": Decimal("2.00"), "rate": 5, "discount": "0.00"}, total=Decimal(12)) == ()
    assert changed(notes="a person's", customer_name="Ada Other") == ()


@pytest.mark.parametrize(
    ("fields", "row", "sentence"),
    [
        ({"date": "2026-05-01"}, {}, "date: written 2026-04-28, now 2026-05-01"),
        ({"customer_id": "con-2"}, {}, "customer_id: written con-1, now con-2"),
        ({"adjustment": "-0.5"}, {}, "adjustment: written 0, now -0.5"),
        ({}, {"quantity": 3}, "row 1, quantity: written 2, now 3"),
        ({}, {"tax_id": ""}, "row 1, tax_id: written t20, now none"),
        ({}, {"discount": "5%"}, "row 1, discount: written 0, now 5%"),
    ],
)
def test_what_a_person_changed_is_shown_with_both_values(fields, row, sentence):
    assert changed(row, **fields) == (sentence,)


def test_a_row_that_came_or_went_is_told():
    two = owned({**ANSWER, "line_items": [ROW, ROW]}, RULES)
    assert differences(OURS, two) == (
        "row 2 was added: item_id i-1, quantity 2, rate 5, tax_id t20, amount 10",
    )
    assert differences(two, OURS) == (
        "row 2 was taken out: item_id i-1, quantity 2, rate 5, tax_id t20, amount 10",
    )
