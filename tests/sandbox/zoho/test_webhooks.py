"""Webhooks of workflow rules: how they are made, what they carry, how it is signed."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qsl

import pytest

from sandbox.zoho.callbacks import signature
from tests.sandbox.zoho.receiving import SECRET, URL, deliver, rule


def test_own_headers_and_parameters_go_along_with_their_placeholders(silent):
    client, receiver = silent()
    more = {"url": f"{URL}?shop=1", "headers": {"X-Own": "s"}, "query_parameters": {"id": "${ITEM.ITEM_ID}"}}
    rule(client, method="PUT", **more)
    item = client.item("Mug")
    deliver(client)
    method, headers, query, _ = receiver.seen[0]
    assert (method, headers["X-Own"], query) == ("PUT", "s", f"shop=1&id={item}")


def test_a_form_carries_json_or_chosen_fields(silent):
    client, receiver = silent()
    rule(client, body="form")
    rule(
        client,
        body="application/x-www-form-urlencoded",
        form_data={"item": "${ITEM.ITEM_ID}", "kind": "item"},
    )
    item = client.item("Mug & Cup")
    deliver(client)
    bodies = [dict(parse_qsl(body.decode())) for *_, body in receiver.seen]
    assert json.loads(bodies[0]["JSONString"])["item"]["name"] == "Mug & Cup"
    assert bodies[1] == {"item": item, "kind": "item"}
    assert receiver.seen[0][1]["Content-Type"] == "application/x-www-form-urlencoded"


def test_raw_text_goes_out_with_its_placeholders_filled(silent):
    client, receiver = silent()
    rule(client, body="raw", raw_data="changed: ${ITEM.ITEM_ID} ${ITEM.NAME} ${ITEM.NONSENSE}.")
    rule(client, body="application/json", raw_data="${JSONString}")
    item = client.item("Mug")
    deliver(client)
    assert receiver.seen[0][3].decode() == f"changed: {item} Mug ."
    assert receiver.seen[0][1]["Content-Type"] == "text/plain"
    assert json.loads(receiver.seen[1][3])["item_id"] == item


def expected(secret, pairs, body):
    signed = "".join(key + value for key, value in sorted(pairs)) + body
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256)


@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("body", ["default", "form"])
def test_with_a_secret_parameters_form_and_body_are_signed(silent, encoding, body):
    client, receiver = silent({"zoho_signature": encoding})
    more = {"secret": SECRET, "url": f"{URL}?z=9", "query_parameters": {"a": "ü 1"}, "body": body}
    rule(client, **more)
    client.item("Mü & g")
    deliver(client)
    _, headers, query, sent = receiver.seen[0]
    pairs = parse_qsl(query)
    assert sorted(pairs) == [("a", "ü 1"), ("z", "9")]
    if body == "form":
        mac = expected(SECRET, [*pairs, *parse_qsl(sent.decode())], "")
    else:
        mac = expected(SECRET, pairs, sent.decode())
    wanted = mac.hexdigest() if encoding == "hex" else base64.b64encode(mac.digest()).decode()
    assert headers["X-Zoho-Webhook-Signature"] == wanted


def test_what_is_signed_is_put_together_as_the_official_example():
    body = '{"created_date":"2019-03-06","event_id":"5675"}'
    mac = hmac.new(b"s", f"namebasicsubscription_id90343{body}".encode(), hashlib.sha256)
    assert signature("s", [("subscription_id", "90343"), ("name", "basic")], body, "hex") == mac.hexdigest()


def test_webhooks_are_made_by_the_api_of_books_and_silent_without_a_rule(silent):
    client, receiver = silent()
    body = {
        "webhook_name": "Items",
        "entity": "item",
        "method": "POST",
        "url": URL,
        "secret": SECRET,
        "headers": [{"param_name": "X-Own", "param_value": "s"}],
    }
    made = client.ok("POST", "/settings/webhooks", body)["webhook"]
    assert client.call("POST", "/settings/webhooks", body).status_code == 201
    assert (made["headers"], made["secret"]) == (body["headers"], "*" * 12)
    path = f"/settings/webhooks/{made['webhook_id']}"
    assert client.ok("GET", path)["webhook"] == made
    assert len(client.ok("GET", "/settings/webhooks")["webhooks"]) == 2
    client.item("Mug")
    assert deliver(client) == 0
    own = {"webhook_id": made["webhook_id"], "events": ["created"]}
    assert client.http.post("/control/zoho/rules", json=own).json["webhook_id"] == made["webhook_id"]
    client.item("Cup")
    assert (deliver(client), receiver.seen[0][1]["X-Own"]) == (1, "s")
    assert client.refused("DELETE", path) == (400, 9)
    client.ok("PUT", path, {"url": f"{URL}?new=1"})
    client.item("Jug")
    deliver(client)
    assert receiver.seen[1][2] == "new=1"
    client.http.delete("/control/zoho/rules")
    client.ok("DELETE", path)
    assert client.refused("GET", path) == (404, 5)
    assert client.refused("GET", "/settings/webhooks", edition="inventory/v1") == (404, 5)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"url": ""}, 4),
        ({"url": "receiver"}, 2),
        ({"url": "ftp://receiver/"}, 2),
        ({"url": f"{URL}?{'x' * 5000}"}, 15),
        ({"webhook_name": "x" * 51}, 15),
        ({"description": "x" * 101}, 15),
        ({"raw_data": "x" * 100_001}, 15),
        ({"method": "GET"}, 2),
        ({"secret": "short"}, 2),
        ({"secret": "x" * 51}, 2),
        ({"secret": "no-letters-or-digits"}, 2),
        ({"headers": {"X-Own": "s"}}, 2),
        ({"headers": [{"name": "X-Own"}]}, 2),
    ],
)
def test_a_webhook_that_could_not_work_is_refused(client, more, code):
    assert client.refused("POST", "/settings/webhooks", {"url": URL, **more}) == (400, code)
