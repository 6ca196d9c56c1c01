"""Hooks and the callbacks they bring, over real HTTP where it matters."""

import threading
import time
from base64 import b64encode

import pytest
import requests
from flask import Flask, request
from standardwebhooks import Webhook

from sandbox.bigcommerce import placing
from sandbox.bigcommerce.courier import RETRY_GAPS, signature
from sandbox.server import serve
from tests.sandbox.bigcommerce.conftest import bundle, open_store
from tests.wsgi import WsgiAdapter

TARGET = "http://receiver/callback"


class Receiver:
    """Takes callbacks and answers as it is told."""

    def __init__(self):
        self.app = Flask("receiver")
        self.app.add_url_rule("/callback", view_func=self.take, methods=["POST"])
        self.seen = []
        self.status = 200

    def take(self):
        self.seen.append((dict(request.headers), request.get_data()))
        return "", self.status

    @property
    def scopes(self):
        import json

        return [json.loads(body)["scope"] for _, body in self.seen]


@pytest.fixture
def receiver(store):
    made = Receiver()
    store.world.bigcommerce.courier.session.mount("http://receiver", WsgiAdapter(made.app))
    return made


def hook(store, scope="store/order/*", **more):
    body = {"scope": scope, "destination": TARGET, "is_active": True, **more}
    return store.api("POST", "v3/hooks", json=body)


def deliver(store):
    return store.world.bigcommerce.courier.deliver_due()


def test_a_hook_is_created_listed_changed_and_deleted(store):
    made = hook(store, headers={"X-Secret": "s"}).json()["data"]
    assert list(made) == [
        *("id", "client_id", "store_hash", "scope", "destination", "headers", "is_active"),
        *("created_at", "updated_at", "events_history_enabled"),
    ]
    assert store.api("GET", "v3/hooks?is_active=true").json()["data"] == [made]
    assert store.api("GET", "v3/hooks?is_active=false").json()["data"] == []
    changed = store.api("PUT", f"v3/hooks/{made['id']}", json={"is_active": False}).json()["data"]
    assert changed["is_active"] is False
    (listed,) = store.api("GET", "v3/hooks/admin").json()["data"]["hooks_list"]
    assert listed["status"] == "inactive"
    assert store.api("DELETE", f"v3/hooks/{made['id']}").json()["data"]["id"] == made["id"]
    gone = store.api("GET", f"v3/hooks/{made['id']}")
    assert (gone.status_code, gone.json()["title"]) == (404, f"Webhook with id [{made['id']}] not found")


def test_hooks_are_refused_as_documented(store):
    assert store.api("POST", "v3/hooks", json={"scope": "store/order/*"}).status_code == 422
    assert hook(store, headers={"a": 1}).status_code == 400
    assert hook(store, scope="orders").status_code == 400
    assert hook(store).status_code == 200
    assert hook(store).status_code == 409
    for number in range(9):
        assert hook(store, destination=f"{TARGET}/{number}").status_code == 200
    assert hook(store, destination=f"{TARGET}/x").status_code == 422
    store.world.switches["hook_destination"] = "https_only"
    for wrong in ("http://example.com/", "https://example.com:8443/"):
        assert hook(store, scope="store/cart/*", destination=wrong).status_code == 400
    assert hook(store, scope="store/cart/*", destination="https://example.com/x").status_code == 200


def test_only_the_own_hooks_are_seen(store):
    store.control("POST", "accounts", json={"token": "second", "client_id": "other"})
    made = hook(store).json()["data"]["id"]
    second = {"X-Auth-Token": "second"}
    assert store.api("GET", "v3/hooks", headers=second).json()["data"] == []
    assert store.api("DELETE", f"v3/hooks/{made}", headers=second).status_code == 404


