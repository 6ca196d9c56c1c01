"""Price lists of Zoho become price lists of the store, and follow them; seen from the store's final state."""

import threading
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from ledger import cursors, links, sightings, work
from mappings.rules import Assignment
from tasks import price_offer, prices, turns
from tests.tasks.conftest import by_the_clock, struck_by
from tests.tasks.shelf import asked, bent, carried_over, changes, full, look, noted, shelved, stocked, weigh

BOOKS = "/pricebooks"


@pytest.fixture
def lab(new_lab):
    return opened(new_lab())


def opened(lab):
    lab.one_currency()
    lab.set(items_on=True, price_lists_on=True)
    return lab


def price_list(lab, name="Trade", rates=None, **told):
    """A person makes a price list in Zoho: of rates by item, or a percentage; its id."""
    body = {"name": name, "sales_or_purchase_type": "sales", **told}
    if rates is not None:
        items = [
            {"item_id": item, **(rate if isinstance(rate, dict) else {"pricebook_rate": rate})}
            for item, rate in rates.items()
        ]
        body |= {"pricebook_type": "per_item", "pricebook_items": items}
    return ask(lab, "POST", BOOKS, body)["pricebook"]["pricebook_id"]


def percentage(lab, name="Sale", less=10, **told):
    """One with so many per cent off every rate."""
    return price_list(
        lab, name, pricebook_type="fixed_percentage", percentage=less, is_increase=False, **told
    )


def ask(lab, method, path, body=None):
    return lab.world.zoho.ask(method, path, body or {}, "inventory")


def in_store(lab, name):
    """The store's list of this name."""
    return next((row for row in lab.world.bigcommerce.price_lists.values() if row["name"] == name), None)


def records(lab, name):
    """SKU to price, as the store keeps the records of a list."""
    rows = lab.world.bigcommerce.price_records[in_store(lab, name)["id"]].values()
    return {row["sku"].upper(): Decimal(str(row["price"])) for row in rows}


def writes(lab, begin=0):
    return [one for one in changes(lab, begin) if one[1].startswith("/pricelists")]


def with_rules(lab, **changed):
    lab.set(catalogue_rules=replace(lab.connection.catalogue_rules, **changed))


def group(lab, name):
    """A customer group of the store; its id."""
    from sandbox.bigcommerce import customer_groups

    return customer_groups.created(lab.world, {"name": name})["id"]


def assigned(lab, name):
    store = lab.world.bigcommerce
    mine = in_store(lab, name)["id"]
    return {
        (row["customer_group_id"], row["channel_id"])
        for row in store.price_assignments.values()
        if row["price_list_id"] == mine
    }


def test_a_list_of_rates_becomes_a_price_list_with_a_record_for_each_of_its_items(lab):
    a, b, _ = carried_over(lab, 3)
    book = price_list(lab, "Trade", {a: "8.00", b: "7.50"})
    weigh(lab)
    assert in_store(lab, "Trade")["active"]
    assert records(lab, "Trade") == {"SKU-1": Decimal(8), "SKU-2": Decimal("7.5")}
    row = lab.row(book, "prices")
    assert (row.state, row.outcome) == ("done", "synced")
    assert writes(lab) == [
        ("POST", "/pricelists"),
        ("PUT", f"/pricelists/{in_store(lab, 'Trade')['id']}/records"),
    ]


def test_brackets_become_tiers(lab):
    (item,) = carried_over(lab, 1)
    brackets = [
        {"start_quantity": 1, "end_quantity": 9, "pricebook_rate": "9.00"},
        {"start_quantity": 10, "pricebook_rate": "7.00"},
    ]
    price_list(lab, "Bulk", {item: {"price_brackets": brackets}}, pricing_scheme="volume")
    weigh(lab)
    (row,) = lab.world.bigcommerce.price_records[in_store(lab, "Bulk")["id"]].values()
    assert row["price"] == 9
    assert [(tier["quantity_min"], tier["amount"]) for tier in row["bulk_pricing_tiers"]] == [(10, 7)]
    begin = len(lab.world.calls)
    forced(lab)
    assert writes(lab, begin) == []


