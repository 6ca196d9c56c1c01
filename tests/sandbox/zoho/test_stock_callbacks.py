"""Workflow rules of the documents that move stock: what they tell, and when."""

import json

import pytest

from tests.sandbox.zoho.receiving import deliver, rule
from tests.sandbox.zoho.test_stock import adjust, inv, stocked
from tests.sandbox.zoho.test_stock_documents import Shop


def bodies(receiver, entity):
    return [json.loads(body)[entity] for *_, body in receiver.seen]


def test_an_adjustment_is_told_with_its_lines(silent):
    client, receiver = silent()
    item = stocked(client)
    rule(client, entity="inventoryadjustment")
    made = adjust(client, item, -2)
    inv(client, "DELETE", f"/inventoryadjustments/{made['inventory_adjustment_id']}")
    assert deliver(client) == 2
    told, gone = bodies(receiver, "inventoryadjustment")
    assert [line["item_id"] for line in told["line_items"]] == [item]
    assert gone == {"inventory_adjustment_id": made["inventory_adjustment_id"]}


def test_each_step_of_an_invoice_is_told(silent):
    client, receiver = silent()
    item, customer = stocked(client), client.contact()
    rule(client, entity="invoice")
    path = f"/invoices/{client.invoice(customer, [{'item_id': item, 'quantity': 2}])['invoice_id']}"
    client.ok("POST", f"{path}/status/sent")
    client.ok("PUT", path, {"notes": "Thank you"})
    client.ok("POST", f"{path}/status/void")
    client.ok("POST", f"{path}/status/draft")
    client.ok("DELETE", path)
    assert deliver(client) == 6
    told = bodies(receiver, "invoice")
    assert [each.get("status") for each in told] == ["draft", "sent", "sent", "void", "draft", None]
    assert told[0]["line_items"][0]["item_id"] == item
    assert told[1]["status_formatted"] == "sent"


def test_orders_and_credit_notes_are_told(silent):
    client, receiver = silent()
    line, customer = [{"item_id": stocked(client), "quantity": 2}], client.contact()
    rule(client, entity="salesorder", events=["edited"])
    rule(client, entity="creditnote", events=["created"])
    order = client.ok("POST", "/salesorders", {"customer_id": customer, "line_items": line})["salesorder"]
    client.ok("POST", f"/salesorders/{order['salesorder_id']}/status/open")
    client.ok("POST", f"/salesorders/{order['salesorder_id']}/status/void")
    client.ok("POST", "/creditnotes", {"customer_id": customer, "line_items": line})
    assert deliver(client) == 3
    kinds = [next(iter(json.loads(body))) for *_, body in receiver.seen]
    assert sorted(kinds) == ["creditnote", "salesorder", "salesorder"]


@pytest.mark.parametrize("position", [True, False])
def test_whether_callbacks_carry_lines_is_a_switch(silent, position):
    client, receiver = silent({"zoho_callback_lines": position})
    rule(client, entity="inventoryadjustment")
    adjust(client, stocked(client), 1)
    deliver(client)
    (told,) = bodies(receiver, "inventoryadjustment")
    assert ("line_items" in told) is position


def test_a_rule_of_documents_may_be_lost_and_doubled_like_any_other(silent):
    client, _ = silent()
    rule(client, entity="inventoryadjustment")
    item = stocked(client)
    lost = {"kind": "callback_lost", "times": 1, "platform": "zoho", "path": "inventoryadjustment/"}
    client.http.put("/control/moods", json=[lost, {"kind": "callback_doubled", "platform": "zoho"}])
    adjust(client, item, 1)
    assert deliver(client) == 0
    adjust(client, item, 1)
    assert deliver(client) == 2


def test_webhooks_and_rules_of_documents_are_made_by_the_api(silent):
    client, _ = silent()
    webhook = {"webhook_name": "Stock", "entity": "salesorder", "url": "http://receiver/webhooks/zoho/main"}
    made = client.ok("POST", "/settings/webhooks", webhook)["webhook"]["webhook_id"]
    actions = [{"action_id": made, "action_type": "webhook"}]
    body = {"workflow_name": "Orders", "entity": "salesorder", "rule_type": "add_edit"}
    client.ok("POST", "/settings/workflows", {**body, "instant_actions": actions})
    line = [{"item_id": stocked(client), "quantity": 1}]
    client.ok("POST", "/salesorders", {"customer_id": client.contact(), "line_items": line})
    assert deliver(client) == 1


def test_goods_that_come_and_go_are_told(silent):
    client, receiver = silent()
    shop = Shop(client)
    kinds = ("bill", "purchasereceive", "transferorder", "package", "shipmentorder", "salesreturn")
    for kind in kinds:
        rule(client, entity=kind, events=["created"])
    lines = [{"item_id": shop.item, "quantity": 2, "rate": 2}]
    shop("POST", "/bills", {"vendor_id": shop.vendor, "bill_number": "B-1", "line_items": lines})
    purchase = shop("POST", "/purchaseorders", {"vendor_id": shop.vendor, "line_items": lines})[
        "purchaseorder"
    ]
    came = [{"line_item_id": purchase["line_items"][0]["line_item_id"], "quantity": 2}]
    shop("POST", "/purchasereceives", {"line_items": came}, purchaseorder_id=purchase["purchaseorder_id"])
    start, end = next(iter(client.org.places)), client.org.add_place("Shed")
    moved = {"line_items": [{"item_id": shop.item, "quantity_transfer": 1}]}
    shop("POST", "/transferorders", {**moved, "from_warehouse_id": start, "to_warehouse_id": end})
    order, line = shop.order(2)
    shop.ship(order, shop.pack(order, line, 2))
    shop(
        "POST",
        "/salesreturns",
        {"line_items": [{"salesorder_item_id": line, "quantity": 1}]},
        salesorder_id=order,
    )
    assert deliver(client) == len(kinds)
    told = [json.loads(body) for *_, body in receiver.seen]
    assert {next(iter(each)) for each in told} == set(kinds)
    for each in told:
        ((_, record),) = each.items()
        assert record["line_items"][0]["item_id"] == shop.item