def test_an_order_tells_its_story_with_secret_and_signature(store, receiver):
    import json

    hook(store, headers={"X-Secret": "long and random"})
    order_id = placing.place(store.world, bundle())
    deliver(store)
    assert sorted(receiver.scopes) == [
        "store/order/created",
        "store/order/statusUpdated",
        "store/order/updated",
    ]
    verifier = Webhook(b64encode(b"bc-sandbox-secret").decode())
    for headers, body in receiver.seen:
        assert headers["X-Secret"] == "long and random"
        told = verifier.verify(body, {key.lower(): value for key, value in headers.items()})
        assert list(told) == ["producer", "hash", "created_at", "store_id", "scope", "data"]
        assert told["data"]["id"] == order_id
    changed = next(json.loads(b) for _, b in receiver.seen if b"statusUpdated" in b)
    assert changed["data"]["status"] == {"previous_status_id": 0, "new_status_id": 11}


def test_the_signature_is_that_of_the_known_vector():
    body = (
        b'{"scope":"store/order/created","store_id":"1025646","data":{"type":"order","id":250},'
        b'"hash":"dd70c0976e06b67aaf671e73f49dcb79230ebf9d","created_at":1561479335,"producer":"stores/abc123"}'
    )
    headers = signature("s3cr3t-client-secret", "msg_test_0001", 1561479336, body)
    assert headers["webhook-signature"] == "v1,noTu1absprLMcaFmQFoutIYrzTTbfkGTQRJM6TB/Ku4="


def test_a_single_scope_hears_only_itself_and_an_echo_of_our_own_mark(store, receiver):
    hook(store, scope="store/order/updated")
    order_id = placing.place(store.world, bundle())
    store.api("PUT", f"v2/orders/{order_id}", json={"external_order_id": "INV-1"})
    deliver(store)
    assert receiver.scopes == ["store/order/updated", "store/order/updated"]


def test_a_refused_callback_comes_again_at_the_documented_gaps_with_the_same_id(store, receiver):
    hook(store, scope="store/order/created")
    receiver.status = 500
    placing.place(store.world, bundle())
    deliver(store)
    for gap in RETRY_GAPS[:3]:
        store.world.clock.advance(gap - 2)
        assert deliver(store) == 0
        store.world.clock.advance(2.5)
        assert deliver(store) == 1
    ids = {headers["Webhook-Id"] for headers, _ in receiver.seen}
    assert (len(receiver.seen), len(ids)) == (4, 1)
    assert len({body for _, body in receiver.seen}) == 1
    store.world.switches["webhook_id"] = "fresh"
    store.world.clock.advance(RETRY_GAPS[3] + 1)
    deliver(store)
    assert len({headers["Webhook-Id"] for headers, _ in receiver.seen}) == 2


def test_after_two_days_of_failures_the_hook_is_off_until_somebody_turns_it_on(store, receiver):
    made = hook(store, scope="store/order/created").json()["data"]["id"]
    receiver.status = 404
    placing.place(store.world, bundle())
    deliver(store)
    for gap in RETRY_GAPS:
        assert store.api("GET", f"v3/hooks/{made}").json()["data"]["is_active"] is True
        store.world.clock.advance(gap + 1)
        deliver(store)
    assert len(receiver.seen) == 12
    assert store.api("GET", f"v3/hooks/{made}").json()["data"]["is_active"] is False
    (listed,) = store.api("GET", "v3/hooks/admin").json()["data"]["hooks_list"]
    assert listed["status"] == "deactivated"
    placing.place(store.world, bundle())
    assert deliver(store) == 0
    receiver.status = 200
    store.api("PUT", f"v3/hooks/{made}", json={"is_active": True})
    placing.place(store.world, bundle())
    assert deliver(store) == 1


def test_ninety_quiet_days_turn_a_hook_off(store):
    made = hook(store).json()["data"]["id"]
    store.world.clock.advance(91 * 86400)
    assert store.api("GET", f"v3/hooks/{made}").json()["data"]["is_active"] is False


def test_a_failing_domain_is_blocked_for_three_minutes(store, receiver):
    hook(store, scope="store/order/created")
    receiver.status = 503
    for _ in range(100):
        placing.place(store.world, bundle())
    deliver(store)
    (blocked,) = store.api("GET", "v3/hooks/admin").json()["data"]["blocked_domains"]
    assert 170 <= blocked["time_left"] <= 180
    receiver.status = 200
    placing.place(store.world, bundle())
    deliver(store)
    assert len(receiver.seen) == 100, "nothing is sent to a blocked domain"
    store.world.clock.advance(181)
    deliver(store)
    assert len(receiver.seen) == 201


