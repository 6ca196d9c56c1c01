"""Many products at once: few calls, and a bad one among them delays no other."""

import json
import time
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from math import ceil

import pytest

from connectors.http import mount
from ledger import history, work
from tasks import flows, item_cases
from tasks.recipe import answer_nudge
from tests.lab import BASE
from tests.tasks.conftest import by_the_clock, struck_by
from tests.tasks.shop import PRODUCTS, VARIANTS, note, one_batch, row, written
from tests.wsgi import WsgiAdapter, _response


@pytest.fixture
def lab(new_lab):
    return new_lab().one_currency()


def stock(lab, count, **told):
    """So many items that are in the store already."""
    items = [lab.item(name=f"Item {n}", sku=f"SKU-{n}", **told) for n in range(count)]
    one_batch(lab, *items)
    assert {row(lab, item).outcome for item in items} == {"synced"}
    lab.world.calls.clear()
    return items


def prices(lab, items):
    return [Decimal(str(lab.product(item)["price"])) for item in items]


def test_changed_products_go_out_ten_a_call(lab):
    items = stock(lab, 25)
    for item in items:
        lab.change_item(item, rate="11")
    one_batch(lab, *items)
    assert prices(lab, items) == [11] * 25
    assert len(written(lab, PRODUCTS, "PUT")) == len(written(lab)) == ceil(25 / 10)
    assert len([call for call in lab.calls("zoho") if "items" in call["path"]]) == 0
    assert len([call for call in lab.calls("zoho") if "itemdetails" in call["path"]]) == 1


def test_changed_variants_go_out_fifty_a_call(lab):
    told = [{"option": f"{n}", "name": f"Shirt {n}", "sku": f"S-{n}", "rate": 20} for n in range(60)]
    group = lab.group("Shirt", "Size", told)
    one_batch(lab, f"group:{group}")
    lab.world.calls.clear()
    for item in lab.items_of(group):
        lab.change_item(item["item_id"], rate="21")
    one_batch(lab, f"group:{group}")
    assert {Decimal(str(one["price"])) for one in lab.product(f"group:{group}")["variants"]} == {21}
    assert len(written(lab, VARIANTS, "PUT")) == len(written(lab)) == 2


def test_a_nudge_takes_a_hundred_of_one_connection(lab):
    items = [lab.item(name=f"Item {n}", sku=f"SKU-{n}", product_type="service") for n in range(101)]
    ids = note(lab, *items)
    answer_nudge(lab.services, ids[0])
    assert sorted(row(lab, item).state for item in items) == ["done"] * 100 + ["waiting"]


def test_a_batch_is_of_one_connection(lab):
    other = replace(lab.connection, name="other")
    lab.services = replace(lab.services, connections={"main": lab.connection, "other": other})
    item = lab.item(sku="MUG", product_type="service")
    lab.show_items()
    (mine,) = note(lab, item)
    (theirs,) = work.note(lab.ledger, "other", "items", [f"item:{item}"], lab.connection.clock())
    answer_nudge(lab.services, mine)
    states = sorted(work.find_id(lab.ledger, one).state for one in (mine, theirs))
    assert states == ["done", "waiting"]


@pytest.mark.parametrize("whole", ["whole", "partial"])
def test_a_product_that_is_refused_stands_alone_and_its_neighbours_go_through(new_lab, whole):
    lab = new_lab(switches={"catalog_batch": whole}).one_currency()
    items = stock(lab, 10)
    lab.in_store(name="Stranger", sku="TAKEN")
    for item in items:
        lab.change_item(item, rate="11")
    lab.change_item(items[6], sku="TAKEN")
    one_batch(lab, *items)
    assert [row(lab, item).state for item in items] == ["done"] * 6 + ["held"] + ["done"] * 3
    assert (row(lab, items[6]).reason, prices(lab, items[:6] + items[7:])) == ("sku-taken", [11] * 9)
    assert len(written(lab, PRODUCTS, "PUT")) <= 1 + 2 * 4  # halved until it stood alone


@pytest.mark.parametrize("whole", ["whole", "partial"])
def test_a_variant_that_is_refused_holds_its_product_and_no_other(new_lab, whole):
    lab = new_lab(switches={"catalog_batch": whole}).one_currency()
    groups = [
        lab.group(f"Shirt {n}", "Size", [{"option": "S", "name": f"S {n}", "sku": f"S-{n}", "rate": 20}])
        for n in range(4)
    ]
    records = [f"group:{group}" for group in groups]
    one_batch(lab, *records)
    lab.in_store(name="Stranger", sku="TAKEN")
    for n, group in enumerate(groups):
        (item,) = lab.items_of(group)
        lab.change_item(item["item_id"], rate="21", **({"sku": "TAKEN"} if n == 2 else {}))
    one_batch(lab, *records)
    assert [row(lab, record).reason for record in records] == ["", "", "sku-taken", ""]
    assert [Decimal(str(lab.product(records[n])["variants"][0]["price"])) for n in (0, 1, 3)] == [21] * 3


def test_in_a_batch_only_the_product_whose_name_is_taken_gets_another(lab):
    items = stock(lab, 10)
    lab.in_store(name="Stranger", sku="X")
    for n, item in enumerate(items):
        lab.change_item(item, name=f"New {n}" if n != 4 else "Stranger")
    one_batch(lab, *items)
    names = [lab.product(item)["name"] for item in items]
    assert names == [f"New {n}" if n != 4 else "Stranger (SKU-4)" for n in range(10)]
    assert {row(lab, item).outcome for item in items} == {"synced"}


