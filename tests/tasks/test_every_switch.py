"""The order path with everything that the documentation leaves open, in every position."""

import pytest

from ledger import work
from sandbox.switches import SWITCHES
from tasks import hooks, sweeps
from tests.tasks.checks import check_nothing_doubled, check_posted, written
from tests.tasks.conftest import FAST, LINE, forget_the_look, placed

ANY_VALUE = {  # switches without choices: a position that hurts
    "window_quota": 20,
    "neighbour": 100,
    "hook_warm_up": 5.0,
    "callback_timeout": 0.5,
    "zoho_search_lag": 0.2 * FAST,
}

ELSEWHERE = (  # no order meets these: tests of items, of price lists, of stock and of their connectors try them
    "product_", "catalog_", "variant", "price_", "bigcommerce_price_lists",
    "zoho_group_", "zoho_pricebook", "zoho_signature", "zoho_deleted_payload", "zoho_webhooks_a_day",
    "inventory_", "location_limit", "order_without_stock", "declined_order_took", "zoho_callback_lines",
    "zoho_available_stock", "zoho_untracked_stock", "zoho_invoice_moves_physical", "zoho_draft_invoice_releases",
    "zoho_purchaseorder_", "zoho_inventory_purchase_filters", "zoho_us_untaxed_line",
    "zoho_lock_", "zoho_estimate_", "zoho_credit_", "payment_delay", "refund_declined",
)  # fmt: skip
NO_TAX = ("zoho_tax_enabled", False)
POSITIONS = [
    (switch.name, position)
    for switch in SWITCHES
    if not switch.name.startswith(ELSEWHERE)
    for position in (switch.choices or (ANY_VALUE[switch.name],))
    if (position, type(position)) != (switch.default, type(switch.default))
    and (switch.name, position) != NO_TAX  # has a test of its own
]


def telling_orders(lab):
    """What most easily goes wrong: odd discounts, several rates, money of several kinds, a second address."""
    known = {"id": 7, "email": "known@example.com"}
    elsewhere = {
        "first_name": "Grace",
        "street_1": "2 Other Road",
        "city": "Elsewhere",
        "email": "known@example.com",
    }
    return [
        placed(
            lab,
            inclusive=True,
            customer=known,
            discounts=[{"kind": "coupon", "amount": "1.00", "code": "ONE"}],
            lines=[{"price": "9.99", "quantity": 3, "tax": "20", "sku": "MUG", "name": "Mug"}],
        ),
        placed(
            lab,
            customer={"email": "guest@example.com", "first_name": "Guest"},
            gift_certificate="10.00",
            lines=[
                {"price": "19.95", "quantity": 2, "tax": "20", "sku": "MUG", "name": "Mug"},
                {
                    "price": "7.77",
                    "quantity": 3,
                    "tax": "7",
                    "sku": "TEA",
                    "name": "Tea",
                    "discounts": [{"amount": "1.00"}],
                },
            ],
        ),
        placed(lab, customer=known, shipping=[{"cost": "3.50", "tax": "20", "address": elsewhere}]),
    ]


def walk(lab):
    """The orders come by the sweep, are worked, and a person who says retry changes nothing more."""
    hooks.register(lab.connection)
    orders = telling_orders(lab)
    sweeps.orders(lab.services, "main")
    lab.quiet()
    for order in orders:
        assert lab.row(order) is not None, "the sweep did not see the order"
        assert (lab.row(order).outcome, lab.row(order).what) == ("posted", "")
        check_posted(lab, order)
    check_nothing_doubled(lab)
    before = len(written(lab))
    work.retry(lab.ledger, [lab.row(order).id for order in orders], lab.connection.clock())
    lab.quiet()
    assert [lab.row(order).outcome for order in orders] == ["posted"] * len(orders)
    assert len(written(lab)) == before


def test_orders_are_posted_with_every_switch_as_we_assume_it(lab):
    walk(lab)


@pytest.mark.parametrize(("name", "position"), POSITIONS, ids=str)
def test_orders_are_posted_whatever_a_switch_says(new_lab, name, position):
    walk(new_lab(switches={name: position}))


def test_without_sales_tax_a_taxed_order_is_held_an_untaxed_one_posted_and_switched_on_both_are(new_lab):
    lab = new_lab(switches=dict([NO_TAX]))
    taxed, untaxed = placed(lab), placed(lab, lines=[{**LINE, "tax": None}], shipping="4.90")
    assert [(row.outcome, row.reason) for row in lab.sync(taxed, untaxed)] == [
        ("held", "tax-unmapped"),
        ("posted", ""),
    ]
    lab.world.switches["zoho_tax_enabled"] = True
    forget_the_look(lab)
    work.retry(lab.ledger, "main", lab.connection.clock())
    lab.quiet()
    check_posted(lab, taxed)
    check_posted(lab, untaxed)


def test_every_switch_without_choices_has_a_position_here():
    met = [switch for switch in SWITCHES if not switch.name.startswith(ELSEWHERE)]
    assert {switch.name for switch in met if not switch.choices} == set(ANY_VALUE)
