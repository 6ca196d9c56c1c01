"""The webhook door: whom it believes, what it notes, and what it answers when things around it are away."""

import io
import json
import socket
import sqlite3
import threading
import time
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from standardwebhooks import Webhook

from app.believe import signed
from app.door import HASTY, SETTLE, _publisher, make_door
from app.nudge import after, careful
from app.settings import load
from app.web import LARGEST, make_app
from ledger import work
from ledger.store import open_ledger
from tests.app.front import SECRETS
from tests.e2e.eyes import until
from tests.ledgers import give_tables

SECRET = SECRETS["CARTBOOKS_MAIN_WEBHOOK_SECRET"]
HOOK = {"X-Cartbooks-Secret": SECRET}
PATH = "/webhooks/bigcommerce/main"
CLIENT_SECRET = "s3cr3t-client-secret"  # of the vector below

SETTINGS = """
data_dir = "{data}"
[connections.main]
store.store_hash = "abc"
zoho.organization_id = "1"
zoho.client_id = "c"
{more}
[connections.off]
enabled = false
store.store_hash = "def"
zoho.organization_id = "2"
zoho.client_id = "c"
"""


class Web:
    """The app as gunicorn would hold it, and the ledger that it writes to."""

    def __init__(self, directory, redis_url, more="", **env):
        (directory / "c.toml").write_text(SETTINGS.format(data=directory, more=more))
        self.settings = load(
            directory / "c.toml",
            {
                **SECRETS,
                "CARTBOOKS_MAIN_BIGCOMMERCE_CLIENT_SECRET": CLIENT_SECRET,
                "CARTBOOKS_OFF_WEBHOOK_SECRET": SECRET,
                "CARTBOOKS_KEY": Fernet.generate_key().decode(),
                "REDIS_URL": redis_url,
                **env,
            },
        )
        give_tables(self.settings.ledger_url)
        self.ledger = open_ledger(self.settings.ledger_url)
        self.app = make_app(make_door(self.settings))

    def post(self, body, headers=HOOK, path=PATH):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.app.test_client().post(path, data=data, headers=headers)

    def noted(self):
        due = work.due(self.ledger, time.time() + SETTLE, 100, renudge_after=0.0)
        return sorted(work.find_id(self.ledger, row[0]).record for row in due)


@pytest.fixture
def web(tmp_path, valkey, valkey_url):
    return Web(tmp_path, valkey_url)


def callback(data, scope="store/order/updated"):
    return {
        "producer": "stores/abc",
        "hash": "0" * 40,
        "created_at": 1767225600,
        "store_id": "1025646",
        "scope": scope,
        "data": data,
    }


ORDER = callback({"type": "order", "id": 250})


def test_a_callback_is_noted_nudged_and_answered_with_nothing(web, valkey):
    answer = web.post(ORDER)
    assert (answer.status_code, answer.data) == (200, b"")
    row = work.find(web.ledger, "main", "orders", "250")
    assert (row.state, row.urgent) == ("waiting", True)
    assert nudges(valkey) == 1
    assert time.time() >= row.due_at  # a nudge that came sooner would find nothing to claim


def nudges(valkey, least=1):
    """How many nudges lie in the queue, as soon as there are so many."""
    until(lambda: valkey.llen("orders") >= least)
    return valkey.llen("orders")


@pytest.mark.parametrize(
    ("scope", "data"),
    [
        ("store/order/created", {"type": "order", "id": 250}),
        ("store/order/statusUpdated", {"type": "order", "id": 250, "status": {"new_status_id": 2}}),
        ("store/order/archived", {"type": "order", "id": "250"}),
        ("store/order/refund/created", {"type": "order", "id": 250, "refund": {"refund_id": 3}}),
        ("store/order/message/created", {"type": "order", "id": 250, "message": {"order_message_id": 9}}),
        ("store/order/transaction/created", {"type": "transaction", "order_id": "250", "transaction_id": 7}),
        ("store/order/transaction/updated", {"type": "transaction", "order_id": 250, "id": 7}),
        ("store/order/metafield/created", {"metafield_id": 8, "resource_id": "250"}),
        ("store/order/updated", {"type": "order", "id": "00250"}),
    ],
)
def test_each_shape_of_callback_leads_to_its_order(web, scope, data):
    assert web.post(callback(data, scope)).status_code == 200
    assert web.noted() == ["250"]