def test_a_batch_whose_answer_was_lost_is_sent_again(lab):
    items = stock(lab, 3)
    for item in items:
        lab.change_item(item, rate="11")
    struck_by(lab, {"kind": "reset_before", "platform": "bigcommerce", "methods": ["PUT"], "times": 1})
    lab.sync_items(*items)
    assert prices(lab, items) == [11] * 3
    assert len(written(lab, PRODUCTS, "PUT")) == 2


def test_a_product_that_the_answer_leaves_out_is_not_believed_done(lab):
    items = stock(lab, 3)
    for item in items:
        lab.change_item(item, rate="11")
    mount(lab.connection.store.session, BASE, Forgetful(lab.app))
    one_batch(lab, *items)
    assert [row(lab, item).state for item in items] == ["done", "done", "waiting"]
    lab.quiet()
    assert {row(lab, item).state for item in items} == {"done"}


class Forgetful(WsgiAdapter):
    """A store whose first answer to a batch says nothing of the last product in it."""

    told = False

    def send(self, request, **options):
        answer = super().send(request, **options)
        if request.method == "PUT" and not self.told:
            self.told = True
            body = answer.json()
            content = json.dumps({**body, "data": body["data"][:-1]}).encode()
            headers = {"Content-Type": "application/json"}
            return _response(request, content, "200 OK", headers)
        return answer


def test_a_budget_that_ends_in_the_middle_costs_no_attempt_and_what_was_done_is_done(lab):
    items = stock(lab, 20)
    for item in items:
        lab.change_item(item, rate="11")
    struck_by(
        lab, {"kind": "rate_limit", "platform": "bigcommerce", "methods": ["PUT"], "skip": 1, "times": 9}
    )
    one_batch(lab, *items)
    assert sorted(row(lab, item).state for item in items) == ["done"] * 10 + ["waiting"] * 10
    struck_by(lab)
    lab.quiet()
    assert prices(lab, items) == [11] * 20


@contextmanager
def strange(item):
    """Our own code does not understand this one item."""
    translate = item_cases.translate

    def stumbling(key, *others):
        if key == f"item:{item}":
            raise KeyError("strange")
        return translate(key, *others)

    item_cases.translate = stumbling
    try:
        yield
    finally:
        item_cases.translate = translate


def test_an_item_that_we_do_not_understand_at_all_is_held_alone(lab):
    items = stock(lab, 9)
    for item in items:
        lab.change_item(item, rate="11")
    with strange(items[4]):
        one_batch(lab, *items)
    assert [row(lab, item).state for item in items] == ["done"] * 4 + ["held"] + ["done"] * 4
    assert row(lab, items[4]).reason == "bug"
    assert prices(lab, items) == [11] * 4 + [10] + [11] * 4


def test_who_lost_one_record_of_a_batch_leaves_that_one_alone(lab):
    items = stock(lab, 3)
    for item in items:
        lab.change_item(item, rate="11")
    ids = note(lab, *items)
    robbed = []

    def rob():
        """Another worker comes by while Zoho is asked, for the lease of the second has run out."""
        if not robbed:
            robbed.append(True)
            with lab.ledger.engine.begin() as c:
                c.exec_driver_sql(f"UPDATE work SET fence = fence + 1 WHERE id = {ids[1]}")

    lab.set(store=replace(lab.connection.store, session=lab.connection.store.session))
    lab.services = replace(lab.services, lease=0.0001)  # held anew before each step
    meddle(lab, rob)
    answer_nudge(lab.services, ids[0])
    assert [row(lab, item).state for item in items] == ["done", "working", "done"]
    assert prices(lab, items) == [11, 10, 11]


def meddle(lab, what):
    """Something happens just before the platforms are asked the next time."""
    inner = lab.app.wsgi_app

    def between(environ, start_response):
        what()
        return inner(environ, start_response)

    lab.app.wsgi_app = between


def test_a_slow_record_keeps_the_others_of_its_batch(new_lab):
    """Each call takes a twelfth of the lease, all of them together longer than the lease."""
    lab = new_lab(lease=60.0).one_currency()
    now = [time.time()]
    by_the_clock(lab, lambda: now[0])
    items = [lab.item(name=f"Item {n}", sku=f"SKU-{n}") for n in range(12)]
    ids = note(lab, *items)
    taken, began = [], now[0]

    def call():
        now[0] += 5
        taken.extend(work.claim_due(lab.ledger, "main", "items", now[0], 1, 9))

    meddle(lab, call)
    answer_nudge(lab.services, ids[0])
    assert taken == []
    assert now[0] > began + 60
    assert {row(lab, item).outcome for item in items} == {"synced"}


def test_only_what_changed_leaves_a_line_in_the_history(lab):
    items = stock(lab, 3)
    lines = [len(history.of(lab.ledger, "main", "items", f"item:{item}")) for item in items]
    lab.change_item(items[1], rate="11")
    one_batch(lab, *items)
    now = [len(history.of(lab.ledger, "main", "items", f"item:{item}")) for item in items]
    assert [after - before for before, after in zip(lines, now, strict=True)] == [0, 1, 0]


def test_the_flows_say_how_many_records_they_take_at_once():
    assert {name: flow.batch for name, flow in flows.FLOWS.items()} == {
        "orders": 1,
        "items": 100,
        "prices": 1,
        "stock": 2000,
        "shipments": 1,
    }