def forced(lab):
    """A person says retry for every price list."""
    rows = [one.key for one in links.walk(lab.ledger, "main", "price_list")]
    work.retry(lab.ledger, [lab.row(key, "prices").id for key in rows], time.time())
    lab.quiet()


def test_an_unchanged_list_costs_the_store_no_call_and_zoho_its_own_reading(lab):
    a, b = carried_over(lab, 2)
    rates, share = price_list(lab, "Trade", {a: 8, b: 7}), percentage(lab)
    weigh(lab)
    begin = len(lab.world.calls)
    weigh(lab)
    calls = list(lab.world.calls[begin:])
    assert [one for one in calls if one["platform"] == "bigcommerce"] == []
    assert [one["path"].rpartition("/books/v3")[2] for one in calls] == [BOOKS, f"{BOOKS}/{rates}"]
    assert lab.row(rates, "prices").outcome == lab.row(share, "prices").outcome


def test_a_percentage_follows_the_rates_beneath_it_and_only_what_differs_is_written(lab):
    ids = carried_over(lab, 5)
    percentage(lab, "Sale", 10)
    weigh(lab)
    assert set(records(lab, "Sale").values()) == {Decimal(9)}
    lab.change_item(ids[2], rate="20.00")
    look(lab)
    begin = len(lab.world.calls)
    weigh(lab)
    assert records(lab, "Sale") == {f"SKU-{n}": Decimal(18 if n == 3 else 9) for n in range(1, 6)}
    assert [method for method, _ in writes(lab, begin)] == ["PUT"]
    begin = len(lab.world.calls)
    weigh(lab)
    assert [one for one in lab.world.calls[begin:] if one["platform"] == "bigcommerce"] == []


def test_a_rate_that_an_order_guessed_is_no_basis_for_a_percentage(lab):
    a, b = carried_over(lab, 2)
    link = links.get(lab.ledger, "main", "variant", a)
    links.bind(lab.ledger, "main", "variant", a, link.id, {**link.extra, "guess": True}, time.time())
    percentage(lab, "Sale", 10)
    price_list(lab, "Trade", {a: 8, b: 7})
    weigh(lab)
    assert set(records(lab, "Sale")) == {"SKU-2"}
    assert set(records(lab, "Trade")) == {"SKU-1", "SKU-2"}


def test_an_item_that_leaves_the_list_loses_its_record(lab):
    a, b, c = carried_over(lab, 3)
    book = price_list(lab, "Trade", {a: 8, b: 7, c: 6})
    weigh(lab)
    ask(lab, "PUT", f"{BOOKS}/{book}", {"pricebook_items": [{"item_id": a, "pricebook_rate": 8}]})
    begin = len(lab.world.calls)
    weigh(lab)
    assert records(lab, "Trade") == {"SKU-1": Decimal(8)}
    assert [method for method, _ in writes(lab, begin)] == ["DELETE"]


