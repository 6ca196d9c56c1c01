"""What a reviewer of price lists found: sequences of events that held, paused or mispriced without need."""

import threading
import time
from decimal import Decimal

import pytest

from ledger import links, work
from mappings.rules import Assignment
from tasks import price_offer, prices
from tasks.recipe import perform
from tests.tasks.conftest import struck_by
from tests.tasks.shelf import bent, carried_over, glance, weigh
from tests.tasks.test_prices import (
    BOOKS,
    a_day_later,
    ask,
    in_store,
    opened,
    percentage,
    price_list,
    records,
    with_rules,
    writes,
)


@pytest.fixture
def lab(new_lab):
    return opened(new_lab())


def a_person_deletes(lab, name):
    """The store's list of this name is gone."""
    store, number = lab.world.bigcommerce, in_store(lab, name)["id"]
    del store.price_lists[number], store.price_records[number]


def long_ago(lab, *books):
    """As if the store's side had last been compared another day."""
    for book in books:
        link = links.get(lab.ledger, "main", "price_list", book)
        links.bind(lab.ledger, "main", "price_list", book, link.id, {**link.extra, "read_at": 0}, time.time())


@pytest.mark.parametrize("end", ["inactive", "deleted"])
def test_a_list_that_is_gone_from_the_store_has_nothing_left_to_switch_off(lab, end):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    a_person_deletes(lab, "Trade")
    path = f"{BOOKS}/{book}"
    ask(lab, "DELETE", path) if end == "deleted" else ask(lab, "POST", f"{path}/inactive")
    weigh(lab)
    row = lab.row(book, "prices")
    assert (row.state, row.reason) == ("done", ""), row
    begin = len(lab.world.calls)
    weigh(lab)
    assert writes(lab, begin) == []


@pytest.mark.parametrize("kind", ["rates", "percentage"])
def test_a_list_that_is_deleted_and_made_anew_in_zoho_keeps_its_place_in_the_store(lab, kind):
    (a,) = carried_over(lab, 1)
    first = price_list(lab, "Trade", {a: 8}) if kind == "rates" else percentage(lab, "Trade", 20)
    weigh(lab)
    number = in_store(lab, "Trade")["id"]
    ask(lab, "DELETE", f"{BOOKS}/{first}")
    again = price_list(lab, "Trade", {a: 7}) if kind == "rates" else percentage(lab, "Trade", 30)
    weigh(lab)
    weigh(lab)
    row = lab.row(again, "prices")
    assert (row.state, row.outcome) == ("done", "synced"), row
    assert in_store(lab, "Trade")["id"] == number
    assert in_store(lab, "Trade")["active"]
    assert records(lab, "Trade") == {"SKU-1": Decimal(7)}
    begin = len(lab.world.calls)
    weigh(lab)
    assert writes(lab, begin) == []


@pytest.mark.parametrize("answer", ["403", "404"])
@pytest.mark.parametrize("end", ["inactive", "deleted", "priced", "reread"])
def test_a_plan_that_loses_its_price_lists_pauses_no_order(lab, answer, end):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    lab.world.switches["bigcommerce_price_lists"] = answer
    path = f"{BOOKS}/{book}"
    if end == "inactive":
        ask(lab, "POST", f"{path}/inactive")
    elif end == "deleted":
        ask(lab, "DELETE", path)
    elif end == "priced":
        ask(lab, "PUT", path, {"pricebook_items": [{"item_id": a, "pricebook_rate": 5}]})
    else:
        long_ago(lab, book)
    weigh(lab)
    assert work.paused(lab.ledger, time.time()) == {}
    assert lab.row(book, "prices").state == "done", lab.row(book, "prices")
    assert price_offer.said(lab.connection).get("offered") is False


def test_a_list_of_rates_whose_items_are_not_told_is_not_taken_for_empty(lab):
    a, b = carried_over(lab, 2)
    book = price_list(lab, "Trade", {a: 8, b: 7})
    weigh(lab)

    def bend(method, path, query, body):
        if path.endswith(f"{BOOKS}/{book}"):
            body["pricebook"].pop("pricebook_items")
            return body
        return None

    begin = len(lab.world.calls)
    with bent(lab, "zoho", bend):
        weigh(lab, quiet=False)
        perform(lab.services, lab.row(book, "prices").id)
    assert writes(lab, begin) == []
    weigh(lab)
    assert len(records(lab, "Trade")) == 2