def test_callbacks_are_lost_doubled_and_shuffled_on_demand(store, receiver):
    hook(store, scope="store/order/created")
    store.control("PUT", "moods", json=[{"kind": "callback_lost", "times": 1}])
    placing.place(store.world, bundle())
    deliver(store)
    assert receiver.seen == []
    store.control(
        "PUT", "moods", json=[{"kind": "callback_doubled"}, {"kind": "callback_late", "seconds": 9}]
    )
    for _ in range(20):
        placing.place(store.world, bundle())
    store.world.clock.advance(10)
    assert deliver(store) == 40
    ids = [body for _, body in receiver.seen]
    assert len(set(ids)) == 20
    created = [int(body.split(b'"id":')[1].split(b"}")[0]) for body in ids]
    assert created != sorted(created)
    totals = store.control("GET", "moods").json()["totals"]
    assert totals == {
        "bigcommerce callback_doubled": 20,
        "bigcommerce callback_late": 20,
        "bigcommerce callback_lost": 1,
    }


def test_the_life_of_an_address_and_of_a_channel_with_its_orders_is_heard(store, receiver):
    import json

    hook(store, scope="store/customer/address/*")
    hook(store, scope="store/channel/*")
    who = [{"email": "a@example.org", "first_name": "A", "last_name": "B"}]
    customer = store.api("POST", "v3/customers", json=who).json()["data"][0]["id"]
    paths = ("v3/customers/addresses", f"v2/customers/{customer}/addresses")
    made = store.api("POST", paths[0], json=[{"customer_id": customer, "city": "X"}]).json()["data"][0]["id"]
    store.api("PUT", f"{paths[1]}/{made}", json={"city": "Y"})
    store.api("DELETE", f"{paths[0]}?id:in={made}")
    shop = {"name": "Till", "type": "pos", "platform": "custom"}
    channel = store.api("POST", "v3/channels", json=shop).json()["data"]["id"]
    order = placing.place(store.world, bundle(channel_id=channel, status_id=0))
    deliver(store)
    told = [(row["scope"], row["data"]) for row in (json.loads(body) for _, body in receiver.seen)]
    data = {"type": "customer", "id": made, "address": {"customer_id": customer}}
    wanted = [(f"store/customer/address/{word}", data) for word in ("created", "updated", "deleted")]
    wanted.append(("store/channel/created", {"type": "channel", "id": channel}))
    assert told == [*wanted, (f"store/channel/{channel}/order/created", {"order_id": order})]


def test_no_signature_when_the_switch_says_so(store, receiver):
    store.world.switches["hook_signature"] = False
    hook(store, scope="store/order/created")
    placing.place(store.world, bundle())
    deliver(store)
    assert not [name for name in receiver.seen[0][0] if name.lower().startswith("webhook-")]


def test_threads_send_over_a_real_socket():
    taker = Receiver()
    server = serve(taker.app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    store = open_store()
    object.__setattr__(store.world, "options", _with_threads(store.world.options))
    body = {"scope": "store/order/created", "destination": f"http://127.0.0.1:{server.port}/callback"}
    store.api("POST", "v3/hooks", json=body)
    for _ in range(20):
        placing.place(store.world, bundle())
    until = time.monotonic() + 60
    while len(taker.seen) < 20 and time.monotonic() < until:
        time.sleep(0.02)
    store.world.stopped.set()
    store.world.bigcommerce.courier.session.close()
    server.shutdown()
    server.server_close()
    assert len(taker.seen) == 20
    assert store.control("GET", "callbacks").json()["waiting"] == 0


def _with_threads(options):
    from dataclasses import replace

    return replace(options, callback_threads=4)


def test_a_dead_destination_is_a_failure_and_no_more(store):
    hook(store, scope="store/order/created", destination="http://127.0.0.1:9/callback")
    placing.place(store.world, bundle())
    deliver(store)
    (entry,) = store.control("GET", "callbacks").json()["callbacks"]
    assert entry["status"] == 0
    assert isinstance(requests.ConnectionError(), requests.RequestException)
