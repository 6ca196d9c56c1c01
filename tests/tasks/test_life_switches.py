"""A life with what the documentation leaves open in its other position."""

from dataclasses import replace

import pytest

from sandbox.switches import SWITCHES
from tests.tasks.conftest import FAST, LINE
from tests.tasks.lives import ON_ACCOUNT, check_life, does, sold

THIRDS = {**LINE, "price": "9.99", "discounts": [{"amount": "1.00"}]}
MEET_A_LIFE = (
    *("zoho_filters", "zoho_unknown_fields", "zoho_unknown_custom_fields", "zoho_tax_rounding"),
    *("zoho_line_discount", "zoho_discount_mode", "zoho_inclusive_item_total", "zoho_shipping_charge"),
    *("zoho_draft_payment", "zoho_credit_over_invoice", "zoho_credit_applies_itself", "zoho_places"),
    *("requested_amount", "zoho_negative_lines", "zoho_credit_lines"),
)
WITH_TAX = {"zoho_inclusive_item_total", "zoho_shipping_charge", "requested_amount", "zoho_line_discount"}
POSITIONS = [
    (switch.name, position)
    for switch in SWITCHES
    if switch.name in MEET_A_LIFE
    for position in switch.choices
    if (position, type(position)) != (switch.default, type(switch.default))
]


@pytest.mark.parametrize(("name", "position"), POSITIONS)
def test_a_paid_and_an_unpaid_order_live_and_end_right(new_lab, name, position):
    live(new_lab(switches={name: position}), inclusive=name in WITH_TAX)


def test_a_life_goes_on_while_zohos_lists_lag(new_lab):
    live(new_lab(switches={"zoho_search_lag": 0.2 * FAST}), inclusive=False)


@pytest.mark.parametrize("place", ["books", "inventory"])
def test_a_life_in_either_edition_with_goods_back_on_their_items(new_lab, place):
    lab = new_lab()
    lab.rules(restock="always", shipping="charge")
    if place == "inventory":
        in_inventory(lab)
    live(lab, inclusive=True)


def in_inventory(lab):
    zoho = lab.connection.zoho
    root = zoho.base_url.replace("/books/v3", "/inventory/v1")
    lab.set(zoho=replace(zoho, edition="inventory", base_url=root))


def live(lab, *, inclusive):
    """Paid: an amount back, edited upwards, a piece back, cancelled, and stands again. Unpaid: edited, cancelled."""
    paid = sold(lab, lines=[THIRDS], inclusive=inclusive)
    for deed, told in (
        ("refund", {"amount": "3.33", "line": lab.world.bigcommerce.orders[int(paid)]["products"][0]["id"]}),
        ("edit", {"quantity": 5}),
        ("refund", {"quantity": 1}),
    ):
        assert does(lab, deed, paid, **told).outcome == "posted", lab.row(paid).what
        check_life(lab, paid)
    unpaid = sold(lab, lines=[THIRDS], inclusive=inclusive, **ON_ACCOUNT)
    does(lab, "edit", unpaid, quantity=2)
    check_life(lab, unpaid)
    does(lab, "cancel", unpaid)
    check_life(lab, unpaid, reversed_=True)
    does(lab, "reinstate", unpaid, 7)
    check_life(lab, unpaid)
