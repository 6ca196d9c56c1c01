"""What leaves Zoho Inventory can be tracked in the store: every shipment there once, and none that does not fit."""

import time

import pytest

from ledger import cursors, sightings, takings, work
from mappings.rules import StockRules
from sandbox.bigcommerce import life
from sandbox.bigcommerce import shipments as store_shipments
from tasks import shipment_looks
from tests.tasks.conftest import LINE, placed, struck_by
from tests.tasks.test_lost_answers import Killed, deadly
from tests.tasks.test_order_stock import Goods

PATH = "/bigcommerce/stores/sandbox/v2/orders/*/shipments"


@pytest.fixture
def lab(new_lab):
    return tracking(new_lab())


def tracking(lab):
    lab.rules(document="sales_order")
    lab.set(tracking_on=True)
    return lab


def ask(lab, path, body):
    return lab.world.zoho.ask("POST", path, body, "inventory")


def sales_order(lab, order):
    (made,) = [
        row for row in lab.world.zoho.records["salesorders"].values() if row["reference_number"] == order
    ]
    return made


def leave(lab, order, pieces=None, **told):
    """A person packs and ships in Zoho: so many pieces by line of the sales order, or all goods; the shipment's id."""
    sold = sales_order(lab, order)
    counts = pieces or {place: line["quantity"] for place, line in enumerate(sold["line_items"])}
    lines = [
        {"so_line_item_id": sold["line_items"][place]["line_item_id"], "quantity": str(count)}
        for place, count in counts.items()
    ]
    packed = ask(lab, f"/packages?salesorder_id={sold['salesorder_id']}", {"line_items": lines})["package"]
    query = f"salesorder_id={sold['salesorder_id']}&package_ids={packed['package_id']}"
    body = {"tracking_number": "1Z999", "delivery_method": "UPS", **told}
    return ask(lab, f"/shipmentorders?{query}", body)["shipment_order"]["shipment_id"]


def look(lab):
    """One turn of the look, and what it noted done."""
    cursors.give_slot(lab.ledger, "main.shipments")
    shipment_looks.look(lab.services, "main")
    lab.quiet()


def bundle(lab, order):
    return lab.world.bigcommerce.orders[int(order)]


def in_store(lab, order):
    return bundle(lab, order)["shipments"]


def booked(lab, **described):
    order = placed(lab, **described)
    lab.sync(order)
    return order


def test_what_left_zoho_can_be_tracked_in_the_store(lab):
    order = booked(lab)
    shipment = leave(lab, order)
    look(lab)
    (made,) = in_store(lab, order)
    assert (made["tracking_number"], made["tracking_carrier"], made["shipping_method"]) == (
        "1Z999",
        "ups",
        "UPS",
    )
    assert [(row["quantity"]) for row in made["items"]] == [3]
    assert lab.row(shipment, "shipments").outcome == "synced"
    look(lab)
    assert len(in_store(lab, order)) == 1


def test_a_quiet_look_costs_one_call_of_zoho_and_none_of_the_store(lab):
    order = booked(lab)
    leave(lab, order)
    look(lab)
    begin = len(lab.world.calls)
    look(lab)
    assert [call["platform"] for call in lab.world.calls[begin:]] == ["zoho"]


def test_with_tracking_off_nothing_is_asked(lab):
    lab.set(tracking_on=False)
    order = booked(lab)
    leave(lab, order)
    begin = len(lab.world.calls)
    look(lab)
    assert lab.world.calls[begin:] == []


def test_parts_of_an_order_are_shipped_one_after_another(lab):
    order = booked(lab, shipping=None)
    leave(lab, order, {0: 1}, tracking_number="A")
    look(lab)
    leave(lab, order, {0: 2}, tracking_number="B")
    look(lab)
    told = [(row["tracking_number"], row["items"][0]["quantity"]) for row in in_store(lab, order)]
    assert told == [("A", 1), ("B", 2)]


def test_lines_of_one_item_are_filled_in_their_order(lab):
    order = booked(lab, lines=[{**LINE, "quantity": 1}, {**LINE, "quantity": 2}], shipping=None)
    leave(lab, order)
    look(lab)
    (made,) = in_store(lab, order)
    assert [row["quantity"] for row in made["items"]] == [1, 2]


def test_a_tracking_number_that_comes_later_follows(lab):
    order = booked(lab)
    shipment = leave(lab, order, tracking_number="")
    look(lab)
    row = lab.world.zoho.records["shipmentorders"][shipment]
    row["tracking_number"] = "LATE"
    lab.world.zoho.ask("POST", f"/shipmentorders/{shipment}/status/delivered", {}, "inventory")
    age(lab)
    look(lab)
    (made,) = in_store(lab, order)
    assert made["tracking_number"] == "LATE"


def age(lab):
    """As if the packages had changed a moment later than they did: stamps are of whole seconds."""
    rows = [(one, "", "older") for one in lab.world.zoho.records["packages"]]
    sightings.see(lab.ledger, "main", "shipments", rows, time.time())


def test_a_shipment_that_a_person_entered_with_the_same_number_is_taken_as_done(lab):
    order = booked(lab)
    (line,) = bundle(lab, order)["products"]
    items = [{"order_product_id": line["id"], "quantity": 3}]
    body = {"order_address_id": line["order_address_id"], "tracking_number": "1z999 ", "items": items}
    store_shipments.send(lab.world, int(order), body)
    shipment = leave(lab, order)
    look(lab)
    assert len(in_store(lab, order)) == 1
    assert lab.row(shipment, "shipments").outcome == "synced"


