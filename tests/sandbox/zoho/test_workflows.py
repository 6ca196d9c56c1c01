"""Workflow rules: what is sent when an item changes, and how callbacks go astray."""

import threading
import time
from dataclasses import replace

import pytest

from sandbox import create_app
from sandbox.server import serve
from tests.sandbox.zoho.conftest import Client
from tests.sandbox.zoho.receiving import RULE, URL, Receiver, deliver, rule, told


def test_creating_editing_and_deleting_an_item_is_told_with_the_whole_record(silent):
    client, receiver = silent()
    rule(client)
    client.org.set_custom_field("items", "cf_colour")
    item = client.item("Mug", sku="M", rate="9.5", custom_fields=[{"api_name": "cf_colour", "value": "red"}])
    client.ok("PUT", f"/items/{item}", {"rate": 10})
    client.ok("DELETE", f"/items/{item}")
    assert deliver(client) == 3
    first, second, third = receiver.items()
    assert (first["item_id"], first["sku"], first["rate"], second["rate"]) == (item, "M", 9.5, 10)
    assert (first["status_formatted"], first["cf_colour"], first["cf_colour_formatted"]) == (
        "active",
        "red",
        "red",
    )
    assert third == {"item_id": item}
    method, headers, query, _ = receiver.seen[0]
    assert (method, query) == ("POST", "")
    assert headers["Content-Type"].startswith("application/json")
    assert "X-Zoho-Webhook-Signature" not in headers
    log = told(client)["callbacks"]
    assert [(row["event"], row["record_id"], row["status"]) for row in log] == [
        *(("created", item, 200), ("edited", item, 200), ("deleted", item, 200))
    ]


def test_a_deleted_record_may_be_told_whole(silent):
    client, receiver = silent({"zoho_deleted_payload": "whole"})
    rule(client, events=["deleted"])
    client.ok("DELETE", f"/items/{client.item('Mug', sku='M')}")
    deliver(client)
    assert [each["sku"] for each in receiver.items()] == ["M"]


@pytest.mark.parametrize("events", [["created"], ["edited"], ["deleted"], ["created", "edited"]])
def test_a_rule_hears_only_of_what_it_waits_for(silent, events):
    client, _ = silent()
    rule(client, events=events)
    item = client.item("Mug")
    client.org.edit("items", item, rate="3")
    client.ok("DELETE", f"/items/{item}")
    deliver(client)
    assert [row["event"] for row in told(client)["callbacks"]] == events


def test_every_kind_of_edit_is_told_whoever_makes_it(silent):
    client, _ = silent()
    rule(client, events=["edited"])
    item = client.item("Mug")
    client.http.post(
        "/control/zoho/person", json={"method": "PUT", "path": f"/items/{item}", "body": {"rate": 2}}
    )
    client.ok("POST", f"/items/{item}/inactive")
    client.ok("POST", "/items/active", item_ids=item, edition="inventory/v1")
    client.ok("PUT", f"/item/{item}/customfields", {"custom_fields": []})
    client.org.set_image(item, b"png")
    client.http.put("/control/zoho/items", json={"ids": [item], "changes": {"rate": 5}})
    assert deliver(client) == 6
    client.http.post("/control/zoho/items", json={"count": 5})
    client.contact("Somebody")
    client.refused("PUT", f"/items/{item}", {"rate": "much"})
    assert deliver(client) == 0


@pytest.mark.parametrize(("touches", "calls"), [(True, 2), (False, 0)])
def test_an_edited_group_is_told_item_by_item_or_not_at_all(silent, touches, calls):
    client, _ = silent({"zoho_group_touches_items": touches})
    options = [{"name": f"B{n}", "rate": 1, "attribute_option_name1": str(n)} for n in range(2)]
    body = {"group_name": "B", "unit": "pcs", "attribute_name1": "Size", "items": options}
    rule(client)
    group = client.org.ask("POST", "/itemgroups", body)["group_id"]
    assert deliver(client) == 2
    client.org.edit("itemgroups", group, group_name="C")
    assert deliver(client) == calls
    client.org.ask("DELETE", f"/itemgroups/{group}", {})
    assert deliver(client) == 2


@pytest.mark.parametrize(("fires", "calls"), [(False, 0), (True, 1)])
def test_stock_movements_fire_no_item_rule_unless_a_switch_says_so(silent, fires, calls):
    client, _ = silent({"zoho_stock_fires_item_rule": fires})
    item = client.item("Stocked", item_type="inventory", initial_stock=5)
    invoice = client.invoice(client.contact(), [{"item_id": item}])["invoice_id"]
    rule(client)
    client.ok("POST", f"/invoices/{invoice}/status/sent")
    assert deliver(client) == calls


