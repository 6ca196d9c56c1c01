"""A contact that an order makes carries the price list of its customer's group; no order is held for one."""

import pytest

from ledger import history, links
from mappings.rules import Assignment, CatalogueRules
from tasks import foreseen
from tests.tasks.checks import check_posted, invoice_of, records
from tests.tasks.conftest import placed, struck_by

CUSTOMERS = "/bigcommerce/stores/sandbox/v3/customers"
GROUP = 3


@pytest.fixture
def trade(lab):
    """A lab whose customer 7 is in a group that buys by the list "Trade", which was brought over before."""
    book = price_list(lab, "Trade")
    assigned(lab, Assignment(" trade", GROUP, None))
    lab.world.bigcommerce.customers.clear()
    in_group(lab, GROUP)
    lab.book = book
    return lab


def price_list(lab, name):
    body = {"name": name, "pricebook_type": "fixed_percentage", "percentage": 10, "is_increase": False}
    asked = {
        **body,
        "sales_or_purchase_type": "sales",
        "currency_id": lab.world.zoho.currency("EUR")["currency_id"],
    }
    book = lab.world.zoho.ask("POST", "/pricebooks", asked)["pricebook"]["pricebook_id"]
    links.bind(lab.ledger, "main", "price_list", book, "1", {"name": name, "fingerprint": "x"}, 0.0)
    return book


def assigned(lab, *assignments):
    lab.set(catalogue_rules=CatalogueRules(assignments=assignments), price_lists_on=True)


def in_group(lab, group):
    """The store knows customer 7 already when the order comes, and what group they are in."""
    order = placed(lab)
    lab.world.bigcommerce.customers[7]["customer_group_id"] = group
    del lab.world.bigcommerce.orders[int(order)]


def asked(lab):
    return [call for call in lab.calls("bigcommerce", "GET") if call["path"] == CUSTOMERS]


def list_of(lab, order):
    return lab.world.zoho.records["contacts"][invoice_of(lab, order)["customer_id"]]["pricebook_id"]


def told(lab, order):
    return [
        e.detail["why"] for e in history.of(lab.ledger, "main", "orders", order) if e.event == "no price list"
    ]


def test_the_contact_of_a_customer_in_a_group_carries_the_groups_list_and_is_asked_about_once(trade):
    first, second = placed(trade), placed(trade)
    trade.sync(first)
    trade.sync(second)
    check_posted(trade, first)
    check_posted(trade, second)
    assert list_of(trade, first) == trade.book
    assert len(asked(trade)) == 1


def test_a_guest_is_nobodys_group_and_the_store_is_not_asked(trade):
    order = placed(trade, customer={"email": "guest@example.com"})
    trade.sync(order)
    check_posted(trade, order)
    assert (list_of(trade, order), asked(trade)) == ("", [])


def test_another_group_and_none_have_no_list(trade):
    in_group(trade, GROUP + 1)
    order = placed(trade)
    trade.sync(order)
    check_posted(trade, order)
    assert list_of(trade, order) == ""


def test_nothing_is_asked_where_no_group_is_assigned_a_list_or_price_lists_are_off(trade):
    assigned(trade, Assignment("Trade", None, 1))
    first, second, third = placed(trade), placed(trade, currency="USD"), placed(trade, currency="GBP")
    trade.sync(first)
    assigned(trade, Assignment("Never brought over", GROUP, None))
    trade.sync(second)
    assigned(trade, Assignment("Trade", GROUP, None))
    trade.set(price_lists_on=False)
    trade.sync(third)
    assert [list_of(trade, order) for order in (first, second, third)] == ["", "", ""]
    assert asked(trade) == []


def test_a_list_for_every_channel_is_preferred_to_one_for_a_single_channel(trade):
    other = price_list(trade, "Web")
    assigned(trade, Assignment("Trade", GROUP, None), Assignment("Web", GROUP, 1))
    first = placed(trade)
    trade.sync(first)
    assert list_of(trade, first) == trade.book
    assigned(trade, Assignment("Web", GROUP, 1))
    second = placed(trade, currency="USD")
    trade.sync(second)
    assert list_of(trade, second) == other


def test_a_store_that_does_not_answer_is_asked_again_and_then_the_contact_is_made_without_a_list(trade):
    struck_by(trade, {"kind": "server_error", "platform": "bigcommerce", "path": CUSTOMERS})
    order = placed(trade)
    trade.sync(order)
    check_posted(trade, order)
    assert list_of(trade, order) == ""
    assert "Temporary" in told(trade, order)[0]


def test_a_store_that_answers_the_second_time_is_believed(trade):
    struck_by(trade, {"kind": "server_error", "platform": "bigcommerce", "path": CUSTOMERS, "times": 3})
    order = placed(trade)
    trade.sync(order)
    assert (list_of(trade, order), told(trade, order)) == (trade.book, [])


def test_a_token_without_a_right_to_customers_holds_and_pauses_nothing(trade):
    account = trade.world.bigcommerce.accounts["bc-sandbox-token"]
    scopes = ("store_v2_orders", "store_v2_information", "store_v2_transactions", "store_v2_products")
    trade.world.bigcommerce.accounts["bc-sandbox-token"] = type(account)(account.client_id, "", scopes)
    order = placed(trade)
    assert foreseen.preview(trade.connection, order).steps
    assert told(trade, order) == []  # a preview leaves no trace
    trade.sync(order)
    check_posted(trade, order)
    assert list_of(trade, order) == ""
    assert "Unauthorized" in told(trade, order)[0]


def test_a_list_that_zoho_does_not_take_any_more_is_left_out(trade):
    trade.world.zoho.ask("DELETE", f"/pricebooks/{trade.book}", {})
    order = placed(trade)
    trade.sync(order)
    check_posted(trade, order)
    assert list_of(trade, order) == ""
    assert told(trade, order)
    assert len(records(trade, "contacts")) == 1


def test_a_preview_shows_the_list_and_writes_nothing(trade):
    order = placed(trade)
    plan = foreseen.preview(trade.connection, order)
    (contact,) = [step for step in plan.steps if step.kind == "contact"]
    assert contact.body["pricebook_id"] == trade.book
    assert told(trade, order) == []