def test_no_record_is_left_in_a_currency_that_a_list_had_while_something_else_was_refused(lab):
    (a,) = carried_over(lab, 1)
    from sandbox.bigcommerce import price_lists

    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    price_lists.created(lab.world, {"name": "Taken"})
    codes = [row["currency_code"] for row in lab.world.bigcommerce.currencies]
    others = [code for code in codes if code != lab.world.zoho.base][:2]
    assert len(others) == 2
    for code in others:
        currency = lab.world.zoho.currency(code)
        told = {"currency_id": currency["currency_id"], "name": "Taken"}
        ask(lab, "PUT", f"{BOOKS}/{book}", told)
        weigh(lab)
        assert lab.row(book, "prices").reason == "price-list-name-taken"
    ask(lab, "PUT", f"{BOOKS}/{book}", {"name": "Trade"})
    weigh(lab)
    rows = lab.world.bigcommerce.price_records[in_store(lab, "Trade")["id"]].values()
    assert {row["currency"] for row in rows} == {others[1].lower()}


def test_lists_that_swap_their_names_end_with_them_swapped(lab):
    a, b = carried_over(lab, 2)
    one, two = price_list(lab, "One", {a: 8}), price_list(lab, "Two", {b: 7})
    weigh(lab)
    for book, name in ((one, "Between"), (two, "One"), (one, "Two")):
        ask(lab, "PUT", f"{BOOKS}/{book}", {"name": name})
    weigh(lab)
    weigh(lab)
    assert records(lab, "One") == {"SKU-2": Decimal(7)}
    assert records(lab, "Two") == {"SKU-1": Decimal(8)}


def test_lists_whose_names_move_on_end_with_them(lab):
    carried_over(lab, 2)
    one, two = percentage(lab, "One", 10), percentage(lab, "Two", 20)
    weigh(lab)
    for book, name in ((two, "Three"), (one, "Two")):
        ask(lab, "PUT", f"{BOOKS}/{book}", {"name": name})
    weigh(lab)
    weigh(lab)
    assert in_store(lab, "One") is None
    assert records(lab, "Two")["SKU-1"] == 9
    assert records(lab, "Three")["SKU-1"] == 8


def test_a_held_name_is_not_written_at_each_look(lab):
    (a,) = carried_over(lab, 1)
    from sandbox.bigcommerce import price_lists

    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    price_lists.created(lab.world, {"name": "Taken"})
    ask(lab, "PUT", f"{BOOKS}/{book}", {"name": "Taken"})
    weigh(lab)
    assert lab.row(book, "prices").reason == "price-list-name-taken"
    begin = len(lab.world.calls)
    weigh(lab)
    assert writes(lab, begin) == []


def test_a_list_becomes_a_percentage_and_rates_again(lab):
    a, b = carried_over(lab, 2)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    ask(
        lab,
        "PUT",
        f"{BOOKS}/{book}",
        {"pricebook_type": "fixed_percentage", "percentage": 10, "is_increase": False},
    )
    weigh(lab)
    assert records(lab, "Trade") == {"SKU-1": Decimal(9), "SKU-2": Decimal(9)}
    items = [{"item_id": b, "pricebook_rate": 6}]
    ask(lab, "PUT", f"{BOOKS}/{book}", {"pricebook_type": "per_item", "pricebook_items": items})
    weigh(lab)
    assert records(lab, "Trade") == {"SKU-2": Decimal(6)}