@pytest.mark.parametrize(
    "scope", ["store/product/updated", "store/customer/created", "store/cart/lineItem/created", "store/x"]
)
def test_what_is_not_about_an_order_is_taken_and_forgotten(web, scope):
    for data in ({"type": "product", "id": 7}, {}, None, [{"variant_id": 3}]):
        assert web.post(callback(data, scope)).status_code == 200
    assert web.noted() == []


NASTY = {
    "empty": b"",
    "white": b"  \n",
    "not json": b"order=250",
    "half": b'{"scope": "store/order/updated", "data": {"id": 250',
    "not utf-8": b'{"scope": "store/order/\xff"}',
    "null": b"null",
    "a number": b"250",
    "a text": b'"store/order/updated"',
    "an array": b'[{"scope": "store/order/updated", "data": {"id": 250}}]',
    "an empty object": b"{}",
    "no data": b'{"scope": "store/order/updated"}',
    "no scope": b'{"data": {"id": 250}}',
    "scope is no text": b'{"scope": 7, "data": {"id": 250}}',
    "scope is a list": b'{"scope": ["store/order/updated"], "data": {"id": 250}}',
    "scope of another world": b'{"scope": "shop/order/updated", "data": {"id": 250}}',
    "data is null": b'{"scope": "store/order/updated", "data": null}',
    "data is a list": b'{"scope": "store/order/updated", "data": [250]}',
    "data is a text": b'{"scope": "store/order/updated", "data": "250"}',
    "data is empty": b'{"scope": "store/order/updated", "data": {}}',
    "deep": b'{"scope": "store/order/updated", "data": ' + b"[" * 20000 + b"]" * 20000 + b"}",
    "deeper": b"[" * 60000,
    "id null": b'{"scope": "store/order/updated", "data": {"id": null}}',
    "id true": b'{"scope": "store/order/updated", "data": {"id": true}}',
    "id zero": b'{"scope": "store/order/updated", "data": {"id": 0}}',
    "id negative": b'{"scope": "store/order/updated", "data": {"id": -250}}',
    "id broken": b'{"scope": "store/order/updated", "data": {"id": 2.5}}',
    "id exponent": b'{"scope": "store/order/updated", "data": {"id": 25e1}}',
    "id infinite": b'{"scope": "store/order/updated", "data": {"id": Infinity}}',
    "id huge": b'{"scope": "store/order/updated", "data": {"id": ' + b"9" * 30 + b"}}",
    "id gigantic": b'{"scope": "store/order/updated", "data": {"id": ' + b"9" * 9000 + b"}}",
    "id a list": b'{"scope": "store/order/updated", "data": {"id": [250]}}',
    "id an object": b'{"scope": "store/order/updated", "data": {"id": {"id": 250}}}',
    "id a word": b'{"scope": "store/order/updated", "data": {"id": "two"}}',
    "id empty": b'{"scope": "store/order/updated", "data": {"id": ""}}',
    "id with a path": b'{"scope": "store/order/updated", "data": {"id": "250/../../1"}}',
    "id with nul": b'{"scope": "store/order/updated", "data": {"id": "250\\u0000"}}',
    "id in other digits": '{"scope": "store/order/updated", "data": {"id": "２５０"}}'.encode(),
    "a nul byte": b'{"scope": "store/order/updated",\x00 "data": {"id": 250}}',
    "order_id nonsense": b'{"scope": "store/order/transaction/created", "data": {"order_id": "x", "id": 7}}',
}


@pytest.mark.parametrize("name", NASTY)
def test_nonsense_is_refused_and_notes_nothing(web, name):
    assert web.post(NASTY[name]).status_code == 400
    assert web.noted() == []