def test_renamed_in_zoho_is_renamed_in_the_store(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    number = in_store(lab, "Trade")["id"]
    ask(lab, "PUT", f"{BOOKS}/{book}", {"name": "Resellers"})
    weigh(lab)
    assert in_store(lab, "Resellers")["id"] == number
    assert in_store(lab, "Trade") is None


def test_inactive_in_zoho_is_inactive_in_the_store_and_comes_back_with_the_prices_of_today(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    ask(lab, "POST", f"{BOOKS}/{book}/inactive")
    weigh(lab)
    assert not in_store(lab, "Trade")["active"]
    assert records(lab, "Trade") == {"SKU-1": Decimal(8)}
    begin = len(lab.world.calls)
    weigh(lab)
    assert writes(lab, begin) == []
    ask(lab, "PUT", f"{BOOKS}/{book}", {"pricebook_items": [{"item_id": a, "pricebook_rate": 5}]})
    ask(lab, "POST", f"{BOOKS}/{book}/active")
    begin = len(lab.world.calls)
    weigh(lab)
    assert in_store(lab, "Trade")["active"]
    assert records(lab, "Trade") == {"SKU-1": Decimal(5)}
    assert writes(lab, begin)[0][1].endswith("/records")  # prices before doors


def test_a_list_that_is_inactive_from_the_start_is_not_made(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    ask(lab, "POST", f"{BOOKS}/{book}/inactive")
    weigh(lab)
    assert in_store(lab, "Trade") is None
    assert lab.row(book, "prices").outcome == "skipped"


def test_deleted_in_zoho_is_inactive_in_the_store(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    ask(lab, "DELETE", f"{BOOKS}/{book}")
    weigh(lab)
    assert not in_store(lab, "Trade")["active"]
    begin = len(lab.world.calls)
    weigh(lab)
    assert len(lab.world.calls) - begin == 1  # the list alone


def test_a_list_that_zoho_only_forgot_to_show_stays(lab):
    (a,) = carried_over(lab, 1)
    price_list(lab, "Trade", {a: 8})
    weigh(lab)

    def bend(method, path, query, body):
        return {**body, "pricebooks": []} if path.endswith(BOOKS) else None

    with bent(lab, "zoho", bend):
        weigh(lab)
    assert in_store(lab, "Trade")["active"]
    assert noted(lab, "prices") == set()


def test_books_without_price_lists_close_nothing_and_disturb_nobody(lab):
    (a,) = carried_over(lab, 1)
    price_list(lab, "Trade", {a: 8})
    weigh(lab)

    def bend(method, path, query, body):
        refusal = {"code": 9, "message": "Price lists are switched off"}
        return (400, refusal) if path.endswith(BOOKS) else None

    with bent(lab, "zoho", bend):
        weigh(lab)
    assert in_store(lab, "Trade")["active"]
    assert noted(lab, "prices") == set()
    assert work.paused(lab.ledger, time.time()) == {}


def test_purchase_lists_stay_where_they_are(lab):
    (a,) = carried_over(lab, 1)
    price_list(lab, "Buying", {a: 3}, sales_or_purchase_type="purchases")
    weigh(lab)
    assert lab.world.bigcommerce.price_lists == {}


def test_a_list_of_that_name_which_is_not_ours_is_held_and_left_alone(lab):
    from sandbox.bigcommerce import price_lists

    (a,) = carried_over(lab, 1)
    foreign = price_lists.created(lab.world, {"name": "trade"})
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    assert lab.row(book, "prices").reason == "price-list-name-taken"
    assert lab.world.bigcommerce.price_records[foreign["id"]] == {}
    with_rules(lab, adopt_price_lists=True)
    weigh(lab)
    assert lab.row(book, "prices").outcome == "synced"
    assert in_store(lab, "Trade")["id"] == foreign["id"]
    assert records(lab, "Trade") == {"SKU-1": Decimal(8)}


@pytest.mark.parametrize("stored", ["rest_stored", "nothing_stored"])
def test_a_record_that_the_store_refuses_delays_no_other(new_lab, stored):
    lab = opened(new_lab(switches={"price_batch_errors": stored}))
    ids = carried_over(lab, 6)
    book = price_list(lab, "Trade", dict.fromkeys(ids, 8))
    for item in ids[1:3]:
        lose_variant(lab, item)
    weigh(lab)
    assert set(records(lab, "Trade")) == {"SKU-1", "SKU-4", "SKU-5", "SKU-6"}
    row = lab.row(book, "prices")
    assert (row.state, row.reason) == ("held", "rejected")
    assert "SKU-2" in row.what
    assert "SKU-3" in row.what
    assert "2 of 6 records" in row.what
    begin = len(lab.world.calls)
    weigh(lab)  # the same records would be refused again
    assert writes(lab, begin) == []
    assert lab.row(book, "prices").what == row.what
    for item in ids[1:3]:
        lose_variant(lab, item, back=True)
    forced(lab)
    assert len(records(lab, "Trade")) == 6
    assert lab.row(book, "prices").outcome == "synced"


def lose_variant(lab, item, *, back=False):
    """The store no longer knows the variant that we are linked with; or it does again."""
    link = links.get(lab.ledger, "main", "variant", item)
    number = int(link.id) + (-900000 if back else 900000)
    links.bind(lab.ledger, "main", "variant", item, str(number), link.extra, time.time())


def test_a_batch_that_is_refused_without_a_name_is_halved_until_the_guilty_stands_alone(lab):
    ids = carried_over(lab, 12)
    book = price_list(lab, "Trade", dict.fromkeys(ids, 8))
    lose_variant(lab, ids[7])

    def bend(method, path, query, body):
        if "batch_errors" in (body if isinstance(body, dict) else {}):
            return 422, {"status": 422, "title": "Some record is wrong", "errors": {}}
        return None

    lab.world.switches["price_batch_errors"] = "nothing_stored"
    with bent(lab, "bigcommerce", bend):
        weigh(lab)
    assert set(records(lab, "Trade")) == {f"SKU-{n}" for n in range(1, 13) if n != 8}
    assert "1 of 12 records: SKU-8" in lab.row(book, "prices").what


def test_a_list_that_is_refused_as_a_whole_is_not_tried_record_by_record(lab):
    ids = carried_over(lab, 40)
    book = price_list(lab, "Trade", dict.fromkeys(ids, 8))

    def bend(method, path, query, body):
        return (422, {"status": 422, "title": "Not today", "errors": {}}) if method == "PUT" else None

    begin = len(lab.world.calls)
    with bent(lab, "bigcommerce", bend):
        weigh(lab)
    assert lab.row(book, "prices").reason == "rejected"
    assert len(writes(lab, begin)) <= 12


def test_two_workers_never_write_records_at_the_same_time(lab):
    ids = carried_over(lab, 8)
    books = [price_list(lab, f"List {n}", dict.fromkeys(ids, n + 1)) for n in range(4)]
    struck_by(
        lab,
        {
            "kind": "latency",
            "platform": "bigcommerce",
            "path": "*/records",
            "methods": ["PUT"],
            "seconds": 0.05,
        },
    )
    weigh(lab, quiet=False)
    start = threading.Barrier(len(books))

    def one(book):
        from tasks.recipe import perform

        start.wait()
        perform(lab.services, lab.row(book, "prices").id)

    threads = [threading.Thread(target=one, args=(book,)) for book in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lab.quiet()
    for n in range(4):
        assert set(records(lab, f"List {n}").values()) == {Decimal(n + 1)}
    puts = [one for one in lab.world.calls if one["path"].endswith("/records") and one["method"] == "PUT"]
    assert {one["status"] for one in puts} == {200}
    assert len(puts) == 4


def test_a_writer_that_died_is_waited_for_and_then_succeeded(lab):
    ids = carried_over(lab, 2)
    book = price_list(lab, "Trade", dict.fromkeys(ids, 8))
    cursors.take_slot(lab.ledger, "main.price-records", time.time(), turns.lease(lab.connection))
    weigh(lab, quiet=False)
    from tasks.recipe import perform

    perform(lab.services, lab.row(book, "prices").id)
    assert lab.row(book, "prices").state == "waiting"
    assert "another worker" in lab.row(book, "prices").why
    cursors.give_slot(lab.ledger, "main.price-records")
    cursors.take_slot(
        lab.ledger,
        "main.price-records",
        time.time() - turns.lease(lab.connection),
        turns.lease(lab.connection),
    )
    lab.quiet()
    assert records(lab, "Trade") == {"SKU-1": Decimal(8), "SKU-2": Decimal(8)}


@pytest.mark.parametrize("answer", ["403", "404"])
def test_a_plan_without_price_lists_rests_nothing_and_is_asked_once_a_day(new_lab, answer):
    lab = opened(new_lab(switches={"bigcommerce_price_lists": answer}))
    ids = carried_over(lab, 2)
    book = price_list(lab, "Trade", dict.fromkeys(ids, 8))
    weigh(lab)
    assert work.paused(lab.ledger, time.time()) == {}
    assert lab.row(book, "prices").outcome == "skipped"
    assert lab.row(book, "prices").reason == "price-lists-not-offered"
    assert price_offer.said(lab.connection)["offered"] is False
    begin = len(lab.world.calls)
    for _ in range(3):
        weigh(lab)
    assert lab.world.calls[begin:] == []
    a_day_later(lab)
    weigh(lab)
    assert [one["path"].rpartition("/")[2] for one in lab.world.calls[begin:]] == ["pricelists"]
    lab.world.switches["bigcommerce_price_lists"] = "on"
    a_day_later(lab)
    weigh(lab)
    assert records(lab, "Trade") == {"SKU-1": Decimal(8), "SKU-2": Decimal(8)}


def a_day_later(lab):
    told = price_offer.said(lab.connection)
    cursors.learn(lab.ledger, "main:store", "price_lists", {**told, "at": told["at"] - 86401})


def test_lists_are_assigned_by_setting_and_what_others_assigned_is_not_touched(lab):
    (a,) = carried_over(lab, 1)
    trade, vip = group(lab, "Trade"), group(lab, "VIP")
    price_list(lab, "Trade", {a: 8})
    with_rules(lab, assignments=(Assignment("trade", trade, None), Assignment("Trade", None, 1)))
    weigh(lab)
    assert assigned(lab, "Trade") == {(trade, None), (None, 1)}
    mine = in_store(lab, "Trade")["id"]
    a_person(lab, mine, vip)
    with_rules(lab, assignments=(Assignment("Trade", trade, 1),))
    weigh(lab)
    assert assigned(lab, "Trade") == {(trade, 1), (vip, None)}
    with_rules(lab, assignments=())
    weigh(lab)
    assert assigned(lab, "Trade") == {(vip, None)}


def a_person(lab, price_list_id, customer_group):
    from sandbox.bigcommerce import price_assignments

    price_assignments._add(lab.world, {"price_list_id": price_list_id, "customer_group_id": customer_group})


def test_a_creation_whose_answer_was_lost_makes_no_second_list(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    struck_by(
        lab,
        {
            "kind": "reset_after",
            "platform": "bigcommerce",
            "path": "*/pricelists",
            "methods": ["POST"],
            "times": 1,
        },
    )
    weigh(lab)
    assert lab.row(book, "prices").outcome == "synced"
    assert len(lab.world.bigcommerce.price_lists) == 1


def test_a_creation_that_never_happened_is_made_up_for(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    struck_by(
        lab,
        {
            "kind": "reset_before",
            "platform": "bigcommerce",
            "path": "*/pricelists",
            "methods": ["POST"],
            "times": 1,
        },
    )
    weigh(lab)
    assert lab.row(book, "prices").outcome == "synced"
    assert len(lab.world.bigcommerce.price_lists) == 1


def test_a_list_that_went_back_after_a_half_written_change_is_right_again(lab):
    a, b = carried_over(lab, 2)
    book = price_list(lab, "Trade", {a: 8, b: 8})
    weigh(lab)
    for rate in (5, 8):
        items = [{"item_id": item, "pricebook_rate": rate} for item in (a, b)]
        ask(lab, "PUT", f"{BOOKS}/{book}", {"pricebook_items": items})
        if rate == 5:
            lose_after_records(lab)
            weigh(lab, quiet=False)
            one_try(lab, book)
            assert set(records(lab, "Trade").values()) == {Decimal(5)}
            lab.world.moods.set(())
    weigh(lab)
    assert set(records(lab, "Trade").values()) == {Decimal(8)}


def lose_after_records(lab):
    struck_by(
        lab,
        {
            "kind": "error_after",
            "platform": "bigcommerce",
            "path": "*/records",
            "methods": ["PUT"],
            "times": 0,
        },
    )


def one_try(lab, book):
    from tasks.recipe import perform

    perform(lab.services, lab.row(book, "prices").id)


def test_a_list_that_a_person_deleted_in_the_store_is_made_again_within_a_day(lab):
    (a,) = carried_over(lab, 1)
    book = price_list(lab, "Trade", {a: 8})
    weigh(lab)
    store = lab.world.bigcommerce
    number = in_store(lab, "Trade")["id"]
    del store.price_lists[number], store.price_records[number]
    link = links.get(lab.ledger, "main", "price_list", book)
    links.bind(lab.ledger, "main", "price_list", book, link.id, {**link.extra, "read_at": 0}, time.time())
    weigh(lab)
    assert records(lab, "Trade") == {"SKU-1": Decimal(8)}


def test_a_list_in_another_currency_carries_its_own(lab):
    (a,) = carried_over(lab, 1)
    code = next(row["currency_code"] for row in lab.world.bigcommerce.currencies if not row["is_default"])
    currency = lab.world.zoho.currency(code)
    assert currency is not None
    price_list(lab, "Abroad", {a: 8}, currency_id=currency["currency_id"])
    weigh(lab)
    rows = lab.world.bigcommerce.price_records[in_store(lab, "Abroad")["id"]].values()
    assert {(row["currency"], row["price"]) for row in rows} == {(code.lower(), 8)}


def test_what_would_become_of_a_list_is_told_without_writing(lab):
    a, b = carried_over(lab, 2)
    book = price_list(lab, "Trade", {a: 8, b: 7})
    told = prices.preview(lab.connection, book)
    assert (told.name, told.price_list_id, told.wanted, told.put, told.gone) == ("Trade", "", 2, 2, 0)
    assert writes(lab) == []
    weigh(lab)
    again = prices.preview(lab.connection, book)
    assert (again.put, again.gone) == (0, 0)
    assert again.price_list_id


def test_eleven_hundred_records_are_two_calls_and_one_that_differs_is_one(lab):
    many = 1100
    shelved(lab, many)
    ids = stocked(lab, many)
    full(lab)
    known = list(links.walk(lab.ledger, "main", "variant"))
    told = [(one.key, one.id, {**one.extra, "rate": "10", "tax": "0"}) for one in known]
    links.bind_many(lab.ledger, "main", "variant", told, time.time())
    book = price_list(lab, "Trade", dict.fromkeys(ids, 8))
    weigh(lab, quiet=False)
    one_try(lab, book)
    assert len(records(lab, "Trade")) == many
    assert [method for method, _ in writes(lab)] == ["POST", "PUT", "PUT"]
    rates = {**dict.fromkeys(ids, 8), ids[700]: 9}
    items = [{"item_id": item, "pricebook_rate": rate} for item, rate in rates.items()]
    ask(lab, "PUT", f"{BOOKS}/{book}", {"pricebook_items": items})
    begin = len(lab.world.calls)
    weigh(lab, quiet=False)
    one_try(lab, book)
    assert [method for method, _ in writes(lab, begin)] == ["PUT"]
    assert records(lab, "Trade")["SKU-701"] == 9


def test_a_list_that_is_long_to_read_is_held_all_the_while(new_lab):
    lab = opened(new_lab(lease=0.6))
    now = [time.time()]
    by_the_clock(lab, lambda: now[0])
    ids = carried_over(lab, 3)
    book = price_list(lab, "Trade", dict.fromkeys(ids, 8))
    weigh(lab, quiet=False)
    left = []

    def bend(method, path, query, body):
        now[0] += 0.35
        row = lab.row(book, "prices")
        if row.state == "working":
            left.append(row.due_at - now[0])

    with bent(lab, "bigcommerce", bend), bent(lab, "zoho", bend):
        one_try(lab, book)
    assert len(left) > 4
    assert min(left) > 0
    assert lab.row(book, "prices").outcome == "synced"


def test_zohos_pages_of_a_list_are_all_read(new_lab):
    lab = opened(new_lab(switches={"zoho_pricebook_paging": "paged"}))
    ids = carried_over(lab, 5)
    price_list(lab, "Trade", dict.fromkeys(ids, 8))
    begin = len(lab.world.calls)
    weigh(lab)
    assert len(records(lab, "Trade")) == 5
    assert len(asked(lab, begin, BOOKS)) == 1
    assert sightings.count(lab.ledger, "main", "prices") == 1