def test_a_dry_run_of_a_list_that_a_person_deleted_says_that_it_would_be_made(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    a_person_deletes(lab, "Trade")
    told = prices.preview(lab.connection, book)
    assert (told.price_list_id, told.put) == ("", 1)


def test_a_percentage_that_was_held_is_looked_at_when_what_held_it_is_gone(lab):
    from sandbox.bigcommerce import price_lists

    carried_over(lab, 1)
    foreign = price_lists.created(lab.world, {"name": "Sale"})
    book = percentage(lab, "Sale", 10)
    weigh(lab)
    assert lab.row(book, "prices").reason == "price-list-name-taken"
    store = lab.world.bigcommerce
    del store.price_lists[foreign["id"]], store.price_records[foreign["id"]]
    forced_row(lab, book)
    assert lab.row(book, "prices").outcome == "synced"


def forced_row(lab, book):
    work.retry(lab.ledger, [lab.row(book, "prices").id], time.time())
    lab.quiet()


def test_a_refused_assignment_does_not_write_at_each_look(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    with_rules(lab, assignments=(Assignment("Trade", 4711, None),))
    weigh(lab)
    row = lab.row(book, "prices")
    assert row.state == "held", row
    begin = len(lab.world.calls)
    weigh(lab)
    print(writes(lab, begin), row.what)
    assert [one for one in writes(lab, begin) if one[0] != "POST"] == []


def without(lab, *scopes):
    """The store's token has not these scopes."""
    accounts = lab.world.bigcommerce.accounts
    account = accounts["bc-sandbox-token"]
    most = {"store_v2_orders", "store_v2_information", "store_v2_transactions", "store_v2_products"}
    most |= {"store_v2_information_read_only", "store_v2_customers", "store_v2_products_read_only"}
    accounts["bc-sandbox-token"] = type(account)(account.client_id, "", tuple(most - set(scopes)))


@pytest.mark.parametrize(
    "scopes", [("store_v2_products",), ("store_v2_products", "store_v2_products_read_only")]
)
def test_a_token_without_a_right_to_products_stops_the_catalogue_and_no_order(lab, scopes):
    without(lab, *scopes)
    item = lab.item(sku="MUG")
    glance(lab)
    lab.sync_items(item)
    assert work.paused(lab.ledger, time.time()) == {}
    row = lab.row(f"item:{item}", "items")
    assert (row.state, row.reason) == ("held", "rejected"), row
    assert "scope" in row.what
    before = lab.world.bigcommerce.accounts["bc-sandbox-token"]
    without(lab)
    assert lab.world.bigcommerce.accounts["bc-sandbox-token"] != before
    work.retry(lab.ledger, [row.id], time.time())
    lab.quiet()
    assert lab.product(item)["sku"] == "MUG"


def test_a_list_that_turns_into_one_for_purchases_is_no_shoppers_any_more(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    lab.world.zoho.records["pricebooks"][book]["sales_or_purchase_type"] = "purchases"
    weigh(lab)
    assert not in_store(lab, "Trade")["active"]
    begin = len(lab.world.calls)
    weigh(lab)
    assert writes(lab, begin) == []
    lab.world.zoho.records["pricebooks"][book]["sales_or_purchase_type"] = "sales"
    weigh(lab)
    assert in_store(lab, "Trade")["active"]


def test_an_unfit_list_that_is_made_inactive_is_no_shoppers_any_more(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    lab.world.zoho.records["pricebooks"][book]["pricebook_type"] = "absolute"
    weigh(lab)
    assert lab.row(book, "prices").reason == "value-unfit"
    ask(lab, "POST", f"{BOOKS}/{book}/inactive")  # as the remedy says
    weigh(lab)
    assert not in_store(lab, "Trade")["active"]
    assert lab.row(book, "prices").state == "done"


def test_one_unfit_list_stands_in_the_way_of_no_other_when_an_item_is_asked_for(lab):
    from tasks import price_choice

    (a,) = carried_over(lab, 1)
    unfit, book = price_list(lab, "Odd", {a: 8}), price_list(lab, "Trade", {a: 8})
    lab.world.zoho.records["pricebooks"][unfit]["pricebook_type"] = "absolute"
    assert price_choice.records_of(lab.connection, "sku-1") == [book]


def test_what_was_deleted_while_the_plan_had_no_price_lists_is_made_inactive_when_it_has_them_again(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    lab.world.switches["bigcommerce_price_lists"] = "403"
    ask(lab, "DELETE", f"{BOOKS}/{book}")
    weigh(lab)
    assert in_store(lab, "Trade")["active"]
    lab.world.switches["bigcommerce_price_lists"] = "on"
    a_day_later(lab)
    weigh(lab)
    assert not in_store(lab, "Trade")["active"]


def test_two_workers_that_swap_two_names_at_once_both_end(lab):
    a, b = carried_over(lab, 2)
    one, two = price_list(lab, "One", {a: 8}), price_list(lab, "Two", {b: 7})
    weigh(lab)
    for book, name in ((one, "Between"), (two, "One"), (one, "Two")):
        ask(lab, "PUT", f"{BOOKS}/{book}", {"name": name})
    struck_by(lab, {"kind": "latency", "seconds": 0.02})
    weigh(lab, quiet=False)
    rows = [lab.row(book, "prices").id for book in (one, two)]
    threads = [threading.Thread(target=perform, args=(lab.services, row)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lab.quiet()
    assert {lab.row(book, "prices").outcome for book in (one, two)} == {"synced"}
    assert records(lab, "One") == {"SKU-2": Decimal(7)}
    assert records(lab, "Two") == {"SKU-1": Decimal(8)}