@pytest.mark.parametrize("size", [LARGEST + 1, 5_000_000])
def test_what_is_larger_than_any_callback_is_refused_unread(web, size):
    answer = web.post(b" " * size)
    assert answer.status_code == 413
    assert web.post(b" " * size, headers={}).status_code == 413  # for strangers just the same


def test_a_body_that_does_not_tell_its_length_is_measured_while_it_is_read(web):
    endless = io.BytesIO(b" " * (LARGEST + 1))
    environ = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = web.app.test_client().post(PATH, input_stream=endless, headers=HOOK, environ_overrides=environ)
    assert answer.status_code == 413


def test_a_callback_as_large_as_allowed_still_comes_in(web):
    padded = json.dumps({**ORDER, "more": "x" * (LARGEST - 400)}).encode()
    assert len(padded) <= LARGEST
    assert web.post(padded).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Cartbooks-Secret": ""}, {"X-Cartbooks-Secret": "guess"}, {"X-Cartbooks-Secret": SECRET + " x"},
     {"X-Cartbooks-Secret": "sécrét"}, {"Authorization": f"Bearer {SECRET}"}],
)  # fmt: skip
def test_strangers_are_told_the_same_whatever_they_ask_for(web, headers):
    answers = [
        web.post(body, headers, f"/webhooks/bigcommerce/{name}")
        for name in ("main", "off", "nobody", "%00", "x" * 500)
        for body in (ORDER, b"nonsense", b"")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    assert web.noted() == []


def test_one_connections_secret_opens_no_other_door(tmp_path, valkey_url):
    web = Web(tmp_path, valkey_url, CARTBOOKS_OFF_WEBHOOK_SECRET="another-secret")
    assert web.post(ORDER, HOOK, "/webhooks/bigcommerce/off").status_code == 401


def test_without_a_secret_of_our_own_one_is_derived_and_nothing_opens_to_an_empty_header(
    tmp_path, valkey_url
):
    web = Web(tmp_path, valkey_url, CARTBOOKS_MAIN_WEBHOOK_SECRET="")
    assert web.post(ORDER, {"X-Cartbooks-Secret": ""}).status_code == 401
    assert web.post(ORDER, {}).status_code == 401
    derived = web.settings.connections[0].store.webhook_secret
    assert web.post(ORDER, {"X-Cartbooks-Secret": derived}).status_code == 200


def test_a_connection_that_is_off_takes_the_call_and_notes_nothing(web):
    assert web.post(ORDER, HOOK, "/webhooks/bigcommerce/off").status_code == 200
    assert work.find(web.ledger, "off", "orders", "250") is None


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_posts_are_callbacks(web, method):
    known, unknown = (
        getattr(web.app.test_client(), method)(f"/webhooks/bigcommerce/{n}", headers=HOOK)
        for n in ("main", "no")
    )
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert known.status_code == 405


# --- the signature -------------------------------------------------------------------------------------


def signature(body, secret=CLIENT_SECRET, at=None, message_id="msg_1"):
    """What the Standard Webhooks library writes, keyed as BigCommerce says: base64 of the client secret."""
    import base64

    moment = datetime.fromtimestamp(at or time.time(), UTC)
    signer = Webhook(base64.b64encode(secret.encode()).decode())
    return {
        **HOOK,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signer.sign(message_id, moment, body.decode()),
    }


BODY = json.dumps(ORDER).encode()


def test_the_signature_of_the_known_vector_is_ours(tmp_path):
    body = (
        b'{"scope":"store/order/created","store_id":"1025646","data":{"type":"order","id":250},'
        b'"hash":"dd70c0976e06b67aaf671e73f49dcb79230ebf9d","created_at":1561479335,"producer":"stores/abc123"}'
    )
    made = signature(body, at=1561479336, message_id="msg_test_0001")
    assert made["webhook-signature"] == "v1,noTu1absprLMcaFmQFoutIYrzTTbfkGTQRJM6TB/Ku4="
    assert not signed(CLIENT_SECRET, made, body)  # right, and years too old


def test_a_right_signature_is_taken_and_a_wrong_one_is_not(web):
    good = signature(BODY)
    assert web.post(BODY, good).status_code == 200
    for wrong in (
        signature(BODY, secret="another"),
        signature(BODY + b" "),
        signature(BODY, at=time.time() - 400),
        signature(BODY, at=time.time() + 400),
        {**good, "webhook-id": "msg_2"},
        {**good, "webhook-timestamp": "soon"},
        {**good, "webhook-signature": ""},
        {**good, "webhook-signature": "v1"},
        {**good, "webhook-signature": "v1,ä"},
        {**good, "webhook-signature": "v2," + good["webhook-signature"][3:]},
        {key: value for key, value in good.items() if key != "webhook-id"},
        {key: value for key, value in good.items() if key != "webhook-timestamp"},
    ):
        assert web.post(BODY, wrong).status_code == 401, wrong


def test_one_right_signature_among_several_is_enough(web):
    good = signature(BODY)
    good["webhook-signature"] = "v1,AAAA " + good["webhook-signature"]
    assert web.post(BODY, good).status_code == 200


def test_a_signature_never_replaces_the_secret_header(web):
    stranger = {**signature(BODY), "X-Cartbooks-Secret": "guess"}
    assert web.post(BODY, stranger).status_code == 401


def test_a_missing_signature_counts_only_where_one_is_required(tmp_path, web, valkey_url):
    assert web.post(BODY).status_code == 200
    (tmp_path / "strict").mkdir()
    strict = Web(tmp_path / "strict", valkey_url, 'store.webhook_signature = "required"')
    assert strict.post(BODY).status_code == 401
    assert strict.post(BODY, signature(BODY)).status_code == 200


def test_a_signed_body_that_is_no_text_is_a_stranger(web):
    assert web.post(b"\xff\xfe", {**signature(BODY)}).status_code == 401


# --- many, and while things are away -------------------------------------------------------------------


def test_a_burst_of_callbacks_is_one_piece_of_work(web, valkey):
    threads = [threading.Thread(target=web.post, args=(ORDER,)) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert web.noted() == ["250"]
    assert work.find(web.ledger, "main", "orders", "250").generation == 1
    assert nudges(valkey) < 25  # some that came at the very same moment may nudge, too: harmless


def test_a_replayed_callback_changes_nothing_while_the_first_one_waits(web):
    good = signature(BODY)
    before = [web.post(BODY, good).status_code, work.find(web.ledger, "main", "orders", "250")]
    again = [web.post(BODY, good).status_code, work.find(web.ledger, "main", "orders", "250")]
    assert again == before


def test_a_callback_that_comes_while_the_order_is_worked_makes_it_due_again(web):
    web.post(ORDER)
    row = work.find(web.ledger, "main", "orders", "250")
    claim = work.claim(web.ledger, row.id, time.time() + SETTLE, 60.0)
    web.post(ORDER)
    work.finish(web.ledger, claim, time.time(), state="done", outcome="posted")
    assert web.noted() == ["250"]


@pytest.fixture
def dead_redis():
    """An address where nobody listens, held so that nobody will."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"


@pytest.fixture
def mute_redis():
    """An address that takes connections and never says a word."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(100)
        yield f"redis://127.0.0.1:{mute.getsockname()[1]}/0"


@pytest.mark.parametrize("away", ["dead_redis", "mute_redis"])
def test_with_redis_away_callbacks_are_noted_and_answered_in_time(tmp_path, away, request, monkeypatch):
    """Nudges leave in a thread of their own, which here would wait for a mute Redis longer than any callback may."""
    monkeypatch.setitem(HASTY, "socket_timeout", 60)
    web = Web(tmp_path, request.getfixturevalue(away))
    started = time.monotonic()
    for number in range(1, 6):
        assert web.post(callback({"type": "order", "id": number})).status_code == 200
    assert time.monotonic() - started < 30
    assert web.noted() == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("away", ["dead_redis", "mute_redis"])
def test_a_nudge_that_finds_redis_away_gives_up_soon_and_the_next_at_once(tmp_path, away, request):
    publish = _publisher(Web(tmp_path, request.getfixturevalue(away)).settings)

    def took():
        tried, started = [], time.monotonic()
        nudge = careful(lambda *told: tried.append(told) or publish(*told), clock=lambda: 0.0)
        for number in range(3):
            nudge("orders.sync", number)
        assert tried == [("orders.sync", 0)]
        return time.monotonic() - started

    assert any(took() < 4 for _ in range(5))  # a second; a machine may stand still once, but not five times


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_sender_of_nudges_that_died_is_replaced():
    sent = []

    def fragile(task, work_id):
        if work_id == 1:
            raise RuntimeError("a bug")
        sent.append(work_id)

    nudge, before = after(0.0, fragile), set(threading.enumerate())
    nudge("orders.sync", 1)
    until(lambda: set(threading.enumerate()) <= before)
    nudge("orders.sync", 2)
    until(lambda: sent)
    assert sent == [2]


def test_without_any_redis_to_speak_of_the_door_opens_all_the_same(tmp_path):
    web = Web(tmp_path, "")
    assert web.post(ORDER).status_code == 200
    assert web.noted() == ["250"]
    assert web.app.test_client().get("/metrics").status_code == 200


def test_a_redis_that_comes_back_is_nudged_again(tmp_path, valkey, valkey_url):
    from app.wiring import make_broker
    from tasks.broker import publisher

    now = [0.0]
    web = Web(tmp_path, valkey_url)
    publish, down = publisher(make_broker(web.settings)), [True]

    def flaky(task, work_id):
        if down[0]:
            raise ConnectionError("away")
        publish(task, work_id)

    nudge = careful(flaky, quiet=5.0, clock=lambda: now[0])
    nudge("orders.sync", 1)
    down[0] = False
    nudge("orders.sync", 2)
    assert valkey.llen("orders") == 0  # still quiet
    now[0] = 5.1
    nudge("orders.sync", 3)
    assert valkey.llen("orders") == 1


def test_while_one_tries_a_redis_that_was_away_the_others_do_not_wait():
    now, tried, trying, go = [0.0], [], threading.Event(), threading.Event()

    def slow(task, work_id):
        tried.append(work_id)
        if work_id == 2:
            trying.set()
            assert go.wait(60)
        raise ConnectionError("away")

    nudge = careful(slow, quiet=5.0, clock=lambda: now[0])
    nudge("orders.sync", 1)
    now[0] = 6.0
    first = threading.Thread(target=nudge, args=("orders.sync", 2))
    first.start()
    assert trying.wait(60)
    nudge("orders.sync", 3)  # would hang here
    go.set()
    first.join()
    assert tried == [1, 2]


def test_while_the_ledger_is_locked_the_store_is_asked_to_come_again(web, tmp_path):
    with sqlite3.connect(tmp_path / "ledger.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        assert web.post(ORDER).status_code == 503
        assert time.monotonic() - started < 8  # others wait ten seconds
        other.execute("ROLLBACK")
    assert web.noted() == []
    assert web.post(ORDER).status_code == 200


# --- health --------------------------------------------------------------------------------------------


def test_healthy_means_the_process_answers(web):
    assert web.app.test_client().get("/healthz").json == {"status": "ok"}


def test_ready_means_that_callbacks_can_be_written_down(tmp_path, dead_redis):
    web = Web(tmp_path, dead_redis)
    answer = web.app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "oldest_due_seconds": None})
    web.post(ORDER)
    time.sleep(SETTLE)
    assert web.app.test_client().get("/readyz").json["oldest_due_seconds"] >= 0


def test_a_ledger_of_another_version_is_not_ready(web, tmp_path):
    with sqlite3.connect(tmp_path / "ledger.db") as file:
        file.execute("UPDATE alembic_version SET version_num = 'older'")
    answer = web.app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "cartbooks migrate" in answer.json["status"]