def test_more_than_is_left_is_held(lab):
    order = booked(lab)
    (line,) = bundle(lab, order)["products"]
    life.ship(lab.world, int(order), {line["id"]: 1})
    shipment = leave(lab, order)
    look(lab)
    row = lab.row(shipment, "shipments")
    assert (row.state, row.reason) == ("held", "shipment-unclear")
    assert "1 more pieces than are left" in row.what
    assert len(in_store(lab, order)) == 1


def test_a_cancelled_order_is_not_shipped(lab):
    order = booked(lab)
    shipment = leave(lab, order)
    life.cancel(lab.world, int(order))
    look(lab)
    assert lab.row(shipment, "shipments").reason == "shipment-unclear"
    assert in_store(lab, order) == []


def test_sales_orders_of_others_are_left_alone(lab):
    order = booked(lab)
    sold = sales_order(lab, order)
    body = {"customer_id": sold["customer_id"], "reference_number": "mine",
            "line_items": [{"item_id": sold["line_items"][0]["item_id"], "quantity": 1, "rate": 1}]}  # fmt: skip
    other = lab.world.zoho.ask("POST", "/salesorders", body)["salesorder"]
    lab.world.zoho.ask("POST", f"/salesorders/{other['salesorder_id']}/status/confirmed", {})
    shipment = leave(lab, "mine")
    look(lab)
    assert lab.row(shipment, "shipments") is None


@pytest.mark.parametrize("happened", ["error_after", "reset_after", "reset_before"])
def test_a_shipment_whose_answer_was_lost_is_not_made_twice(lab, happened):
    order = booked(lab)
    leave(lab, order)
    mood = {"kind": happened, "platform": "bigcommerce", "path": PATH, "methods": ["POST"], "times": 1}
    struck_by(lab, mood)
    look(lab)
    assert len(in_store(lab, order)) == 1


def test_a_worker_that_dies_after_the_shipment_makes_none_again(new_lab):
    lab = tracking(new_lab(lease=0.8))
    order = booked(lab)
    shipment = leave(lab, order)
    adapter = deadly(lab, "POST", f"/bigcommerce/stores/sandbox/v2/orders/{order}/shipments")
    with pytest.raises(Killed):
        look(lab)
    assert (adapter.died, len(in_store(lab, order))) == (1, 1)
    lab.quiet()
    assert (lab.row(shipment, "shipments").outcome, len(in_store(lab, order))) == ("synced", 1)


def test_goods_to_two_addresses_are_two_shipments(lab):
    order = booked(lab, lines=[LINE, {**LINE, "sku": "CUP"}], shipping=None)
    rows = bundle(lab, order)
    second = {**rows["shipping_addresses"][0], "id": 9001}
    rows["shipping_addresses"].append(second)
    rows["products"][1]["order_address_id"] = 9001
    leave(lab, order)
    look(lab)
    assert [row["order_address_id"] for row in in_store(lab, order)] == [
        rows["products"][0]["order_address_id"],
        9001,
    ]


@pytest.mark.parametrize("sets", [True, False])
def test_stock_knows_what_a_shipment_does_to_its_order(new_lab, sets):
    """3 of 20 mugs: taken from the store once, due and booked in Zoho once, whether or not the status moves."""
    lab = tracking(new_lab(switches={"shipment_sets_status": sets}).one_currency())
    lab.set(stock_on=True, stock_rules=StockRules(method="one_way"))
    mug = Goods(lab)
    order = mug.sold(lab)
    lab.sync(order)
    before = takings.of_order(lab.ledger, "main", order)
    leave(lab, order)
    look(lab)
    lab.sync(order)
    assert takings.of_order(lab.ledger, "main", order) == before
    assert lab.level(mug.variant) == 17
    assert [one["quantity_shipped"] for one in bundle(lab, order)["products"]] == [3]
    assert work.find(lab.ledger, "main", "orders", order).state == "done"


def test_a_second_address_that_failed_is_made_up_for_and_the_first_is_not_shipped_again(new_lab):
    lab = tracking(new_lab(lease=0.8))
    order = booked(lab, lines=[LINE, {**LINE, "quantity": 2}], shipping=None)
    rows = bundle(lab, order)
    rows["shipping_addresses"].append({**rows["shipping_addresses"][0], "id": 9001})
    rows["products"][1]["order_address_id"] = 9001
    leave(lab, order)
    deadly(lab, "POST", f"/bigcommerce/stores/sandbox/v2/orders/{order}/shipments")
    with pytest.raises(Killed):
        look(lab)
    lab.quiet()
    assert [row["items"][0]["quantity"] for row in in_store(lab, order)] == [3, 2]


def test_packages_are_looked_for_beyond_the_first_page_once_a_day(lab):
    """The list ignores filters and shows the newest package first; this one was packed before 200 others."""
    order = booked(lab)
    sold = sales_order(lab, order)
    lines = [{"so_line_item_id": sold["line_items"][0]["line_item_id"], "quantity": "3"}]
    query = f"salesorder_id={sold['salesorder_id']}"
    packed = ask(lab, f"/packages?{query}", {"line_items": lines})["package"]
    kept = lab.world.zoho.records["packages"]
    old = {"last_modified_time": "2020-01-01T00:00:00+0000", "created_time": "2090-01-01T00:00:00+0000"}
    for number in range(200):
        other = {"package_id": f"9{number:04}", "salesorder_id": "1", **old}
        kept[other["package_id"]] = {**kept[packed["package_id"]], **other}
    ask(lab, f"/shipmentorders?{query}&package_ids={packed['package_id']}", {"tracking_number": "1Z"})
    look(lab)
    assert len(in_store(lab, order)) == 1