def test_callbacks_get_lost_doubled_and_late_so_that_they_overtake_each_other(silent):
    client, receiver = silent()
    rule(client, events=["edited"])
    item = client.item("Mug")
    mood = {"kind": "callback_lost", "times": 1, "platform": "zoho", "path": "item/"}
    client.http.put("/control/moods", json=[mood])
    client.org.edit("items", item, rate="1")
    assert deliver(client) == 0
    moods = [{"kind": "callback_doubled"}, {"kind": "callback_late", "seconds": 100, "platform": "zoho"}]
    client.http.put("/control/moods", json=moods)
    for rate in range(20):
        client.org.edit("items", item, rate=str(rate))
    assert told(client)["waiting"] == 40
    client.http.post("/control/clock", json={"advance": 101})
    assert deliver(client) == 40
    rates = [each["rate"] for each in receiver.items()]
    assert sorted(rates) == sorted([*range(20)] * 2)
    assert rates != sorted(rates)  # late ones tell of the record as it was
    assert client.http.get("/control/moods").json["totals"]["zoho callback_late"] == 20


def test_a_refused_callback_is_not_sent_again(silent):
    client, receiver = silent()
    receiver.status = 500
    rule(client)
    client.item("Mug")
    assert deliver(client) == 1
    client.world.clock.advance(90_000)
    assert (deliver(client), len(receiver.seen), told(client)["callbacks"][0]["status"]) == (0, 1, 500)


def test_a_day_has_room_for_so_many_callbacks(silent):
    client, _ = silent({"zoho_webhooks_a_day": 20})
    rule(client, events=["edited"])
    item = client.item("Mug")
    for rate in range(25):
        client.org.edit("items", item, rate=str(rate))
    assert deliver(client) == 20
    client.world.clock.advance(86_400)
    client.org.edit("items", item, rate="1")
    assert deliver(client) == 1


def test_a_rule_can_be_made_by_the_api_too(silent):
    client, _ = silent()
    webhook = client.ok("POST", "/settings/webhooks", {"url": URL, "entity": "item"})["webhook"]["webhook_id"]
    actions = [{"action_id": webhook, "action_type": "webhook"}]
    body = {"workflow_name": "Items", "entity": "item", "rule_type": "add_edit", "instant_actions": actions}
    made = client.ok("POST", "/settings/workflows", body)["workflow"]
    item = client.item("Mug")
    client.org.edit("items", item, rate="2")
    client.ok("DELETE", f"/items/{item}")
    assert deliver(client) == 2
    path = f"/settings/workflows/{made['workflow_id']}"
    client.ok("POST", f"{path}/inactive")
    client.item("Cup")
    assert deliver(client) == 0
    client.ok("POST", f"{path}/active")
    assert client.ok("GET", "/settings/workflows")["workflows"][0]["status"] == "active"
    assert client.ok("GET", path)["workflow"]["rule_type"] == "add_edit"
    client.ok("DELETE", path)
    assert client.http.get("/control/zoho/rules").json["rules"] == []
    for wrong in ({"rule_type": "x"}, {"instant_actions": []}, {"entity": "tree"}, {"workflow_name": ""}):
        assert client.refused("POST", "/settings/workflows", {**body, **wrong})[0] == 400


def test_a_rule_of_nothing_is_refused(client):
    def refused(**more):
        return client.http.post("/control/zoho/rules", json=more).status_code == 400

    assert refused(webhook_id="1")
    assert refused(entity="item")
    assert refused(entity="item", url=URL, events=["seen"])
    for _ in range(10):
        rule(client)
    assert refused(**RULE)  # ten of one module


def test_threads_send_over_a_real_socket_while_the_world_goes_on():
    receiver = Receiver()
    server = serve(receiver.app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = create_app(callback_threads=0)
    client = Client(app)
    object.__setattr__(client.world, "options", replace(client.world.options, callback_threads=2))
    rule(client, url=f"http://127.0.0.1:{server.server_port}/webhooks/zoho/main")
    for number in range(5):
        client.item(f"Item {number}")
    end = time.monotonic() + 60
    while len(receiver.seen) < 5 and time.monotonic() < end:
        time.sleep(0.02)
    client.world.stopped.set()
    server.shutdown()
    client.org.courier.session.close()
    assert sorted(each["name"] for each in receiver.items()) == [f"Item {number}" for number in range(5)]


def test_the_mood_without_callbacks_has_none_of_workflow_rules_either(silent):
    client, _ = silent(moods="no_callbacks")
    rule(client)
    client.item("Mug")
    assert deliver(client) == 0
    assert client.http.get("/control/moods").json["totals"] == {"zoho callback_lost": 1}


def test_items_made_many_at_once_are_told_to_nobody(silent):
    client, _ = silent()
    rule(client)
    client.http.post("/control/zoho/items", json={"count": 5})
    assert deliver(client) == 0
